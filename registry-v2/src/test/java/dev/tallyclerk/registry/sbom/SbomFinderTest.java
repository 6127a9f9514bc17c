package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SbomFinderTest {
    private static final byte[] CYCLONEDX = TestInventory.written(SbomFormat.CYCLONEDX, TestInventory.inventory());
    private static final byte[] SPDX = TestInventory.written(SbomFormat.SPDX, TestInventory.inventory());
    private static final String IN_TOTO = "application/vnd.in-toto+json";
    private static final String DSSE = "application/vnd.dsse.envelope.v1+json";
    private static final Descriptor CONFIG =
            Descriptor.ofContent("application/vnd.oci.image.config.v1+json", new byte[0]);

    private static final ImageManifest IMAGE = ImageManifest.builder(Descriptor.ofContent(
                    "application/vnd.oci.image.config.v1+json",
                    ImageConfig.builder(Platform.of("linux", "amd64")).build().bytes()))
            .build();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] statement(String type, byte[] predicate) {
        return bytes("{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicateType\":\"" + type
                + "\",\"subject\":[],\"predicate\":" + new String(predicate, StandardCharsets.UTF_8) + "}");
    }

    private static byte[] envelope(byte[] statement) {
        return bytes("{\"payloadType\":\"" + IN_TOTO + "\",\"payload\":\""
                + Base64.getEncoder().encodeToString(statement) + "\",\"signatures\":[]}");
    }

    /** An artifact with one layer. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Attached(
            Place place, Digest subject, String artifactType, String layerType, String predicate, byte[] content)
            implements Attachment {
        @Override
        public Digest digest() {
            return Digest.sha256Of(content);
        }

        @Override
        public long size() {
            return 1;
        }

        @Override
        public String listedType() {
            return artifactType;
        }

        @Override
        public String origin() {
            return place.toString();
        }

        @Override
        public AttachedManifest manifest() throws EvidenceException {
            if (layerType.isEmpty()) {
                throw new EvidenceException(EvidenceException.Reason.CONTENT_WRONG, "other bytes");
            }
            Map<String, String> annotations = predicate.isEmpty() ? Map.of() : Map.of("predicateType", predicate);
            return new AttachedManifest(
                    artifactType,
                    "",
                    place == Place.REFERRERS ? Optional.of(subject) : Optional.empty(),
                    Map.of(),
                    List.of(new AttachedBlob(layerType, digest(), content.length, annotations)));
        }

        @Override
        public byte[] read(AttachedBlob blob) {
            return content;
        }
    }

    private static Attached referrer(String artifactType, String layerType, byte[] content) {
        return new Attached(Place.REFERRERS, IMAGE.digest(), artifactType, layerType, "", content);
    }

    private static ImageSource image(AttachmentSource attachments) {
        return BuiltImage.of("test", IMAGE, Map.of()).withAttachments(attachments);
    }

    private static List<AttachedSbom> found(Attachment... attached) throws IOException {
        return SbomFinder.create()
                .find(
                        image(subject -> new Attachments(
                                subject.equals(IMAGE.digest()) ? List.of(attached) : List.of(), List.of())),
                        IMAGE.digest())
                .list();
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.cyclonedx+json, application/vnd.cyclonedx+json",
        "application/vnd.cyclonedx+json, application/octet-stream",
        "application/vnd.unknown.artifact.v1, application/vnd.cyclonedx+json",
    })
    void findsReferrersByArtifactTypeOrLayer(String artifactType, String layerType) throws IOException {
        List<AttachedSbom> found = found(referrer(artifactType, layerType, CYCLONEDX));
        assertEquals(1, found.size());
        assertEquals(SbomFormat.CYCLONEDX, found.get(0).sbom().orElseThrow().format());
        assertEquals(Digest.sha256Of(CYCLONEDX), found.get(0).artifact());
    }

    @Test
    void findsCosignsTags() throws IOException {
        byte[] attestation = envelope(statement("https://spdx.dev/Document", SPDX));
        List<AttachedSbom> found = found(
                new Attached(Place.SBOM_TAG, IMAGE.digest(), "", "text/spdx+json", "", SPDX),
                new Attached(Place.ATTESTATION_TAG, IMAGE.digest(), "", DSSE, "https://spdx.dev/Document", attestation),
                new Attached(Place.SIGNATURE_TAG, IMAGE.digest(), "", "text/spdx+json", "", SPDX));
        assertEquals(2, found.size());
        assertEquals(
                List.of(false, true),
                found.stream()
                        .map(each -> each.sbom().orElseThrow().isAttestation())
                        .toList());
    }

    @Test
    void findsBundlesAmongReferrers() throws IOException {
        String bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        byte[] content = bytes("{\"mediaType\":\"" + bundle + "\",\"dsseEnvelope\":"
                + new String(envelope(statement("https://cyclonedx.org/bom", CYCLONEDX)), StandardCharsets.UTF_8)
                + "}");
        assertTrue(found(referrer(bundle, bundle, content)).get(0).sbom().isPresent());
    }

    @Test
    void otherStatementsAreNotBillsOfMaterials() throws IOException {
        byte[] provenance = envelope(statement("https://slsa.dev/provenance/v1", bytes("{}")));
        byte[] sbom = envelope(statement("https://cyclonedx.org/bom", CYCLONEDX));
        assertEquals(
                List.of(),
                found(
                        new Attached(Place.ATTESTATION_TAG, IMAGE.digest(), "", DSSE, "", provenance),
                        new Attached(
                                Place.ATTESTATION_TAG,
                                IMAGE.digest(),
                                "",
                                DSSE,
                                "https://slsa.dev/provenance/v1",
                                sbom),
                        referrer("application/vnd.example", "application/vnd.example", CYCLONEDX)));
    }

    @Test
    void whatCannotBeReadIsListedWithTheReason() throws IOException {
        Digest other = Digest.sha256Of(new byte[] {1});
        List<AttachedSbom> found = found(
                referrer("application/spdx+json", "application/spdx+json", bytes("{}")),
                referrer("application/spdx+json", "", SPDX),
                new Attached(Place.SBOM_TAG, IMAGE.digest(), "", "text/spdx", "", bytes("SPDXVersion: SPDX-2.3\n")),
                new Attached(Place.REFERRERS, other, "application/spdx+json", "application/spdx+json", "", SPDX),
                new Attached(Place.ATTESTATION_TAG, IMAGE.digest(), "", DSSE, "", bytes("{\"payload\":\"*\"}")));
        assertEquals(5, found.size());
        assertTrue(found.stream().allMatch(each -> each.problem().isPresent()), found::toString);
    }

    @Test
    void limitsAreForAllDocumentsTogether() throws IOException {
        AttachmentSource attachments = subject -> new Attachments(
                List.of(
                        referrer("application/spdx+json", "application/spdx+json", SPDX),
                        referrer("application/spdx+json", "application/spdx+json", SPDX)),
                List.of("a note"));
        int enoughForOne = 1000;
        SbomFinder.Found found = find(attachments, enoughForOne);
        while (found.list().get(0).sbom().isEmpty()) {
            enoughForOne += 1000;
            found = find(attachments, enoughForOne);
        }
        assertTrue(found.list().get(0).sbom().isPresent());
        assertTrue(found.list().get(1).problem().isPresent());
        assertEquals(List.of("a note"), found.notes());
        SbomLimits small = SbomLimits.defaults().withMaxDocumentBytes(100);
        assertTrue(SbomFinder.create().withLimits(small).find(image(attachments), IMAGE.digest()).list().stream()
                .allMatch(each -> each.problem().isPresent()));
    }

    private static SbomFinder.Found find(AttachmentSource attachments, int maxMemoryBytes) throws IOException {
        SbomLimits limits = SbomLimits.defaults().withMaxMemoryBytes(maxMemoryBytes);
        return SbomFinder.create().withLimits(limits).find(image(attachments), IMAGE.digest());
    }

    @Test
    void findsTheAttestationsOfBuildKitInTheIndex() throws IOException {
        byte[] sbom = statement("https://spdx.dev/Document", SPDX);
        byte[] provenance = statement("https://slsa.dev/provenance/v1", bytes("{}"));
        Map<Digest, BlobContent> contents = new HashMap<>();
        ImageManifest attestations = ImageManifest.builder(CONFIG)
                .layer(layer(sbom, "https://spdx.dev/Document", contents))
                .layer(layer(provenance, "https://slsa.dev/provenance/v1", contents))
                .layer(Descriptor.ofContent(IN_TOTO, bytes("missing")))
                .build();
        contents.put(attestations.digest(), BlobContent.of(attestations.bytes()));
        contents.put(IMAGE.digest(), BlobContent.of(IMAGE.bytes()));
        ImageIndex index = ImageIndex.builder()
                .manifest(IMAGE.descriptor().withPlatform(Platform.of("linux", "amd64")))
                .manifest(reference(attestations, IMAGE.digest()))
                .manifest(reference(attestations, attestations.digest()))
                .build();
        List<AttachedSbom> found = SbomFinder.create()
                .find(BuiltImage.of("test", index, contents), IMAGE.digest())
                .list();
        assertEquals(2, found.size());
        assertEquals(SbomFormat.SPDX, found.get(0).sbom().orElseThrow().format());
        assertEquals(attestations.digest(), found.get(0).artifact());
        assertTrue(found.get(1).problem().orElseThrow().contains("is not there"));
    }

    private static Descriptor layer(byte[] content, String predicate, Map<Digest, BlobContent> contents) {
        Descriptor layer =
                Descriptor.ofContent(IN_TOTO, content).withAnnotations(Map.of("in-toto.io/predicate-type", predicate));
        contents.put(layer.digest(), BlobContent.of(content));
        return layer;
    }

    private static Descriptor reference(ImageManifest attestations, Digest image) {
        return attestations
                .descriptor()
                .withPlatform(Platform.of("unknown", "unknown"))
                .withAnnotations(Map.of(
                        "vnd.docker.reference.type",
                        "attestation-manifest",
                        "vnd.docker.reference.digest",
                        image.toString()));
    }

    @Test
    void anAttachedDocumentIsReadOrNot() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new AttachedSbom("", IMAGE.digest(), Optional.empty(), Optional.empty()));
    }
}
