package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.internal.stream.BulkInputStream;
import dev.tallyclerk.internal.stream.SomeBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A stream that is read by an executor's threads, so that one that stays silent can be given up. */
final class WatchedStream extends BulkInputStream {
    private static final int BUFFER = 64 * 1024;

    private final Executor executor;
    private final Duration patience;
    private final Cancellation cancellation;
    private final InputStream content;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int end;

    private WatchedStream(Executor executor, Duration patience, Cancellation cancellation, InputStream content) {
        this.executor = executor;
        this.patience = patience;
        this.cancellation = cancellation;
        this.content = content;
    }

    /**
     * {@return a stream that is opened and read so}
     *
     * @param patience how long the opening, and each read, may take
     * @param cancellation ends them
     */
    static WatchedStream open(
            Executor executor, Duration patience, Cancellation cancellation, Callable<? extends InputStream> opening)
            throws IOException {
        InputStream content = within(executor, patience, cancellation, () -> {
            InputStream opened = opening.call();
            if (cancellation.isCancelled()) {
                opened.close(); // nobody waits for it any more
            }
            return opened;
        });
        return new WatchedStream(executor, patience, cancellation, content);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (next == end) {
            // Into an array of its own, in which a read that is given up may still write.
            int n = within(executor, patience, cancellation, () -> SomeBytes.read(content, buffer, 0, BUFFER));
            if (n < 0) {
                return -1;
            }
            next = 0;
            end = n;
        }
        int n = Math.min(length, end - next);
        System.arraycopy(buffer, next, bytes, offset, n);
        next += n;
        return n;
    }

    private static <T> T within(Executor executor, Duration patience, Cancellation cancellation, Callable<T> work)
            throws IOException {
        FutureTask<T> task = new FutureTask<>(work);
        try {
            executor.execute(task);
            return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw new IOException("the proxy takes no more work at the moment", e);
        } catch (TimeoutException e) {
            cancellation.cancel();
            throw new IOException("no byte came for " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            cancellation.cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the upstream");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException("the upstream could not be read", e);
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
