package dev.tallyclerk.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Settings of HTTP calls: the transport, retries, limits, and rules for credentials and addresses. One value can serve
 * registries and TUF repositories alike.
 *
 * <p>Immutable; each {@code with…} method returns a changed copy. Safe for use by several threads if the transport,
 * listener, resolver and clock are.
 */
public final class HttpSettings {
    private static final int MAX_USER_AGENT = 200;

    private final Transport transport;
    private String userAgent = "";
    private RetryPolicy retries = RetryPolicy.defaults();
    private OriginPolicy origins = TrustedOrigins.known();
    private NameResolver nameResolver = NameResolver.runtime();
    private HttpListener listener = HttpListener.silent();
    private HttpLimits limits = HttpLimits.defaults();
    private Clock clock = Clock.systemUTC();
    private Cancellation cancellation = Cancellation.never();
    private @Nullable Duration timeout;
    private Map<String, Boolean> plainHttp = Map.of();

    private HttpSettings(Transport transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
    }

    /** {@return the default settings over {@code transport}} */
    public static HttpSettings of(Transport transport) {
        return new HttpSettings(transport);
    }

    private HttpSettings with(Consumer<HttpSettings> change) {
        HttpSettings copy = new HttpSettings(transport);
        copy.userAgent = userAgent;
        copy.retries = retries;
        copy.origins = origins;
        copy.nameResolver = nameResolver;
        copy.listener = listener;
        copy.limits = limits;
        copy.clock = clock;
        copy.cancellation = cancellation;
        copy.timeout = timeout;
        copy.plainHttp = plainHttp;
        change.accept(copy);
        return copy;
    }

    /**
     * {@return these settings with the embedder's own product}
     *
     * <p>Every request then has the header {@code User-Agent: tallyclerk/VERSION (PRODUCT)}; without it, it has
     * {@code tallyclerk/VERSION}.
     *
     * @param userAgent the product, such as {@code acme-proxy/2.1}: up to 200 visible characters of ASCII and spaces,
     *     without parentheses and backslashes; empty for none
     * @throws IllegalArgumentException if it has other characters, or more
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-10.1.5">RFC 9110, 10.1.5 User-Agent</a>
     */
    public HttpSettings withUserAgent(String userAgent) {
        if (userAgent.length() > MAX_USER_AGENT
                || !userAgent.chars().allMatch(c -> c >= ' ' && c < 0x7f && "()\\".indexOf(c) < 0)) {
            throw new IllegalArgumentException("a user agent has up to " + MAX_USER_AGENT
                    + " visible characters of ASCII, and neither parentheses nor backslashes");
        }
        return with(copy -> copy.userAgent = userAgent.strip());
    }

    /** {@return these settings with another retry policy} */
    public HttpSettings withRetries(RetryPolicy retries) {
        Objects.requireNonNull(retries, "retries");
        return with(copy -> copy.retries = retries);
    }

    /** {@return these settings with another policy on which origins credentials may be sent to} */
    public HttpSettings withOrigins(OriginPolicy origins) {
        Objects.requireNonNull(origins, "origins");
        return with(copy -> copy.origins = origins);
    }

    /** {@return these settings with another resolver, which decides whether a host is public} */
    public HttpSettings withNameResolver(NameResolver nameResolver) {
        Objects.requireNonNull(nameResolver, "nameResolver");
        return with(copy -> copy.nameResolver = nameResolver);
    }

    /** {@return these settings with another listener} */
    public HttpSettings withListener(HttpListener listener) {
        Objects.requireNonNull(listener, "listener");
        return with(copy -> copy.listener = listener);
    }

    /** {@return these settings with other limits} */
    public HttpSettings withLimits(HttpLimits limits) {
        Objects.requireNonNull(limits, "limits");
        return with(copy -> copy.limits = limits);
    }

    /** {@return these settings with another clock, which dates tokens and Retry-After headers} */
    public HttpSettings withClock(Clock clock) {
        Objects.requireNonNull(clock, "clock");
        return with(copy -> copy.clock = clock);
    }

    /**
     * {@return these settings, under which each call takes at most {@code timeout}, content included}
     *
     * <p>It only shortens the {@linkplain HttpLimits limits}. Name resolution, by the {@link NameResolver} and the
     * transport, is not interrupted: the call ends after it.
     *
     * @throws IllegalArgumentException if {@code timeout} is not positive
     */
    public HttpSettings withTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is not positive: " + timeout);
        }
        return with(copy -> copy.timeout = timeout);
    }

    /** {@return these settings, under which calls end when {@code cancellation} is cancelled} */
    public HttpSettings withCancellation(Cancellation cancellation) {
        Objects.requireNonNull(cancellation, "cancellation");
        return with(copy -> copy.cancellation = cancellation);
    }

    /**
     * {@return these settings, under which {@code host} is called over plain http}
     *
     * <p>Where only a name is given and no URI, as with registries, the scheme is https, except for {@code localhost}
     * and loopback addresses. What is sent to a host over http, credentials included, the network can read and change.
     *
     * @param host a host as it stands in references, with its port if it has one; case does not matter
     */
    public HttpSettings withPlainHttp(String host) {
        return withScheme(host, true);
    }

    /**
     * {@return these settings, under which {@code host} is called over https, even if it is a loopback address}
     *
     * @param host a host as it stands in references, with its port if it has one; case does not matter
     */
    public HttpSettings withHttps(String host) {
        return withScheme(host, false);
    }

    private HttpSettings withScheme(String host, boolean plain) {
        Map<String, Boolean> all = new HashMap<>(plainHttp);
        all.put(host.toLowerCase(Locale.ROOT), plain);
        return with(copy -> copy.plainHttp = Map.copyOf(all));
    }

    /**
     * {@return whether {@code host} is called over plain http}
     *
     * @param host a host as it stands in references, with its port if it has one
     */
    public boolean isPlainHttp(String host) {
        Boolean named = plainHttp.get(host.toLowerCase(Locale.ROOT));
        return named == null ? isLoopback(host) : named;
    }

    /** Registries on this machine seldom have a certificate, and Docker calls them over http too. */
    private static boolean isLoopback(String host) {
        if (host.startsWith("[")) {
            try {
                // With its brackets, which keep it from being looked up as a name.
                return InetAddress.getByName(host.substring(0, host.indexOf(']') + 1))
                        .isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false; // no address
            }
        }
        String name = host.split(":", 2)[0];
        return name.equalsIgnoreCase("localhost") || name.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** {@return what sends the requests} */
    public Transport transport() {
        return transport;
    }

    /** {@return the embedder's own product, or an empty string} */
    public String userAgent() {
        return userAgent;
    }

    /** {@return the retry policy} */
    public RetryPolicy retries() {
        return retries;
    }

    /** {@return which origins credentials may be sent to} */
    public OriginPolicy origins() {
        return origins;
    }

    /** {@return what resolves host names} */
    public NameResolver nameResolver() {
        return nameResolver;
    }

    /** {@return what observes the calls} */
    public HttpListener listener() {
        return listener;
    }

    /** {@return the limits} */
    public HttpLimits limits() {
        return limits;
    }

    /** {@return the clock} */
    public Clock clock() {
        return clock;
    }

    /** {@return the longest time for each call, if it is shorter than the limits} */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** {@return what ends calls early} */
    public Cancellation cancellation() {
        return cancellation;
    }
}
