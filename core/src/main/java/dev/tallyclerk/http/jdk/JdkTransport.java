package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A {@link Transport} over an {@link HttpClient} that the caller configures and owns.
 *
 * <p>It uses the client's proxy, certificates, connections and executor; request bodies are read in the executor's
 * threads. The client does not reveal the address of a connection. So the allowed addresses of a request are compared
 * with what the Java runtime resolves the name to just before, which it caches unless {@code networkaddress.cache.ttl}
 * is 0. Safe for use by several threads.
 */
@SuppressWarnings("exports") // a user of it requires java.net.http too: see module-info
public final class JdkTransport implements Transport {
    /** The version of Java that was seen to send a request's own credentials beside an authenticator; 17 does not. */
    private static final int KEEPS_CREDENTIALS = 25;

    private final HttpClient client;

    /**
     * {@return a transport over {@code client}, which shares its connections and threads}
     *
     * @param client the client, not closed by this class
     * @throws IllegalArgumentException if it follows redirects, keeps cookies or has an {@link java.net.Authenticator},
     *     which would tell its passwords to any server that asks for one; see {@link #ofProxyAuthenticating}
     */
    public static JdkTransport of(HttpClient client) {
        return new JdkTransport(client, false);
    }

    private JdkTransport(HttpClient client, boolean proxiesOnly) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("the client follows redirects: make it with Redirect.NEVER");
        }
        if (client.cookieHandler().isPresent()) {
            throw new IllegalArgumentException("the client has a cookie handler: make it without one");
        }
        if (client.authenticator().isPresent() && !proxiesOnly) {
            throw new IllegalArgumentException("the client has an authenticator, which would answer any server: make it"
                    + " without one, or use ofProxyAuthenticating if it answers proxies only");
        }
        this.client = client;
    }

    /**
     * Uses a client whose {@link java.net.Authenticator} is for its proxy.
     *
     * <p>The runtime also calls an authenticator for servers. The caller promises, and this class cannot check, that
     * the authenticator returns null unless its {@code getRequestorType()} is
     * {@link java.net.Authenticator.RequestorType#PROXY}. If a server requires Basic credentials, or sends 401 without
     * a challenge, such a client throws an {@link IOException} instead of returning the response, so registries that
     * use passwords without tokens do not work. Before Java 25, such a client also removes credentials from every
     * request, so a request with credentials is refused.
     *
     * <p>For the tunnel of an https request, Java sends a proxy no Basic password unless
     * {@code jdk.http.auth.tunneling.disabledSchemes} is empty, as a system property or in {@code net.properties}.
     *
     * @param client the client, not closed by this class
     * @return what uses it, sharing its connections and threads
     * @throws IllegalArgumentException if it follows redirects, or keeps cookies
     */
    public static JdkTransport ofProxyAuthenticating(HttpClient client) {
        return new JdkTransport(client, true);
    }

    @Override
    public Response send(Request request) throws IOException {
        Waiting waiting = new Waiting(request);
        if (takesCredentialsOut() && request.headers().containsKey("Authorization")) {
            throw new IOException("before Java 25, a client with an authenticator sends no credentials of anybody else:"
                    + " use a later Java, another transport, or a proxy without a password");
        }
        HttpRequest translated = translate(request);
        JdkRequest.checkAddresses(request, client.proxy().orElseGet(ProxySelector::getDefault));
        CompletableFuture<HttpResponse<ClientBody>> exchange = sendAsync(translated, waiting);
        boolean answered = false;
        try {
            HttpResponse<ClientBody> response = waiting.await(exchange);
            response.body().failOn(request.cancellation());
            answered = true;
            return new Response(response.statusCode(), headers(response), response.body());
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            if (!answered) {
                ClientBody.abandon(exchange);
            }
        }
    }

    /** The client drops the header silently, so a request with a token would be sent anonymously. */
    private boolean takesCredentialsOut() {
        return client.authenticator().isPresent() && Runtime.version().feature() < KEEPS_CREDENTIALS;
    }

    private CompletableFuture<HttpResponse<ClientBody>> sendAsync(HttpRequest request, Waiting waiting)
            throws IOException {
        try {
            return client.sendAsync(request, info -> new ClientBody(waiting));
        } catch (IllegalArgumentException e) {
            throw JdkRequest.cannotBeSent(request.uri());
        }
    }

    private static HttpRequest translate(Request request) throws IOException {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                    .method(request.method(), publisher(request.body()))
                    .timeout(request.timeout());
            JdkRequest.forEachHeader(request, builder::header);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw JdkRequest.cannotBeSent(request.uri());
        }
    }

    private static BodyPublisher publisher(RequestBody body) {
        if (body.length() == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> open(body)), body.length());
    }

    private static InputStream open(RequestBody body) {
        try {
            return body.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, List<String>> headers(HttpResponse<?> response) {
        Map<String, List<String>> headers = new HashMap<>(response.headers().map());
        headers.keySet().removeIf(name -> name.startsWith(":"));
        return headers;
    }

    private static IOException failure(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof UncheckedIOException) {
            cause = cause.getCause();
        }
        return cause instanceof IOException failure ? failure : new IOException("the exchange failed: " + cause, cause);
    }
}
