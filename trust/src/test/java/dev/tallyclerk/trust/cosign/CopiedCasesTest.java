package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.Evidence.Kind;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.LayoutAttachments;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Signatures of every form that cosign writes, on any machine. */
class CopiedCasesTest {
    private static final Path DATA = data();
    private static final String WORKFLOW =
            "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.0";
    private static final String ISSUER = "https://token.actions.githubusercontent.com";

    private static Path data() {
        try {
            return Path.of(Objects.requireNonNull(CopiedCasesTest.class.getResource("/testdata/cosign"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrustedKey key(String file) throws IOException {
        return TrustedKey.parse(Files.readString(DATA.resolve(file)));
    }

    private static SigstoreVerifier single() throws IOException, EvidenceException {
        return SigstoreVerifier.of(TrustedRoot.empty()
                .withCertificateAuthority(Files.readString(DATA.resolve("fulcio.pem")))
                .withLog(Files.readString(DATA.resolve("rekor.pub")))
                .withCertificateLog(Files.readString(DATA.resolve("ctlog.pub"))));
    }

    private static SigstoreVerifier trustedRoot() throws IOException, EvidenceException {
        return SigstoreVerifier.of(TrustedRoot.parse(Files.readAllBytes(DATA.resolve("trusted_root.json"))));
    }

    private static AttachmentFindings verify(CosignVerifier verifier, String layout) throws IOException {
        LayoutAttachments source = LayoutAttachments.of(DATA.resolve(layout));
        TargetArtifact image = source.image("1.0");
        return verifier.verify(source.attachments(image.digest()).list(), image);
    }

    private static List<Kind> kinds(AttachmentFindings findings) {
        return findings.verified().stream()
                .map(found -> found.evidence().kind())
                .toList();
    }

    private static List<Reason> reasons(AttachmentFindings findings) {
        return findings.refused().stream().map(RefusedEvidence::reason).toList();
    }

    @Test
    void everyLayerOfCosignsOwnArtifactsIsVerifiedOrRefused() throws IOException {
        AttachmentFindings findings = verify(CosignVerifier.of(key("made.pub")), "app");
        assertEquals(
                List.of(Kind.ATTESTATION, Kind.ATTESTATION, Kind.COSIGN_SIGNATURE, Kind.COSIGN_SIGNATURE),
                kinds(findings));
        assertEquals(
                List.of(Reason.SIGNATURE_INVALID),
                reasons(findings).stream().distinct().toList(),
                "those by another key");
        assertEquals(List.of(Kind.COSIGN_SIGNATURE), kinds(verify(CosignVerifier.of(key("made-ed25519.pub")), "app")));
    }

    /** cosign lists its bundle as {@code application/vnd.oci.empty.v1+json}. */
    @Test
    void aBundleIsFoundByItsOwnType() throws IOException {
        AttachmentFindings findings = verify(CosignVerifier.of(key("made.pub")), "referrers");
        assertEquals(List.of(Kind.ATTESTATION, Kind.COSIGN_SIGNATURE), kinds(findings));
        assertEquals(List.of(), findings.refused());
        assertEquals(
                List.of(Reason.SIGNATURE_INVALID, Reason.SIGNATURE_INVALID),
                reasons(verify(CosignVerifier.of(key("cosign.pub")), "referrers")));
    }

    @Test
    void aKeylessSignatureIsEvidenceOfItsIdentity() throws IOException, EvidenceException {
        CosignVerifier verifier = CosignVerifier.of(
                single(),
                CertificateIdentity.of("someone@acme.test", ISSUER),
                CertificateIdentity.of(WORKFLOW, ISSUER));
        VerifiedStatement statement = verify(verifier, "keyless-ok").verified().get(0);
        Evidence evidence = statement.evidence();
        assertEquals(Kind.COSIGN_SIGNATURE, evidence.kind());
        assertTrue(evidence.signer() instanceof Signer.Identity identity
                && identity.identity().equals(WORKFLOW)
                && identity.issuer().equals(ISSUER));
        assertEquals(Instant.parse("2026-04-01T08:00:00Z"), evidence.signedAt().orElseThrow());
        assertTrue(statement.statement().isEmpty());
    }

    @Test
    void anIdentityIsOneOfTheDemanded() throws IOException, EvidenceException {
        CosignVerifier verifier = CosignVerifier.of(
                single(), CertificateIdentity.of("a@acme.test", ISSUER), CertificateIdentity.of("b@acme.test", ISSUER));
        AttachmentFindings findings = verify(verifier, "keyless-ok");
        assertEquals(List.of(Reason.IDENTITY_MISMATCH), reasons(findings));
        assertEquals(List.of(), findings.verified());
        RefusedEvidence refused = findings.refused().get(0);
        assertTrue(refused.message().contains("a@acme.test"), refused.message());
        assertTrue(refused.requirement().startsWith("signature by identity \"a@"), refused.requirement());
        CosignVerifier one = CosignVerifier.of(single(), CertificateIdentity.of("b@acme.test", ISSUER));
        assertTrue(verify(one, "keyless-ok").refused().get(0).requirement().startsWith("signature by identity \"b@"));
        assertThrows(IllegalArgumentException.class, () -> CosignVerifier.of(single(), List.of()));
    }

    @Test
    void keysDoNotStandInForIdentitiesNorTheOtherWayRound() throws IOException, EvidenceException {
        SigstoreVerifier withKey = trustedRoot().withKeys(List.of(key("cosign.pub"), key("made.pub")));
        CosignVerifier byIdentity = CosignVerifier.of(withKey, CertificateIdentity.of(WORKFLOW, ISSUER));
        assertEquals(List.of(), verify(byIdentity, "bundle-sign-ok-key").verified());
        assertEquals(List.of(Reason.KEY_UNTRUSTED), reasons(verify(byIdentity, "bundle-sign-ok-key")));
        assertEquals(List.of(), verify(byIdentity, "app").verified());
        assertTrue(reasons(verify(byIdentity, "app")).contains(Reason.KEY_UNTRUSTED));
        for (CosignVerifier byKey : List.of(
                CosignVerifier.of(key("cosign.pub")),
                CosignVerifier.of(key("cosign.pub")).withLog(trustedRoot()))) {
            assertEquals(List.of(Reason.KEY_UNTRUSTED), reasons(verify(byKey, "bundle-att-ok")));
            assertEquals(List.of(), verify(byKey, "bundle-att-ok").verified());
        }
    }

    @Test
    void aBundleBySignPredicateIsASignature() throws IOException, EvidenceException {
        AttachmentFindings findings = verify(CosignVerifier.of(key("cosign.pub")), "bundle-sign-ok-key");
        assertEquals(List.of(Kind.COSIGN_SIGNATURE), kinds(findings));
        assertTrue(findings.verified().get(0).statement().isPresent());
        assertTrue(findings.verified().get(0).evidence().signedAt().isEmpty());

        AttachmentFindings logged =
                verify(CosignVerifier.of(key("cosign.pub")).withLog(trustedRoot()), "bundle-sign-ok-key");
        assertEquals(
                Instant.parse("2026-04-01T08:00:00Z"),
                logged.verified().get(0).evidence().signedAt().orElseThrow());
        assertEquals(
                List.of(Reason.LOG_UNTRUSTED),
                reasons(verify(
                        CosignVerifier.of(key("cosign.pub")).withLog(SigstoreVerifier.of(TrustedRoot.empty())),
                        "bundle-sign-ok-key")));
    }

    @Test
    void aLogIsDemandedOfEveryForm() throws IOException, EvidenceException {
        CosignVerifier logged = CosignVerifier.of(key("made.pub")).withLog(trustedRoot());
        assertEquals(List.of(Reason.THRESHOLD_NOT_MET, Reason.THRESHOLD_NOT_MET), reasons(verify(logged, "referrers")));
        assertEquals(List.of(), verify(logged, "app").verified());
        assertTrue(reasons(verify(logged, "app")).contains(Reason.THRESHOLD_NOT_MET));
    }

    @Test
    void anAttestationInABundleHasItsStatement() throws IOException, EvidenceException {
        CosignVerifier verifier = CosignVerifier.of(trustedRoot(), CertificateIdentity.of(WORKFLOW, ISSUER));
        VerifiedStatement statement =
                verify(verifier, "bundle-att-ok").verified().get(0);
        assertEquals(Kind.ATTESTATION, statement.evidence().kind());
        assertEquals(
                "https://slsa.dev/provenance/v1",
                statement.evidence().predicateType().orElseThrow());
        assertEquals(
                "https://slsa.dev/provenance/v1",
                statement.statement().orElseThrow().predicateType());
    }

    @Test
    void demandsAreMadeOfBundlesToo() throws IOException, EvidenceException {
        CosignVerifier verifier = CosignVerifier.of(trustedRoot(), CertificateIdentity.of(WORKFLOW, ISSUER));
        assertEquals(
                List.of(Reason.ANNOTATION_MISMATCH),
                reasons(verify(verifier.withAnnotations(Map.of("env", "prod")), "bundle-att-ok")));
        assertEquals(
                List.of(Reason.SUBJECT_MISMATCH),
                reasons(verify(
                        verifier.withSignedIdentity(
                                SignedIdentity.matchRepository(), Reference.parse("registry.acme.test/shop:1.0")),
                        "bundle-att-ok")));
        assertEquals(
                List.of(Reason.LIMIT_EXCEEDED),
                reasons(verify(
                        verifier.withLimits(CosignLimits.defaults()
                                .withAttestations(
                                        CosignLimits.defaults().attestations().withMaxDocumentBytes(100))),
                        "bundle-att-ok")));
    }

    @Test
    void aVerifierOfCertificatesHasNoHashAndNoOtherLog() throws IOException, EvidenceException {
        CosignVerifier verifier = CosignVerifier.of(trustedRoot(), CertificateIdentity.of(WORKFLOW, ISSUER));
        assertThrows(IllegalStateException.class, () -> verifier.withHash(SignatureHash.SHA512));
        assertThrows(IllegalStateException.class, () -> verifier.withLog(single()));
    }
}
