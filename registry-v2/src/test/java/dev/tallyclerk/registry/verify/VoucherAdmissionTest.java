package dev.tallyclerk.registry.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.evidence.Voucher;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.Scope;
import dev.tallyclerk.hardening.audit.Waiver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionCache;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.TestArtifacts;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VoucherAdmissionTest {
    private static final Reference NAME = Reference.parse("registry.example.org/team/app:1.0");

    private static final Policy LENIENT = Policy.defaults().withGate(Severity.CRITICAL);

    private static TrustResult accepted(Digest digest) {
        Evidence evidence =
                Evidence.of(Evidence.Kind.PINNED_DIGEST, digest, new Signer.PolicyAuthor("test"), "the test");
        return new TrustResult(
                new Decision(Decision.Kind.ACCEPTED, List.of("the test trusts it")),
                Optional.of(ResolvedDigest.of(digest, "the test")),
                "rule",
                List.of(evidence),
                List.of());
    }

    private static TrustResult refused(Decision.Kind kind) {
        return new TrustResult(
                new Decision(kind, List.of("no evidence")), Optional.empty(), "rule", List.of(), List.of());
    }

    private static TrustResult whatItResolvesTo(ImageCandidate image) throws IOException {
        return accepted(image.resolve().digest());
    }

    @Test
    void anAcceptedImageIsVerifiedFromTheVouchedDigest() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        List<Optional<Reference>> names = new ArrayList<>();
        List<TargetArtifact> targets = new ArrayList<>();
        Admission admission = Admission.of(LENIENT).withVoucher((name, candidate) -> {
            names.add(name);
            targets.add(candidate.resolve());
            assertEquals(candidate.resolve(), candidate.manifest(image.root()).orElseThrow());
            assertTrue(candidate.manifest(Digest.sha256Of(new byte[0])).isEmpty());
            assertTrue(candidate.attachments().attachments(image.root()).list().isEmpty());
            return whatItResolvesTo(candidate);
        });
        AdmissionResult result = admission.check(image, NAME);
        assertTrue(result.isAccepted(), result.decision()::toString);
        assertEquals("the test", result.resolved().orElseThrow().voucher());
        assertEquals("rule", result.trust().orElseThrow().rule());
        assertTrue(result.pinned().isPresent());
        AdmissionResult nameless = admission.check(image);
        assertTrue(nameless.isAccepted() && nameless.pinned().isEmpty());
        assertEquals(List.of(Optional.of(NAME), Optional.empty()), names);
        assertEquals(
                new TargetArtifact(MediaType.OCI_MANIFEST, image.root(), image.rootDocument().length), targets.get(0));
    }

    @ParameterizedTest
    @EnumSource(names = {"REJECTED", "INCOMPLETE"})
    void nothingIsReadOfAnImageThatIsNotVouchedFor(Decision.Kind kind) throws IOException {
        InMemoryImage image = InMemoryImage.create();
        TrustResult refusal = refused(kind);
        AdmissionResult result =
                Admission.of(LENIENT).withVoucher((name, candidate) -> refusal).check(image, NAME);
        assertEquals(refusal.decision(), result.decision());
        assertSame(refusal, result.trust().orElseThrow());
        assertTrue(result.verification().isEmpty()
                && result.audit().isEmpty()
                && result.pinned().isEmpty());
        assertEquals(0, image.blobsOpened());
    }

    @Test
    void theVoucherReadsAttachedArtifactsWithinTheLimitsOfTheAdmission(@TempDir Path folder) throws IOException {
        TestArtifacts artifacts = new TestArtifacts();
        Descriptor image = artifacts.image("layer");
        artifacts.entry(image, "1.0").entry(artifacts.referrer(image, "one")).entry(artifacts.referrer(image, "two"));
        String location = "oci:" + artifacts.write(folder) + ":1.0";
        List<Integer> listed = new ArrayList<>();
        Admission admission = Admission.of(LENIENT).withVoucher((name, candidate) -> {
            listed.add(
                    candidate.attachments().attachments(image.digest()).list().size());
            return refused(Decision.Kind.REJECTED);
        });
        admission.check(location);
        admission
                .withAttachmentLimits(AttachmentLimits.defaults().withMaxAttachments(1))
                .check(location);
        assertEquals(List.of(2, 1), listed);
    }

    @Test
    void aVouchedImageMayStillBeRejected() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        AdmissionResult result = Admission.of(Policy.defaults().withGate(Severity.MEDIUM))
                .withVoucher((name, candidate) -> whatItResolvesTo(candidate))
                .check(image, NAME);
        assertEquals(Decision.Kind.REJECTED, result.decision().kind());
        assertTrue(result.trust().orElseThrow().decision().isAccepted());
    }

    @Test
    void anotherDigestThanThePinnedOneIsRejected() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Reference pinned = NAME.withDigest(Digest.sha256Of(new byte[] {1}));
        AdmissionResult result = Admission.of(LENIENT)
                .withVoucher((name, candidate) -> whatItResolvesTo(candidate))
                .check(image, pinned);
        assertEquals(Decision.Kind.REJECTED, result.decision().kind());
        assertEquals(0, image.blobsOpened());
        assertTrue(Admission.of(LENIENT)
                .withVoucher((name, candidate) -> whatItResolvesTo(candidate))
                .check(image, NAME.withDigest(image.root()))
                .isAccepted());
    }

    @Test
    void aVoucherThatCannotReadDecidesNothing() {
        IOException failure = new IOException("unreachable");
        Admission admission = Admission.of(LENIENT).withVoucher((name, candidate) -> {
            throw failure;
        });
        assertSame(failure, assertThrows(IOException.class, () -> admission.check(InMemoryImage.create(), NAME)));
    }

    @Test
    void theLatterOfTwoVouchersCounts() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Voucher never = (name, candidate) -> refused(Decision.Kind.REJECTED);
        Admission admission = Admission.of(LENIENT);
        assertTrue(admission
                .withVoucher(never)
                .withVoucher(name -> ResolvedDigest.of(image.root(), "another"))
                .check(image, NAME)
                .isAccepted());
        assertFalse(admission
                .withVoucher(name -> ResolvedDigest.of(image.root(), "another"))
                .withVoucher(never)
                .check(image, NAME)
                .isAccepted());
    }

    @Test
    void trustIsDecidedAnewForACachedImage() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        boolean[] trusted = {true};
        Admission admission = Admission.of(LENIENT)
                .withCache(AdmissionCache.inMemory(10))
                .withVoucher((name, candidate) ->
                        trusted[0] ? whatItResolvesTo(candidate) : refused(Decision.Kind.REJECTED));
        assertTrue(admission.check(image, NAME).isAccepted());
        AdmissionResult cached = admission.check(image, NAME);
        assertTrue(cached.isAccepted() && cached.isCached() && cached.trust().isPresent());
        trusted[0] = false;
        assertFalse(admission.check(image, NAME).isAccepted());
    }

    @Test
    void aDecisionEndsWithTheFirstThingThatItRestsOn() throws IOException {
        Instant start = Instant.parse("2026-01-05T12:00:00Z");
        Instant hour = Instant.parse("2026-01-05T13:00:00Z");
        Instant day = Instant.parse("2026-01-06T12:00:00Z");
        assertEquals(
                Optional.empty(),
                ending(LENIENT, Optional.empty(), Optional.empty()).validUntil(start));
        assertEquals(
                Optional.of(hour),
                ending(LENIENT, Optional.of(hour), Optional.of(day)).validUntil(start));
        assertEquals(
                Optional.of(hour),
                ending(LENIENT, Optional.of(day), Optional.of(hour)).validUntil(start));
        assertEquals(
                Optional.of(day),
                ending(LENIENT, Optional.of(start), Optional.of(day)).validUntil(start));
        Policy waived = LENIENT.withWaiver(new Waiver(
                new RuleId("IMG-001"), Scope.everything(), "for a test", "the tests", LocalDate.of(2026, 1, 5)));
        assertEquals(
                Optional.of(Instant.parse("2026-01-06T00:00:00Z")),
                ending(waived, Optional.empty(), Optional.of(day)).validUntil(start));
    }

    /** {@return a decision by signed metadata and a signature, each of which may end} */
    private static AdmissionResult ending(Policy policy, Optional<Instant> metadata, Optional<Instant> signature)
            throws IOException {
        return Admission.of(policy)
                .withVoucher((name, candidate) -> {
                    TrustResult endless = whatItResolvesTo(candidate);
                    ResolvedDigest digest = endless.digest().orElseThrow();
                    Evidence evidence = endless.evidence().get(0);
                    return new TrustResult(
                            endless.decision(),
                            Optional.of(metadata.map(digest::withValidUntil).orElse(digest)),
                            endless.rule(),
                            List.of(signature.map(evidence::withValidUntil).orElse(evidence)),
                            List.of());
                })
                .check(InMemoryImage.create(), NAME);
    }

    /**
     * The registry moves the tag as soon as it was asked for. CVE-2022-47633 and CVE-2023-47630 of Kyverno: the digest
     * that was run was not the digest that was verified.
     */
    @Test
    void aTagThatMovesMeanwhileIsNotAskedForAgain() throws IOException {
        MemoryRegistry registry = new MemoryRegistry();
        Descriptor first = registry.repository("team/app").image("1.0", layer("first"));
        Descriptor second = registry.repository("team/app").image("other", layer("second"));
        try (ImageSource source = registry.client().image(NAME)) {
            AdmissionResult result = Admission.of(LENIENT)
                    .withVoucher((name, candidate) -> {
                        TrustResult vouched = whatItResolvesTo(candidate);
                        registry.repository("team/app").tag("1.0", second);
                        return vouched;
                    })
                    .check(source, NAME);
            assertEquals(first.digest(), result.manifestDigest().orElseThrow());
            assertEquals(
                    Optional.of(first.digest()), result.pinned().orElseThrow().digest());
        }
        assertEquals(
                1,
                registry.log().stream()
                        .filter(line -> line.endsWith("/manifests/1.0"))
                        .count());
    }

    private static String layer(String name) {
        return new String(InMemoryImage.tar(name), StandardCharsets.UTF_8);
    }

    @Test
    void aSourceWithoutTheImageIsAFailure(@TempDir Path folder) {
        Admission admission = Admission.of(LENIENT).withVoucher((name, candidate) -> whatItResolvesTo(candidate));
        var e = assertThrows(ImageException.class, () -> admission.check(new InMemoryImage(), NAME));
        assertEquals(ImageException.Reason.NOT_FOUND, e.reason());
        assertThrows(IOException.class, () -> admission.check("oci:" + folder.resolve("none")));
    }
}
