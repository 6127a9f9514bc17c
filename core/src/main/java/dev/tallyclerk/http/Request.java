package dev.tallyclerk.http;

import dev.tallyclerk.internal.text.Quoted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A request. Immutable, apart from what its body reads. */
public final class Request {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
    private static final Map<String, List<String>> NO_HEADERS =
            Collections.unmodifiableMap(new TreeMap<>(String.CASE_INSENSITIVE_ORDER));

    private final String method;
    private final URI uri;
    private final Map<String, List<String>> headers;
    private final RequestBody body;
    private final Duration timeout;
    private final Cancellation cancellation;
    private final Predicate<InetAddress> addresses;

    private Request(
            String method,
            URI uri,
            Map<String, List<String>> headers,
            RequestBody body,
            Duration timeout,
            Cancellation cancellation,
            Predicate<InetAddress> addresses) {
        this.method = Objects.requireNonNull(method, "method");
        this.uri = Objects.requireNonNull(uri, "uri");
        this.headers = headers;
        this.body = Objects.requireNonNull(body, "body");
        this.timeout = Objects.requireNonNull(timeout, "timeout");
        this.cancellation = Objects.requireNonNull(cancellation, "cancellation");
        this.addresses = Objects.requireNonNull(addresses, "addresses");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is not positive: " + timeout);
        }
    }

    /**
     * {@return a request without headers or body that may take five minutes}
     *
     * @param method the method, whose case counts: HTTP's own are in upper case
     * @param uri the absolute address, with a host
     * @throws IllegalArgumentException if it is not absolute or has no host, or the method is no token of HTTP
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.2">RFC 9110, 5.6.2 Tokens</a>
     */
    public static Request of(String method, URI uri) {
        // Some clients write whatever it is on the line that everything else hangs on.
        if (!TOKEN.matcher(method).matches()) {
            throw new IllegalArgumentException("not a method: " + Quoted.quote(method));
        }
        if (!uri.isAbsolute() || uri.getHost() == null) {
            // Not quoted: what cannot be taken apart may have a credential anywhere.
            throw new IllegalArgumentException("not an absolute address with a host");
        }
        return new Request(
                method, uri, NO_HEADERS, RequestBody.none(), DEFAULT_TIMEOUT, Cancellation.never(), address -> true);
    }

    /**
     * {@return this request with one header more; there may be several values for one name}
     *
     * <p>What HTTP cannot carry is refused when it is sent, by an {@link IOException} that does not show it.
     */
    public Request withHeader(String name, String value) {
        Map<String, List<String>> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        List<String> values = new ArrayList<>(more.getOrDefault(name, List.of()));
        values.add(value);
        more.put(name, List.copyOf(values));
        Map<String, List<String>> all = Collections.unmodifiableMap(more);
        return new Request(method, uri, all, body, timeout, cancellation, addresses);
    }

    /** {@return this request with another body} */
    public Request withBody(RequestBody other) {
        return new Request(method, uri, headers, other, timeout, cancellation, addresses);
    }

    /**
     * {@return this request with another time for all of it, from the first byte sent to the last byte read}
     *
     * @throws IllegalArgumentException if {@code other} is not positive
     */
    public Request withTimeout(Duration other) {
        return new Request(method, uri, headers, body, other, cancellation, addresses);
    }

    /** {@return this request, cancelled with {@code other}} */
    public Request withCancellation(Cancellation other) {
        return new Request(method, uri, headers, body, timeout, other, addresses);
    }

    /** {@return this request, to be sent to such addresses only} */
    public Request withAddresses(Predicate<InetAddress> other) {
        return new Request(method, uri, headers, body, timeout, cancellation, other);
    }

    /** {@return the method, as it is sent} */
    public String method() {
        return method;
    }

    /** {@return the absolute address} */
    public URI uri() {
        return uri;
    }

    /** {@return the headers by name, whose case does not matter to the map; one may have several values} */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** {@return what is sent with it} */
    public RequestBody body() {
        return body;
    }

    /** {@return how long all of it may take, from the first byte sent to the last byte of the response's body} */
    public Duration timeout() {
        return timeout;
    }

    /** {@return what ends it early; a body that is being read fails then too} */
    public Cancellation cancellation() {
        return cancellation;
    }

    /**
     * {@return which addresses the request may be sent to}
     *
     * <p>The client has looked at what the name resolves to before. A transport that knows what it is connected to asks
     * again before it sends anything, so that a name which resolves to something else the second time gains nothing;
     * behind a proxy it cannot know.
     */
    public Predicate<InetAddress> addresses() {
        return addresses;
    }

    /** {@return method and address, without what may hold a credential: its user, its query and all headers} */
    @Override
    public String toString() {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return method + " " + uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }
}
