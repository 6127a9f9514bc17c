package dev.tallyclerk.verify;

import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.internal.work.SharedWork;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** One verification of many blobs: each thread takes the next blob until none is left or one has failed. */
final class VerificationRun extends SharedWork {
    private static final int BUFFER = 64 * 1024;

    private final List<UnverifiedBlob> blobs;
    private final Progress progress;
    private final HashEngine engine;

    /** The buffers that no thread uses; there are never more than threads. */
    private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();

    VerificationRun(List<UnverifiedBlob> blobs, Progress progress, HashEngine engine) {
        super(blobs.size());
        this.blobs = blobs;
        this.progress = progress;
        this.engine = engine;
    }

    /** Verifies up to {@code parallel} blobs at a time, and returns only if all are verified. */
    void verify(Executor executor, int parallel) throws IOException {
        Throwable failure = run(executor, parallel);
        if (failure instanceof IOException e) {
            throw e;
        }
        throwUnchecked(failure);
        if (failure != null) {
            // Code compiled without the check may throw undeclared checked exceptions.
            throw new IOException("a blob could not be read", failure);
        }
    }

    @Override
    protected boolean waitsWhenInterrupted() {
        fail(new InterruptedIOException("interrupted while verifying blobs"));
        return false;
    }

    @Override
    protected void take(int index) throws IOException {
        byte[] free = buffers.poll();
        byte[] buffer = free == null ? new byte[BUFFER] : free;
        verify(blobs.get(index), buffer);
        buffers.add(buffer);
    }

    private void verify(UnverifiedBlob blob, byte[] buffer) throws IOException {
        ContentVerifier verifier = ContentVerifier.of(List.of(blob.digest()), blob.size(), engine);
        try (InputStream in = blob.source().open()) {
            while (!hasFailed()) {
                // At most one surplus byte is read: an endless body is refused without reading more of it.
                int n = SomeBytes.read(in, buffer, 0, (int) Math.min(BUFFER - 1, verifier.remaining()) + 1);
                if (n < 0) {
                    verifier.finish();
                    return;
                }
                verifier.update(buffer, 0, n);
                progress.add(n);
            }
        }
    }
}
