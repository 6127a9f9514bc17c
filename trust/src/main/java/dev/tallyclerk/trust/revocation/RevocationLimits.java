package dev.tallyclerk.trust.revocation;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits on what finding out about one certificate may cost.
 *
 * @param maxListBytes the largest list (CRL), in bytes, from 1; once its signature is verified, reading it needs
 *     several times that much memory
 * @param maxAnswerBytes the largest answer of an OCSP responder, in bytes, from 1
 * @param maxAddresses how many addresses are asked, from 0
 * @param clockSkew how far the clocks of a responder and of this machine may differ, not negative
 */
public record RevocationLimits(int maxListBytes, int maxAnswerBytes, int maxAddresses, Duration clockSkew) {
    private static final RevocationLimits DEFAULTS =
            new RevocationLimits(32 * 1024 * 1024, 64 * 1024, 3, Duration.ofMinutes(5));

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public RevocationLimits {
        Objects.requireNonNull(clockSkew, "clockSkew");
        if (maxListBytes < 1 || maxAnswerBytes < 1 || maxAddresses < 0 || clockSkew.isNegative()) {
            throw new IllegalArgumentException("a limit out of range: " + maxListBytes + ", " + maxAnswerBytes + ", "
                    + maxAddresses + ", " + clockSkew);
        }
    }

    /** {@return 32 MiB for a list, 64 KiB for an answer, three addresses, five minutes between clocks} */
    public static RevocationLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another size of lists, in bytes} */
    public RevocationLimits withMaxListBytes(int maxListBytes) {
        return new RevocationLimits(maxListBytes, maxAnswerBytes, maxAddresses, clockSkew);
    }

    /** {@return these limits with another size of OCSP answers, in bytes} */
    public RevocationLimits withMaxAnswerBytes(int maxAnswerBytes) {
        return new RevocationLimits(maxListBytes, maxAnswerBytes, maxAddresses, clockSkew);
    }

    /** {@return these limits with another number of addresses for each certificate} */
    public RevocationLimits withMaxAddresses(int maxAddresses) {
        return new RevocationLimits(maxListBytes, maxAnswerBytes, maxAddresses, clockSkew);
    }

    /** {@return these limits with another difference between clocks} */
    public RevocationLimits withClockSkew(Duration clockSkew) {
        return new RevocationLimits(maxListBytes, maxAnswerBytes, maxAddresses, clockSkew);
    }
}
