package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.layout.CopyResult;
import dev.tallyclerk.registry.layout.ImageCopier;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AsyncRepositoryWriterTest {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRepository stored = registry.repository("a");
    private final Descriptor image = stored.image("1", "layer");
    private final byte[] content = new byte[100_000];
    private final Descriptor blob = Descriptor.ofContent("text/plain", content);
    private final Repository repository = registry.client().repository(Reference.parse("registry.example.org/a"));
    private final AsyncRepositoryWriter writer = repository.async(Runnable::run).writer();

    private static void assertFailed(Reason reason, CompletableFuture<?> future) {
        var e = assertThrows(ExecutionException.class, future::get);
        assertEquals(
                reason, assertInstanceOf(RegistryException.class, e.getCause()).reason());
    }

    @Test
    void writesWhatTheWriterWrites() throws Exception {
        assertEquals(
                BlobOutcome.SENT, writer.pushBlob(blob, RequestBody.of(content)).get());
        assertArrayEquals(content, stored.content(blob.digest()).orElseThrow());
        assertEquals(
                BlobOutcome.ALREADY_THERE,
                writer.pushBlob(blob, RequestBody.of(content), "b").get());
        Manifest manifest = repository.manifest("1").orElseThrow();
        assertEquals(image, writer.pushManifest(manifest).get());
        assertEquals(image, writer.pushManifest(manifest, "2").get());
        assertEquals(image, writer.pushManifest(manifest, List.of("2", "3")).get());
        assertEquals(List.of("1", "2", "3"), repository.tags());
        writer.deleteTag("2").get();
        assertEquals(List.of("1", "3"), repository.tags());
        writer.deleteManifest(image.digest()).get();
        assertTrue(stored.manifestBytes(image.digest()).isEmpty());
        writer.deleteBlob(blob.digest()).get();
        assertTrue(stored.content(blob.digest()).isEmpty());
        assertFailed(Reason.NOT_FOUND, writer.deleteBlob(blob.digest()));
    }

    @Test
    void copiesImagesThereAndAway() throws Exception {
        RegistryClient client = registry.client();
        AsyncRepositoryWriter other = client.repository(Reference.parse("registry.example.org/b"))
                .writer()
                .async(Runnable::run);
        try (ImageSource source = client.image(Reference.parse("registry.example.org/a:1"))) {
            CopyResult copy = other.copy(source, ImageCopier.create(), "x").get();
            assertEquals(image.digest(), copy.root().digest());
        }
        assertEquals(image.digest(), registry.existing("b").tagged("x").orElseThrow());
        AsyncRepository reading =
                client.repository(Reference.parse("registry.example.org/b")).async(Runnable::run);
        reading.copy("x", ImageCopier.create(), client.destination(Reference.parse("registry.example.org/c:y")))
                .get();
        assertEquals(image.digest(), registry.existing("c").tagged("y").orElseThrow());
        assertThrows(
                IllegalArgumentException.class,
                () -> reading.copy("no tag", ImageCopier.create(), client.destination(Reference.parse("h/c:y"))));
    }

    @Test
    void copiesTheImageOfADigestThatIsVouchedForWhateverTheTagStandsFor() throws Exception {
        RegistryClient client = registry.client();
        ResolvedDigest trusted = ResolvedDigest.of(image.digest(), "the publisher");
        stored.image("1", "layer of another image");
        AsyncRepositoryWriter other = client.repository(Reference.parse("registry.example.org/b"))
                .writer()
                .async(Runnable::run);
        try (ImageSource source = client.image(Reference.parse("registry.example.org/a:1"))) {
            CopyResult copy =
                    other.copy(source, trusted, ImageCopier.create(), "x").get();
            assertEquals(image.digest(), copy.root().digest());
        }
        assertEquals(image.digest(), registry.existing("b").tagged("x").orElseThrow());
        repository
                .async(Runnable::run)
                .copy(trusted, ImageCopier.create(), client.destination(Reference.parse("registry.example.org/c:y")))
                .get();
        assertEquals(image.digest(), registry.existing("c").tagged("y").orElseThrow());
    }

    @Test
    void neverSendsAWholeWrongBlob() {
        CompletableFuture<?> future = writer.pushBlob(blob, RequestBody.of(new byte[content.length - 1]));
        var e = assertThrows(ExecutionException.class, future::get);
        assertInstanceOf(VerificationException.class, e.getCause());
        assertTrue(stored.content(blob.digest()).isEmpty());
        assertEquals(0, stored.openUploads());
    }

    private interface Start {
        CompletableFuture<?> with(AsyncRepositoryWriter writer);
    }

    private void assertEndsWhenCancelled(Start start) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        registry.intercept(request -> {
            asked.countDown();
            CountDownLatch cancelled = new CountDownLatch(1);
            request.cancellation().onCancel(cancelled::countDown);
            try {
                assertTrue(cancelled.await(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            ended.countDown();
            throw new IOException("cancelled");
        });
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<?> future = start.with(repository.writer().async(executor));
            assertTrue(asked.await(30, TimeUnit.SECONDS));
            assertTrue(future.cancel(true));
            assertThrows(CancellationException.class, future::join);
            assertTrue(ended.await(30, TimeUnit.SECONDS));
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void cancellingAFutureEndsItsCall() throws InterruptedException {
        assertEndsWhenCancelled(writing -> writing.pushBlob(blob, RequestBody.of(content)));
    }

    @Test
    void cancellingACopyEndsIt() throws Exception {
        MemoryRegistry from = new MemoryRegistry();
        from.repository("b").image("1", "layer of another registry");
        try (ImageSource source = from.client().image(Reference.parse("other.example.org/b:1"))) {
            assertEndsWhenCancelled(writing -> writing.copy(source, ImageCopier.create(), "x"));
        }
    }

    @Test
    void theClientsCancellationEndsEveryCall() {
        Cancellation all = Cancellation.create();
        all.cancel();
        assertFailed(
                Reason.CANCELLED,
                repository.withCancellation(all).writer().async(Runnable::run).deleteTag("1"));
        assertEquals(List.of(), registry.log());
    }
}
