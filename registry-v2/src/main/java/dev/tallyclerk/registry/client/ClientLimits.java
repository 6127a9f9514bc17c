package dev.tallyclerk.registry.client;

import java.time.Duration;
import java.util.Objects;

/**
 * What a registry may cost its client, apart from its documents, which
 * {@link dev.tallyclerk.registry.model.RegistryLimits} limits.
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
        if (maxCallTime.isNegative() || maxCallTime.isZero() || maxBlobTime.isNegative() || maxBlobTime.isZero()) {
            throw new IllegalArgumentException("a time is not positive");
        }
        if (maxRedirects < 0) {
            throw new IllegalArgumentException("maxRedirects is negative: " + maxRedirects);
        }
        if (maxTokenBytes < 1
                || maxErrorBytes < 1
                || maxPages < 1
                || maxPageBytes < 1
                || maxListEntries < 1
                || maxRequestsPerHost < 1
                || maxCachedTokens < 1) {
            throw new IllegalArgumentException("a limit is below 1");
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

    /** {@return these limits with other times for a call and for a blob} */
    public ClientLimits withTimes(Duration call, Duration blob) {
        return new ClientLimits(
                call,
                blob,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                maxPages,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another number of redirects} */
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

    /** {@return these limits with other sizes of a token service's answer and of an error, in bytes} */
    public ClientLimits withMaxAnswerBytes(int token, int error) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                token,
                error,
                maxPages,
                maxPageBytes,
                maxListEntries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with other pages of a list, bytes of one, and entries of all} */
    public ClientLimits withMaxLists(int pages, int pageBytes, int entries) {
        return new ClientLimits(
                maxCallTime,
                maxBlobTime,
                maxRedirects,
                maxTokenBytes,
                maxErrorBytes,
                pages,
                pageBytes,
                entries,
                maxRequestsPerHost,
                maxCachedTokens);
    }

    /** {@return these limits with another number of requests at a time at one host} */
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

    /** {@return these limits with another number of tokens that are kept} */
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
