package dev.tallyclerk.maven;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.auth.EnvironmentCredentials;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;

/** The login of the server in Maven's settings whose id is the registry's host; else those of Docker and Podman. */
final class MavenLogins implements CredentialProvider {
    private final Settings settings;
    private final SettingsDecrypter decrypter;
    private final EnvironmentCredentials others;

    MavenLogins(Settings settings, SettingsDecrypter decrypter, EnvironmentCredentials others) {
        this.settings = settings;
        this.decrypter = decrypter;
        this.others = others;
    }

    @Override
    public Credentials credentialsFor(String registry) throws IOException {
        Optional<Credentials> own = ofServer(registry);
        return own.isPresent() ? own.get() : others.credentialsFor(registry);
    }

    @Override
    public Credentials credentialsFor(String registry, Duration time, Cancellation cancellation) throws IOException {
        Optional<Credentials> own = ofServer(registry);
        return own.isPresent() ? own.get() : others.credentialsFor(registry, time, cancellation);
    }

    @Override
    public String keyFor(String registry, String repository) throws IOException {
        return server(registry).isPresent() ? registry : others.keyFor(registry, repository);
    }

    private Optional<Server> server(String registry) {
        List<String> ids = registry.equals("docker.io")
                ? List.of(registry, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
                : List.of(registry);
        return ids.stream()
                .flatMap(id -> Optional.ofNullable(settings.getServer(id)).stream())
                .findFirst();
    }

    private Optional<Credentials> ofServer(String registry) throws IOException {
        Optional<Server> found = server(registry);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        SettingsDecryptionResult result = decrypter.decrypt(new DefaultSettingsDecryptionRequest(found.get()));
        for (SettingsProblem problem : result.getProblems()) {
            // The message of the problem may have the text that was to be decrypted.
            if (problem.getSeverity() != SettingsProblem.Severity.WARNING) {
                throw new IOException("the password of the server " + registry
                        + " in the settings cannot be decrypted; see mvn --encrypt-password");
            }
        }
        Server server = result.getServer();
        if (server.getUsername() == null || server.getPassword() == null) {
            throw new IOException("the server " + registry + " in the settings has no username or no password");
        }
        return Optional.of(Credentials.of(server.getUsername(), server.getPassword()));
    }
}
