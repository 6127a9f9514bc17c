package dev.tallyclerk.trust.notation;

import static dev.tallyclerk.trust.notation.NotationFixture.reason;
import static dev.tallyclerk.trust.notation.NotationFixture.statement;
import static dev.tallyclerk.trust.notation.NotationFixture.verifier;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which attached artifacts are signatures, and how many of them are tried. */
class AttachedSignaturesTest {
    private static final Reference IMAGE = Reference.parse("registry.test/acme/shop:1");

    /** An attached artifact in memory, which counts how often it is read. */
    private static final class Fake implements Attachment {
        private final byte[] envelope;
        private String mediaType = NotationEnvelope.JWS;
        private String artifactType = NotationVerifier.ARTIFACT_TYPE;
        private String configType = "application/vnd.oci.empty.v1+json";
        private String listedType = NotationVerifier.ARTIFACT_TYPE;
        private Optional<Digest> subject = Optional.of(TestEnvelope.TARGET.digest());
        private int layers = 1;
        private long declaredSize;
        private Place place = Place.REFERRERS;
        private boolean isUnreadable;
        private int manifestsRead;
        private int envelopesRead;

        Fake(byte[] envelope) {
            this.envelope = envelope;
            this.declaredSize = envelope.length;
        }

        @Override
        public Place place() {
            return place;
        }

        @Override
        public Digest digest() {
            return Digest.sha256Of(envelope);
        }

        @Override
        public long size() {
            return 1_000;
        }

        @Override
        public String listedType() {
            return listedType;
        }

        @Override
        public String origin() {
            return "fake";
        }

        @Override
        public AttachedManifest manifest() throws IOException {
            manifestsRead++;
            if (isUnreadable) {
                throw new IOException("unreadable");
            }
            AttachedBlob blob = new AttachedBlob(mediaType, Digest.sha256Of(envelope), declaredSize, Map.of());
            return new AttachedManifest(artifactType, configType, subject, Map.of(), Collections.nCopies(layers, blob));
        }

        @Override
        public byte[] read(AttachedBlob blob) {
            envelopesRead++;
            return envelope;
        }
    }

    private static Fake good() {
        return new Fake(new TestEnvelope().jws());
    }

    private static Fake bad() {
        TestEnvelope made = new TestEnvelope();
        made.keys = TestCertificate.OTHER_P256;
        return new Fake(made.jws());
    }

    private static NotationResult verify(NotationVerifier verifier, Fake... fakes) throws IOException {
        return verifier.verify(subject -> new Attachments(List.of(fakes), List.of()), TestEnvelope.TARGET, IMAGE);
    }

    private static NotationResult verify(Fake... fakes) throws IOException {
        return verify(verifier(statement()), fakes);
    }

    @Test
    void oneGoodSignatureIsEnoughAndTheOthersAreReported() throws IOException {
        NotationResult result = verify(bad(), good(), bad());
        assertEquals("fake", statement(result).evidence().origin());
        assertEquals(
                List.of(Reason.SIGNATURE_INVALID),
                result.refusedSignatures().stream().map(RefusedEvidence::reason).toList());
        assertEquals(
                "Notation statement \"program\"",
                result.refusedSignatures().get(0).requirement());
    }

    @Test
    void withoutASignatureTheImageIsRefused() throws IOException {
        assertEquals(Reason.THRESHOLD_NOT_MET, reason(verify()));
        assertEquals(Reason.SIGNATURE_INVALID, reason(verify(bad(), bad())));
        assertEquals(2, verify(bad(), bad()).refusedSignatures().size());
    }

    @Test
    void theManifestsOwnTypeDecides() throws IOException {
        Fake listedOtherwise = good();
        listedOtherwise.listedType = "application/vnd.oci.empty.v1+json";
        statement(verify(listedOtherwise));

        Fake older = good();
        older.artifactType = "";
        older.configType = NotationVerifier.ARTIFACT_TYPE;
        statement(verify(older));

        Fake other = good();
        other.artifactType = "application/vnd.acme.other";
        other.configType = NotationVerifier.ARTIFACT_TYPE;
        assertEquals(Reason.THRESHOLD_NOT_MET, reason(verify(other)));
        assertEquals(0, other.envelopesRead);
    }

    @Test
    void onlyReferrersAreSignatures() throws IOException {
        Fake tag = good();
        tag.place = Attachment.Place.SIGNATURE_TAG;
        assertEquals(Reason.THRESHOLD_NOT_MET, reason(verify(tag)));
        assertEquals(0, tag.manifestsRead);
    }

