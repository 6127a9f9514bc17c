package dev.tallyclerk.evidence;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;

/**
 * Lists what is attached to an image: a registry, a layout or an archive.
 *
 * <p>An implementation bounds the number of artifacts and the bytes of each before it reads them. Implementations state
 * whether they are safe for use by several threads.
 */
@FunctionalInterface
public interface AttachmentSource {
    /**
     * {@return the artifacts attached to a digest, without their content}
     *
     * @throws IOException if the list cannot be read, which is not the same as an empty one
     */
    Attachments attachments(Digest subject) throws IOException;

    /** {@return a source where nothing is attached to anything} */
    static AttachmentSource empty() {
        return subject -> Attachments.NONE;
    }
}
