package dev.tallyclerk.engine;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits on the time and memory that an engine may cost.
 *
 * @param maxDocumentBytes the longest answer, in bytes, from 1
 * @param maxContainers the most containers, from 1; as many images are read
 * @param maxRequestTime the longest time for one answer
 * @param maxTime the longest time for all answers together
 */
public record EngineLimits(int maxDocumentBytes, int maxContainers, Duration maxRequestTime, Duration maxTime) {
    private static final EngineLimits DEFAULTS =
            new EngineLimits(8 << 20, 10_000, Duration.ofSeconds(30), Duration.ofMinutes(10));

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public EngineLimits {
        if (maxDocumentBytes < 1 || maxContainers < 1) {
            throw new IllegalArgumentException("a limit is below 1");
        }
        requirePositive("maxRequestTime", maxRequestTime);
        requirePositive("maxTime", maxTime);
    }

    private static void requirePositive(String name, Duration time) {
        Objects.requireNonNull(time, name);
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(name + " is not positive: " + time);
        }
    }

    /** {@return answers of 8 MiB, 10,000 containers, 30 seconds for an answer, ten minutes for all} */
    public static EngineLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another longest answer, in bytes, from 1} */
    public EngineLimits withMaxDocumentBytes(int maxDocumentBytes) {
        return new EngineLimits(maxDocumentBytes, maxContainers, maxRequestTime, maxTime);
    }

    /** {@return these limits with another number of containers, from 1} */
    public EngineLimits withMaxContainers(int maxContainers) {
        return new EngineLimits(maxDocumentBytes, maxContainers, maxRequestTime, maxTime);
    }

    /** {@return these limits with another longest time for one answer} */
    public EngineLimits withMaxRequestTime(Duration maxRequestTime) {
        return new EngineLimits(maxDocumentBytes, maxContainers, maxRequestTime, maxTime);
    }

    /** {@return these limits with another longest time for all answers together} */
    public EngineLimits withMaxTime(Duration maxTime) {
        return new EngineLimits(maxDocumentBytes, maxContainers, maxRequestTime, maxTime);
    }
}
