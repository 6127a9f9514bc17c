package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that take blobs in fewer ways, or say less of them, than the specification has it. */
class UploadWaysTest {
    private static final int ATTEMPTS = RetryPolicy.defaults().attempts();

    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRepository repository = registry.repository("team/app");
    private final byte[] content = content(1_500_000);
    private final Descriptor blob = Descriptor.ofContent("application/octet-stream", content);

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private BlobOutcome push(UploadPolicy policy, RequestBody body) throws IOException {
        return registry.client()
                .withUploads(policy)
                .repository(Reference.parse("registry.example.org/team/app"))
                .writer()
                .pushBlob(blob, body);
    }

    private void push(UploadPolicy policy) throws IOException {
        assertEquals(BlobOutcome.SENT, push(policy, RequestBody.of(content)));
        assertArrayEquals(content, repository.content(blob.digest()).orElseThrow());
        assertEquals(0, repository.openUploads());
    }

    private static UploadPolicy chunks(long bytes) {
        return UploadPolicy.defaults().withForm(Form.CHUNKED).withChunkBytes(bytes);
    }

    private List<String> methods() {
        return registry.requests().stream().map(Request::method).toList();
    }

    private long count(String method) {
        return methods().stream().filter(method::equals).count();
    }

    private List<String> ranges() {
        return registry.requests().stream()
                .flatMap(request -> request.headers().getOrDefault("Content-Range", List.of()).stream())
                .toList();
    }

    /** A registry that takes each chunk and says that the upload stands there. */
    private void sayingAfterEachChunk(String range) {
        registry.intercept(request -> {
            if (!request.method().equals("PATCH")) {
                return null;
            }
            String location = registry.answerItself(request).header("Location").orElseThrow();
            return MemoryRegistry.answer(202, Map.of("Location", location, "Range", range));
        });
    }

