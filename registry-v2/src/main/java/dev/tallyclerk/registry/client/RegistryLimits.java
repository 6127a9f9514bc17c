package dev.tallyclerk.registry.client;

/**
 * Limits on tokens, lists and caches of a registry client, in addition to {@link dev.tallyclerk.http.HttpLimits} and
 * {@link dev.tallyclerk.registry.model.DocumentLimits}.
 *
 * @param maxTokenBytes the largest response of a token service, in bytes
 * @param maxPages the most pages of one list of tags, repositories or referrers
 * @param maxPageBytes the largest page of a list, in bytes
 * @param maxListEntries the most entries of one list, and so the most that one page is asked to have
 * @param maxCachedTokens the most tokens that are cached, and as many challenges, and digests for which a mirror had
 *     other content, and once more as many for registries to which others redirect; beyond, the entry that was not used
 *     for the longest time is dropped
 */
public record RegistryLimits(
        int maxTokenBytes, int maxPages, int maxPageBytes, int maxListEntries, int maxCachedTokens) {
    private static final RegistryLimits DEFAULTS = new RegistryLimits(1 << 20, 1_000, 4 << 20, 100_000, 256);

    public RegistryLimits {
        requirePositive("maxTokenBytes", maxTokenBytes);
        requirePositive("maxPages", maxPages);
        requirePositive("maxPageBytes", maxPageBytes);
        requirePositive("maxListEntries", maxListEntries);
        requirePositive("maxCachedTokens", maxCachedTokens);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /**
     * {@return limits that no honest registry exceeds}
     *
     * <p>They are 1 MiB for a token, lists of 1,000 pages of up to 4 MiB with 100,000 entries, and 256 tokens.
     */
    public static RegistryLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another bound on a token service's response, in bytes, from 1} */
    public RegistryLimits withMaxTokenBytes(int maxTokenBytes) {
        return new RegistryLimits(maxTokenBytes, maxPages, maxPageBytes, maxListEntries, maxCachedTokens);
    }

    /** {@return these limits with another number of pages of a list, from 1} */
    public RegistryLimits withMaxPages(int maxPages) {
        return new RegistryLimits(maxTokenBytes, maxPages, maxPageBytes, maxListEntries, maxCachedTokens);
    }

    /** {@return these limits with another bound on a page, in bytes, from 1} */
    public RegistryLimits withMaxPageBytes(int maxPageBytes) {
        return new RegistryLimits(maxTokenBytes, maxPages, maxPageBytes, maxListEntries, maxCachedTokens);
    }

    /** {@return these limits with another number of entries of a list, from 1} */
    public RegistryLimits withMaxListEntries(int maxListEntries) {
        return new RegistryLimits(maxTokenBytes, maxPages, maxPageBytes, maxListEntries, maxCachedTokens);
    }

    /** {@return these limits with another number of cached tokens, from 1} */
    public RegistryLimits withMaxCachedTokens(int maxCachedTokens) {
        return new RegistryLimits(maxTokenBytes, maxPages, maxPageBytes, maxListEntries, maxCachedTokens);
    }
}
