package dev.tallyclerk.trust.tuf;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The older HTTP client of the runtime, because the newer one is slow to start. */
final class UrlConnectionGet implements HttpGet {
    @Override
    public Answer send(URI uri, FetchOptions options) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout((int) options.connectTimeout().toMillis());
        connection.setReadTimeout((int) options.readTimeout().toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept-Encoding", "identity");
        boolean answered = false;
        try {
            int status = connection.getResponseCode();
            answered = true;
            return new UrlConnectionAnswer(connection, status);
        } finally {
            if (!answered) {
                connection.disconnect();
            }
        }
    }

    private static final class UrlConnectionAnswer implements Answer {
        private final HttpURLConnection connection;
        private final int status;
        private @Nullable InputStream body;

        UrlConnectionAnswer(HttpURLConnection connection, int status) {
            this.connection = connection;
            this.status = status;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(connection.getHeaderField(name));
        }

        @Override
        public InputStream body() throws IOException {
            if (body == null) {
                InputStream in = status < HttpURLConnection.HTTP_BAD_REQUEST
                        ? connection.getInputStream()
                        : connection.getErrorStream();
                body = in == null ? InputStream.nullInputStream() : in;
            }
            return body;
        }

        @Override
        public void close() throws IOException {
            if (body == null) {
                connection.disconnect();
            } else {
                // After a whole one the connection serves the next file, which saves a TLS handshake each.
                body.close();
            }
        }
    }
}
