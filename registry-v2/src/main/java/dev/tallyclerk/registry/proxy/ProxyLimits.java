package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.verify.store.CacheLimits;
import java.time.Duration;
import java.util.Objects;

/**
 * How long a proxy relies on what it knows, and how much it keeps.
 *
 * @param tagTime how long a tag is answered without asking the upstream; 0 asks each time
 * @param missingTime how long the answer that something does not exist is repeated, and how long an upstream that
 *     failed is not asked again for a tag that can be answered without it
 * @param staleTime for how long after {@code tagTime} a tag is answered as it was if the upstream fails, and for how
 *     long after {@code decisionTime} an accepted image stays so if nobody can be asked again; 0 never
 * @param decisionTime how long a decision on an image holds, unless the policy's version changes. One that lacks data
 *     holds for {@code missingTime}; that something could not be read is no decision
 * @param callerTime how long what a caller's own login has led to is given to that caller, after the last answer of the
 *     upstream
 * @param cache how much content is kept; a blob that is larger than all of it is given to each caller and not kept
 */
public record ProxyLimits(
        Duration tagTime,
        Duration missingTime,
        Duration staleTime,
        Duration decisionTime,
        Duration callerTime,
        CacheLimits cache) {
    private static final ProxyLimits DEFAULTS = new ProxyLimits(
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            Duration.ofDays(7),
            Duration.ofHours(1),
            Duration.ofHours(1),
            CacheLimits.defaults());

    /**
     * Makes limits.
     *
     * @throws IllegalArgumentException if a time is negative
     */
    public ProxyLimits {
        requireTime("tagTime", tagTime);
        requireTime("missingTime", missingTime);
        requireTime("staleTime", staleTime);
        requireTime("decisionTime", decisionTime);
        requireTime("callerTime", callerTime);
        Objects.requireNonNull(cache, "cache");
    }

    private static void requireTime(String name, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(name + " is negative: " + time);
        }
    }

    /** {@return 1 minute, 10 seconds, 7 days, 1 hour, 1 hour, and the default limits of a cache} */
    public static ProxyLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another time for tags} */
    public ProxyLimits withTagTime(Duration tagTime) {
        return new ProxyLimits(tagTime, missingTime, staleTime, decisionTime, callerTime, cache);
    }

    /** {@return these limits with another time for what does not exist} */
    public ProxyLimits withMissingTime(Duration missingTime) {
        return new ProxyLimits(tagTime, missingTime, staleTime, decisionTime, callerTime, cache);
    }

    /** {@return these limits with another time for answers without the upstream} */
    public ProxyLimits withStaleTime(Duration staleTime) {
        return new ProxyLimits(tagTime, missingTime, staleTime, decisionTime, callerTime, cache);
    }

    /** {@return these limits with another time for decisions} */
    public ProxyLimits withDecisionTime(Duration decisionTime) {
        return new ProxyLimits(tagTime, missingTime, staleTime, decisionTime, callerTime, cache);
    }

    /** {@return these limits with another time for what callers' own logins have led to} */
    public ProxyLimits withCallerTime(Duration callerTime) {
        return new ProxyLimits(tagTime, missingTime, staleTime, decisionTime, callerTime, cache);
    }

    /** {@return these limits with other limits on the cache} */
    public ProxyLimits withCache(CacheLimits cache) {
        return new ProxyLimits(tagTime, missingTime, staleTime, decisionTime, callerTime, cache);
    }
}
