package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.internal.reference.ReferrersTag;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index of referrers under a tag, for registries that do not know of subjects. */
class ReferrersFallbackTest {
    private static final String SIGNATURE = "application/vnd.example.signature";

    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRepository repository = registry.repository("team/app");
    private final RegistryClient client = registry.client();
    private final RepositoryWriter writer =
            client.repository(Reference.parse("registry.example.org/team/app")).writer();
    private Descriptor subject = Descriptor.empty();

    @BeforeEach
    void anImageInARegistryThatDoesNotKnowOfSubjects() {
        registry.setReferrersApi(false);
        repository.setSaysSubject(false);
        Descriptor image = repository.image("1", "layer");
        subject = Descriptor.of(image.mediaType(), image.digest(), image.size());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String tag() {
        return ReferrersTag.of(subject.digest());
    }

    private Manifest artifact(String name) {
        repository.blob(MediaType.OCI_EMPTY, utf8("{}"));
        return ImageManifest.builder(Descriptor.empty())
                .artifactType(SIGNATURE)
                .layer(repository.blob("text/plain", utf8(name)))
                .annotation("org.example.name", name)
                .subject(subject)
                .build();
    }

    private byte[] indexBytes() {
        return repository.manifestBytes(repository.tagged(tag()).orElseThrow()).orElseThrow();
    }

    private ImageIndex index() throws IOException {
        return (ImageIndex) Manifest.parse(indexBytes(), MediaType.OCI_INDEX, DocumentLimits.defaults());
    }

    private List<Digest> listed() throws IOException {
        return index().manifests().stream().map(Descriptor::digest).toList();
    }

    private long indexPuts() {
        return registry.log().stream()
                .filter(line -> line.equals("PUT /v2/team/app/manifests/" + tag()))
                .count();
    }

    @Test
    void namesTagsAsTheSpecificationDoes() throws IOException, JsonException {
        JsonCursor vectors =
                JsonCursor.parse(SharedData.read("registry/vectors/referrers-tag.json"), JsonLimits.ofBytes(1 << 20));
        for (JsonCursor vector : vectors.required("vectors").elements()) {
            assertEquals(
                    vector.required("tag").string(),
                    ReferrersTag.of(Digest.parse(vector.required("digest").string())));
        }
    }

    @Test
    void addsAReferrerWithItsTypeAndAnnotations() throws IOException {
        Descriptor pushed = writer.pushManifest(artifact("a"));
        Descriptor entry = index().manifests().get(0);
        assertEquals(pushed.withArtifactType(SIGNATURE).withAnnotations(Map.of("org.example.name", "a")), entry);
        assertEquals(1, index().manifests().size());
        assertEquals(1, indexPuts());
        writer.pushManifest(artifact("a"), "signature");
        assertEquals(1, index().manifests().size(), "no entry twice");
        assertEquals(1, indexPuts());
    }

    /** A registry that denies what it does not have. */
    private void denyingAbsentTags() {
        registry.intercept(request -> {
            boolean absent = request.uri().getPath().endsWith(tag())
                    && repository.tagged(tag()).isEmpty();
            return absent && request.method().equals("GET") ? MemoryRegistry.error(403, "DENIED") : null;
        });
    }

    @Test
    void beginsAnIndexWhereTheRegistryDeniesATagThatIsNotThere() throws IOException {
        denyingAbsentTags();
        Descriptor one = writer.pushManifest(artifact("a"));
        Descriptor two = writer.pushManifest(artifact("b"));
        assertEquals(List.of(one.digest(), two.digest()), listed());
        List<String> conditions = registry.requests().stream()
                .filter(request -> request.method().equals("PUT"))
                .flatMap(request -> request.headers().getOrDefault("If-None-Match", List.of()).stream())
                .toList();
        assertEquals(List.of("*"), conditions);
    }

    @Test
    void doesNotBeginAnIndexOfWhichTheTagIsListed() throws IOException {
        writer.pushManifest(artifact("a"));
        long before = indexPuts();
        registry.intercept(request ->
                request.uri().getPath().endsWith(tag()) && request.method().equals("GET")
                        ? MemoryRegistry.error(403, "DENIED")
                        : null);
        Manifest another = artifact("b");
        var e = assertThrows(RegistryException.class, () -> writer.pushManifest(another));
        assertEquals(Reason.DENIED, e.reason());
        assertEquals(before, indexPuts());
    }

    @Test
    void doesNotBeginAnIndexWhereNothingMayBeRead() throws IOException {
        registry.intercept(request -> request.method().equals("PUT") ? null : MemoryRegistry.error(403, "DENIED"));
        Manifest artifact = artifact("a");
        var e = assertThrows(RegistryException.class, () -> writer.pushManifest(artifact));
        assertEquals(Reason.DENIED, e.reason());
        assertEquals(0, indexPuts());
    }

    @Test
    void takesNothingOutOfAnIndexThatIsDenied() throws IOException {
        denyingAbsentTags();
        Manifest artifact = artifact("a");
        repository.manifest(artifact.mediaType(), artifact.bytes());
        var e = assertThrows(RegistryException.class, () -> writer.deleteManifest(artifact.digest()));
        assertEquals(Reason.DENIED, e.reason());
    }

    @Test
    void takesTheTypeOfTheConfigurationOfWhatHasNoTypeAndNoneForAnIndex() throws IOException {
        Descriptor config = repository.blob("application/vnd.example.config+json", utf8("{\"a\":1}"));
        writer.pushManifest(
                ImageManifest.builder(config).layer(config).subject(subject).build());
        writer.pushManifest(ImageIndex.builder().subject(subject).build());
        writer.pushManifest(
                ImageIndex.builder().subject(subject).artifactType(SIGNATURE).build());
        assertEquals(
                List.of("application/vnd.example.config+json", "", SIGNATURE),
                index().manifests().stream()
                        .map(entry -> entry.artifactType().orElse(""))
                        .toList());
    }

    @Test
    void leavesItToARegistryThatKnowsOfSubjects() throws IOException {
        repository.setSaysSubject(true);
        writer.pushManifest(artifact("a"));
        assertEquals(1, registry.log().size());
        registry.intercept(BrokenUploads.times(
                1,
                request -> MemoryRegistry.answer(
                        201, Map.of("OCI-Subject", Digest.sha256Of(new byte[0]).toString()))));
        writer.pushManifest(artifact("b"));
        assertEquals(1, indexPuts(), "what it says it knows of is another subject");
    }

    @Test
    void keepsEntriesAndMembersOfOthers() throws IOException {
        String theirs = "{\"digest\":\"sha256:" + "a".repeat(64)
                + "\",\"x-theirs\":[1.50,1e3,\"\\u00e9\"],\"mediaType\":\"application/vnd.x+json\",\"size\":3}";
        repository.tag(
                tag(),
                repository.manifest(
                        MediaType.OCI_INDEX,
                        utf8("{\"x-first\":{\"b\":1,\"a\":2},\"manifests\":[ " + theirs
                                + " ],\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\"}")));
        Descriptor pushed = writer.pushManifest(artifact("a"));
        String text = new String(indexBytes(), StandardCharsets.UTF_8);
        assertTrue(text.startsWith("{\"x-first\":{\"b\":1,\"a\":2},\"manifests\":["), text);
        assertTrue(text.contains(theirs.replace("\\u00e9", "\\u00E9")), text);
        assertEquals(pushed.digest(), listed().get(1));
    }

    @Test
    void keepsMembersOfOthersHoweverManyValuesTheyHave() throws IOException {
        String theirs = "[0" + ",0".repeat(15_000) + "]";
        repository.tag(
                tag(),
                repository.manifest(
                        MediaType.OCI_INDEX, utf8("{\"schemaVersion\":2,\"manifests\":[],\"x\":" + theirs + "}")));
        Descriptor pushed = writer.pushManifest(artifact("a"));
        assertEquals(List.of(pushed.digest()), listed());
        assertTrue(new String(indexBytes(), StandardCharsets.UTF_8).contains(theirs));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "not json",
                "{\"schemaVersion\":2,\"manifests\":{}}",
                "{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]}"
            })
    void doesNotReplaceWhatIsNoIndex(String something) {
        repository.tag(tag(), repository.manifest(MediaType.OCI_INDEX, utf8(something)));
        RegistryException e = assertThrows(RegistryException.class, () -> writer.pushManifest(artifact("a")));
        assertEquals(Reason.PROTOCOL, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("team/app:" + tag()), e::getMessage);
        assertEquals(0, indexPuts());
        assertEquals(Digest.sha256Of(utf8(something)), repository.tagged(tag()).orElseThrow());
    }

