package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.GZIP;
import static dev.tallyclerk.registry.verify.InMemoryImage.gzip;
import static dev.tallyclerk.registry.verify.InMemoryImage.tar;
import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Decision.Kind;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.audit.ImageAdmission;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether an image may be loaded, by its verification and its audit together. */
class ImageAdmissionTest {
    private static final Policy CRITICAL = Policy.defaults().withGate(Severity.CRITICAL);

    private static AuditReport audit(Policy policy, ImageSubject... subjects) {
        return Auditor.of(policy, ImageRules.ruleSet())
                .withClock(Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC))
                .audit(List.of(subjects));
    }

    private static Decision decide(ImageVerification verification, Policy policy) {
        return ImageAdmission.decide(verification, audit(policy, ImageSubject.of(verification)));
    }

    private static ImageVerification verified() throws IOException {
        ImageVerification verification = ImageVerifier.create().verify(InMemoryImage.create());
        assertEquals(ImageVerification.Verdict.VERIFIED, verification.verdict());
        return verification;
    }

    /** {@return what is found of an image whose layer has an entry that is not read} */
    private static ImageVerification incomplete() throws IOException {
        byte[] sparse = new TestTar().entry(TestTar.Header.of("holes", 'S')).finish();
        ImageVerification verification = ImageVerifier.create()
                .verify(new InMemoryImage().layer(GZIP, gzip(sparse), sparse).assemble());
        assertEquals(ImageVerification.Verdict.INCOMPLETE, verification.verdict());
        return verification;
    }

    private static InMemoryImage artifact() {
        byte[] content = utf8("anything");
        return new InMemoryImage()
                .blob(Digest.sha256Of(content), content)
                .blob(Digest.sha256Of(utf8("{}")), utf8("{}"))
                .root(
                        MediaType.OCI_MANIFEST,
                        utf8("{\"schemaVersion\":2,\"artifactType\":\"application/x\",\"config\":"
                                + InMemoryImage.describe(MediaType.OCI_EMPTY, utf8("{}")) + ",\"layers\":["
                                + InMemoryImage.describe("application/x", content) + "]}"));
    }

    @Test
    void theRulesDecideOnAnImageThatIsWhatWasPromised() throws IOException {
        ImageVerification image = verified();
        assertEquals(Kind.ACCEPTED, decide(image, CRITICAL).kind());
        AuditReport strict = audit(Policy.defaults().withGate(Severity.INFO), ImageSubject.of(image));
        assertEquals(Kind.REJECTED, strict.decision().kind());
        assertEquals(strict.decision(), ImageAdmission.decide(image, strict));
    }

    @Test
    void contentThatIsNotWhatWasPromisedRejectsUnderAnyPolicy() throws IOException {
        byte[] layer = gzip(tar("second"));
        ImageVerification failed =
                ImageVerifier.create().verify(InMemoryImage.create().blob(Digest.sha256Of(layer), utf8("other")));
        Policy lenient = Policy.defaults().withoutGate();
        assertEquals(
                Kind.ACCEPTED,
                audit(lenient, ImageSubject.of(failed)).decision().kind());
        Decision decision = decide(failed, lenient);
        assertEquals(Kind.REJECTED, decision.kind());
        assertEquals(List.of(failed.problems().get(0).describe()), decision.because());
        assertTrue(decision.because().get(0).startsWith("layer 2: TOO_SHORT: "), decision.toString());
    }

    @Test
    void saysOfManyLayersThatAreWrongHowManyThereAre() throws IOException {
        InMemoryImage image = new InMemoryImage();
        for (int i = 0; i < 103; i++) {
            byte[] layer = tar("layer " + i);
            image.layer(MediaType.OCI_LAYER, layer, layer);
        }
        image.assemble();
        for (int i = 0; i < 103; i++) {
            image.forget(Digest.sha256Of(tar("layer " + i)));
        }
        List<String> because =
                decide(ImageVerifier.create().verify(image), CRITICAL).because();
        assertEquals(101, because.size());
        assertEquals("and 3 more", because.get(100));
    }

    @Test
    void whatCouldNotBeVerifiedIsNeverAccepted() throws IOException {
        assertEquals(
                Kind.INCOMPLETE,
                decide(incomplete(), Policy.defaults().withoutGate()).kind());
        ImageVerification unread = ImageVerifier.create().withoutLayers().verify(InMemoryImage.create());
        assertEquals(
                Kind.INCOMPLETE, decide(unread, Policy.defaults().withoutGate()).kind());
    }

    @Test
    void aRuleThatFailsRejectsEvenWhereSomethingCouldNotBeVerified() throws IOException {
        Decision decision = decide(incomplete(), Policy.defaults().withGate(Severity.INFO));
        assertEquals(Kind.REJECTED, decision.kind());
        assertTrue(decision.because().size() > 1, decision.toString());
    }

    @Test
    void anArtifactIsAcceptedOnlyByWhoeverAsksForArtifacts() throws IOException {
        ImageVerification artifact = ImageVerifier.create().verify(artifact());
        AuditReport audit = audit(CRITICAL, ImageSubject.of(artifact));
        assertEquals(Kind.INCOMPLETE, audit.decision().kind());
        assertEquals(Kind.INCOMPLETE, ImageAdmission.decide(artifact, audit).kind());
        assertEquals(Kind.ACCEPTED, ImageAdmission.decideArtifact(artifact).kind());
    }

    @Test
    void anArtifactOfOtherContentIsRejected() throws IOException {
        ImageVerification artifact =
                ImageVerifier.create().verify(artifact().blob(Digest.sha256Of(utf8("anything")), utf8("anythinG")));
        assertEquals(Kind.REJECTED, ImageAdmission.decideArtifact(artifact).kind());
        assertEquals(
                Kind.REJECTED, decide(artifact, Policy.defaults().withoutGate()).kind());
    }

    @Test
    void anImageIsNotTakenForAnArtifact() throws IOException {
        ImageVerification image = verified();
        assertThrows(IllegalArgumentException.class, () -> ImageAdmission.decideArtifact(image));
        ImageVerification unknown = ImageVerifier.create()
                .verify(new InMemoryImage().root(MediaType.OCI_MANIFEST, utf8("{\"schemaVersion\":2}")));
        assertThrows(IllegalArgumentException.class, () -> ImageAdmission.decideArtifact(unknown));
    }

    @Test
    void theAuditOfAnotherImageDecidesNothing() throws IOException {
        ImageVerification image = verified();
        ImageVerification other = ImageVerifier.create()
                .verify(new InMemoryImage()
                        .layer(GZIP, gzip(tar("third")), tar("third"))
                        .assemble());
        ImageSubject ours = ImageSubject.of(image);
        for (AuditReport audit : List.of(
                audit(CRITICAL),
                audit(CRITICAL, ImageSubject.of(other)),
                audit(CRITICAL, ours, ImageSubject.of(other)),
                audit(CRITICAL, ImageSubject.builder(image.source()).build()))) {
            assertThrows(IllegalArgumentException.class, () -> ImageAdmission.decide(image, audit));
        }
    }

    @ParameterizedTest
    @CsvSource({"NOT_FOUND, REJECTED", "NOT_TRUSTED, REJECTED", "UNAVAILABLE, INCOMPLETE", "UNSUPPORTED, INCOMPLETE"})
    void withoutATrustedDigestNothingIsAccepted(DigestResolutionException.Reason reason, Kind kind) {
        Decision decision = ImageAdmission.decide(new DigestResolutionException(reason, "nobody says so"));
        assertEquals(new Decision(kind, List.of(reason + ": nobody says so")), decision);
    }
}
