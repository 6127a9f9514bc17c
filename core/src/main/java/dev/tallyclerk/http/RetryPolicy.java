package dev.tallyclerk.http;

import java.time.Duration;
import java.util.Objects;

/**
 * The number of attempts of a call, and the waits between them.
 *
 * <p>An idempotent call is retried if there is no response or a broken one, and after 408, 429, 499 and 500 to 599
 * except 501, 505 and 511. Any other call is retried after 429, and if there was no connection or no token for it,
 * because the server has not begun it then. A call whose body cannot be sent again is never retried. The wait before
 * attempt n+1 is a random time up to {@code firstWait} doubled n-1 times, at most {@code longestWait} ("full jitter");
 * a longer Retry-After replaces it. After 429 without one the wait is at least a second, doubled n-1 times, at most
 * {@code longestWait}; unless {@code firstWait} is zero.
 *
 * <p>The attempts of a download are counted anew after each request that received 4 KiB or more before it broke.
 *
 * @param attempts the largest number of attempts of a call, at least 1
 * @param firstWait the longest wait after the first attempt, except after 429. It is also the wait, but at most a
 *     second, before each of the two checks of an index of referrers after a push; if another client has replaced the
 *     index, four more checks follow, each after twice the previous wait
 * @param longestWait the longest wait after any attempt
 * @param longestRetryAfter the longest Retry-After to observe; a call fails at once if the server asks for more
 */
public record RetryPolicy(int attempts, Duration firstWait, Duration longestWait, Duration longestRetryAfter) {
    private static final RetryPolicy DEFAULTS =
            new RetryPolicy(5, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofMinutes(1));

    public RetryPolicy {
        Objects.requireNonNull(firstWait, "firstWait");
        Objects.requireNonNull(longestWait, "longestWait");
        Objects.requireNonNull(longestRetryAfter, "longestRetryAfter");
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts is below 1: " + attempts);
        }
        if (firstWait.isNegative() || longestWait.isNegative() || longestRetryAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "a wait is negative: " + firstWait + ", " + longestWait + ", Retry-After of " + longestRetryAfter);
        }
    }

    /** {@return five attempts, waits of up to 0.2 s at first and 10 s at most, and Retry-After of up to a minute} */
    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /** {@return one attempt} */
    public static RetryPolicy never() {
        return DEFAULTS.withAttempts(1);
    }

    /** {@return this policy with another number of attempts} */
    public RetryPolicy withAttempts(int attempts) {
        return new RetryPolicy(attempts, firstWait, longestWait, longestRetryAfter);
    }

    /** {@return this policy with another longest wait after the first attempt, from zero} */
    public RetryPolicy withFirstWait(Duration firstWait) {
        return new RetryPolicy(attempts, firstWait, longestWait, longestRetryAfter);
    }

    /** {@return this policy with another longest wait after any attempt, from zero} */
    public RetryPolicy withLongestWait(Duration longestWait) {
        return new RetryPolicy(attempts, firstWait, longestWait, longestRetryAfter);
    }

    /** {@return this policy with another longest Retry-After} */
    public RetryPolicy withLongestRetryAfter(Duration longestRetryAfter) {
        return new RetryPolicy(attempts, firstWait, longestWait, longestRetryAfter);
    }
}
