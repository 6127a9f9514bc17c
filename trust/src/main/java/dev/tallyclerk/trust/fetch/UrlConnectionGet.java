package dev.tallyclerk.trust.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.ProtocolException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The older HTTP client of the runtime, because the newer one is slow to start. */
final class UrlConnectionGet implements HttpGet {
    @Override
    public Answer send(URI uri, FetchOptions options) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        try {
            connection.setAuthenticator(NobodyButProxies.INSTANCE);
        } catch (UnsupportedOperationException e) {
            throw new IOException("the HTTP client of this process may send its passwords; use another HttpGet", e);
        }
        connection.setConnectTimeout((int) options.connectTimeout().toMillis());
        connection.setReadTimeout((int) options.readTimeout().toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept-Encoding", "identity");
        boolean answered = false;
        try {
            int status = connection.getResponseCode();
            if (status < 0) {
                throw new ProtocolException("no answer of HTTP from " + uri.getHost());
            }
            answered = true;
            return new UrlConnectionAnswer(connection, status);
        } catch (RuntimeException | StackOverflowError e) {
            // What the runtime makes of ports, challenges and the like that are none, and of endless interim answers.
            ProtocolException unreadable = new ProtocolException("no answer that can be read from " + uri.getHost());
            unreadable.initCause(e);
            throw unreadable;
        } finally {
            if (!answered) {
                connection.disconnect();
            }
        }
    }

    /**
     * Has a password for a proxy if the process has one, and for nobody else: in place of the authenticator that the
     * process may have, which would answer whoever asks.
     */
    private static final class NobodyButProxies extends Authenticator {
        /**
         * One, for it is part of a pool's key; here, so that a caller who reads only files does not wait for it to be
         * made.
         */
        static final Authenticator INSTANCE = new NobodyButProxies();

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            Authenticator own = Authenticator.getDefault();
            return getRequestorType() == RequestorType.PROXY && own != null
                    ? own.requestPasswordAuthenticationInstance(
                            getRequestingHost(),
                            getRequestingSite(),
                            getRequestingPort(),
                            getRequestingProtocol(),
                            getRequestingPrompt(),
                            getRequestingScheme(),
                            getRequestingURL(),
                            getRequestorType())
                    : null;
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
