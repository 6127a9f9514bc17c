package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.registry.proxy.ProxyLimits;
import dev.tallyclerk.registry.proxy.ProxyPolicy;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the configuration file says.
 *
 * @param http where plain HTTP is served, if it is
 * @param tls where HTTPS is served, if it is
 * @param admin where metrics and the status page are served; with the rest if there is none
 * @param folder where the cache is
 * @param limits times and sizes
 * @param upstreams the registries
 * @param policies what is demanded of images; the first that matches a repository counts
 * @param trustState where trusted metadata is kept for several replicas; in the cache's folder if there is none
 * @param serving what clients may take up
 * @param log the file of the log; the standard output if there is none
 * @param place where all of it stands, for errors
 */
record ProxyConfig(
        Optional<InetSocketAddress> http,
        Optional<Tls> tls,
        Optional<InetSocketAddress> admin,
        Path folder,
        ProxyLimits limits,
        List<Registry> upstreams,
        List<Demand> policies,
        Optional<Database> trustState,
        Serving serving,
        Optional<Path> log,
        Section place) {
    private static final long MOST_BYTES = 1 << 20;
    private static final int MOST_REQUESTS = 10_000;
    private static final int REQUESTS = 512;

    /** How many requests one registry is sent at a time, unless it says something else. */
    static final int UPSTREAM_REQUESTS = 32;

    /** HTTPS, with certificate and key in PEM. */
    record Tls(InetSocketAddress address, Path certificate, Path key, Section place) {}

    /** Where the login for a registry is. */
    enum LoginKind {
        /** There is none. */
        NONE,
        /** A name, and a password in a file or a variable of the environment. */
        PASSWORD,
        /** In Docker's configuration file. */
        DOCKER_CONFIG,
        /** With each client, who gets only what its own login can read. */
        CALLER
    }

    /** A login. The file or the variable's name holds the secret; which of both, {@code isFile} says. */
    record Login(LoginKind kind, String username, String secret, boolean isFile) {
        static final Login NONE = new Login(LoginKind.NONE, "", "", false);
    }

    /** A database of PostgreSQL, at a URL as its JDBC driver takes it. */
    record Database(String url, Login login, Section place) {}

    /** A registry to get content from; {@code requests} is how many it is sent at a time. */
    record Registry(
            String name,
            boolean isDefault,
            Optional<String> prefix,
            List<RepositoryPattern> repositories,
            Login login,
            boolean isPlainHttp,
            Optional<Path> authorities,
            Duration connectTime,
            Optional<Duration> tagTime,
            Optional<Duration> documentTime,
            Optional<Duration> silence,
            int requests,
            Section place) {}

    /** What is demanded of the images of some repositories. */
    record Demand(
            RepositoryPattern repositories,
            ProxyPolicy.Mode mode,
            Optional<Path> hardening,
            Optional<Path> trust,
            Section place) {}

    /**
     * What clients may take up.
     *
     * @param requests how many are answered at a time
     * @param stopTime how long running answers may take after the program was told to stop
     * @param requestTime how long a client may take to send a request
     * @param idleTime how long a connection may be unused
     * @param silence how long a client may take nothing of an answer
     */
    record Serving(int requests, Duration stopTime, Duration requestTime, Duration idleTime, Duration silence) {}

    /**
     * Reads a configuration.
     *
     * @throws ConfigException if it cannot be used; the message has the line and what to write
     */
    static ProxyConfig read(Path file) throws ConfigException {
        byte[] content;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ConfigException(file + " has more than " + MOST_BYTES + " bytes");
            }
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + e, e);
        }
        return of(Section.of(file, content));
    }

    private static ProxyConfig of(Section whole) throws ConfigException {
        Optional<InetSocketAddress> http = address(whole, "listen");
        Optional<Section> tls = whole.section("tls");
        Optional<Tls> https = tls.isEmpty() ? Optional.empty() : Optional.of(tls(tls.get()));
        if (http.isEmpty() && https.isEmpty()) {
            throw whole.error("listen", "is missing; write listen: 127.0.0.1:5000, or a section tls");
        }
        Optional<InetSocketAddress> admin = address(whole, "admin");
        Optional<Section> cache = whole.section("cache");
        if (cache.isEmpty()) {
            throw whole.error("cache", "is missing; write cache: with folder: /var/cache/verifying-proxy below it");
        }
        Path folder = cache(cache.get());
        ProxyLimits limits = limits(whole.section("times"), cache.get());
        cache.get().end();
        List<Registry> upstreams = new ArrayList<>();
        for (Section section : whole.sections("upstreams")) {
            upstreams.add(registry(section));
        }
        requireUseful(whole, upstreams, admin.isPresent());
        List<Demand> policies = new ArrayList<>();
        for (Section section : whole.sections("policies")) {
            policies.add(demand(section));
        }
        if (!policies.isEmpty()
                && !policies.get(policies.size() - 1).repositories().text().equals("**")) {
            throw whole.error(
                    "policies", "does not say what holds for all other repositories; end it with repositories: '**'");
        }
        Optional<Section> state = whole.section("trust-state");
        Optional<Database> trustState = state.isEmpty() ? Optional.empty() : Optional.of(database(state.get()));
        Serving serving = serving(whole.section("clients"), whole);
        Optional<Path> log = whole.file("log");
        whole.end();
        return new ProxyConfig(
                http, https, admin, folder, limits, upstreams, policies, trustState, serving, log, whole);
    }

    private static void requireUseful(Section whole, List<Registry> upstreams, boolean hasAdmin)
            throws ConfigException {
        if (upstreams.isEmpty()) {
            throw whole.error("upstreams", "is missing; write upstreams: with - registry: docker.io below it");
        }
        if (upstreams.stream().filter(Registry::isDefault).count() > 1) {
            throw whole.error("upstreams", "has more than one default; write default: true once");
        }
        for (Registry registry : upstreams) {
            if (registry.login().kind() == LoginKind.CALLER && !hasAdmin) {
                throw registry.place()
                        .error(
                                "login",
                                "is of the caller, and the status page would show everybody the names of what each can"
                                        + " read; write admin: 127.0.0.1:9090 for the page");
            }
        }
    }

    private static Optional<InetSocketAddress> address(Section section, String key) throws ConfigException {
        Optional<String> text = section.text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int colon = text.get().lastIndexOf(':');
        String port = text.get().substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw section.error(
                    key, "is " + Quoted.quote(text.get()) + "; write an address and a port, such as 127.0.0.1:5000");
        }
        InetSocketAddress address = new InetSocketAddress(text.get().substring(0, colon), Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw section.error(key, "has a name without an address: " + Quoted.quote(text.get()));
        }
        return Optional.of(address);
    }

    private static Tls tls(Section section) throws ConfigException {
        Optional<InetSocketAddress> address = address(section, "listen");
        Optional<Path> certificate = section.file("certificate");
        Optional<Path> key = section.file("key");
        section.end();
        if (address.isEmpty()) {
            throw section.error("listen", "is missing; write listen: 0.0.0.0:5443");
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw section.error(
                    certificate.isEmpty() ? "certificate" : "key", "is missing; write the name of a file in PEM");
        }
        return new Tls(
                address.get(),
                requireFile(section, "certificate", certificate.get()),
                requireFile(section, "key", key.get()),
                section);
    }

    private static Path requireFile(Section section, String key, Path file) throws ConfigException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw section.error(key, "names " + file + ", which is no file that can be read");
        }
        return file;
    }

    private static Path cache(Section section) throws ConfigException {
        Optional<Path> folder = section.file("folder");
        if (folder.isEmpty()) {
            throw section.error("folder", "is missing; write folder: /var/cache/verifying-proxy");
        }
        return folder.get();
    }

    private static ProxyLimits limits(Optional<Section> times, Section cache) throws ConfigException {
        ProxyLimits limits = ProxyLimits.defaults();
        var most = cache.size("max-size");
        if (most.isPresent()) {
            limits = limits.withCache(limits.cache().withMaxBytes(most.getAsLong()));
        }
        Optional<Duration> unused = cache.positiveTime("max-unused");
        if (unused.isPresent()) {
            limits = limits.withCache(limits.cache().withMaxUnused(unused.get()));
        }
        if (times.isEmpty()) {
            return limits;
        }
        Section section = times.get();
        limits = limits.withTagTime(section.time("tag").orElse(limits.tagTime()))
                .withMissingTime(section.time("missing").orElse(limits.missingTime()))
                .withStaleTime(section.time("stale").orElse(limits.staleTime()))
                .withDecisionTime(section.time("decision").orElse(limits.decisionTime()))
                .withCallerTime(section.time("caller").orElse(limits.callerTime()));
        section.end();
        return limits;
    }

    private static Registry registry(Section section) throws ConfigException {
        String name = section.requiredText("registry", "docker.io");
        List<RepositoryPattern> repositories = new ArrayList<>();
        for (String text : section.texts("repositories")) {
            repositories.add(pattern(section, text));
        }
        Optional<Section> login = section.section("login");
        Optional<Path> authorities = section.file("authorities");
        Registry registry = new Registry(
                name,
                section.isTrue("default"),
                section.text("prefix"),
                repositories,
                login.isEmpty() ? Login.NONE : login(login.get()),
                section.isTrue("plain-http"),
                authorities.isEmpty()
                        ? authorities
                        : Optional.of(requireFile(section, "authorities", authorities.get())),
                section.positiveTime("connect-time").orElse(Duration.ofSeconds(10)),
                section.time("tag-time"),
                section.positiveTime("document-time"),
                section.positiveTime("silence"),
                section.number("requests", UPSTREAM_REQUESTS, MOST_REQUESTS),
                section);
        section.end();
        return registry;
    }

    private static RepositoryPattern pattern(Section section, String text) throws ConfigException {
        try {
            return RepositoryPattern.parse(text);
        } catch (IllegalArgumentException e) {
            throw section.error(
                    "repositories", "has " + Quoted.quote(text) + "; write names of repositories, with * and **");
        }
    }

    private static Login login(Section section) throws ConfigException {
        Optional<Path> config = section.file("docker-config");
        boolean ofCaller = section.isTrue("of-caller");
        Optional<String> username = section.text("username");
        Optional<Path> file = section.file("password-file");
        Optional<String> variable = section.text("password-env");
        section.end();
        int ways = (config.isPresent() ? 1 : 0) + (ofCaller ? 1 : 0) + (username.isPresent() ? 1 : 0);
        if (ways != 1) {
            throw section.error(
                    "username", "is one way to log in; write one of username, docker-config and of-caller: true");
        }
        if (config.isPresent()) {
            Path named = requireFile(section, "docker-config", config.get());
            return new Login(LoginKind.DOCKER_CONFIG, "", named.toString(), true);
        }
        if (ofCaller) {
            return new Login(LoginKind.CALLER, "", "", false);
        }
        return password(section, username.orElseThrow(), file, variable);
    }

    private static Login password(Section section, String username, Optional<Path> file, Optional<String> variable)
            throws ConfigException {
        if (file.isPresent() == variable.isPresent()) {
            throw section.error("username", "needs a password; write one of password-file and password-env");
        }
        String secret = file.isPresent()
                ? requireFile(section, "password-file", file.get()).toString()
                : variable.orElseThrow();
        return new Login(LoginKind.PASSWORD, username, secret, file.isPresent());
    }

    private static Database database(Section section) throws ConfigException {
        String url = section.requiredText("database", "jdbc:postgresql://db.example.org/trust");
        if (!url.startsWith("jdbc:postgresql:")) {
            throw section.error("database", "is no URL of PostgreSQL; write jdbc:postgresql://db.example.org/trust");
        }
        requireDatabase(section, url);
        String username = section.requiredText("username", "proxy");
        Optional<Path> file = section.file("password-file");
        Optional<String> variable = section.text("password-env");
        section.end();
        return new Database(url, password(section, username, file, variable), section);
    }

    /** The URL is in no message: it may have a password. */
    private static void requireDatabase(Section section, String url) throws ConfigException {
        boolean hasLogin;
        try {
            hasLogin = SharedTrust.hasLogin(url);
        } catch (IllegalArgumentException e) {
            throw section.error("database", "is no URL that the driver of PostgreSQL takes");
        }
        if (hasLogin) {
            throw section.error(
                    "database",
                    "has a login, which does not stand in the configuration; write username and password-file");
        }
    }

    private static Demand demand(Section section) throws ConfigException {
        RepositoryPattern repositories = pattern(section, section.requiredText("repositories", "docker.io/library/*"));
        ProxyPolicy.Mode mode = section.word("mode", ProxyPolicy.Mode.class).orElse(ProxyPolicy.Mode.DECIDE_FIRST);
        Optional<Path> hardening = section.file("policy");
        Optional<Path> trust = section.file("trust-policy");
        section.end();
        return new Demand(repositories, mode, hardening, trust, section);
    }

    private static Serving serving(Optional<Section> clients, Section whole) throws ConfigException {
        Section section = clients.orElse(whole);
        if (clients.isEmpty()) {
            return new Serving(
                    REQUESTS,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(30));
        }
        Serving serving = new Serving(
                section.number("requests", REQUESTS, MOST_REQUESTS),
                section.time("stop-time").orElse(Duration.ofSeconds(30)),
                section.positiveTime("request-time").orElse(Duration.ofSeconds(10)),
                section.positiveTime("idle-time").orElse(Duration.ofMinutes(1)),
                section.positiveTime("silence").orElse(Duration.ofSeconds(30)));
        section.end();
        return serving;
    }
}
