package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.TestArtifacts;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryAttachmentsTest {
    private static final Reference NAME = Reference.parse("registry.example.org/team/app:1.0");

    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRepository repository = registry.repository("team/app");
    private final Descriptor image = repository.image("1.0", "layer");

    private static Descriptor referrer(MemoryRepository where, Descriptor subject, String content) {
        ImageManifest manifest = ImageManifest.builder(
                        where.blob(MediaType.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8)))
                .artifactType(TestArtifacts.SIGNATURE)
                .layer(where.blob("text/plain", content.getBytes(StandardCharsets.UTF_8)))
                .subject(subject)
                .build();
        return where.manifest(manifest.mediaType(), manifest.bytes());
    }

    private static String cosignTag(Descriptor subject, String suffix) {
        return TestArtifacts.tag(subject, suffix);
    }

    private Attachments attached(AttachmentLimits limits) throws IOException {
        return registry.client().image(NAME).attachments(limits).attachments(image.digest());
    }

    private static List<String> places(Attachments attachments) {
        return attachments.list().stream()
                .map(attachment -> attachment.place() + " " + attachment.digest())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listsTagsAndReferrersAlsoOfTheFallbackTag(boolean referrersApi) throws IOException, EvidenceException {
        Descriptor one = referrer(repository, image, "one");
        Descriptor signature = referrer(repository, image, "signature");
        Descriptor sbom = referrer(repository, image, "sbom");
        repository.tag(cosignTag(image, ".sig"), signature);
        repository.tag(cosignTag(image, ".sbom"), sbom);
        registry.setReferrersApi(referrersApi);
        if (!referrersApi) {
            byte[] index =
                    ImageIndex.builder().manifest(one).manifest(one).build().bytes();
            repository.tag(cosignTag(image, ""), repository.manifest(MediaType.OCI_INDEX, index));
        }
        Attachments attachments = attached(AttachmentLimits.defaults());
        List<String> found = places(attachments);
        assertEquals("SIGNATURE_TAG " + signature.digest(), found.get(0));
        assertEquals("SBOM_TAG " + sbom.digest(), found.get(1));
        assertTrue(found.contains("REFERRERS " + one.digest()), found.toString());
        assertEquals(referrersApi ? 5 : 3, found.size());
        for (Attachment attachment : attachments.list()) {
            assertEquals(
                    attachment.manifest().blobs().get(0).size(),
                    attachment.read(attachment.manifest().blobs().get(0)).length);
        }
    }

    @Test
    void aSourceForOneTaskHasThemToo() throws IOException {
        referrer(repository, image, "one");
        var source = registry.client().image(NAME).until(new CompletableFuture<>());
        assertEquals(1, source.attachments().attachments(image.digest()).list().size());
    }

    @Test
    void theListedTypeIsTheRegistrysAndTheManifestsIsItsOwn() throws IOException, EvidenceException {
        Descriptor one = referrer(repository, image, "one");
        lists(one.withArtifactType(MediaType.OCI_EMPTY));
        Attachment attachment = attached(AttachmentLimits.defaults()).list().get(0);
        assertEquals(MediaType.OCI_EMPTY, attachment.listedType());
        assertEquals(TestArtifacts.SIGNATURE, attachment.manifest().artifactType());
    }

    /** Answers any request for referrers with these. */
    private void lists(Descriptor... referrers) {
        ImageIndex.Builder index = ImageIndex.builder();
        for (Descriptor referrer : referrers) {
            index.manifest(referrer);
        }
        byte[] document = index.build().bytes();
        registry.intercept(request -> request.uri().getPath().contains("/referrers/")
                ? MemoryRegistry.answer(200, Map.of("Content-Type", MediaType.OCI_INDEX), document)
                : null);
    }

    @Test
    void aWrongSizeInTheListDoesNotHideAnArtifact() throws IOException, EvidenceException {
        Descriptor one = referrer(repository, image, "one");
        lists(Descriptor.of(one.mediaType(), one.digest(), 7));
        assertEquals(
                image.digest(),
                attached(AttachmentLimits.defaults())
                        .list()
                        .get(0)
                        .manifest()
                        .subject()
                        .orElseThrow());
    }

    @Test
    void aMissingManifestAndAWrongOneAreRefused() throws IOException {
        Digest missing = Digest.sha256Of(new byte[] {1});
        Descriptor wrong = referrer(repository, image, "wrong");
        lists(Descriptor.of(MediaType.OCI_MANIFEST, missing, 100), wrong);
        registry.intercept(request -> request.uri().getPath().endsWith("/manifests/" + wrong.digest())
                ? MemoryRegistry.answer(
                        200, Map.of("Content-Type", MediaType.OCI_MANIFEST), "{}".getBytes(StandardCharsets.UTF_8))
                : null);
        for (Attachment attachment : attached(AttachmentLimits.defaults()).list()) {
            var e = assertThrows(EvidenceException.class, attachment::manifest);
            assertEquals(EvidenceException.Reason.CONTENT_WRONG, e.reason());
        }
    }

    @Test
    void anOversizedManifestIsRefusedBeforeItIsParsed() throws IOException {
        Descriptor one = referrer(repository, image, "one");
        Attachment attachment = attached(AttachmentLimits.defaults().withMaxManifestBytes((int) one.size() - 1))
                .list()
                .get(0);
        var e = assertThrows(EvidenceException.class, attachment::manifest);
        assertEquals(EvidenceException.Reason.LIMIT_EXCEEDED, e.reason());
    }

    /** The list has no end, and each page leads to the next one. */
    @Test
    void anEndlessListIsCutOff() throws IOException {
        registry.intercept(request -> {
            URI uri = request.uri();
            if (!uri.getPath().contains("/referrers/")) {
                return null;
            }
            int page =
                    uri.getQuery() == null ? 0 : Integer.parseInt(uri.getQuery().substring("page=".length()));
            ImageIndex.Builder index = ImageIndex.builder();
            for (int i = 0; i < 100; i++) {
                index.manifest(Descriptor.of(
                        MediaType.OCI_MANIFEST, Digest.sha256Of(new byte[] {(byte) page, (byte) i}), 100));
            }
            return MemoryRegistry.answer(
                    200,
                    Map.of(
                            "Content-Type",
                            MediaType.OCI_INDEX,
                            "Link",
                            "<" + uri.getPath() + "?page=" + (page + 1) + ">; rel=\"next\""),
                    index.build().bytes());
        });
        Attachments attachments = attached(AttachmentLimits.defaults());
        assertEquals(1_000, attachments.list().size());
        assertEquals(1, attachments.notes().size());
        assertEquals(
                11,
                registry.log().stream()
                        .filter(line -> line.contains("/referrers/"))
                        .count());
    }

    @Test
    void aRegistryThatDeniesAbsentTagsStillListsReferrers() throws IOException {
        Descriptor one = referrer(repository, image, "one");
        registry.intercept(request ->
                request.uri().getPath().contains("/manifests/sha256-") ? MemoryRegistry.error(403, "DENIED") : null);
        Attachments attachments = attached(AttachmentLimits.defaults());
        assertEquals(List.of("REFERRERS " + one.digest()), places(attachments));
        assertEquals(3, attachments.notes().size());
    }

    /** Many entries for one manifest do not displace the others. */
    @Test
    void aManifestThatIsListedManyTimesCountsOnce() throws IOException {
        Descriptor one = referrer(repository, image, "one");
        Descriptor[] all = new Descriptor[1_500];
        Arrays.fill(all, one);
        all[all.length - 1] = referrer(repository, image, "two");
        lists(all);
        Attachments attachments = attached(AttachmentLimits.defaults().withMaxAttachments(2));
        assertEquals(2, attachments.list().size());
        assertEquals(List.of(), attachments.notes());
        assertEquals(
                1,
                attached(AttachmentLimits.defaults().withMaxAttachments(1))
                        .notes()
                        .size());
    }

    @Test
    void aListThatCannotBeReadIsNotAnEmptyOne() {
        registry.intercept(request ->
                request.uri().getPath().contains("/referrers/") ? MemoryRegistry.error(500, "UNKNOWN") : null);
        assertThrows(HttpException.class, () -> attached(AttachmentLimits.defaults()));
        registry.intercept(request -> request.uri().getPath().contains("/referrers/")
                ? MemoryRegistry.answer(
                        200,
                        Map.of("Content-Type", MediaType.OCI_INDEX),
                        "{\"schemaVersion\":2,\"manifests\":[7]}".getBytes(StandardCharsets.UTF_8))
                : null);
        assertThrows(MalformedDocumentException.class, () -> attached(AttachmentLimits.defaults()));
        registry.intercept(
                request -> request.uri().getPath().endsWith(".sig") ? MemoryRegistry.error(503, "UNAVAILABLE") : null);
        assertThrows(HttpException.class, () -> attached(AttachmentLimits.defaults()));
    }

    @Test
    void allSignaturesMayBeInOneRepositoryAndThoseOfARegistryInAnother() throws IOException {
        Descriptor inOne = referrer(registry.repository("signatures"), image, "one");
        Descriptor sameIn = referrer(registry.repository("team/app"), image, "other");
        RegistryAttachments attachments = RegistryAttachments.of(registry.client());
        assertEquals(
                List.of("REFERRERS " + inOne.digest()),
                places(attachments
                        .withSignatureRepository(Reference.parse("other.example.org/signatures"))
                        .of(NAME)
                        .attachments(image.digest())));
        registry.requests().clear();
        assertEquals(
                List.of("REFERRERS " + sameIn.digest()),
                places(attachments
                        .withSignatureRegistry("third.example.org")
                        .of(NAME)
                        .attachments(image.digest())));
        assertTrue(registry.requests().stream()
                .allMatch(request -> "third.example.org".equals(request.uri().getHost())));
        assertEquals(
                List.of("REFERRERS " + inOne.digest()),
                places(registry.client()
                        .image(NAME)
                        .withAttachments(attachments
                                .withSignatureRepository(Reference.parse("other.example.org/signatures"))
                                .of(NAME))
                        .attachments()
                        .attachments(image.digest())));
    }
}
