package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classic attestations with log entries of the kinds that cosign has written, one after the other. */
class LoggedAttestationTest {
    private static final TargetArtifact TARGET = new TargetArtifact("", TestSigner.IMAGE, 418);
    private static final String STATEMENT =
            TestSigner.statement(TestSigner.IMAGE, "{}", "https://slsa.dev/provenance/v0.2", "{}");

    private TestSigner signer;
    private TestSigner log;
    private String envelope;
    private String signature;

    @BeforeEach
    void sign() throws GeneralSecurityException {
        signer = TestSigner.create("EC", 256);
        log = TestSigner.create("EC", 256);
        envelope = signer.envelope(DsseEnvelope.IN_TOTO, STATEMENT);
        int at = envelope.indexOf("\"sig\":\"") + 7;
        signature = envelope.substring(at, envelope.indexOf('"', at));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(String text) {
        return "{\"algorithm\":\"sha256\",\"value\":\""
                + Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8)).encoded() + "\"}";
    }

    private String inToto1(String members, TrustedKey key) {
        return "{\"apiVersion\":\"0.0.1\",\"kind\":\"intoto\",\"spec\":{\"content\":{" + members + "},\"publicKey\":\""
                + base64(LoggedKeyTest.pem(key)) + "\"}}";
    }

    private String inToto1() {
        return inToto1("\"hash\":" + hash(envelope) + ",\"payloadHash\":" + hash(STATEMENT), signer.key());
    }

    private String inToto2(String payloadHash, String type, String sig, TrustedKey key) {
        return "{\"apiVersion\":\"0.0.2\",\"kind\":\"intoto\",\"spec\":{\"content\":{\"envelope\":{\"payloadType\":\""
                + type
                + "\",\"signatures\":[{\"publicKey\":\"" + base64(LoggedKeyTest.pem(key)) + "\",\"sig\":\""
                + base64(sig)
                + "\"}]},\"hash\":" + hash(envelope) + ",\"payloadHash\":" + payloadHash + "}}}";
    }

    private String dsse(String payloadHash, String sig, TrustedKey key) {
        return "{\"apiVersion\":\"0.0.1\",\"kind\":\"dsse\",\"spec\":{\"envelopeHash\":" + hash(envelope)
                + ",\"payloadHash\":" + payloadHash + ",\"signatures\":[{\"signature\":\"" + sig + "\",\"verifier\":\""
                + base64(LoggedKeyTest.pem(key)) + "\"}]}}";
    }

    private AttachmentFindings findings(String type, String document, String annotation)
            throws EvidenceException, IOException {
        SigstoreVerifier logs = SigstoreVerifier.of(TrustedRoot.empty().withLog(LoggedKeyTest.pem(log.key())));
        Map<String, String> annotations =
                annotation.isEmpty() ? Map.of() : Map.of("dev.sigstore.cosign/bundle", annotation);
        MemoryAttachment artifact = MemoryAttachment.at(Place.ATTESTATION_TAG)
                .with(type, document.getBytes(StandardCharsets.UTF_8), annotations);
        return CosignVerifier.of(signer.key()).withLog(logs).verify(artifact, TARGET);
    }

    private void assertAccepted(String body) throws GeneralSecurityException, EvidenceException, IOException {
        AttachmentFindings findings = findings(TestSigner.ENVELOPE, envelope, LoggedKeyTest.promised(log, body));
        assertEquals(List.of(), findings.refused());
        assertEquals(
                LoggedKeyTest.TIME,
                findings.verified().get(0).evidence().signedAt().orElseThrow());
    }

    private void assertRefused(Reason reason, String body)
            throws GeneralSecurityException, EvidenceException, IOException {
        AttachmentFindings findings = findings(TestSigner.ENVELOPE, envelope, LoggedKeyTest.promised(log, body));
        assertEquals(
                List.of(reason),
                findings.refused().stream().map(RefusedEvidence::reason).toList());
    }

    @Test
    void acceptsTheKindsThatCosignWrote() throws GeneralSecurityException, EvidenceException, IOException {
        assertAccepted(inToto1());
        assertAccepted(inToto1("\"hash\":" + hash(envelope), signer.key()));
        assertAccepted(inToto2(hash(STATEMENT), DsseEnvelope.IN_TOTO, signature, signer.key()));
        assertAccepted(dsse(hash(STATEMENT), signature, signer.key()));
    }

    @Test
    void anEntryOfInToto1IsAboutTheTextOfTheEnvelope() throws GeneralSecurityException, EvidenceException, IOException {
        TestSigner other = TestSigner.create("EC", 256);
        String payload = ",\"payloadHash\":" + hash(STATEMENT);
        assertRefused(Reason.LOG_ENTRY_MISMATCH, inToto1("\"hash\":" + hash(envelope + " ") + payload, signer.key()));
        assertRefused(
                Reason.LOG_ENTRY_MISMATCH,
                inToto1("\"hash\":" + hash(envelope) + ",\"payloadHash\":" + hash("x"), signer.key()));
        assertRefused(Reason.LOG_ENTRY_MISMATCH, inToto1("\"hash\":" + hash(envelope) + payload, other.key()));
        assertRefused(Reason.MALFORMED, inToto1(payload.substring(1), signer.key()));
        assertRefused(Reason.UNSUPPORTED, inToto1().replace("sha256", "md5"));
        // The same payload, signed again by the same key.
        String logged = inToto1();
        envelope = signer.envelope(DsseEnvelope.IN_TOTO, STATEMENT);
        assertRefused(Reason.LOG_ENTRY_MISMATCH, logged);
    }

    @Test
    void theOtherKindsAreAboutPayloadSignatureAndKey() throws GeneralSecurityException, EvidenceException, IOException {
        TestSigner other = TestSigner.create("EC", 256);
        String second = signer.base64("SHA256withECDSA", new byte[0]);
        String right = hash(STATEMENT);
        for (String body : List.of(
                inToto2(hash("x"), DsseEnvelope.IN_TOTO, signature, signer.key()),
                inToto2(right, "text/plain", signature, signer.key()),
                inToto2(right, DsseEnvelope.IN_TOTO, second, signer.key()),
                inToto2(right, DsseEnvelope.IN_TOTO, signature, other.key()),
                dsse(hash("x"), signature, signer.key()),
                dsse(right, second, signer.key()),
                dsse(right, signature, other.key()))) {
            assertRefused(Reason.LOG_ENTRY_MISMATCH, body);
        }
    }

    @ParameterizedTest
    @CsvSource({"intoto, 0.0.3", "intoto, 0.0.1.0", "dsse, 0.0.3", "rfc3161, 0.0.1"})
    void anEntryOfAnotherKindIsUnsupported(String kind, String version)
            throws GeneralSecurityException, EvidenceException, IOException {
        assertRefused(Reason.UNSUPPORTED, "{\"apiVersion\":\"" + version + "\",\"kind\":\"" + kind + "\",\"spec\":{}}");
    }

    @Test
    void anEntryOfInToto1IsNotAboutASignatureOfAnImage()
            throws GeneralSecurityException, EvidenceException, IOException {
        String payload = TestSigner.payload(TestSigner.IMAGE, "x", "null");
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG)
                .with(
                        TestSigner.SIMPLE_SIGNING,
                        bytes,
                        Map.of(
                                TestSigner.SIGNATURE,
                                signer.base64("SHA256withECDSA", bytes),
                                "dev.sigstore.cosign/bundle",
                                LoggedKeyTest.promised(log, inToto1("\"hash\":" + hash(payload), signer.key()))));
        SigstoreVerifier logs = SigstoreVerifier.of(TrustedRoot.empty().withLog(LoggedKeyTest.pem(log.key())));
        AttachmentFindings findings =
                CosignVerifier.of(signer.key()).withLog(logs).verify(artifact, TARGET);
        assertEquals(
                List.of(Reason.LOG_ENTRY_MISMATCH),
                findings.refused().stream().map(RefusedEvidence::reason).toList());
    }

    /** The document of an envelope is not the text that was logged, once it is part of a bundle. */
    @Test
    void anEntryOfInToto1InABundleIsUnsupported() throws GeneralSecurityException, EvidenceException, IOException {
        String promised = LoggedKeyTest.promised(log, inToto1());
        int at = promised.indexOf("\"SignedEntryTimestamp\":\"") + 24;
        String promise = promised.substring(at, promised.indexOf('"', at));
        String bundle = "{\"mediaType\":\"application/vnd.dev.sigstore.bundle+json;version=0.1\","
                + "\"verificationMaterial\":{\"publicKey\":{\"hint\":\"\"},\"tlogEntries\":[{\"logIndex\":\"7\","
                + "\"logId\":{\"keyId\":\""
                + Base64.getEncoder()
                        .encodeToString(HexFormat.of().parseHex(log.key().fingerprint()))
                + "\"},\"kindVersion\":{\"kind\":\"intoto\",\"version\":\"0.0.1\"},\"integratedTime\":\""
                + LoggedKeyTest.TIME.getEpochSecond() + "\",\"inclusionPromise\":{\"signedEntryTimestamp\":\"" + promise
                + "\"},\"canonicalizedBody\":\"" + base64(inToto1()) + "\"}]},\"dsseEnvelope\":" + envelope + "}";
        AttachmentFindings findings = findings("application/vnd.dev.sigstore.bundle+json;version=0.1", bundle, "");
        assertEquals(
                List.of(Reason.UNSUPPORTED),
                findings.refused().stream().map(RefusedEvidence::reason).toList(),
                findings::toString);
    }
}
