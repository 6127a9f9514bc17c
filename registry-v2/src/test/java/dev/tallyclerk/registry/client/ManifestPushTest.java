package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.FakeNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests that a registry does not take, or not yet. */
class ManifestPushTest {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRepository repository = registry.repository("team/app");
    private final RepositoryWriter writer = writer(registry.client());

    private static RepositoryWriter writer(RegistryClient client) {
        return client.repository(Reference.parse("registry.example.org/team/app"))
                .writer();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Manifest manifest(String layer) {
        repository.blob(MediaType.OCI_EMPTY, utf8("{}"));
        return ImageManifest.builder(Descriptor.empty())
                .artifactType("application/vnd.example.thing")
                .layer(repository.blob("text/plain", utf8(layer)))
                .build();
    }

    private Manifest about(Descriptor subject) {
        repository.blob(MediaType.OCI_EMPTY, utf8("{}"));
        return ImageManifest.builder(Descriptor.empty())
                .artifactType("application/vnd.example.signature")
                .layer(repository.blob("text/plain", utf8("signature")))
                .subject(subject)
                .build();
    }

    private void refusing(int status, String code) {
        registry.intercept(request -> request.method().equals("PUT") ? MemoryRegistry.error(status, code) : null);
    }

    private List<String> puts() {
        return registry.log().stream().filter(line -> line.startsWith("PUT ")).toList();
    }

    private RegistryException failure(Manifest manifest, String... tags) {
        return assertThrows(RegistryException.class, () -> writer.pushManifest(manifest, List.of(tags)));
    }

    @ParameterizedTest
    @CsvSource({"400, TAG_INVALID", "403, DENIED", "405, UNSUPPORTED", "409, CONFLICT", "412, PRECONDITION"})
    void aTagThatMayBePutOnceIsDoneWhereItStandsForTheSameBytes(int status, String code) throws IOException {
        Manifest manifest = manifest("a");
        writer.pushManifest(manifest, "1");
        writer.pushManifest(manifest, "2");
        refusing(status, code);
        assertEquals(manifest.descriptor(), writer.pushManifest(manifest, "1"));
        assertEquals(manifest.descriptor(), writer.pushManifest(manifest, List.of("1", "2")));
        assertEquals(status, failure(manifest("b"), "1").status());
        assertEquals(status, failure(manifest, "1", "3").status());
        assertEquals(status, failure(manifest).status());
        assertEquals(manifest.digest(), repository.tagged("1").orElseThrow());
    }

    @Test
    void aRefusalIsNotBelievedAwayByAHeader() throws IOException {
        Manifest manifest = manifest("a");
        Manifest other = manifest("b");
        writer.pushManifest(other, "1");
        refusing(409, "CONFLICT");
        registry.intercept(request -> request.method().equals("GET")
                ? MemoryRegistry.answer(
                        200, Map.of("Docker-Content-Digest", manifest.digest().toString()), other.bytes())
                : null);
        assertEquals(409, failure(manifest, "1").status());
        registry.intercept(request -> request.method().equals("GET") ? MemoryRegistry.error(403, "DENIED") : null);
        RegistryException e = failure(manifest, "1");
        assertEquals(409, e.status());
        assertEquals(1, e.getSuppressed().length);
    }

    @Test
    void aReferrerThatWasThereBeforeIsNotPutIntoAnIndexThatNobodyNeeds() throws IOException {
        Manifest referrer = about(repository.image("1", "layer"));
        writer.pushManifest(referrer, "signature");
        refusing(409, "CONFLICT");
        writer.pushManifest(referrer, "signature");
        assertEquals(2, puts().size());
        registry.setReferrersApi(false);
        assertEquals(409, failure(referrer, "signature").status(), "of the index");
    }

    @ParameterizedTest
    @CsvSource({"404, MANIFEST_BLOB_UNKNOWN", "400, MANIFEST_BLOB_UNKNOWN", "404, BLOB_UNKNOWN"})
    void aManifestIsSentAgainToARegistryThatDoesNotKnowYetOfItsBlobs(int status, String code) throws IOException {
        Manifest manifest = manifest("a");
        registry.intercept(BrokenUploads.times(
                2, request -> request.method().equals("PUT") ? MemoryRegistry.error(status, code) : null));
        writer.pushManifest(manifest, "1");
        assertEquals(3, puts().size());
        assertEquals(manifest.digest(), repository.tagged("1").orElseThrow());
        refusing(status, code);
        assertEquals(status, failure(manifest("b"), "1").status());
        assertEquals(6, puts().size());
    }

    @Test
    void aManifestIsSentNoMoreOftenThanThePolicySays() {
        refusing(404, "MANIFEST_BLOB_UNKNOWN");
        RepositoryWriter once = writer(registry.client().withHttp(http -> http.withRetries(RetryPolicy.never())));
        Manifest manifest = manifest("a");
        var e = assertThrows(RegistryException.class, () -> once.pushManifest(manifest, "1"));
        assertEquals(Reason.NOT_FOUND, e.reason());
        assertEquals(1, puts().size());
    }

    @Test
    void waitsBeforeAManifestIsSentAgain() throws IOException {
        TestSession test = new TestSession();
        int[] asked = {0};
        test.serving(request -> {
            String body = "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\"}]}";
            return asked[0]++ < 2 ? FakeNetwork.answer(404, body) : FakeNetwork.answer(201, "");
        });
        new RepositoryWriter(test.session(), "a/b").pushManifest(manifest("a"), "1");
        assertEquals(List.of(Duration.ofMillis(200), Duration.ofMillis(400)), test.waits.sleeps());
    }

    private static Manifest deep(int levels) throws MalformedDocumentException {
        String descriptor = "{\"mediaType\":\"text/plain\",\"size\":1,\"digest\":\"sha256:" + "a".repeat(64) + "\"}";
        byte[] document = utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                + descriptor + ",\"layers\":[],\"subject\":" + descriptor + ",\"x\":" + "[".repeat(levels)
                + "]".repeat(levels) + "}");
        return Manifest.parse(
                document, MediaType.OCI_MANIFEST, DocumentLimits.defaults().withMaxDepth(levels + 10));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesWhatItsCallerCouldRead(boolean parsed) throws IOException {
        TestSession test = new TestSession();
        Manifest manifest = deep(100);
        test.serving(request -> FakeNetwork.answer(
                201,
                "",
                "OCI-Subject",
                manifest.subject().orElseThrow().digest().toString()));
        ManifestPush push = new ManifestPush(test.session(), "a/b");
        if (parsed) {
            push.put(manifest, "1");
        } else {
            push.put(manifest.descriptor(), manifest.bytes(), "1");
        }
        assertEquals(1, test.network.requests().size());
        assertArrayEquals(
                manifest.bytes(), test.network.requests().get(0).body().open().readAllBytes());
    }

    @Test
    void nothingIsSentOfWhatCannotBeRead() {
        TestSession test = new TestSession();
        Descriptor broken = Descriptor.ofContent(MediaType.OCI_MANIFEST, utf8("{"));
        ManifestPush push = new ManifestPush(test.session(), "a/b");
        assertThrows(MalformedDocumentException.class, () -> push.put(broken, utf8("{"), "1"));
        assertEquals(List.of(), test.network.requests());
    }
}
