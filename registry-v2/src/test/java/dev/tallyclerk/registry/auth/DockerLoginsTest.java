package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.registry.auth.CredentialException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerLoginsTest {
    private static final String REGISTRY = "r.example:5000";
    private static final Credentials USER = Credentials.of("user", "pässword:with\"colon");

    @TempDir
    Path folder = Path.of("");

    private Path dockerFolder() {
        return folder.resolve("docker");
    }

    private Path file() {
        return dockerFolder().resolve("config.json");
    }

    private Path written(String document) throws IOException {
        Files.createDirectories(dockerFolder());
        return Files.writeString(file(), document);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void storesWhatIsReadAgainInANewFileForItsOwnerOnly() throws IOException {
        assertEquals(file().toString(), DockerLogins.of(file()).store(REGISTRY, USER));
        assertEquals(USER, DockerConfig.read(file()).credentialsFor(REGISTRY));
        assertEquals("rw-------", permissions(file()));
        assertEquals("rwx------", permissions(dockerFolder()));
        assertEquals(List.of("config.json"), names(dockerFolder()));
    }

    @Test
    void storesDockerHubUnderTheNameThatDockerUses() throws IOException {
        DockerLogins.of(file()).store("docker.io", USER);
        assertTrue(Files.readString(file()).contains("\"https://index.docker.io/v1/\""));
        assertEquals(USER, DockerConfig.read(file()).credentialsFor("registry-1.docker.io"));
    }

    @Test
    void storesAnIdentityToken() throws IOException {
        Credentials token = Credentials.identityToken("refresh-me");
        DockerLogins.of(file()).store(REGISTRY, token);
        assertEquals(token, DockerConfig.read(file()).credentialsFor(REGISTRY));
    }

    @Test
    void leavesEverythingElseAndThePermissionsAsTheyAre() throws IOException {
        written("""
                {"Auths": {"other.example": {"auth": "b3RoZXI6c2VjcmV0"}, "https://r.example:5000/v2/": {"auth": "eDp5"},
                 "r.example:5000/team": {"auth": "dGVhbTp0"}},
                 "psFormat": "table {{.ID}}", "proxies": {"default": {"n": 1.50, "x": [null, true, "é"]}}}""");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        DockerLogins.of(file()).store(REGISTRY, USER);
        String after = Files.readString(file());
        assertTrue(after.contains("\"n\" : 1.50"), after);
        assertTrue(after.contains("table {{.ID}}"), after);
        assertFalse(after.contains("eDp5"), "the old password stays nowhere");
        assertFalse(after.contains("\"auths\""), "Docker would read one of two members only");
        DockerConfig config = DockerConfig.read(file());
        assertEquals(USER, config.credentialsFor(REGISTRY));
        assertEquals(Credentials.of("other", "secret"), config.credentialsFor("other.example"));
        assertEquals(Credentials.of("team", "t"), config.credentialsFor(config.keyFor(REGISTRY, "team/app")));
        assertEquals("rw-r-----", permissions(file()));

        assertTrue(DockerLogins.of(file()).erase(REGISTRY));
        config = DockerConfig.read(file());
        assertEquals(Credentials.of("team", "t"), config.credentialsFor(config.keyFor(REGISTRY, "team/app")));
        assertEquals(Credentials.of("other", "secret"), config.credentialsFor("other.example"));
        String erased = Files.readString(file());
        assertFalse(DockerLogins.of(file()).erase(REGISTRY));
        assertEquals(erased, Files.readString(file()));
    }

    @Test
    void rootLeavesAUserTheirFile() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may give files away");
        written("{}");
        Files.setAttribute(file(), "unix:uid", 65534);
        Files.setAttribute(file(), "unix:gid", 65533);
        DockerLogins.of(file()).store(REGISTRY, USER);
        assertEquals(65534, Files.getAttribute(file(), "unix:uid"));
        assertEquals(65533, Files.getAttribute(file(), "unix:gid"));
        assertEquals(USER, DockerConfig.read(file()).credentialsFor(REGISTRY));
    }

    @Test
    void removesWhatAKilledProcessHasLeftWithItsSecret() throws IOException {
        Files.createDirectories(dockerFolder());
        Path left = dockerFolder().resolve(".config-" + new UUID(1, 2) + "-1.ff.part");
        Files.writeString(left, "secret");
        DockerLogins.of(file()).store(REGISTRY, USER);
        assertEquals(List.of("config.json"), names(dockerFolder()));
    }

    @Test
    void erasesNothingWhereNoFileIs() throws IOException {
        assertFalse(DockerLogins.of(file()).erase(REGISTRY));
        assertFalse(Files.exists(file()));
    }

    @Test
    void keepsALinkAndReplacesTheFileThatItPointsTo() throws IOException {
        Path target = Files.writeString(folder.resolve("dotfiles.json"), "{\"psFormat\": \"x\"}");
        Files.createDirectories(dockerFolder());
        Files.createSymbolicLink(file(), target);
        DockerLogins.of(file()).store(REGISTRY, USER);
        assertTrue(Files.isSymbolicLink(file()));
        assertEquals(USER, DockerConfig.read(target).credentialsFor(REGISTRY));
        assertTrue(Files.readString(target).contains("psFormat"));
    }

    private DockerLogins withHelper(String body) throws IOException {
        CredentialHelper helper = CredentialHelper.of(
                HelperScript.write(folder, "test", body),
                Map.of("PATH", System.getenv("PATH"), "FOLDER", folder.toString()));
        return DockerLogins.of(file())
                .withHelpers(name -> name.equals("test") ? Optional.of(helper) : Optional.empty());
    }

    @Test
    void givesTheLoginToTheHelperOfTheRegistryAndKeepsNoneInTheFile() throws IOException {
        written(
                "{\"auths\": {\"r.example:5000\": {\"auth\": \"eDp5\"}}, \"credHelpers\": {\"r.example:5000\": \"test\"}}");
        DockerLogins logins = withHelper("printf '%s ' \"$@\" >>$FOLDER/asked; cat >>$FOLDER/asked");
        assertEquals("docker-credential-test", logins.store(REGISTRY, Credentials.of("user", "se\"cret")));
        assertEquals(
                "store {\"ServerURL\":\"r.example:5000\",\"Username\":\"user\",\"Secret\":\"se\\\"cret\"}\n",
                Files.readString(folder.resolve("asked")));
        assertFalse(Files.readString(file()).contains("eDp5"));
        Files.delete(folder.resolve("asked"));
        assertTrue(logins.erase(REGISTRY));
        assertEquals("erase " + REGISTRY, Files.readString(folder.resolve("asked")));
        assertFalse(Files.readString(file()).contains("\"auth\""));
    }

    @Test
    void aLoginThatTheHelperDoesNotHaveIsNoFailureToErase() throws IOException {
        written("{\"credsStore\": \"test\"}");
        assertFalse(withHelper("echo credentials not found in native keychain; exit 1")
                .erase(REGISTRY));
    }

    @Test
    void changesNothingIfTheHelperFails() throws IOException {
        String before = "{\"auths\": {\"r.example:5000\": {\"auth\": \"eDp5\"}}, \"credsStore\": \"test\"}";
        written(before);
        DockerLogins logins = withHelper("echo locked; exit 1");
        var store = assertThrows(CredentialException.class, () -> logins.store(REGISTRY, USER));
        assertEquals(Reason.HELPER_FAILED, store.reason());
        assertFalse(String.valueOf(store.getMessage()).contains(USER.secret()));
        assertEquals(
                Reason.HELPER_FAILED,
                assertThrows(CredentialException.class, () -> logins.erase(REGISTRY))
                        .reason());
        assertEquals(
                Reason.HELPER_NOT_FOUND,
                assertThrows(
                                CredentialException.class,
                                () -> DockerLogins.of(file()).store(REGISTRY, USER))
                        .reason());
        assertEquals(before, Files.readString(file()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "{\"auths\": 1}",
                "{\"auths\": {}, \"auths\": {}}",
                "{\"credsStore\": \"../x\"}"
            })
    void changesNoFileThatItDoesNotUnderstand(String document) throws IOException {
        written(document);
        var e = assertThrows(
                CredentialException.class, () -> DockerLogins.of(file()).store(REGISTRY, USER));
        assertEquals(Reason.MALFORMED_FILE, e.reason());
        assertEquals(document, Files.readString(file()));
    }

    @Test
    void refusesAFileThatIsTooLargeAndOneThatIsAFolder() throws IOException {
        written(" ".repeat(DockerConfig.DEFAULT_MAX_BYTES + 1));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(
                                CredentialException.class,
                                () -> DockerLogins.of(file()).erase(REGISTRY))
                        .reason());
        assertEquals(
                Reason.UNREADABLE_FILE,
                assertThrows(
                                CredentialException.class,
                                () -> DockerLogins.of(folder).erase(REGISTRY))
                        .reason());
        Path under = Files.writeString(folder.resolve("file"), "").resolve("config.json");
        var e = assertThrows(
                CredentialException.class, () -> DockerLogins.of(under).store(REGISTRY, USER));
        assertFalse(String.valueOf(e.getMessage()).contains(USER.secret()));
    }

    @Test
    void refusesWhatIsNoRegistryOrNoLogin() {
        DockerLogins logins = DockerLogins.of(file());
        assertThrows(IllegalArgumentException.class, () -> logins.store("https://r.example", USER));
        assertThrows(IllegalArgumentException.class, () -> logins.store("r.example/team", USER));
        assertThrows(IllegalArgumentException.class, () -> logins.erase(""));
        assertThrows(IllegalArgumentException.class, () -> logins.store(REGISTRY, Credentials.anonymous()));
        assertThrows(IllegalArgumentException.class, () -> logins.store(REGISTRY, Credentials.registryToken("t")));
    }

    @Test
    void findsTheFileInAnEnvironment() throws IOException {
        assertEquals(
                Path.of("/home/u/.docker/config.json"),
                DockerLogins.ofEnvironment(Map.of("HOME", "/home/u")).file());
        assertEquals(
                Path.of("/d/config.json"),
                DockerLogins.ofEnvironment(Map.of("HOME", "/home/u", "DOCKER_CONFIG", "/d"))
                        .file());
        assertThrows(CredentialException.class, () -> DockerLogins.ofEnvironment(Map.of()));
    }

    @Property(tries = 200)
    void readsAnyPasswordAsItWasStored(@ForAll @StringLength(min = 1, max = 40) String password) throws IOException {
        Path made = Files.createTempDirectory("logins");
        Path file = made.resolve("config.json");
        try {
            String valid = new String(password.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            Credentials login = Credentials.of("user", valid.replaceFirst("\0+$", "") + "x");
            DockerLogins.of(file).store(REGISTRY, login);
            assertEquals(login, DockerConfig.read(file).credentialsFor(REGISTRY));
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(made);
        }
    }
}
