package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncRepositoryTest {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final Descriptor image = registry.repository("a").image("1", "layer");
    private final byte[] content = new byte[100_000];
    private final Descriptor blob = registry.repository("a").blob("text/plain", content);
    private final Repository repository = registry.client().repository(Reference.parse("registry.example.org/a"));

    @Test
    void asksWhatTheRepositoryAsks() throws Exception {
        AsyncRepository async = repository.async(Runnable::run);
        assertEquals(repository.manifest("1"), async.manifest("1").get());
        assertEquals(repository.manifest("1"), async.manifest(image.digest()).get());
        assertEquals(repository.manifest("1"), async.manifest(image).get());
        assertEquals(repository.manifestClaim("1"), async.manifestClaim("1").get());
        Digest digest = repository.manifestClaim("1").orElseThrow().digest();
        assertEquals(
                repository.manifestClaim(digest), async.manifestClaim(digest).get());
        assertTrue(async.hasBlob(blob.digest()).get());
        assertEquals(
                OptionalLong.of(content.length), async.blobSize(blob.digest()).get());
        assertEquals(List.of("1"), async.tags().get());
        assertEquals(List.of(), async.referrers(image.digest()).get());
        assertEquals(List.of(), async.referrers(image.digest(), "text/plain").get());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(async.transferBlob(blob, out).get());
        assertArrayEquals(content, out.toByteArray());
        assertEquals(false, async.transferBlob(Descriptor.empty(), out).get());
    }

    @Test
    void listsPageByPageAsTheRepositoryDoes() throws Exception {
        for (String tag : List.of("2", "3")) {
            registry.existing("a").image(tag, tag);
        }
        AsyncRepository async = repository.async(Runnable::run);
        AsyncPages<String> pages = async.tagPages(2);
        assertEquals(Optional.of(List.of("1", "2")), pages.next().get());
        assertEquals(List.of("3"), pages.all().get());
        assertEquals(Optional.empty(), pages.next().get());
        assertEquals(List.of("2", "3"), async.tagPages(5, "1").all().get());
        assertEquals(List.of(), async.referrerPages(image.digest()).all().get());
        assertEquals(List.of(), async.referrerPages(image.digest(), "a/b").all().get());
        assertThrows(IllegalArgumentException.class, () -> async.tagPages(0));
    }

    @Test
    void listsTheRepositoriesOfARegistry() throws Exception {
        registry.repository("b");
        AsyncRegistryClient async = registry.client().async(Runnable::run);
        assertEquals(
                registry.client().repositories("registry.example.org"),
                async.repositories("registry.example.org").get());
        assertEquals(
                Optional.of(List.of("a")),
                async.repositoryPages("registry.example.org", 1).next().get());
        assertEquals(
                List.of("b"),
                async.repositoryPages("registry.example.org", 5, "a").all().get());
        assertEquals(
                List.of("1"),
                async.repository(Reference.parse("registry.example.org/a"))
                        .tags()
                        .get());
        assertThrows(IllegalArgumentException.class, () -> async.repositories("a b"));
    }

    @Test
    void cancellingAPageEndsItsCall() {
        Runnable[] task = new Runnable[1];
        CompletableFuture<?> page =
                repository.async(given -> task[0] = given).tagPages(1).next();
        assertTrue(page.cancel(false));
        task[0].run();
        assertEquals(List.of(), registry.log());
    }

    /** Not only before it has begun. */
    @Test
    void cancellingAPageEndsItsRequest() {
        CompletableFuture<?>[] page = new CompletableFuture<?>[1];
        Runnable[] task = new Runnable[1];
        boolean[] heeded = new boolean[1];
        registry.intercept(request -> {
            page[0].cancel(true);
            heeded[0] = request.cancellation().isCancelled();
            throw new IOException("cancelled");
        });
        page[0] = repository.async(given -> task[0] = given).tagPages(1).next();
        task[0].run();
        assertTrue(heeded[0]);
        assertThrows(CancellationException.class, page[0]::join);
    }

    @Test
    void failsAsTheRepositoryDoes() {
        registry.intercept(request -> MemoryRegistry.error(403, "DENIED"));
        AsyncRepository async = repository.async(Runnable::run);
        var e = assertThrows(ExecutionException.class, () -> async.manifest("1").get());
        assertEquals(
                Reason.DENIED,
                assertInstanceOf(RegistryException.class, e.getCause()).reason());
        e = assertThrows(
                ExecutionException.class, () -> async.manifest("no tag").get());
        assertInstanceOf(IllegalArgumentException.class, e.getCause());
    }

    @Test
    void neverWritesAWholeWrongBlob() {
        registry.existing("a").replaceBlob(blob.digest(), new byte[] {1});
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Boolean> future = repository.async(Runnable::run).transferBlob(blob, out);
        assertThrows(ExecutionException.class, future::get);
        assertTrue(out.size() < content.length);
    }

    @Test
    void cancellingAFutureEndsItsCall() throws InterruptedException {
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
            CompletableFuture<?> future = repository.async(executor).manifest("1");
            assertTrue(asked.await(30, TimeUnit.SECONDS));
            assertTrue(future.cancel(true));
            assertThrows(CancellationException.class, future::join);
            assertTrue(ended.await(30, TimeUnit.SECONDS));
        } finally {
            executor.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFutureThatAnExecutorCompletesEndsItsCall(boolean exceptionally) {
        List<CompletableFuture<List<String>>> future = new ArrayList<>();
        Runnable[] task = new Runnable[1];
        boolean[] heeded = new boolean[1];
        registry.intercept(request -> {
            CompletableFuture<List<String>> same = future.get(0)
                    .completeAsync(
                            () -> {
                                if (exceptionally) {
                                    throw new IllegalStateException("no value");
                                }
                                return List.of("other");
                            },
                            Runnable::run);
            assertSame(future.get(0), same);
            heeded[0] = request.cancellation().isCancelled();
            throw new IOException("cancelled");
        });
        future.add(repository.async(given -> task[0] = given).tags());
        task[0].run();
        assertTrue(heeded[0]);
        assertEquals(exceptionally, future.get(0).isCompletedExceptionally());
    }

    /** As {@code orTimeout} and {@code completeOnTimeout} do. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFutureThatSomebodyElseCompletesEndsItsCall(boolean exceptionally) {
        CompletableFuture<?>[] future = new CompletableFuture<?>[1];
        Runnable[] task = new Runnable[1];
        boolean[] heeded = new boolean[1];
        registry.intercept(request -> {
            assertTrue(
                    exceptionally ? future[0].completeExceptionally(new TimeoutException()) : future[0].complete(null));
            heeded[0] = request.cancellation().isCancelled();
            throw new IOException("cancelled");
        });
        future[0] = repository.async(given -> task[0] = given).tags();
        task[0].run();
        assertTrue(heeded[0]);
        assertEquals(exceptionally, future[0].isCompletedExceptionally());
    }

    @Test
    void aTimeoutEndsACall() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        registry.intercept(request -> {
            request.cancellation().onCancel(cancelled::countDown);
            begun.countDown();
            try {
                assertTrue(cancelled.await(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new IOException("cancelled");
        });
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<?> future = repository.async(executor).tags();
            assertTrue(begun.await(30, TimeUnit.SECONDS));
            CompletableFuture<?> timed = future.orTimeout(1, TimeUnit.MILLISECONDS);
            CompletionException e = assertThrows(CompletionException.class, timed::join);
            assertInstanceOf(TimeoutException.class, e.getCause());
        } finally {
            executor.shutdown();
        }
        assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS));
        assertEquals(0, cancelled.getCount());
    }

    /** What has read the content goes on with it. */
    @Test
    void aCallThatEndsByItselfIsNotCancelled() throws Exception {
        boolean[] cancelled = new boolean[1];
        registry.intercept(request -> {
            request.cancellation().onCancel(() -> cancelled[0] = true);
            return null;
        });
        repository.async(Runnable::run).tags().get();
        assertEquals(false, cancelled[0]);
    }

    @Test
    void theRepositorysCancellationEndsEveryCall() {
        Cancellation all = Cancellation.create();
        all.cancel();
        AsyncRepository async = repository.withCancellation(all).async(Runnable::run);
        var e = assertThrows(ExecutionException.class, () -> async.manifest("1").get());
        assertEquals(
                Reason.CANCELLED,
                assertInstanceOf(RegistryException.class, e.getCause()).reason());
        assertEquals(List.of(), registry.log());
    }

    @Test
    void theRepositorysCancellationEndsACallThatNoThreadHasTaken() {
        Cancellation all = Cancellation.create();
        Runnable[] task = new Runnable[1];
        AsyncRepository async = repository.withCancellation(all).async(given -> task[0] = given);
        CompletableFuture<?> future = async.manifest("1");
        all.cancel();
        var e = assertThrows(ExecutionException.class, () -> future.get(1, TimeUnit.SECONDS));
        assertEquals(
                Reason.CANCELLED,
                assertInstanceOf(RegistryException.class, e.getCause()).reason());
        task[0].run();
        assertEquals(List.of(), registry.log());
    }

    @Test
    void aCallThatIsCancelledBeforeItBeginsIsNotMade() {
        Runnable[] task = new Runnable[1];
        CompletableFuture<?> future = repository.async(given -> task[0] = given).hasBlob(Digest.sha256Of(content));
        assertTrue(future.cancel(false));
        task[0].run();
        assertEquals(List.of(), registry.log());
    }

    @Test
    void anExecutorThatTakesNothingSaysSo() {
        AsyncRepository async = repository.async(task -> {
            throw new RejectedExecutionException("full");
        });
        assertThrows(RejectedExecutionException.class, async::tags);
    }
}
