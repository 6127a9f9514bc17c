package dev.tallyclerk.trust.okhttp;

import dev.tallyclerk.internal.socket.FramingLimit;
import dev.tallyclerk.internal.socket.ReadAheadSockets;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.trust.fetch.FetchOptions;
import dev.tallyclerk.trust.fetch.HttpGet;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.CookieJar;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Fetches over an {@link OkHttpClient} that the caller configures and owns.
 *
 * <p>The client's proxy, certificate checks, interceptors and connections are used as they are; its timeouts are
 * replaced by those of {@link FetchOptions}, and its redirects, authenticator, cookies and cache are not used. Where it
 * makes sockets as the runtime does, a read fails after 1 MiB that is no content, such as a line between two chunks
 * that does not end. Safe for use by several threads.
 */
public final class OkHttpGet implements HttpGet {
    private static final String RETRY_AFTER = "Retry-After";

    /** Where the server's own header is kept while OkHttp sees another one. */
    private static final String SAID = "Tallyclerk-Retry-After";

    private final OkHttpClient client;
    private final FramingLimit framing = new FramingLimit();

    /**
     * Uses {@code client}, sharing its connections and threads.
     *
     * @param client the client, not closed by this class
     */
    @SuppressWarnings("exports") // OkHttp is the caller's choice: see module-info
    public OkHttpGet(OkHttpClient client) {
        boolean ordinary = client.socketFactory().equals(SocketFactory.getDefault());
        this.client = client.newBuilder()
                .socketFactory(ordinary ? new ReadAheadSockets(framing) : client.socketFactory())
                .followRedirects(false)
                .followSslRedirects(false)
                .authenticator(Authenticator.NONE)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .addNetworkInterceptor(OkHttpGet::checked)
                .build();
    }

    private static Response checked(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        for (String length : response.headers("Content-Length")) {
            if (length.startsWith("-")) {
                // OkHttp would fail whenever such a body is read or closed, and never give the connection back.
                throw new ProtocolException("a Content-Length below zero: " + Quoted.quote(length));
            }
        }
        if (!isRepeated(response)) {
            return response;
        }
        Headers.Builder headers = response.headers().newBuilder().removeAll(SAID);
        response.headers(RETRY_AFTER).forEach(value -> headers.addUnsafeNonAscii(SAID, value));
        return response.newBuilder()
                .headers(headers.set(RETRY_AFTER, "1").build())
                .build();
    }

    /** OkHttp asks again by itself after these two, unless there is a time to wait before. */
    private static boolean isRepeated(Response response) {
        return response.code() == 408 || response.code() == 503;
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
            return new OkHttpAnswer(call, call.execute(), framing);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException("OkHttp or an interceptor of the client's failed: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // OkHttp's language declares no exceptions: one that waits for a connection throws this one.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            throw new IOException(e);
        }
    }

    private static final class OkHttpAnswer implements Answer {
        private final Call call;
        private final Response response;
        private final Body body;

        OkHttpAnswer(Call call, Response response, FramingLimit framing) {
            this.call = call;
            this.response = response;
            this.body = new Body(response.body().byteStream(), framing);
        }

        @Override
        public int status() {
            return response.code();
        }

        @Override
        public Optional<String> header(String name) {
            boolean kept = isRepeated(response) && name.equalsIgnoreCase(RETRY_AFTER);
            return Optional.ofNullable(response.header(kept ? SAID : name));
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
        private final FramingLimit framing;
        private boolean ended;

        Body(InputStream in, FramingLimit framing) {
            super(in);
            this.framing = framing;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int read = framing.within(() -> in.read(buffer, offset, length));
                ended |= read < 0;
                return read;
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new IOException("the answer's body makes no sense: " + e.getMessage(), e);
            }
        }
    }
}
