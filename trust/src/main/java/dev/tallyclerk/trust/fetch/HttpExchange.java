package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.trust.fetch.MetadataFetcher.BodyTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A GET with its redirects, and what its answer means; the same over every HTTP client. */
final class HttpExchange {
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int PERMANENT_REDIRECT = 308;
    private static final int MAX_PORT = 65_535;

    /** How much of an error page is worth reading to keep its connection, in bytes. */
    private static final int MAX_ERROR_PAGE = 8_192;

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final HttpGet http;
    private final FetchOptions options;
    private final LongSupplier nanoTime;

    HttpExchange(HttpGet http, FetchOptions options) {
        this(http, options, System::nanoTime);
    }

    HttpExchange(HttpGet http, FetchOptions options, LongSupplier nanoTime) {
        this.http = http;
        this.options = options;
        this.nanoTime = nanoTime;
    }

    Optional<byte[]> fetch(URI first, String fileName, int maxBytes) throws IOException {
        Optional<HttpBody> found = get(first, fileName);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (HttpBody body = found.get()) {
            if (body.announced() > maxBytes) {
                throw new BodyTooLargeException(fileName, maxBytes);
            }
            return Optional.of(BoundedBody.read(body, fileName, maxBytes, body.timeLeft()));
        }
    }

    Optional<InputStream> open(URI first, String what) throws IOException {
        return get(first, what).map(body -> body);
    }

    private Optional<HttpBody> get(URI first, String what) throws IOException {
        long start = nanoTime.getAsLong();
        // Asked anew each time: what the head takes is gone for the body.
        Supplier<Duration> timeLeft = () -> options.totalTimeout().minusNanos(nanoTime.getAsLong() - start);
        URI uri = first;
        for (int redirects = 0; ; redirects++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted before " + what + " was asked for");
            }
            Duration left = timeLeft.get();
            if (left.compareTo(SHORTEST) < 0) {
                throw new SocketTimeoutException(what + " took longer than allowed; the server is too slow");
            }
            HttpGet.Answer answer = http.send(uri, options.withTotalTimeout(left));
            boolean handedOn = false;
            try {
                int status = answer.status();
                if (isRedirect(status)) {
                    if (redirects == options.maxRedirects()) {
                        throw new ProtocolException("more than " + redirects + " redirects from " + first);
                    }
                    uri = redirected(uri, answer.header("Location").orElse(null));
                    continue;
                }
                if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_FORBIDDEN) {
                    readErrorPage(answer, what, timeLeft.get());
                    return Optional.empty();
                }
                HttpBody body = body(uri, answer, what, timeLeft);
                handedOn = true;
                return Optional.of(body);
            } finally {
                if (!handedOn) {
                    answer.close();
                }
            }
        }
    }

    private static HttpBody body(URI uri, HttpGet.Answer answer, String what, Supplier<Duration> timeLeft)
            throws IOException {
        if (answer.status() != HttpURLConnection.HTTP_OK) {
            throw new ProtocolException("HTTP status " + answer.status() + " for " + what + " from " + uri.getHost());
        }
        // A compressed body would be bounded before it is expanded, and hashes are over the expanded one.
        Optional<String> encoding = answer.header("Content-Encoding");
        if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("identity")) {
            throw new ProtocolException(what + " came with a content encoding that was not asked for");
        }
        return new HttpBody(answer, what, timeLeft);
    }

    /** To its end if that is within reason, so that the connection can serve the next file. */
    private static void readErrorPage(HttpGet.Answer answer, String what, Duration left) {
        try {
            BoundedBody.read(answer.body(), what, MAX_ERROR_PAGE, left);
        } catch (IOException e) {
            // Then it cannot, and nothing else depends on it.
        }
    }

    private static boolean isRedirect(int status) {
        return status == HttpURLConnection.HTTP_MOVED_PERM
                || status == HttpURLConnection.HTTP_MOVED_TEMP
                || status == HttpURLConnection.HTTP_SEE_OTHER
                || status == TEMPORARY_REDIRECT
                || status == PERMANENT_REDIRECT;
    }

    /** {@return where a redirect leads, which is never from https to http} */
    static URI redirected(URI from, @Nullable String location) throws IOException {
        URI to;
        try {
            to = location == null ? from : from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("redirect to something that is not a URI");
        }
        String scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
        boolean downgrade = scheme.equals("http") && !"http".equalsIgnoreCase(from.getScheme());
        if (to.getHost() == null
                || to.getPort() > MAX_PORT
                || downgrade
                || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new ProtocolException("redirect from " + from.getScheme() + " to another kind of URI than https");
        }
        return to;
    }
}
