package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A repository, layout or archive that keeps attached artifacts. Nothing that it returns is verified.
 *
 * <p>Each implementation documents whether it is safe for use by several threads.
 */
public interface AttachmentStore {
    /** {@return where it is, for messages} */
    String name();

    /**
     * {@return the artifacts attached to a digest}
     *
     * <p>May stop after one artifact more than the limits allow.
     *
     * @throws IOException if the list cannot be read
     */
    Listing list(Digest subject, AttachmentLimits limits) throws IOException;

    /**
     * {@return the bytes under a manifest's digest, or empty if there are none}
     *
     * @param maxBytes the longest document to read; a longer one is cut off after one more byte
     * @throws IOException if the store cannot be read
     */
    Optional<byte[]> unverifiedManifest(Digest digest, int maxBytes) throws IOException;

    /**
     * {@return the bytes under a blob's digest, or empty if there are none}
     *
     * <p>The stream may have more bytes than promised, without end. The caller closes it.
     *
     * @throws IOException if the store cannot be read
     */
    Optional<InputStream> unverifiedBlob(Descriptor blob) throws IOException;

    /**
     * A store's list of the artifacts attached to a digest.
     *
     * @param entries the artifacts; may have the same one several times
     * @param notes for people: what is missing from the list and why
     */
    record Listing(List<ListedAttachment> entries, List<String> notes) {
        /** Keeps copies of the lists. */
        public Listing {
            entries = List.copyOf(entries);
            notes = List.copyOf(notes);
        }
    }
}
