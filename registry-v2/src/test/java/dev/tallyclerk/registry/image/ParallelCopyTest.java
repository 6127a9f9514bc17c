package dev.tallyclerk.registry.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies with an executor. */
class ParallelCopyTest {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");

    @TempDir
    Path folder = Path.of("");

    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final MemorySource memory = new MemorySource();

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
    }

    /** What a test does where a blob is opened. */
    @FunctionalInterface
    private interface Opening {
        InputStream open(Descriptor blob, InputStream content) throws IOException;
    }

    /** The source in memory with another way of opening blobs. */
    private final class Opened implements ImageSource {
        private final Opening opening;

        Opened(Opening opening) {
            this.opening = opening;
        }

        @Override
        public String name() {
            return memory.name();
        }

        @Override
        public ResolvedDigest resolve() {
            return memory.resolve();
        }

        @Override
        public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) {
            return memory.unverifiedManifest(digest, maxBytes);
        }

        @Override
        public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
            Optional<InputStream> content = memory.unverifiedBlob(descriptor);
            return content.isEmpty() ? content : Optional.of(opening.open(descriptor, content.get()));
        }

        @Override
        public void close() {}
    }

    private void image(int layers) {
        memory.root(memory.image(
                "linux/amd64",
                IntStream.range(0, layers).mapToObj(i -> "layer " + i).toArray(String[]::new)));
    }

    private ImageDestination layout() throws IOException {
        return OciLayoutWriter.create(folder.resolve("layout"), Clock.fixed(NOW, ZoneOffset.UTC))
                .destination("a");
    }

    private CopyResult copy(Executor executor, int parallel, Opening opening) throws IOException {
        return ImageCopier.create().withExecutor(executor, parallel).copy(new Opened(opening), layout());
    }

    private void assertCopied(CopyResult result) throws IOException {
        try (OciLayout layout = OciLayout.open(folder.resolve("layout"));
                ImageSource image = layout.requireImage("a")) {
            assertEquals(memory.resolve().digest(), image.resolve().digest());
            assertEquals(Verdict.VERIFIED, ImageVerifier.create().verify(image).verdict());
        }
        assertEquals(memory.contents().size() - 1, result.copied().size());
    }

    private void assertNothingCopied(int atMost) throws IOException {
        try (OciLayout layout = OciLayout.open(folder.resolve("layout"))) {
            assertEquals(0, layout.index().manifests().size());
            assertTrue(layout.blobs().size() <= atMost, layout.blobs().toString());
        }
        try (Stream<Path> files = Files.list(folder.resolve("layout/quarantine"))) {
            assertEquals(
                    List.of(),
                    files.map(file -> String.valueOf(file.getFileName()))
                            // What a source gave before it failed is kept for the next copy.
                            .filter(name -> name.startsWith("sha256-") && !name.endsWith(".partial"))
                            .toList());
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "nobody else came");
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }

    private static boolean comes(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void takesSeveralBlobsAtATime() throws IOException {
        image(7);
        CountDownLatch four = new CountDownLatch(4);
        assertCopied(copy(threads, 4, (blob, content) -> {
            four.countDown();
            await(four);
            return content;
        }));
    }

    @Test
    void takesNoMoreAtATimeThanItMay() throws IOException {
        image(20);
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        assertCopied(copy(threads, 2, (blob, content) -> {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            return new FilterInputStream(content) {
                @Override
                public void close() throws IOException {
                    open.decrementAndGet();
                    super.close();
                }
            };
        }));
        assertTrue(most.get() <= 2, most.toString());
    }

    @Test
    void goesOnWithoutThreads() throws IOException {
        image(5);
        assertCopied(copy(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                4,
                (blob, content) -> content));
        Files.delete(folder.resolve("layout/index.json"));
        List<Runnable> late = new ArrayList<>();
        CopyResult result = copy(late::add, 4, (blob, content) -> content);
        assertEquals(6, result.alreadyThere().size());
        assertEquals(3, late.size());
        late.forEach(Runnable::run);
        assertEquals(
                1,
                ImageCopier.create()
                        .withExecutor(Runnable::run, 2)
                        .copy(memory, layout())
                        .manifests()
                        .size());
    }

    @Test
    void severalFailuresAtOnceAreOneException() throws IOException {
        image(6);
        CountDownLatch allOpen = new CountDownLatch(4);
        AtomicInteger failures = new AtomicInteger();
        List<IOException> thrown = new ArrayList<>();
        var e = assertThrows(
                IOException.class,
                () -> copy(threads, 4, (blob, content) -> {
                    allOpen.countDown();
                    await(allOpen);
                    if (failures.incrementAndGet() <= 2) {
                        IOException failure = new IOException("failure");
                        synchronized (thrown) {
                            thrown.add(failure);
                        }
                        throw failure;
                    }
                    return content;
                }));
        assertEquals(2, thrown.size());
        assertTrue(thrown.contains(e));
        assertEquals(1, e.getSuppressed().length);
        assertTrue(thrown.contains(e.getSuppressed()[0]));
        assertNothingCopied(2);
    }

    @Test
    void wrongContentEndsTheOthers() throws IOException {
        image(3);
        Digest wrong = Digest.sha256Of(MemorySource.layer("layer 1"));
        memory.replace(wrong, MemorySource.layer("layer X"));
        CountDownLatch failed = new CountDownLatch(1);
        var e = assertThrows(
                VerificationException.class,
                () -> copy(threads, 4, (blob, content) -> {
                    boolean isWrong = blob.digest().equals(wrong);
                    return new FilterInputStream(content) {
                        @Override
                        public int read(byte[] buffer, int offset, int length) throws IOException {
                            if (!isWrong) {
                                await(failed);
                            }
                            return super.read(buffer, offset, length);
                        }

                        @Override
                        public void close() throws IOException {
                            if (isWrong) {
                                failed.countDown();
                            }
                            super.close();
                        }
                    };
                }));
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
        assertEquals(wrong, e.expected());
        assertEquals(0, e.getSuppressed().length);
        assertNothingCopied(3);
    }

    @Test
    void beginsNoBlobAfterAFailure() throws IOException {
        image(40);
        AtomicBoolean failed = new AtomicBoolean();
        AtomicInteger after = new AtomicInteger();
        IOException failure = new IOException("failure");
        assertSame(
                failure,
                assertThrows(
                        IOException.class,
                        () -> copy(threads, 4, (blob, content) -> {
                            after.addAndGet(failed.get() ? 1 : 0);
                            failed.set(true);
                            throw failure;
                        })));
        assertTrue(after.get() <= 3, after.toString());
        assertEquals(0, failure.getSuppressed().length);
        assertNothingCopied(0);
    }

    @Test
    void tellsTheListenerOneThingAtATime() throws IOException {
        image(30);
        AtomicBoolean busy = new AtomicBoolean();
        AtomicBoolean met = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch other = new CountDownLatch(1);
        CopyListener listener = new CopyListener() {
            @Override
            public void progressed(Descriptor blob, long bytes) {
                assertFalse(busy.getAndSet(true), "two at a time");
                if (calls.incrementAndGet() > 1) {
                    other.countDown();
                } else {
                    // Time for the three others to come too, who have nothing else to do.
                    met.set(comes(other, 200));
                }
                busy.set(false);
            }
        };
        ImageCopier.create().withListener(listener).withExecutor(threads, 4).copy(memory, layout());
        assertFalse(met.get(), "two at a time");
        assertTrue(calls.get() >= 31, calls.toString());
    }

    @Test
    void passesOnWhatIsNoIOException() throws IOException {
        image(6);
        IllegalStateException mistake = new IllegalStateException("a listener's mistake");
        assertSame(
                mistake,
                assertThrows(
                        IllegalStateException.class,
                        () -> copy(threads, 4, (blob, content) -> {
                            throw mistake;
                        })));
        assertSame(
                mistake,
                assertThrows(
                        IllegalStateException.class,
                        () -> copy(
                                task -> {
                                    throw mistake;
                                },
                                4,
                                (blob, content) -> content)));
        assertNothingCopied(0);
        assertThrows(IllegalArgumentException.class, () -> ImageCopier.create().withExecutor(threads, 0));
    }

    @Test
    void whatASourceThrowsWithoutDeclaringItIsAFailureToo() throws IOException {
        image(2);
        Thread caller = Thread.currentThread();
        CountDownLatch thrown = new CountDownLatch(1);
        TimeoutException undeclared = new TimeoutException("not declared");
        IOException e = assertThrows(
                IOException.class,
                () -> copy(threads, 2, (blob, content) -> {
                    if (Thread.currentThread() == caller) {
                        await(thrown);
                        return content;
                    }
                    thrown.countDown();
                    throw ParallelCopyTest.<RuntimeException>sneaky(undeclared);
                }));
        assertSame(undeclared, e.getCause());
        assertNothingCopied(1);
    }

    /** Throws as Kotlin does, whose compiler knows no checked exceptions. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void anInterruptEndsTheCopyWhenNothingIsUnderWayAnyMore() throws IOException {
        image(3);
        Thread caller = Thread.currentThread();
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger open = new AtomicInteger();
        assertThrows(
                InterruptedIOException.class,
                () -> copy(threads, 2, (blob, content) -> {
                    if (Thread.currentThread() == caller) {
                        await(begun);
                        return content;
                    }
                    open.incrementAndGet();
                    begun.countDown();
                    return new FilterInputStream(content) {
                        @Override
                        public int read(byte[] buffer, int offset, int length) throws IOException {
                            awaitWaiting(caller);
                            caller.interrupt();
                            awaitWaiting(caller);
                            return super.read(buffer, offset, 1);
                        }

                        @Override
                        public void close() throws IOException {
                            open.decrementAndGet();
                            super.close();
                        }
                    };
                }));
        assertTrue(Thread.interrupted());
        assertEquals(0, open.get());
        assertNothingCopied(4);
    }

    /** Until the thread waits for the others, and has taken notice of its interrupts. */
    private static void awaitWaiting(Thread thread) {
        long start = System.nanoTime();
        while (thread.getState() != Thread.State.WAITING || thread.isInterrupted()) {
            assertTrue(
                    System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30),
                    () -> "never waits: " + thread.getState());
            Thread.onSpinWait();
        }
    }

    @Test
    void anotherDestinationMayTakeOneAtATime() throws IOException {
        image(5);
        List<Digest> taken = new ArrayList<>();
        Thread caller = Thread.currentThread();
        ImageDestination destination = new ImageDestination() {
            @Override
            public String name() {
                return "one at a time";
            }

            @Override
            public Session begin(ImageContent image, CompletionStage<?> end) {
                return new Session() {
                    @Override
                    public List<Descriptor> order() {
                        return image.blobs();
                    }

                    @Override
                    public Outcome take(SourceBlob blob) throws IOException {
                        Digest digest = blob.descriptor().digest();
                        try (InputStream in = blob.open().orElseThrow()) {
                            assertArrayEquals(memory.content(digest), in.readAllBytes());
                            taken.add(digest);
                        }
                        assertSame(caller, Thread.currentThread());
                        return Outcome.COPIED;
                    }

                    @Override
                    public Digest commit() {
                        return image.root().digest();
                    }
                };
            }
        };
        ImageCopier.create().withExecutor(threads, 4).copy(memory, destination);
        assertEquals(6, taken.size());
    }
}