    @Test
    void theManifestIsOfThisImageAndHasOneLayerThatFits() throws IOException {
        Fake moved = good();
        moved.subject = Optional.of(Digest.sha256Of(new byte[0]));
        assertEquals(Reason.SUBJECT_MISMATCH, reason(verify(moved)));
        Fake loose = good();
        loose.subject = Optional.empty();
        assertEquals(Reason.SUBJECT_MISMATCH, reason(verify(loose)));
        Fake two = good();
        two.layers = 2;
        assertEquals(Reason.MALFORMED, reason(verify(two)));
        Fake none = good();
        none.layers = 0;
        assertEquals(Reason.MALFORMED, reason(verify(none)));
        Fake otherType = good();
        otherType.mediaType = "application/json";
        assertEquals(Reason.UNSUPPORTED, reason(verify(otherType)));
        Fake large = good();
        large.declaredSize = 1_048_577;
        assertEquals(Reason.LIMIT_EXCEEDED, reason(verify(large)));
        assertEquals(0, large.envelopesRead);
    }

    @Test
    void anUnreadableAttachmentMattersOnlyIfNoOtherHolds() throws IOException {
        Fake unreadable = good();
        unreadable.isUnreadable = true;
        statement(verify(unreadable, good()));
        assertThrows(IOException.class, () -> verify(unreadable, bad()));
        assertThrows(
                IOException.class,
                () -> verifier(statement())
                        .verify(
                                subject -> {
                                    throw new IOException("unreadable");
                                },
                                TestEnvelope.TARGET));
    }

    @Test
    void aRefusalSaysWhatIsMissingFromTheList() throws IOException {
        for (List<Attachment> list : List.of(List.<Attachment>of(), List.<Attachment>of(bad()))) {
            NotationResult result = verifier(statement())
                    .verify(
                            subject -> new Attachments(list, List.of("more than 1,000 referrers")),
                            TestEnvelope.TARGET,
                            IMAGE);
            assertTrue(
                    ((NotationResult.Refused) result).message().endsWith("incomplete: more than 1,000 referrers"),
                    result::toString);
        }
    }

    /** CVE-2023-33957 and CVE-2023-33958. */
    @Test
    void triesAsManySignaturesAsTheLimitAllows() throws IOException {
        List<Fake> fakes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            fakes.add(bad());
        }
        Fake last = good();
        fakes.add(last);
        NotationResult result = verify(fakes.toArray(Fake[]::new));
        assertEquals(Reason.LIMIT_EXCEEDED, reason(result));
        assertEquals(100, result.refusedSignatures().size());
        assertEquals(0, last.envelopesRead);
        statement(verify(
                verifier(statement()).withLimits(NotationLimits.defaults().withSignatures(101)),
                fakes.toArray(Fake[]::new)));
        statement(verify(fakes.subList(1, 101).toArray(Fake[]::new)));
    }

    @Test
    void triesWhatIsListedAsSignatureFirst() throws IOException {
        Fake other = good();
        other.listedType = "";
        other.artifactType = "application/vnd.acme.other";
        statement(verify(other, good()));
        assertEquals(0, other.manifestsRead);
    }

    @Test
    void readsNothingForAnImageThatNoStatementCovers() throws IOException {
        Fake fake = good();
        NotationVerifier verifier = verifier(statement().withRegistryScopes(List.of("registry.test/other")));
        assertEquals(Reason.NOT_COVERED, reason(verify(verifier, fake)));
        assertEquals(
                Reason.NOT_COVERED,
                reason(verifier.verify(subject -> new Attachments(List.of(fake), List.of()), TestEnvelope.TARGET)));
        assertEquals(0, fake.manifestsRead);
    }

    @Test
    void aRefusedManifestIsReported() throws IOException {
        Attachment missing = new Attachment() {
            @Override
            public Place place() {
                return Place.REFERRERS;
            }

            @Override
            public Digest digest() {
                return TestEnvelope.TARGET.digest();
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
                return "missing";
            }

            @Override
            public AttachedManifest manifest() throws EvidenceException {
                throw new EvidenceException(Reason.CONTENT_WRONG, "missing");
            }

            @Override
            public byte[] read(AttachedBlob blob) {
                throw new AssertionError();
            }
        };
        NotationResult result = verifier(statement())
                .verify(subject -> new Attachments(List.of(missing), List.of()), TestEnvelope.TARGET);
        assertEquals(Reason.CONTENT_WRONG, reason(result));
        assertEquals("missing", result.refusedSignatures().get(0).origin());
    }
}
