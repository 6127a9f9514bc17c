package dev.tallyclerk.verify.store;

import java.time.Duration;

/**
 * How much of broken downloads is kept to be resumed.
 *
 * <p>What is shorter than 64 KiB is not kept, because fetching it again costs less than going on; so who breaks off
 * after the first byte, again and again, leaves nothing.
 *
 * <p>A clean-up goes through the partial files from the newest to the oldest and keeps each that is young enough and
 * still fits; the rest is deleted. Files that a living process is writing are neither counted nor deleted.
 *
 * @param maxPartialAge how long after its last write a partial file is kept; not negative
 * @param maxPartialBytes how large all the partial files that are kept may be together, in bytes; not negative
 */
public record StoreLimits(Duration maxPartialAge, long maxPartialBytes) {
    /** The length in bytes from which on a partial file is kept. */
    static final int SMALLEST_PARTIAL = 64 * 1024;

    private static final StoreLimits DEFAULTS = new StoreLimits(Duration.ofDays(7), 16L << 30);

    /**
     * Takes both limits.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public StoreLimits {
        if (maxPartialAge.isNegative()) {
            throw new IllegalArgumentException("maxPartialAge is negative: " + maxPartialAge);
        }
        if (maxPartialBytes < 0) {
            throw new IllegalArgumentException("maxPartialBytes is negative: " + maxPartialBytes);
        }
    }

    /** {@return 7 days and 16 GiB} */
    public static StoreLimits defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these limits with another age up to which partial files are kept}
     *
     * @throws IllegalArgumentException if {@code maxPartialAge} is negative
     */
    public StoreLimits withMaxPartialAge(Duration maxPartialAge) {
        return new StoreLimits(maxPartialAge, maxPartialBytes);
    }

    /**
     * {@return these limits with another total size of the partial files, in bytes; 0 keeps none}
     *
     * @throws IllegalArgumentException if {@code maxPartialBytes} is negative
     */
    public StoreLimits withMaxPartialBytes(long maxPartialBytes) {
        return new StoreLimits(maxPartialAge, maxPartialBytes);
    }
}
