package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls of several blobs at a time from a registry that stops answering. */
class ParallelPullTest {
    private static final Reference IMAGE = Reference.parse("registry.example.org/a:1");

    @TempDir
    Path folder = Path.of("");

    private final MemoryRegistry registry = new MemoryRegistry();
    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final AtomicInteger begun = new AtomicInteger();

    ParallelPullTest() {
        registry.repository("a")
                .image("1", IntStream.range(0, 12).mapToObj(i -> "layer " + i).toArray(String[]::new));
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
    }

    /** An answer that does not come, until the call is cancelled. */
    private static void awaitCancellation(Request request) throws IOException {
        CountDownLatch cancelled = new CountDownLatch(1);
        request.cancellation().onCancel(cancelled::countDown);
        await(cancelled);
        throw new IOException("closed");
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "nobody else came");
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Response answerWithoutABody(Request request) throws IOException {
        awaitCancellation(request);
        throw new AssertionError();
    }

    private static Response bodyWithoutBytes(Request request) {
        return MemoryRegistry.answer(200, Map.of(), new InputStream() {
            @Override
            public int read() throws IOException {
                return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                awaitCancellation(request);
                throw new AssertionError();
            }
        });
    }

    /** What a silent registry does, which may fail. */
    @FunctionalInterface
    private interface Silence {
        Response of(Request request) throws IOException;
    }

    /** Four blobs are asked for, and when all are, the first one is answered as given, and the others not at all. */
    private void silentBut(Function<Request, Response> first, Silence silence) {
        CountDownLatch four = new CountDownLatch(4);
        AtomicInteger answered = new AtomicInteger();
        registry.intercept(request -> {
            if (!request.uri().getPath().contains("/blobs/")) {
                return null;
            }
            begun.incrementAndGet();
            four.countDown();
            await(four);
            return answered.incrementAndGet() == 1 ? first.apply(request) : silence.of(request);
        });
    }

    private CopyResult pull(ImageSource image) throws IOException {
        return ImageCopier.create()
                .withExecutor(threads, 4)
                .copy(image, OciLayoutWriter.create(folder, Clock.systemUTC()).destination("1"));
    }

    private void assertEndsAtOnce(Silence silence) throws IOException {
        silentBut(request -> MemoryRegistry.error(403, "DENIED"), silence);
        try (ImageSource image = registry.client()
                .withHttp(http -> http.withRetries(RetryPolicy.never()))
                .image(IMAGE)) {
            var e = assertThrows(RegistryException.class, () -> pull(image));
            assertEquals(Reason.DENIED, e.reason());
            assertEquals(0, e.getSuppressed().length);
            assertEquals(4, begun.get());

            registry.intercept(registry::answerItself);
            assertEquals(13, pull(image).copied().size());
        }
    }

    @Test
    void aBlobThatFailsEndsWaitingForAnswers() throws IOException {
        assertEndsAtOnce(ParallelPullTest::answerWithoutABody);
    }

    @Test
    void aBlobThatFailsEndsWaitingForBytes() throws IOException {
        assertEndsAtOnce(ParallelPullTest::bodyWithoutBytes);
    }

    /** Counts the answers with blobs that are open. The first ones are until all that may be are, and a moment more. */
    private final class OpenAnswers {
        private final CountDownLatch allowed;
        private final CountDownLatch tooMany;
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        OpenAnswers(int allowed) {
            this.allowed = new CountDownLatch(allowed);
            this.tooMany = new CountDownLatch(allowed + 1);
        }

        Response answer(Request request) throws IOException {
            Response answer = registry.answerItself(request);
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            allowed.countDown();
            tooMany.countDown();
            return answer.withBody(new FilterInputStream(answer.body()) {
                private final AtomicBoolean waited = new AtomicBoolean();
                private final AtomicBoolean ended = new AtomicBoolean();

                private void end() {
                    if (!ended.getAndSet(true)) {
                        open.decrementAndGet();
                    }
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    if (!waited.getAndSet(true)) {
                        awaitNobody();
                    }
                    int n = super.read(buffer, offset, length);
                    if (n < 0) {
                        end();
                    }
                    return n;
                }

                @Override
                public void close() throws IOException {
                    end();
                    super.close();
                }
            });
        }

        private void awaitNobody() throws IOException {
            await(allowed);
            try {
                tooMany.await(200, TimeUnit.MILLISECONDS); // who comes all the same is counted
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    @Test
    void noHostHasMoreRequestsThanTheLimit() throws IOException {
        ExecutorService eight = Executors.newFixedThreadPool(8);
        OpenAnswers answers = new OpenAnswers(2);
        registry.intercept(request -> request.uri().getPath().contains("/blobs/") ? answers.answer(request) : null);
        RegistryClient client = registry.client()
                .withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxRequestsPerHost(2)));
        try (ImageSource image = client.image(IMAGE)) {
            CopyResult result = ImageCopier.create()
                    .withExecutor(eight, 8)
                    .copy(
                            image,
                            OciLayoutWriter.create(folder, Clock.systemUTC()).destination("1"));
            assertEquals(13, result.copied().size());
        } finally {
            eight.shutdownNow();
        }
        assertEquals(2, answers.most.get());
        assertEquals(0, answers.open.get());
    }

    @Test
    void theCallersCancellationEndsAll() throws IOException {
        Cancellation cancellation = Cancellation.create();
        silentBut(
                request -> {
                    cancellation.cancel();
                    return bodyWithoutBytes(request);
                },
                ParallelPullTest::answerWithoutABody);
        try (ImageSource image =
                registry.client().withCancellation(cancellation).image(IMAGE)) {
            var e = assertThrows(RegistryException.class, () -> pull(image));
            assertEquals(Reason.CANCELLED, e.reason());
        }
        assertEquals(4, begun.get());
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
