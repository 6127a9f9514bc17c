package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.auth.CredentialException.Reason;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
    private static final Credentials USER = Credentials.of("user", "secret");

    @TempDir
    Path folder;

    private static DockerConfig parse(String document) throws CredentialException {
        return DockerConfig.parse(document.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a configuration with one entry} */
    private static DockerConfig entry(String key, String members) throws CredentialException {
        return parse("{\"auths\":{\"" + key + "\":{" + members + "}}}");
    }

    private static String auth(String pair) {
        return "\"auth\":\"" + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    private static Reason refusal(String document) {
        var e = assertThrows(CredentialException.class, () -> parse(document).credentialsFor("r.example"));
        assertFalse(e.toString().contains("secret"), e.toString());
        assertEquals(null, e.getCause());
        return e.reason();
    }

    /** As base64 writes what is longer than a line. */
    @Test
    void readsCredentialsOfSeveralLines() throws CredentialException {
        String lines = auth("user:secret").replace("ZWNy", "\\r\\nZWNy");
        assertTrue(lines.contains("\\n"), lines);
        assertEquals(USER, entry("r.example", lines).credentialsFor("r.example"));
    }

    @Test
    void readsUserAndPasswordInEitherForm() throws CredentialException {
        assertEquals(USER, entry("r.example", auth("user:secret")).credentialsFor("r.example"));
        assertEquals(
                USER,
                entry("r.example", "\"username\":\"user\",\"password\":\"secret\"")
                        .credentialsFor("r.example"));
        assertEquals(
                Credentials.of("user", "a:b"),
                entry("r.example", auth("user:a:b")).credentialsFor("r.example"));
        assertEquals(
                USER,
                entry("r.example", auth("user:secret\0\0")).credentialsFor("r.example"),
                "Docker fills with zeros");
    }

    @Test
    void theMorePreciseCredentialsComeFirst() throws CredentialException {
        String all = "\"registrytoken\":\"r\",\"identitytoken\":\"i\"," + auth("user:secret")
                + ",\"username\":\"u\",\"password\":\"p\"";
        assertEquals(Credentials.registryToken("r"), entry("r.example", all).credentialsFor("r.example"));
        assertEquals(
                Credentials.identityToken("i"),
                entry("r.example", all.replace("registrytoken", "other")).credentialsFor("r.example"));
        assertEquals(
                USER,
                entry("r.example", all.replace("registrytoken", "other").replace("identitytoken", "another"))
                        .credentialsFor("r.example"));
    }

    @Test
    void anIdentityTokenBesideAUserWithoutPasswordIsWhatCounts() throws CredentialException {
        // as az acr login writes it
        DockerConfig config =
                entry("r.example", auth("00000000-0000-0000-0000-000000000000:") + ",\"identitytoken\":\"t\"");
        assertEquals(Credentials.identityToken("t"), config.credentialsFor("r.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r.example:5000",
                "https://r.example:5000",
                "http://r.example:5000",
                "https://r.example:5000/",
                "https://r.example:5000/v1/",
                "https://r.example:5000/v2/",
                "r.example:5000/v2",
                "R.Example:5000"
            })
    void aKeyIsHostAndPortWhateverStandsAroundThem(String key) throws CredentialException {
        DockerConfig config = entry(key, auth("user:secret"));
        assertEquals(USER, config.credentialsFor("r.example:5000"));
        for (String other : List.of(
                "r.example",
                "r.example:500",
                "r.example:50000",
                "example:5000",
                "xr.example:5000",
                "r.example:5000.x")) {
            assertEquals(Credentials.anonymous(), config.credentialsFor(other), other);
        }
    }

    private static Credentials of(DockerConfig config, String registry, String repository) throws CredentialException {
        return config.credentialsFor(config.keyFor(registry, repository));
    }

    @Test
    void theLongestPathThatARepositoryHasComesFirst() throws CredentialException {
        DockerConfig config = parse("{\"auths\":{\"quay.io/a\":{" + auth("a:x") + "},\"https://quay.io/b/c/\":{"
                + auth("bc:x") + "},\"quay.io/b\":{" + auth("b:x") + "},\"quay.io\":{" + auth("user:secret")
                + "},\"docker.io/library/x\":{" + auth("hub:x") + "}}}");
        assertEquals(Credentials.of("a", "x"), of(config, "quay.io", "a"));
        assertEquals(Credentials.of("a", "x"), of(config, "quay.io", "a/app"));
        assertEquals(Credentials.of("b", "x"), of(config, "quay.io", "b/app"));
        assertEquals(Credentials.of("b", "x"), of(config, "quay.io", "b/cc"));
        assertEquals(Credentials.of("bc", "x"), of(config, "quay.io", "b/c/app"));
        assertEquals(USER, of(config, "quay.io", "ab/app"));
        assertEquals(USER, config.credentialsFor("quay.io"));
        assertEquals(Credentials.of("hub", "x"), of(config, "docker.io", "library/x"));
        assertEquals(Credentials.anonymous(), of(config, "quay.io:5000", "a"));
        assertEquals("quay.io/b/c", config.keyFor("quay.io", "b/c/app"));
        assertEquals("quay.io", config.keyFor("quay.io", "ab/app"));
    }

    @Test
    void theRepositoriesOfARegistryWithAHelperAreAskedForAsOne() throws CredentialException {
        DockerConfig config = parse("{\"auths\":{\"quay.io/a\":{" + auth("a:x") + "}},\"credsStore\":\"pass\"}");
        assertEquals("quay.io", config.keyFor("quay.io", "a/app"));
        var e = assertThrows(CredentialException.class, () -> of(config, "quay.io", "a/app"));
        assertEquals(Reason.HELPER_NOT_FOUND, e.reason());
    }

    @Test
    void theKeyThatDockerWritesComesBeforeOthers() throws CredentialException {
        DockerConfig config = parse("{\"auths\":{\"https://r.example/v2/\":{" + auth("old:x") + "},\"r.example\":{"
                + auth("user:secret") + "},\"http://r.example\":{" + auth("older:x") + "}}}");
        assertEquals(USER, config.credentialsFor("r.example"));
        assertEquals(
                Credentials.of("a", "x"),
                parse("{\"auths\":{\"https://r.example\":{" + auth("a:x") + "},\"r.example/v1\":{" + auth("b:x")
                                + "}}}")
                        .credentialsFor("r.example"),
                "the first of the file, where there is none such");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://index.docker.io/v1/",
                "https://index.docker.io/v2/",
                "index.docker.io",
                "docker.io",
                "https://docker.io",
                "registry-1.docker.io",
                "https://registry.hub.docker.com"
            })
    void dockerHubHasManyNames(String key) throws CredentialException {
        DockerConfig config = entry(key, auth("user:secret"));
        for (String name :
                List.of("docker.io", "index.docker.io", "registry.hub.docker.com", "https://index.docker.io/v1/")) {
            assertEquals(USER, config.credentialsFor(name), name);
        }
        for (String other : List.of("hub.docker.io", "docker.com", "evil-docker.io", "docker.io.example")) {
            assertEquals(Credentials.anonymous(), config.credentialsFor(other), other);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \r\n",
                "{}",
                "{\"auths\":{\"r.example\":null}}",
                "{\"auths\":null,\"credHelpers\":null,\"credsStore\":null}",
                "{\"auths\":{\"r.example\":{}},\"credsStore\":\"\"}",
                "{\"credHelpers\":{\"r.example\":\"\"}}",
                "{\"credHelpers\":{\"r.example\":\"\"},\"credsStore\":\"desktop\"}",
                "{\"auths\":{\"r.example\":{\"auth\":\"\",\"email\":\"a@b\"}},\"HttpHeaders\":{\"X\":\"y\"}}"
            })
    void whereThereIsNothingNobodyAsks(String document) throws CredentialException {
        assertEquals(Credentials.anonymous(), parse(document).credentialsFor("r.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "\uFEFF{}",
                "{\"auths\":[]}",
                "{\"auths\":{\"r.example\":\"secret\"}}",
                "{\"auths\":{\"r.example\":{\"auth\":1}}}",
                "{\"auths\":{\"r.example\":{\"auth\":\"!secret!\"}}}",
                "{\"auths\":{\"r.example\":{\"auth\":\"c2VjcmV0\"}}}", // no colon
                "{\"auths\":{\"r.example\":{\"auth\":\"OnNlY3JldA==\"}}}", // no user
                "{\"auths\":{\"r.example\":{\"username\":\"us:er\",\"password\":\"secret\"}}}",
                "{\"auths\":{\"r.example\":{\"password\":\"secret\"}}}",
                "{\"auths\":{\"r.example\":{\"identitytoken\":\"top\\nsecret\"}}}",
                "{\"auths\":{\"r.example\":{\"registrytoken\":\"top secret\"}}}",
                "{\"auths\":{\"r.example\":{\"auth\":\"\",\"auth\":\"\"}}}",
                "{\"auths\":{\"r.example\":{\"auth\":\"\",\"Auth\":\"c2VjcmV0\"}}}",
                "{\"auths\":{},\"Auths\":{\"r.example\":{}}}",
                "{\"credsStore\":\"secret\",\"credSstore\":\"other\"}",
                "{\"credsStore\":1}",
                "{\"credHelpers\":{\"r.example\":\"../secret\"}}",
                "{\"credsStore\":\"a/secret\"}",
                "{\"credsStore\":\"a\\\\secret\"}",
                "{\"credsStore\":\"a b\"}"
            })
    void refusesWhatIsNoSuchFileWithoutQuotingIt(String document) {
        assertEquals(Reason.MALFORMED_FILE, refusal(document));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'auths':{'other.example':5,%s}",
                "'auths':{'other.example':{'auth':5},%s}",
                "'auths':{'other.example':{'auth':'!secret!'},%s}",
                "'auths':{'user:secret@other.example':{'auth':'OnNlY3JldA=='},%s}",
                "'auths':{%s},'credHelpers':{'other.example':'../secret'}",
                "'auths':{%s},'credHelpers':{'other.example':5}"
            })
    void whatIsWrongForAnotherRegistryIsItsOwnAffair(String members) throws CredentialException {
        String good = "'r.example':{'auth':'"
                + Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8)) + "'}";
        DockerConfig config = parse(("{" + String.format(members, good) + "}").replace('\'', '"'));
        assertEquals(USER, config.credentialsFor("r.example"));
        assertEquals(Credentials.anonymous(), config.credentialsFor("third.example"));
        var e = assertThrows(
                CredentialException.class,
                () -> config.credentialsFor(members.contains("user:") ? "user:secret@other.example" : "other.example"));
        assertEquals(Reason.MALFORMED_FILE, e.reason());
        assertFalse(e.toString().contains("secret"), e.toString());
    }

    /** Docker Desktop for Mac 2.0.0.3 wrote {@code credSstore}, also beside the right name. */
    @Test
    void takesNamesInAnyCaseAsDockerDoes() throws CredentialException {
        for (String store : List.of(
                "{\"credSstore\":\"osxkeychain\",\"auths\":{}}",
                "{\"credSstore\":\"osxkeychain\",\"credsStore\":\"osxkeychain\"}",
                "{\"credSstore\":null,\"credsStore\":\"osxkeychain\"}")) {
            List<String> asked = new ArrayList<>();
            DockerConfig config = parse(store).withHelpers(name -> {
                asked.add(name);
                return Optional.empty();
            });
            assertThrows(CredentialException.class, () -> config.credentialsFor("r.example"));
            assertEquals(List.of("osxkeychain"), asked);
        }
        assertEquals(
                USER,
                parse("{\"AUTHS\":{\"r.example\":{\"UserName\":\"user\",\"password\":\"secret\"}}}")
                        .credentialsFor("r.example"));
    }

    @Test
    void twoSpellingsInOneEntryAreItsOwnAffair() throws CredentialException {
        DockerConfig config = parse("{\"auths\":{\"other.example\":{\"auth\":\"a\",\"Auth\":\"b\"},\"r.example\":{"
                + auth("user:secret") + "}}}");
        assertEquals(USER, config.credentialsFor("r.example"));
        assertThrows(CredentialException.class, () -> config.credentialsFor("other.example"));
    }

    @Test
    void refusesNestingThatIsOnlyAnAttack() {
        assertEquals(Reason.MALFORMED_FILE, refusal("{\"a\":" + "[".repeat(100_000)));
    }

    @Test
    void showsNoSecretAsText() throws CredentialException {
        assertEquals(
                "DockerConfig[entries=1, helpers=0, store=false]",
                entry("secret.example", auth("user:secret")).toString());
    }

    @Test
    void aHelperComesBeforeAnEntryAndOneForTheRegistryBeforeTheStore() throws CredentialException {
        DockerConfig config = parse("{\"auths\":{\"a\":{" + auth("user:secret") + "},\"b\":{" + auth("user:secret")
                + "}},\"credHelpers\":{\"a\":\"one\",\"docker.io\":\"hub\"},\"credsStore\":\"two\"}");
        List<String> asked = new ArrayList<>();
        DockerConfig listening = config.withHelpers(name -> {
            asked.add(name);
            return Optional.empty();
        });
        for (String registry : List.of("a", "b", "registry-1.docker.io")) {
            var e = assertThrows(CredentialException.class, () -> listening.credentialsFor(registry));
            assertEquals(Reason.HELPER_NOT_FOUND, e.reason());
        }
        assertEquals(List.of("one", "two", "hub"), asked);
    }

    @Test
    void aHelperWithoutANameLeavesTheRegistryToTheFile() throws CredentialException {
        DockerConfig config = parse("{\"auths\":{\"a\":{" + auth("user:secret") + "}},\"credHelpers\":{\"a\":\"\"},"
                + "\"credsStore\":\"desktop\"}");
        assertEquals(USER, config.credentialsFor("a"));
        var e = assertThrows(CredentialException.class, () -> config.credentialsFor("b"));
        assertEquals(Reason.HELPER_NOT_FOUND, e.reason());
    }

    @Test
    void runsNoHelperUnlessItIsToldWhereTheyAre() throws CredentialException {
        DockerConfig config = parse("{\"credsStore\":\"pass\"}");
        var e = assertThrows(CredentialException.class, () -> config.credentialsFor("r.example"));
        assertEquals(Reason.HELPER_NOT_FOUND, e.reason());
    }

    @Test
    void anEmptyUserInACredentialHelperIsNoReasonToLookAtEntries() throws IOException {
        Path program = HelperScript.write(folder, "none", "echo '{\"Username\":\"\",\"Secret\":\"\"}'");
        DockerConfig config = parse(
                        "{\"auths\":{\"a\":{" + auth("user:secret") + "}},\"credHelpers\":{\"a\":\"none\"}}")
                .withHelpers(name -> Optional.of(CredentialHelper.of(program, Map.of())));
        assertEquals(Credentials.anonymous(), config.credentialsFor("a"));
    }

    @Test
    void readsNoMoreOfAFileThanIsAllowed() throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), "{}  ");
        assertEquals(Credentials.anonymous(), DockerConfig.read(file, 4).credentialsFor("a"));
        var e = assertThrows(CredentialException.class, () -> DockerConfig.read(file, 3));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        assertThrows(IllegalArgumentException.class, () -> DockerConfig.read(file, 0));
    }

    @Test
    void saysThatAFileCannotBeRead() {
        for (Path file : List.of(folder, folder.resolve("none"))) {
            var e = assertThrows(CredentialException.class, () -> DockerConfig.read(file));
            assertEquals(Reason.UNREADABLE_FILE, e.reason());
        }
    }

    @Test
    void findsTheFileThatTheEnvironmentMeans() throws IOException {
        String home = folder.resolve("home").toString();
        Files.createDirectories(folder.resolve("home/.docker"));
        Files.writeString(folder.resolve("home/.docker/config.json"), "{\"auths\":{\"a\":{" + auth("home:x") + "}}}");
        Files.writeString(folder.resolve("config.json"), "{\"auths\":{\"a\":{" + auth("user:secret") + "}}}");
        String named = folder.toString();
        assertEquals(USER, ofEnvironment(Map.of("DOCKER_CONFIG", named, "HOME", home)));
        assertEquals(Credentials.of("home", "x"), ofEnvironment(Map.of("HOME", home)));
        assertEquals(Credentials.of("home", "x"), ofEnvironment(Map.of("USERPROFILE", home, "DOCKER_CONFIG", "")));
        assertEquals(Credentials.of("home", "x"), ofEnvironment(Map.of("USERPROFILE", home, "HOME", "")));
        assertEquals(Credentials.anonymous(), ofEnvironment(Map.of()));
        assertEquals(Credentials.anonymous(), ofEnvironment(Map.of("HOME", named)), "no file, no credentials");
    }

    @Test
    void findsTheFilesOfPodman() throws IOException {
        Path runtime = Files.createDirectories(folder.resolve("run/containers"));
        Path home = Files.createDirectories(folder.resolve("home/.config/containers"));
        Path config = Files.createDirectories(folder.resolve("config/containers"));
        Path named = Files.writeString(folder.resolve("named.json"), "{\"auths\":{\"a\":{" + auth("named:x") + "}}}");
        Files.writeString(runtime.resolve("auth.json"), "{\"auths\":{\"a\":{" + auth("user:secret") + "}}}");
        Files.writeString(
                home.resolve("auth.json"),
                "{\"auths\":{\"a\":{" + auth("home:x") + "},\"b\":{" + auth("home:x") + "}}}");
        Files.writeString(config.resolve("auth.json"), "{\"auths\":{\"b\":{" + auth("config:x") + "}}}");
        Map<String, String> environment =
                Map.of("XDG_RUNTIME_DIR", folder + "/run", "HOME", folder + "/home", "REGISTRY_AUTH_FILE", "");
        DockerConfig both = DockerConfig.ofContainersEnvironment(environment);
        assertEquals(USER, both.credentialsFor("a"));
        assertEquals(Credentials.of("home", "x"), both.credentialsFor("b"));
        assertEquals(Credentials.anonymous(), both.credentialsFor("c"));
        Map<String, String> other = new HashMap<>(environment);
        other.put("XDG_CONFIG_HOME", folder + "/config");
        assertEquals(
                Credentials.of("config", "x"),
                DockerConfig.ofContainersEnvironment(other).credentialsFor("b"));
        other.put("REGISTRY_AUTH_FILE", named.toString());
        DockerConfig one = DockerConfig.ofContainersEnvironment(other);
        assertEquals(Credentials.of("named", "x"), one.credentialsFor("a"));
        assertEquals(Credentials.anonymous(), one.credentialsFor("b"));
        assertEquals(
                Credentials.anonymous(),
                DockerConfig.ofContainersEnvironment(Map.of("REGISTRY_AUTH_FILE", folder + "/none"))
                        .credentialsFor("a"));
    }

    @Test
    void theHomeFolderIsTheOneThatDockerTakesOnTheSystem() {
        Map<String, String> both = Map.of("HOME", "h", "USERPROFILE", "u");
        assertEquals(Optional.of("u"), DockerConfig.home(both, true));
        assertEquals(Optional.of("h"), DockerConfig.home(both, false));
        assertEquals(Optional.of("h"), DockerConfig.home(Map.of("HOME", "h", "USERPROFILE", ""), true));
        assertEquals(Optional.of("u"), DockerConfig.home(Map.of("HOME", "", "USERPROFILE", "u"), false));
        assertEquals(Optional.empty(), DockerConfig.home(Map.of("HOME", ""), true));
    }

    private static Credentials ofEnvironment(Map<String, String> environment) throws CredentialException {
        return DockerConfig.ofEnvironment(environment).credentialsFor("a");
    }

    /** As docker/cli does since its pull request 6008, and as GitLab's CI sets it. */
    @Test
    void theVariableWithCredentialsComesBeforeTheFileAndItsHelpers() throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, "{\"auths\":{\"a\":{" + auth("file:x") + "},\"b\":{" + auth("file:x") + "},\"d\":{}}}");
        String variable = "{\"auths\":{\"https://a/v1/\":{" + auth("user:secret") + "},\"b\":{},\"c\":{"
                + auth("user:secret") + "}},\"credsStore\":\"none\"}";
        Map<String, String> environment =
                Map.of("DOCKER_CONFIG", folder.toString(), "DOCKER_AUTH_CONFIG", variable, "PATH", "");
        DockerConfig config = DockerConfig.ofEnvironment(environment);
        assertEquals(USER, config.credentialsFor("a"));
        assertEquals(Credentials.of("file", "x"), config.credentialsFor("b"));
        assertEquals(USER, config.credentialsFor("c"));
        assertEquals(Credentials.anonymous(), config.credentialsFor("d"));
        assertEquals("DockerConfig[entries=6, helpers=0, store=false]", config.toString());
        Files.writeString(file, "{\"credsStore\":\"none\"}");
        DockerConfig stored = DockerConfig.ofEnvironment(environment);
        assertEquals(USER, stored.credentialsFor("a"));
        var e = assertThrows(CredentialException.class, () -> stored.credentialsFor("d"));
        assertEquals(Reason.HELPER_NOT_FOUND, e.reason());
    }

    @Test
    void aBrokenVariableIsNoEnvironmentWithoutOne() {
        for (String broken : List.of("{\"auths\":", "{\"auths\":{\"a\":{\"auth\":\"!secret!\"}}}")) {
            var e = assertThrows(CredentialException.class, () -> ofEnvironment(Map.of("DOCKER_AUTH_CONFIG", broken)));
            assertEquals(Reason.MALFORMED_FILE, e.reason());
            assertTrue(e.toString().contains("DOCKER_AUTH_CONFIG"), e.toString());
            assertFalse(e.toString().contains("secret"), e.toString());
        }
        String large = " ".repeat(DockerConfig.DEFAULT_MAX_BYTES) + "{}";
        var e = assertThrows(CredentialException.class, () -> ofEnvironment(Map.of("DOCKER_AUTH_CONFIG", large)));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
    }

    @Test
    void anEnvironmentWhoseFileIsBrokenIsNoEnvironmentWithoutOne() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"auths\":");
        var e = assertThrows(
                CredentialException.class, () -> ofEnvironment(Map.of("DOCKER_CONFIG", folder.toString())));
        assertEquals(Reason.MALFORMED_FILE, e.reason());
        e = assertThrows(CredentialException.class, () -> ofEnvironment(Map.of("DOCKER_CONFIG", "a\0b")));
        assertEquals(Reason.UNREADABLE_FILE, e.reason());
    }

    @Test
    void readsWhatSkopeoWritesAtLogin() throws IOException, InterruptedException {
        String skopeo = Peers.require("skopeo").toString();
        Path file = folder.resolve("auth.json");
        try (DockerRegistry registry = DockerRegistry.startWithHtpasswd(folder)) {
            Peers.run(
                    folder,
                    skopeo,
                    "login",
                    "--tls-verify=false",
                    "--authfile=" + file,
                    "--username=" + DockerRegistry.USER,
                    "--password=" + DockerRegistry.PASSWORD,
                    registry.host());
            assertEquals(
                    Credentials.of(DockerRegistry.USER, DockerRegistry.PASSWORD),
                    DockerConfig.read(file).credentialsFor(registry.host()));
        }
    }
}
