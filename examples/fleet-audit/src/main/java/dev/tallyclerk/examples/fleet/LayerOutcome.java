package dev.tallyclerk.examples.fleet;

import java.io.Serializable;

/**
 * What reading a layer has led to.
 *
 * @param kind whether its result is known
 * @param reason why not, in one word
 * @param message why not, for people
 * @param hashed how many bytes were read and hashed for it
 */
public record LayerOutcome(Kind kind, String reason, String message, long hashed) implements Serializable {
    private static final long serialVersionUID = 1;

    /** {@return this, after more bytes were hashed} */
    LayerOutcome withMore(long bytes) {
        return new LayerOutcome(kind, reason, message, hashed + bytes);
    }

    /** Whether the result is known. */
    public enum Kind {
        /** The layer is what was promised, and what is in it was saved. */
        KNOWN,
        /** The layer is not what was promised, or nobody has it: no image to which that was promised may be used. */
        WRONG,
        /** The source could not be read, or the layer cannot be verified: nothing is known. */
        UNKNOWN
    }
}
