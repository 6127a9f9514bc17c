package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.ProjectFiles;
import dev.tallyclerk.testing.SeenRequest;
import dev.tallyclerk.testing.TestImages;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.sign.SigningKeys;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TufRepoCommandTest {
    private static final String COMMAND = "examples/tallyclerk ";

    @TempDir
    Path folder;

    @BeforeEach
    void makeKeys() throws Exception {
        for (String name :
                List.of("alice", "bob", "carol", "dave", "targets", "snapshot", "timestamp", "web", "bins")) {
            makeKey(name, "Ed25519", 0);
        }
        TestImages.writeLayout(Files.createDirectories(folder.resolve("app")));
    }

    private void makeKey(String name, String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        KeyPair pair = generator.generateKeyPair();
        String publicPem = pem("PUBLIC KEY", pair.getPublic().getEncoded());
        Files.writeString(folder.resolve(name + "-public.pem"), publicPem);
        Files.writeString(
                folder.resolve(name + ".pem"),
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }

    /** Runs a command line, whose files are in the test's folder. */
    private CommandRun run(String line) {
        return CommandRun.of(
                Arrays.stream(line.split(" ", -1)).map(this::inFolder).toArray(String[]::new));
    }

    private String inFolder(String argument) {
        if (argument.startsWith("oci:")) {
            return "oci:" + folder.resolve(argument.substring("oci:".length()));
        }
        boolean isFile = argument.endsWith(".pem")
                || argument.endsWith(".json")
                || argument.equals("password.txt")
                || argument.equals("repo");
        return isFile ? folder.resolve(argument).toString() : argument;
    }

    private void replayTheDocument() throws IOException {
        int commands = 0;
        try (Stream<String> lines = Files.lines(ProjectFiles.root().resolve("docs/signing.md"))) {
            for (String line : lines.filter(each -> each.startsWith(COMMAND)).toList()) {
                CommandRun run = run(line.substring(COMMAND.length()));
                assertEquals(ExitCode.ACCEPTED, run.exitCode(), () -> line + "\n" + run.out() + run.err());
                commands++;
            }
        }
        assertTrue(commands >= 30, commands + " commands");
    }

    private TufClient client() throws IOException {
        return TufClient.of(
                        MetadataFetcher.ofFolder(folder.resolve("repo/metadata")),
                        MetadataStore.inMemory(),
                        Files.readAllBytes(folder.resolve("repo/metadata/1.root.json")))
                .withClock(Clock.fixed(CommandRun.NOW, ZoneOffset.UTC));
    }

    @Test
    void theDocumentedCeremonyMakesARepositoryThatClientsRead() throws Exception {
        replayTheDocument();

        assertEquals(2, client().refresh().trusted().root().version());
        FreshMetadata metadata = client().refresh();
        TargetInfo image = metadata.target("registry.example.org/app:1.0").orElseThrow();
        String digest = image.digests().get(0).toString();
        assertEquals(image.length(), Files.size(folder.resolve("app/blobs").resolve(digest.replace(':', '/'))));
        assertTrue(image.role().matches("bin-[0-3][0-9a-f]"), image.role());
        assertEquals(
                "web",
                metadata.target("registry.example.org/web/shop:1").orElseThrow().role());
        assertTrue(metadata.target("tools/list.txt").isEmpty(), "removed");
    }

    @Test
    void everyActionReportsInJson() throws Exception {
        replayTheDocument();
        for (String line : List.of(
                "tuf-repo init new-repo --root-key alice-public.pem --targets-key bob-public.pem --snapshot-key"
                        + " carol-public.pem --timestamp-key carol-public.pem --out a.json",
                "tuf-repo add repo oci:app:1.0 --name registry.example.org/b:1 --out a.json",
                "tuf-repo remove repo registry.example.org/app:1.0 --out a.json",
                "tuf-repo delegate repo --team other --path other/* --new-key bob-public.pem --out a.json",
                "tuf-repo revoke repo --role web --out a.json",
                "tuf-repo renew repo --role targets --out a.json",
                "tuf-repo rotate repo --role web --new-key bob-public.pem --out a.json",
                "tuf-repo sign a.json --key targets.pem --key bob.pem",
                "tuf-repo merge a.json a.json --out a.json",
                "tuf-repo publish repo a.json --key snapshot.pem --key timestamp.pem --dry-run",
                "tuf-repo publish repo a.json --key snapshot.pem --key timestamp.pem",
                "tuf-repo status repo")) {
            CommandRun run = run(line + " --format json");
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), () -> line + "\n" + run.out() + run.err());
            assertTrue(run.out().startsWith("{\n  \"schema\" : \"dev.tallyclerk.tuf-repo"), run.out());
        }
    }

    @Test
    void aDryRunWritesNothingAndSaysWhatWouldChange() throws Exception {
        replayTheDocument();
        byte[] before = Files.readAllBytes(folder.resolve("repo/metadata/timestamp.json"));
        CommandRun run = run("tuf-repo publish repo --key snapshot.pem --key timestamp.pem --dry-run");

        assertEquals(ExitCode.ACCEPTED, run.exitCode());
        assertTrue(run.out().contains("would write timestamp.json"), run.out());
        assertArrayEquals(before, Files.readAllBytes(folder.resolve("repo/metadata/timestamp.json")));
    }

    @Test
    void asksForAKeyUnlessTheNumberOfBinsChanges() throws Exception {
        replayTheDocument();
        for (String line : List.of(
                "--team other --path other/*",
                "--bins 32 --succinct",
                "--bins 32 --prefix other",
                "--bins 32 --threshold 2",
                "--bins 31")) {
            CommandRun run = run("tuf-repo delegate repo " + line + " --out a.json");
            assertEquals(ExitCode.ERROR, run.exitCode(), () -> line + "\n" + run.out() + run.err());
        }
        CommandRun same = run("tuf-repo delegate repo --bins 64 --out a.json");
        assertEquals(ExitCode.REJECTED, same.exitCode());
        assertTrue(same.err().contains("already has 64 hash bins"), same.err());
        CommandRun none = run("tuf-repo delegate repo --bins 64 --role web --out a.json");
        assertEquals(ExitCode.REJECTED, none.exitCode());
        assertTrue(none.err().contains("web has no hash bins"), none.err());
        assertFalse(Files.exists(folder.resolve("a.json")));
    }

    @Test
    void signsWithEncryptedKeys() throws Exception {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256);
        Files.write(folder.resolve("targets.pem"), SigningKeys.encryptedPem(pair.getPrivate(), "secret".toCharArray()));
        Files.writeString(
                folder.resolve("targets-public.pem"),
                pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        Files.writeString(folder.resolve("password.txt"), "secret\n");
        assertEquals(
                ExitCode.ACCEPTED,
                run("tuf-repo init repo --root-key alice-public.pem --targets-key targets-public.pem --snapshot-key"
                                + " alice-public.pem --timestamp-key alice-public.pem --out first.json")
                        .exitCode());

        CommandRun without = run("tuf-repo sign first.json --key targets.pem");
        assertEquals(ExitCode.ERROR, without.exitCode());
        assertTrue(without.err().contains("PASSWORD_MISSING"), without.err());
        CommandRun with = run("tuf-repo sign first.json --key targets.pem --key-password-file password.txt");
        assertEquals(ExitCode.ACCEPTED, with.exitCode(), with.err());
        assertFalse(with.out().contains("targets version 1 has 0"), with.out());
    }

    @Test
    void asksNobodyToVouchForAnImageThatDoesNotVerify() throws Exception {
        replayTheDocument();
        Path blobs = folder.resolve("app/blobs/sha256");
        Path largest;
        try (Stream<Path> files = Files.list(blobs)) {
            largest = files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] content = Files.readAllBytes(largest);
        content[content.length / 2] ^= 1;
        Files.write(largest, content);

        CommandRun run = run("tuf-repo add repo oci:app:1.0 --name registry.example.org/bad:1 --out bad.json");
        assertEquals(ExitCode.REJECTED, run.exitCode());
        assertTrue(run.err().contains("is not verified"), run.err());
        assertFalse(Files.exists(folder.resolve("bad.json")));
    }

    @Test
    void anArtifactInARegistryTakesThePlaceOfAServer() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
            String copy = "docker://" + registry.host() + "/trust/metadata:latest";
            replayTheDocument();
            String keys = " --key snapshot.pem --key timestamp.pem";
            accepted("tuf-repo publish repo" + keys + " --to " + copy);
            accepted("copy oci:app:1.0 docker://" + registry.host() + "/app:1.0");
            accepted("tuf-repo add " + copy + " docker://" + registry.host() + "/app:1.0 --out r.json");
            accepted("tuf-repo sign r.json --key bins.pem");
            accepted("tuf-repo publish " + copy + " r.json" + keys);
            accepted("tuf-repo status " + copy);

            String trust = "tuf:" + folder.resolve("repo/metadata/1.root.json") + "," + copy;
            String verify = "verify docker://" + registry.host() + "/app:1.0 --fail-on CRITICAL --trust-store "
                    + folder.resolve("store") + " --trust " + trust;
            CommandRun verified = run(verify);
            assertTrue(verified.out().contains("TUF role"), verified.out() + verified.err());
            assertEquals(ExitCode.ACCEPTED, verified.exitCode(), verified.out());
            Path policy = Files.writeString(folder.resolve("policy.json"), """
                    {"schemaVersion": 1, "rules": [{"scope": "*", "require": {"tuf":
                      {"repository": "%s", "root": {"path": "repo/metadata/1.root.json"}}}}]}""".formatted(copy));
            accepted("verify docker://" + registry.host() + "/app:1.0 --fail-on CRITICAL --trust-store "
                    + folder.resolve("store") + " --trust-policy " + policy);
            CommandRun unknown = run(verify + " --trust-target " + registry.host() + "/app:2");
            assertEquals(ExitCode.REJECTED, unknown.exitCode(), unknown.out());
        }
    }

    @Test
    void publishesByPutToAWebServer() throws Exception {
        Map<String, byte[]> files = new ConcurrentHashMap<>();
        try (HostileServer server = HostileServer.start(exchange -> {
            SeenRequest request = exchange.request();
            byte[] file = files.get(request.path());
            if (request.header("Authorization").isEmpty()) {
                exchange.answer(401, "WWW-Authenticate: Basic realm=\"upload\"");
            } else if (request.method().equals("PUT")) {
                files.put(request.path(), request.body().getBytes(StandardCharsets.ISO_8859_1));
                exchange.answer(201);
            } else if (file == null) {
                exchange.answer(404);
            } else {
                exchange.answer(200, file);
            }
        })) {
            replayTheDocument();
            Files.writeString(folder.resolve("auth.json"), """
                    {"auths": {"%s": {"auth": "dTpw"}}}""".formatted(server.host()));
            String at = " --plain-http-for " + server.host() + " --authfile auth.json";
            accepted("tuf-repo publish repo --key snapshot.pem --key timestamp.pem --to " + server.uri("/metadata")
                    + at);
            accepted("tuf-repo status " + server.uri("/metadata") + at);

            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("repo/metadata/timestamp.json")),
                    files.get("/metadata/timestamp.json"));
        }
    }

    private void accepted(String line) {
        CommandRun run = run(line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), () -> line + "\n" + run.out() + run.err());
    }

    @Test
    void statusSaysWhatIsDue() throws Exception {
        replayTheDocument();
        String repository = folder.resolve("repo").toString();

        assertEquals(ExitCode.ACCEPTED, run("tuf-repo status repo").exitCode());
        CommandRun json = run("tuf-repo status repo --within 7 --format json");
        assertEquals(ExitCode.REJECTED, json.exitCode());
        assertTrue(json.out().contains("\"due\" : true"), json.out());
        CommandRun later = CommandRun.at(CommandRun.NOW.plus(Duration.ofDays(3)), "tuf-repo", "status", repository);
        assertEquals(ExitCode.REJECTED, later.exitCode());
        assertTrue(later.out().contains("timestamp: version 10, expires"), later.out());
    }

    @Test
    void publishesNothingBelowTheThreshold() throws Exception {
        replayTheDocument();
        run("tuf-repo rotate repo --role root --threshold 1 --new-key carol-public.pem --out carol.json");
        run("tuf-repo sign carol.json --key carol.pem");
        run("tuf-repo sign carol.json --key alice.pem");
        CommandRun run = run("tuf-repo publish repo carol.json --key snapshot.pem --key timestamp.pem");

        assertEquals(ExitCode.REJECTED, run.exitCode());
        assertTrue(run.err().contains("THRESHOLD_NOT_MET"), run.err());
        assertFalse(Files.exists(folder.resolve("repo/metadata/3.root.json")));
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "RSA, 2048"})
    void signsWithKeysOfOtherAlgorithms(String algorithm, int size) throws Exception {
        makeKey("targets", algorithm, size);
        replayTheDocument();

        assertTrue(client().refresh().target("registry.example.org/app:1.0").isPresent());
    }

    @Test
    void refusesAFileWithoutAPrivateKey() throws Exception {
        replayTheDocument();

        assertEquals(
                ExitCode.ERROR,
                run("tuf-repo sign renewed.json --key alice-public.pem").exitCode());
    }

    @Test
    void refusesAKeyThatSignsForNothing() throws Exception {
        replayTheDocument();

        CommandRun run = run("tuf-repo sign renewed.json --key carol.pem");
        assertEquals(ExitCode.REJECTED, run.exitCode());
        assertTrue(run.err().contains("NOT_A_SIGNER"), run.err());
    }
}
