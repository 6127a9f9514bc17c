package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.layout.ImageContent.BlobTaker;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes blobs, several at a time. The thread that asks for it works too, so an executor that is busy, or gives no
 * thread at all, makes it slower and never stops it. Used once.
 */
final class BlobTasks {
    private final List<Descriptor> blobs;
    private final BlobTaker taker;
    private final Runnable onFailure;
    private final Lock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int next;
    private int working;
    private @Nullable Throwable failure;

    /** What was given up because something else had failed, which is of no interest to anybody. */
    static final class AbandonedException extends IOException {
        private static final long serialVersionUID = 1L;

        AbandonedException() {
            super("another blob of the image could not be copied");
        }
    }

    /**
     * Takes none yet.
     *
     * @param onFailure is run once when the first blob cannot be taken; ends what the others wait for
     */
    BlobTasks(List<Descriptor> blobs, BlobTaker taker, Runnable onFailure) {
        this.blobs = blobs;
        this.taker = taker;
        this.onFailure = onFailure;
    }

    boolean hasFailed() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes all blobs, or fails as the first did that could not be taken.
     *
     * @param parallel how many are taken at a time at most
     */
    void run(Executor executor, int parallel) throws IOException {
        for (int i = 1; i < Math.min(parallel, blobs.size()); i++) {
            try {
                executor.execute(this::work);
            } catch (RejectedExecutionException e) {
                break; // then there are fewer threads
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
        work();
        awaitOthers();
        Throwable thrown = failure;
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown != null) {
            // Code that Java's compiler has not seen may throw checked exceptions that it does not declare.
            throw new IOException("a blob could not be copied", thrown);
        }
    }

    private void work() {
        for (Descriptor blob = begin(); blob != null; blob = begin()) {
            Throwable thrown = null;
            try {
                taker.take(blob);
            } catch (Throwable e) {
                thrown = e;
            } finally {
                end(thrown);
            }
        }
    }

    /** {@return the next blob, or null if there is none or no more are taken} */
    private @Nullable Descriptor begin() {
        lock.lock();
        try {
            if (failure != null || next == blobs.size()) {
                return null;
            }
            working++;
            return blobs.get(next++);
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable Throwable thrown) {
        if (thrown != null) {
            fail(thrown);
        }
        lock.lock();
        try {
            working--;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable thrown) {
        Throwable first;
        lock.lock();
        try {
            first = failure;
            if (first == null) {
                failure = thrown;
            } else if (first != thrown && !isAbandoned(thrown)) {
                first.addSuppressed(thrown);
            }
        } finally {
            lock.unlock();
        }
        if (first == null) {
            onFailure.run();
        }
    }

    private static boolean isAbandoned(Throwable thrown) {
        return thrown instanceof AbandonedException || thrown.getCause() instanceof AbandonedException;
    }

    /** A task that the executor starts later finds nothing to do. */
    private void awaitOthers() {
        boolean interrupted = false;
        while (true) {
            try {
                awaitIdle();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                fail(new InterruptedIOException("interrupted while blobs were copied"));
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitIdle() throws InterruptedException {
        lock.lock();
        try {
            while (working > 0) {
                idle.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
