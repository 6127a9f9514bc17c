package dev.tallyclerk.internal.work;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Work on a number of items, several at a time. The calling thread works too, so an executor that is busy, or never
 * runs a task, makes it slower but never stops it. After a failure, no more items are started. Used once.
 */
public abstract class SharedWork {
    private final int count;
    private final Lock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int next;
    private int working;
    private int taken;
    private volatile @Nullable Throwable failure;

    /**
     * Prepares the work.
     *
     * @param count how many items there are
     */
    protected SharedWork(int count) {
        this.count = count;
    }

    /**
     * Works on one item, on any of the threads.
     *
     * @param index the item, from 0
     */
    protected abstract void take(int index) throws Exception;

    /** Called once, on the thread that failed first; may wake up the other threads. */
    protected void onFailure() {}

    /**
     * {@return whether to keep waiting for the other threads; called when the calling thread is interrupted while it
     * waits}
     */
    protected boolean waitsWhenInterrupted() {
        return true;
    }

    /** {@return whether a failure after the first is reported as suppressed} */
    protected boolean isWorthKeeping(Throwable later) {
        return true;
    }

    /** {@return whether something has failed} */
    public final boolean hasFailed() {
        return failure != null;
    }

    /**
     * Works on all items, and returns when no thread is working any more, or when it need not wait for them. A thread
     * that the executor runs later finds nothing to do. The interrupt status is kept.
     *
     * @param parallel the most items at a time
     * @return the first failure, or null if all items were completed
     */
    protected final @Nullable Throwable run(Executor executor, int parallel) {
        for (int i = 1; i < Math.min(parallel, count) && !hasFailed(); i++) {
            try {
                executor.execute(this::work);
            } catch (RejectedExecutionException e) {
                break; // fewer threads, then
            } catch (Throwable e) {
                fail(e);
            }
        }
        work();
        awaitOthers();
        return first();
    }

    private @Nullable Throwable first() {
        lock.lock();
        try {
            return failure == null && taken < count ? new IllegalStateException("an item was not taken") : failure;
        } finally {
            lock.unlock();
        }
    }

    /** Throws an exception that need not be declared; returns otherwise. */
    protected static void throwUnchecked(@Nullable Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
    }

    /** Stops the start of more items, as if one had failed. */
    protected final void fail(Throwable thrown) {
        lock.lock();
        try {
            Throwable first = failure;
            if (first != null) {
                if (first != thrown && isWorthKeeping(thrown)) {
                    first.addSuppressed(thrown);
                }
                return;
            }
            failure = thrown;
        } finally {
            lock.unlock();
        }
        onFailure();
    }

    private void work() {
        for (int index = begin(); index >= 0; index = begin()) {
            Throwable thrown = null;
            try {
                take(index);
            } catch (Throwable e) {
                thrown = e;
            } finally {
                end(thrown);
            }
        }
    }

    /** {@return the next item, or -1 if there is none or the work has failed} */
    private int begin() {
        lock.lock();
        try {
            if (hasFailed() || next == count) {
                return -1;
            }
            working++;
            return next++;
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable Throwable thrown) {
        try {
            if (thrown != null) {
                fail(thrown);
            }
        } finally {
            lock.lock();
            try {
                working--;
                taken += thrown == null ? 1 : 0;
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void awaitOthers() {
        boolean interrupted = false;
        boolean waits = true;
        while (waits) {
            try {
                awaitIdle();
                waits = false;
            } catch (InterruptedException e) {
                interrupted = true;
                waits = waitsWhenInterrupted();
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
