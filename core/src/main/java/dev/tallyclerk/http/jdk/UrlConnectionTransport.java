package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.ProxySettings;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} over the older HTTP client of the Java runtime, for programs that only read and must start fast:
 * it sends GET and HEAD, and no other method.
 *
 * <p>It cannot read a response that interim ones other than 100 come before. It starts much faster than the other
 * clients, but blocks without regard to a request's time: its waits are tasks of the caller's executor, and a request
 * ends on time, when it is cancelled, or when its thread is interrupted, whatever the server does. An abandoned task
 * holds its thread until the client's own timeouts end it.
 *
 * <p>TLS settings and proxies are those of the process unless they are set here. An {@link Authenticator} of the
 * process is asked for proxies only, a {@link java.net.CookieHandler} of the process for every request. The client does
 * not say what it is connected to: the addresses that a request may be sent to are compared with what the Java runtime
 * resolves the name to just before. Immutable, and safe for use by several threads if the executor is.
 */
public final class UrlConnectionTransport implements Transport {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private static final Duration SPARE = Duration.ofSeconds(1);

    /** The client counts milliseconds in an int. */
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE).minus(SPARE);

    private final Executor executor;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final @Nullable SSLSocketFactory sslSocketFactory;
    private final @Nullable ProxySettings proxies;
    private final Authenticator authenticator;

    private UrlConnectionTransport(
            Executor executor,
            Duration connectTimeout,
            Duration readTimeout,
            @Nullable SSLSocketFactory sslSocketFactory,
            @Nullable ProxySettings proxies) {
        this.executor = Objects.requireNonNull(executor, "executor");
        this.connectTimeout = requireTimeout(connectTimeout, "connectTimeout");
        this.readTimeout = requireTimeout(readTimeout, "readTimeout");
        this.sslSocketFactory = sslSocketFactory;
        this.proxies = proxies;
        // One, because it is part of a connection pool's key.
        this.authenticator = proxies == null ? new ProxiesOnly() : proxies.authenticator();
    }

    private static Duration requireTimeout(Duration timeout, String name) {
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is not from 1 ms to 24 days: " + timeout);
        }
        return timeout;
    }

    /**
     * {@return a transport that waits 10 seconds for a connection and 20 seconds for the next bytes}
     *
     * @param executor runs one task at a time for each request, and never in the thread that submits it
     */
    public static UrlConnectionTransport of(Executor executor) {
        return new UrlConnectionTransport(executor, Duration.ofSeconds(10), Duration.ofSeconds(20), null, null);
    }

    /** {@return this transport with another time to wait for a connection, from 1 millisecond to 24 days} */
    public UrlConnectionTransport withConnectTimeout(Duration connectTimeout) {
        return new UrlConnectionTransport(executor, connectTimeout, readTimeout, sslSocketFactory, proxies);
    }

    /** {@return this transport with another time to wait for the next bytes, from 1 millisecond to 24 days} */
    public UrlConnectionTransport withReadTimeout(Duration readTimeout) {
        return new UrlConnectionTransport(executor, connectTimeout, readTimeout, sslSocketFactory, proxies);
    }

    /** {@return this transport with other TLS settings than those of the process} */
    public UrlConnectionTransport withSslSocketFactory(SSLSocketFactory sslSocketFactory) {
        return new UrlConnectionTransport(executor, connectTimeout, readTimeout, sslSocketFactory, proxies);
    }

    /** {@return this transport with other proxies than those of the process} */
    public UrlConnectionTransport withProxies(ProxySettings proxies) {
        return new UrlConnectionTransport(executor, connectTimeout, readTimeout, sslSocketFactory, proxies);
    }

    @Override
    public Response send(Request request) throws IOException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw new IOException("this transport sends GET and HEAD only, and not " + request.method());
        }
        BlockingTasks tasks = new BlockingTasks(executor, request);
        HttpURLConnection connection = tasks.run(() -> answered(request), HttpURLConnection::disconnect);
        try {
            return new Response(
                    connection.getResponseCode(), headers(connection), new UrlConnectionBody(connection, tasks));
        } catch (ProtocolException e) {
            connection.disconnect();
            throw e;
        }
    }

    /** In their order, in which the client's own map does not have them. */
    private static Map<String, List<String>> headers(HttpURLConnection connection) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (int i = 1; connection.getHeaderFieldKey(i) != null; i++) {
            headers.computeIfAbsent(connection.getHeaderFieldKey(i), name -> new ArrayList<>())
                    .add(connection.getHeaderField(i));
        }
        return headers;
    }

    /** {@return a connection whose response's head has come} */
    private HttpURLConnection answered(Request request) throws IOException {
        JdkRequest.checkAddresses(request, proxies == null ? ProxySelector.getDefault() : proxies.selector());
        HttpURLConnection connection = connection(request);
        boolean answered = false;
        try {
            // The client takes interim responses but 100 for the final one.
            if (connection.getResponseCode() < HttpURLConnection.HTTP_OK) {
                throw unreadable(request.uri());
            }
            answered = true;
            return connection;
        } catch (RuntimeException | StackOverflowError e) {
            // The client's reaction to malformed ports and challenges, and to interim responses without end.
            throw (IOException) unreadable(request.uri()).initCause(e);
        } finally {
            if (!answered) {
                connection.disconnect();
            }
        }
    }

    private static ProtocolException unreadable(URI uri) {
        return new ProtocolException("no readable response from " + uri.getHost());
    }

    private HttpURLConnection connection(Request request) throws IOException {
        HttpURLConnection connection = open(request.uri());
        try {
            connection.setAuthenticator(authenticator);
        } catch (UnsupportedOperationException e) {
            throw new IOException("the HTTP client of this process may send its passwords; use another transport", e);
        }
        if (connection instanceof HttpsURLConnection secure && sslSocketFactory != null) {
            secure.setSSLSocketFactory(sslSocketFactory);
        }
        connection.setRequestMethod(request.method());
        connection.setConnectTimeout(millis(connectTimeout, request.timeout()));
        connection.setReadTimeout(millis(readTimeout, request.timeout()));
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        try {
            JdkRequest.forEachHeader(request, (name, value) -> add(connection, name, value));
        } catch (IllegalArgumentException e) {
            throw JdkRequest.cannotBeSent(request.uri());
        }
        return connection;
    }

    private static void add(HttpURLConnection connection, String name, String value) {
        // The client writes other characters as what they are not.
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f))) {
            throw new IllegalArgumentException(name);
        }
        connection.addRequestProperty(name, value);
    }

    private HttpURLConnection open(URI uri) throws IOException {
        try {
            URL url = uri.toURL();
            Proxy proxy = proxies == null
                    ? null
                    : proxies.selector().select(uri).stream().findFirst().orElse(Proxy.NO_PROXY);
            return (HttpURLConnection) (proxy == null ? url.openConnection() : url.openConnection(proxy));
        } catch (ClassCastException | IllegalArgumentException e) {
            throw JdkRequest.cannotBeSent(uri);
        }
    }

    /** Longer than the request has left, whose end is noticed first; an abandoned task ends soon after it. */
    private static int millis(Duration own, Duration left) {
        boolean shorter = left.compareTo(own) < 0;
        return (int) (shorter ? left.plus(SPARE) : own).toMillis();
    }

    /** Asks the authenticator of the process about proxies, and about no server. */
    private static final class ProxiesOnly extends Authenticator {
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
}
