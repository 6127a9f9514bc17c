package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.registry.admission.AdmissionResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrustReportTest {
    private static final Digest DIGEST = Digest.sha256Of(new byte[0]);

    private static final Evidence EVIDENCE = Evidence.of(
                    Evidence.Kind.ATTESTATION,
                    DIGEST,
                    new Signer.Identity("https://ci.example.org/\u202erelease", "https://issuer.example.org", Map.of()),
                    "registry.example.org/app:sha256-e3.att")
            .withPredicateType("https://slsa.dev/provenance/v1")
            .withSignedAt(Instant.parse("2026-04-01T08:00:00Z"))
            .withNotChecked(List.of("the transparency log"));

    private static final AdmissionResult REPORT = AdmissionResult.notVouched(
            "app",
            new TrustResult(
                    new Decision(Decision.Kind.REJECTED, List.of("one of two signatures")),
                    Optional.empty(),
                    "registry.example.org/*",
                    List.of(EVIDENCE),
                    List.of(new RefusedEvidence(
                            "registry.example.org/app:sha256-e3.sig",
                            "key release.pub",
                            EvidenceException.Reason.KEY_UNTRUSTED,
                            "another key"))));

    @Test
    void theTextHasALineForEachPieceOfEvidence() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextReport.write(
                REPORT,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new TextStyle(false, StandardCharsets.US_ASCII));
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(
                text.contains(
                        "Trust  registry.example.org/*\n"
                                + "  ok   attestation of https://slsa.dev/provenance/v1 by https://ci.example.org/?release (issuer"
                                + " https://issuer.example.org), signed at 2026-04-01T08:00:00Z, from"
                                + " registry.example.org/app:sha256-e3.att; not checked: the transparency log\n"
                                + "  FAIL registry.example.org/app:sha256-e3.sig, key release.pub: KEY_UNTRUSTED: another key\n"),
                text);
        assertTrue(text.endsWith("Decision  REJECTED\n  one of two signatures\n"), text);
    }

    @Test
    void theJsonHasEveryMember() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonReport.write(REPORT, out);
        String json = out.toString(StandardCharsets.UTF_8).replaceAll("\\s+", "");
        assertTrue(
                json.contains(
                        "\"trust\":{\"schema\":\"dev.tallyclerk.evidence\",\"schemaVersion\":1,\"decision\":{\"kind\":\"rejected\",\"because\":[\"oneoftwosignatures\"]},"
                                + "\"rule\":\"registry.example.org/*\",\"evidence\":[{\"kind\":\"ATTESTATION\",\"subject\":\""
                                + DIGEST + "\",\"signer\":{\"kind\":\"identity\",\"id\":"),
                json);
        assertTrue(
                json.contains("\"predicateType\":\"https://slsa.dev/provenance/v1\","
                        + "\"signedAt\":\"2026-04-01T08:00:00Z\",\"origin\":\"registry.example.org/app:sha256-e3.att\","
                        + "\"notChecked\":[\"thetransparencylog\"]}],\"refused\":[{\"origin\":"
                        + "\"registry.example.org/app:sha256-e3.sig\",\"requirement\":\"keyrelease.pub\",\"reason\":"
                        + "\"KEY_UNTRUSTED\",\"message\":\"anotherkey\"}]}"),
                json);
        assertFalse(json.contains("validUntil"), json);
    }

    @Test
    void aReportWithoutAVoucherHasNoSuchSection() throws IOException {
        AdmissionResult report = new AdmissionResult(
                "app",
                REPORT.decision(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonReport.write(report, out);
        assertEquals(-1, out.toString(StandardCharsets.UTF_8).indexOf("trust"));
    }
}
