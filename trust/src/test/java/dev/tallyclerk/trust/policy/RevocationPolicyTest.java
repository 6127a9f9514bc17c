package dev.tallyclerk.trust.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.notation.NotationLimits;
import dev.tallyclerk.trust.notation.NotationTrustPolicy;
import dev.tallyclerk.trust.notation.NotationTrustStore;
import dev.tallyclerk.trust.notation.NotationVerifier;
import dev.tallyclerk.trust.revocation.CertificateRevocation;
import dev.tallyclerk.trust.revocation.RevocationChecker;
import dev.tallyclerk.trust.revocation.RevocationReport;
import dev.tallyclerk.trust.revocation.RevocationStatus;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RevocationPolicyTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-30T00:00:00Z"), ZoneOffset.UTC);
    private static final Digest IMAGE =
            Digest.parse("sha256:488af81e5da856582b263d2548e942a0c79305779fd941a0e23fd40340b7638f");
    private static final TargetArtifact TARGET =
            new TargetArtifact("application/vnd.oci.image.manifest.v1+json", IMAGE, 246);
    private static final Reference NAME = Reference.parse("registry.acme.test/rockets/engine@" + IMAGE);

    private static Path signed() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(
                        NotationVerifier.class.getResource("/dev/tallyclerk/trust/notation/cases/notation/jws-ok"))
                .toURI());
    }

    /** The signature of a case, attached to the image. */
    private static Attachment attachment(byte[] envelope) {
        AttachedBlob layer =
                new AttachedBlob("application/jose+json", Digest.sha256Of(envelope), envelope.length, Map.of());
        return new Attachment() {
            @Override
            public Place place() {
                return Place.REFERRERS;
            }

            @Override
            public Digest digest() {
                return IMAGE;
            }

            @Override
            public long size() {
                return 1;
            }

            @Override
            public String listedType() {
                return "";
            }

            @Override
            public String origin() {
                return "referrer";
            }

            @Override
            public AttachedManifest manifest() {
                return new AttachedManifest(
                        NotationVerifier.ARTIFACT_TYPE, "", Optional.of(IMAGE), Map.of(), List.of(layer));
            }

            @Override
            public byte[] read(AttachedBlob blob) {
                return envelope.clone();
            }
        };
    }

    private static RevocationChecker answering(RevocationStatus status) {
        return new RevocationChecker() {
            @Override
            public RevocationReport check(List<X509Certificate> path) {
                Optional<Instant> since =
                        status == RevocationStatus.REVOKED ? Optional.of(Instant.EPOCH) : Optional.empty();
                return new RevocationReport(
                        List.of(new CertificateRevocation(path.get(0), status, since, "", List.of())));
            }

            @Override
            public RevocationReport check(List<X509Certificate> path, Instant signedAt) {
                return check(path);
            }
        };
    }

    private static TrustResult decide(RevocationChecker revocation)
            throws IOException, EvidenceException, URISyntaxException {
        return decide(verifier -> verifier.withRevocation(revocation));
    }

    private static TrustResult decide(UnaryOperator<TrustVerifier> change)
            throws IOException, EvidenceException, URISyntaxException {
        Path folder = signed();
        Requirement notation = Requirement.notation(
                NotationTrustPolicy.parse(Files.readAllBytes(folder.resolve("trustpolicy.json"))),
                NotationTrustStore.open(folder));
        Attachment signature = attachment(Files.readAllBytes(folder.resolve("envelope.jws")));
        ImageCandidate image = new ImageCandidate() {
            @Override
            public TargetArtifact resolve() {
                return TARGET;
            }

            @Override
            public Optional<TargetArtifact> manifest(Digest digest) {
                return Optional.of(TARGET);
            }

            @Override
            public AttachmentSource attachments() {
                return subject -> new Attachments(List.of(signature), List.of());
            }
        };
        return change.apply(TrustVerifier.of(TrustPolicy.of("test").withRule("*", notation))
                        .withClock(CLOCK))
                .vouch(Optional.of(NAME), image);
    }

    @Test
    void asksWhetherTheSignersCertificatesAreRevoked() throws IOException, EvidenceException, URISyntaxException {
        assertEquals(true, decide(RevocationChecker.offline()).decision().isAccepted());
        assertEquals(true, decide(answering(RevocationStatus.GOOD)).decision().isAccepted());
        assertEquals(
                List.of(EvidenceException.Reason.CERTIFICATE_REVOKED),
                decide(answering(RevocationStatus.REVOKED)).refused().stream()
                        .map(RefusedEvidence::reason)
                        .toList());
        assertEquals(
                List.of(EvidenceException.Reason.REVOCATION_UNKNOWN),
                decide(answering(RevocationStatus.UNKNOWN)).refused().stream()
                        .map(RefusedEvidence::reason)
                        .toList());
    }

    @Test
    void limitsTheEnvelopesOfNotation() throws IOException, EvidenceException, URISyntaxException {
        TrustResult result = decide(verifier ->
                verifier.withNotationLimits(NotationLimits.defaults().withEnvelopeBytes(100)));
        assertEquals(
                List.of(EvidenceException.Reason.LIMIT_EXCEEDED),
                result.refused().stream().map(RefusedEvidence::reason).toList());
        assertEquals(
                "Notation signature by any certificate of ca:acme",
                result.refused().get(0).requirement());
    }
}