    /** As GitLab does, which takes the tag for the digest that it is made of where there is no such tag. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void beginsAListWhereTheTagIsTakenForTheSubject(boolean index) throws IOException {
        if (index) {
            Manifest platforms = ImageIndex.builder().manifest(subject).build();
            subject = repository.manifest(platforms.mediaType(), platforms.bytes());
        }
        registry.intercept(request -> request.method().equals("GET")
                        && request.uri().getPath().endsWith(tag())
                        && repository.tagged(tag()).isEmpty()
                ? MemoryRegistry.answer(
                        200,
                        Map.of("Content-Type", subject.mediaType(), "ETag", "\"" + subject.digest() + "\""),
                        repository.manifestBytes(subject.digest()).orElseThrow())
                : null);
        repository.setKeepsToConditions(true);
        Descriptor pushed = writer.pushManifest(artifact("a"));
        assertEquals(List.of(pushed.digest()), listed());
        assertEquals(1, indexPuts());
    }

    @Test
    void doesNotReplaceAnImageOrAnIndexThatIsTooLarge() throws IOException {
        repository.tag(tag(), repository.image("2", "another"));
        assertThrows(RegistryException.class, () -> writer.pushManifest(artifact("a")));
        repository.tags.remove(tag());
        writer.pushManifest(artifact("a"));
        int size = indexBytes().length;
        RepositoryWriter narrow = client.withDocumentLimits(
                        DocumentLimits.defaults().withMaxManifestBytes(size + 10))
                .repository(Reference.parse("registry.example.org/team/app"))
                .writer();
        var e = assertThrows(RegistryException.class, () -> narrow.pushManifest(artifact("b")));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        assertEquals(1, index().manifests().size());
    }

    /** Another client that puts its own entry between our reading and our putting. */
    private void race(int times) {
        int[] left = {times};
        registry.intercept(request -> {
            if (left[0] > 0
                    && request.method().equals("PUT")
                    && request.uri().getPath().endsWith(tag())) {
                left[0]--;
                Descriptor theirs = Descriptor.ofContent(MediaType.OCI_MANIFEST, utf8("theirs" + left[0]));
                ImageIndex index = repository.tagged(tag()).isPresent()
                        ? index()
                        : ImageIndex.builder().build();
                var builder = ImageIndex.builder();
                index.manifests().forEach(builder::manifest);
                ImageIndex changed = builder.manifest(theirs).build();
                repository.tag(tag(), repository.manifest(changed.mediaType(), changed.bytes()));
            }
            return null;
        });
    }

