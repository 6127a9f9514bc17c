package dev.tallyclerk.verify;

import dev.tallyclerk.digest.HashEngine;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Verifies many blobs, several at a time, on the threads of an {@link Executor} and the calling one.
 *
 * <p>Because the calling thread works too, nothing waits for an executor that is busy or is never going to run
 * anything, also where the caller is one of its threads. At most as many blobs as {@code parallelism} says are open at
 * a time, each with 64 KiB of memory and what a {@link ContentVerifier} has. Immutable, and safe for use by several
 * threads.
 */
public final class ParallelVerifier {
    private final Executor executor;
    private final int parallelism;
    private final ProgressListener listener;
    private final long everyBytes;
    private final HashEngine engine;

    private ParallelVerifier(
            Executor executor, int parallelism, ProgressListener listener, long everyBytes, HashEngine engine) {
        this.executor = executor;
        this.parallelism = parallelism;
        this.listener = listener;
        this.everyBytes = everyBytes;
        this.engine = engine;
    }

    /**
     * {@return a verifier that tells nobody of its progress}
     *
     * @param executor whose threads help; not shut down
     * @param parallelism how many blobs are read at a time, at least 1; with 1 the calling thread is alone
     * @throws IllegalArgumentException if {@code parallelism} is below 1
     */
    public static ParallelVerifier of(Executor executor, int parallelism) {
        Objects.requireNonNull(executor, "executor");
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism " + parallelism + " is below 1");
        }
        return new ParallelVerifier(executor, parallelism, (bytes, total) -> {}, Long.MAX_VALUE, HashEngine.runtime());
    }

    /**
     * {@return this verifier with a listener}
     *
     * @param listener called by one thread at a time, by any that reads; and at the end, if all is verified, with
     *     {@code bytes} equal to {@code total}. What it throws ends the verification
     * @param everyBytes how many bytes at least lie between two calls, but the last; at least 1
     * @throws IllegalArgumentException if {@code everyBytes} is below 1
     */
    public ParallelVerifier withProgress(ProgressListener listener, long everyBytes) {
        Objects.requireNonNull(listener, "listener");
        if (everyBytes < 1) {
            throw new IllegalArgumentException("everyBytes " + everyBytes + " is below 1");
        }
        return new ParallelVerifier(executor, parallelism, listener, everyBytes, engine);
    }

    /** {@return this verifier with hashes from {@code engine}, not from the Java runtime alone} */
    public ParallelVerifier withEngine(HashEngine engine) {
        Objects.requireNonNull(engine, "engine");
        return new ParallelVerifier(executor, parallelism, listener, everyBytes, engine);
    }

    /**
     * Reads all blobs to their ends, and returns if each is what was promised.
     *
     * <p>The first failure is thrown as it is, and ends the others: they stop at the next 64 KiB, once a read that is
     * under way has returned, their sources are closed, and blobs that were not begun are not opened. A read is not
     * interrupted: where one may wait for ever, give the source a time limit. What else failed until then is suppressed
     * in the first failure. When this throws, nothing may be taken for verified. When this returns or throws, no source
     * is open, except after an interrupt.
     *
     * @throws VerificationException if a blob is not what was promised, or its digest's algorithm is not supported
     * @throws java.io.InterruptedIOException if this thread was interrupted while it waited for the others, which stop
     *     as after a failure but are not waited for; the interrupt status is set
     * @throws IOException if a source fails, or throws a checked exception that Java would not have let it throw
     */
    public void verify(Collection<UnverifiedBlob> blobs) throws IOException {
        List<UnverifiedBlob> all = List.copyOf(blobs);
        long total = 0;
        for (UnverifiedBlob blob : all) {
            // The sizes may be hostile, and each is checked by itself; the sum is for the listener only.
            total = total + blob.size() < 0 ? Long.MAX_VALUE : total + blob.size();
        }
        Progress progress = new Progress(listener, everyBytes, total);
        VerificationRun run = new VerificationRun(all, progress, engine);
        run.verify(executor, parallelism);
        progress.finish();
    }
}
