package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.registry.client.MemoryRegistry.Interceptor;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.testing.FakeWaits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How long an upload waits, and how long it may take. */
class UploadTimeTest {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRepository repository = registry.repository("a");
    private final FakeWaits waits = new FakeWaits();
    private final List<String> heard = new ArrayList<>();
    private final byte[] content = new byte[50_000];
    private final Descriptor blob = Descriptor.ofContent("application/octet-stream", content);

    private BlobOutcome push(UnaryOperator<ClientSettings> change) throws IOException {
        ClientSettings settings = TestSession.withWaits(
                        ClientSettings.of(HttpSettings.of(registry)
                                .withNameResolver(host ->
                                        List.of(InetAddress.getByAddress(host, new byte[] {93, (byte) 184, 1, 1})))
                                .withClock(waits.clock())),
                        waits)
                .withListener(new RegistryListener() {
                    @Override
                    public void retrying(String registry, int attempt, Duration wait, Reason reason) {
                        heard.add(registry + " " + attempt + " " + wait.toMillis() + " " + reason);
                    }
                });
        URI base = URI.create("https://registry.example.org/v2/");
        RegistrySession session = RegistrySession.of(change.apply(settings), "registry.example.org", base);
        return new RepositoryWriter(session, "a").pushBlob(blob, RequestBody.of(content));
    }

    private Reason refusal(UnaryOperator<ClientSettings> change) {
        return assertThrows(RegistryException.class, () -> push(change)).reason();
    }

    /** Each part that is sent takes four seconds, and then this comes. */
    private void slowly(Interceptor then) {
        registry.intercept(request -> {
            if (request.body().length() == 0) {
                return null;
            }
            waits.pass(Duration.ofSeconds(4));
            return then.intercept(request);
        });
    }

    private static UnaryOperator<ClientSettings> blobTime(int seconds) {
        return settings -> settings.withHttp(http -> http.withLimits(HttpLimits.defaults()
                .withMaxCallTime(Duration.ofMinutes(2))
                .withMaxContentTime(Duration.ofSeconds(seconds))));
    }

    @Test
    void waitsLongerAfterEachAttempt() throws IOException {
        registry.intercept(BrokenUploads.times(
                3, request -> request.method().equals("PUT") ? MemoryRegistry.error(500, "UNKNOWN") : null));
        assertEquals(BlobOutcome.SENT, push(settings -> settings));
        assertEquals(
                List.of(
                        "registry.example.org 1 200 SERVER_ERROR",
                        "registry.example.org 2 400 SERVER_ERROR",
                        "registry.example.org 3 800 SERVER_ERROR"),
                heard);
    }

    @Test
    void waitsAsLongAsTheRegistryAsksUnlessThatIsTooLong() throws IOException {
        String[] seconds = {"30"};
        registry.intercept(BrokenUploads.times(
                2,
                request -> request.method().equals("PUT")
                        ? MemoryRegistry.answer(503, Map.of("Retry-After", seconds[0]))
                        : null));
        assertEquals(BlobOutcome.SENT, push(settings -> settings));
        assertEquals("registry.example.org 2 30000 SERVER_ERROR", heard.get(1));
        repository.blobs.clear();
        seconds[0] = "61";
        registry.intercept(request ->
                request.method().equals("PUT") ? MemoryRegistry.answer(503, Map.of("Retry-After", seconds[0])) : null);
        assertEquals(Reason.SERVER_ERROR, refusal(settings -> settings));
        assertEquals(2, heard.size());
        assertEquals(0, repository.openUploads());
    }

    @Test
    void allAttemptsTogetherTakeNoLongerThanABlobMay() {
        slowly(request -> MemoryRegistry.error(500, "UNKNOWN"));
        assertEquals(Reason.TIMED_OUT, refusal(blobTime(10)));
        assertEquals(
                3,
                registry.requests().stream()
                        .filter(request -> request.method().equals("PUT"))
                        .count());
        assertEquals(0, repository.openUploads());
    }

    @Test
    void allChunksTogetherTakeNoLongerThanABlobMay() throws IOException {
        slowly(request -> null);
        UnaryOperator<ClientSettings> chunks = settings -> settings.withUploads(
                UploadPolicy.defaults().withForm(Form.CHUNKED).withChunkBytes(10_000));
        assertEquals(
                Reason.TIMED_OUT, refusal(settings -> chunks.apply(blobTime(15).apply(settings))));
        assertEquals(0, repository.openUploads());
        assertEquals(
                BlobOutcome.SENT, push(settings -> chunks.apply(blobTime(21).apply(settings))));
    }

    @Test
    void aCallersTimeIsForTheWholeOfABlob() {
        slowly(request -> MemoryRegistry.error(500, "UNKNOWN"));
        assertEquals(
                Reason.TIMED_OUT,
                refusal(settings -> settings.withHttp(http -> http.withTimeout(Duration.ofSeconds(3)))));
        Request cancel = registry.requests().get(registry.requests().size() - 1);
        assertEquals("DELETE", cancel.method());
        assertEquals(Duration.ofSeconds(1), cancel.timeout());
    }

    private Duration timeToCancel(UnaryOperator<ClientSettings> change) {
        assertThrows(RegistryException.class, () -> push(change));
        Request cancel = registry.requests().get(registry.requests().size() - 1);
        assertEquals("DELETE", cancel.method());
        return cancel.timeout();
    }

    @Test
    void theRegistryIsToldOfAFailureWithinTheCallersTime() {
        slowly(request -> MemoryRegistry.error(400, "BLOB_UPLOAD_INVALID"));
        assertEquals(
                Duration.ofSeconds(3),
                timeToCancel(settings -> settings.withHttp(http -> http.withTimeout(Duration.ofSeconds(7)))));
        assertEquals(
                Duration.ofSeconds(5),
                timeToCancel(settings -> settings.withHttp(http -> http.withTimeout(Duration.ofSeconds(60)))));
        assertEquals(Duration.ofSeconds(5), timeToCancel(settings -> settings));
        assertEquals(
                Duration.ofSeconds(1),
                timeToCancel(settings -> settings.withHttp(http -> http.withTimeout(Duration.ofMillis(4500)))));
    }

    @Test
    void theRegistryIsToldOfACancelledPushWithinASecond() {
        Cancellation cancellation = Cancellation.create();
        slowly(request -> {
            cancellation.cancel();
            throw new IOException("cancelled");
        });
        assertEquals(
                Duration.ofSeconds(1),
                timeToCancel(settings -> settings.withHttp(http -> http.withCancellation(cancellation))));
    }

    @Test
    void anInterruptEndsIt() {
        registry.intercept(request -> {
            if (request.method().equals("PUT")) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted");
            }
            return null;
        });
        assertEquals(Reason.CANCELLED, refusal(settings -> settings));
        assertTrue(Thread.interrupted());
    }
}
