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

    /** Whether the result is known. */
    public enum Kind {
        /** The bytes are the promised ones. What is in the layer may be wrong all the same: the result says so. */
        KNOWN,
        /** The bytes are not the promised ones, or there are none: no image that has the layer may be used. */
        WRONG,
        /** The source could not be read, or the layer cannot be verified: nothing is known. */
        UNKNOWN
    }
}
