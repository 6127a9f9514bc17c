package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.ProjectFiles;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
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
        for (String name : List.of("alice", "bob", "carol", "dave", "targets", "snapshot", "timestamp")) {
            makeKey(name, "Ed25519", 0);
        }
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
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()) + publicPem);
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }

    /** Runs a command line, whose files are in the test's folder. */
    private CommandRun run(String line) {
        return CommandRun.of(Arrays.stream(line.split(" ", -1))
                .map(argument -> argument.endsWith(".pem") || argument.endsWith(".json") || argument.equals("repo")
                        ? folder.resolve(argument).toString()
                        : argument)
                .toArray(String[]::new));
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
        assertTrue(commands >= 15, commands + " commands");
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
        assertEquals(
                7,
                client().refresh()
                        .target("registry.example.org/app:1.0")
                        .orElseThrow()
                        .length());
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
        assertTrue(later.out().contains("timestamp: version 4, expires"), later.out());
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
