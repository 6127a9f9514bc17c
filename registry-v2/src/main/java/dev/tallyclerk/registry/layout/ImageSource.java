package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A place that holds one named image: a registry, a layout, an archive.
 *
 * <p>Nothing that a source gives is verified; whoever reads it compares it with a digest. An implementation says
 * whether it is safe for use by several threads.
 */
public interface ImageSource extends Closeable {
    /** {@return where the image lies, for a person to read} */
    String name();

    /** {@return the whole name under which the image is known, if the source knows one} */
    default Optional<Reference> reference() {
        return Optional.empty();
    }

    /**
     * {@return the digest of the manifest or index that the image's name stands for, as this source has it}
     *
     * @throws IOException if the source cannot be read, or does not know the name
     */
    ResolvedDigest resolve() throws IOException;

    /**
     * {@return the manifest or index of that digest, or nothing if the source does not have it}
     *
     * @param maxBytes the longest document to read; a longer one is cut off after one more byte
     * @throws IOException if the source cannot be read
     */
    Optional<FetchedManifest> manifest(Digest digest, int maxBytes) throws IOException;

    /**
     * {@return the content that the descriptor describes, or nothing if the source does not have it}
     *
     * <p>The caller closes the stream.
     *
     * @throws IOException if the source cannot be read
     */
    Optional<InputStream> blob(Descriptor descriptor) throws IOException;

    /** Gives back what the source holds open; streams that it gave are closed by who took them. */
    @Override
    void close() throws IOException;
}
