package dev.tallyclerk.verify.store;

import java.time.Duration;

/**
 * Limits on the partial downloads that a store keeps to be resumed.
 *
 * <p>Partial files below 64 KiB are not kept, because fetching them again is cheaper than resuming; so a peer that
 * always breaks off after the first byte leaves nothing.
 *
 * <p>A clean-up keeps the partial files from the newest to the oldest as long as they are young enough and fit, and
 * deletes the rest. Files that a living process is writing are neither counted nor deleted.
 *
 * @param maxPartialAge how long a partial file is kept after its last write; not negative
 * @param maxPartialBytes the largest total size of the partial files that are kept, in bytes; not negative
 */
public record StoreLimits(Duration maxPartialAge, long maxPartialBytes) {
    /** The smallest partial file that is kept, in bytes. */
    static final int SMALLEST_PARTIAL = 64 * 1024;

    private static final StoreLimits DEFAULTS = new StoreLimits(Duration.ofDays(7), 16L << 30);

    /**
     * Makes limits.
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
