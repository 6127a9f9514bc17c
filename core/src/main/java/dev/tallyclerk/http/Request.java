package dev.tallyclerk.http;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An HTTP request for a {@link Transport}. Immutable, except for the state of its body.
 *
 * @param method the method; case-sensitive, so standard methods are in upper case
 * @param uri the absolute address, with a host
 * @param headers the headers by name, in any case; one may have several values
 * @param body the content to send
 * @param timeout the time limit from the first byte sent to the last byte of the response's body; more than 73 years
 *     count as 73 years
 * @param cancellation cancels the request; reading the body fails then too
 * @param addresses the addresses that the request may be sent to. The client has already checked what the name resolves
 *     to. A transport that knows the address of its connection checks it before it sends anything, which defeats DNS
 *     rebinding; behind a proxy it cannot know that address
 */
public record Request(
        String method,
        URI uri,
        Map<String, List<String>> headers,
        RequestBody body,
        Duration timeout,
        Cancellation cancellation,
        Predicate<InetAddress> addresses) {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");

    /** Longer times, added to the present one, do not fit into nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    /**
     * Makes a request.
     *
     * @throws IllegalArgumentException if the address is not absolute or has no host, the method is no token of HTTP,
     *     or the timeout is not positive
     */
    public Request {
        // Some clients write whatever it is on the line that everything else hangs on.
        if (!TOKEN.matcher(method).matches()) {
            throw new IllegalArgumentException("not a method: " + Quoted.quote(method));
        }
        if (!uri.isAbsolute() || uri.getHost() == null) {
            // Not quoted: what cannot be taken apart may have a credential anywhere.
            throw new IllegalArgumentException("not an absolute address with a host");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is not positive: " + timeout);
        }
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(cancellation, "cancellation");
        Objects.requireNonNull(addresses, "addresses");
        timeout = timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST;
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        headers = Collections.unmodifiableMap(copy);
    }

    /**
     * {@return a request without headers or body that may take five minutes}
     *
     * @param method the method; case-sensitive, so standard methods are in upper case
     * @param uri the absolute address, with a host
     * @throws IllegalArgumentException if it is not absolute or has no host, or the method is no token of HTTP
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.2">RFC 9110, 5.6.2 Tokens</a>
     */
    public static Request of(String method, URI uri) {
        return new Request(
                method, uri, Map.of(), RequestBody.none(), DEFAULT_TIMEOUT, Cancellation.never(), address -> true);
    }

    /**
     * {@return this request with one header more; there may be several values for one name}
     *
     * <p>What HTTP cannot carry is refused when it is sent, by an {@link IOException} that does not show it.
     */
    public Request withHeader(String name, String value) {
        Map<String, List<String>> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.merge(
                name,
                List.of(value),
                (some, last) -> Stream.concat(some.stream(), last.stream()).toList());
        return new Request(method, uri, more, body, timeout, cancellation, addresses);
    }

    /** {@return this request with another body} */
    public Request withBody(RequestBody body) {
        return new Request(method, uri, headers, body, timeout, cancellation, addresses);
    }

    /**
     * {@return this request with another time for all of it, from the first byte sent to the last byte read}
     *
     * @throws IllegalArgumentException if {@code timeout} is not positive
     */
    public Request withTimeout(Duration timeout) {
        return new Request(method, uri, headers, body, timeout, cancellation, addresses);
    }

    /** {@return this request, cancelled with {@code cancellation}} */
    public Request withCancellation(Cancellation cancellation) {
        return new Request(method, uri, headers, body, timeout, cancellation, addresses);
    }

    /** {@return this request, to be sent to such addresses only} */
    public Request withAddresses(Predicate<InetAddress> addresses) {
        return new Request(method, uri, headers, body, timeout, cancellation, addresses);
    }

    /** {@return method and address, without what may hold a credential: its user, its query and all headers} */
    @Override
    public String toString() {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return method + " " + uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }
}
