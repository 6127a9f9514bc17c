package dev.tallyclerk.maven;

import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.ProxySettings;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.CachedCredentials;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.EnvironmentCredentials;
import dev.tallyclerk.registry.client.RegistryAuthenticator;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.trust.policy.RepositoryAccess;
import dev.tallyclerk.trust.store.StoreFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/** Requests with the logins and proxies of the user's settings. */
final class MavenNetwork {
    private static final Duration KEEP_CREDENTIALS = Duration.ofMinutes(5);

    private final boolean offline;
    private final boolean allowsHttp;
    private final HttpSettings http;
    private final CredentialProvider credentials;

    MavenNetwork(Settings settings, SettingsDecrypter decrypter, boolean offline, boolean allowsHttp)
            throws IOException {
        this.offline = offline;
        this.allowsHttp = allowsHttp;
        ProxySettings proxies = MavenProxies.of(settings, decrypter);
        HttpSettings online = HttpSettings.of(
                        OkHttpTransport.of(new OkHttpClient()).withProxies(proxies))
                .withNameResolver(proxies.resolver(NameResolver.runtime()))
                .withUserAgent("tallyclerk-maven-plugin");
        this.http = offline
                ? HttpSettings.of(request -> {
                    throw new IOException("the build is offline");
                })
                : online;
        this.credentials = CachedCredentials.of(
                new MavenLogins(settings, decrypter, EnvironmentCredentials.of(System.getenv())),
                KEEP_CREDENTIALS,
                Clock.systemUTC());
    }

    /** {@return the client for the registry in a name} */
    RegistryClient registry(Reference name) throws IOException {
        if (offline) {
            throw new IOException("the build is offline, and " + name + " is in a registry");
        }
        return RegistryClient.of(allowsHttp ? http.withPlainHttp(name.domain()) : http)
                .withCredentials(credentials);
    }

    /** {@return access to the repositories that a trust policy names} */
    RepositoryAccess repositories(Path stores) {
        return RepositoryAccess.of(http, StoreFolders.in(stores))
                .withArtifacts(RegistryClient.of(http).withCredentials(credentials)::artifact)
                .withLogins(
                        (registry, repository) -> RegistryAuthenticator.of(registry, repository, credentials, http));
    }

    HttpSettings http() {
        return http;
    }
}
