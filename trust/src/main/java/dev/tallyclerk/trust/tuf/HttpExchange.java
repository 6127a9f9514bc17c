package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.tuf.MetadataFetcher.BodyTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One GET with its redirects. The older HTTP client of the runtime, because the newer one is slow to start. */
final class HttpExchange {
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int PERMANENT_REDIRECT = 308;

    /** How much of an error page is worth reading to keep its connection, in bytes. */
    private static final int MAX_ERROR_PAGE = 8_192;

    private final FetchOptions options;

    HttpExchange(FetchOptions options) {
        this.options = options;
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
        long start = System.nanoTime();
        URI uri = first;
        for (int redirects = 0; ; redirects++) {
            Duration left = options.totalTimeout().minusNanos(System.nanoTime() - start);
            if (left.isNegative()) {
                throw new SocketTimeoutException(what + " took longer than allowed; the server is too slow");
            }
            HttpURLConnection connection = connect(uri);
            boolean reusable = false;
            boolean handedOn = false;
            try {
                int status = connection.getResponseCode();
                if (isRedirect(status)) {
                    if (redirects == options.maxRedirects()) {
                        throw new ProtocolException("more than " + redirects + " redirects from " + first);
                    }
                    uri = redirected(uri, connection.getHeaderField("Location"));
                    continue;
                }
                if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_FORBIDDEN) {
                    reusable = isRead(connection.getErrorStream(), what, left);
                    return Optional.empty();
                }
                HttpBody body = body(connection, status, what, left);
                handedOn = true;
                return Optional.of(body);
            } finally {
                // After a whole answer the connection serves the next file, which saves a TLS handshake each.
                if (!reusable && !handedOn) {
                    connection.disconnect();
                }
            }
        }
    }

    private HttpURLConnection connect(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout((int) options.connectTimeout().toMillis());
        connection.setReadTimeout((int) options.readTimeout().toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        // A compressed body would be bounded before it is expanded, and hashes are over the expanded one.
        connection.setRequestProperty("Accept-Encoding", "identity");
        return connection;
    }

    private static HttpBody body(HttpURLConnection connection, int status, String what, Duration left)
            throws IOException {
        if (status != HttpURLConnection.HTTP_OK) {
            throw new ProtocolException("HTTP status " + status + " for " + what + " from "
                    + connection.getURL().getHost());
        }
        String encoding = connection.getContentEncoding();
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProtocolException(what + " came with a content encoding that was not asked for");
        }
        return new HttpBody(connection, what, left);
    }

    /** {@return whether an error page came to its end within reason} */
    private static boolean isRead(@Nullable InputStream page, String what, Duration left) {
        if (page == null) {
            return true;
        }
        try (page) {
            BoundedBody.read(page, what, MAX_ERROR_PAGE, left);
            return true;
        } catch (IOException e) {
            return false;
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
        if (to.getHost() == null || downgrade || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new ProtocolException("redirect from " + from.getScheme() + " to another kind of URI than https");
        }
        return to;
    }
}
