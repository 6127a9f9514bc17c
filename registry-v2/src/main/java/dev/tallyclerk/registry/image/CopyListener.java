package dev.tallyclerk.registry.image;

import dev.tallyclerk.registry.model.Descriptor;
import java.util.List;

/**
 * Receives the progress of a copy.
 *
 * <p>The copying threads call it, one at a time, so it must return quickly. An unchecked exception from it ends the
 * copy. Progress is no verdict: bytes that were read may still turn out to be wrong.
 */
public interface CopyListener {
    /** {@return a listener that does nothing} */
    static CopyListener silent() {
        return new CopyListener() {};
    }

    /**
     * The manifests have been read, and the blobs are known.
     *
     * @param blobs all blobs of the image, those included that the destination already has
     */
    default void started(List<Descriptor> blobs) {}

    /**
     * More of a blob was read.
     *
     * @param bytes the number of its bytes read so far; lower than before if the blob has to be read again
     */
    default void progressed(Descriptor blob, long bytes) {}
}
