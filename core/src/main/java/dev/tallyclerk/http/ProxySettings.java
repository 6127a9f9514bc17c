package dev.tallyclerk.http;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxies for requests, and the logins for them.
 *
 * <p>Transports take it by {@code withProxies}; a {@code java.net.http.HttpClient} is built with {@link #selector} and
 * {@link #authenticator}. Immutable, and safe for use by several threads if the selector and the logins are.
 */
public final class ProxySettings {
    private static final int MAX_PORT = 65_535;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int SOCKS_PORT = 1080;
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z0-9_-]+\\.)+[A-Za-z][A-Za-z0-9-]*\\.?");

    /**
     * Stands for the address of a proxied name, and is that of a.root-servers.net. Nothing is sent to it: what is sent
     * without a proxy still goes to allowed addresses only, because the transport looks at what it is connected to.
     */
    private static final byte[] SOME_PUBLIC_ADDRESS = {(byte) 198, 41, 0, 4};

    private final ProxySelector selector;
    private final Function<InetSocketAddress, Optional<PasswordAuthentication>> logins;

    private ProxySettings(
            ProxySelector selector, Function<InetSocketAddress, Optional<PasswordAuthentication>> logins) {
        this.selector = Objects.requireNonNull(selector, "selector");
        this.logins = Objects.requireNonNull(logins, "logins");
    }

    /** {@return settings without a proxy} */
    public static ProxySettings none() {
        return new ProxySettings(ProxySelector.of(null), proxy -> Optional.empty());
    }

    /**
     * {@return settings that select proxies as {@code selector} does}
     *
     * @param selector selects the proxies, such as {@link ProxySelector#getDefault}
     * @param logins the login for each proxy
     */
    public static ProxySettings of(
            ProxySelector selector, Function<InetSocketAddress, Optional<PasswordAuthentication>> logins) {
        return new ProxySettings(selector, logins);
    }

    /**
     * {@return the settings that environment variables make, or nothing if they name no proxy}
     *
     * <p>{@code HTTPS_PROXY} names the proxy for https, {@code HTTP_PROXY} that for http, in capitals or small letters,
     * small ones first; {@code HTTP_PROXY} in capitals is ignored where {@code REQUEST_METHOD} is set, because a CGI
     * client can set it. A proxy is {@code [http://][USER:PASSWORD@]HOST[:PORT]} or {@code socks5://HOST[:PORT]}, with
     * user and password percent-encoded. Requests to {@code localhost} and loopback addresses use no proxy, nor those
     * to the hosts in {@code NO_PROXY}, which are separated by commas: {@code example.org} stands for the host and
     * those below it, {@code .example.org} for those below it, {@code 10.0.0.0/8} for a network, {@code *} for all;
     * each may have a port.
     *
     * @param environment the environment, such as {@link System#getenv()}
     * @throws IllegalArgumentException if a proxy cannot be parsed; the message does not show it
     */
    public static Optional<ProxySettings> ofEnvironment(Map<String, String> environment) {
        Map<InetSocketAddress, PasswordAuthentication> logins = new HashMap<>();
        Proxy https = proxy("HTTPS_PROXY", environment, logins);
        Proxy http = proxy("HTTP_PROXY", environment, logins);
        if (https == null && http == null) {
            return Optional.empty();
        }
        List<Exemption> exceptions = Stream.of(variable("NO_PROXY", environment).split(",", -1))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Exemption::parse)
                .toList();
        Map<InetSocketAddress, PasswordAuthentication> known = Map.copyOf(logins);
        return Optional.of(new ProxySettings(
                new Selector(https, http, exceptions), proxy -> Optional.ofNullable(known.get(unresolved(proxy)))));
    }

    private static InetSocketAddress unresolved(InetSocketAddress proxy) {
        return InetSocketAddress.createUnresolved(proxy.getHostString().toLowerCase(Locale.ROOT), proxy.getPort());
    }

    private static String variable(String name, Map<String, String> environment) {
        String small =
                environment.getOrDefault(name.toLowerCase(Locale.ROOT), "").strip();
        boolean ofClient = name.equals("HTTP_PROXY") && environment.containsKey("REQUEST_METHOD");
        return small.isEmpty() && !ofClient ? environment.getOrDefault(name, "").strip() : small;
    }

    private static @Nullable Proxy proxy(
            String name, Map<String, String> environment, Map<InetSocketAddress, PasswordAuthentication> logins) {
        String text = variable(name, environment);
        if (text.isEmpty()) {
            return null;
        }
        URI uri;
        try {
            uri = URI.create(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is no proxy: it cannot be parsed"); // it may have a password
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean socks = scheme.equals("socks5") || scheme.equals("socks5h");
        if (uri.getHost() == null || uri.getPort() > MAX_PORT || !(socks || scheme.equals("http"))) {
            throw new IllegalArgumentException(name + " is no proxy: "
                    + (uri.getHost() == null || uri.getPort() > MAX_PORT
                            ? "it has no valid host and port"
                            : "its scheme is " + Quoted.quote(scheme) + ", and only http and socks5 are supported"));
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : socks ? SOCKS_PORT : HTTP_PORT;
        InetSocketAddress address = unresolved(InetSocketAddress.createUnresolved(uri.getHost(), port));
        login(uri).ifPresent(login -> logins.put(address, login));
        return new Proxy(socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP, address);
    }

    private static Optional<PasswordAuthentication> login(URI proxy) {
        String info = proxy.getRawUserInfo();
        if (info == null) {
            return Optional.empty();
        }
        int colon = info.indexOf(':');
        String user = colon < 0 ? info : info.substring(0, colon);
        String password = colon < 0 ? "" : info.substring(colon + 1);
        return Optional.of(
                new PasswordAuthentication(decoded(user), decoded(password).toCharArray()));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** {@return selects the proxy of each request} */
    public ProxySelector selector() {
        return selector;
    }

    /** {@return the login for a proxy, if there is one} */
    public Optional<PasswordAuthentication> loginFor(InetSocketAddress proxy) {
        return logins.apply(proxy);
    }

    /** {@return an authenticator that answers these proxies, and no server} */
    public Authenticator authenticator() {
        return new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                return getRequestorType() == RequestorType.PROXY
                        ? loginFor(InetSocketAddress.createUnresolved(getRequestingHost(), getRequestingPort()))
                                .orElse(null)
                        : null;
            }
        };
    }

    /**
     * {@return a resolver that leaves names unknown to {@code names} to these proxies}
     *
     * <p>A name that is requested through a proxy, and that only the proxy may be able to resolve, counts as one of the
     * public network. Literal addresses, names without a dot, and names that end in a number are not left to it.
     */
    public NameResolver resolver(NameResolver names) {
        return host -> {
            try {
                return names.resolve(host);
            } catch (UnknownHostException e) {
                if (!NAME.matcher(host).matches() || (!isProxied("https", host) && !isProxied("http", host))) {
                    throw e;
                }
                return List.of(InetAddress.getByAddress(host, SOME_PUBLIC_ADDRESS));
            }
        };
    }

    private boolean isProxied(String scheme, String host) {
        List<Proxy> selected = selector.select(URI.create(scheme + "://" + host + "/"));
        return !selected.isEmpty() && selected.stream().allMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
    }

    /** Selects the proxy of the environment. */
    private static final class Selector extends ProxySelector {
        private final @Nullable Proxy https;
        private final @Nullable Proxy http;
        private final List<Exemption> exceptions;

        Selector(@Nullable Proxy https, @Nullable Proxy http, List<Exemption> exceptions) {
            this.https = https;
            this.http = http;
            this.exceptions = exceptions;
        }

        @Override
        public List<Proxy> select(URI uri) {
            boolean secure = "https".equalsIgnoreCase(uri.getScheme());
            Proxy proxy = secure ? https : http;
            return proxy == null || uri.getHost() == null || isExcepted(uri, secure)
                    ? List.of(Proxy.NO_PROXY)
                    : List.of(proxy);
        }

        private boolean isExcepted(URI uri, boolean secure) {
            String host = uri.getHost().toLowerCase(Locale.ROOT);
            int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
            Optional<InetAddress> address = literal(host);
            boolean local = host.equals("localhost")
                    || address.filter(InetAddress::isLoopbackAddress).isPresent();
            return local || exceptions.stream().anyMatch(exception -> exception.matches(host, address, port));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }

    /** {@return the address that a host is, if it is no name} */
    private static Optional<InetAddress> literal(String host) {
        boolean six = host.startsWith("[") || host.indexOf(':') >= 0;
        if (!six && !host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(six && !host.startsWith("[") ? "[" + host + "]" : host));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * An entry of {@code NO_PROXY}.
     *
     * @param name the name or {@code *}; empty for a network
     * @param below whether it stands for hosts below the name only
     * @param network an address of the network, if it is one
     * @param bits how many bits of that count; below zero, it has no address
     * @param port the port, or -1 for any
     */
    private record Exemption(String name, boolean below, Optional<InetAddress> network, int bits, int port) {
        private static final Pattern WITH_PORT = Pattern.compile("(.+):([0-9]{1,5})");

        static Exemption parse(String text) {
            String host = text.toLowerCase(Locale.ROOT);
            int slash = host.indexOf('/');
            Optional<InetAddress> address = literal(slash < 0 ? host : host.substring(0, slash));
            Matcher withPort = WITH_PORT.matcher(host);
            int port = -1;
            if (address.isEmpty() && withPort.matches()) {
                host = withPort.group(1);
                port = Integer.parseInt(withPort.group(2));
                address = literal(host);
                slash = -1;
            }
            if (address.isPresent()) {
                int all = address.get().getAddress().length * 8;
                return new Exemption("", false, address, slash < 0 ? all : bits(host.substring(slash + 1), all), port);
            }
            String plain = host.startsWith("*.") ? host.substring(1) : host;
            boolean below = plain.startsWith(".");
            return new Exemption(below ? plain.substring(1) : plain, below, Optional.empty(), 0, port);
        }

        /** A mask that makes no sense stands for no address. */
        private static int bits(String text, int all) {
            int bits = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
            return bits > all ? -1 : bits;
        }

        boolean matches(String host, Optional<InetAddress> address, int requested) {
            if (port >= 0 && port != requested) {
                return false;
            }
            if (network.isPresent()) {
                return address.isPresent()
                        && isIn(network.get().getAddress(), address.get().getAddress());
            }
            return name.equals("*") || (!below && host.equals(name)) || host.endsWith("." + name);
        }

        private boolean isIn(byte[] own, byte[] other) {
            int rest = own.length * 8 - bits;
            return bits >= 0
                    && own.length == other.length
                    && new BigInteger(1, own).shiftRight(rest).equals(new BigInteger(1, other).shiftRight(rest));
        }
    }
}
