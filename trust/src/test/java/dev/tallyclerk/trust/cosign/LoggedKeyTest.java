package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Classic signatures by keys with the log entry of the annotation {@code dev.sigstore.cosign/bundle}. */
class LoggedKeyTest {
    private static final TargetArtifact TARGET = new TargetArtifact("", TestSigner.IMAGE, 418);
    private static final byte[] PAYLOAD =
            TestSigner.payload(TestSigner.IMAGE, "x", "null").getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER_PAYLOAD =
            TestSigner.payload(TestSigner.IMAGE, "y", "null").getBytes(StandardCharsets.UTF_8);
    static final Instant TIME = Instant.parse("2026-03-14T09:26:53Z");

    private static TestSigner signer;
    private static TestSigner log;

    @BeforeAll
    static void createKeys() throws GeneralSecurityException {
        signer = TestSigner.create("EC", 256);
        log = TestSigner.create("EC", 256);
    }

    static String pem(TrustedKey key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(key.publicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** {@return the annotation with the entry that a log made for a signature over a payload by a key} */
    private static String entry(TestSigner log, byte[] payload, String signature, TrustedKey key)
            throws GeneralSecurityException {
        String body = "{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\",\"spec\":{\"data\":{\"hash\":"
                + "{\"algorithm\":\"sha256\",\"value\":\""
                + Digest.sha256Of(payload).encoded() + "\"}},\"signature\":{\"content\":\"" + signature
                + "\",\"publicKey\":{\"content\":\""
                + Base64.getEncoder().encodeToString(pem(key).getBytes(StandardCharsets.UTF_8)) + "\"}}}}";
        return promised(log, body);
    }

    /** {@return the annotation with the entry that a log made for the signature of an envelope by a key} */
    private static String entryOfEnvelope(DsseEnvelope envelope, TrustedKey key) throws GeneralSecurityException {
        return promised(
                log,
                "{\"apiVersion\":\"0.0.1\",\"kind\":\"dsse\",\"spec\":{\"payloadHash\":{\"algorithm\":\"sha256\","
                        + "\"value\":\"" + Digest.sha256Of(envelope.payload()).encoded()
                        + "\"},\"signatures\":[{\"signature\":\""
                        + Base64.getEncoder()
                                .encodeToString(envelope.signatures().get(0).value())
                        + "\",\"verifier\":\""
                        + Base64.getEncoder().encodeToString(pem(key).getBytes(StandardCharsets.UTF_8)) + "\"}]}}");
    }

    /** {@return the annotation with a log's promise to have an entry of that body} */
    static String promised(TestSigner log, String body) throws GeneralSecurityException {
        String canonical = "{\"body\":\""
                + Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)) + "\",\"integratedTime\":"
                + TIME.getEpochSecond() + ",\"logID\":\"" + log.key().fingerprint() + "\",\"logIndex\":7}";
        String promise = log.base64("SHA256withECDSA", canonical.getBytes(StandardCharsets.UTF_8));
        return "{\"SignedEntryTimestamp\":\"" + promise + "\",\"Payload\":" + canonical + "}";
    }

    private static MemoryAttachment signed(String signature, String entry) {
        return MemoryAttachment.at(Place.SIGNATURE_TAG)
                .with(
                        TestSigner.SIMPLE_SIGNING,
                        PAYLOAD,
                        entry.isEmpty()
                                ? Map.of(TestSigner.SIGNATURE, signature)
                                : Map.of(TestSigner.SIGNATURE, signature, "dev.sigstore.cosign/bundle", entry));
    }

    private static CosignVerifier verifier(TrustedKey key) throws EvidenceException {
        return CosignVerifier.of(key)
                .withLog(SigstoreVerifier.of(TrustedRoot.empty().withLog(pem(log.key()))));
    }

    private static List<Reason> refusals(CosignVerifier verifier, MemoryAttachment artifact) throws IOException {
        AttachmentFindings findings = verifier.verify(artifact, TARGET);
        assertEquals(List.of(), findings.verified());
        return findings.refused().stream().map(RefusedEvidence::reason).toList();
    }

    @Test
    void theLogSaysWhenTheKeySigned() throws GeneralSecurityException, IOException, EvidenceException {
        String signature = signer.base64("SHA256withECDSA", PAYLOAD);
        MemoryAttachment artifact = signed(signature, entry(log, PAYLOAD, signature, signer.key()));
        for (TrustedKey key : List.of(
                signer.key(),
                signer.key().withHint("of bundles only"),
                signer.key().withValidFrom(TIME).withValidUntil(TIME))) {
            AttachmentFindings findings = verifier(key).verify(artifact, TARGET);
            assertEquals(List.of(), findings.refused());
            assertEquals(TIME, findings.verified().get(0).evidence().signedAt().orElseThrow());
            assertEquals(
                    new Signer.Key(key.fingerprint()),
                    findings.verified().get(0).evidence().signer());
        }
        for (TrustedKey key : List.of(
                signer.key().withValidFrom(TIME.plusSeconds(1)), signer.key().withValidUntil(TIME.minusSeconds(1)))) {
            assertEquals(List.of(Reason.KEY_NOT_VALID), refusals(verifier(key), artifact));
        }
    }

