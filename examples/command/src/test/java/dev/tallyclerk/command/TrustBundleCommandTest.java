package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code trust verify-bundle}, by the protocol of the Sigstore conformance suite. */
class TrustBundleCommandTest {
    private static final String WORKFLOW =
            "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.0";
    private static final String ISSUER = "https://token.actions.githubusercontent.com";

    private Path bundles = Path.of("");

    @BeforeEach
    void find() throws IOException {
        bundles = ProjectFiles.root().resolve("trust/src/test/resources/testdata/sigstore/bundles");
    }

    private CommandRun run(String bundle, List<String> options, String artifact) {
        List<String> all = new ArrayList<>(List.of("trust", "verify-bundle", "--bundle"));
        all.add(bundles.resolve(bundle).resolve("bundle.sigstore.json").toString());
        all.addAll(options);
        all.add(artifact);
        return CommandRun.of(all.toArray(String[]::new));
    }

    private List<String> identity(String identity, String issuer) {
        return List.of(
                "--certificate-identity", identity, "--certificate-oidc-issuer", issuer, "--trusted-root", root());
    }

    private String root() {
        return bundles.resolve("trusted_root.json").toString();
    }

    private String artifact() {
        return bundles.resolve("artifact.json").toString();
    }

    private List<String> key() {
        return List.of("--key", bundles.resolve("key.pub").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok-v01", "ok-v02", "ok-v03", "ok-dsse", "ok-rekor2", "ok-tsa-and-tlog"})
    void verifiesOverTheFileAndOverItsDigest(String bundle) throws IOException {
        String digest = Digest.sha256Of(Files.readAllBytes(Path.of(artifact()))).toString();
        for (String of : List.of(artifact(), digest)) {
            CommandRun run = run(bundle, identity(WORKFLOW, ISSUER), of);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertEquals("verified: signed by " + WORKFLOW + " (issuer " + ISSUER + ")\n", run.out());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bad-cert-expired, CERTIFICATE_EXPIRED",
        "bad-log-other-cert, LOG_ENTRY_MISMATCH",
        "bad-checkpoint-signature, LOG_ENTRY_INVALID",
        "bad-no-eku, CERTIFICATE_INVALID"
    })
    void endsWithOneAndTheReason(String bundle, String reason) {
        CommandRun run = run(bundle, identity(WORKFLOW, ISSUER), artifact());
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.err().startsWith("tallyclerk: not verified: " + reason + ": "), run.err());
        assertEquals("", run.out());
    }

    @Test
    void saysWhenACertificateWasValid() {
        String err =
                run("bad-cert-expired", identity(WORKFLOW, ISSUER), artifact()).err();
        assertTrue(
                err.matches("(?s).*is valid from 2026-[-0-9T:]+Z to 2026-[-0-9T:]+Z, the signature is of 2026-.*"),
                err);
    }

    @Test
    void theIdentityAndItsIssuerAreCompared() {
        for (List<String> other : List.of(identity(WORKFLOW + "x", ISSUER), identity(WORKFLOW, ISSUER + "/"))) {
            CommandRun run = run("ok-v03", other, artifact());
            assertEquals(ExitCode.REJECTED, run.exitCode());
            assertTrue(run.err().contains("IDENTITY_MISMATCH"), run.err());
        }
    }

    @Test
    void aKeyVerifiesWithoutATrustedRootAndThenSaysNothingOfLogs() {
        CommandRun run = run("ok-key", key(), artifact());
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().startsWith("verified: signed by key sha256:"), run.out());
        assertEquals(ExitCode.REJECTED, run("ok-v03", key(), artifact()).exitCode(), "a certificate signed");
        List<String> logged = List.of("--key", key().get(1), "--trusted-root", root());
        assertEquals(ExitCode.ACCEPTED, run("ok-key", logged, artifact()).exitCode());
        CommandRun unlogged = run("ok-key-no-log", logged, artifact());
        assertTrue(unlogged.err().contains("THRESHOLD_NOT_MET"), unlogged.err());
    }

    @Test
    void unreadableInputIsNotVerified() {
        assertEquals(ExitCode.REJECTED, run("missing", key(), artifact()).exitCode());
        assertEquals(ExitCode.REJECTED, run("ok-key", key(), "missing").exitCode());
        assertEquals(
                ExitCode.REJECTED,
                run("ok-key", List.of("--key", root()), artifact()).exitCode());
    }

    @Test
    void wrongUseEndsWithThree() {
        CommandRun nobody = run("ok-key", List.of(), artifact());
        assertEquals(ExitCode.ERROR, nobody.exitCode());
        assertTrue(nobody.err().contains("say who has to have signed"), nobody.err());
        assertEquals(
                ExitCode.ERROR,
                run("ok-v03", List.of("--certificate-identity", "a"), artifact())
                        .exitCode());
        assertEquals(
                ExitCode.ERROR,
                CommandRun.of("trust", "verify-bundle", artifact()).exitCode());
    }
}
