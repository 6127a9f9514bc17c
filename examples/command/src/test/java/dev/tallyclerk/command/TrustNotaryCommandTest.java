package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.ProjectFiles;
import dev.tallyclerk.trust.migrate.NotCarried;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands about Notary v1 collections, and what docs/content-trust.md says about them. */
class TrustNotaryCommandTest {
    private static final String COMMAND = "examples/tallyclerk ";
    private static final String GUN = "docker.io/acme/hello";
    private static final String PIN = "b001d95b6b870c08e233149fd64eac7d26e6f70fe4d4ae960fba4c66ba7fd97a";
    private static final String IMAGE = "sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b";
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
    private static final Instant LATER = Instant.parse("2027-02-01T00:00:00Z");

    @TempDir
    Path folder = Path.of("");

    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private HostileServer server;
    private Instant now = NOW;

    @BeforeEach
    void serveTheCollection() throws Exception {
        Path collection = ProjectFiles.root().resolve("trust/src/test/resources/testdata/notary/hello");
        try (Stream<Path> all = Files.walk(collection)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                String name = collection.relativize(file).toString().replace('\\', '/');
                files.put(name, bytes);
                files.put(
                        name.replaceFirst(
                                "[.]json$", "." + Digest.sha256Of(bytes).encoded() + ".json"),
                        bytes);
            }
        }
        String base = "/v2/" + GUN + "/_trust/tuf/";
        server = HostileServer.start(exchange -> {
            String target = exchange.request().target();
            byte[] file = target.startsWith(base) ? files.get(target.substring(base.length())) : null;
            if (file == null) {
                exchange.answerText(404, "{\"errors\":[{\"code\":\"METADATA_NOT_FOUND\"}]}");
            } else {
                exchange.answer(200, file);
            }
        });
        environment.put("HOME", "/nonexistent");
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        environment.put("TMPDIR", folder.toString());
        copy(ProjectFiles.root().resolve("examples/images/hello"), folder.resolve("hello"));
    }

    @AfterEach
    void stopTheServer() throws IOException {
        server.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(path -> {
                try {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** Runs a line, whose files are in the test's folder, and whose servers are the test's. */
    private CommandRun run(String line) {
        List<String> arguments = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            arguments.add(word.replace(
                            "https://notary.example.org", server.uri("").toString())
                    .replace(
                            "https://tuf.example.org/metadata",
                            folder.resolve("repo/metadata").toUri().toString())
                    .replaceFirst("^oci:hello", "oci:" + folder.resolve("hello"))
                    .replaceFirst("=releases-public", "=" + folder.resolve("releases-public"))
                    .replaceFirst("^tuf:repo", "tuf:" + folder.resolve("repo"))
                    .replaceFirst("^([a-z-]+[.](?:pem|json|zip|key|pub)|repo|password|store|copies)$", folder + "/$1"));
        }
        return CommandRun.at(now, environment, arguments.toArray(String[]::new));
    }

    private CommandRun run(int exitCode, String line) {
        CommandRun run = run(line);
        assertEquals(exitCode, run.exitCode(), line + "\n" + run);
        return run;
    }

    private static JsonCursor json(CommandRun run) throws JsonException {
        return JsonCursor.parse(run.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
    }

    private static final String SERVER = " " + GUN + " --notary-server https://notary.example.org";

    @Test
    void listsWhatNotaryListPrints() throws Exception {
        List<String> rows = run(ExitCode.ACCEPTED, "trust list" + SERVER)
                .out()
                .lines()
                .map(line -> line.replaceAll(" {4,}", " | "))
                .toList();
        assertEquals(
                List.of(
                        "NAME | DIGEST | SIZE (BYTES) | ROLE",
                        "1.0 | " + IMAGE + " | 555 | targets/alice",
                        "2.0 | sha256:4b9f2c32577beb1ebc8ab2a1e226faaa9176a81cd4eedbaa22f8a0db919972b5 | 555 |"
                                + " targets/releases",
                        "beta | " + IMAGE + " | 555 | targets/alice",
                        "build notes | sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 | 5 |"
                                + " targets",
                        "latest | " + IMAGE + " | 555 | targets"),
                rows);
        JsonCursor report = json(run(ExitCode.ACCEPTED, "trust list" + SERVER + " --format json"));
        assertEquals("dev.tallyclerk.notary-list", report.required("schema").string());
        assertEquals(List.of(PIN), report.required("rootKeyIds").strings());
        assertTrue(report.required("fresh").bool());
        assertEquals(
                List.of(false, true, false, true, true),
                report.required("targets").elements().stream()
                        .map(TrustNotaryCommandTest::released)
                        .toList());
    }

    private static boolean released(JsonCursor target) {
        try {
            return target.required("released").bool();
        } catch (JsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void inspectShowsRolesKeysAndThresholds() throws Exception {
        String text = run(ExitCode.ACCEPTED, "trust inspect" + SERVER).out();
        assertTrue(text.contains("root: version 2, expires 2036-"), text);
        assertTrue(text.contains("  signed  " + PIN + " (key "), text);
        assertTrue(text.contains("targets/releases: version 2, expires 2029-"), text);
        assertTrue(text.contains(", 1 of 1 keys, 2 targets"), text);
        assertTrue(text.contains("  may list: every name"), text);
        assertTrue(text.contains("CN=alice, until 2036-"), text);
        JsonCursor roles = json(run(ExitCode.ACCEPTED, "trust inspect" + SERVER + " --format json"))
                .required("roles");
        JsonCursor root = roles.elements().get(0);
        assertEquals("root", root.required("role").string());
        assertEquals(1, root.required("threshold").integer(0, 9));
        assertTrue(root.required("keys").elements().get(0).required("signed").bool());
        assertEquals(6, roles.elements().size());
    }

    @Test
    void theCopyIsReadWithoutTheServerAndAfterItsTimestampHasExpired() throws Exception {
        String saved = run(ExitCode.ACCEPTED, "trust save" + SERVER + " --out hello.zip")
                .out();
        assertTrue(saved.contains("5 targets in 8 files, root version 2"), saved);
        assertTrue(saved.contains("read it with --pin " + PIN), saved);
        assertFalse(Files.exists(folder.resolve("hello.zip.part")));
        String listed = run(ExitCode.ACCEPTED, "trust list" + SERVER).out();
        server.close();
        String copy = " " + GUN + " --saved hello.zip --pin " + PIN;
        assertEquals(listed, run(ExitCode.ACCEPTED, "trust list" + copy).out());
        now = LATER;
        CommandRun expired = run(ExitCode.REJECTED, "trust list" + copy);
        assertTrue(expired.err().contains("EXPIRED"), expired.err());
        CommandRun allowed = run(ExitCode.ACCEPTED, "trust list --allow-expired" + copy);
        assertEquals(listed, allowed.out());
        assertTrue(allowed.err().contains("timestamp: version 9 expired at 2026-12-14"), allowed.err());
        JsonCursor report = json(run(ExitCode.ACCEPTED, "trust list --format json --allow-expired" + copy));
        assertFalse(report.required("fresh").bool());
    }

    @Test
    void saveSaysWhichRootsTheServerLacks() throws Exception {
        files.remove("1.root.json");
        CommandRun run = run(ExitCode.INCOMPLETE, "trust save" + SERVER + " --out hello.zip --format json");
        assertTrue(run.err().contains("roots of the versions [1]"), run.err());
        assertEquals(List.of("1"), json(run).required("missingRoots").strings());
    }

    @Test
    void earlierRunsProtectFromRollbackAndAnswerOffline() {
        run(ExitCode.ACCEPTED, "trust list" + SERVER);
        int requests = server.requests().size();
        run(ExitCode.ACCEPTED, "trust list --offline" + SERVER);
        assertEquals(requests, server.requests().size());
        files.clear();
        CommandRun gone = run(ExitCode.REJECTED, "trust list" + SERVER);
        assertTrue(gone.err().contains("NOT_AVAILABLE"), gone.err());
    }

    @Test
    void aRootThatWasTrustedOnFirstUseIsNotThereForThoseWhoMayNot() {
        run(ExitCode.ACCEPTED, "trust list" + SERVER);
        CommandRun run = run(ExitCode.REJECTED, "trust list --no-first-use" + SERVER);
        assertTrue(run.err().contains("NOT_PINNED") && run.err().contains("Try: --pin"), run.err());
        run(ExitCode.ACCEPTED, "trust list --pin " + PIN + SERVER);
        assertTrue(run(ExitCode.REJECTED, "trust list --pin " + "00".repeat(32) + SERVER)
                .err()
                .contains("PIN_MISMATCH"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | trust list docker.io/acme/other --notary-server https://notary.example.org",
                "3 | trust list docker.io/acme/hello --saved missing.zip",
                "3 | trust list docker.io/acme/hello --saved password",
                "3 | trust list docker.io/acme/hello --notary-server notary.example.com",
                "3 | trust list docker.io/acme/hello --notary-server https://a:b@notary.example.com",
                "3 | trust list docker.io/acme/hello --notary-server https://notary.example.org --pin abc",
                "3 | trust list docker.io/acme/hello --notary-server https://notary.example.org --root-ca password",
                "3 | trust list docker.io/acme/hello --saved hello.zip --offline",
                "3 | trust list docker.io/acme/* --notary-server https://notary.example.org",
                "3 | trust list docker.io/acme/../x --notary-server https://notary.example.org",
                "3 | trust list",
                "3 | trust save docker.io/acme/hello --notary-server https://notary.example.org",
                "3 | trust save docker.io/acme/hello --notary-server https://notary.example.org --offline --out a.zip",
                "4 | trust list docker.io/acme/hello --notary-server http://127.0.0.1:1",
            })
    void endsWithAStatusOfItsOwnForEachKindOfFailure(int exitCode, String line) throws IOException {
        Files.writeString(folder.resolve("password"), "not an archive");
        CommandRun run = run(exitCode, line);
        assertTrue(run.err().startsWith("tallyclerk: "), run.err());
        assertEquals("", run.out());
    }

    @Test
    void warnsThatTheServerOfDockerHubIsSwitchedOff() {
        CommandRun run = run("trust list docker.io/library/debian --offline");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.err().contains("8 December 2026"), run.err());
        CommandRun own = run("trust list registry.example.org/debian --offline");
        assertFalse(own.err().contains("8 December 2026"), own.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | --name docker.io/acme/hello:1.0",
                "0 | --name docker.io/acme/hello:latest",
                "1 | --name docker.io/acme/hello:beta",
                "1 | --name docker.io/acme/hello:absent",
                "1 | --name docker.io/acme/other:1.0",
                "1 | --name docker.io/acme/hello@" + IMAGE,
                "2 | --name docker.io/acme/hello:2.0"
            })
    void contentTrustDemandsWhatDockerDemands(int exitCode, String name) {
        String line = "trust verify oci:hello:1.0 --content-trust --notary-server https://notary.example.org " + name;
        CommandRun run = run(exitCode, line);
        if (exitCode == ExitCode.ACCEPTED) {
            assertTrue(run.out().contains("notary target by role targets"), run.out());
            assertTrue(run.out().contains(", valid until 2026-12-14T"), run.out());
        }
    }

    @Test
    void withoutAHomeSaysWhereToKeepTheMetadata() {
        environment.clear();
        String verify = "trust verify oci:hello:1.0 --content-trust --notary-server https://notary.example.org --name "
                + GUN + ":1.0";
        for (String line : List.of(verify, "trust list" + SERVER)) {
            CommandRun run = run(ExitCode.ERROR, line);
            assertTrue(run.err().contains("no home folder for trusted metadata"), run.err());
        }
        run(ExitCode.ACCEPTED, "trust list --trust-store store" + SERVER);
    }

    @Test
    void contentTrustTakesTheServerFromTheEnvironment() {
        environment.put("DOCKER_CONTENT_TRUST_SERVER", server.uri("").toString());
        CommandRun run = run(ExitCode.ERROR, "trust explain --content-trust docker.io/acme/hello:1.0");
        assertTrue(run.err().contains("must be an https URI"), run.err());
        environment.put("DOCKER_CONTENT_TRUST_SERVER", "https://notary.example.com");
        assertTrue(run(ExitCode.ACCEPTED, "trust explain --content-trust docker.io/acme/hello:1.0")
                .out()
                .contains(
                        "a target of the Notary collection at https://notary.example.com (listed by targets/releases or"
                                + " targets; root trusted on first use"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trust verify oci:hello:1.0 --content-trust --key release.pub",
                "trust verify oci:hello:1.0 --key release.pub --notary-server https://notary.example.org",
                "trust migrate docker.io/acme/hello --saved hello.zip --to-tuf repo",
                "trust migrate docker.io/acme/hello --saved hello.zip --out a.json",
                "trust migrate docker.io/acme/hello --saved hello.zip --role-key a=b",
                "trust migrate docker.io/acme/hello --saved hello.zip --to-tuf repo --out a.json --key release.key",
                "trust migrate docker.io/acme/hello --saved hello.zip --image docker-archive:a.tar --first-use",
                "trust migrate docker.io/acme/hello --saved hello.zip --image oci:hello:1.0 --first-use --role targets/x",
                "trust migrate docker.io/acme/hello --saved hello.zip --image oci:hello:1.0 --first-use --name hello",
            })
    void refusesOptionsThatDoNotGoTogether(String line) {
        run(ExitCode.ACCEPTED, "trust save" + SERVER + " --out hello.zip");
        CommandRun run = run(ExitCode.ERROR, line);
        assertTrue(run.err().contains("Try: "), run.err());
    }

    private static final String MIGRATE = "trust migrate" + SERVER + " --pin " + PIN + " --image oci:hello:1.0";

    @Test
    void thePlanShowsWhatIsVouchedForAndByWhom() throws Exception {
        CommandRun run = run(ExitCode.INCOMPLETE, MIGRATE);
        assertTrue(run.out().contains("2 tags are carried over as docker.io/acme/hello:TAG"), run.out());
        assertTrue(run.out().contains(", CN=releases"), run.out());
        assertTrue(run.out().contains("NOT_RELEASED  targets/alice beta: "), run.out());
        assertTrue(run.out().contains("NOT_IN_REGISTRY  targets/releases 2.0: "), run.out());
        JsonCursor report = json(run(ExitCode.INCOMPLETE, MIGRATE + " --format json"));
        assertEquals("plan", report.required("destination").string());
        JsonCursor first = report.required("carried").elements().get(0);
        assertEquals("1.0", first.required("tag").string());
        assertEquals("targets/releases", first.required("role").string());
        assertEquals(List.of("targets/alice"), first.required("alsoListedBy").strings());
        assertEquals(1, first.required("signedBy").strings().size());
        assertEquals(4, report.required("notCarried").elements().size());
    }

    @Test
    void migrateTrustsNoRootOnFirstUseUnlessItIsTold() {
        String line = "trust migrate" + SERVER + " --image oci:hello:1.0";
        run(ExitCode.REJECTED, line);
        run(ExitCode.INCOMPLETE, line + " --first-use");
    }

    @Test
    void endsWithZeroIfEveryTagThatCountsIsCarriedOver() {
        CommandRun run = run(ExitCode.ACCEPTED, MIGRATE + " --role targets/alice --name mirror.example.org/hello");
        assertTrue(run.out().contains("2 tags are carried over as mirror.example.org/hello:TAG"), run.out());
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }

    private void makeKeys() throws Exception {
        for (String name : List.of("root", "targets", "snapshot", "timestamp", "releases")) {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            String publicPem = pem("PUBLIC KEY", pair.getPublic().getEncoded());
            Files.writeString(folder.resolve(name + "-public.pem"), publicPem);
            Files.writeString(
                    folder.resolve(name + ".pem"),
                    pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        }
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256);
        Files.writeString(folder.resolve("password"), "open sesame\n");
        Files.write(
                folder.resolve("release.key"),
                SigningKeys.encryptedPem(pair.getPrivate(), "open sesame".toCharArray()));
        Files.writeString(
                folder.resolve("release.pub"),
                SigningKeys.publicPem(
                        SigningKeys.of(pair.getPrivate(), pair.getPublic()).publicKey()));
    }

    private static String document() throws IOException {
        return Files.readString(ProjectFiles.root().resolve("docs/content-trust.md"));
    }

    /** The collection lists an image that does not exist, so each move ends with 2. */
    @Test
    void theDocumentedCommandsDoWhatTheDocumentSays() throws Exception {
        makeKeys();
        List<String> lines = document()
                .lines()
                .filter(line -> line.startsWith(COMMAND))
                .map(line -> line.substring(COMMAND.length()))
                .toList();
        assertTrue(lines.size() >= 16, lines::toString);
        for (String line : lines) {
            run(line.startsWith("trust migrate ") ? ExitCode.INCOMPLETE : ExitCode.ACCEPTED, line);
        }
        String verify = "trust verify oci:hello:1.0 --trust-policy demand.json --name " + GUN;
        Files.writeString(folder.resolve("demand.json"), """
                {"schemaVersion": 1, "name": "moved", "rules": [{"scope": "*", "require": {"key": {
                  "keys": [{"path": "release.pub"}],
                  "annotations": {"tag": "1.0", "notary.role": "targets/releases"}}}}]}""");
        run(ExitCode.ACCEPTED, verify + ":1.0");
    }

    @Test
    void aDryRunWritesAndSignsNothing() throws Exception {
        makeKeys();
        run(ExitCode.ACCEPTED, "trust save" + SERVER + " --out hello.zip");
        document()
                .lines()
                .filter(line -> line.startsWith(COMMAND + "tuf-repo ") && line.contains("first.json"))
                .forEach(line -> run(ExitCode.ACCEPTED, line.substring(COMMAND.length())));
        Map<Path, Integer> before = sizes();
        CommandRun tuf = run(
                ExitCode.INCOMPLETE,
                MIGRATE + " --to-tuf repo --role-key targets/releases=releases-public.pem --dry-run");
        assertTrue(tuf.out().contains("Would change"), tuf.out());
        assertTrue(tuf.out().contains("docker.io/acme/hello:1.0"), tuf.out());
        CommandRun cosign =
                run(ExitCode.INCOMPLETE, MIGRATE + " --key release.key --key-password-file password --dry-run");
        assertTrue(cosign.out().contains("EXPIRY  targets: "), cosign.out());
        assertEquals(before, sizes());
        CommandRun noKeys = run(ExitCode.ERROR, MIGRATE + " --to-tuf repo --dry-run");
        assertTrue(noKeys.err().contains("no keys for the role targets/releases"), noKeys.err());
        assertEquals(
                ExitCode.REJECTED, run(MIGRATE + " --to-tuf store --dry-run").exitCode());
    }

    private void makeRepository() throws Exception {
        makeKeys();
        document()
                .lines()
                .filter(line -> line.startsWith(COMMAND + "tuf-repo ") && line.contains("first.json"))
                .forEach(line -> run(ExitCode.ACCEPTED, line.substring(COMMAND.length())));
    }

    @Test
    void movesToARepositoryInARegistry() throws Exception {
        makeRepository();
        String keys = " --key snapshot.pem --key timestamp.pem";
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
            String there = "docker://" + registry.host() + "/trust/metadata:latest";
            run(ExitCode.ACCEPTED, "tuf-repo publish repo" + keys + " --to " + there);
            run(
                    ExitCode.INCOMPLETE,
                    MIGRATE + " --to-tuf " + there
                            + " --role-key targets/releases=releases-public.pem --out move.json");
            run(ExitCode.ACCEPTED, "tuf-repo sign move.json --key targets.pem");
            run(ExitCode.ACCEPTED, "tuf-repo sign move.json --key releases.pem");
            run(ExitCode.ACCEPTED, "tuf-repo publish " + there + " move.json" + keys);
            String root = "tuf:repo/metadata/1.root.json," + there;
            run(
                    ExitCode.ACCEPTED,
                    "verify oci:hello:1.0 --name docker.io/acme/hello:1.0 --fail-on CRITICAL --trust " + root);
        }
    }

    @Test
    void readsTheRepositoryOfAWebServer() throws Exception {
        makeRepository();
        try (HostileServer web = HostileServer.start(exchange -> {
            Path file = folder.resolve("repo" + exchange.request().path());
            if (Files.isRegularFile(file)) {
                exchange.answer(200, Files.readAllBytes(file));
            } else {
                exchange.answerText(404, "");
            }
        })) {
            String line = MIGRATE + " --role-key targets/releases=releases-public.pem --to-tuf ";
            CommandRun remote = run(ExitCode.INCOMPLETE, line + web.uri("/metadata") + " --out move.json");
            assertTrue(remote.out().contains("docker.io/acme/hello:1.0"), remote.out());
            CommandRun local = run(ExitCode.INCOMPLETE, line + "repo --out local.json");
            assertEquals(local.out(), remote.out());
            assertEquals(
                    ExitCode.REJECTED,
                    run(line + web.uri("/nothing") + " --dry-run").exitCode());
        }
    }

    @Test
    void refusesATagThatAnotherRoleLists() throws Exception {
        makeRepository();
        run(ExitCode.ACCEPTED, "tuf-repo add repo docker.io/acme/hello:1.0 " + IMAGE + " 7 --out own.json");
        run(ExitCode.ACCEPTED, "tuf-repo sign own.json --key targets.pem");
        run(ExitCode.ACCEPTED, "tuf-repo publish repo own.json --key snapshot.pem --key timestamp.pem");
        CommandRun run = run(
                ExitCode.REJECTED,
                MIGRATE + " --to-tuf repo --role-key targets/releases=releases-public.pem --out move.json");
        assertTrue(run.err().contains("the role targets lists \"docker.io/acme/hello:1.0\" already"), run.err());
        assertFalse(Files.exists(folder.resolve("move.json")));
    }

    private Map<Path, Integer> sizes() throws IOException {
        Map<Path, Integer> sizes = new HashMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(each -> !each.startsWith(folder.resolve("state")))
                    .toList()) {
                sizes.put(file, Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return sizes;
    }

    @Test
    void theDocumentedPolicyIsReadAndCarriedOut() throws Exception {
        Matcher policy =
                Pattern.compile("```json\n((?:[^`]*)\"notary\":[^`]*)```").matcher(document());
        assertTrue(policy.find());
        run(ExitCode.ACCEPTED, "trust save" + SERVER + " --out hello.zip");
        Files.writeString(
                folder.resolve("policy.json"),
                policy.group(1)
                        .replace("https://notary.example.org", server.uri("").toString()));
        String verify = " oci:hello:1.0 --trust-policy policy.json --name " + GUN;
        String saved = run(ExitCode.ACCEPTED, "trust verify" + verify + ":1.0").out();
        assertTrue(saved.contains("not checked: whether the metadata is current"), saved);
        run(ExitCode.REJECTED, "trust verify" + verify + ":latest");
        String explained = run(ExitCode.ACCEPTED, "trust explain --trust-policy policy.json " + GUN + ":latest")
                .out();
        assertTrue(explained.contains("root pinned for docker.io/acme/hello"), explained);
        now = LATER;
        run(ExitCode.ACCEPTED, "verify" + verify + ":1.0");
    }

    @ParameterizedTest
    @EnumSource(NotCarried.Reason.class)
    void theDocumentExplainsEveryReason(NotCarried.Reason reason) throws IOException {
        assertTrue(document().contains("| `" + reason + "` |"));
    }
}
