package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.OriginPolicy;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Says where calls to one registry may lead, and where its credentials may go. */
final class OriginRules {
    private static final int MAX_PORT = 65_535;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final Pattern PLAIN_NUMBERS = Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");

    /** Where clouds say to a machine what it may know of itself, if not at an address of the link. */
    private static final Set<String> CLOUD_METADATA = Set.of(
            "fd00:ec2:0:0:0:0:0:254", "fd20:ce:0:0:0:0:0:254", "100.100.100.200", "168.63.129.16", "192.0.0.192");

    private final URI base;
    private final URI origin;
    private final String ownHost;
    private final OriginPolicy policy;
    private final NameResolver resolver;
    private final PublicRegistries known;

    OriginRules(URI base, ClientSettings settings) {
        this.base = base;
        this.origin = origin(base);
        this.ownHost = base.getHost().toLowerCase(Locale.ROOT);
        this.policy = settings.origins();
        this.resolver = settings.resolver();
        this.known = settings.publicRegistries();
    }

    /** {@return scheme, host and port in one spelling: in lower case, and without a port that the scheme implies} */
    static URI origin(URI uri) {
        return URI.create(uri.getScheme().toLowerCase(Locale.ROOT) + "://" + host(uri));
    }

    /** {@return host and port for a person to read, in lower case, and without a port that the scheme implies} */
    static String host(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int standard = isHttp(uri) ? HTTP_PORT : HTTPS_PORT;
        return uri.getPort() < 0 || uri.getPort() == standard ? host : host + ":" + uri.getPort();
    }

    /** {@return the registry's origin} */
    URI origin() {
        return origin;
    }

    boolean isOwn(URI uri) {
        return origin(uri).equals(origin);
    }

    /** {@return whether the credentials for the registry may be sent there} */
    boolean mayReceiveCredentials(URI uri) {
        if (isOwn(uri)) {
            return true;
        }
        boolean safe = isHttps(uri) || isHttp(base);
        return safe && policy.mayReceiveCredentials(origin, origin(uri));
    }

    /**
     * {@return the address that {@code location} names, seen from {@code from}}
     *
     * @param what what it is, for a person to read
     * @throws RegistryException if nothing may be sent there
     */
    URI resolve(URI from, String location, String what) throws RegistryException {
        URI to;
        try {
            to = overTls(from, resolve(from, location));
        } catch (IllegalArgumentException e) {
            throw new RegistryException(
                    Reason.PROTOCOL, 0, host(from) + " names " + what + " that is no address: " + shown(location));
        }
        refuseUnsafe(from, to, what);
        return to;
    }

