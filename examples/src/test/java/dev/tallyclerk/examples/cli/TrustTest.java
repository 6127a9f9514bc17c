package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
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
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
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
        assertTrue(
                run.out().contains("\"kind\" : \"reject\"") || run.out().contains("\"kind\": \"reject\""), run.out());
    }
}