    @Test
    void anEntryIsNeeded() throws GeneralSecurityException, IOException, EvidenceException {
        String signature = signer.base64("SHA256withECDSA", PAYLOAD);
        assertEquals(List.of(Reason.THRESHOLD_NOT_MET), refusals(verifier(signer.key()), signed(signature, "")));
        assertEquals(List.of(Reason.MALFORMED), refusals(verifier(signer.key()), signed(signature, "{}")));
    }

    /** CVE-2022-23649: the promise for another signature was accepted. */
    @Test
    void theEntryOfAnotherSignatureDoesNotCount() throws GeneralSecurityException, IOException, EvidenceException {
        String signature = signer.base64("SHA256withECDSA", PAYLOAD);
        String second = signer.base64("SHA256withECDSA", PAYLOAD);
        TestSigner other = TestSigner.create("EC", 256);
        for (String entry : List.of(
                entry(log, PAYLOAD, second, signer.key()),
                entry(log, OTHER_PAYLOAD, signature, signer.key()),
                entry(log, PAYLOAD, signature, other.key()))) {
            assertEquals(
                    List.of(Reason.LOG_ENTRY_MISMATCH), refusals(verifier(signer.key()), signed(signature, entry)));
        }
    }

    /** CVE-2023-47122: the keys of the log were taken from the log itself. */
    @Test
    void thePromiseIsOneOfATrustedLog() throws GeneralSecurityException, IOException, EvidenceException {
        String signature = signer.base64("SHA256withECDSA", PAYLOAD);
        TestSigner other = TestSigner.create("EC", 256);
        assertEquals(
                List.of(Reason.LOG_UNTRUSTED),
                refusals(verifier(signer.key()), signed(signature, entry(other, PAYLOAD, signature, signer.key()))));
        String forged = entry(other, PAYLOAD, signature, signer.key())
                .replace(other.key().fingerprint(), log.key().fingerprint());
        assertEquals(List.of(Reason.LOG_ENTRY_INVALID), refusals(verifier(signer.key()), signed(signature, forged)));
    }

    @Test
    void theSignatureItselfMustHold() throws GeneralSecurityException, IOException, EvidenceException {
        String signature = signer.base64("SHA256withECDSA", OTHER_PAYLOAD);
        MemoryAttachment artifact = signed(signature, entry(log, PAYLOAD, signature, signer.key()));
        assertEquals(List.of(Reason.SIGNATURE_INVALID), refusals(verifier(signer.key()), artifact));
    }

    private static MemoryAttachment attested(String envelope, String entry) {
        return MemoryAttachment.at(Place.ATTESTATION_TAG)
                .with(
                        TestSigner.ENVELOPE,
                        envelope.getBytes(StandardCharsets.UTF_8),
                        Map.of(TestSigner.SIGNATURE, "", "dev.sigstore.cosign/bundle", entry));
    }

    @Test
    void theLogSaysWhenTheKeySignedAnAttestation() throws GeneralSecurityException, IOException, EvidenceException {
        String statement = TestSigner.statement(TestSigner.IMAGE, "{}", "https://a.test/t", "{}");
        String document = signer.envelope(DsseEnvelope.IN_TOTO, statement);
        DsseEnvelope envelope = DsseEnvelope.parse(document.getBytes(StandardCharsets.UTF_8));
        MemoryAttachment artifact = attested(document, entryOfEnvelope(envelope, signer.key()));
        AttachmentFindings findings = verifier(signer.key()).verify(artifact, TARGET);
        assertEquals(List.of(), findings.refused());
        VerifiedStatement found = findings.verified().get(0);
        assertEquals(TIME, found.evidence().signedAt().orElseThrow());
        assertEquals(
                new Signer.Key(signer.key().fingerprint()), found.evidence().signer());
        assertEquals("https://a.test/t", found.statement().orElseThrow().predicateType());
        assertEquals(
                List.of(Reason.KEY_NOT_VALID),
                refusals(verifier(signer.key().withValidUntil(TIME.minusSeconds(1))), artifact));

        TestSigner other = TestSigner.create("EC", 256);
        DsseEnvelope again = DsseEnvelope.parse(
                signer.envelope(DsseEnvelope.IN_TOTO, statement).getBytes(StandardCharsets.UTF_8));
        for (String entry : List.of(entryOfEnvelope(envelope, other.key()), entryOfEnvelope(again, signer.key()))) {
            assertEquals(
                    List.of(Reason.LOG_ENTRY_MISMATCH), refusals(verifier(signer.key()), attested(document, entry)));
        }
        String elsewhere =
                signer.envelope(DsseEnvelope.IN_TOTO, statement.replace(TestSigner.IMAGE.encoded(), "cd".repeat(32)));
        DsseEnvelope ofAnother = DsseEnvelope.parse(elsewhere.getBytes(StandardCharsets.UTF_8));
        assertEquals(
                List.of(Reason.SUBJECT_MISMATCH),
                refusals(verifier(signer.key()), attested(elsewhere, entryOfEnvelope(ofAnother, signer.key()))));
    }

    /** Sigstore signs by P-384 with SHA-384, cosign's classic signatures with SHA-256. */
    @Test
    void theHashIsThatOfClassicSignatures() throws GeneralSecurityException, IOException, EvidenceException {
        TestSigner large = TestSigner.create("EC", 384);
        String signature = large.base64("SHA384withECDSA", PAYLOAD);
        MemoryAttachment artifact = signed(signature, entry(log, PAYLOAD, signature, large.key()));
        assertEquals(List.of(Reason.SIGNATURE_INVALID), refusals(verifier(large.key()), artifact));
    }
}
