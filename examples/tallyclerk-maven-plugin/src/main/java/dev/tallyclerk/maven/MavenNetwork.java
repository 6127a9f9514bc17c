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
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.policy.RepositoryAccess;
import dev.tallyclerk.trust.store.StoreFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/** Requests with the logins and proxies of the user's settings. */
final class MavenNetwork {
    private static final Duration KEEP_CREDENTIALS = Duration.ofMinutes(5);

    private final boolean offline;
    private final HttpSettings http;
    private final CredentialProvider credentials;

    /**
     * @param insecure the registries to ask by http
     * @throws IOException if the password of a proxy cannot be decrypted
     * @throws IllegalArgumentException if one of {@code insecure} is no host of a registry
     */
    MavenNetwork(Settings settings, SettingsDecrypter decrypter, boolean offline, List<String> insecure)
            throws IOException {
        this.offline = offline;
        ProxySettings proxies = MavenProxies.of(settings, decrypter);
        HttpSettings online = HttpSettings.of(
                        OkHttpTransport.of(new OkHttpClient()).withProxies(proxies))
                .withNameResolver(proxies.resolver(NameResolver.runtime()))
                .withUserAgent("tallyclerk-maven-plugin");
        HttpSettings allowed = offline
                ? HttpSettings.of(request -> {
                    throw new IOException("the build is offline");
                })
                : online;
        for (String registry : insecure) {
            allowed = allowed.withPlainHttp(host(registry.strip()));
        }
        this.http = allowed;
        this.credentials = CachedCredentials.of(
                new MavenLogins(settings, decrypter, EnvironmentCredentials.of(System.getenv())),
                KEEP_CREDENTIALS,
                Clock.systemUTC());
    }

    /** {@return a host as it stands in names: any other text would never be the registry of an image} */
    private static String host(String registry) {
        try {
            if (ImageLocation.repository(registry + "/image").domain().equals(registry)) {
                return registry;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(noHost(registry), e);
        }
        throw new IllegalArgumentException(noHost(registry));
    }

    private static String noHost(String registry) {
        return "allowInsecureRegistries lists registries, HOST or HOST:PORT as in the names of images, not "
                + Quoted.quote(registry);
    }

    /** {@return the client for the registry in a name} */
    RegistryClient registry(Reference name) throws IOException {
        if (offline) {
            throw new IOException("the build is offline, and " + name + " is in a registry");
        }
        return RegistryClient.of(http).withCredentials(credentials);
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
