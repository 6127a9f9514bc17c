package dev.tallyclerk.verify;

import dev.tallyclerk.digest.HashEngine;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Verifies many blobs, several at a time, on the threads of an {@link Executor} and on the calling thread.
 *
 * <p>Because the calling thread works too, nothing waits for an executor that is busy or never runs a task, even if the
 * caller is one of its threads. At most {@code parallelism} blobs are open at a time, each with 64 KiB of memory and a
 * {@link ContentVerifier}. Immutable, and safe for use by several threads.
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
     * {@return a verifier that reports no progress}
     *
     * @param executor provides the other threads; not shut down
     * @param parallelism how many blobs are read at a time, at least 1; with 1 only the calling thread works
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
     * @param listener called by one thread at a time, and at the end, if all blobs are verified, with {@code bytes}
     *     equal to {@code total}. An exception that it throws ends the verification
     * @param everyBytes the fewest bytes between two calls, except before the last; at least 1
     * @throws IllegalArgumentException if {@code everyBytes} is below 1
     */
    public ParallelVerifier withProgress(ProgressListener listener, long everyBytes) {
        Objects.requireNonNull(listener, "listener");
        if (everyBytes < 1) {
            throw new IllegalArgumentException("everyBytes " + everyBytes + " is below 1");
        }
        return new ParallelVerifier(executor, parallelism, listener, everyBytes, engine);
    }

    /** {@return this verifier with the hash functions of {@code engine}} */
    public ParallelVerifier withEngine(HashEngine engine) {
        Objects.requireNonNull(engine, "engine");
        return new ParallelVerifier(executor, parallelism, listener, everyBytes, engine);
    }

    /**
     * Reads all blobs to their ends, and returns only if each matches.
     *
     * <p>Throws the first failure and stops the others: each stops once its current read has returned, at the latest
     * after 64 KiB, and closes its source; blobs not yet started are not opened. Reads are not interrupted, so give
     * sources a timeout. Later failures are suppressed in the first. If this throws, no blob counts as verified. When
     * it returns or throws, no source is open, except after an interrupt.
     *
     * @throws VerificationException if a blob does not match, or its digest's algorithm is not supported
     * @throws java.io.InterruptedIOException if this thread was interrupted while it waited for the others, which stop
     *     as after a failure but are not waited for; the interrupt status is set
     * @throws IOException if a source fails, or throws an undeclared checked exception
     */
    public void verify(Collection<UnverifiedBlob> blobs) throws IOException {
        List<UnverifiedBlob> all = List.copyOf(blobs);
        long total = 0;
        for (UnverifiedBlob blob : all) {
            // The sizes may be hostile. Each is checked on its own; the sum is only for the listener.
            total = total + blob.size() < 0 ? Long.MAX_VALUE : total + blob.size();
        }
        Progress progress = new Progress(listener, everyBytes, total);
        VerificationRun run = new VerificationRun(all, progress, engine);
        run.verify(executor, parallelism);
        progress.finish();
    }
}
