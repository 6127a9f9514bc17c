package dev.tallyclerk.trust.fetch;

import java.time.Duration;

/**
 * How patient a {@linkplain MetadataFetcher#ofUri fetcher} is.
 *
 * @param connectTimeout how long to wait for a connection; from 1 millisecond to 24 days
 * @param readTimeout how long to wait for the next bytes; from 1 millisecond to 24 days
 * @param totalTimeout how long one file may take with all redirects, from 1 millisecond to 24 days, so that no server
 *     can drip its body for ever; checked between reads of the body, so {@code readTimeout} may come on top, and not
 *     while the runtime reads the head of an answer or what comes behind its last chunk, which {@code readTimeout}
 *     alone guards: against a server that never ends those, use {@link HttpGet#withExecutor},
 *     {@link dev.tallyclerk.trust.jdkhttp.JdkHttpGet} or {@link dev.tallyclerk.trust.okhttp.OkHttpGet}
 * @param maxRedirects how many redirects to follow for one file, not negative
 */
public record FetchOptions(Duration connectTimeout, Duration readTimeout, Duration totalTimeout, int maxRedirects) {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** The runtime's own clients count milliseconds in an int. */
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private static final FetchOptions DEFAULTS =
            new FetchOptions(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofMinutes(2), 5);

    public FetchOptions {
        requirePositive(connectTimeout, "connectTimeout");
        requirePositive(readTimeout, "readTimeout");
        requirePositive(totalTimeout, "totalTimeout");
        if (maxRedirects < 0) {
            throw new IllegalArgumentException("maxRedirects is negative: " + maxRedirects);
        }
    }

    /** {@return 10 seconds to connect, 20 to read, 2 minutes in all, and 5 redirects} */
    public static FetchOptions defaults() {
        return DEFAULTS;
    }

    /** {@return the defaults, but an hour in all: what is enough for metadata is not for every target file} */
    public static FetchOptions defaultsForTargets() {
        return DEFAULTS.withTotalTimeout(Duration.ofHours(1));
    }

    /**
     * {@return these options with another time to connect}
     *
     * @param timeout from 1 millisecond to 24 days
     */
    public FetchOptions withConnectTimeout(Duration timeout) {
        return new FetchOptions(timeout, readTimeout, totalTimeout, maxRedirects);
    }

    /**
     * {@return these options with another time to wait for the next bytes}
     *
     * @param timeout from 1 millisecond to 24 days
     */
    public FetchOptions withReadTimeout(Duration timeout) {
        return new FetchOptions(connectTimeout, timeout, totalTimeout, maxRedirects);
    }

    /**
     * {@return these options with another time for one file}
     *
     * @param timeout from 1 millisecond to 24 days
     */
    public FetchOptions withTotalTimeout(Duration timeout) {
        return new FetchOptions(connectTimeout, readTimeout, timeout, maxRedirects);
    }

    /**
     * {@return these options with another number of redirects}
     *
     * @param redirects not negative
     */
    public FetchOptions withMaxRedirects(int redirects) {
        return new FetchOptions(connectTimeout, readTimeout, totalTimeout, redirects);
    }

    private static void requirePositive(Duration timeout, String name) {
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is not from 1 ms to 24 days: " + timeout);
        }
    }
}
