package dev.tallyclerk.trust.jdkhttp;

import dev.tallyclerk.internal.http.BareClient;
import dev.tallyclerk.internal.http.ClientBody;
import dev.tallyclerk.internal.http.Patience;
import dev.tallyclerk.trust.fetch.FetchOptions;
import dev.tallyclerk.trust.fetch.HttpGet;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches over an {@link HttpClient} that the caller configures and owns.
 *
 * <p>The client's proxy, certificates, connections and executor are used as they are. Its own connect timeout counts,
 * if it has one, beside {@link FetchOptions#connectTimeout}, after which and {@link FetchOptions#readTimeout} together
 * the head of an answer must be here. Safe for use by several threads.
 */
@SuppressWarnings("exports") // whoever uses it requires java.net.http too: see module-info
public final class JdkHttpGet implements HttpGet {
    private final HttpClient client;

    /**
     * Uses {@code client}, sharing its connections and threads.
     *
     * @param client the client, not closed by this class
     * @throws IllegalArgumentException if it follows redirects, keeps cookies or has an {@link java.net.Authenticator},
     *     which would tell its passwords to whatever server asks for one; see {@link #ofProxyAuthenticating}
     */
    public JdkHttpGet(HttpClient client) {
        this(client, false);
    }

    private JdkHttpGet(HttpClient client, boolean proxiesOnly) {
        this.client = BareClient.require(client, proxiesOnly);
    }

    /**
     * Uses a client whose {@link java.net.Authenticator} is for its proxy.
     *
     * <p>It is asked for a password wherever a request leads, also by servers, and tells it to whoever asks. That it
     * answers to proxies only is the caller's word, which nothing here can check: it has to return null unless its
     * {@code getRequestorType()} is {@link java.net.Authenticator.RequestorType#PROXY}.
     *
     * @param client the client, not closed by this class
     * @return what uses it, sharing its connections and threads
     * @throws IllegalArgumentException if it follows redirects, or keeps cookies
     */
    public static JdkHttpGet ofProxyAuthenticating(HttpClient client) {
        return new JdkHttpGet(client, true);
    }

    @Override
    public Answer send(URI uri, FetchOptions options) throws IOException {
        long start = System.nanoTime();
        Patience times = new Patience(start, options.totalTimeout(), options.readTimeout());
        CompletableFuture<HttpResponse<ClientBody>> future;
        try {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Accept-Encoding", "identity")
                    .build();
            future = client.sendAsync(
                    request,
                    info -> new ClientBody.Subscriber(
                            times, () -> new SocketTimeoutException("the next bytes took too long")));
        } catch (IllegalArgumentException e) {
            // Without the message of the cause: it has the whole address, and a redirect's may have a signature in it.
            String host = uri.getHost();
            throw new IOException("an address that cannot be asked: "
                    + (host == null ? "it has no host with a valid name" : "one of " + host));
        }
        Duration toHead = options.connectTimeout().plus(options.readTimeout());
        Duration patience = toHead.compareTo(options.totalTimeout()) < 0 ? toHead : options.totalTimeout();
        try {
            return new JdkAnswer(future.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            ClientBody.abandon(future);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (TimeoutException e) {
            ClientBody.abandon(future);
            throw new SocketTimeoutException("no answer within " + patience);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException("the exchange failed: " + e.getCause(), e.getCause());
        }
    }

    private record JdkAnswer(HttpResponse<ClientBody> response) implements Answer {
        @Override
        public int status() {
            return response.statusCode();
        }

        @Override
        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        @Override
        public InputStream body() {
            return response.body();
        }

        @Override
        public void close() {
            response.body().close();
        }
    }
}
