package dev.tallyclerk.registry.layout;

import static dev.tallyclerk.registry.attachment.TestArtifacts.tag;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.TestArtifacts;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutAttachmentsTest {
    private final TestArtifacts artifacts = new TestArtifacts();
    private final Descriptor image = artifacts.image("layer");

    @TempDir
    Path folder = Path.of("");

    private Attachments attached(AttachmentLimits limits) throws IOException {
        try (OciLayout layout = OciLayout.open(artifacts.write(folder))) {
            return layout.image(image.digest()).attachments(limits).attachments(image.digest());
        }
    }

    private Attachments attached() throws IOException {
        return attached(AttachmentLimits.defaults());
    }

    private static List<String> places(Attachments attachments) {
        return attachments.list().stream()
                .map(attachment -> attachment.place() + " " + attachment.digest())
                .toList();
    }

    private static EvidenceException.Reason refused(Attachment attachment) {
        return assertThrows(EvidenceException.class, attachment::manifest).reason();
    }

    @Test
    void listsTagsAndWhateverNamesTheSubject() throws IOException {
        Descriptor signature = artifacts.tagged("signature");
        Descriptor attestation = artifacts.tagged("attestation");
        Descriptor sbom = artifacts.tagged("sbom");
        Descriptor untagged = artifacts.referrer(image, "one");
        Descriptor tagged = artifacts.referrer(image, "two");
        Descriptor ofAnother = artifacts.referrer(untagged, "three");
        artifacts
                .entry(image, "1.0")
                .entry(untagged)
                .entry(tagged, "some-name")
                .entry(ofAnother)
                .entry(sbom, tag(image, ".sbom"))
                .entry(attestation, "registry.example.org/app:" + tag(image, ".att"))
                .entry(signature, tag(image, ".sig"));
        Attachments attachments = attached();
        assertEquals(
                List.of(
                        "SIGNATURE_TAG " + signature.digest(),
                        "ATTESTATION_TAG " + attestation.digest(),
                        "SBOM_TAG " + sbom.digest(),
                        "REFERRERS " + untagged.digest(),
                        "REFERRERS " + tagged.digest()),
                places(attachments));
        assertEquals(List.of(), attachments.notes());
        try (OciLayout layout = OciLayout.open(folder)) {
            Attachments below = layout.requireImage("1.0").attachments().attachments(untagged.digest());
            assertEquals(List.of("REFERRERS " + ofAnother.digest()), places(below));
        }
    }

    @Test
    void readsManifestAndLayers() throws IOException, EvidenceException {
        artifacts.entry(image, "1.0").entry(artifacts.referrer(image, "one"));
        artifacts.write(folder);
        try (OciLayout layout = OciLayout.open(folder)) {
            Attachment attachment = layout.requireImage("1.0")
                    .attachments()
                    .attachments(image.digest())
                    .list()
                    .get(0);
            AttachedManifest manifest = attachment.manifest();
            assertEquals(TestArtifacts.SIGNATURE, manifest.artifactType());
            assertEquals(MediaType.OCI_EMPTY, manifest.configType());
            assertEquals(image.digest(), manifest.subject().orElseThrow());
            assertEquals(Map.of("org.example.note", "one"), manifest.annotations());
            assertEquals("one", new String(attachment.read(manifest.blobs().get(0)), StandardCharsets.UTF_8));
        }
    }

    @Test
    void listsOnceWhatIsAReferrerAndInTheFallbackIndex() throws IOException {
        Descriptor both = artifacts.referrer(image, "both");
        Descriptor onlyThere = artifacts.referrer(image, "only there");
        artifacts
                .entry(image, "1.0")
                .entry(artifacts.fallback(both, onlyThere), tag(image, ""))
                .entry(both.withArtifactType("application/vnd.wrong"))
                .entry(both);
        Attachments attachments = attached();
        assertEquals(List.of("REFERRERS " + both.digest(), "REFERRERS " + onlyThere.digest()), places(attachments));
        assertEquals("application/vnd.wrong", attachments.list().get(0).listedType());
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "imageIndex"})
    void readsWhatCosignSaves(String kind) throws IOException {
        Descriptor signature = artifacts.tagged("signature");
        Descriptor attestation = artifacts.tagged("attestation");
        artifacts
                .entry(image.withAnnotations(Map.of("kind", "dev.cosignproject.cosign/" + kind)))
                .entry(signature.withAnnotations(Map.of("kind", "dev.cosignproject.cosign/sigs")))
                .entry(attestation.withAnnotations(Map.of("kind", "dev.cosignproject.cosign/atts")));
        assertEquals(
                List.of("SIGNATURE_TAG " + signature.digest(), "ATTESTATION_TAG " + attestation.digest()),
                places(attached()).stream()
                        .sorted((one, other) -> other.compareTo(one))
                        .toList());
    }

    @Test
    void whatCosignSavesForTwoImagesIsAttachedToNeither() throws IOException {
        Descriptor other = artifacts.image("other");
        Map<String, String> kind = Map.of("kind", "dev.cosignproject.cosign/image");
        artifacts
                .entry(image.withAnnotations(kind))
                .entry(other.withAnnotations(kind))
                .entry(artifacts.tagged("x").withAnnotations(Map.of("kind", "dev.cosignproject.cosign/sigs")));
        assertEquals(List.of(), places(attached()));
    }

    @Test
    void aWrongMissingOrMalformedEntryIsNoted() throws IOException {
        Descriptor wrong = artifacts.referrer(image, "wrong");
        artifacts.replace(wrong.digest(), "other");
        Descriptor missing = artifacts.referrer(image, "missing");
        artifacts.forget(missing.digest());
        Descriptor malformed = artifacts.blob(MediaType.OCI_MANIFEST, "{}");
        Descriptor fallback = artifacts.fallback(image);
        artifacts.replace(fallback.digest(), "other");
        artifacts
                .entry(image, "1.0")
                .entry(wrong)
                .entry(missing)
                .entry(malformed)
                .entry(fallback, tag(image, ""));
        Attachments attachments = attached();
        assertEquals(List.of(), places(attachments));
        for (Descriptor each : List.of(wrong, missing, malformed, fallback)) {
            assertTrue(
                    attachments.notes().stream()
                            .anyMatch(note -> note.contains(each.digest().toString())),
                    () -> each + ": " + attachments.notes());
        }
    }

    @Test
    void refusesWhatIsMissingWrongOrNoImageManifest() throws IOException {
        Descriptor missing = artifacts.tagged("missing");
        artifacts.forget(missing.digest());
        Descriptor wrong = artifacts.tagged("wrong");
        artifacts.replace(wrong.digest(), "other");
        Descriptor index = artifacts.manifest(
                ImageIndex.builder().manifest(image).subject(image).build());
        artifacts
                .entry(image, "1.0")
                .entry(missing, tag(image, ".sig"))
                .entry(wrong, tag(image, ".att"))
                .entry(index);
        try (OciLayout layout = OciLayout.open(artifacts.write(folder))) {
            List<Attachment> list = layout.requireImage("1.0")
                    .attachments()
                    .attachments(image.digest())
                    .list();
            assertEquals(3, list.size());
            assertEquals(EvidenceException.Reason.CONTENT_WRONG, refused(list.get(0)));
            assertEquals(EvidenceException.Reason.CONTENT_WRONG, refused(list.get(1)));
            assertEquals(EvidenceException.Reason.UNSUPPORTED, refused(list.get(2)));
        }
    }

    @ParameterizedTest
    @CsvSource({"forget, CONTENT_WRONG", "replace, CONTENT_WRONG", "limit, LIMIT_EXCEEDED", "all, LIMIT_EXCEEDED"})
    void refusesALayerThatIsMissingWrongOrTooLarge(String fault, EvidenceException.Reason reason)
            throws IOException, EvidenceException {
        Descriptor referrer = artifacts.referrer(image, "content of the layer");
        Descriptor layer = artifacts.blob("text/plain", "content of the layer");
        if (fault.equals("forget")) {
            artifacts.forget(layer.digest());
        } else if (fault.equals("replace")) {
            artifacts.replace(layer.digest(), "kontent of the layer");
        }
        artifacts.entry(image, "1.0").entry(referrer);
        AttachmentLimits limits = AttachmentLimits.defaults();
        limits = fault.equals("limit") ? limits.withMaxBlobBytes((int) layer.size() - 1) : limits;
        limits = fault.equals("all") ? limits.withMaxAllBytes(image.size() + referrer.size() + 1) : limits;
        try (OciLayout layout = OciLayout.open(artifacts.write(folder))) {
            Attachment attachment = layout.requireImage("1.0")
                    .attachments(limits)
                    .attachments(image.digest())
                    .list()
                    .get(0);
            AttachedManifest manifest = attachment.manifest();
            if (fault.equals("all")) {
                // Each reading counts.
                attachment.read(manifest.blobs().get(0));
                for (int i = 0; i < image.size() / layer.size() - 1; i++) {
                    attachment.read(manifest.blobs().get(0));
                }
            }
            EvidenceException e = assertThrows(EvidenceException.class, () -> {
                attachment.read(manifest.blobs().get(0));
                attachment.read(manifest.blobs().get(0));
            });
            assertEquals(reason, e.reason());
        }
    }

    @Test
    void aManifestThatIsTooLargeIsNotRead() throws IOException {
        Descriptor large = artifacts.tagged("x".repeat(10));
        artifacts.entry(image, "1.0").entry(large, tag(image, ".sig"));
        AttachmentLimits limits = AttachmentLimits.defaults().withMaxManifestBytes((int) large.size() - 1);
        try (OciLayout layout = OciLayout.open(artifacts.write(folder))) {
            Attachments attachments =
                    layout.requireImage("1.0").attachments(limits).attachments(image.digest());
            assertEquals(
                    EvidenceException.Reason.LIMIT_EXCEEDED,
                    refused(attachments.list().get(0)));
            assertEquals(1, attachments.notes().size(), attachments.notes().toString());
        }
    }

    @Test
    void readsContentThatTheManifestEmbeds() throws IOException, EvidenceException {
        byte[] content = "embedded".getBytes(StandardCharsets.UTF_8);
        Descriptor layer = Descriptor.ofContent("text/plain", content).withData(content);
        Descriptor referrer = artifacts.manifest(ImageManifest.builder(Descriptor.empty())
                .artifactType(TestArtifacts.SIGNATURE)
                .layer(layer)
                .subject(image)
                .build());
        artifacts.entry(image, "1.0").entry(referrer);
        try (OciLayout layout = OciLayout.open(artifacts.write(folder))) {
            Attachment attachment = layout.requireImage("1.0")
                    .attachments()
                    .attachments(image.digest())
                    .list()
                    .get(0);
            assertEquals(
                    "embedded",
                    new String(attachment.read(attachment.manifest().blobs().get(0)), StandardCharsets.UTF_8));
        }
    }

    /** In the index beside the image, and in the index under the referrers tag, which a hostile writer made. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listsTheFirstThousandOfTenThousand(boolean fallback) throws IOException {
        artifacts.entry(image, "1.0");
        List<Descriptor> many = new ArrayList<>();
        for (int i = 0; i < 9_990; i++) {
            many.add(artifacts.referrer(image, "number " + (i % 1_200)));
        }
        if (fallback) {
            many = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                many.add(Descriptor.of(
                        MediaType.OCI_MANIFEST, Digest.sha256Of(new byte[] {(byte) i, (byte) (i >> 8)}), 9));
            }
            artifacts.entry(artifacts.fallback(many.toArray(Descriptor[]::new)), tag(image, ""));
        } else {
            many.forEach(artifacts::entry);
        }
        Attachments attachments = attached();
        assertEquals(1_000, attachments.list().size());
        assertTrue(attachments.notes().get(0).startsWith("more than 1000 "), attachments.notes()::toString);
    }

    @Test
    void stopsToReadManifestsAtTheLimitOfAllBytes() throws IOException {
        artifacts.entry(image, "1.0");
        for (int i = 0; i < 20; i++) {
            artifacts.entry(artifacts.referrer(image, "number " + i));
        }
        Attachments attachments = attached(AttachmentLimits.defaults().withMaxAllBytes(2_000));
        assertTrue(attachments.list().size() < 4, attachments.list()::toString);
        assertTrue(attachments.notes().stream().anyMatch(note -> note.contains("2000")), attachments.notes()::toString);
    }

    @Test
    void notesAreFew() throws IOException {
        artifacts.entry(image, "1.0");
        for (int i = 0; i < 200; i++) {
            Descriptor missing = artifacts.referrer(image, "number " + i);
            artifacts.forget(missing.digest());
            artifacts.entry(missing);
        }
        assertEquals(21, attached().notes().size());
    }

    @Test
    void anArchiveHasWhatTheFolderHas() throws IOException {
        Path archive = folder.resolve("layout.tar");
        Path layout = SharedData.require("signatures/combined/layout");
        try {
            Process tar = new ProcessBuilder("tar", "-cf", archive.toString(), "-C", layout.toString(), ".")
                    .inheritIO()
                    .start();
            assertEquals(0, tar.waitFor());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        try (OciLayout one = OciLayout.open(layout);
                OciLayout other = OciLayout.openArchive(archive)) {
            Digest digest = one.requireImage("1.0").resolve().digest();
            List<String> found = places(one.requireImage("1.0").attachments().attachments(digest));
            assertEquals(6, found.size(), found.toString());
            assertEquals(found, places(other.requireImage("1.0").attachments().attachments(digest)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "signatures/cosign/made-by-cosign/app, SIGNATURE_TAG ATTESTATION_TAG",
        "signatures/cosign/made-by-cosign/multi, SIGNATURE_TAG",
        "signatures/cosign/made-by-cosign/referrers, REFERRERS REFERRERS",
        "signatures/cosign/bundle-att-ok, REFERRERS",
        "signatures/notation/image-jws-ok/layout, REFERRERS"
    })
    void findsWhatPeersHaveWritten(String path, String places) throws IOException, EvidenceException {
        try (OciLayout layout = OciLayout.open(SharedData.require(path))) {
            Digest digest = layout.requireImage("1.0").resolve().digest();
            Attachments found = layout.requireImage("1.0").attachments().attachments(digest);
            assertEquals(
                    places,
                    String.join(
                            " ",
                            found.list().stream()
                                    .map(attachment -> attachment.place().name())
                                    .toList()));
            assertEquals(List.of(), found.notes());
            for (Attachment attachment : found.list()) {
                AttachedManifest manifest = attachment.manifest();
                if (attachment.place() == Place.REFERRERS) {
                    assertEquals(digest, manifest.subject().orElseThrow());
                }
                assertEquals(
                        manifest.blobs().get(0).size(),
                        attachment.read(manifest.blobs().get(0)).length);
            }
        }
    }

    @Test
    void nothingIsAttachedToADockerArchive() throws IOException {
        artifacts.entry(image, "1.0").entry(artifacts.referrer(image, "one"));
        Path file = folder.resolve("docker.tar");
        try (OciLayout layout = OciLayout.open(artifacts.write(folder));
                DockerArchiveWriter writer = DockerArchiveWriter.create(file)) {
            ImageCopier.create().copy(layout.requireImage("1.0"), writer.destination());
            writer.finish();
        }
        try (DockerArchive archive = DockerArchive.open(file)) {
            assertSame(Attachments.NONE, archive.requireImage().attachments().attachments(image.digest()));
        }
    }
}
