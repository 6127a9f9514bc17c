package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CosignVerifierTest {
    private static final TargetArtifact TARGET = new TargetArtifact("", TestSigner.IMAGE, 418);
    private static final Digest OTHER_IMAGE = Digest.parse("sha256:" + "cd".repeat(32));
    private static final String PAYLOAD = TestSigner.payload(TestSigner.IMAGE, "acme.test/shop", "null");
    private static final String SIGN = "https://sigstore.dev/cosign/sign/v1";

    private static TestSigner signer;
    private static TestSigner other;

    @BeforeAll
    static void createKeys() throws GeneralSecurityException {
        signer = TestSigner.create("EC", 256);
        other = TestSigner.create("EC", 256);
    }

    private static CosignVerifier verifier() {
        return CosignVerifier.of(signer.key());
    }

    private static MemoryAttachment signed(String payload) throws GeneralSecurityException {
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG);
        signer.sign(artifact, payload);
        return artifact;
    }

    private static MemoryAttachment attested(String statement) throws GeneralSecurityException {
        MemoryAttachment artifact = MemoryAttachment.at(Place.ATTESTATION_TAG);
        signer.attest(artifact, statement);
        return artifact;
    }

    private static List<Reason> refusals(AttachmentFindings findings) {
        assertEquals(List.of(), findings.verified());
        return findings.refused().stream().map(RefusedEvidence::reason).toList();
    }

    private static VerifiedStatement only(AttachmentFindings findings) {
        assertEquals(List.of(), findings.refused());
        assertEquals(1, findings.verified().size());
        return findings.verified().get(0);
    }

    @Test
    void aSignatureIsEvidenceOfItsKey() throws GeneralSecurityException, IOException {
        MemoryAttachment artifact =
                signed(TestSigner.payload(TestSigner.IMAGE, "acme.test/shop", "{\"env\":\"prod\"}"));
        VerifiedStatement statement = only(verifier().verify(artifact, TARGET));
        Evidence evidence = statement.evidence();
        assertEquals(Evidence.Kind.COSIGN_SIGNATURE, evidence.kind());
        assertEquals(TestSigner.IMAGE, evidence.subject());
        assertEquals(new Signer.Key(signer.key().fingerprint()), evidence.signer());
        assertTrue(evidence.signedAt().isEmpty());
        assertTrue(evidence.predicateType().isEmpty());
        assertTrue(evidence.origin().startsWith("memory, layer sha256:"), evidence.origin());
        assertEquals(2, evidence.notChecked().size(), "the log and the name: " + evidence.notChecked());
        assertEquals(Map.of("env", "prod"), statement.annotations());
        assertTrue(statement.statement().isEmpty());
    }

    @Test
    void anAttestationIsEvidenceWithItsStatement() throws GeneralSecurityException, IOException {
        MemoryAttachment artifact =
                attested(TestSigner.statement(TestSigner.IMAGE, "{\"a\":\"b\"}", "https://a.test/t", "{\"x\":1}"));
        VerifiedStatement statement = only(verifier().verify(artifact, TARGET));
        assertEquals(Evidence.Kind.ATTESTATION, statement.evidence().kind());
        assertEquals("https://a.test/t", statement.evidence().predicateType().orElseThrow());
        assertEquals(
                "{\"x\":1}", statement.statement().orElseThrow().predicateJson().orElseThrow());
        assertEquals(Map.of("a", "b"), statement.annotations());
        assertEquals(1, statement.evidence().notChecked().size());
    }

    @Test
    void aStatementOfTheSignPredicateIsASignature() throws GeneralSecurityException, IOException {
        MemoryAttachment artifact = attested(TestSigner.statement(TestSigner.IMAGE, "{\"a\":\"b\"}", SIGN, "{}"));
        VerifiedStatement statement =
                only(verifier().withAnnotations(Map.of("a", "b")).verify(artifact, TARGET));
        assertEquals(Evidence.Kind.COSIGN_SIGNATURE, statement.evidence().kind());
        assertEquals(SIGN, statement.evidence().predicateType().orElseThrow());
        assertEquals(
                List.of(Reason.MALFORMED),
                refusals(verifier()
                        .verify(attested(TestSigner.statement(TestSigner.IMAGE, "{}", SIGN, "{\"x\":1}")), TARGET)));
    }

    @ParameterizedTest
    @EnumSource(value = Place.class, names = "SBOM_TAG", mode = EnumSource.Mode.EXCLUDE)
    void theFormDecidesWhatAnArtifactIsAndNotItsPlace(Place place) throws GeneralSecurityException, IOException {
        MemoryAttachment artifact = MemoryAttachment.at(place);
        signer.sign(artifact, PAYLOAD);
        signer.attest(artifact, TestSigner.statement(TestSigner.IMAGE, "{}", "t:t", "{}"));
        AttachmentFindings findings = verifier().verify(artifact, TARGET);
        assertEquals(
                List.of(Evidence.Kind.COSIGN_SIGNATURE, Evidence.Kind.ATTESTATION),
                findings.verified().stream()
                        .map(found -> found.evidence().kind())
                        .toList());
    }

    @Test
    void unsignedBillsOfMaterialsAndOtherReferrersAreNoEvidence() throws GeneralSecurityException, IOException {
        MemoryAttachment sbom = MemoryAttachment.at(Place.SBOM_TAG);
        signer.sign(sbom, PAYLOAD);
        assertEquals(AttachmentFindings.NONE, verifier().verify(sbom, TARGET));
        MemoryAttachment referrer =
                MemoryAttachment.at(Place.REFERRERS).with("application/jose+json", new byte[1], Map.of());
        assertEquals(AttachmentFindings.NONE, verifier().verify(referrer, TARGET));
        assertEquals(0, sbom.reads() + referrer.reads());
    }

    @Test
    void anotherLayerUnderATagIsRefused() throws IOException {
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG).with("text/plain", new byte[1], Map.of());
        assertEquals(List.of(Reason.UNSUPPORTED), refusals(verifier().verify(artifact, TARGET)));
    }

    @Test
    void aBadSignatureDoesNotSpoilAGoodOne() throws GeneralSecurityException, IOException {
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG);
        other.sign(artifact, PAYLOAD);
        artifact.withMissing(TestSigner.SIMPLE_SIGNING, 5);
        signer.sign(artifact, TestSigner.payload(TestSigner.IMAGE, "x", "null"));
        signer.sign(artifact, TestSigner.payload(OTHER_IMAGE, "x", "null"));
        AttachmentFindings findings =
                verifier().verify(List.of(artifact, MemoryAttachment.at(Place.REFERRERS)), TARGET);
        assertEquals(1, findings.verified().size());
        assertEquals(
                List.of(Reason.SIGNATURE_INVALID, Reason.CONTENT_WRONG, Reason.SUBJECT_MISMATCH, Reason.UNSUPPORTED),
                findings.refused().stream().map(RefusedEvidence::reason).toList());
        assertEquals(
                "cosign signature by key sha256:" + signer.key().fingerprint(),
                findings.refused().get(0).requirement());
        assertEquals("memory", findings.refused().get(3).origin());
    }

    @Test
    void whatCannotBeReadSaysNothingAboutTheImage() {
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG).withUnreadable(TestSigner.SIMPLE_SIGNING);
        assertThrows(IOException.class, () -> verifier().verify(artifact, TARGET));
    }

    @Test
    void anyOfSeveralKeysMaySign() throws GeneralSecurityException, IOException {
        CosignVerifier both = CosignVerifier.of(other.key(), signer.key());
        assertEquals(
                new Signer.Key(signer.key().fingerprint()),
                only(both.verify(signed(PAYLOAD), TARGET)).evidence().signer());
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG);
        TestSigner.create("EC", 256).sign(artifact, PAYLOAD);
        assertEquals(List.of(Reason.SIGNATURE_INVALID), refusals(both.verify(artifact, TARGET)));
        assertThrows(IllegalArgumentException.class, () -> CosignVerifier.of(List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "EC, 256, SHA256withECDSA, SHA256",
        "EC, 384, SHA256withECDSA, SHA256",
        "EC, 384, SHA384withECDSA, SHA384",
        "EC, 521, SHA512withECDSA, SHA512",
        "RSA, 2048, SHA256withRSA, SHA256",
        "RSA, 2048, SHA384withRSA, SHA384",
        "RSA, 2048, SHA512withRSA, SHA512",
        "Ed25519, 0, Ed25519, SHA256",
    })
    void aKeySignsWithTheHashThatIsDemanded(String algorithm, int size, String scheme, SignatureHash hash)
            throws GeneralSecurityException, IOException {
        TestSigner made = TestSigner.create(algorithm, size);
        byte[] payload = PAYLOAD.getBytes(StandardCharsets.UTF_8);
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG)
                .with(TestSigner.SIMPLE_SIGNING, payload, Map.of(TestSigner.SIGNATURE, made.base64(scheme, payload)));
        for (SignatureHash demanded : SignatureHash.values()) {
            AttachmentFindings findings =
                    CosignVerifier.of(made.key()).withHash(demanded).verify(artifact, TARGET);
            if (demanded == hash || algorithm.equals("Ed25519")) {
                only(findings);
            } else {
                assertEquals(List.of(Reason.SIGNATURE_INVALID), refusals(findings), demanded.name());
            }
        }
        AttachmentFindings byDefault = CosignVerifier.of(made.key()).verify(artifact, TARGET);
        assertEquals(hash == SignatureHash.SHA256 ? 1 : 0, byDefault.verified().size());
    }

    @Test
    void aKeyOfLimitedValidityNeedsATime() throws GeneralSecurityException, IOException {
        Instant time = Instant.parse("2026-03-14T00:00:00Z");
        for (CosignVerifier limited : List.of(
                CosignVerifier.of(signer.key().withValidFrom(time)),
                CosignVerifier.of(signer.key().withValidUntil(time)))) {
            assertEquals(List.of(Reason.TIME_MISSING), refusals(limited.verify(signed(PAYLOAD), TARGET)));
        }
    }

    @Test
    void everyAnnotationMustBeSignedWithItsValue() throws GeneralSecurityException, IOException {
        MemoryAttachment artifact =
                signed(TestSigner.payload(TestSigner.IMAGE, "x", "{\"env\":\"prod\",\"team\":\"a\",\"n\":1}"));
        only(verifier().withAnnotations(Map.of("env", "prod", "team", "a")).verify(artifact, TARGET));
        for (Map<String, String> wanted : List.of(
                Map.of("env", "prod", "team", "b"),
                Map.of("env", "dev", "team", "a"),
                Map.of("ENV", "prod"),
                Map.of("n", "1"),
                Map.of("env", "prod", "more", ""))) {
            assertEquals(
                    List.of(Reason.ANNOTATION_MISMATCH),
                    refusals(verifier().withAnnotations(wanted).verify(artifact, TARGET)),
                    wanted.toString());
        }
        MemoryAttachment attested = attested(TestSigner.statement(TestSigner.IMAGE, "{}", SIGN, "{}"));
        assertEquals(
                List.of(Reason.ANNOTATION_MISMATCH),
                refusals(verifier().withAnnotations(Map.of("env", "prod")).verify(attested, TARGET)));
    }

    @Test
    void theSignedNameIsComparedOnDemand() throws GeneralSecurityException, IOException {
        Reference image = Reference.parse("acme.test/shop:1");
        CosignVerifier byRepository = verifier().withSignedIdentity(SignedIdentity.matchRepository(), image);
        VerifiedStatement statement = only(byRepository.verify(signed(PAYLOAD), TARGET));
        assertEquals(1, statement.evidence().notChecked().size(), "the log only");
        MemoryAttachment elsewhere = signed(TestSigner.payload(TestSigner.IMAGE, "elsewhere.test/x", "null"));
        only(verifier().verify(elsewhere, TARGET));
        assertEquals(List.of(Reason.SUBJECT_MISMATCH), refusals(byRepository.verify(elsewhere, TARGET)));
        MemoryAttachment attested = attested(TestSigner.statement(TestSigner.IMAGE, "{}", SIGN, "{}"));
        assertEquals(List.of(Reason.SUBJECT_MISMATCH), refusals(byRepository.verify(attested, TARGET)));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "NULL",
            value = {
                "'', MALFORMED",
                "NULL, MALFORMED",
                "!!!!, MALFORMED",
                "AQ, MALFORMED",
                "AR==, MALFORMED",
                "-_-_, MALFORMED",
                "AQID, SIGNATURE_INVALID",
            })
    void theSignatureMustBeInTheAnnotation(String annotation, Reason reason) throws IOException {
        byte[] payload = PAYLOAD.getBytes(StandardCharsets.UTF_8);
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG)
                .with(
                        TestSigner.SIMPLE_SIGNING,
                        payload,
                        annotation == null ? Map.of() : Map.of(TestSigner.SIGNATURE, annotation));
        assertEquals(List.of(reason), refusals(verifier().verify(artifact, TARGET)));
    }

    /** CVE-2026-39395: cosign said "Verified OK" to a payload that it could not read. */
    @Test
    void aSignedPayloadMustBeReadable() throws GeneralSecurityException, IOException {
        assertEquals(List.of(Reason.MALFORMED), refusals(verifier().verify(signed("don't"), TARGET)));
        assertEquals(List.of(Reason.MALFORMED), refusals(verifier().verify(attested("don't"), TARGET)));
        MemoryAttachment otherType = MemoryAttachment.at(Place.ATTESTATION_TAG)
                .with(
                        TestSigner.ENVELOPE,
                        signer.envelope("text/plain", TestSigner.statement(TestSigner.IMAGE, "{}", "t:t", "{}"))
                                .getBytes(StandardCharsets.UTF_8),
                        Map.of());
        assertEquals(List.of(Reason.MALFORMED), refusals(verifier().verify(otherType, TARGET)));
    }

    @Test
    void anAttestationMustBeAboutTheImage() throws GeneralSecurityException, IOException {
        String statement = TestSigner.statement(OTHER_IMAGE, "{}", "t:t", "{}");
        assertEquals(List.of(Reason.SUBJECT_MISMATCH), refusals(verifier().verify(attested(statement), TARGET)));
        assertEquals(
                List.of(Reason.SUBJECT_MISMATCH),
                refusals(verifier()
                        .verify(
                                attested(TestSigner.statement(TestSigner.IMAGE, "{}", "t:t", "{}")
                                        .replace("\"sha256\"", "\"sha512\"")),
                                TARGET)));
    }

    /** CVE-2023-46737: a registry served attestations without end. */
    @Test
    void signaturesBeyondTheLimitAreRefusedUnread() throws GeneralSecurityException, IOException {
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG);
        for (int i = 0; i < 5; i++) {
            signer.sign(artifact, TestSigner.payload(TestSigner.IMAGE, "x" + i, "null"));
        }
        CosignVerifier limited = verifier().withLimits(CosignLimits.defaults().withMaxLayers(3));
        AttachmentFindings findings = limited.verify(artifact, TARGET);
        assertEquals(3, findings.verified().size());
        assertEquals(1, findings.refused().size(), "once for all that are left");
        assertEquals(Reason.LIMIT_EXCEEDED, findings.refused().get(0).reason());
        assertEquals(3, artifact.reads());
    }

    @Test
    void theLastSignatureWithinTheLimitMayBeBad() throws GeneralSecurityException, IOException {
        MemoryAttachment artifact = signed(PAYLOAD);
        other.sign(artifact, TestSigner.payload(TestSigner.IMAGE, "y", "null"));
        signer.sign(artifact, TestSigner.payload(TestSigner.IMAGE, "z", "null"));
        AttachmentFindings findings =
                verifier().withLimits(CosignLimits.defaults().withMaxLayers(2)).verify(artifact, TARGET);
        assertEquals(1, findings.verified().size());
        assertEquals(
                List.of(Reason.SIGNATURE_INVALID, Reason.LIMIT_EXCEEDED),
                findings.refused().stream().map(RefusedEvidence::reason).toList());
    }

    /** GHSA-88jx-383q-w4qc and GHSA-95pr-fxf5-86gv: memory was exhausted by what an attacker attached. */
    @Test
    void largeLayersAreRefusedUnread() throws IOException {
        MemoryAttachment artifact = MemoryAttachment.at(Place.REFERRERS)
                .withMissing(TestSigner.SIMPLE_SIGNING, (64 << 10) + 1)
                .withMissing(TestSigner.ENVELOPE, (16 << 20) + 1)
                .withMissing(TestSigner.ENVELOPE, Long.MAX_VALUE);
        assertEquals(
                Collections.nCopies(3, Reason.LIMIT_EXCEEDED),
                refusals(verifier().verify(artifact, TARGET)));
        assertEquals(0, artifact.reads());
        CosignLimits limits = CosignLimits.defaults()
                .withMaxPayloadBytes(10)
                .withAttestations(AttestationLimits.defaults().withMaxDocumentBytes(10));
        MemoryAttachment small = MemoryAttachment.at(Place.REFERRERS)
                .withMissing(TestSigner.SIMPLE_SIGNING, 11)
                .withMissing(TestSigner.SIMPLE_SIGNING, 10)
                .withMissing(TestSigner.ENVELOPE, 11)
                .withMissing(TestSigner.ENVELOPE, 10);
        assertEquals(
                List.of(Reason.LIMIT_EXCEEDED, Reason.CONTENT_WRONG, Reason.LIMIT_EXCEEDED, Reason.CONTENT_WRONG),
                refusals(verifier().withLimits(limits).verify(small, TARGET)));
    }

    @Test
    void aMismatchNamesTheFirstSubjectAndCountsTheOthers() throws GeneralSecurityException, IOException {
        String statement = TestSigner.statement(OTHER_IMAGE, "{}", "t:t", "{}");
        String one =
                verifier().verify(attested(statement), TARGET).refused().get(0).message();
        assertTrue(one.contains(OTHER_IMAGE.encoded()) && !one.contains("others"), one);
        String three = verifier()
                .verify(attested(statement.replace("\"subject\":[", "\"subject\":[{},{},")), TARGET)
                .refused()
                .get(0)
                .message();
        assertTrue(three.contains("and 2 others"), three);
    }

    @Test
    void aBadSignatureIsReportedWithTheKeysThatItIsNotOf() throws GeneralSecurityException, IOException {
        MemoryAttachment artifact = MemoryAttachment.at(Place.SIGNATURE_TAG);
        TestSigner.create("EC", 256).sign(artifact, PAYLOAD);
        String one = verifier().verify(artifact, TARGET).refused().get(0).message();
        assertTrue(one.contains(signer.key().toString()), one);
        CosignVerifier both = CosignVerifier.of(other.key(), signer.key());
        String several = both.verify(artifact, TARGET).refused().get(0).message();
        assertTrue(several.contains("2 keys"), several);
    }

    /** A bundle whose signature is over the manifest itself, as {@code cosign sign-blob} makes it. */
    @Test
    void aBundleOfABareSignatureSignsNeitherNameNorAnnotations() throws GeneralSecurityException, IOException {
        byte[] manifest = "the image's manifest".getBytes(StandardCharsets.UTF_8);
        TargetArtifact image = new TargetArtifact("", Digest.sha256Of(manifest), manifest.length);
        String bundle = "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"verificationMaterial\":"
                + "{\"publicKey\":{}},\"messageSignature\":{\"signature\":\""
                + signer.base64("SHA256withECDSA", manifest) + "\"}}";
        MemoryAttachment artifact = MemoryAttachment.at(Place.REFERRERS)
                .with(
                        "application/vnd.dev.sigstore.bundle.v0.3+json",
                        bundle.getBytes(StandardCharsets.UTF_8),
                        Map.of());
        VerifiedStatement statement = only(verifier().verify(artifact, image));
        assertEquals(Evidence.Kind.SIGSTORE_SIGNATURE, statement.evidence().kind());
        assertEquals(image.digest(), statement.evidence().subject());
        assertEquals(Map.of(), statement.annotations());
        assertTrue(statement.statement().isEmpty());
        assertEquals(List.of(Reason.SIGNATURE_INVALID), refusals(verifier().verify(artifact, TARGET)));
        assertEquals(
                List.of(Reason.ANNOTATION_MISMATCH),
                refusals(verifier().withAnnotations(Map.of("env", "prod")).verify(artifact, image)));
        assertEquals(
                List.of(Reason.SUBJECT_MISMATCH),
                refusals(verifier()
                        .withSignedIdentity(SignedIdentity.matchRepository(), Reference.parse("acme.test/shop:1"))
                        .verify(artifact, image)));
    }

    @Test
    void anEnvelopeNeedsOneGoodSignatureOfSeveral() throws GeneralSecurityException, IOException {
        String statement = TestSigner.statement(TestSigner.IMAGE, "{}", "t:t", "{}");
        String good = signer.envelope(DsseEnvelope.IN_TOTO, statement);
        String two = good.replace("\"signatures\":[", "\"signatures\":[{\"sig\":\"AQID\"},");
        MemoryAttachment artifact = MemoryAttachment.at(Place.ATTESTATION_TAG)
                .with(TestSigner.ENVELOPE, two.getBytes(StandardCharsets.UTF_8), Map.of());
        only(verifier().verify(artifact, TARGET));
        assertEquals(
                List.of(Reason.SIGNATURE_INVALID),
                refusals(CosignVerifier.of(other.key()).verify(artifact, TARGET)));
    }
}
