package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLocatorTest {
    @TempDir
    Path folder = Path.of("");

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void home() throws IOException {
        environment.put("HOME", Files.createDirectory(folder.resolve("home")).toString());
    }

    private LocatedEngine locate() throws IOException {
        return EngineLocator.of(environment).withRoot(folder).locate();
    }

    private Path touch(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    private Path context(String name, String endpoint) throws IOException {
        String id = Digest.sha256Of(name.getBytes(StandardCharsets.UTF_8)).encoded();
        Path meta = folder.resolve("home/.docker/contexts/meta").resolve(id);
        Files.createDirectories(meta);
        Files.writeString(
                meta.resolve("meta.json"), "{\"Name\":\"" + name + "\",\"Endpoints\":{\"docker\":" + endpoint + "}}");
        return folder.resolve("home/.docker/contexts/tls").resolve(id).resolve("docker");
    }

    @Test
    void dockerHostComesFirst() throws IOException {
        environment.put("DOCKER_HOST", "unix:///x.sock");
        environment.put("DOCKER_CONTEXT", "other");
        assertEquals("unix:///x.sock", locate().address().toString());
        assertEquals("DOCKER_HOST", locate().origin());
    }

    @Test
    void tlsIsOnWithCertificatesOrTheWishToVerify() throws IOException {
        environment.put("DOCKER_HOST", "tcp://h:2376");
        assertEquals(Optional.empty(), locate().certificates());
        environment.put("DOCKER_TLS_VERIFY", "1");
        assertEquals(Optional.of(folder.resolve("home/.docker")), locate().certificates());
        environment.remove("DOCKER_TLS_VERIFY");
        environment.put("DOCKER_CERT_PATH", "/certs");
        assertEquals(Optional.of(Path.of("/certs")), locate().certificates());
        assertTrue(locate().address().usesTls());
    }

    @Test
    void theCurrentContextNamesTheEngineAndItsCertificates() throws IOException {
        Path certificates = context("remote", "{\"Host\":\"tcp://h:2376\",\"SkipTLSVerify\":false}");
        Files.createDirectories(certificates);
        Files.writeString(folder.resolve("home/.docker/config.json"), "{\"currentContext\":\"remote\"}");
        LocatedEngine engine = locate();
        assertEquals("https://h:2376", engine.address().toString());
        assertEquals(Optional.of(certificates), engine.certificates());
        assertEquals("context remote", engine.origin());
    }

    @Test
    void theVariableNamesAnotherContext() throws IOException {
        context("a", "{\"Host\":\"unix:///a.sock\"}");
        environment.put("DOCKER_CONTEXT", "a");
        assertEquals("unix:///a.sock", locate().address().toString());
    }

    @Test
    void aContextThatSkipsVerificationIsRefused() throws IOException {
        context("a", "{\"Host\":\"tcp://h:2376\",\"SkipTLSVerify\":true}");
        environment.put("DOCKER_CONTEXT", "a");
        assertThrows(IOException.class, this::locate);
    }

    @Test
    void aContextThatDoesNotExistIsAFailure() {
        environment.put("DOCKER_CONTEXT", "../../etc");
        IOException e = assertThrows(IOException.class, this::locate);
        assertTrue(String.valueOf(e.getMessage()).contains("does not exist"), e.getMessage());
    }

    @Test
    void podmansVariableComesAfterDockers() throws IOException {
        environment.put("CONTAINER_HOST", "unix:///p.sock");
        assertEquals("unix:///p.sock", locate().address().toString());
    }

    @Test
    void theFirstUsualSocketThatExistsIsTaken() throws IOException {
        environment.put("XDG_RUNTIME_DIR", folder.resolve("user").toString());
        Path rootless = touch("user/podman/podman.sock");
        assertEquals(Optional.of(rootless), locate().address().socket());
        Path podman = touch("run/podman/podman.sock");
        assertEquals(Optional.of(podman), locate().address().socket());
        Path docker = touch("run/docker.sock");
        assertEquals(Optional.of(docker), locate().address().socket());
    }

    @Test
    void withoutAnyEngineTheMessageSaysWhatToDo() {
        IOException e = assertThrows(IOException.class, this::locate);
        assertTrue(String.valueOf(e.getMessage()).contains("DOCKER_HOST"), e.getMessage());
    }
}
