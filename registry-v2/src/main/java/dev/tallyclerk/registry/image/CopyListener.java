package dev.tallyclerk.registry.image;

import dev.tallyclerk.registry.model.Descriptor;
import java.util.List;

/**
 * Hears how a copy goes on. Called by a thread that copies, so an implementation is quick about it; where several do,
 * by one at a time. An unchecked exception from one ends the copy.
 *
 * <p>Nothing it hears is a verdict: bytes that passed may still turn out to be the wrong ones.
 */
public interface CopyListener {
    /** {@return a listener that does nothing} */
    static CopyListener silent() {
        return new CopyListener() {};
    }

    /**
     * The manifests are known, and with them what is to be copied.
     *
     * @param blobs the blobs in the order in which they are copied; one that is there already is passed over
     */
    default void started(List<Descriptor> blobs) {}

    /**
     * More of a blob was read.
     *
     * @param bytes how many bytes of it were read so far; fewer than before if it has to be read again
     */
    default void progressed(Descriptor blob, long bytes) {}
}
