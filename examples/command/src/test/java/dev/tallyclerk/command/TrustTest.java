package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --trust}: the digest comes from TUF targets, and whatever contradicts it is refused. */
class TrustTest {
    private static final String TARGET = "registry.example.org/team/app:1.0";

    @TempDir
    Path folder = Path.of("");

    private Path layout = Path.of("");
    private Digest manifest = Digest.sha256Of(new byte[0]);
    private long size;

    @BeforeEach
    void writeImage() throws IOException {
        layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        String index = Files.readString(layout.resolve("index.json"));
        int at = index.indexOf("sha256:");
        manifest = Digest.parse(index.substring(at, at + "sha256:".length() + 64));
        size = Files.size(layout.resolve("blobs/sha256").resolve(manifest.encoded()));
    }

    private VouchingRepository repository() throws GeneralSecurityException, IOException {
        return new VouchingRepository(folder.resolve("tuf"));
    }

    private CommandRun verify(VouchingRepository repository, String... more) {
        String[] args = {
            "verify",
            "oci:" + layout,
            "--trust",
            repository.spelling(),
            "--trust-target",
            TARGET,
            "--trust-store",
            folder.resolve("store").toString()
        };
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return CommandRun.of(all);
    }

    private static void assertRejected(CommandRun run, String reason) {
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("REJECTED") && run.out().contains(reason), run.toString());
    }

    @Test
    void acceptsWhatTheTargetsVouchForAndSaysWhoVouches() throws GeneralSecurityException, IOException {
        CommandRun run = verify(repository().vouchFor(TARGET, manifest, size).publish(1));
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("TUF targets of ") && run.out().contains("version 1"), run.out());
    }

    @Test
    void looksUpTheNameThatTheImageWillHave() throws GeneralSecurityException, IOException {
        String trust = repository().vouchFor(TARGET, manifest, size).publish(1).spelling();
        String store = folder.resolve("store").toString();
        String[] line = {"verify", "oci:" + layout, "--trust", trust, "--trust-store", store, "--name", TARGET};
        CommandRun run = CommandRun.of(line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        line[line.length - 1] = TARGET.replace("1.0", "2.0");
        assertRejected(CommandRun.of(line), "NOT_FOUND");
        CommandRun unnamed = CommandRun.of(Arrays.copyOf(line, line.length - 2));
        assertEquals(ExitCode.ERROR, unnamed.exitCode(), unnamed.toString());
        assertTrue(unnamed.err().contains("give --name or --trust-target"), unnamed.err());
    }

    @Test
    void aTrustTargetIsLookedUpInsteadOfTheName() throws GeneralSecurityException, IOException {
        VouchingRepository repository =
                repository().vouchFor(TARGET, manifest, size).publish(1);
        CommandRun run = verify(repository, "--name", TARGET.replace("1.0", "2.0"));
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
    }

    /** Runs {@code verify} and {@code audit --image} with the same options, each with a store of its own. */
    private void assertSame(int exitCode, VouchingRepository repository, String source, String... options) {
        List<String> line = new ArrayList<>(List.of("verify", source));
        line.addAll(List.of(options));
        line.addAll(List.of("--trust", repository.spelling(), "--trust-store"));
        line.add(folder.resolve("store of verify").toString());
        CommandRun verified = CommandRun.of(line.toArray(String[]::new));
        line.set(line.size() - 1, folder.resolve("store of audit").toString());
        line.remove(0);
        line.addAll(0, List.of("audit", "--image"));
        CommandRun audited = CommandRun.of(line.toArray(String[]::new));
        assertEquals(exitCode, verified.exitCode(), verified.toString());
        assertEquals(exitCode, audited.exitCode(), audited.toString());
    }

    @Test
    void anAuditOfAnImageTakesTheDigestFromTheTargetsToo() throws GeneralSecurityException, IOException {
        VouchingRepository good = repository().vouchFor(TARGET, manifest, size).publish(1);
        String source = "oci:" + layout;
        String other = TARGET.replace("1.0", "2.0");
        assertSame(ExitCode.ACCEPTED, good, source, "--trust-target", TARGET);
        assertSame(ExitCode.ACCEPTED, good, source, "--name", TARGET);
        assertSame(ExitCode.ACCEPTED, good, source, "--name", other, "--trust-target", TARGET);
        assertSame(ExitCode.REJECTED, good, source, "--name", TARGET, "--fail-on", "INFO", "--profile", "STRICT");
        assertSame(ExitCode.REJECTED, good, source, "--name", other);
        assertSame(ExitCode.ERROR, good, source);
        assertSame(ExitCode.ERROR, good, source, "--name", TARGET, "--key", "a.pub");
        assertSame(ExitCode.ERROR, good, source, "--name", TARGET, "--vex", "a.json");
        VouchingRepository wrong = new VouchingRepository(folder.resolve("wrong"))
                .vouchFor(TARGET, Digest.sha256Of(new byte[] {1}), size)
                .publish(1);
        assertSame(ExitCode.REJECTED, wrong, source, "--name", TARGET);
    }

    @Test
    void anAuditSaysWhyNothingWasRead() throws GeneralSecurityException, IOException {
        CommandRun run = CommandRun.of(
                "audit",
                "--image",
                "oci:" + layout,
                "--trust",
                repository().publish(1).spelling(),
                "--trust-target",
                TARGET,
                "--trust-store",
                folder.resolve("store").toString(),
                "--format",
                "jsonl");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("\"NOT_VOUCHED_FOR\""), run.out());
        assertTrue(run.err().contains("NOT_FOUND"), run.err());
    }

    @Test
    void rejectsWhatTheTargetsDoNotList() throws GeneralSecurityException, IOException {
        assertRejected(verify(repository().publish(1)), "NOT_FOUND");
    }

    @Test
    void rejectsALayoutWhoseNameStandsForAnotherDigest() throws GeneralSecurityException, IOException {
        Digest other = Digest.sha256Of(new byte[] {1});
        assertRejected(verify(repository().vouchFor(TARGET, other, size).publish(1)), "NOT_THE_TRUSTED_DIGEST");
    }

    @Test
    void rejectsAManifestOfAnotherSizeThanIsVouchedFor() throws GeneralSecurityException, IOException {
        assertRejected(verify(repository().vouchFor(TARGET, manifest, size + 1).publish(1)), "TOO_SHORT");
    }

    @Test
    void everyHashThatTheTargetsListHasToHold() throws GeneralSecurityException, IOException {
        byte[] document = Files.readAllBytes(layout.resolve("blobs/sha256").resolve(manifest.encoded()));
        Digest right = Digest.of(DigestAlgorithm.SHA512, document);
        Digest wrong = Digest.of(DigestAlgorithm.SHA512, new byte[] {1});
        VouchingRepository both =
                repository().vouchFor(TARGET, List.of(manifest, right), size).publish(1);
        assertEquals(ExitCode.ACCEPTED, verify(both).exitCode());
        VouchingRepository contradictory =
                new VouchingRepository(folder.resolve("other")).vouchFor(TARGET, List.of(manifest, wrong), size);
        CommandRun run = CommandRun.of(
                "verify",
                "oci:" + layout,
                "--trust",
                contradictory.publish(1).spelling(),
                "--trust-target",
                TARGET,
                "--trust-store",
                folder.resolve("another store").toString());
        assertRejected(run, "DIGEST_MISMATCH");
    }

    @Test
    void aStoredFileThatIsOfNoUseIsSaid() throws GeneralSecurityException, IOException {
        VouchingRepository repository =
                repository().vouchFor(TARGET, manifest, size).publish(2);
        assertEquals("", verify(repository).err());
        try (Stream<Path> stores = Files.list(folder.resolve("store"))) {
            Files.writeString(stores.findFirst().orElseThrow().resolve("timestamp.json"), "garbage");
        }
        CommandRun run = verify(repository);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.err().contains("fetched again") && run.err().contains("timestamp"), run.err());
    }

    /** What was trusted under one spelling of an address is the floor for every other. */
    @Test
    void allSpellingsOfARepositoryHaveOneStore() {
        Map<String, String> home = Map.of("HOME", folder.toString());
        List<List<String>> same = List.of(
                List.of(
                        "https://tuf.example.org/m",
                        "https://tuf.example.org/m/",
                        "HTTPS://TUF.example.org:443/m",
                        "https://tuf.example.org/x/../m"),
                List.of("file:///srv/m", "file:/srv/m/", "file:///srv/x/../m"));
        List<Path> stores = new ArrayList<>();
        for (List<String> spellings : same) {
            Set<Path> found = spellings.stream()
                    .map(url -> TrustSpec.parse("tuf:root.json," + url, TARGET, null, home)
                            .store())
                    .collect(Collectors.toSet());
            assertEquals(1, found.size(), found.toString());
            stores.addAll(found);
        }
        stores.add(TrustSpec.parse("tuf:root.json,http://tuf.example.org/m", TARGET, null, home)
                .store());
        stores.add(TrustSpec.parse("tuf:root.json,https://tuf.example.org/M", TARGET, null, home)
                .store());
        assertEquals(stores.size(), Set.copyOf(stores).size());
    }

    @Test
    void namesAndAddressesMayHaveCommas() {
        TrustSpec spec =
                TrustSpec.parse("tuf:a,b/root.json,https://tuf.example.org/a,b", TARGET, folder.resolve("s"), Map.of());
        assertEquals(Path.of("a,b/root.json"), spec.root());
        assertEquals("https://tuf.example.org/a,b", spec.repository().toString());
        for (String wrong : List.of("tuf:root.json", "tuf:,https://x/", "root.json,https://x/", "tuf:a,ftp://x/")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> TrustSpec.parse(wrong, TARGET, folder.resolve("s"), Map.of()),
                    wrong);
        }
    }

    @Test
    void metadataOfNotaryIsNotReadAndSaidToBeThat() throws GeneralSecurityException, IOException {
        VouchingRepository repository =
                repository().vouchFor(TARGET, manifest, size).publish(1);
        Path root = folder.resolve("tuf/1.root.json");
        Files.writeString(root, Files.readString(root).replace("\"_type\":\"root\"", "\"_type\":\"Root\""));
        CommandRun run = verify(repository);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.out().contains("Notary"), run.toString());
    }

    @Test
    void aMirrorThatDripsItsHeadEndsWithItsTime(@TempDir Path other) throws Exception {
        VouchingRepository repository =
                repository().vouchFor(TARGET, manifest, size).publish(1);
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
            exchange.stall();
        })) {
            String spelling = repository.spelling().replaceFirst(",file:.*", "," + server.uri("/m"));
            CommandRun run = CommandRun.of(
                    "verify",
                    "oci:" + layout,
                    "--trust",
                    spelling,
                    "--trust-target",
                    TARGET,
                    "--trust-store",
                    other.resolve("s").toString(),
                    "--max-time",
                    "1");
            assertEquals(ExitCode.NETWORK, run.exitCode(), run.toString());
        }
    }

    @Test
    void aMirrorBehindAnAuthorityOfItsOwnIsTrustedWhenThatIs(@TempDir Path other) throws Exception {
        VouchingRepository repository =
                repository().vouchFor(TARGET, manifest, size).publish(1);
        PrivateAuthority authority = PrivateAuthority.create(other);
        try (HostileServer server = HostileServer.startTls(authority.serverContext(), exchange -> {
            Path file = folder.resolve("tuf" + exchange.request().target());
            if (Files.exists(file)) {
                exchange.answer(200, Files.readAllBytes(file));
            } else {
                exchange.answer(404, new byte[0]);
            }
        })) {
            String spelling = repository.spelling().replaceFirst(",file:.*", "," + server.uri("/"));
            Path pem = authority.writeAuthority(other);
            CommandRun run = CommandRun.of(
                    "verify",
                    "oci:" + layout,
                    "--trust",
                    spelling,
                    "--trust-target",
                    TARGET,
                    "--trust-store",
                    other.resolve("t").toString(),
                    "--ca",
                    pem.toString());
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        }
    }

    @Test
    void rejectsExpiredMetadata() throws GeneralSecurityException, IOException {
        assertRejected(
                verify(repository()
                        .vouchFor(TARGET, manifest, size)
                        .expires("2026-11-25T23:59:59Z")
                        .publish(1)),
                "EXPIRED");
    }

    @Test
    void rejectsMetadataThatWasRolledBackSinceTheLastRun() throws GeneralSecurityException, IOException {
        VouchingRepository repository =
                repository().vouchFor(TARGET, manifest, size).publish(2);
        assertEquals(ExitCode.ACCEPTED, verify(repository).exitCode());
        repository.publish(1);
        assertRejected(verify(repository), "ROLLBACK");
    }

    /** The metadata of one repository must not lower the rollback protection of the other. */
    @Test
    void twoRepositoriesMayShareATrustStore() throws GeneralSecurityException, IOException {
        VouchingRepository one = repository().vouchFor(TARGET, manifest, size).publish(2);
        VouchingRepository two = new VouchingRepository(folder.resolve("second"))
                .vouchFor(TARGET, manifest, size)
                .publish(1);
        assertEquals(ExitCode.ACCEPTED, verify(one).exitCode());
        assertEquals(ExitCode.ACCEPTED, verify(two).exitCode());
        one.publish(1);
        assertRejected(verify(one), "ROLLBACK");
    }

    @Test
    void rejectsMetadataThatSomebodyElseSigned() throws GeneralSecurityException, IOException {
        VouchingRepository repository =
                repository().vouchFor(TARGET, manifest, size).publish(1);
        Path root = Files.copy(folder.resolve("tuf/1.root.json"), folder.resolve("trusted.json"));
        repository().vouchFor(TARGET, manifest, size).publish(1);
        String spelling =
                repository.spelling().replace(folder.resolve("tuf/1.root.json").toString(), root.toString());
        CommandRun run = CommandRun.of(
                "verify",
                "oci:" + layout,
                "--trust",
                spelling,
                "--trust-target",
                TARGET,
                "--trust-store",
                folder.resolve("store").toString());
        assertRejected(run, "THRESHOLD_NOT_MET");
    }

    @Test
    void endsWithThreeIfNobodyCanBeAsked() throws GeneralSecurityException, IOException {
        VouchingRepository repository = repository().vouchFor(TARGET, manifest, size);
        CommandRun run = verify(repository);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
    }

    @Test
    void saysSoInTheJsonReportToo() throws GeneralSecurityException, IOException {
        CommandRun run = verify(repository().publish(1), "--format", "json");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("\"kind\" : \"rejected\""), run.out());
    }
}
