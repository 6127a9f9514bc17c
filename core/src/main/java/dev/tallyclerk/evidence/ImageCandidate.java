package dev.tallyclerk.evidence;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.util.Optional;

/** The image that a {@link Voucher} is asked about, as its source offers it. Nothing is read before it is asked for. */
public interface ImageCandidate {
    /**
     * {@return the manifest or index that the source has under the image's name}
     *
     * <p>The answer never changes, even if the name refers to another image meanwhile.
     *
     * @throws IOException if the source cannot be read
     */
    TargetArtifact resolve() throws IOException;

    /**
     * {@return the manifest or index of a digest, whose bytes were verified; empty if the source does not have it}
     *
     * @throws IOException if the source cannot be read, or has other bytes under the digest
     */
    Optional<TargetArtifact> manifest(Digest digest) throws IOException;

    /** {@return what is attached to the image} */
    AttachmentSource attachments();
}