    private void refusing(String method, int status, String code) {
        registry.intercept(request -> request.method().equals(method) ? MemoryRegistry.error(status, code) : null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-399999", "400000-799999", "0-0", "0-800000", "any"})
    void aChunkThatWasTakenCountsAsTakenWhateverIsSaidOfIt(String range) throws IOException {
        sayingAfterEachChunk(range);
        refusing("GET", 404, "BLOB_UPLOAD_UNKNOWN");
        push(chunks(400_000));
        assertEquals(List.of("0-399999", "400000-799999", "800000-1199999", "1200000-1499999"), ranges());
        assertEquals(1, count("GET"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-399999", "0-0", "0-2000000"})
    void aChunkThatWasTakenCountsAsTakenWhereTheUploadIsSaidToStandStill(String range) throws IOException {
        sayingAfterEachChunk(range);
        registry.intercept(
                request -> request.method().equals("GET") ? MemoryRegistry.answer(204, Map.of("Range", range)) : null);
        push(chunks(400_000));
        assertEquals(List.of("0-399999", "400000-799999", "800000-1199999", "1200000-1499999"), ranges());
    }

    @Test
    void anUploadThatLacksAChunkWhichCountedAsTakenIsBegunAgain() throws IOException {
        registry.interceptOnce(request -> {
            if (!request.headers().getOrDefault("Content-Range", List.of()).contains("400000-799999")) {
                return null;
            }
            request.body().open().readAllBytes();
            return MemoryRegistry.answer(202, Map.of("Range", "0-399999"));
        });
        push(chunks(400_000));
        assertEquals(2, count("POST"));
    }

    @Test
    void anUploadThatNeverComesFurtherFails() {
        registry.intercept(request -> {
            boolean later = request.method().equals("PATCH")
                    && !request.headers()
                            .getOrDefault("Content-Range", List.of())
                            .contains("0-399999");
            return later ? MemoryRegistry.error(500, "UNKNOWN") : null;
        });
        refusing("GET", 404, "BLOB_UPLOAD_UNKNOWN");
        var e = assertThrows(RegistryException.class, () -> push(chunks(400_000)));
        assertEquals(Reason.SERVER_ERROR, e.reason());
        assertEquals(ATTEMPTS, count("POST"));
        assertEquals(2L * ATTEMPTS, count("PATCH"));
        assertEquals(0, repository.openUploads());
    }

    /** A registry, or a proxy before it, that takes no more than so many bytes in a request. */
    private void taking(int most, int status) {
        registry.intercept(
                request -> request.body().length() > most ? MemoryRegistry.error(status, "SIZE_INVALID") : null);
    }

    @ParameterizedTest
    @ValueSource(ints = {413, 416})
    void whatIsTooLargeIsSentInSmallerChunks(int status) throws IOException {
        taking(600_000, status);
        push(chunks(1_000_000));
        assertEquals(List.of("0-999999", "0-499999", "500000-999999", "1000000-1499999"), ranges());
        assertEquals(0, repository.openUploads());
    }

    @Test
    void aBlobThatIsTooLargeForOneRequestIsSentInChunks() throws IOException {
        taking(600_000, 413);
        push(UploadPolicy.defaults().withChunkBytes(500_000));
        assertEquals(List.of("0-499999", "500000-999999", "1000000-1499999"), ranges());
        assertEquals(2, count("PUT"));
    }

    @ParameterizedTest
    @ValueSource(ints = {413, 416})
    void whoTakesNoChunkOfAnySizeIsNotAskedForLong(int status) {
        taking(1000, status);
        var e = assertThrows(RegistryException.class, () -> push(chunks(1_000_000)));
        assertEquals(status, e.status());
        assertTrue(count("PATCH") <= 2L + ATTEMPTS, methods().toString());
        registry.requests().clear();
        registry.setMinChunk(1_000_000);
        assertEquals(
                status,
                assertThrows(RegistryException.class, () -> push(chunks(1_000_000)))
                        .status());
        assertTrue(count("PATCH") <= ATTEMPTS, methods().toString());
    }

    @ParameterizedTest
    @CsvSource({"404, BLOB_UPLOAD_UNKNOWN", "405, UNSUPPORTED"})
    void contentGoesBeforeTheEndWhereTheEndHasNone(int status, String code) throws IOException {
        registry.intercept(
                request -> request.method().equals("PUT") && request.body().length() > 0
                        ? MemoryRegistry.error(status, code)
                        : null);
        push(UploadPolicy.defaults());
        assertEquals(List.of("HEAD", "POST", "PUT", "GET", "DELETE", "POST", "PATCH", "PUT"), methods());
        assertEquals(List.of(), ranges());
    }

    @ParameterizedTest
    @CsvSource({"404, BLOB_UPLOAD_UNKNOWN", "405, UNSUPPORTED"})
    void contentGoesBeforeTheEndInChunksToo(int status, String code) throws IOException {
        registry.intercept(
                request -> request.method().equals("PUT") && request.body().length() > 0
                        ? MemoryRegistry.error(status, code)
                        : null);
        push(chunks(1_000_000));
        assertEquals(List.of("0-999999", "1000000-1499999", "1000000-1499999"), ranges());
        assertEquals(1, count("POST"), "the same upload goes on");
        assertEquals(2, count("PUT"));
    }

    @Test
    void aRefusalStandsWhereTheContentCannotBeReadAgain() {
        registry.intercept(request -> {
            if (!request.method().equals("PUT")) {
                return null;
            }
            request.body().open().readAllBytes();
            return MemoryRegistry.error(405, "UNSUPPORTED");
        });
        RequestBody once = RequestBody.once(content.length, new ByteArrayInputStream(content));
        var e = assertThrows(RegistryException.class, () -> push(UploadPolicy.defaults(), once));
        assertEquals(Reason.UNSUPPORTED, e.reason());
        assertEquals(1, count("PUT"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID"})
    void anUploadThatCannotGoOnIsBegunAgain(String code) throws IOException {
        registry.intercept(BrokenUploads.times(
                1,
                request -> request.method().equals("PUT") && !ranges().isEmpty()
                        ? MemoryRegistry.error(400, code)
                        : null));
        registry.intercept(BrokenUploads.times(1, BrokenUploads.after(70_000, "PUT", repository)));
        push(UploadPolicy.defaults());
        assertEquals(2, count("POST"));
        assertEquals(List.of("70000-1499999"), ranges());
    }

    @Test
    void whatIsInvalidFromTheBeginningIsNotSentAgain() {
        refusing("PUT", 400, "BLOB_UPLOAD_INVALID");
        assertEquals(
                400,
                assertThrows(RegistryException.class, () -> push(UploadPolicy.defaults()))
                        .status());
        assertEquals(1, count("PUT"));
    }

    @ParameterizedTest
    @ValueSource(ints = {405, 501})
    void aRegistryThatDoesNotSayWhetherABlobIsThereIsSentIt(int status) throws IOException {
        refusing("HEAD", status, "UNSUPPORTED");
        push(UploadPolicy.defaults());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403})
    void aBlobIsSentWhereOnlyAStoreElsewhereDoesNotSayWhetherItIsThere(int status) throws IOException {
        registry.intercept(request -> {
            if (!request.method().equals("HEAD")) {
                return null;
            }
            return request.uri().getHost().equals("registry.example.org")
                    ? MemoryRegistry.answer(307, Map.of("Location", "https://store.example.org/bucket/a/data?signed=1"))
                    : MemoryRegistry.answer(status, Map.of());
        });
        push(UploadPolicy.defaults());
        refusing("HEAD", status, "DENIED");
        assertEquals(
                status,
                assertThrows(RegistryException.class, () -> push(UploadPolicy.defaults()))
                        .status());
    }

    @Test
    void sendsWhatIsNotMountedInTime() throws IOException {
        registry.intercept(request -> {
            if (String.valueOf(request.uri().getQuery()).contains("mount=")) {
                throw new IOException("timeout");
            }
            return null;
        });
        BlobOutcome outcome = registry.client()
                .repository(Reference.parse("registry.example.org/team/app"))
                .writer()
                .pushBlob(blob, RequestBody.of(content), "base/image");
        assertEquals(BlobOutcome.SENT, outcome);
        assertArrayEquals(content, repository.content(blob.digest()).orElseThrow());
    }
}
