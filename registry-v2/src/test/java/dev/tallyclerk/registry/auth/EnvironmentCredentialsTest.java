package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentCredentialsTest {
    private static final String REGISTRY = "registry.example.org";

    @TempDir
    private Path home;

    private EnvironmentCredentials credentials() {
        return EnvironmentCredentials.of(Map.of(
                "HOME",
                home.toString(),
                "REGISTRY_AUTH_FILE",
                home.resolve("auth.json").toString()));
    }

    private void write(String file, String registry, String user) throws IOException {
        String auth = Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
        Path path = home.resolve(file);
        Files.createDirectories(path.resolveSibling(""));
        Files.writeString(path, "{\"auths\":{\"" + registry + "\":{\"auth\":\"" + auth + "\"}}}");
    }

    @Test
    void theLoginOfDockerGoesBeforeThatOfPodman() throws IOException {
        write("auth.json", REGISTRY, "podman");
        assertEquals("podman", credentials().credentialsFor(REGISTRY).username());
        write(".docker/config.json", REGISTRY, "docker");
        assertEquals("docker", credentials().credentialsFor(REGISTRY).username());
    }

    @Test
    void aLoginOfPodmanForOneRepositoryIsFound() throws IOException {
        write("auth.json", REGISTRY + "/team", "podman");
        String key = credentials().keyFor(REGISTRY, "team/app");
        assertEquals("podman", credentials().credentialsFor(key).username());
    }

    @Test
    void aBrokenFileIsAnErrorOnlyWhenCredentialsAreAskedFor() throws IOException {
        Files.writeString(home.resolve("auth.json"), "{");
        EnvironmentCredentials credentials = credentials();
        assertEquals(REGISTRY, credentials.keyFor(REGISTRY, "team/app"));
        assertThrows(CredentialException.class, () -> credentials.credentialsFor(REGISTRY));
    }
}
