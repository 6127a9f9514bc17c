package dev.tallyclerk.http.okhttp;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.internal.socket.FramingLimit;
import dev.tallyclerk.internal.socket.ReadAheadSockets;
import dev.tallyclerk.internal.text.Quoted;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.SocketFactory;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.CookieJar;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okio.BufferedSink;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} over an {@link OkHttpClient} that the caller configures and owns.
 *
 * <p>The client's timeouts, proxy, certificate checks, interceptors and connections are used as they are, and a
 * request's time is an upper bound beside them. Its read timeout is not for a PUT or PATCH, nor for a POST that sends a
 * blob at once or has one mounted from another repository, nor for the handshake of a connection that is made for one:
 * a server may need long until it has done what it was sent, and only the request's time ends the wait for that. Its
 * redirects, authenticator, cookies and cache are not used: what goes where is decided above the transport. Where the
 * client makes its sockets as the runtime does, up to 128 KiB of what a server sends are read at a time, and lie in
 * memory for each connection, and a body fails that has 1 MiB and no content among it, as chunks may that never begin;
 * a socket factory of the caller's is used as it is. There, a body of 16 MiB and more that comes without TLS, by
 * HTTP/1.1 and with its length is read past OkHttp, and its connection is closed after it, unless the client has
 * interceptors or an event listener. An address that a request may not be sent to is found out when the connection
 * stands, before any of the request is written; behind a proxy it is not. An interrupt does not end a read that waits,
 * because sockets know none: a {@link Cancellation} and the request's time do. Safe for use by several threads.
 */
public final class OkHttpTransport implements Transport {
    /** Some decades: more does not fit into nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final OkHttpClient client;
    private final FramingLimit framing = new FramingLimit();

    /**
     * Uses {@code client}, sharing its connections and threads.
     *
     * @param client the client, not closed by this class
     */
    @SuppressWarnings("exports") // OkHttp is the caller's choice: see module-info
    public OkHttpTransport(OkHttpClient client) {
        this(client, LargeContent.LARGE);
    }

    /** Does the same, and reads bodies of so many bytes past OkHttp. */
    OkHttpTransport(OkHttpClient client, long large) {
        boolean ordinary = client.socketFactory().equals(SocketFactory.getDefault());
        OkHttpClient.Builder builder = client.newBuilder()
                .socketFactory(ordinary ? new ReadAheadSockets(framing) : client.socketFactory())
                .followRedirects(false)
                .followSslRedirects(false)
                .authenticator(Authenticator.NONE)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .addInterceptor(new TimeoutBySocket(client))
                .addNetworkInterceptor(new ConnectionCheck())
                .addNetworkInterceptor(new RepeatedByNobody());
        LargeContent.addTo(builder, client, large);
        this.client = builder.build();
    }