    @Test
    void losesNoEntryToARaceWhereTheRegistryKeepsToConditions() throws IOException {
        repository.setKeepsToConditions(true);
        race(3);
        Descriptor pushed = writer.pushManifest(artifact("a"));
        assertEquals(4, listed().size());
        assertTrue(listed().contains(pushed.digest()));
        writer.deleteManifest(pushed.digest());
        assertEquals(3, listed().size());
    }

    @Test
    void givesUpARaceThatItKeepsLosing() throws IOException {
        repository.setKeepsToConditions(true);
        race(100);
        var e = assertThrows(RegistryException.class, () -> writer.pushManifest(artifact("a")));
        assertEquals(Reason.CONFLICT, e.reason());
        assertEquals(RetryPolicy.defaults().attempts(), indexPuts());
        assertEquals(RetryPolicy.defaults().attempts(), listed().size(), "only theirs");
    }

    /** As Harbor does where a quota is used up, which is no race. */
    @Test
    void saysWhatTheRegistrySaysWhereNobodyElseHasChangedTheIndex() {
        registry.intercept(request -> {
            boolean put =
                    request.method().equals("PUT") && request.uri().getPath().endsWith(tag());
            return put ? MemoryRegistry.error(412, "PRECONDITION") : null;
        });
        var e = assertThrows(RegistryException.class, () -> writer.pushManifest(artifact("a")));
        assertEquals(Reason.REJECTED, e.reason());
        assertEquals(List.of("PRECONDITION"), e.codes());
        assertEquals(1, indexPuts());
    }

    /** Somebody has read the index before ours was put, and puts theirs after we have looked. */
    @Test
    void noticesThatItsEntryWasOverwrittenSomeTimeLater() throws IOException {
        int[] looks = {0};
        ImageIndex theirs = ImageIndex.builder()
                .manifest(Descriptor.ofContent(MediaType.OCI_MANIFEST, utf8("theirs")))
                .build();
        registry.intercept(request -> {
            boolean look =
                    request.method().equals("GET") && request.uri().getPath().endsWith(tag());
            if (look && ++looks[0] == 4) {
                repository.tag(tag(), repository.manifest(theirs.mediaType(), theirs.bytes()));
            }
            return null;
        });
        Descriptor pushed = writer.pushManifest(artifact("a"));
        assertEquals(2, listed().size());
        assertTrue(listed().contains(pushed.digest()));
    }

