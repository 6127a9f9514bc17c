package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.ProxySettings;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.registry.auth.CachedCredentials;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.auth.DockerConfig;
import dev.tallyclerk.registry.client.RegistryAuthenticator;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.proxy.Upstream;
import dev.tallyclerk.trust.policy.RepositoryAccess;
import dev.tallyclerk.trust.store.StoreFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** The registries of a configuration, with a transport and a login each. */
final class Registries {
    private static final Duration KEEP_CREDENTIALS = Duration.ofMinutes(1);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Map<String, String> environment;
    private final Clock clock;
    private final Map<String, RegistryClient> clients = new HashMap<>();
    private final Map<String, CredentialProvider> logins = new HashMap<>();
    private final HttpSettings http;

    Registries(Map<String, String> environment, Clock clock) throws ConfigException {
        this.environment = environment;
        this.clock = clock;
        this.http = settings(new OkHttpClient(), ProxyConfig.UPSTREAM_REQUESTS);
    }

    private HttpSettings settings(OkHttpClient client, int requests) throws ConfigException {
        ProxySettings proxies;
        try {
            proxies = ProxySettings.ofEnvironment(environment).orElse(ProxySettings.none());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("the proxy in the environment cannot be used: " + e.getMessage(), e);
        }
        return HttpSettings.of(OkHttpTransport.of(client).withProxies(proxies))
                .withNameResolver(proxies.resolver(NameResolver.runtime()))
                .withLimits(HttpLimits.defaults().withMaxRequestsPerHost(requests))
                .withUserAgent("tallyclerk-verifying-proxy");
    }

    /** {@return the upstream of a registry} */
    Upstream upstream(ProxyConfig.Registry registry) throws ConfigException {
        RegistryClient client = client(registry);
        Upstream upstream = named(registry, client);
        List<RepositoryPattern> allowed = registry.repositories();
        if (!allowed.isEmpty()) {
            upstream = upstream.withRepositories(
                    repository -> allowed.stream().anyMatch(pattern -> pattern.matches(repository)));
        }
        if (registry.login().kind() == ProxyConfig.LoginKind.CALLER) {
            upstream = upstream.withCallerLogins();
        }
        if (registry.tagTime().isPresent()) {
            upstream = upstream.withTagTime(registry.tagTime().get());
        }
        if (registry.documentTime().isPresent()) {
            upstream = upstream.withDocumentTime(registry.documentTime().get());
        }
        return upstream.withPatience(registry.silence().orElse(SILENCE));
    }

    private static Upstream named(ProxyConfig.Registry registry, RegistryClient client) throws ConfigException {
        Upstream upstream;
        try {
            upstream = Upstream.of(registry.name(), client);
        } catch (IllegalArgumentException e) {
            throw registry.place().error("registry", "is no host with an optional port: " + e.getMessage());
        }
        try {
            return registry.prefix().isEmpty()
                    ? upstream
                    : upstream.withPrefix(registry.prefix().get());
        } catch (IllegalArgumentException e) {
            throw registry.place().error("prefix", "is no part of a repository's name: " + e.getMessage());
        }
    }

    private RegistryClient client(ProxyConfig.Registry registry) throws ConfigException {
        OkHttpClient.Builder client = new OkHttpClient.Builder()
                .connectTimeout(registry.connectTime())
                .readTimeout(registry.silence().orElse(SILENCE));
        if (registry.authorities().isPresent()) {
            trust(client, registry, registry.authorities().get());
        }
        HttpSettings settings = settings(client.build(), registry.requests());
        if (registry.isPlainHttp()) {
            settings = settings.withPlainHttp(registry.name());
        }
        CredentialProvider login = login(registry, registry.login());
        RegistryClient made = RegistryClient.of(settings).withCredentials(login);
        clients.put(registry.name(), made);
        logins.put(registry.name(), login);
        return made;
    }

    private static void trust(OkHttpClient.Builder client, ProxyConfig.Registry registry, Path authorities)
            throws ConfigException {
        try {
            X509TrustManager manager = Certificates.trusting(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            client.sslSocketFactory(context.getSocketFactory(), manager);
        } catch (GeneralSecurityException | IOException e) {
            throw registry.place().error("authorities", "cannot be used: " + e.getMessage());
        }
    }

    private CredentialProvider login(ProxyConfig.Registry registry, ProxyConfig.Login login) throws ConfigException {
        switch (login.kind()) {
            case PASSWORD -> {
                // Read now, so that a mistake is told at the start, and again later, so that it can be changed.
                try {
                    password(login);
                } catch (IOException e) {
                    throw registry.place().error("login", "cannot be used: " + e.getMessage());
                }
                CredentialProvider each = asking ->
                        CredentialProvider.of(registry.name(), password(login)).credentialsFor(asking);
                return CachedCredentials.of(each, KEEP_CREDENTIALS, clock);
            }
            case DOCKER_CONFIG -> {
                CredentialProvider each =
                        asking -> DockerConfig.read(Path.of(login.secret())).credentialsFor(asking);
                return CachedCredentials.of(each, KEEP_CREDENTIALS, clock);
            }
            default -> {
                return asking -> Credentials.anonymous();
            }
        }
    }

    private Credentials password(ProxyConfig.Login login) throws IOException {
        return Credentials.of(login.username(), secret(login));
    }

    private String secret(ProxyConfig.Login login) throws IOException {
        String secret;
        if (login.isFile()) {
            secret = Files.readString(Path.of(login.secret())).strip();
        } else {
            secret = environment.getOrDefault(login.secret(), "");
        }
        if (secret.isEmpty()) {
            throw new IOException("the password in " + (login.isFile() ? "the file " : "the variable ") + login.secret()
                    + " is empty");
        }
        return secret;
    }

    /**
     * {@return access to the repositories that a trust policy names, with the logins of the upstreams}
     *
     * @param folder keeps what was trusted of them, if no database does
     */
    RepositoryAccess trustRepositories(Path folder, Optional<ProxyConfig.Database> database) throws IOException {
        CredentialProvider all = asking -> {
            CredentialProvider login = logins.get(asking);
            return login == null ? Credentials.anonymous() : login.credentialsFor(asking);
        };
        RepositoryAccess access = database.isPresent()
                ? RepositoryAccess.of(
                        http,
                        SharedTrust.of(
                                database.get().url(),
                                database.get().login().username(),
                                secret(database.get().login())))
                : RepositoryAccess.of(http, StoreFolders.in(folder));
        return access.withArtifacts(reference -> Optional.ofNullable(clients.get(reference.domain()))
                        .orElseGet(() -> RegistryClient.of(http))
                        .artifact(reference))
                .withLogins((registry, repository) -> RegistryAuthenticator.of(registry, repository, all, http))
                .withClock(clock);
    }

    HttpSettings http() {
        return http;
    }
}
