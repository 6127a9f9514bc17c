package dev.tallyclerk.trust.okhttp;

import dev.tallyclerk.trust.tuf.FetchOptions;
import dev.tallyclerk.trust.tuf.HttpGet;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.CookieJar;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Fetches over an {@link OkHttpClient} that the caller configures and owns.
 *
 * <p>The client's proxy, certificate checks, interceptors and connections are used as they are; its timeouts are
 * replaced by those of {@link FetchOptions}, and its redirects, authenticator, cookies and cache are not used. Safe for
 * use by several threads.
 */
public final class OkHttpGet implements HttpGet {
    private final OkHttpClient client;

    /**
     * Uses {@code client}, sharing its connections and threads.
     *
     * @param client the client, not closed by this class
     */
    @SuppressWarnings("exports") // OkHttp is the caller's choice: see module-info
    public OkHttpGet(OkHttpClient client) {
        this.client = client.newBuilder()
                .followRedirects(false)
                .followSslRedirects(false)
                .authenticator(Authenticator.NONE)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .build();
    }

    @Override
    public Answer send(URI uri, FetchOptions options) throws IOException {
        try {
            Call call = client.newBuilder()
                    .connectTimeout(options.connectTimeout())
                    .readTimeout(options.readTimeout())
                    .writeTimeout(options.readTimeout())
                    .build()
                    .newCall(new Request.Builder()
                            .url(uri.toString())
                            // Else OkHttp would ask for gzip, and undo it.
                            .header("Accept-Encoding", "identity")
                            .build());
            call.timeout().timeout(options.totalTimeout().toNanos(), TimeUnit.NANOSECONDS);
            return new OkHttpAnswer(call, call.execute());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException("the address or the answer makes no sense: " + e.getMessage(), e);
        }
    }

    private static final class OkHttpAnswer implements Answer {
        private final Call call;
        private final Response response;
        private final Body body;

        OkHttpAnswer(Call call, Response response) {
            this.call = call;
            this.response = response;
            this.body = new Body(response.body().byteStream());
        }

        @Override
        public int status() {
            return response.code();
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(response.header(name));
        }

        @Override
        public InputStream body() {
            return body;
        }

        @Override
        public void close() throws IOException {
            if (!body.ended) {
                // Else OkHttp would read for another tenth of a second, in the hope of the end.
                call.cancel();
            }
            try {
                response.close();
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new IOException("the answer's body makes no sense: " + e.getMessage(), e);
            }
        }
    }

    private static final class Body extends FilterInputStream {
        private boolean ended;

        Body(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int read = in.read(buffer, offset, length);
                ended |= read < 0;
                return read;
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new IOException("the answer's body makes no sense: " + e.getMessage(), e);
            }
        }
    }
}
