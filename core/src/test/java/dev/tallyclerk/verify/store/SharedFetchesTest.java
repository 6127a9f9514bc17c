package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedFetchesTest {
    private static final int HELD = ContentVerifier.DEFAULT_HOLD_BACK;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Blobs BLOB = Blobs.of(1, 1_000_000);

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ContentStore store;
    private SharedFetches fetches;

    @BeforeEach
    void open() throws IOException {
        store = ContentStore.of(folder, CLOCK).withFsync(false);
        fetches = SharedFetches.of(store, threads);
    }

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        // A fetch that was given up still has its file open.
        assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
    }

    private InputStream open(BlobSource source) throws IOException {
        return fetches.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), source);
    }

    private static BlobSource giving(byte[] content) {
        return offset -> new ByteArrayInputStream(content, (int) offset, content.length);
    }

    /** A source that must not be asked. */
    private static InputStream unwanted(long offset) throws IOException {
        throw new IOException("asked for the bytes from " + offset);
    }

    /** Gives the first bytes, and the rest once the latch is open. */
    private static BlobSource halting(CountDownLatch latch, int before, AtomicInteger asked) {
        return offset -> {
            asked.incrementAndGet();
            return new SequenceInputStream(new ByteArrayInputStream(BLOB.content(), 0, before), new InputStream() {
                private final InputStream rest = new ByteArrayInputStream(BLOB.from(before));

                @Override
                public int read() throws IOException {
                    throw new IOException("not used");
                }

                @Override
                public int read(byte[] buffer, int at, int length) throws IOException {
                    try {
                        latch.await();
                    } catch (InterruptedException e) {
                        throw new IOException("interrupted", e);
                    }
                    return rest.read(buffer, at, length);
                }
            });
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, HELD - 1, HELD, HELD + 1, 500_000})
    void givesAndStoresBlobsOfAnySize(int size) throws IOException {
        Blobs blob = Blobs.of(size, size);
        try (InputStream in = fetches.open(blob.digest(), size, 0, size, giving(blob.content()))) {
            assertArrayEquals(blob.content(), in.readAllBytes());
        }
        assertTrue(store.contains(blob.digest()));
        try (InputStream in = fetches.open(blob.digest(), size, 0, size, SharedFetchesTest::unwanted)) {
            assertArrayEquals(blob.content(), in.readAllBytes());
        }
    }

    @Test
    void manyReadersShareOneFetchAndFollowIt() throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch reading = new CountDownLatch(20);
        List<Future<byte[]>> readers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int from = i * 1000;
            readers.add(threads.submit(() -> {
                try (InputStream in = fetches.open(
                        BLOB.digest(), BLOB.size(), from, BLOB.size() - from, halting(rest, 400_000, asked))) {
                    byte[] begun = in.readNBytes(100_000); // before the source has given everything
                    reading.countDown();
                    byte[] all = Arrays.copyOf(begun, (int) BLOB.size() - from);
                    in.readNBytes(all, begun.length, all.length - begun.length);
                    return all;
                }
            }));
        }
        reading.await();
        assertTrue(fetches.isRunning(BLOB.digest()));
        rest.countDown();
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(BLOB.from(i * 1000L), readers.get(i).get());
        }
        assertEquals(1, asked.get());
        assertFalse(fetches.isRunning(BLOB.digest()));
    }

    @Test
    void theFetchOutlivesTheReaderWhoStartedIt() throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        open(halting(rest, 400_000, asked)).close();
        try (InputStream second = open(SharedFetchesTest::unwanted)) {
            rest.countDown();
            assertArrayEquals(BLOB.content(), second.readAllBytes());
        }
        assertEquals(1, asked.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 500_000, 999_999})
    void noReaderEverGetsAllOfAWrongBlob(int at) throws IOException {
        byte[] wrong = BLOB.content().clone();
        wrong[at] ^= 1;
        int got = 0;
        try (InputStream in = open(giving(wrong))) {
            byte[] buffer = new byte[10_000];
            while (true) {
                got += in.read(buffer);
            }
        } catch (VerificationException e) {
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        }
        assertTrue(got <= BLOB.size() - HELD, got + " bytes");
        assertFalse(store.contains(BLOB.digest()));
        assertEquals(List.of(), Blobs.quarantine(folder));
        try (InputStream in = open(giving(BLOB.content()))) {
            assertArrayEquals(BLOB.content(), in.readAllBytes());
        }
    }

    @Test
    void aWrongBlobOfNoBytesIsRefusedBeforeAnythingIsGiven() {
        VerificationException refused = assertThrows(
                VerificationException.class, () -> fetches.open(BLOB.digest(), 0, 0, 0, giving(new byte[0])));
        assertEquals(Reason.DIGEST_MISMATCH, refused.reason());
    }

    @Test
    void tooManyBytesAreRefused() {
        VerificationException refused = assertThrows(VerificationException.class, () -> {
            try (InputStream in = open(giving(Arrays.copyOf(BLOB.content(), 1_000_001)))) {
                in.readAllBytes();
            }
        });
        assertEquals(Reason.TOO_LONG, refused.reason());
    }

    @Test
    void whatABrokenFetchHasGotIsResumed() throws IOException {
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(BLOB.content(), 0, 600_000), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        throw new IOException("connection reset");
                    }
                });
        IOException failed = assertThrows(IOException.class, () -> {
            try (InputStream in = open(offset -> broken)) {
                in.readAllBytes();
            }
        });
        assertEquals(
                "connection reset", Objects.requireNonNull(failed.getCause()).getMessage());
        List<Long> offsets = new ArrayList<>();
        try (InputStream in = open(offset -> {
            offsets.add(offset);
            return new ByteArrayInputStream(BLOB.from(offset));
        })) {
            assertArrayEquals(BLOB.content(), in.readAllBytes());
        }
        assertEquals(List.of(600_000L), offsets);
    }

    @Test
    void aSourceThatHasNothingFailsTheOpening() {
        IOException failed = assertThrows(IOException.class, () -> open(SharedFetchesTest::unwanted));
        assertEquals(
                "asked for the bytes from 0",
                Objects.requireNonNull(failed.getCause()).getMessage());
        assertFalse(fetches.isRunning(BLOB.digest()));
    }

    @Test
    void aSilentSourceIsCancelled() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        BlobSource halting = halting(cancelled, 400_000, asked);
        SharedFetches impatient = fetches.withPatience(Duration.ofMillis(20));
        BlobSource source = new BlobSource() {
            @Override
            public InputStream open(long offset) throws IOException {
                return halting.open(offset);
            }

            @Override
            public void cancel() {
                cancelled.countDown();
            }
        };
        assertThrows(IOException.class, () -> {
            try (InputStream in = impatient.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), source)) {
                in.readAllBytes();
            }
        });
        cancelled.await();
        assertFalse(fetches.isRunning(BLOB.digest()));
    }

    @Test
    void aSourceThatIsSlowToCancelHoldsUpNoOtherReader() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        CountDownLatch rest = new CountDownLatch(1);
        AtomicBoolean inTime = new AtomicBoolean();
        BlobSource halting = halting(rest, 400_000, new AtomicInteger());
        BlobSource source = new BlobSource() {
            @Override
            public InputStream open(long offset) throws IOException {
                return halting.open(offset);
            }

            @Override
            public void cancel() {
                try {
                    inTime.set(failed.await(10, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                rest.countDown();
            }
        };
        Future<?> patient = threads.submit(() -> {
            try (InputStream in = open(source)) {
                in.readNBytes(10);
                reading.countDown();
                assertThrows(IOException.class, in::readAllBytes);
                failed.countDown();
            }
            return null;
        });
        reading.await();
        SharedFetches impatient = fetches.withPatience(Duration.ofMillis(20));
        try (InputStream in = impatient.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), source)) {
            assertThrows(IOException.class, in::readAllBytes);
        }
        patient.get();
        assertTrue(inTime.get());
    }

    @Test
    void anExecutorWithoutRoomFailsTheOpening() {
        threads.shutdown();
        assertThrows(IOException.class, () -> open(giving(BLOB.content())));
        assertFalse(fetches.isRunning(BLOB.digest()));
    }

    @Test
    void aThreadThatTheSystemDoesNotGiveFailsOneOpeningOnly() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        SharedFetches refused = SharedFetches.of(store, work -> {
            if (asked.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            threads.execute(work);
        });
        BlobSource source = giving(BLOB.content());
        assertThrows(OutOfMemoryError.class, () -> refused.open(BLOB.digest(), BLOB.size(), 0, 1, source));
        assertFalse(refused.isRunning(BLOB.digest()));
        try (InputStream in = refused.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), source)) {
            assertArrayEquals(BLOB.content(), in.readAllBytes());
        }
    }

    @Test
    void whatIsFollowedIsNotEvicted() throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        try (InputStream in = open(halting(rest, 400_000, new AtomicInteger()))) {
            in.readNBytes(10);
            rest.countDown();
            assertArrayEquals(BLOB.from(10), in.readAllBytes());
            assertEquals(List.of(), store.evict(new CacheLimits(0, Duration.ZERO)));
        }
        assertEquals(1, store.evict(new CacheLimits(0, Duration.ZERO)).size());
    }

    @Test
    void anotherSizeIsRefused() throws IOException {
        open(giving(BLOB.content())).close();
        assertThrows(
                VerificationException.class, () -> fetches.open(BLOB.digest(), 5, 0, 5, SharedFetchesTest::unwanted));
    }

    @Test
    void unsupportedAlgorithmsAndPartsBeyondTheEndAreRefused() {
        Digest unknown = Digest.parse("unknown:abcdef");
        VerificationException refused = assertThrows(
                VerificationException.class, () -> fetches.open(unknown, 5, 0, 5, SharedFetchesTest::unwanted));
        assertEquals(Reason.UNSUPPORTED_ALGORITHM, refused.reason());
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> fetches.open(BLOB.digest(), 5, 1, 5, SharedFetchesTest::unwanted));
    }

    @Test
    void aDiskThatFailsIsTheCause() throws IOException {
        Files.delete(folder.resolve("quarantine"));
        IOException failed = assertThrows(IOException.class, () -> open(giving(BLOB.content())));
        assertInstanceOf(FileSystemException.class, failed.getCause());
    }

    /** Runs an action before each hash that is made, of which the first is that of the first opening. */
    private static HashEngine counting(IntConsumer before) {
        AtomicInteger made = new AtomicInteger();
        return algorithm -> {
            before.accept(made.incrementAndGet());
            return HashEngine.runtime().newHash(algorithm);
        };
    }

    private static long waits(Thread thread) {
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId());
        return info == null ? 0 : info.getWaitedCount();
    }

    @Test
    void whatThisProcessDoesItselfIsNotTheSilenceOfTheSource() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HashEngine slow = counting(number -> {
            working.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        SharedFetches impatient =
                SharedFetches.of(store.withEngine(slow), threads).withPatience(Duration.ofMillis(1));
        AtomicReference<Object> result = new AtomicReference<>();
        SharedFetches patient = impatient.withPatience(Duration.ofMinutes(1));
        Future<?> first = threads.submit(() -> {
            patient.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), giving(BLOB.content()))
                    .close();
            return null;
        });
        working.await();
        Thread second = new Thread(() -> {
            try (InputStream in =
                    impatient.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), SharedFetchesTest::unwanted)) {
                result.set(in.read());
            } catch (IOException e) {
                result.set(e);
            }
        });
        second.start();
        while (waits(second) < 5 && second.isAlive()) {
            Thread.onSpinWait(); // until it has looked at the time again and again
        }
        goOn.countDown();
        second.join();
        first.get();
        assertEquals(BLOB.content()[0] & 0xff, result.get());
    }

    @Test
    void aSilentFetchWithoutReadersIsCancelledWhenAnotherBlobIsOpened() throws Exception {
        AtomicLong now = new AtomicLong();
        SharedFetches timed = SharedFetches.of(store, threads, now::get);
        CountDownLatch silent = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        BlobSource source = new BlobSource() {
            @Override
            public InputStream open(long offset) {
                return new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("not used");
                    }

                    @Override
                    public int read(byte[] buffer, int at, int length) throws IOException {
                        silent.countDown();
                        try {
                            cancelled.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        throw new IOException("cancelled");
                    }
                };
            }

            @Override
            public void cancel() {
                cancelled.countDown();
            }
        };
        InputStream reader = timed.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), source);
        silent.await();
        Blobs other = Blobs.of(2, 10);
        now.set(Duration.ofMinutes(1).toNanos());
        timed.open(other.digest(), 10, 0, 10, giving(other.content())).close();
        assertTrue(timed.isRunning(BLOB.digest()), "its reader decides");
        reader.close();
        Blobs third = Blobs.of(3, 10);
        timed.open(third.digest(), 10, 0, 10, giving(third.content())).close();
        cancelled.await();
        assertFalse(timed.isRunning(BLOB.digest()));
    }

    @Test
    void aBlobThatIsEvictedWhileItIsOpenedIsFetched() throws IOException {
        store.store(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(BLOB.content()));
        assertTrue(store.leases().beginEviction(BLOB.digest()));
        // The first hash is that of the opening, the second that of the first look, the third that of the second one.
        ContentStore evicting = store.withEngine(counting(number -> {
            if (number == 2) {
                try {
                    store.leases().endEviction(BLOB.digest());
                    store.delete(BLOB.digest());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }));
        try (InputStream in = SharedFetches.of(evicting, threads)
                .open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), giving(BLOB.content()))) {
            assertArrayEquals(BLOB.content(), in.readAllBytes());
        }
    }

    @Test
    void aFetchAnewShowsWhetherTheSourceHasWhatIsStored() throws IOException {
        store.store(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(BLOB.content()));
        AtomicInteger stored = new AtomicInteger();
        byte[] wrong = new byte[(int) BLOB.size()];
        for (byte[] content : List.of(wrong, BLOB.content())) {
            BlobSource source = new BlobSource() {
                @Override
                public InputStream open(long offset) {
                    return new ByteArrayInputStream(content, (int) offset, content.length);
                }

                @Override
                public void stored() {
                    stored.incrementAndGet();
                }
            };
            SharedFetches anew = fetches.fetchingAnew(BLOB.digest()::equals);
            try (InputStream in = anew.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), source)) {
                assertArrayEquals(content, in.readAllBytes());
            } catch (VerificationException e) {
                assertEquals(wrong, content);
            }
            assertTrue(store.contains(BLOB.digest()));
        }
        assertEquals(1, stored.get());
    }

    @Test
    void whatASourceHasLeftIsResumedByNoOther() throws IOException {
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(BLOB.content(), 0, 600_000), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        return read();
                    }
                });
        SharedFetches one = SharedFetches.of(store.withSource("one"), threads);
        assertThrows(IOException.class, () -> {
            try (InputStream in = one.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), offset -> broken)) {
                in.readAllBytes();
            }
        });
        List<Long> offsets = new ArrayList<>();
        BlobSource failing = offset -> {
            offsets.add(offset);
            throw new IOException("nothing");
        };
        SharedFetches two = SharedFetches.of(store.withSource("two"), threads);
        for (SharedFetches each : List.of(two, fetches, one)) {
            assertThrows(IOException.class, () -> each.open(BLOB.digest(), BLOB.size(), 0, BLOB.size(), failing));
        }
        assertEquals(List.of(0L, 0L, 600_000L), offsets);
    }

    @Test
    void whatWasGivenCanBeReadAgainAfterAFailure() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        SharedFetches impatient = fetches.withPatience(Duration.ofMillis(20));
        BlobSource halting = halting(never, 400_000, new AtomicInteger());
        try (InputStream in = impatient.open(BLOB.digest(), BLOB.size(), 1000, 500_000, halting)) {
            byte[] begun = in.readNBytes(100_000);
            assertThrows(IOException.class, in::readAllBytes);
            in.reset();
            assertArrayEquals(begun, in.readNBytes(100_000));
        }
    }
}
