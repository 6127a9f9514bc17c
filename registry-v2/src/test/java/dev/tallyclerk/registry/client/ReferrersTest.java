package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.registry.internal.reference.ReferrersTag;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferrersTest {
    private static final String SBOM = "application/vnd.example.sbom+json";
    private static final String SIGNATURE = "application/vnd.example.signature";

    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRepository stored = registry.repository("a");
    private final Descriptor image = stored.image("1", "layer");
    private final Repository repository = registry.client().repository(Reference.parse("registry.example.org/a"));

    private Descriptor refer(String artifactType, String content) {
        Descriptor layer = stored.blob("text/plain", content.getBytes(StandardCharsets.UTF_8));
        Manifest manifest = ImageManifest.builder(Descriptor.empty())
                .artifactType(artifactType)
                .layer(layer)
                .subject(image)
                .build();
        return stored.manifest(manifest.mediaType(), manifest.bytes()).withArtifactType(artifactType);
    }

    private void fallback(Descriptor... referrers) {
        registry.setReferrersApi(false);
        var builder = ImageIndex.builder();
        for (Descriptor referrer : referrers) {
            builder.manifest(referrer);
        }
        Manifest index = builder.build();
        stored.tag(ReferrersTag.of(image.digest()), stored.manifest(index.mediaType(), index.bytes()));
    }

    private Reason refusal() {
        return assertThrows(RegistryException.class, () -> repository.referrers(image.digest()))
                .reason();
    }

    @Test
    void givesWhatTheRegistryLists() throws IOException {
        assertEquals(List.of(), repository.referrers(image.digest()));
        Set<Descriptor> both = Set.of(refer(SBOM, "1"), refer(SIGNATURE, "2"));
        List<Descriptor> found = repository.referrers(image.digest());
        assertEquals(both, Set.copyOf(found));
        assertEquals(2, found.size());
        for (Descriptor referrer : found) {
            Manifest manifest = repository.manifest(referrer).orElseThrow();
            assertEquals(image.digest(), manifest.subject().orElseThrow().digest());
        }
    }

    /** Another server of the same API has the list, or will have it again. */
    @Test
    void aListOfAnotherServerThatFailsIsNotTakenForNone() throws IOException {
        fallback(refer(SBOM, "1"));
        registry.intercept(request -> request.uri().getHost().equals("other.example.org")
                ? MemoryRegistry.error(503, "NO")
                : request.uri().getPath().contains("/referrers/")
                        ? MemoryRegistry.answer(
                                307,
                                Map.of(
                                        "Location",
                                        "https://other.example.org"
                                                + request.uri().getPath()))
                        : null);
        assertEquals(Reason.SERVER_ERROR, refusal());
    }

    @Test
    void leavesTheFilterToARegistryThatSaysThatItHasIt() throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        refer(SIGNATURE, "2");
        assertEquals(List.of(sbom), repository.referrers(image.digest(), SBOM));
        String query = registry.requests().get(0).uri().getRawQuery();
        assertEquals("artifactType=application%2Fvnd.example.sbom%2Bjson", query);
    }

    @Test
    void filtersByItselfWhereTheRegistryDoesNot() throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        Descriptor signature = refer(SIGNATURE, "2");
        byte[] all = ImageIndex.builder()
                .manifest(sbom)
                .manifest(signature)
                .manifest(image)
                .build()
                .bytes();
        for (Map<String, String> headers : List.of(
                Map.of("Content-Type", MediaType.OCI_INDEX),
                Map.of("Content-Type", MediaType.OCI_INDEX, "OCI-Filters-Applied", "annotations, artifact"))) {
            registry.intercept(request -> MemoryRegistry.answer(200, headers, all));
            assertEquals(List.of(sbom), repository.referrers(image.digest(), SBOM));
            assertEquals(List.of(sbom, signature, image), repository.referrers(image.digest()));
        }
    }

    /** As registries list what cosign has attached that do not know types of artifacts. */
    @Test
    void looksAtWhatIsListedWithoutATypeOfItsOwn() throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        Descriptor signature = refer(SIGNATURE, "2");
        Descriptor absent = Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256Of(new byte[] {1}), 5);
        Descriptor plain = Descriptor.of(sbom.mediaType(), sbom.digest(), sbom.size() + 1);
        byte[] all = ImageIndex.builder()
                .manifest(plain)
                .manifest(signature.withArtifactType(MediaType.OCI_EMPTY))
                .manifest(absent)
                .manifest(image)
                .build()
                .bytes();
        registry.intercept(request -> request.uri().getPath().contains("/referrers/")
                ? MemoryRegistry.answer(200, Map.of("Content-Type", MediaType.OCI_INDEX), all)
                : null);
        List<String> ignored = new ArrayList<>();
        Repository listening = registry.client()
                .withListener(new RegistryListener() {
                    @Override
                    public void ignored(String from, String what) {
                        ignored.add(what);
                    }
                })
                .repository(Reference.parse("registry.example.org/a"));
        assertEquals(List.of(plain.withArtifactType(SBOM)), listening.referrers(image.digest(), SBOM));
        assertEquals(List.of(signature), listening.referrers(image.digest(), SIGNATURE));
        assertEquals(2, ignored.size(), ignored::toString);
        assertTrue(ignored.get(0).contains(absent.digest().toString()), ignored.get(0));
        assertEquals(4, listening.referrers(image.digest()).size());
    }

    /** A client that may push one referrer must not hide the others, and a failure costs none of the looks. */
    @Test
    void oneManifestThatCannotBeHadHidesNoOther() throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        Descriptor plain = Descriptor.of(sbom.mediaType(), sbom.digest(), sbom.size());
        Digest denied = Digest.sha256Of(new byte[] {1});
        Digest failing = Digest.sha256Of(new byte[] {2});
        byte[] all = ImageIndex.builder()
                .manifest(Descriptor.of(MediaType.OCI_MANIFEST, denied, 5))
                .manifest(Descriptor.of(MediaType.OCI_MANIFEST, failing, 5))
                .manifest(plain)
                .build()
                .bytes();
        AtomicBoolean broken = new AtomicBoolean(true);
        registry.intercept(request -> {
            String path = request.uri().getPath();
            if (path.contains("/referrers/")) {
                return MemoryRegistry.answer(200, Map.of("Content-Type", MediaType.OCI_INDEX), all);
            }
            if (path.endsWith(denied.toString())) {
                return MemoryRegistry.answer(403, Map.of(), new byte[0]);
            }
            return path.endsWith(failing.toString()) && broken.get()
                    ? MemoryRegistry.answer(500, Map.of(), new byte[0])
                    : null;
        });
        Pages<Descriptor> pages = repository.referrerPages(image.digest(), SBOM);
        assertEquals(
                Reason.SERVER_ERROR,
                assertThrows(RegistryException.class, pages::next).reason());
        broken.set(false);
        assertEquals(List.of(plain.withArtifactType(SBOM)), pages.next().orElseThrow());
    }

    /** An empty answer would say that nothing was signed. */
    @Test
    void aLookThatFailsElsewhereDoesNotMeanThatThereIsNoList() throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        Descriptor plain = Descriptor.of(sbom.mediaType(), sbom.digest(), sbom.size());
        byte[] all = ImageIndex.builder().manifest(plain).build().bytes();
        registry.intercept(request -> {
            String path = request.uri().getPath();
            if (path.contains("/referrers/")) {
                return MemoryRegistry.answer(200, Map.of("Content-Type", MediaType.OCI_INDEX), all);
            }
            if (path.endsWith(sbom.digest().toString())) {
                return MemoryRegistry.answer(307, Map.of("Location", "https://storage.example.org/manifest"));
            }
            return request.uri().getHost().equals("storage.example.org")
                    ? MemoryRegistry.answer(503, Map.of(), new byte[0])
                    : null;
        });
        var e = assertThrows(RegistryException.class, () -> repository.referrers(image.digest(), SBOM));
        assertEquals(Reason.SERVER_ERROR, e.reason());
    }

    @Test
    void looksAtSoManyOnly() throws IOException {
        var builder = ImageIndex.builder();
        for (int i = 0; i < 102; i++) {
            builder.manifest(Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256Of(new byte[] {1, (byte) i}), 5));
        }
        byte[] all = builder.build().bytes();
        registry.intercept(request -> request.uri().getPath().contains("/referrers/")
                ? MemoryRegistry.answer(200, Map.of("Content-Type", MediaType.OCI_INDEX), all)
                : null);
        assertEquals(List.of(), repository.referrers(image.digest(), SBOM));
        assertEquals(101, registry.requests().size());
    }

    @Test
    void takesWhatIsOfAnotherTypeFromNobody() throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        byte[] more = ImageIndex.builder()
                .manifest(sbom)
                .manifest(refer(SIGNATURE, "2"))
                .manifest(image)
                .build()
                .bytes();
        Map<String, String> headers =
                Map.of("Content-Type", MediaType.OCI_INDEX, "OCI-Filters-Applied", "artifactType");
        registry.intercept(request -> MemoryRegistry.answer(200, headers, more));
        // The registry has the word on what says no type itself.
        assertEquals(List.of(sbom, image), repository.referrers(image.digest(), SBOM));
    }

    @Test
    void followsPages() throws IOException {
        Set<Descriptor> all = Set.of(refer(SBOM, "1"), refer(SBOM, "2"), refer(SBOM, "3"));
        refer(SIGNATURE, "4");
        registry.setPageSize(2);
        assertEquals(all, Set.copyOf(repository.referrers(image.digest(), SBOM)));
        assertEquals(2, registry.requests().size());
        assertEquals(4, repository.referrers(image.digest()).size());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 406, 501})
    void fallsBackToTheTag(int status) throws IOException {
        registry.intercept(request ->
                request.uri().getPath().contains("/referrers/") ? MemoryRegistry.error(status, "ANY") : null);
        assertEquals(List.of(), repository.referrers(image.digest()));
        Descriptor sbom = refer(SBOM, "1");
        Descriptor signature = refer(SIGNATURE, "2");
        fallback(sbom, signature);
        assertEquals(List.of(sbom, signature), repository.referrers(image.digest()));
        assertEquals(List.of(sbom), repository.referrers(image.digest(), SBOM));
        String tag = image.digest().toString().replace(':', '-');
        assertEquals(
                "GET /v2/a/manifests/" + tag, registry.log().get(registry.log().size() - 1));
    }

    /** Distribution-spec v1.1.1, Listing Referrers: an invalid index under the tag means no referrers. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.oci.image.index.v1+json | {}",
                "application/vnd.oci.image.index.v1+json | not json",
                "text/html | <html>",
                "application/vnd.docker.distribution.manifest.list.v2+json | {\"schemaVersion\":2,\"manifests\":[]}",
            })
    void aTagWithAnythingButAnIndexMeansNoReferrersAndIsTold(String type, String document) throws IOException {
        registry.setReferrersApi(false);
        stored.tag(ReferrersTag.of(image.digest()), stored.manifest(type, document.getBytes(StandardCharsets.UTF_8)));
        List<String> heard = new ArrayList<>();
        Repository listening = registry.client()
                .withListener(new RegistryListener() {
                    @Override
                    public void ignored(String from, String what) {
                        heard.add(from + " " + what);
                    }
                })
                .repository(Reference.parse("registry.example.org/a"));
        assertEquals(List.of(), listening.referrers(image.digest()));
        assertEquals(1, heard.size());
        assertTrue(heard.get(0).startsWith("registry.example.org "), heard.get(0));
        assertTrue(heard.get(0).contains(ReferrersTag.of(image.digest())), heard.get(0));
    }

    @Test
    void aTagThatIsTakenForTheSubjectMeansNoReferrers() throws IOException {
        registry.setReferrersApi(false);
        Manifest index = ImageIndex.builder().manifest(image).build();
        for (Descriptor subject : List.of(image, stored.manifest(index.mediaType(), index.bytes()))) {
            stored.tag(ReferrersTag.of(subject.digest()), subject);
            assertEquals(List.of(), repository.referrers(subject.digest()));
        }
    }

    @Test
    void anIndexUnderTheTagThatPassesALimitIsNoEmptyList() {
        fallback(refer(SBOM, "1"), refer(SBOM, "2"));
        Repository narrow = registry.client()
                .withDocumentLimits(DocumentLimits.defaults().withMaxDescriptors(1))
                .repository(Reference.parse("registry.example.org/a"));
        var e = assertThrows(MalformedDocumentException.class, () -> narrow.referrers(image.digest()));
        assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, e.reason());
        assertTrue(String.valueOf(e.getMessage())
                .startsWith("registry.example.org lists the referrers of " + image.digest()));
    }

    /** What lists manifests is a list, whatever the registry calls it, and must not pass for an empty one. */
    @Test
    void aBrokenListOfAnotherTypeIsRefusedToo() {
        String entry = "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"sha256:x\",\"size\":1}";
        String list = "{\"schemaVersion\":2,\"manifests\":[" + entry + "]}";
        registry.intercept(request -> MemoryRegistry.answer(
                200, Map.of("Content-Type", "application/json"), list.getBytes(StandardCharsets.UTF_8)));
        assertThrows(MalformedDocumentException.class, () -> repository.referrers(image.digest()));
    }

    /** As the page of GitHub to which its registry redirects, which may be asked less often than the registry. */
    @ParameterizedTest
    @ValueSource(ints = {403, 404, 429, 503})
    void fallsBackToTheTagAtOnceWhereAnotherFailsToWhomTheRegistryRedirects(int status) throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        fallback(sbom);
        registry.intercept(request -> {
            if (request.uri().getHost().equals("pages.example.com")) {
                return MemoryRegistry.error(status, "ANY");
            }
            return request.uri().getPath().contains("/referrers/")
                    ? MemoryRegistry.answer(303, Map.of("Location", "https://pages.example.com/-/x"))
                    : null;
        });
        assertEquals(List.of(sbom), repository.referrers(image.digest()));
        assertEquals(3, registry.requests().size());
    }

    /** What the registry answers where the list of referrers should be, and what it is announced as. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html; charset=utf-8 | <html>",
                "application/json | {\"message\":\"sign in\"}",
                "application/json | []",
                "application/vnd.docker.distribution.manifest.list.v2+json | {\"schemaVersion\":2,\"manifests\":[]}",
                "'' | "
            })
    void fallsBackToTheTagFromWhatIsNoIndex(String type, @Nullable String document) throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        fallback(sbom);
        byte[] body = (document == null ? "" : document).getBytes(StandardCharsets.UTF_8);
        registry.intercept(request -> request.uri().getPath().contains("/referrers/")
                ? MemoryRegistry.answer(200, Map.of("Content-Type", type), body)
                : null);
        assertEquals(List.of(sbom), repository.referrers(image.digest()));
        assertFalse(new ReferrersFallback(repository.session(), "a").isOffered(image.digest(), Scope.pull("a")));
    }

    @Test
    void takesAnIndexThatIsAnnouncedAsAnyDocument() throws IOException {
        Descriptor sbom = refer(SBOM, "1");
        byte[] index = ImageIndex.builder().manifest(sbom).build().bytes();
        registry.intercept(request -> MemoryRegistry.answer(200, Map.of("Content-Type", "application/json"), index));
        assertEquals(List.of(sbom), repository.referrers(image.digest()));
        assertTrue(new ReferrersFallback(repository.session(), "a").isOffered(image.digest(), Scope.pull("a")));
    }

    @ParameterizedTest
    @CsvSource({"401, UNAUTHORIZED", "403, DENIED", "429, TOO_MANY_REQUESTS", "500, SERVER_ERROR"})
    void aFailureIsNoReasonToFallBack(int status, Reason reason) {
        registry.intercept(request ->
                request.uri().getPath().contains("/referrers/") ? MemoryRegistry.error(status, "ANY") : null);
        assertEquals(reason, refusal());
        assertTrue(registry.log().stream().noneMatch(line -> line.contains("/manifests/")));
    }

    @Test
    void anIndexThatCannotBeReadIsRefusedAndNamesRegistryAndSubject() {
        registry.intercept(request -> MemoryRegistry.answer(
                200, Map.of("Content-Type", MediaType.OCI_INDEX), "{}".getBytes(StandardCharsets.UTF_8)));
        var e = assertThrows(MalformedDocumentException.class, () -> repository.referrers(image.digest()));
        assertEquals(MalformedDocumentException.Reason.MISSING_MEMBER, e.reason());
        assertTrue(String.valueOf(e.getMessage())
                .startsWith("registry.example.org lists the referrers of " + image.digest()));
        assertThrows(IllegalArgumentException.class, () -> repository.referrers(image.digest(), "no type"));
    }

    @Test
    void aPageThatIsMissingIsNoEndOfTheList() {
        refer(SBOM, "1");
        refer(SBOM, "2");
        registry.setPageSize(1);
        registry.intercept(request ->
                String.valueOf(request.uri().getQuery()).contains("after=") ? MemoryRegistry.error(404, "X") : null);
        assertEquals(Reason.NOT_FOUND, refusal());
    }

    @Test
    void theTagIsThatOfEveryVector() throws IOException, JsonException {
        byte[] file = SharedData.read("registry/vectors/referrers-tag.json");
        for (JsonCursor vector : JsonCursor.parse(file, JsonLimits.ofBytes(1 << 20))
                .required("vectors")
                .elements()) {
            Digest digest = Digest.parse(vector.required("digest").string());
            assertEquals(vector.required("tag").string(), ReferrersTag.of(digest));
            assertTrue(ReferenceParts.isTag(ReferrersTag.of(digest)));
        }
    }
}