    /** RFC 3986, section 5.2.2, which {@link URI#resolve(URI)} does not follow where there is no path. */
    private static URI resolve(URI from, String location) {
        if (location.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        if (location.startsWith("?")) {
            return URI.create(from.getScheme() + "://" + from.getRawAuthority() + from.getRawPath() + location);
        }
        return from.resolve(location);
    }

    /**
     * {@return {@code to}, over https where the registry names itself by http}
     *
     * <p>Behind a proxy that ends TLS it does not know better. It is the registry's own host and port all the same.
     */
    URI overTls(URI from, URI to) {
        if (!isHttps(base) || !isOwn(from) || !isHttp(to) || !base.getHost().equalsIgnoreCase(to.getHost())) {
            return to;
        }
        int own = base.getPort() < 0 ? HTTPS_PORT : base.getPort();
        int named = to.getPort() < 0 || to.getPort() == HTTP_PORT ? HTTPS_PORT : to.getPort();
        if (named != own || to.getRawUserInfo() != null) {
            return to;
        }
        String rest = to.toString()
                .substring("http://".length() + to.getRawAuthority().length());
        return URI.create(base.getScheme() + "://" + base.getRawAuthority() + rest);
    }

    /**
     * Refuses an address that is not http or https, or would be a step down from https, or has a user in it.
     *
     * @throws RegistryException if nothing may be sent there
     */
    void refuseUnsafe(URI from, URI to, String what) throws RegistryException {
        boolean safeScheme = isHttps(to) || (isHttp(to) && isHttp(from) && isHttp(base));
        if (!safeScheme || to.getHost() == null || to.getRawUserInfo() != null || to.getPort() > MAX_PORT) {
            throw new RegistryException(
                    Reason.UNSAFE_LOCATION,
                    0,
                    host(from) + " names " + what + " to which nothing is sent: " + shown(to.toString())
                            + stepDown(from, to) + misspelt(to));
        }
    }

    /** As {@code minio_1}, a name that networks of containers know. */
    private static String misspelt(URI to) {
        return to.getHost() == null && to.getRawAuthority() != null
                ? ", of which host or port is misspelt: a host has letters, digits, hyphens and dots, and no underscore"
                : "";
    }

    private static String stepDown(URI from, URI to) {
        if (!isHttp(to) || !isHttps(from)) {
            return "";
        }
        boolean itself = from.getHost().equalsIgnoreCase(to.getHost());
        return ", a step down to http" + (itself ? "; is X-Forwarded-Proto set at the proxy before it?" : "");
    }

    /**
     * {@return the addresses that a request to {@code uri} may be sent to}
     *
     * <p>No registry has business with addresses of a link, such as 169.254.169.254, and others where clouds keep what
     * a machine may know of itself, unless it is on no public network itself and the policy trusts that origin. One on
     * the public network has none with any address behind the caller's firewall either, its own host apart. Whether it
     * is one is decided before it is asked, and kept for the 10,000 that were asked last: whoever owns the name can
     * change what it stands for.
     *
     * @throws RegistryException if there are none
     */
    Addresses addresses(URI uri) throws RegistryException {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        boolean isPublic = isPublic();
        if (host.equals(ownHost)) {
            // One that nobody can find counts as public, which holds as soon as it has answered where nobody saw.
            return new Addresses(this::isOwnAddress, isPublic ? () -> known.add(ownHost) : () -> {});
        }
        if (!isPublic && policy.mayReceiveCredentials(origin, origin(uri))) {
            return new Addresses(address -> true, () -> {});
        }
        if (isPublic && (isLocalName(host) || isOddNumber(host))) {
            throw mayNotLeadTo(uri);
        }
        // Some clouds keep their metadata at an address that is a public one by its number.
        Predicate<InetAddress> rule =
                address -> !isOfThisMachineOnly(address) && (!isPublic || PublicAddresses.contains(address));
        try {
            List<InetAddress> found = resolver.resolve(uri.getHost());
            if (found.isEmpty()) {
                throw new UnknownHostException(host);
            }
            if (!found.stream().allMatch(rule)) {
                throw mayNotLeadTo(uri);
            }
        } catch (UnknownHostException e) {
            if (!isPublic) {
                return new Addresses(rule, () -> {}); // a proxy may know it
            }
            throw new RegistryException(
                    Reason.UNREACHABLE,
                    "the address of " + host(uri) + ", where " + host(base) + " leads, cannot be found out",
                    e);
        }
        return new Addresses(rule, () -> {});
    }

    /**
     * Any address is good for the registry itself; a public one says what it is, whatever its name stood for before.
     */
    private boolean isOwnAddress(InetAddress address) {
        if (!isLocalName(ownHost) && PublicAddresses.contains(address)) {
            known.add(ownHost);
        }
        return true;
    }

    /** A registry counts as public unless it is known that it is not, and never was. */
    private boolean isPublic() {
        if (isLocalName(ownHost)) {
            return false;
        }
        if (known.contains(ownHost)) {
            return true;
        }
        try {
            List<InetAddress> found = resolver.resolve(base.getHost());
            if (found.stream().anyMatch(PublicAddresses::contains)) {
                known.add(ownHost);
                return true;
            }
            if (!found.isEmpty()) {
                known.addElsewhere(ownHost);
                return false;
            }
        } catch (UnknownHostException e) {
            // As if it had none: what was found before counts.
        }
        return !known.isElsewhere(ownHost);
    }

    /** Takes note that the registry has led there: whom one on the public network may lead to is on it as well. */
    void hasLedTo(URI uri) {
        if (isPublic()) {
            known.add(uri.getHost().toLowerCase(Locale.ROOT));
        }
    }

    /** {@return what it means that {@link #addresses} does not allow any address of {@code uri}} */
    RegistryException mayNotLeadTo(URI uri) {
        String to = Quoted.quote(host(uri));
        return new RegistryException(
                Reason.UNSAFE_LOCATION,
                0,
                isPublic()
                        ? host(base) + ", which is or was on the public network, leads to " + to
                                + ", which is not: nothing is sent there"
                        : host(base) + " leads to " + to + ", an address of this link only: nothing is sent there");
    }

    private static boolean isOfThisMachineOnly(InetAddress address) {
        // A zone behind it is of no account where the address is not one of a link.
        String text = address.getHostAddress().replaceFirst("%.*", "");
        return address.isLinkLocalAddress()
                || CLOUD_METADATA.contains(text)
                || PublicAddresses.translated(address)
                        .filter(OriginRules::isOfThisMachineOnly)
                        .isPresent();
    }

    private static boolean isLocalName(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.endsWith(".local")
                || name.endsWith(".internal");
    }

    /** {@return whether it is a number that readers of addresses do not agree on, such as 0x7f.1 or 0177.0.0.1} */
    private static boolean isOddNumber(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (last.isEmpty()) {
            return true;
        }
        boolean number = last.charAt(0) >= '0' && last.charAt(0) <= '9';
        return number && !host.startsWith("[") && !PLAIN_NUMBERS.matcher(host).matches();
    }

    private static boolean isHttp(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme());
    }

    private static boolean isHttps(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** {@return an address for a message: without user, query and fragment, any of which may be a secret} */
    static String shown(String location) {
        return Quoted.quote(location.replaceFirst("(?s)[?#].*", "").replaceFirst("//[^/]*@", "//…@"));
    }

    /** The addresses that one request may be sent to; remembers whether the transport met any, and another one. */
    static final class Addresses implements Predicate<InetAddress> {
        private final Predicate<InetAddress> rule;
        private final Runnable whenAnswered;
        private volatile boolean seen;
        private volatile boolean refused;

        private Addresses(Predicate<InetAddress> rule, Runnable whenAnswered) {
            this.rule = rule;
            this.whenAnswered = whenAnswered;
        }

        @Override
        public boolean test(InetAddress address) {
            seen = true;
            boolean good = rule.test(address);
            if (!good) {
                refused = true;
            }
            return good;
        }

        boolean hasRefused() {
            return refused;
        }

        /** Takes note that the request was answered; what the transport saw of the address counts more than that. */
        void answered() {
            if (!seen) {
                whenAnswered.run();
            }
        }
    }
}
