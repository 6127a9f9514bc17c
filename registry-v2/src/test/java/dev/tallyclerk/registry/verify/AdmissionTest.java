package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.gzip;
import static dev.tallyclerk.registry.verify.InMemoryImage.tar;
import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.PolicyLimit;
import dev.tallyclerk.hardening.audit.Scope;
import dev.tallyclerk.hardening.audit.Waiver;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionCache;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
    private static final Reference NAME = Reference.parse("registry.example.org/team/app:1.0");
    private static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

    /** Rejects nothing that is whole, and images that run as root. */
    private static final Policy LENIENT = Policy.defaults().withGate(Severity.CRITICAL);

    private static final Policy STRICT = Policy.defaults().withGate(Severity.MEDIUM);

    private static final RuleId LATEST = new RuleId("IMG-024");

    private static DigestResolver vouching(Digest digest) {
        return name -> ResolvedDigest.of(digest, "the publisher");
    }

    private static DigestResolver failing(DigestResolutionException.Reason reason) {
        return name -> {
            throw new DigestResolutionException(reason, "for a test");
        };
    }

    @Test
    void acceptsAnImageAndSaysWhatToLoad() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        AdmissionResult result = Admission.of(LENIENT).check(image, NAME);
        assertTrue(result.isAccepted(), result.decision().toString());
        assertEquals(
                "registry.example.org/team/app@" + image.root(),
                result.pinned().orElseThrow().toString());
        assertEquals(image.root(), result.resolved().orElseThrow().digest());
        assertEquals(2, result.files().orElseThrow().walk().count());
        assertTrue(result.audit().isPresent());
        assertFalse(result.isCached());
        assertTrue(Admission.of(LENIENT).check(image).pinned().isEmpty());
    }

    @Test
    void aTagThatHadAnotherDigestInTheEarlierReportHasMoved() throws IOException {
        Policy strict = LENIENT.withProfile(Profile.STRICT);
        InMemoryImage before = InMemoryImage.create();
        AuditReport earlier = Admission.of(strict).check(before, NAME).audit().orElseThrow();
        Admission again = Admission.of(Auditor.of(strict, ImageRules.ruleSet()).withBaseline(Baseline.of(earlier)));
        InMemoryImage other = new InMemoryImage()
                .layer(GZIP, gzip(tar("third")), tar("third"))
                .assemble();
        assertEquals(Outcome.Kind.UNKNOWN, moved(Admission.of(strict), other));
        assertEquals(Outcome.Kind.FAIL, moved(again, other));
        assertEquals(Outcome.Kind.PASS, moved(again, before));
    }

    private static Outcome.Kind moved(Admission admission, InMemoryImage image) throws IOException {
        return admission.check(image, NAME).audit().orElseThrow().findings().stream()
                .filter(finding -> finding.rule().id().value().equals("IMG-040"))
                .map(Finding::kind)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theLimitsOfThePolicyApplyToLayers() throws IOException {
        Policy small = LENIENT.withLimit(PolicyLimit.MAX_LAYER_BYTES, 10);
        AdmissionResult result = Admission.of(small).check(InMemoryImage.create(), NAME);
        assertFalse(result.isAccepted());
        assertTrue(result.decision().because().toString().contains("10 bytes"), result.decision()::toString);
    }

    @Test
    void theLimitsOfThePolicyApplyWhateverTheVerifierSays() throws IOException {
        Policy small = LENIENT.withLimit(PolicyLimit.MAX_LAYER_BYTES, 10);
        for (ImageVerifier verifier : List.of(
                ImageVerifier.create(),
                ImageVerifier.create().withLayerLimits(LayerLimits.defaults()),
                ImageVerifier.create().withLayerVerifier(LayerVerifier.create()))) {
            AdmissionResult result = Admission.of(small).withVerifier(verifier).check(InMemoryImage.create(), NAME);
            assertTrue(result.decision().because().toString().contains("10 bytes"), result.decision()::toString);
        }
        ImageVerifier own =
                ImageVerifier.create().withLayerLimits(LayerLimits.defaults().withMaxUncompressedBytes(1));
        assertFalse(Admission.of(LENIENT.withLimit(PolicyLimit.MAX_LAYER_RATIO, 400))
                .withVerifier(own)
                .check(InMemoryImage.create(), NAME)
                .isAccepted());
    }

    @Test
    void rejectsWhatDoesNotMatchWhatFailsTheRulesAndWhatNobodyVouchesFor() throws IOException {
        InMemoryImage wrong = InMemoryImage.create();
        wrong.blob(Digest.sha256Of(gzip(tar("second"))), utf8("other"));
        InMemoryImage image = InMemoryImage.create();
        for (AdmissionResult result : new AdmissionResult[] {
            Admission.of(LENIENT).check(wrong, NAME),
            Admission.of(STRICT).check(image, NAME),
            Admission.of(LENIENT)
                    .withVoucher(vouching(Digest.sha256Of(utf8("another"))))
                    .check(image, NAME),
            Admission.of(LENIENT)
                    .withVoucher(failing(DigestResolutionException.Reason.NOT_TRUSTED))
                    .check(image, NAME)
        }) {
            assertEquals(Decision.Kind.REJECTED, result.decision().kind());
            assertTrue(result.pinned().isEmpty());
        }
        assertTrue(Admission.of(LENIENT)
                .withVoucher(vouching(image.root()))
                .check(image, NAME)
                .isAccepted());
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsReadOfAnImageThatNobodyVouchesFor(DigestResolutionException.Reason reason) throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Admission admission = Admission.of(LENIENT).withVoucher(failing(reason));
        if (reason == DigestResolutionException.Reason.UNAVAILABLE) {
            assertThrows(DigestResolutionException.class, () -> admission.check(image, NAME));
        } else {
            AdmissionResult result = admission.check(image, NAME);
            assertFalse(result.isAccepted());
            assertTrue(result.verification().isEmpty() && result.audit().isEmpty());
        }
        assertEquals(0, image.blobsOpened());
        assertThrows(IllegalArgumentException.class, () -> admission.check(image));
    }

    @Test
    void anArtifactIsAcceptedOnlyWhereOneIsAskedFor() throws IOException {
        byte[] chart = utf8("a chart");
        byte[] config = utf8("{\"name\":\"chart\"}");
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                + "\",\"artifactType\":\"application/vnd.x.chart\",\"config\":"
                + InMemoryImage.describe("application/vnd.x.config+json", config) + ",\"layers\":["
                + InMemoryImage.describe("application/vnd.x.content", chart) + "]}";
        InMemoryImage image = new InMemoryImage()
                .blob(Digest.sha256Of(chart), chart)
                .blob(Digest.sha256Of(config), config)
                .root(MediaType.OCI_MANIFEST, utf8(manifest));
        assertEquals(
                Decision.Kind.INCOMPLETE,
                Admission.of(LENIENT).check(image, NAME).decision().kind());
        assertTrue(Admission.of(LENIENT).withArtifacts().check(image, NAME).isAccepted());
        image.blob(Digest.sha256Of(chart), utf8("wrong!!"));
        assertEquals(
                Decision.Kind.REJECTED,
                Admission.of(LENIENT).check(image, NAME).decision().kind());
    }

    /** What some engine would run is not accepted by calling it something else. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anArtifactThatCouldBeRunIsNotAccepted(boolean byLayer) throws IOException {
        byte[] layer = tar("a");
        byte[] config = byLayer
                ? utf8("{}")
                : utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + Digest.sha256Of(layer) + "\"]}}");
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                + "\",\"artifactType\":\"application/vnd.x.y\",\"config\":"
                + InMemoryImage.describe("application/vnd.x.config+json", config) + ",\"layers\":["
                + InMemoryImage.describe(byLayer ? MediaType.OCI_LAYER : "application/vnd.x.content", layer) + "]}";
        InMemoryImage image = new InMemoryImage()
                .blob(Digest.sha256Of(layer), layer)
                .blob(Digest.sha256Of(config), config)
                .root(MediaType.OCI_MANIFEST, utf8(manifest));
        AdmissionResult result = Admission.of(LENIENT).withArtifacts().check(image, NAME);
        assertEquals(Decision.Kind.INCOMPLETE, result.decision().kind(), result.toString());
    }

    @Test
    void theCacheSparesTheLayersOfAManifestThatWasDecidedOn() throws IOException {
        AdmissionCache cache = AdmissionCache.inMemory(10);
        Admission admission = Admission.of(LENIENT).withCache(cache);
        InMemoryImage image = InMemoryImage.create();
        AdmissionResult first = admission.check(image, NAME);
        assertTrue(first.files().isPresent());
        int opened = image.blobsOpened();
        AdmissionResult second = admission.check(image, NAME);
        assertEquals(1, image.blobsOpened() - opened, "the configuration");
        assertTrue(second.isCached() && second.isAccepted() && second.files().isEmpty());
        assertEquals(first.pinned(), second.pinned());
        assertEquals(first.decision(), second.decision());
        assertEquals(
                first.verification().orElseThrow().checks(),
                second.verification().orElseThrow().checks());
        int before = image.blobsOpened();
        AdmissionResult strict = Admission.of(STRICT).withCache(cache).check(image, NAME);
        assertEquals(1, image.blobsOpened() - before, "another policy reads no layer");
        assertEquals(Decision.Kind.REJECTED, strict.decision().kind(), "and decides again");
        assertEquals(
                Admission.of(STRICT).check(image, NAME).decision(), strict.decision(), "with the facts about files");
        assertFalse(admission
                .withVerifier(ImageVerifier.create()
                        .withMergeOptions(ImageVerifier.create().mergeOptions().withMaxEntries(1)))
                .check(image, NAME)
                .isAccepted());
    }

    /** Two tags of one digest share the layers that were read, and no decision. */
    @Test
    void anotherTagOfACachedDigestDecidesAnew() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Policy noLatest = LENIENT.withSeverity(LATEST, Severity.CRITICAL);
        Admission admission = Admission.of(noLatest).withCache(AdmissionCache.inMemory(10));
        assertTrue(admission
                .check(image.named("registry.example.org/team/app:1.0"))
                .isAccepted());
        int opened = image.blobsOpened();
        AdmissionResult latest = admission.check(image.named("registry.example.org/team/app:latest"));
        assertTrue(latest.isCached());
        assertEquals(1, image.blobsOpened() - opened, "the configuration");
        assertEquals(Decision.Kind.REJECTED, latest.decision().kind());
        assertEquals(Outcome.Kind.FAIL, outcomeOf(LATEST, latest));
        AdmissionResult untagged = admission.check(image.named("registry.example.org/team/app"));
        assertEquals(Outcome.Kind.FAIL, outcomeOf(LATEST, untagged));
        AdmissionResult version = admission.check(image.named("registry.example.org/team/app:1.0"));
        assertTrue(version.isCached() && version.isAccepted(), version.toString());
        assertEquals(Outcome.Kind.PASS, outcomeOf(LATEST, version));
    }

    private static Outcome.Kind outcomeOf(RuleId rule, AdmissionResult result) {
        return result.audit().orElseThrow().findings().stream()
                .filter(finding -> finding.rule().id().equals(rule))
                .findFirst()
                .orElseThrow()
                .kind();
    }

    @Test
    void theCacheDoesNotHideAManifestThatIsNotThere() throws IOException {
        Admission admission = Admission.of(LENIENT).withCache(AdmissionCache.inMemory(10));
        InMemoryImage image = InMemoryImage.create();
        assertTrue(admission.check(image, NAME).isAccepted());
        Digest manifest = image.root();
        image.manifest(manifest, MediaType.OCI_MANIFEST, utf8("{}"));
        AdmissionResult result = admission.check(image, NAME);
        assertFalse(result.isCached());
        assertEquals(Decision.Kind.REJECTED, result.decision().kind());
    }

    @Test
    void aRejectionIsCachedToo() throws IOException {
        Admission admission = Admission.of(LENIENT).withCache(AdmissionCache.inMemory(10));
        InMemoryImage image = InMemoryImage.create();
        image.forget(Digest.sha256Of(gzip(tar("second"))));
        assertEquals(
                Decision.Kind.REJECTED, admission.check(image, NAME).decision().kind());
        // What a source does not have now, it may have later, and another source too.
        image.blob(Digest.sha256Of(gzip(tar("second"))), gzip(tar("second")));
        assertTrue(admission.check(image, NAME).isAccepted());
        InMemoryImage wrong =
                new InMemoryImage().layer(GZIP, gzip(tar("a")), tar("b")).assemble();
        admission.check(wrong, NAME);
        AdmissionResult again = admission.check(wrong, NAME);
        assertTrue(again.isCached());
        assertEquals(Decision.Kind.REJECTED, again.decision().kind());
    }

    /** The clock moves on, and with it the decision. */
    @Test
    void aWaiverThatHasExpiredDecidesAgain() throws IOException {
        Policy all = STRICT;
        InMemoryImage image = InMemoryImage.create();
        for (var finding :
                Admission.of(STRICT).check(image, NAME).audit().orElseThrow().findings()) {
            RuleId rule = finding.rule().id();
            all = all.withWaiver(
                    new Waiver(rule, Scope.everything(), "for a test", "the tests", LocalDate.of(2026, 1, 10)));
        }
        AdmissionCache cache = AdmissionCache.inMemory(10);
        Policy waived = all;
        assertTrue(at("2026-01-09", waived, cache).check(image, NAME).isAccepted());
        assertTrue(at("2026-01-10", waived, cache).check(image, NAME).isAccepted());
        AdmissionResult later = at("2026-01-11", waived, cache).check(image, NAME);
        assertTrue(later.isCached());
        assertEquals(Decision.Kind.REJECTED, later.decision().kind());
    }

    private static Admission at(String day, Policy policy, AdmissionCache cache) {
        return Admission.of(Auditor.of(policy, ImageRules.ruleSet())
                        .withClock(Clock.fixed(Instant.parse(day + "T12:00:00Z"), ZoneOffset.UTC)))
                .withCache(cache);
    }

    @Test
    void theCacheDropsTheOldestResult() throws IOException {
        AdmissionCache cache = AdmissionCache.inMemory(1);
        Admission admission = Admission.of(LENIENT).withCache(cache);
        InMemoryImage one = InMemoryImage.create();
        InMemoryImage other =
                new InMemoryImage().layer(GZIP, gzip(tar("a")), tar("a")).assemble();
        admission.check(one, NAME);
        admission.check(other, NAME);
        assertTrue(admission.check(other, NAME).isCached());
        assertFalse(admission.check(one, NAME).isCached());
        assertThrows(IllegalArgumentException.class, () -> AdmissionCache.inMemory(0));
    }

    @Test
    void opensALocationAsTheCommandDoes() throws IOException {
        Admission admission = Admission.of(LENIENT);
        String hello = "oci:" + Path.of("..", "examples", "images", "hello") + ":1.0";
        assertTrue(admission.check(hello).isAccepted());
        assertEquals(
                "registry.example.org/team/app",
                admission.check(hello, NAME).pinned().orElseThrow().name());
        IllegalArgumentException noClient = assertThrows(
                IllegalArgumentException.class, () -> admission.check("docker://registry.example.org/a:1"));
        assertTrue(String.valueOf(noClient.getMessage()).contains("docker://registry.example.org/a:1"));
        IllegalArgumentException noScheme =
                assertThrows(IllegalArgumentException.class, () -> admission.check("ubuntu:22.04"));
        assertTrue(
                String.valueOf(noScheme.getMessage()).contains("write docker://docker.io/library/ubuntu:22.04"),
                noScheme.getMessage());
        IllegalArgumentException noName = assertThrows(
                IllegalArgumentException.class,
                () -> admission
                        .withVoucher(vouching(Digest.sha256Of(new byte[0])))
                        .check(hello));
        assertTrue(String.valueOf(noName.getMessage()).contains("name"));
    }
}
