package dev.tallyclerk.http.okhttp;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.ProxySettings;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * request's time is an upper bound beside them. Its redirects, authenticator, cookies and cache are not used: what goes
 * where is decided above the transport.
 *
 * <ul>
 *   <li>It speaks HTTP/1.1, which costs less for large bodies than HTTP/2, unless the client has only
 *       {@link Protocol#H2_PRIOR_KNOWLEDGE}.
 *   <li>The read timeout does not apply to a PUT or PATCH, nor to a POST that sends a blob at once or mounts one from
 *       another repository: a server may need long to process what it was sent, and only the request's time bounds
 *       that.
 *   <li>Where the client makes its sockets as the runtime does, up to 128 KiB are buffered for each connection, and a
 *       body fails that has 1 MiB without content, as between two chunks; a socket factory of the caller's is used as
 *       it is.
 *   <li>An address that a request may not be sent to is noticed when the connection stands, before any of the request
 *       is written; behind a proxy it is not.
 *   <li>An interrupt does not end a read that waits, because sockets know none: a {@link Cancellation} and the
 *       request's time do.
 * </ul>
 *
 * <p>It needs OkHttp 5. Safe for use by several threads.
 */
public final class OkHttpTransport implements Transport {
    private final OkHttpClient original;
    private final OkHttpClient client;

    private OkHttpTransport(OkHttpClient original, OkHttpClient client) {
        this.original = original;
        this.client = client;
    }

    /**
     * {@return a transport over {@code client}, which shares its connections and threads}
     *
     * @param client the client, not closed by this class
     * @throws IllegalStateException if it is not one of OkHttp 5 or later
     */
    @SuppressWarnings("exports") // OkHttp is the caller's choice: see module-info
    public static OkHttpTransport of(OkHttpClient client) {
        requireVersion5(client);
        boolean alone = !client.protocols().contains(Protocol.H2_PRIOR_KNOWLEDGE);
        boolean ordinary = client.socketFactory().equals(SocketFactory.getDefault());
        BufferedSocket.Factory sockets = new BufferedSocket.Factory(client.readTimeoutMillis());
        OkHttpClient.Builder builder = client.newBuilder()
                .socketFactory(ordinary ? sockets : client.socketFactory())
                .followRedirects(false)
                .followSslRedirects(false)
                .authenticator(Authenticator.NONE)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .addInterceptor(new ReadTimeouts(alone))
                .addNetworkInterceptor(new ConnectionCheck(sockets))
                .addNetworkInterceptor(new NoRetries());
        if (alone) {
            builder.protocols(List.of(Protocol.HTTP_1_1));
        }
        return new OkHttpTransport(client, builder.build());
    }

    /** By a method that OkHttp 4 does not have. */
    private static void requireVersion5(OkHttpClient client) {
        try {
            int unused = client.webSocketCloseTimeout();
        } catch (NoSuchMethodError e) {
            throw new IllegalStateException(
                    "OkHttp 5 or later is needed (com.squareup.okhttp3:okhttp-jvm), and an older one is there", e);
        }
    }

    /** {@return this transport with other proxies than the client's} */
    public OkHttpTransport withProxies(ProxySettings proxies) {
        return of(original.newBuilder()
                .proxy(null)
                .proxySelector(proxies.selector())
                .proxyAuthenticator(new ProxyLogin(proxies))
                .build());
    }

    /**
     * {@return this transport over a UNIX-domain socket, whatever host a request names}
     *
     * <p>It resolves no names and uses no proxies. The connect timeout does not apply, because the system connects or
     * refuses at once.
     *
     * @param socket the path of the socket, at most about 100 bytes, which systems limit
     */
    public OkHttpTransport withUnixSocket(Path socket) {
        Objects.requireNonNull(socket, "socket");
        return of(original.newBuilder()
                .socketFactory(new UnixSocket.Factory(socket, original.readTimeoutMillis()))
                .dns(host -> List.of(InetAddress.getLoopbackAddress()))
                .proxy(Proxy.NO_PROXY)
                .build());
    }

    @Override
    public Response send(Request request) throws IOException {
        Exchange exchange = new Exchange(request.addresses());
        Call call = client.newCall(translate(request, exchange));
        Duration own = Duration.ofMillis(client.callTimeoutMillis());
        boolean shorter = !own.isZero() && own.compareTo(request.timeout()) < 0;
        call.timeout().timeout((shorter ? own : request.timeout()).toNanos(), TimeUnit.NANOSECONDS);
        Cancellation.Registration registration = request.cancellation().onCancel(call::cancel);
        boolean answered = false;
        try {
            okhttp3.Response response = execute(call);
            answered = true;
            return new Response(
                    response.code(),
                    NoRetries.headers(response).toMultimap(),
                    new OkHttpBody(call, response, registration, exchange.socket));
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

    private static okhttp3.Request translate(Request request, Exchange exchange) throws IOException {
        boolean bodyless = request.method().equals("GET") || request.method().equals("HEAD");
        try {
            okhttp3.Request.Builder builder = new okhttp3.Request.Builder()
                    .url(request.uri().toString())
                    .method(request.method(), bodyless ? null : new Body(request))
                    .tag(Exchange.class, exchange);
            for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
                for (String value : header.getValue()) {
                    builder.addHeader(header.getKey(), value);
                }
            }
            if (!request.headers().containsKey("Accept-Encoding")) {
                // Else OkHttp would ask for gzip, and undo it.
                builder.addHeader("Accept-Encoding", "identity");
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            // Not its message, which can have a header's value in it.
            throw new IOException(
                    "address or header that cannot be sent to " + request.uri().getHost());
        }
    }

    /** What interceptors are to know of a request, and find out. Used by the thread that makes the call. */
    private static final class Exchange {
        private final Predicate<InetAddress> addresses;

        /** The read timeout that the socket keeps in OkHttp's place, in milliseconds. */
        private int readTimeout;

        /** The socket that the response comes from. */
        private @Nullable FramedSocket socket;

        Exchange(Predicate<InetAddress> addresses) {
            this.addresses = addresses;
        }

        static @Nullable Exchange of(okhttp3.Request request) {
            return request.tag(Exchange.class);
        }
    }

    /**
     * Lifts the read timeout from requests that the server processes before it responds. Lets the socket keep that of
     * all others, where a connection serves one request at a time: OkHttp wakes a thread for every 8 KiB to keep it.
     */
    private static final class ReadTimeouts implements Interceptor {
        private final boolean alone;

        ReadTimeouts(boolean alone) {
            this.alone = alone;
        }

        @Override
        public okhttp3.Response intercept(Chain chain) throws IOException {
            okhttp3.Request request = chain.request();
            boolean processed = isProcessed(request);
            Exchange exchange = Exchange.of(request);
            if (exchange != null) {
                exchange.readTimeout = processed ? 0 : chain.readTimeoutMillis();
            }
            return processed || alone
                    ? chain.withReadTimeout(0, TimeUnit.MILLISECONDS).proceed(request)
                    : chain.proceed(request);
        }

        private static boolean isProcessed(okhttp3.Request request) {
            boolean uploads = request.method().equals("POST")
                    && request.url().encodedPath().contains("/blobs/uploads/")
                    && (hasContent(request) || request.url().queryParameter("mount") != null);
            return uploads || request.method().equals("PUT") || request.method().equals("PATCH");
        }

        private static boolean hasContent(okhttp3.Request request) {
            return request.body() instanceof Body body && body.contentLength() != 0;
        }
    }

    /** Checks the address of the connection before anything is written, and the length of the response. */
    private static final class ConnectionCheck implements Interceptor {
        private final BufferedSocket.Factory sockets;

        ConnectionCheck(BufferedSocket.Factory sockets) {
            this.sockets = sockets;
        }

        @Override
        public okhttp3.Response intercept(Chain chain) throws IOException {
            Exchange exchange = Exchange.of(chain.request());
            Connection connection = chain.connection();
            if (exchange != null && connection != null) {
                prepare(exchange, connection);
            }
            okhttp3.Response response = chain.proceed(chain.request());
            for (String length : response.headers("Content-Length")) {
                if (length.startsWith("-")) {
                    // OkHttp would fail whenever such a body is read or closed, and never return the connection.
                    throw new ProtocolException("a Content-Length below zero: " + Quoted.quote(length));
                }
            }
            return response;
        }

        private void prepare(Exchange exchange, Connection connection) throws IOException {
            boolean direct = connection.route().proxy().type() == Proxy.Type.DIRECT;
            if (direct && !exchange.addresses.test(connection.socket().getInetAddress())) {
                throw new IOException("connected to an address to which this request may not be sent");
            }
            if (connection.protocol() == Protocol.H2_PRIOR_KNOWLEDGE) {
                return; // shared with other requests
            }
            exchange.socket =
                    connection.socket() instanceof UnixSocket local ? local : sockets.find(connection.socket());
            if (exchange.socket != null) {
                exchange.socket.setRequestReadTimeout(exchange.readTimeout);
            } else {
                connection.socket().setSoTimeout(exchange.readTimeout);
            }
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
            // OkHttp would send it again by itself when a connection dies, though the server may have processed it.
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            try (Source content = Okio.source(body.open())) {
                sink.writeAll(content);
            } catch (RuntimeException e) {
                // OkHttp would not return the connection, and others could take it for a bug of OkHttp's.
                throw new IOException("the request's body cannot be read: " + e, e);
            }
        }
    }
}
