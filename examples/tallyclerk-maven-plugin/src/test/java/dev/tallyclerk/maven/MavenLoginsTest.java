package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.auth.EnvironmentCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MavenLoginsTest {
    private static final String REGISTRY = "registry.example.org:5000";

    @TempDir
    private Path home;

    private final Settings settings = new Settings();

    private MavenLogins logins() throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(
                home.resolve(".docker/config.json"),
                "{\"auths\":{\"" + REGISTRY + "\":{\"auth\":\"ZG9ja2VyOng=\"},"
                        + "\"https://index.docker.io/v1/\":{\"auth\":\"ZG9ja2VyOng=\"}}}");
        return new MavenLogins(
                settings, new PlainDecrypter(), EnvironmentCredentials.of(Map.of("HOME", home.toString())));
    }

    private void server(String id, String password) {
        Server server = new Server();
        server.setId(id);
        server.setUsername("maven");
        server.setPassword(password);
        settings.addServer(server);
    }

    @Test
    void aServerOfTheSettingsGoesBeforeTheLoginOfDocker() throws IOException {
        assertEquals("docker", logins().credentialsFor(REGISTRY).username());
        server(REGISTRY, "secret");
        assertEquals(Credentials.of("maven", "secret"), logins().credentialsFor(REGISTRY));
        assertEquals("docker", logins().credentialsFor("docker.io").username());
    }

    @Test
    void dockerHubHasTheNamesThatPeopleGiveIt() throws IOException {
        server("registry.hub.docker.com", "secret");
        assertEquals("maven", logins().credentialsFor("docker.io").username());
    }

    @Test
    void aPasswordThatCannotBeDecryptedIsAnErrorWithoutIt() {
        server(REGISTRY, "{secret}");
        IOException e = assertThrows(IOException.class, () -> logins().credentialsFor(REGISTRY));
        assertTrue(String.valueOf(e.getMessage()).contains(REGISTRY), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("{secret}"), e.getMessage());
    }

    @Test
    void aServerWithoutAPasswordIsAnError() {
        Server server = new Server();
        server.setId(REGISTRY);
        settings.addServer(server);
        assertThrows(IOException.class, () -> logins().credentialsFor(REGISTRY));
    }
}
