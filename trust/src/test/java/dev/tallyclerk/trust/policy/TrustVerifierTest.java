package dev.tallyclerk.trust.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.evidence.TrustReporter;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.cosign.CosignLimits;
import dev.tallyclerk.trust.cosign.MemoryAttachment;
import dev.tallyclerk.trust.cosign.SignedIdentity;
import dev.tallyclerk.trust.cosign.TestSigner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrustVerifierTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-30T00:00:00Z"), ZoneOffset.UTC);
    private static final Digest IMAGE = TestSigner.IMAGE;
    private static final Digest OTHER = Digest.parse("sha256:" + "cd".repeat(32));
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final JsonSchema SCHEMA = schema();
    private static final Reference NAME = Reference.parse("registry.example.org/team/app:1.0");

    private final TestSigner alice = TestSigner.create("EC", 256);
    private final TestSigner bob = TestSigner.create("EC", 256);
    private final List<Attachment> attached = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    TrustVerifierTest() throws GeneralSecurityException {}

    /** An image whose name stands for a digest, and to which the artifacts of the test are attached. */
    private final class Image implements ImageCandidate {
        private final Digest digest;
        private int resolved;

        Image(Digest digest) {
            this.digest = digest;
        }

        @Override
        public TargetArtifact resolve() {
            resolved++;
            return new TargetArtifact(MANIFEST, digest, 500);
        }

        @Override
        public Optional<TargetArtifact> manifest(Digest wanted) {
            return wanted.equals(IMAGE) ? Optional.of(new TargetArtifact(MANIFEST, IMAGE, 500)) : Optional.empty();
        }

        @Override
        public AttachmentSource attachments() {
            return subject -> subject.equals(IMAGE) ? new Attachments(attached, notes) : Attachments.NONE;
        }
    }

    private TrustResult decide(Requirement requirement) throws IOException {
        return decide(requirement, Optional.of(NAME), new Image(IMAGE));
    }

    private static TrustResult decide(Requirement requirement, Optional<Reference> name, ImageCandidate image)
            throws IOException {
        TrustPolicy policy = TrustPolicy.of("test").withRule("*", requirement);
        TrustResult result = TrustVerifier.of(policy).withClock(CLOCK).vouch(name, image);
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        TrustReporter.create().write(result, report);
        assertEquals(Set.of(), SCHEMA.validate(report.toString(StandardCharsets.UTF_8), InputFormat.JSON));
        return result;
    }

    /** {@return the schema of reports, which every result of these tests has to meet} */
    private static JsonSchema schema() {
        try (InputStream in = TrustReporter.class.getResourceAsStream(TrustReporter.SCHEMA_RESOURCE)) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sign(TestSigner signer) throws GeneralSecurityException {
        MemoryAttachment signature = MemoryAttachment.at(Place.SIGNATURE_TAG);
        signer.sign(signature, TestSigner.payload(IMAGE, "registry.example.org/team/app", "{\"env\":\"prod\"}"));
        attached.add(signature);
    }

    private void attest(TestSigner signer, String type, String predicate) throws GeneralSecurityException {
        MemoryAttachment attestation = MemoryAttachment.at(Place.ATTESTATION_TAG);
        signer.attest(attestation, TestSigner.statement(IMAGE, "{}", type, predicate));
        attached.add(attestation);
    }

    private static void assertKind(Decision.Kind kind, TrustResult result) {
        assertEquals(
                kind,
                result.decision().kind(),
                () -> String.valueOf(result.decision().because()));
        assertEquals(kind == Decision.Kind.ACCEPTED, result.digest().isPresent());
    }

    @Test
    void acceptsAnImageThatTheKeySigned() throws IOException, GeneralSecurityException {
        sign(alice);
        TrustResult result = decide(Requirement.key(alice.key()));
        assertKind(Decision.Kind.ACCEPTED, result);
        assertEquals(IMAGE, result.digest().orElseThrow().digest());
        assertEquals("*", result.rule());
        assertEquals(1, result.evidence().size());
        Evidence evidence = result.evidence().get(0);
        assertEquals(Evidence.Kind.COSIGN_SIGNATURE, evidence.kind());
        assertEquals("key:" + alice.key().fingerprint(), evidence.signer().id());
    }

    @Test
    void rejectsAnImageThatNobodySigned() throws IOException {
        TrustResult result = decide(Requirement.key(alice.key()));
        assertKind(Decision.Kind.REJECTED, result);
        assertTrue(result.decision().because().toString().contains("nothing is attached"));
    }

    @Test
    void rejectsAnImageThatAnotherKeySigned() throws IOException, GeneralSecurityException {
        sign(bob);
        TrustResult result = decide(Requirement.key(alice.key()));
        assertKind(Decision.Kind.REJECTED, result);
        assertEquals(
                EvidenceException.Reason.SIGNATURE_INVALID,
                result.refused().get(0).reason());
    }

    @Test
    void limitsTheSignaturesOfCosign() throws IOException, GeneralSecurityException {
        MemoryAttachment signatures = MemoryAttachment.at(Place.SIGNATURE_TAG);
        String payload = TestSigner.payload(IMAGE, "registry.example.org/team/app", "{}");
        bob.sign(signatures, payload);
        alice.sign(signatures, payload);
        attached.add(signatures);
        TrustPolicy policy = TrustPolicy.of("test").withRule("*", Requirement.key(alice.key()));
        TrustVerifier verifier = TrustVerifier.of(policy);
        assertKind(Decision.Kind.ACCEPTED, verifier.vouch(Optional.of(NAME), new Image(IMAGE)));
        TrustResult limited = verifier.withCosignLimits(CosignLimits.defaults().withMaxLayers(1))
                .vouch(Optional.of(NAME), new Image(IMAGE));
        assertKind(Decision.Kind.REJECTED, limited);
        assertEquals(
                List.of(EvidenceException.Reason.SIGNATURE_INVALID, EvidenceException.Reason.LIMIT_EXCEEDED),
                limited.refused().stream().map(RefusedEvidence::reason).toList());
    }

    /** A reader compares what was refused with what the rule requires. */
    @Test
    void whatIsRefusedNamesTheRequirementAsTheRuleDoes() throws IOException, GeneralSecurityException {
        sign(bob);
        attest(alice, "https://example.org/a/v1", "{}");
        Requirement key = Requirement.key(alice.key()).withAnnotations(Map.of("env", "prod"));
        Requirement attested = Requirement.attestation(
                Requirement.key(bob.key()), PredicateType.of("https://example.org/a/v1"), PredicateConditions.none());
        TrustResult result = decide(Requirement.allOf(key, attested));
        assertEquals(
                Set.of(key.toString(), attested.toString()),
                Set.copyOf(result.refused().stream()
                        .map(RefusedEvidence::requirement)
                        .toList()));
        assertTrue(result.decision().because().toString().contains(key + "; " + attested));
    }

    @Test
    void rejectsAnImageThatNoRuleCovers() throws IOException, GeneralSecurityException {
        sign(alice);
        TrustPolicy policy = TrustPolicy.of("test").withRule("docker.io", Requirement.key(alice.key()));
        assertKind(Decision.Kind.REJECTED, TrustVerifier.of(policy).vouch(Optional.of(NAME), new Image(IMAGE)));
        assertKind(Decision.Kind.REJECTED, TrustVerifier.of(policy).vouch(Optional.empty(), new Image(IMAGE)));
    }

    @Test
    void theMostSpecificRuleDecidesAlone() throws IOException {
        TrustPolicy policy = TrustPolicy.of("test")
                .withRule("*", Requirement.insecureAcceptAnything())
                .withRule("registry.example.org/team/*", Requirement.reject("closed"));
        assertKind(Decision.Kind.REJECTED, TrustVerifier.of(policy).vouch(Optional.of(NAME), new Image(IMAGE)));
        assertKind(
                Decision.Kind.ACCEPTED,
                TrustVerifier.of(policy)
                        .vouch(Optional.of(Reference.parse("docker.io/library/a:1")), new Image(IMAGE)));
    }

    @Test
    void twoSignaturesByOneKeyCountOnce() throws IOException, GeneralSecurityException {
        sign(alice);
        sign(alice);
        Requirement either = Requirement.key(alice.key(), bob.key());
        assertKind(Decision.Kind.REJECTED, decide(Requirement.atLeast(2, either, Requirement.key(alice.key()))));
        sign(bob);
        assertKind(Decision.Kind.ACCEPTED, decide(Requirement.atLeast(2, either, Requirement.key(alice.key()))));
    }

    @Test
    void allOfNeedsAll() throws IOException, GeneralSecurityException {
        sign(alice);
        Requirement both = Requirement.allOf(Requirement.key(alice.key()), Requirement.key(bob.key()));
        assertKind(Decision.Kind.REJECTED, decide(both));
        assertKind(
                Decision.Kind.ACCEPTED,
                decide(Requirement.anyOf(Requirement.key(bob.key()), Requirement.key(alice.key()))));
        sign(bob);
        assertKind(Decision.Kind.ACCEPTED, decide(both));
    }

    @Test
    void anAttestationIsNoSignature() throws IOException, GeneralSecurityException {
        attest(alice, "https://slsa.dev/provenance/v1", "{}");
        TrustResult result = decide(Requirement.key(alice.key()));
        assertKind(Decision.Kind.REJECTED, result);
        assertEquals(
                EvidenceException.Reason.PREDICATE_MISMATCH,
                result.refused().get(0).reason());
    }

    @Test
    void anAttestationHasToMeetTheConditions() throws IOException, GeneralSecurityException {
        attest(
                alice,
                "https://slsa.dev/provenance/v1",
                "{\"buildDefinition\":{\"buildType\":\"https://b.example\",\"externalParameters\":{}},"
                        + "\"runDetails\":{\"builder\":{\"id\":\"https://builder.example\"}}}");
        Requirement key = Requirement.key(alice.key());
        PredicateType type = PredicateType.SLSA_PROVENANCE_1;
        PredicateConditions none = PredicateConditions.none();
        assertKind(Decision.Kind.ACCEPTED, decide(Requirement.attestation(key, type, none)));
        assertKind(
                Decision.Kind.ACCEPTED,
                decide(Requirement.attestation(key, type, none.withBuilder("https://builder.example"))));
        assertKind(
                Decision.Kind.REJECTED,
                decide(Requirement.attestation(key, type, none.withBuilder("https://builder.example.org"))));
        assertKind(Decision.Kind.REJECTED, decide(Requirement.attestation(key, PredicateType.SPDX, none)));
        assertKind(Decision.Kind.REJECTED, decide(Requirement.attestation(Requirement.key(bob.key()), type, none)));
    }

    /** CVE-2022-35929 (cosign, GHSA-vjxv-45g9-9296): any attestation that was valid met a demand for another type. */
    @Test
    void oneAttestationHasToMeetTheWholeRequirement() throws IOException, GeneralSecurityException {
        String right = "https://example.org/right/v1";
        attest(alice, "https://example.org/other/v1", "{}");
        attest(bob, right, "{}");
        Requirement wanted = Requirement.attestation(
                Requirement.key(alice.key()), PredicateType.of(right), PredicateConditions.none());
        TrustResult result = decide(wanted);
        assertKind(Decision.Kind.REJECTED, result);
        assertEquals(
                Set.of(EvidenceException.Reason.PREDICATE_MISMATCH, EvidenceException.Reason.SIGNATURE_INVALID),
                Set.copyOf(
                        result.refused().stream().map(RefusedEvidence::reason).toList()));
        attest(alice, right, "{}");
        assertKind(Decision.Kind.ACCEPTED, decide(wanted));
    }

    @Test
    void anAttestationIsByKeysOrIdentities() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Requirement.attestation(
                        Requirement.insecureAcceptAnything(), PredicateType.SPDX, PredicateConditions.none()));
    }

    @Test
    void annotationsHaveToBeSigned() throws IOException, GeneralSecurityException {
        sign(alice);
        SignedByKey key = Requirement.key(alice.key());
        assertKind(Decision.Kind.ACCEPTED, decide(key.withAnnotations(Map.of("env", "prod"))));
        assertKind(Decision.Kind.REJECTED, decide(key.withAnnotations(Map.of("env", "test"))));
    }

    @Test
    void theNameInASignatureHasToFitIfItIsDemanded() throws IOException, GeneralSecurityException {
        sign(alice);
        SignedByKey key = Requirement.key(alice.key()).withSignedIdentity(SignedIdentity.matchRepository());
        assertKind(Decision.Kind.ACCEPTED, decide(key));
        Reference copy = Reference.parse("mirror.example.org/team/app:1.0");
        assertKind(Decision.Kind.REJECTED, decide(key, Optional.of(copy), new Image(IMAGE)));
        assertKind(Decision.Kind.REJECTED, decide(key, Optional.empty(), new Image(IMAGE)));
    }

    @Test
    void aPinnedDigestIsTheImages() throws IOException {
        TrustResult result = decide(Requirement.pinned(OTHER, IMAGE));
        assertKind(Decision.Kind.ACCEPTED, result);
        assertEquals(Evidence.Kind.PINNED_DIGEST, result.evidence().get(0).kind());
        assertKind(Decision.Kind.REJECTED, decide(Requirement.pinned(OTHER)));
    }

    @Test
    void aDigestInTheNameHasToBeTheImages() throws IOException {
        Requirement any = Requirement.insecureAcceptAnything();
        assertKind(Decision.Kind.ACCEPTED, decide(any, Optional.of(NAME.withDigest(IMAGE)), new Image(IMAGE)));
        assertKind(Decision.Kind.REJECTED, decide(any, Optional.of(NAME.withDigest(OTHER)), new Image(IMAGE)));
    }

    @Test
    void aListDecidesWhichDigestANameStandsFor() throws IOException, GeneralSecurityException {
        sign(alice);
        Image moved = new Image(OTHER);
        Requirement listed =
                Requirement.tuf("https://tuf.example.org", name -> ResolvedDigest.of(IMAGE, 500, "targets"));
        TrustResult result = decide(Requirement.allOf(Requirement.key(alice.key()), listed), Optional.of(NAME), moved);
        assertKind(Decision.Kind.ACCEPTED, result);
        assertEquals(IMAGE, result.digest().orElseThrow().digest());
        assertEquals(0, moved.resolved);
        assertEquals(
                List.of(Evidence.Kind.COSIGN_SIGNATURE, Evidence.Kind.TUF_TARGET),
                result.evidence().stream().map(Evidence::kind).toList());
    }

    @Test
    void aCollectionOfNotaryIsAListToo() throws IOException {
        Requirement listed =
                Requirement.notary("https://notary.example.org", name -> ResolvedDigest.of(IMAGE, 500, "releases"));
        TrustResult result = decide(listed, Optional.of(NAME), new Image(OTHER));
        assertKind(Decision.Kind.ACCEPTED, result);
        assertEquals(
                List.of(Evidence.Kind.NOTARY_TARGET),
                result.evidence().stream().map(Evidence::kind).toList());
    }

    @Test
    void evidenceOfAListSaysWhichRoleAndUntilWhen() throws IOException {
        Instant end = Instant.parse("2030-01-01T00:00:00Z");
        TrustResult result = decide(Requirement.tuf(
                "https://tuf.example.org",
                name -> ResolvedDigest.of(IMAGE, 500, "team")
                        .withRole("team")
                        .withThreshold(2)
                        .withValidUntil(end)
                        .withNotChecked(List.of("whether the metadata is current"))));
        Evidence evidence = result.evidence().get(0);
        assertEquals(new Signer.Role("https://tuf.example.org", "team", OptionalLong.of(2)), evidence.signer());
        assertEquals(Optional.of(end), evidence.validUntil());
        assertEquals(List.of("whether the metadata is current"), evidence.notChecked());
    }

    @Test
    void twoRolesOfOneRepositoryAreOneSigner() throws IOException {
        Requirement one = Requirement.tuf(
                "repository", name -> ResolvedDigest.of(IMAGE, "one").withRole("one"));
        Requirement two = Requirement.tuf(
                "repository", name -> ResolvedDigest.of(IMAGE, "two").withRole("two"));
        assertKind(Decision.Kind.REJECTED, decide(Requirement.atLeast(2, one, two)));
        assertKind(Decision.Kind.ACCEPTED, decide(Requirement.atLeast(1, one, two)));
    }

    @Test
    void aListIsAskedOnce() throws IOException {
        List<Reference> asked = new ArrayList<>();
        decide(Requirement.tuf("tuf", name -> {
            asked.add(name);
            return ResolvedDigest.of(IMAGE, 500, "targets");
        }));
        assertEquals(List.of(NAME), asked);
    }

    @Test
    void aListThatNamesAnotherDigestOrSizeDoesNotCount() throws IOException, GeneralSecurityException {
        sign(alice);
        Requirement key = Requirement.key(bob.key());
        assertKind(
                Decision.Kind.REJECTED,
                decide(Requirement.anyOf(key, Requirement.tuf("tuf", name -> ResolvedDigest.of(OTHER, "targets")))));
        assertKind(
                Decision.Kind.REJECTED,
                decide(Requirement.anyOf(
                        key, Requirement.tuf("tuf", name -> ResolvedDigest.of(IMAGE, 501, "targets")))));
    }

    @Test
    void aListThatCannotBeReadSaysNothing() throws IOException {
        DigestResolver unavailable = name -> {
            throw new DigestResolutionException(DigestResolutionException.Reason.UNAVAILABLE, "down");
        };
        assertThrows(DigestResolutionException.class, () -> decide(Requirement.tuf("tuf", unavailable)));
        assertKind(
                Decision.Kind.INCOMPLETE,
                decide(Requirement.anyOf(Requirement.tuf("tuf", unavailable), Requirement.pinned(OTHER))));
        assertKind(Decision.Kind.REJECTED, decide(Requirement.tuf("tuf", name -> {
            throw new DigestResolutionException(DigestResolutionException.Reason.NOT_FOUND, "unknown");
        })));
    }

    @Test
    void whatIsNotSupportedIsIncomplete() throws IOException, GeneralSecurityException {
        sign(alice);
        Requirement openPgp = Requirement.unsupported("an OpenPGP signature");
        assertKind(Decision.Kind.INCOMPLETE, decide(openPgp));
        assertKind(Decision.Kind.ACCEPTED, decide(Requirement.anyOf(openPgp, Requirement.key(alice.key()))));
    }

    @Test
    void aCutListIsIncompleteUnlessTheRestSuffices() throws IOException, GeneralSecurityException {
        notes.add("more than 1000 artifacts are attached");
        assertKind(Decision.Kind.INCOMPLETE, decide(Requirement.key(alice.key())));
        sign(alice);
        assertKind(Decision.Kind.ACCEPTED, decide(Requirement.key(alice.key())));
    }

    @Test
    void aRegistryThatCannotBeReadIsNoRejection() {
        ImageCandidate image = new ImageCandidate() {
            @Override
            public TargetArtifact resolve() {
                return new TargetArtifact(MANIFEST, IMAGE, 500);
            }

            @Override
            public Optional<TargetArtifact> manifest(Digest digest) {
                return Optional.empty();
            }

            @Override
            public AttachmentSource attachments() {
                return subject -> {
                    throw new ConnectException("refused");
                };
            }
        };
        assertThrows(ConnectException.class, () -> decide(Requirement.key(alice.key()), Optional.of(NAME), image));
    }

    @Test
    void severalRequirementsReadContentOnce() throws IOException, GeneralSecurityException {
        MemoryAttachment signature = MemoryAttachment.at(Place.SIGNATURE_TAG);
        alice.sign(signature, TestSigner.payload(IMAGE, "registry.example.org/team/app", "{}"));
        attached.add(signature);
        decide(Requirement.anyOf(
                Requirement.key(bob.key()), Requirement.key(alice.key()), Requirement.key(alice.key(), bob.key())));
        assertEquals(1, signature.reads());
    }
}
