package dev.tallyclerk.verify.store;

import java.time.Duration;

/**
 * How much a {@link ContentStore} keeps that is a cache, and for how long.
 *
 * @param maxBytes the largest total size of the blobs in bytes; not negative
 * @param maxUnused how long a blob is kept after its last use; not negative
 */
public record CacheLimits(long maxBytes, Duration maxUnused) {
    private static final CacheLimits DEFAULTS = new CacheLimits(64L << 30, Duration.ofDays(30));

    /**
     * Makes limits.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public CacheLimits {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes is negative: " + maxBytes);
        }
        if (maxUnused.isNegative()) {
            throw new IllegalArgumentException("maxUnused is negative: " + maxUnused);
        }
    }

    /** {@return 64 GiB and 30 days} */
    public static CacheLimits defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these limits with another total size, in bytes}
     *
     * @throws IllegalArgumentException if {@code maxBytes} is negative
     */
    public CacheLimits withMaxBytes(long maxBytes) {
        return new CacheLimits(maxBytes, maxUnused);
    }

    /**
     * {@return these limits with another time after the last use}
     *
     * @throws IllegalArgumentException if {@code maxUnused} is negative
     */
    public CacheLimits withMaxUnused(Duration maxUnused) {
        return new CacheLimits(maxBytes, maxUnused);
    }
}
