package dev.tallyclerk.registry.client;

import java.time.Duration;
import java.util.Objects;

/**
 * What a registry may cost its client, apart from its documents, which
 * {@link dev.tallyclerk.registry.model.DocumentLimits} limits.
 *
 * @param maxCallTime how long one call may take in all, with redirects, tokens, retries and the document it gives
 * @param maxBlobTime how long one blob may take to be read or sent in all, with resumptions
 * @param maxRedirects the most redirects of one request
 * @param maxTokenBytes the largest answer of a token service, in bytes
 * @param maxErrorBytes how much is read of an answer that says what went wrong, in bytes
 * @param maxPages the most pages of one list of tags, repositories or referrers
 * @param maxPageBytes the largest page of one, in bytes
 * @param maxListEntries the most entries of one in all, and so the most that one page is asked to have
 * @param maxRequestsPerHost the most requests under way at one host at a time; one is until its answer's body has ended
 *     or was closed. What reads content, what writes, and all else are counted apart
 * @param maxCachedTokens the most tokens that are kept, and as many challenges, and digests that a mirror had other
 *     content for, and once more as many for registries to which others redirect; beyond, those that were not used for
 *     the longest time go
 */
public record ClientLimits(
        Duration maxCallTime,
        Duration maxBlobTime,
        int maxRedirects,
        int maxTokenBytes,
        int maxErrorBytes,
        int maxPages,
        int maxPageBytes,
        int maxListEntries,
        int maxRequestsPerHost,
        int maxCachedTokens) {
    private static final ClientLimits DEFAULTS = new ClientLimits(
            Duration.ofMinutes(2), Duration.ofHours(1), 5, 1 << 20, 64 * 1024, 1_000, 4 << 20, 100_000, 8, 256);

    public ClientLimits {
        Objects.requireNonNull(maxCallTime, "maxCallTime");
        Objects.requireNonNull(maxBlobTime, "maxBlobTime");
        requirePositive("maxCallTime", maxCallTime);
        requirePositive("maxBlobTime", maxBlobTime);
        requireAtLeast(0, "maxRedirects", maxRedirects);
        requireAtLeast(1, "maxTokenBytes", maxTokenBytes);
        requireAtLeast(1, "maxErrorBytes", maxErrorBytes);
        requireAtLeast(1, "maxPages", maxPages);
        requireAtLeast(1, "maxPageBytes", maxPageBytes);
        requireAtLeast(1, "maxListEntries", maxListEntries);
        requireAtLeast(1, "maxRequestsPerHost", maxRequestsPerHost);
        requireAtLeast(1, "maxCachedTokens", maxCachedTokens);
    }

    private static void requirePositive(String name, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(name + " is not positive: " + time);
        }
    }

    private static void requireAtLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is below " + least + ": " + value);
        }
    }

    /**
     * {@return limits that no honest registry passes}
     *
     * <p>They are two minutes for a call and an hour for a blob, five redirects, 1 MiB for a token and 64 KiB for an
     * error, lists of 1,000 pages of up to 4 MiB with 100,000 entries, eight requests at a time at one host, and 256
     * tokens.
     */
    public static ClientLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another time for a call, which is above zero} */
    public ClientLimits withMaxCallTime(Duration time) {
        return new ClientLimits(
                time,
                maxBlobTime,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                maxPages,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another time for a blob, which is above zero} */
    public ClientLimits withMaxBlobTime(Duration time) {
        return new ClientLimits(
                maxCallTime,
                time,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                maxPages,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another number of redirects, from 0} */
    public ClientLimits withMaxRedirects(int count) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                count,
                maxTokenBytes,
                maxErrorBytes,
                maxPages,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another size of a token service's answer in bytes, from 1} */
    public ClientLimits withMaxTokenBytes(int bytes) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                bytes,
                maxErrorBytes,
                maxPages,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another size of an error in bytes, from 1} */
    public ClientLimits withMaxErrorBytes(int bytes) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                maxTokenBytes,
                bytes,
                maxPages,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another number of pages of a list, from 1} */
    public ClientLimits withMaxPages(int count) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                count,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another size of a page in bytes, from 1} */
    public ClientLimits withMaxPageBytes(int bytes) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                maxPages,
                bytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another number of entries of a list, from 1} */
    public ClientLimits withMaxListEntries(int count) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                maxPages,
                maxPageBytes,
                count,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another number of requests at a time at one host, from 1} */
    public ClientLimits withMaxRequestsPerHost(int count) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                maxPages,
                maxPageBytes,
                maxListEntries,
                count,
                maxCachedTokens);
    }

    /** {@return these limits with another number of tokens that are kept, from 1} */
    public ClientLimits withMaxCachedTokens(int count) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                maxPages,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                count);
    }
}
