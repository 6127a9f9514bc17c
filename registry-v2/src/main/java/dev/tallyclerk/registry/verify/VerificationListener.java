package dev.tallyclerk.registry.verify;

import dev.tallyclerk.registry.model.Descriptor;

/**
 * Hears how a verification goes on. Called by the thread that verifies, so an implementation is quick about it. An
 * unchecked exception from one ends the verification.
 *
 * <p>Nothing it hears is a verdict: bytes that passed may still turn out to be the wrong ones.
 */
public interface VerificationListener {
    /** {@return a listener that does nothing} */
    static VerificationListener silent() {
        return new VerificationListener() {};
    }

    /**
     * The manifest is known, and with it what is to be read.
     *
     * <p>Of an image's configuration, and of a layer that stands in the manifest again, {@link #progressed} tells
     * nothing; {@link #checked} tells of each.
     *
     * @param contents how many pieces of content there are
     * @param bytes their sizes together, in bytes, as the manifest promises
     */
    default void started(int contents, long bytes) {}

    /**
     * More of a piece of content was read. Where it is read again because one of several places had it wrong, the count
     * begins anew.
     *
     * @param bytes how many bytes of it were read so far
     */
    default void progressed(Descriptor content, long bytes) {}

    /** A piece of content has been checked. */
    default void checked(ContentCheck check) {}
}
