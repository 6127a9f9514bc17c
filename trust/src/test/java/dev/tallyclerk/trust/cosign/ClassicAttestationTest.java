package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Attestations by certificates in the form of cosign 2: an envelope whose layer has the rest as annotations. */
class ClassicAttestationTest {
    private static final String WORKFLOW =
            "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.0";
    private static final String ISSUER = "https://token.actions.githubusercontent.com";
    private static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
    private static final String ENTRY = "dev.sigstore.cosign/bundle";

    private static byte[] read(String file) throws IOException {
        String path = "/testdata/sigstore/bundles/" + file;
        try (InputStream in = ClassicAttestationTest.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        }
    }

    private static JsonCursor bundle(String name) throws IOException, JsonException {
        return JsonCursor.parse(read(name + "/bundle.sigstore.json"), JsonLimits.ofBytes(1 << 20));
    }

    private static TargetArtifact image() throws IOException {
        byte[] manifest = read("artifact.json");
        return new TargetArtifact("", Digest.sha256Of(manifest), manifest.length);
    }

    private static CosignVerifier verifier(String identity) throws IOException, EvidenceException {
        return CosignVerifier.of(
                SigstoreVerifier.of(TrustedRoot.parse(read("trusted_root.json"))),
                CertificateIdentity.of(identity, ISSUER));
    }

    /** {@return the annotations of the layer that cosign 2 would have made instead of a bundle} */
    private static Map<String, String> annotations(JsonCursor bundle) throws JsonException {
        JsonCursor material = bundle.required("verificationMaterial");
        JsonCursor entry = material.required("tlogEntries").elements().get(0);
        byte[] logId = Base64.getDecoder()
                .decode(entry.required("logId").required("keyId").string());
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(
                CERTIFICATE,
                "-----BEGIN CERTIFICATE-----\n"
                        + material.required("certificate").required("rawBytes").string()
                        + "\n-----END CERTIFICATE-----\n");
        annotations.put(
                ENTRY,
                "{\"SignedEntryTimestamp\":\""
                        + entry.required("inclusionPromise")
                                .required("signedEntryTimestamp")
                                .string()
                        + "\",\"Payload\":{\"body\":\""
                        + entry.required("canonicalizedBody").string() + "\",\"integratedTime\":"
                        + entry.required("integratedTime").string() + ",\"logIndex\":"
                        + entry.required("logIndex").string() + ",\"logID\":\""
                        + HexFormat.of().formatHex(logId) + "\"}}");
        return annotations;
    }

    private static MemoryAttachment artifact(JsonCursor bundle, Map<String, String> annotations) throws JsonException {
        byte[] envelope =
                CompactJson.of(bundle.required("dsseEnvelope").value()).getBytes(StandardCharsets.UTF_8);
        return MemoryAttachment.at(Place.ATTESTATION_TAG).with(TestSigner.ENVELOPE, envelope, annotations);
    }

    private static List<Reason> refusals(AttachmentFindings findings) {
        assertEquals(List.of(), findings.verified());
        return findings.refused().stream().map(RefusedEvidence::reason).toList();
    }

    @Test
    void anAttestationByAnIdentityIsEvidenceWithItsStatement() throws IOException, JsonException, EvidenceException {
        JsonCursor bundle = bundle("ok-dsse");
        AttachmentFindings findings = verifier(WORKFLOW).verify(artifact(bundle, annotations(bundle)), image());
        assertEquals(List.of(), findings.refused());
        VerifiedStatement found = findings.verified().get(0);
        assertEquals(Evidence.Kind.ATTESTATION, found.evidence().kind());
        assertEquals(
                "https://slsa.dev/provenance/v1",
                found.statement().orElseThrow().predicateType());
        assertEquals(
                Instant.ofEpochSecond(1773480413), found.evidence().signedAt().orElseThrow());
        assertEquals(WORKFLOW, ((Signer.Identity) found.evidence().signer()).identity());
    }

    @Test
    void itMustBeAboutTheImageAndByTheIdentity() throws IOException, JsonException, EvidenceException {
        JsonCursor bundle = bundle("ok-dsse");
        MemoryAttachment artifact = artifact(bundle, annotations(bundle));
        assertEquals(
                List.of(Reason.IDENTITY_MISMATCH),
                refusals(verifier("https://github.com/acme/shop").verify(artifact, image())));
        assertEquals(
                List.of(Reason.SUBJECT_MISMATCH),
                refusals(verifier(WORKFLOW).verify(artifact, new TargetArtifact("", TestSigner.IMAGE, 1))));
    }

    @Test
    void itNeedsItsOwnCertificateAndLogEntry() throws IOException, JsonException, EvidenceException {
        JsonCursor bundle = bundle("ok-dsse");
        JsonCursor other = bundle("ok-dsse-cosign-sign");
        for (String name : List.of(CERTIFICATE, ENTRY)) {
            Map<String, String> without = annotations(bundle);
            without.remove(name);
            assertEquals(
                    List.of(name.equals(ENTRY) ? Reason.THRESHOLD_NOT_MET : Reason.KEY_UNTRUSTED),
                    refusals(verifier(WORKFLOW).verify(artifact(bundle, without), image())));
            Map<String, String> anothers = annotations(bundle);
            anothers.put(name, annotations(other).get(name));
            assertEquals(
                    List.of(name.equals(ENTRY) ? Reason.LOG_ENTRY_MISMATCH : Reason.SIGNATURE_INVALID),
                    refusals(verifier(WORKFLOW).verify(artifact(bundle, anothers), image())));
        }
    }
}
