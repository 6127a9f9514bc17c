package dev.tallyclerk.http;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits on the time, redirects and concurrent requests that a server may cost its client.
 *
 * @param maxCallTime the longest time for one call, with redirects, tokens, retries and the document it returns
 * @param maxContentTime the longest time to read or send one piece of content, such as a blob or a target file, with
 *     resumptions
 * @param maxRedirects the most redirects of one request
 * @param maxErrorBytes how much is read of a response that reports an error, in bytes
 * @param maxRequestsPerHost the most concurrent requests to one host; a request counts until its response body has
 *     ended or was closed. Requests that read content, requests that write, and all others are counted separately
 */
public record HttpLimits(
        Duration maxCallTime, Duration maxContentTime, int maxRedirects, int maxErrorBytes, int maxRequestsPerHost) {
    private static final HttpLimits DEFAULTS =
            new HttpLimits(Duration.ofMinutes(2), Duration.ofHours(1), 5, 64 * 1024, 8);

    public HttpLimits {
        requirePositive("maxCallTime", maxCallTime);
        requirePositive("maxContentTime", maxContentTime);
        requireAtLeast(0, "maxRedirects", maxRedirects);
        requireAtLeast(1, "maxErrorBytes", maxErrorBytes);
        requireAtLeast(1, "maxRequestsPerHost", maxRequestsPerHost);
    }

    private static void requirePositive(String name, Duration time) {
        Objects.requireNonNull(time, name);
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
     * {@return two minutes for a call, an hour for content, five redirects, 64 KiB of errors, eight requests a host}
     */
    public static HttpLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another longest time for a call} */
    public HttpLimits withMaxCallTime(Duration maxCallTime) {
        return new HttpLimits(maxCallTime, maxContentTime, maxRedirects, maxErrorBytes, maxRequestsPerHost);
    }

    /** {@return these limits with another longest time for content} */
    public HttpLimits withMaxContentTime(Duration maxContentTime) {
        return new HttpLimits(maxCallTime, maxContentTime, maxRedirects, maxErrorBytes, maxRequestsPerHost);
    }

    /** {@return these limits with another number of redirects, from 0} */
    public HttpLimits withMaxRedirects(int maxRedirects) {
        return new HttpLimits(maxCallTime, maxContentTime, maxRedirects, maxErrorBytes, maxRequestsPerHost);
    }

    /** {@return these limits with another bound on error responses, in bytes, from 1} */
    public HttpLimits withMaxErrorBytes(int maxErrorBytes) {
        return new HttpLimits(maxCallTime, maxContentTime, maxRedirects, maxErrorBytes, maxRequestsPerHost);
    }

    /** {@return these limits with another number of concurrent requests to one host, from 1} */
    public HttpLimits withMaxRequestsPerHost(int maxRequestsPerHost) {
        return new HttpLimits(maxCallTime, maxContentTime, maxRedirects, maxErrorBytes, maxRequestsPerHost);
    }
}
