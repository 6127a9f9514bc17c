package dev.tallyclerk.http;

import java.time.Duration;
import java.util.Objects;

/**
 * How often, and after which waits, a call that is safe to repeat is repeated.
 *
 * <p>Repeated are calls that change nothing or the same thing again, after no answer, a broken one, 408, 429, 499 or
 * any of 500 to 599 but 501, 505 and 511; and others after 429, or where there was no connection or no token for them,
 * because nothing of them was begun then. No call is repeated whose body cannot be sent again. The wait before attempt
 * n+1 is a random time up to {@code firstWait} doubled n-1 times, at most {@code longestWait} ("full jitter"); a
 * registry's Retry-After counts instead if it is longer. After 429 without one the wait is at least a second, doubled
 * n-1 times, at most {@code longestWait}; unless {@code firstWait} is zero.
 *
 * <p>A blob's download that breaks after another 4 KiB or more begins to count anew; where less comes for a request, it
 * counts as a failure.
 *
 * @param attempts how often a call is tried in all, at least 1
 * @param firstWait the longest wait after the first attempt, except after 429; and, up to a second, before each of the
 *     two further looks at an index of referrers that was put, by which a push notices that another client has put its
 *     own; where one has, four more looks follow, each after twice the wait before
 * @param longestWait the longest wait after any attempt
 * @param longestRetryAfter the longest Retry-After that is kept to; a call whose registry asks for more fails at once
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
