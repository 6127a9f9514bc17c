package dev.tallyclerk.trust.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.key.SignatureEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases, each with the reason for which it is refused. */
class SigstoreCasesTest {
    private static final Map<String, String> REASONS = BundleCase.reasons();

    private interface Verification {
        VerifiedBundle run() throws EvidenceException;
    }

    private static String outcome(Verification verification) {
        try {
            verification.run();
            return "ACCEPT";
        } catch (EvidenceException e) {
            return e.reason().name();
        }
    }

    static Stream<BundleCase> own() {
        return BundleCase.all(BundleCase.ownFolder()).stream();
    }

    @ParameterizedTest
    @MethodSource("own")
    void acceptsOrRefusesWithTheReason(BundleCase each) {
        assertEquals(REASONS.get(each.name()), outcome(() -> each.verify(each.bundle())));
    }

    @ParameterizedTest
    @MethodSource("own")
    void theDigestIsAsGoodAsTheArtifact(BundleCase each) {
        assertEquals(REASONS.get(each.name()), outcome(each::verifyByDigest));
    }

    @ParameterizedTest
    @MethodSource("own")
    void anEngineForSignaturesChangesNoVerdict(BundleCase each) {
        assertEquals(REASONS.get(each.name()), outcome(() -> each.verify(each.bundle(), BouncyCastleEngine.of())));
    }

    /** That of the artifact, the certificate log's, the promise and the checkpoint; not those of certificates. */
    @Test
    void theEngineVerifiesEachSignatureOnce() throws EvidenceException {
        List<String> verified = new ArrayList<>();
        SignatureEngine runtime = SignatureEngine.runtime();
        SignatureEngine counting = key -> runtime.verifierFor(key).map(verifier -> (message, signature) -> {
            verified.add(key.encoded().length + " " + message.length);
            return verifier.verify(message, signature);
        });
        BundleCase each = BundleCase.own("ok-v03");
        each.verify(each.bundle(), counting);
        assertEquals(4, verified.size(), verified.toString());
    }

    /** All 182 cases, which lie beside the repository. */
    @Test
    void acceptsOrRefusesEveryCaseWithTheReason() {
        List<BundleCase> cases = BundleCase.all(SharedData.require("signatures"));
        List<String> found = new ArrayList<>();
        cases.forEach(each -> found.add(each.name() + "\t" + outcome(() -> each.verify(each.bundle()))));
        List<String> expected = new ArrayList<>();
        REASONS.forEach((name, reason) -> expected.add(name + "\t" + reason));
        assertEquals(String.join("\n", expected), String.join("\n", found));
        cases.forEach(each -> assertEquals(each.isAccepted(), "ACCEPT".equals(REASONS.get(each.name())), each.name()));
    }

    private static void refuses(Reason reason, String name) {
        BundleCase each = BundleCase.own(name);
        EvidenceException e = assertThrows(EvidenceException.class, () -> each.verify(each.bundle()));
        assertEquals(reason, e.reason(), e.getMessage());
    }

    /** CVE-2022-23649 (cosign). */
    @Test
    void refusesALogEntryOfAnotherSignature() {
        refuses(Reason.LOG_ENTRY_MISMATCH, "bad-log-other-signature");
    }

    /** CVE-2022-36056 (cosign, GHSA-8gw7-4j42-w388), where demands on the identity were ignored too. */
    @Test
    void refusesALogEntryOfAnotherArtifactAndAnotherIdentity() {
        refuses(Reason.LOG_ENTRY_MISMATCH, "bad-log-other-artifact");
        refuses(Reason.IDENTITY_MISMATCH, "bad-source-repository");
    }

    /** CVE-2026-22703 (cosign, GHSA-whqx-f9j3-ch6m). */
    @Test
    void refusesAGoodLogEntryOfAnotherCertificateAndAReplacedBody() {
        refuses(Reason.LOG_ENTRY_MISMATCH, "bad-log-other-cert");
        refuses(Reason.LOG_ENTRY_INVALID, "bad-log-body-replaced");
    }

    /** CVE-2022-35929 and CVE-2026-39395 (cosign). */
    @Test
    void refusesAnotherPredicateAndAPayloadThatIsNoStatement() {
        refuses(Reason.PREDICATE_MISMATCH, "bad-dsse-predicate-type");
        refuses(Reason.MALFORMED, "bad-dsse-not-json");
    }

    /** CVE-2026-24122 (cosign, GHSA-wfqv-66vq-46rm). */
    @Test
    void refusesAnIntermediateThatHadExpired() {
        refuses(Reason.CERTIFICATE_EXPIRED, "bad-intermediate-expired");
    }

    /** CVE-2026-39984 (timestamp-authority, GHSA-xm5m-wgh2-rrg3). */
    @Test
    void refusesATimestampWhoseSignerIsNotTheFirstCertificateOfItsBag() {
        refuses(Reason.CERTIFICATE_INVALID, "bad-tsa-bag");
    }

    /** GHSA-9vcr-p3rj-q5q6 (sigstore-go). */
    @Test
    void countsALogAnAuthorityAndAnOperatorOnce() {
        refuses(Reason.THRESHOLD_NOT_MET, "bad-tlog-threshold-same-log");
        refuses(Reason.THRESHOLD_NOT_MET, "bad-tlog-threshold-operator");
        refuses(Reason.THRESHOLD_NOT_MET, "bad-sct-threshold");
        refuses(Reason.THRESHOLD_NOT_MET, "bad-tsa-threshold");
    }

    /** GHSA-wqqc-jjcq-vfxm (sigstore-go). */
    @Test
    void refusesASignatureAfterTheEndOfTheKey() {
        refuses(Reason.KEY_NOT_VALID, "bad-key-window");
    }

    /** sigstore-java 1.2.0, "Security". */
    @Test
    void verifiesTheCheckpoint() {
        refuses(Reason.LOG_ENTRY_INVALID, "bad-checkpoint-signature");
        refuses(Reason.LOG_ENTRY_INVALID, "bad-checkpoint-key");
        refuses(Reason.LOG_ENTRY_INVALID, "bad-checkpoint-size");
    }

    /** sigstore-java, pull request 1185: lost since 2.0.0. */
    @Test
    void holdsTheTimeOfTheLogAgainstTheCertificate() {
        refuses(Reason.CERTIFICATE_EXPIRED, "bad-cert-expired");
    }

    /** CVE-2023-47122 (gitsign): only the trusted root says which key a log has. */
    @Test
    void refusesAPromiseByAnotherKeyUnderTheIdOfATrustedLog() {
        refuses(Reason.LOG_ENTRY_INVALID, "bad-set-claims-known-log");
    }

    /** No other verifier does. */
    @Test
    void refusesASignatureOfTheFutureAndACertificateThatIsNotForSigning() {
        refuses(Reason.TIMESTAMP_INVALID, "bad-future-time");
        refuses(Reason.CERTIFICATE_INVALID, "bad-no-eku");
        refuses(Reason.LOG_ENTRY_INVALID, "bad-rekor2-checkpoint-origin");
    }
}
