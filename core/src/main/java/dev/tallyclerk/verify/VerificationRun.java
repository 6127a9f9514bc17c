package dev.tallyclerk.verify;

import dev.tallyclerk.digest.HashEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One verification of many blobs: each thread takes the next blob until there is none or one has failed. */
final class VerificationRun {
    private static final int BUFFER = 64 * 1024;

    private final List<UnverifiedBlob> blobs;
    private final Progress progress;
    private final HashEngine engine;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger verified = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    /** The threads that are at work, and the calling one. */
    private final Phaser working = new Phaser(1);

    VerificationRun(List<UnverifiedBlob> blobs, Progress progress, HashEngine engine) {
        this.blobs = blobs;
        this.progress = progress;
        this.engine = engine;
    }

    /** Works with up to {@code helpers} more threads, and returns only if all is verified. */
    void work(Executor executor, int helpers) throws IOException {
        try {
            for (int i = 0; i < helpers; i++) {
                executor.execute(this::help);
            }
        } catch (RejectedExecutionException e) {
            // An executor with no thread to spare: those that it gave, or this one alone, do the work.
        } catch (RuntimeException | Error e) {
            fail(e);
        }
        takeBlobs();
        awaitHelpers();
        Throwable first = failure.get();
        if (first instanceof IOException e) {
            throw e;
        }
        if (first instanceof RuntimeException e) {
            throw e;
        }
        if (first instanceof Error e) {
            throw e;
        }
        if (first != null || verified.get() < blobs.size()) {
            // Code that Java's compiler has not seen may throw checked exceptions that it does not declare.
            throw new IOException("a blob could not be read", first);
        }
    }

    /** Only helpers that have begun are waited for; one that begins later finds nothing to do. */
    private void awaitHelpers() throws InterruptedIOException {
        try {
            working.awaitAdvanceInterruptibly(working.arriveAndDeregister());
        } catch (InterruptedException e) {
            var interrupted = new InterruptedIOException("interrupted while blobs are verified");
            fail(interrupted);
            Thread.currentThread().interrupt();
            throw interrupted;
        }
    }

    private void help() {
        working.register();
        try {
            takeBlobs();
        } finally {
            working.arriveAndDeregister();
        }
    }

    private void takeBlobs() {
        try {
            byte[] buffer = new byte[0];
            for (int i = next.getAndIncrement();
                    i < blobs.size() && failure.get() == null;
                    i = next.getAndIncrement()) {
                buffer = buffer.length == 0 ? new byte[BUFFER] : buffer;
                verify(blobs.get(i), buffer);
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    private void verify(UnverifiedBlob blob, byte[] buffer) throws IOException {
        ContentVerifier verifier = ContentVerifier.of(List.of(blob.digest()), blob.size(), engine);
        try (InputStream in = blob.source().open()) {
            while (failure.get() == null) {
                // At most one surplus byte is asked for: an endless body is not worth reading to be refused.
                int n = in.read(buffer, 0, (int) Math.min(BUFFER - 1, verifier.remaining()) + 1);
                if (n < 0) {
                    verifier.finish();
                    verified.getAndIncrement();
                    return;
                }
                verifier.update(buffer, 0, n);
                progress.add(n);
            }
        }
    }

    private void fail(Throwable cause) {
        Throwable first = failure.compareAndExchange(null, cause);
        if (first != null && first != cause) {
            first.addSuppressed(cause);
        }
    }
}
