package dev.tallyclerk.trust.notation;

/**
 * Limits on the signatures of an image, which anybody who can write to the repository adds.
 *
 * @param signatures how many signatures of an image are tried until one verifies
 * @param envelopeBytes the longest envelope, in bytes
 */
public record NotationLimits(int signatures, int envelopeBytes) {
    private static final NotationLimits DEFAULTS = new NotationLimits(100, 1_048_576);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is below 1
     */
    public NotationLimits {
        if (signatures < 1 || envelopeBytes < 1) {
            throw new IllegalArgumentException("a limit below 1: " + signatures + ", " + envelopeBytes);
        }
    }

    /** {@return 100 signatures, which is the cap of {@code notation}, and envelopes of 1 MiB} */
    public static NotationLimits defaults() {
        return DEFAULTS;
    }

    /** {@return this with another number of signatures} */
    public NotationLimits withSignatures(int signatures) {
        return new NotationLimits(signatures, envelopeBytes);
    }

    /** {@return this with another size of envelopes, in bytes} */
    public NotationLimits withEnvelopeBytes(int envelopeBytes) {
        return new NotationLimits(signatures, envelopeBytes);
    }
}