    @Override
    public Response send(Request request) throws IOException {
        Call call = client.newCall(translate(request));
        Duration own = Duration.ofMillis(client.callTimeoutMillis());
        Duration given = request.timeout().compareTo(LONGEST) < 0 ? request.timeout() : LONGEST;
        boolean shorter = !own.isZero() && own.compareTo(given) < 0;
        call.timeout().timeout((shorter ? own : given).toNanos(), TimeUnit.NANOSECONDS);
        Cancellation.Registration registration = request.cancellation().onCancel(call::cancel);
        boolean answered = false;
        try {
            okhttp3.Response response = execute(call);
            answered = true;
            return new Response(
                    response.code(),
                    RepeatedByNobody.headers(response).toMultimap(),
                    new OkHttpBody(call, response, registration, framing, LargeContent.of(call.request())));
        } finally {
            if (!answered) {
                registration.close();
            }
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the response goes to the caller, who closes it
    private static okhttp3.Response execute(Call call) throws IOException {
        try {
            return call.execute();
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

    private static okhttp3.Request translate(Request request) throws IOException {
        boolean bodyless = request.method().equals("GET") || request.method().equals("HEAD");
        try {
            okhttp3.Request.Builder builder = new okhttp3.Request.Builder()
                    .url(request.uri().toString())
                    .method(request.method(), bodyless ? null : new Body(request))
                    .tag(Addresses.class, new Addresses(request.addresses()));
            for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
                for (String value : header.getValue()) {
                    builder.addHeader(header.getKey(), value);
                }
            }
            if (!request.headers().containsKey("Accept-Encoding")) {
                // Else OkHttp would ask for gzip, and undo it.
                builder.addHeader("Accept-Encoding", "identity");
            }
            return LargeContent.marked(builder).build();
        } catch (IllegalArgumentException e) {
            // Not its message, which can have a header's value in it.
            throw new IOException(
                    "address or header that cannot be sent to " + request.uri().getHost());
        }
    }

    /** Where a request may be sent, as a type of its own by which OkHttp finds it again. */
    private record Addresses(Predicate<InetAddress> allowed) {}

    /** The read timeout that the socket keeps in OkHttp's place. */
    private record ReadTimeout(int millis) {}

    /**
     * Takes the read timeout from what is answered only after the server has done it, such as to store a blob that it
     * was sent. Lets the socket keep the timeout of all else where that is possible, which is where a connection is one
     * request's at a time: OkHttp wakes a thread for every 8 KiB to keep it, which costs more than hashing them.
     */
    private static final class TimeoutBySocket implements Interceptor {
        private final boolean alone;

        TimeoutBySocket(OkHttpClient client) {
            this.alone = !client.protocols().contains(Protocol.H2_PRIOR_KNOWLEDGE);
        }

        @Override
        public okhttp3.Response intercept(Chain chain) throws IOException {
            okhttp3.Request request = chain.request();
            if (isWork(request)) {
                return chain.withReadTimeout(0, TimeUnit.MILLISECONDS).proceed(request);
            }
            if (!alone || request.isHttps()) {
                return chain.proceed(request);
            }
            ReadTimeout timeout = new ReadTimeout(chain.readTimeoutMillis());
            return chain.withReadTimeout(0, TimeUnit.MILLISECONDS)
                    .proceed(
                            request.newBuilder().tag(ReadTimeout.class, timeout).build());
        }

        private static boolean isWork(okhttp3.Request request) {
            boolean uploads = request.method().equals("POST")
                    && request.url().encodedPath().contains("/blobs/uploads/")
                    && (hasContent(request) || request.url().queryParameter("mount") != null);
            return uploads || request.method().equals("PUT") || request.method().equals("PATCH");
        }

        private static boolean hasContent(okhttp3.Request request) {
            return request.body() instanceof Body body && body.contentLength() != 0;
        }
    }

    /**
     * Sets what the socket keeps, and looks at who is at the other end, before anything is written; and at the length
     * of what comes back.
     */
    private static final class ConnectionCheck implements Interceptor {
        @Override
        public okhttp3.Response intercept(Chain chain) throws IOException {
            Addresses addresses = chain.request().tag(Addresses.class);
            Connection connection = chain.connection();
            ReadTimeout timeout = chain.request().tag(ReadTimeout.class);
            if (timeout != null && connection != null) {
                connection.socket().setSoTimeout(timeout.millis());
            }
            if (addresses != null
                    && connection != null
                    && connection.route().proxy().type() == Proxy.Type.DIRECT
                    && !addresses.allowed().test(connection.socket().getInetAddress())) {
                throw new IOException("connected to an address to which this request may not be sent");
            }
            okhttp3.Response response = chain.proceed(chain.request());
            for (String length : response.headers("Content-Length")) {
                if (length.startsWith("-")) {
                    // OkHttp would fail whenever such a body is read or closed, and never give the connection back.
                    throw new ProtocolException("a Content-Length below zero: " + Quoted.quote(length));
                }
            }
            return response;
        }
    }

    private static final class Body extends okhttp3.RequestBody {
        private final RequestBody body;

        Body(Request request) {
            this.body = request.body();
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
            // OkHttp would send it again by itself when a connection dies, though the server may have done it already.
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            try (Source content = Okio.source(body.open())) {
                sink.writeAll(content);
            } catch (RuntimeException e) {
                // OkHttp would not give the connection back, and others could take it for a bug of OkHttp's.
                throw new IOException("the request's body cannot be read: " + e, e);
            }
        }
    }
}
