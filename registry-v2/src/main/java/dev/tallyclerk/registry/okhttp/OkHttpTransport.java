package dev.tallyclerk.registry.okhttp;

import dev.tallyclerk.registry.client.RequestBody;
import dev.tallyclerk.registry.client.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import okhttp3.Authenticator;
import okhttp3.OkHttpClient;
import okio.BufferedSink;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} over an {@link OkHttpClient} that the caller configures and owns.
 *
 * <p>The client's timeouts, proxy, certificate checks, interceptors and connections are used as they are. Its
 * redirects, authenticator and cookies are not: what goes where is decided above the transport. Safe for use by several
 * threads.
 */
public final class OkHttpTransport implements Transport {
    private final OkHttpClient client;

    /**
     * Uses {@code client}, sharing its connections and threads.
     *
     * @param client the client, not closed by this class
     */
    @SuppressWarnings("exports") // OkHttp is the caller's choice: see module-info
    public OkHttpTransport(OkHttpClient client) {
        this.client = client.newBuilder()
                .followRedirects(false)
                .followSslRedirects(false)
                .authenticator(Authenticator.NONE)
                .cookieJar(okhttp3.CookieJar.NO_COOKIES)
                .build();
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // the response goes to the caller, who closes it
    public Response send(Request request) throws IOException {
        okhttp3.Request.Builder builder = new okhttp3.Request.Builder();
        boolean bodyless = request.method().equals("GET") || request.method().equals("HEAD");
        try {
            builder.url(request.uri().toString()).method(request.method(), bodyless ? null : new Body(request.body()));
        } catch (IllegalArgumentException e) {
            throw new IOException("not an address that can be asked: " + e.getMessage(), e);
        }
        for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
            for (String value : header.getValue()) {
                builder.addHeader(header.getKey(), value);
            }
        }
        okhttp3.Response response = client.newCall(builder.build()).execute();
        return new Response(
                response.code(),
                response.headers().toMultimap(),
                response.body().byteStream());
    }

    private static final class Body extends okhttp3.RequestBody {
        private final RequestBody body;

        Body(RequestBody body) {
            this.body = body;
        }

        @Override
        public okhttp3.@Nullable MediaType contentType() {
            return null; // one of the headers
        }

        @Override
        public long contentLength() {
            return body.length();
        }

        @Override
        public boolean isOneShot() {
            return !body.isRepeatable();
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            try (Source content = Okio.source(body.open())) {
                sink.writeAll(content);
            }
        }
    }
}
