package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.OriginPolicy;
import dev.tallyclerk.text.Quoted;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Decides where calls to one origin may lead, and where its credentials may go. */
public final class OriginRules {
    private static final int MAX_PORT = 65_535;
    private static final Pattern PLAIN_NUMBERS = Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");

    /** Where clouds serve a machine's metadata, if not at a link-local address. */
    private static final Set<String> CLOUD_METADATA = Set.of(
            "fd00:ec2:0:0:0:0:0:23",
            "fd00:ec2:0:0:0:0:0:254",
            "fd20:ce:0:0:0:0:0:254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192");

    private final URI base;
    private final URI origin;
    private final String ownHost;
    private final Failures failures;
    private final OriginPolicy policy;
    private final NameResolver resolver;
    private final PublicHosts known;

    /** Makes the rules for calls to the origin of {@code base}. */
    public OriginRules(URI base, CallSettings settings) {
        this.base = base;
        this.origin = Origins.of(base);
        this.ownHost = base.getHost().toLowerCase(Locale.ROOT);
        this.failures = settings.failures();
        this.policy = settings.http().origins();
        this.resolver = settings.http().nameResolver();
        this.known = settings.publicHosts();
    }

    /** {@return the own origin} */
    public URI origin() {
        return origin;
    }

    /** {@return whether an address is of the own origin} */
    public boolean isOwn(URI uri) {
        return Origins.of(uri).equals(origin);
    }

    /** {@return whether the credentials for the own origin may be sent to an address} */
    public boolean mayReceiveCredentials(URI uri) {
        if (isOwn(uri)) {
            return true;
        }
        boolean safe = Origins.isHttps(uri) || Origins.isHttp(base);
        return safe && policy.mayReceiveCredentials(origin, Origins.of(uri));
    }

    /**
     * {@return the address that {@code location} names, seen from {@code from}}
     *
     * @param what what it is, for a person to read
     * @throws HttpException if nothing may be sent there
     */
    public URI resolve(URI from, String location, String what) throws HttpException {
        URI to;
        try {
            to = overTls(from, resolve(from, location));
        } catch (IllegalArgumentException e) {
            throw failures.of(
                    Reason.PROTOCOL,
                    Origins.host(from) + " names " + what + " that is no address: " + Origins.shown(location));
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
     * {@return {@code to}, over https where a server on https names itself by http}
     *
     * <p>Behind a proxy that terminates TLS it does not know better. Host and port are its own all the same.
     */
    public URI overTls(URI from, URI to) {
        if (!Origins.isHttps(base)
                || !isOwn(from)
                || !Origins.isHttp(to)
                || !base.getHost().equalsIgnoreCase(to.getHost())) {
            return to;
        }
        int own = base.getPort() < 0 ? Origins.HTTPS_PORT : base.getPort();
        int named = to.getPort() < 0 || to.getPort() == Origins.HTTP_PORT ? Origins.HTTPS_PORT : to.getPort();
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
     * @throws HttpException if nothing may be sent there
     */
    public void refuseUnsafe(URI from, URI to, String what) throws HttpException {
        boolean safeScheme =
                Origins.isHttps(to) || (Origins.isHttp(to) && Origins.isHttp(from) && Origins.isHttp(base));
        if (!safeScheme || to.getHost() == null || to.getRawUserInfo() != null || to.getPort() > MAX_PORT) {
            throw failures.of(
                    Reason.UNSAFE_LOCATION,
                    Origins.host(from) + " names " + what + " to which nothing is sent: " + Origins.shown(to.toString())
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
        if (!Origins.isHttp(to) || !Origins.isHttps(from)) {
            return "";
        }
        boolean itself = from.getHost().equalsIgnoreCase(to.getHost());
        return ", a step down to http" + (itself ? "; is X-Forwarded-Proto set at the proxy before it?" : "");
    }

    /**
     * {@return the addresses that a request to {@code uri} may be sent to}
     *
     * <p>A server may not lead to link-local addresses such as 169.254.169.254, nor to others where clouds keep a
     * machine's metadata, unless it is not public itself and the policy trusts that origin. A public server may not
     * lead to addresses behind the caller's firewall either, except to its own host. Whether it is public is decided
     * before it is called, and remembered: the owner of the name can change what it resolves to.
     *
     * @throws HttpException if there are none
     */
    Addresses addresses(URI uri) throws HttpException {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        boolean isPublic = isPublic();
        if (host.equals(ownHost)) {
            // An unresolvable host counts as public, permanently once it has responded over a connection unseen here.
            return new Addresses(this::isOwnAddress, isPublic ? () -> known.add(ownHost) : () -> {});
        }
        if (!isPublic && policy.mayReceiveCredentials(origin, Origins.of(uri))) {
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
            throw failures.of(
                    Reason.UNREACHABLE,
                    "the address of " + Origins.host(uri) + ", where " + Origins.host(base)
                            + " leads, cannot be found out",
                    e);
        }
        return new Addresses(rule, () -> {});
    }

    /**
     * The own host may have any address; a public one shows that it is public, whatever its name resolved to before.
     */
    private boolean isOwnAddress(InetAddress address) {
        if (!isLocalName(ownHost) && PublicAddresses.contains(address)) {
            known.add(ownHost);
        }
        return true;
    }

    /** A host counts as public unless it is known that it is not, and never was. */
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
            // What was found before counts.
        }
        return !known.isElsewhere(ownHost);
    }

    /** Notes that the server has led there: where a public host may lead is public as well. */
    public void hasLedTo(URI uri) {
        if (isPublic()) {
            known.add(uri.getHost().toLowerCase(Locale.ROOT));
        }
    }

    /** {@return the failure if {@link #addresses} allows no address of {@code uri}} */
    HttpException mayNotLeadTo(URI uri) {
        String to = Quoted.quote(Origins.host(uri));
        return failures.of(
                Reason.UNSAFE_LOCATION,
                isPublic()
                        ? Origins.host(base) + ", which is or was on the public network, leads to " + to
                                + ", which is not: nothing is sent there"
                        : Origins.host(base) + " leads to " + to
                                + ", an address of this link only: nothing is sent there");
    }

    private static boolean isOfThisMachineOnly(InetAddress address) {
        // The zone does not matter unless the address is link-local.
        String text = address.getHostAddress().replaceFirst("%.*", "");
        return address.isLinkLocalAddress()
                || CLOUD_METADATA.contains(text)
                || PublicAddresses.translated(address).stream().anyMatch(OriginRules::isOfThisMachineOnly);
    }

    private static boolean isLocalName(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.endsWith(".local")
                || name.endsWith(".internal");
    }

    /** {@return whether it is a number that parsers of addresses do not agree on, such as 0x7f.1 or 0177.0.0.1} */
    private static boolean isOddNumber(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (last.isEmpty()) {
            return true;
        }
        boolean number = last.charAt(0) >= '0' && last.charAt(0) <= '9';
        return number && !host.startsWith("[") && !PLAIN_NUMBERS.matcher(host).matches();
    }

    /** The addresses that one request may be sent to; remembers whether the transport met any, and a refused one. */
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

        /** Notes that there was a response; an address that the transport saw counts more than that. */
        void answered() {
            if (!seen) {
                whenAnswered.run();
            }
        }
    }
}
