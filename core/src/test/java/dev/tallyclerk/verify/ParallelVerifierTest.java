package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelVerifierTest {
    private final ExecutorService executor = Executors.newFixedThreadPool(3);
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();

    @AfterEach
    void shutDown() {
        executor.shutdownNow();
    }

    @Test
    void verifiesEveryBlobWithNoMoreOpenThanAllowed() throws IOException {
        List<UnverifiedBlob> blobs = blobs(50);
        ParallelVerifier.of(executor, 3).verify(blobs);
        assertEquals(50, opened.get());
        assertEquals(0, open.get());
        assertTrue(mostOpen.get() <= 3, mostOpen + " were open");
        ParallelVerifier.of(executor, 3).verify(List.of());
    }

    @Test
    void doesNotSpinOnASourceThatGivesNoBytesWhereItShouldWait() throws IOException {
        byte[] content = {1, 2, 3};
        UnverifiedBlob blob = new UnverifiedBlob(
                Digest.sha256Of(content), 3, () -> new FilterInputStream(new ByteArrayInputStream(content)) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) {
                        return 0;
                    }
                });
        ParallelVerifier.of(executor, 1).verify(List.of(blob));
    }

    /** An endless body is not worth reading to be refused. */
    @Test
    void asksForOneByteMoreThanPromisedAtMost() {
        for (int size : new int[] {0, 100, 65_535, 65_536, 200_000}) {
            AtomicLong given = new AtomicLong();
            UnverifiedBlob endless = new UnverifiedBlob(Digest.sha256Of(new byte[0]), size, () -> new InputStream() {
                @Override
                public int read() {
                    given.incrementAndGet();
                    return 0;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) {
                    given.addAndGet(length);
                    return length;
                }
            });
            ParallelVerifier verifier = ParallelVerifier.of(executor, 1);
            var e = assertThrows(VerificationException.class, () -> verifier.verify(List.of(endless)));
            assertEquals(Reason.TOO_LONG, e.reason());
            assertEquals(size + 1, given.get(), "one byte too many was enough");
        }
    }

    @Test
    void readsAsManyBlobsAtATimeAsAllowed() throws IOException {
        CyclicBarrier together = new CyclicBarrier(4);
        List<UnverifiedBlob> blobs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            blobs.add(blob(i, content -> {
                await(together);
                return content;
            }));
        }
        ParallelVerifier.of(executor, 4).verify(blobs);
        assertEquals(4, mostOpen.get());
    }

    @Test
    void hashesWithTheEngineThatItIsGiven() throws IOException {
        HashEngine engine = HashEngine.of(new BouncyCastleProvider());
        byte[] content = {1, 2, 3};
        Digest blake3 = Digest.ofHash(
                DigestAlgorithm.BLAKE3,
                engine.newHash(DigestAlgorithm.BLAKE3).orElseThrow().digest(content));
        var blobs = List.of(new UnverifiedBlob(blake3, 3, () -> new ByteArrayInputStream(content)));
        ParallelVerifier runtime = ParallelVerifier.of(executor, 2);
        var e = assertThrows(VerificationException.class, () -> runtime.verify(blobs));
        assertEquals(Reason.UNSUPPORTED_ALGORITHM, e.reason());
        runtime.withEngine(engine).verify(blobs);
    }

    @Test
    void comesToAnEndWhateverSizeIsPromised() {
        UnverifiedBlob endless = new UnverifiedBlob(
                Digest.sha256Of(new byte[0]), Long.MAX_VALUE, () -> new ByteArrayInputStream(new byte[10]));
        var e = assertThrows(
                VerificationException.class,
                () -> ParallelVerifier.of(executor, 2).verify(List.of(endless)));
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
    }

    @Test
    void needsNoThreadOfTheExecutorToComeToAnEnd() throws IOException {
        ParallelVerifier.of(task -> {}, 8).verify(blobs(10));
        ParallelVerifier.of(
                        task -> {
                            throw new RejectedExecutionException("busy");
                        },
                        8)
                .verify(blobs(10));
        List<Runnable> late = new ArrayList<>();
        ParallelVerifier.of(late::add, 8).verify(blobs(10));
        late.forEach(Runnable::run);
        assertEquals(30, opened.get());
    }

    @Test
    void throwsTheFailureOfABlobAndOpensNoMore() {
        List<UnverifiedBlob> blobs = new ArrayList<>(blobs(20));
        UnverifiedBlob good = blobs.get(2);
        Digest promised = Digest.sha256Of(new byte[] {1});
        blobs.set(2, new UnverifiedBlob(promised, good.size(), good.source()));
        var e = assertThrows(
                VerificationException.class,
                () -> ParallelVerifier.of(executor, 1).verify(blobs));
        assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        assertEquals(promised, e.expected());
        assertEquals(3, opened.get());
        assertEquals(0, open.get());
    }

    @Test
    void suppressesWhatFailsAfterTheFirstFailure() {
        CyclicBarrier together = new CyclicBarrier(2);
        List<IOException> failures = List.of(new IOException("source 0"), new IOException("source 1"));
        List<UnverifiedBlob> blobs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            IOException failure = failures.get(i);
            blobs.add(blob(i, content -> {
                await(together);
                throw failure;
            }));
        }
        var e = assertThrows(
                IOException.class, () -> ParallelVerifier.of(executor, 2).verify(blobs));
        assertEquals(1, e.getSuppressed().length);
        assertEquals(Set.copyOf(failures), Set.of(e, e.getSuppressed()[0]));
    }

    @Test
    void aFailureStopsABlobThatWouldNeverEnd() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return length;
            }
        };
        CyclicBarrier together = new CyclicBarrier(2);
        List<UnverifiedBlob> blobs = List.of(
                new UnverifiedBlob(Digest.sha256Of(new byte[0]), Long.MAX_VALUE, () -> {
                    await(together);
                    return endless;
                }),
                blob(1, content -> {
                    await(together);
                    throw new IOException("connection reset");
                }));
        var e = assertThrows(
                IOException.class, () -> ParallelVerifier.of(executor, 2).verify(blobs));
        assertEquals("connection reset", e.getMessage());
    }

    @Test
    void aSourceThatThrowsUncheckedIsAFailureToo() {
        IllegalStateException broken = new IllegalStateException("broken");
        List<UnverifiedBlob> blobs = new ArrayList<>(blobs(5));
        blobs.add(blob(9, content -> {
            throw broken;
        }));
        assertSame(
                broken,
                assertThrows(
                        IllegalStateException.class,
                        () -> ParallelVerifier.of(executor, 3).verify(blobs)));
        assertEquals(0, open.get());
    }

    @Test
    void aSourceThatThrowsWhatItDoesNotDeclareIsAFailureToo() {
        Thread caller = Thread.currentThread();
        CountDownLatch thrown = new CountDownLatch(1);
        TimeoutException undeclared = new TimeoutException("not declared");
        List<UnverifiedBlob> blobs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            blobs.add(blob(i, content -> {
                if (Thread.currentThread() == caller) {
                    await(thrown);
                    return content;
                }
                thrown.countDown();
                throw ParallelVerifierTest.<RuntimeException>sneaky(undeclared);
            }));
        }
        IOException e = assertThrows(
                IOException.class, () -> ParallelVerifier.of(executor, 2).verify(blobs));
        assertSame(undeclared, e.getCause());
    }

    /** Throws as Kotlin does, whose compiler knows no checked exceptions. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void anExecutorThatFailsEndsWhatItHasBegun() {
        IllegalStateException broken = new IllegalStateException("no second thread");
        AtomicInteger asked = new AtomicInteger();
        Executor failing = task -> {
            if (asked.getAndIncrement() > 0) {
                throw broken;
            }
            executor.execute(task);
        };
        assertSame(
                broken,
                assertThrows(
                        IllegalStateException.class,
                        () -> ParallelVerifier.of(failing, 3).verify(blobs(20))));
        assertEquals(0, open.get());
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        List<UnverifiedBlob> blobs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            blobs.add(blob(i, content -> {
                if (Thread.currentThread() == caller) {
                    await(begun);
                    caller.interrupt();
                } else {
                    begun.countDown();
                    await(never);
                }
                return content;
            }));
        }
        assertThrows(
                InterruptedIOException.class,
                () -> ParallelVerifier.of(executor, 2).verify(blobs));
        assertTrue(Thread.interrupted());
        never.countDown();
    }

    @Test
    void tellsTheListenerNotTooOftenAlwaysForwardAndTheEnd() throws IOException {
        List<UnverifiedBlob> blobs = blobs(40);
        long total = blobs.stream().mapToLong(UnverifiedBlob::size).sum();
        List<Long> heard = new ArrayList<>();
        ParallelVerifier.of(executor, 4)
                .withProgress(
                        (bytes, of) -> {
                            assertEquals(total, of);
                            heard.add(bytes);
                        },
                        100_000)
                .verify(blobs);
        assertEquals(total, heard.get(heard.size() - 1));
        assertTrue(heard.size() > 2);
        for (int i = 1; i < heard.size() - 1; i++) {
            assertTrue(heard.get(i) - heard.get(i - 1) >= 100_000, heard.toString());
        }
    }

    @Test
    void aListenerHearsOfAllBytesOnlyIfTheyAreVerified() {
        byte[] content = new byte[100_000];
        List<Long> heard = new ArrayList<>();
        var wrong = new UnverifiedBlob(
                Digest.sha256Of(new byte[0]), content.length, () -> new ByteArrayInputStream(content));
        assertThrows(
                VerificationException.class,
                () -> ParallelVerifier.of(executor, 1)
                        .withProgress((bytes, total) -> heard.add(bytes), 1)
                        .verify(List.of(wrong)));
        assertFalse(heard.isEmpty());
        assertFalse(heard.contains((long) content.length), heard.toString());
    }

    @Test
    void refusesSettingsBelowOne() {
        assertThrows(IllegalArgumentException.class, () -> ParallelVerifier.of(executor, 0));
        ParallelVerifier verifier = ParallelVerifier.of(executor, 1);
        assertThrows(IllegalArgumentException.class, () -> verifier.withProgress((bytes, total) -> {}, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new UnverifiedBlob(Digest.sha256Of(new byte[0]), -1, InputStream::nullInputStream));
    }

    private interface Opening {
        InputStream open(InputStream content) throws IOException;
    }

    private List<UnverifiedBlob> blobs(int count) {
        List<UnverifiedBlob> blobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blobs.add(blob(i, content -> content));
        }
        return blobs;
    }

    private UnverifiedBlob blob(int seed, Opening opening) {
        Random random = new Random(seed);
        byte[] content = new byte[random.nextInt(100_000)];
        random.nextBytes(content);
        return new UnverifiedBlob(Digest.sha256Of(content), content.length, () -> {
            opened.incrementAndGet();
            mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
            try {
                return new FilterInputStream(opening.open(new ByteArrayInputStream(content))) {
                    @Override
                    public void close() throws IOException {
                        open.decrementAndGet();
                        super.close();
                    }
                };
            } catch (IOException | RuntimeException e) {
                open.decrementAndGet();
                throw e;
            }
        });
    }

    private static void await(Object gate) throws IOException {
        try {
            if (gate instanceof CyclicBarrier barrier) {
                barrier.await();
            } else if (gate instanceof CountDownLatch latch) {
                latch.await();
            }
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