    /** Two others: one puts its own beside ours, and a slow one, who has read the index before, puts its own later. */
    @Test
    void looksForLongerWhereOthersWereSeen() throws IOException {
        Descriptor quick = Descriptor.ofContent(MediaType.OCI_MANIFEST, utf8("quick"));
        ImageIndex slow = ImageIndex.builder()
                .manifest(Descriptor.ofContent(MediaType.OCI_MANIFEST, utf8("slow")))
                .build();
        int[] looks = {0};
        boolean[] wasSlow = {false};
        registry.intercept(request -> {
            boolean look =
                    request.method().equals("GET") && request.uri().getPath().endsWith(tag());
            if (look && ++looks[0] == 3) {
                ImageIndex both = ImageIndex.builder()
                        .manifest(index().manifests().get(0))
                        .manifest(quick)
                        .build();
                repository.tag(tag(), repository.manifest(both.mediaType(), both.bytes()));
            } else if (looks[0] == 8 && !wasSlow[0]) {
                wasSlow[0] = true;
                repository.tag(tag(), repository.manifest(slow.mediaType(), slow.bytes()));
            }
            return null;
        });
        Descriptor pushed = writer.pushManifest(artifact("a"));
        assertTrue(wasSlow[0], "nobody looked for so long");
        assertEquals(2, listed().size());
        assertTrue(listed().contains(pushed.digest()));
    }

    @Test
    void looksNoMoreOftenWhereNobodyElseWasSeen() throws IOException {
        writer.pushManifest(artifact("a"));
        long gets = registry.log().stream()
                .filter(line -> line.equals("GET /v2/team/app/manifests/" + tag()))
                .count();
        assertEquals(4, gets);
    }

    @Test
    void noticesThatItsEntryWasOverwrittenAtOnce() throws IOException {
        int[] left = {2};
        registry.intercept(request -> {
            boolean put =
                    request.method().equals("PUT") && request.uri().getPath().endsWith(tag());
            return put && left[0]-- > 0 ? MemoryRegistry.answer(201, Map.of()) : null;
        });
        Descriptor pushed = writer.pushManifest(artifact("a"));
        assertEquals(List.of(pushed.digest()), listed());
        assertEquals(3, indexPuts());
    }

    @Test
    void threadsOfOneClientLoseNothingAlsoWithoutConditions() throws Exception {
        List<Manifest> artifacts =
                IntStream.range(0, 24).mapToObj(i -> artifact("a" + i)).toList();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Callable<Descriptor>> pushes = artifacts.stream()
                    .<Callable<Descriptor>>map(
                            artifact -> () -> client.repository(Reference.parse("registry.example.org/team/app"))
                                    .writer()
                                    .pushManifest(artifact))
                    .toList();
            for (Future<Descriptor> pushed : threads.invokeAll(pushes)) {
                pushed.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(24, index().manifests().size());
    }

    @Test
    void takesADeletedReferrerOutOfTheIndex() throws IOException {
        Descriptor one = writer.pushManifest(artifact("one"));
        Descriptor two = writer.pushManifest(artifact("two"));
        writer.deleteManifest(one.digest());
        assertEquals(List.of(two.digest()), listed());
        writer.deleteManifest(two.digest());
        assertEquals(List.of(), listed());
        var e = assertThrows(RegistryException.class, () -> writer.deleteManifest(two.digest()));
        assertEquals(Reason.NOT_FOUND, e.reason());
    }

    @Test
    void deletesAReferrerWhereTheRegistryListsThemByItselfAndNothingElse() throws IOException {
        Descriptor one = writer.pushManifest(artifact("one"));
        registry.setReferrersApi(true);
        writer.deleteManifest(one.digest());
        assertEquals(List.of(one.digest()), listed(), "an index that the registry does not look at");
    }

    @Test
    void deletesWhatItCannotRead() throws IOException {
        Descriptor broken = repository.manifest(MediaType.OCI_MANIFEST, utf8("broken"));
        writer.deleteManifest(broken.digest());
        assertTrue(repository.manifestBytes(broken.digest()).isEmpty());
    }

    @Test
    void aCopiedReferrerIsListedAtItsNewPlace() throws IOException {
        Manifest artifact = artifact("a");
        repository.tag("sig", repository.manifest(artifact.mediaType(), artifact.bytes()));
        MemoryRegistry other = new MemoryRegistry();
        other.setReferrersApi(false);
        other.repository("copy").setSaysSubject(false);
        try (ImageSource source = client.image(Reference.parse("registry.example.org/team/app:sig"))) {
            ImageCopier.create().copy(source, other.client().destination(Reference.parse("b.example.org/copy:sig")));
        }
        assertTrue(other.existing("copy").tagged(tag()).isPresent());
    }
}
