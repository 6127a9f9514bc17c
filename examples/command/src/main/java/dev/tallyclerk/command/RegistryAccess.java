package dev.tallyclerk.command;

import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpListener;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.OriginPolicy;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.TrustedOrigins;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.CachedCredentials;
import dev.tallyclerk.registry.auth.CredentialException;
import dev.tallyclerk.registry.auth.CredentialHelper;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.auth.DockerConfig;
import dev.tallyclerk.registry.auth.DockerLogins;
import dev.tallyclerk.registry.auth.EnvironmentCredentials;
import dev.tallyclerk.registry.client.Mirror;
import dev.tallyclerk.registry.client.RegistryAuthenticator;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryListener;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleOcsp;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.notary.NotaryFiles;
import dev.tallyclerk.trust.revocation.HttpRevocation;
import dev.tallyclerk.trust.revocation.RevocationChecker;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of all commands that access a registry. */
final class RegistryAccess {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_PASSWORD_BYTES = 64 * 1024;

    private static final ConfigOwner ORIGINS_OWNER =
            new ConfigOwner("--trusted-origins", "who gets the registry's credentials");
    private static final Set<String> DOCKER_HUB =
            Set.of("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

    /** Long enough for many requests, and shorter than the shortest lifetime of a helper's password. */
    private static final Duration KEEP_CREDENTIALS = Duration.ofMinutes(5);

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--username", paramLabel = "NAME", description = "User name for the registry.")
    private @Nullable String username;

    @Option(
            names = "--password-stdin",
            description = "Read the password from standard input, up to its end, instead of from TALLYCLERK_PASSWORD.")
    private boolean passwordStdin;

    @Option(
            names = "--authfile",
            paramLabel = "FILE",
            description = "Read logins from this file, in the format of Docker's config.json. Default:"
                    + " DOCKER_AUTH_CONFIG and config.json in DOCKER_CONFIG or ~/.docker, then Podman's"
                    + " auth.json. Credential helpers that it names are run. Ignored with --username.")
    private @Nullable Path authFile;

    @Option(
            names = "--plain-http",
            negatable = true,
            description = "Use http for the registry; default only for localhost and loopback addresses.")
    private @Nullable Boolean plainHttp;

    @Option(
            names = "--plain-http-for",
            paramLabel = "HOST[:PORT]",
            description = "Use http for this registry only, if a command uses two. Repeatable.")
    private List<String> plainHttpHosts = List.of();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Also trust the certificate authorities in this PEM file.")
    private @Nullable Path authorities;

    @Option(
            names = "--trust-origin",
            paramLabel = "URL",
            description = "Also send the registry's credentials to this token service or upload host, for example"
                    + " https://auth.example.org. Repeatable. To trust it from now on, add a line of the registry's origin"
                    + " and this one to the file of --trusted-origins.")
    private List<String> trustedOrigins = List.of();

    @Option(
            names = "--trusted-origins",
            paramLabel = "FILE",
            description = "Pairs of a registry and another origin that may have its credentials, one pair a line;"
                    + " default tallyclerk/trusted-origins in XDG_CONFIG_HOME or ~/.config, if it is there. Those of"
                    + " Docker Hub and gitlab.com are built in.")
    private @Nullable Path trustedOriginsFile;

    @Option(
            names = "--mirror",
            paramLabel = "REGISTRY=URL",
            description = "Try this mirror before the registry for content with a digest. Repeatable. The path"
                    + " after /v2/ is put before the repository's name:"
                    + " docker.io=https://harbor.example.org/v2/dockerhub-proxy.")
    private List<String> mirrors = List.of();

    @Option(
            names = "--max-time",
            paramLabel = "SECONDS",
            description = "Time limit; default two minutes for a request and an hour for a layer. All pages of a"
                    + " list share it. It does not limit the wait for another process that writes to the same"
                    + " layout.")
    private @Nullable Integer maxTime;

    @Option(
            names = "--debug",
            description = "Print each request, response and retry, and each blob that need not be copied, to standard"
                    + " error, without secrets.")
    private boolean debug;

    /** The clients of one run, made on first use. */
    static final class Clients {
        private final HttpSource source;
        private final UnaryOperator<RegistryClient> registry;
        private final CredentialProvider credentials;
        private final @Nullable Boolean plainHttp;
        private final List<String> plainHttpHosts;
        private final @Nullable Duration maxTime;
        private @Nullable HttpSettings made;

        /** Makes the HTTP settings. */
        @FunctionalInterface
        interface HttpSource {
            HttpSettings make() throws IOException;
        }

        Clients(
                HttpSource source,
                UnaryOperator<RegistryClient> registry,
                CredentialProvider credentials,
                @Nullable Boolean plainHttp,
                List<String> plainHttpHosts,
                @Nullable Duration maxTime) {
            this.source = source;
            this.registry = registry;
            this.credentials = credentials;
            this.plainHttp = plainHttp;
            this.plainHttpHosts = List.copyOf(plainHttpHosts);
            this.maxTime = maxTime;
        }

        /** {@return the settings of all requests of this run} */
        HttpSettings http() throws IOException {
            HttpSettings http = made;
            if (http == null) {
                http = source.make();
                for (String host : plainHttpHosts) {
                    http = http.withPlainHttp(host);
                }
                made = http;
            }
            return http;
        }

        /** {@return a fetcher for a TUF repository, with the same authorities and time limits} */
        MetadataFetcher metadata(URI repository) throws IOException {
            if (ArtifactName.isMeant(repository.toString())) {
                return MetadataFetcher.ofArtifact(artifact(ArtifactName.parse(repository.toString())));
            }
            return MetadataFetcher.ofUri(repository, http());
        }

        /** {@return a fetcher for a Notary collection, with the login of the registry that its name begins with} */
        MetadataFetcher notary(URI server, String gun) throws IOException {
            int slash = gun.indexOf('/');
            return NotaryFiles.ofServer(
                    server,
                    gun,
                    http(),
                    RegistryAuthenticator.of(
                            slash < 0 ? gun : gun.substring(0, slash),
                            slash < 0 ? "" : gun.substring(slash + 1),
                            credentials,
                            http()));
        }

        /** {@return a fetcher for the targets of a TUF repository, with the same authorities and time limits} */
        TargetFetcher targets(URI repository) throws IOException {
            return TargetFetcher.ofUri(repository, http());
        }

        /** {@return who asks whether certificates are revoked, with the same authorities and time limits} */
        RevocationChecker revocation(Clock clock) throws IOException {
            return HttpRevocation.of(http().withClock(clock)).withOcsp(BouncyCastleOcsp.create());
        }

        /** {@return the client for the registry in a name} */
        RegistryClient of(Reference reference) throws IOException {
            return of(reference.domain());
        }

        /** {@return the client for a registry} */
        RegistryClient of(String domain) throws IOException {
            if (URI.create("https://" + domain).getPort() > MAX_PORT) {
                throw new IOException("the port of " + Quoted.quote(domain) + " is above " + MAX_PORT);
            }
            HttpSettings http = http();
            if (plainHttp != null && plainHttpHosts.stream().noneMatch(domain::equalsIgnoreCase)) {
                http = plainHttp ? http.withPlainHttp(domain) : http.withHttps(domain);
            }
            return registry.apply(RegistryClient.of(http));
        }

        /** {@return who logs in at a web server, with the credentials for its host} */
        HttpAuthenticator authenticator(URI server) throws IOException {
            return RegistryAuthenticator.of(server.getRawAuthority(), "metadata", credentials, http());
        }

        /** {@return the artifact under the tag of a name} */
        ArtifactTag artifact(Reference name) throws IOException {
            return of(name).artifact(name);
        }

        /** {@return the client for the registry in a name, with one time limit for all pages of a list} */
        RegistryClient ofLists(Reference reference) throws IOException {
            Duration time = maxTime;
            return time == null ? of(reference) : of(reference).withTimeout(time);
        }
    }

    /**
     * Refuses options that must not apply to two registries: each would learn the other's password, and a registry with
     * https would get requests and credentials in clear text.
     */
    void refuseOneOptionFor(Reference one, Reference other) {
        if (one.domain().equals(other.domain())) {
            return;
        }
        String two = "but there are two: " + one.domain() + " and " + other.domain();
        if (username != null) {
            throw Usage.error(
                    spec, "--username works for one registry, " + two + "; use tallyclerk login or --authfile");
        }
        if (Boolean.TRUE.equals(plainHttp)) {
            throw Usage.error(
                    spec,
                    "--plain-http works for one registry, " + two + "; use --plain-http-for " + one.domain()
                            + " or --plain-http-for " + other.domain());
        }
    }

    /** Reads the password, if there is a user, and makes the clients. */
    Clients clients(Terminal terminal) throws IOException {
        return clients(terminal, credentials(terminal));
    }

    /** Makes the clients for a registry with these credentials. */
    Clients clients(Terminal terminal, String registry, Credentials login) throws IOException {
        return clients(terminal, CredentialProvider.of(registry, login));
    }

    private Clients clients(Terminal terminal, CredentialProvider credentials) throws IOException {
        Duration time = maxTime == null ? null : Duration.ofSeconds(maxTime);
        if (time != null && (time.isNegative() || time.isZero())) {
            throw Usage.error(spec, "--max-time must be at least 1 second");
        }
        Cancellation ended = Cancellation.create();
        terminal.interruption().ends(ended::cancel);
        Path file = authorities;
        CommandHttp http = new CommandHttp(
                file == null ? List.of() : Authorities.read(spec, file),
                time,
                terminal.environment(),
                System::getProperty);
        OriginPolicy origins = trusted(terminal.environment());
        Map<String, List<Mirror>> mirrored = mirrorsByRegistry();
        withMirrors(
                RegistryClient.of(RegistryAccess::notSent),
                mirrored); // reports a malformed mirror, even one that is not used
        Warnings warnings = debug ? new Trace(terminal.err()) : new Warnings(terminal.err());
        return new Clients(
                () -> http.okHttp()
                        .withCancellation(ended)
                        .withOrigins(origins)
                        .withListener(debug ? warnings : HttpListener.silent()),
                client -> withMirrors(client.withCredentials(credentials).withListener(warnings), mirrored),
                credentials,
                plainHttp,
                plainHttpHosts,
                time);
    }

    /** {@return whether the user wants to see what is done} */
    boolean isTraced() {
        return debug;
    }

    private static Response notSent(Request request) throws IOException {
        throw new IOException("checking options sends no request");
    }

    private RegistryClient withMirrors(RegistryClient client, Map<String, List<Mirror>> mirrored) {
        RegistryClient mirroring = client;
        for (Map.Entry<String, List<Mirror>> registry : mirrored.entrySet()) {
            try {
                mirroring = mirroring.withMirrors(registry.getKey(), registry.getValue());
            } catch (IllegalArgumentException e) {
                throw Usage.error(spec, "--mirror must be REGISTRY=URL: " + Messages.of(e));
            }
        }
        return mirroring;
    }

    private Map<String, List<Mirror>> mirrorsByRegistry() {
        Map<String, List<Mirror>> found = new LinkedHashMap<>();
        for (String mirror : mirrors) {
            int equals = mirror.indexOf('=');
            if (equals < 1) {
                throw Usage.error(spec, "--mirror must be REGISTRY=URL, not " + Quoted.quote(mirror));
            }
            try {
                found.computeIfAbsent(oneName(mirror.substring(0, equals)), registry -> new ArrayList<>())
                        .add(Mirror.of(URI.create(mirror.substring(equals + 1))));
            } catch (IllegalArgumentException e) {
                throw Usage.error(spec, "--mirror: " + Messages.of(e));
            }
        }
        return found;
    }

    /** {@return the name in lower case; docker.io for every name of Docker Hub} */
    private static String oneName(String registry) {
        String name = registry.toLowerCase(Locale.ROOT);
        return DOCKER_HUB.contains(name) ? "docker.io" : name;
    }

    private TrustedOrigins trusted(Map<String, String> environment) throws IOException {
        TrustedOrigins trusted =
                trustedOriginsFile == null ? ownTrustedOrigins(environment) : readOrigins(trustedOriginsFile);
        for (String origin : trustedOrigins) {
            try {
                trusted = trusted.withEveryRegistry(new URI(origin));
            } catch (URISyntaxException | IllegalArgumentException e) {
                throw Usage.error(
                        spec,
                        "--trust-origin must be http:// or https:// with a host, such as https://auth.example.org, not "
                                + Quoted.quote(origin));
            }
        }
        return trusted;
    }

    private static TrustedOrigins readOrigins(Path file) throws IOException {
        ORIGINS_OWNER.requireNamed(file);
        return TrustedOrigins.read(file);
    }

    private static TrustedOrigins ownTrustedOrigins(Map<String, String> environment) throws IOException {
        Optional<ConfigFolder> place = ConfigFolder.of(environment);
        if (place.isEmpty()) {
            return TrustedOrigins.known();
        }
        Path file = place.get().folder().resolve("trusted-origins");
        if (!Files.exists(file)) {
            return TrustedOrigins.known();
        }
        ORIGINS_OWNER.requireOwn(place.get().base(), file);
        return TrustedOrigins.read(file);
    }

    /** {@return the login of --username, with the password that the user gives} */
    Credentials login(Terminal terminal) throws IOException {
        String user = username;
        if (user == null) {
            throw Usage.error(spec, "--username is missing");
        }
        return withPassword(user, terminal);
    }

    /** {@return the file of --authfile, or else Docker's, to store logins in} */
    DockerLogins logins(Terminal terminal) throws CredentialException {
        Map<String, String> environment = terminal.environment();
        Path file = authFile;
        return file == null
                ? DockerLogins.ofEnvironment(environment)
                : DockerLogins.of(file).withHelpers(name -> CredentialHelper.find(name, environment));
    }

    private CredentialProvider credentials(Terminal terminal) throws IOException {
        String user = username;
        if (user != null) {
            return CredentialProvider.of(withPassword(user, terminal));
        }
        if (passwordStdin) {
            throw Usage.error(spec, "--password-stdin needs --username");
        }
        Map<String, String> environment = terminal.environment();
        Path file = authFile;
        CredentialProvider config = file == null
                ? EnvironmentCredentials.of(environment)
                : DockerConfig.read(file).withHelpers(name -> CredentialHelper.find(name, environment));
        // Every request asks the provider, and a helper may prompt the user.
        return CachedCredentials.of(config, KEEP_CREDENTIALS, Clock.systemUTC());
    }

    /** {@return whether the password comes from standard input} */
    boolean readsStandardInput() {
        return passwordStdin;
    }

    /** Reads to the end, because some passwords have several lines, and drops the last line break. */
    private @Nullable String password(InputStream in) throws IOException {
        byte[] all = in.readNBytes(MAX_PASSWORD_BYTES + 1);
        if (all.length > MAX_PASSWORD_BYTES) {
            throw Usage.error(spec, "--password-stdin: the password is longer than " + MAX_PASSWORD_BYTES + " bytes");
        }
        return all.length == 0 ? null : new String(all, StandardCharsets.UTF_8).replaceFirst("\\r?\\n\\z", "");
    }

    private static String cleared(char[] answer) {
        String text = String.valueOf(answer);
        Arrays.fill(answer, '\0');
        return text;
    }

    private Credentials withPassword(String user, Terminal terminal) throws IOException {
        String password = terminal.environment().get("TALLYCLERK_PASSWORD");
        if (passwordStdin) {
            password = password(terminal.in());
        }
        if (password == null && !passwordStdin) {
            password = terminal.prompt()
                    .ask("Password of " + Quoted.printable(user))
                    .map(RegistryAccess::cleared)
                    .orElse(null);
        }
        if (password == null) {
            throw Usage.error(spec, "--username needs a password: use --password-stdin or set TALLYCLERK_PASSWORD");
        }
        if (password.isEmpty()) {
            throw Usage.error(
                    spec, passwordStdin ? "--password-stdin: standard input is empty" : "TALLYCLERK_PASSWORD is empty");
        }
        try {
            return Credentials.of(user, password);
        } catch (IllegalArgumentException e) {
            throw Usage.error(spec, Messages.of(e));
        }
    }

    /** Prints each warning of a registry once. */
    private static class Warnings implements RegistryListener {
        private static final int MOST = 100;
        private static final int MOST_CHARACTERS = 512;

        private final PrintStream err;
        private final Set<String> told = new LinkedHashSet<>();

        Warnings(PrintStream err) {
            this.err = err;
        }

        @Override
        public void warned(String registry, String text) {
            tell(registry + " warns: " + Quoted.quote(text, MOST_CHARACTERS));
        }

        @Override
        public void encoded(String registry, String encoding) {
            tell(registry + " sends content in the encoding " + encoding + ", which was not requested");
        }

        @Override
        public void ignored(String registry, String what) {
            tell(registry + ": " + what + "; ignored");
        }

        @Override
        public void passedOver(String registry, String place, IOException failure) {
            tell("for " + registry + ", skipping " + place + ": " + Messages.of(failure));
        }

        private void tell(String line) {
            synchronized (told) {
                if (told.size() == MOST || !told.add(line)) {
                    return;
                }
            }
            print(line);
        }

        final void print(String line) {
            err.println("tallyclerk: " + Quoted.printable(line));
        }
    }

    /** Prints all that happens between this program and servers. */
    private static final class Trace extends Warnings {
        Trace(PrintStream err) {
            super(err);
        }

        @Override
        public void responded(String method, String target, int status, Duration time) {
            print(method + " " + target + ": " + status + " in " + time.toMillis() + " ms");
        }

        @Override
        public void unanswered(String method, String target, HttpException.Reason reason, Duration time) {
            print(method + " " + target + ": " + reason + " after " + time.toMillis() + " ms");
        }

        @Override
        public void retrying(String host, int attempt, Duration wait, HttpException.Reason reason) {
            print("attempt " + attempt + " at " + host + " failed (" + reason + "); the next one follows in "
                    + wait.toMillis() + " ms");
        }

        @Override
        public void rateLimited(String host, long limit, long remaining) {
            print(host + " allows " + count(limit) + " requests in a period, of which " + count(remaining)
                    + " are left");
        }

        private static String count(long number) {
            return number < 0 ? "an unknown number of" : Long.toString(number);
        }
    }
}
