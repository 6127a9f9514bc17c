package dev.tallyclerk.internal.work;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A number of items, each taken once, several at a time. The thread that asks for it works too, so an executor that is
 * busy, or gives no thread at all, makes it slower and never stops it. After a failure no more items are taken. Used
 * once.
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
     * Takes none yet.
     *
     * @param count how many items there are
     */
    protected SharedWork(int count) {
        this.count = count;
    }

    /**
     * Takes one item, in whatever thread.
     *
     * @param index which, from 0
     */
    protected abstract void take(int index) throws Exception;

    /** Called once, in the thread that failed first; may end what the others wait for. */
    protected void onFailure() {}

    /**
     * {@return whether to go on waiting for the others; called when the calling thread is interrupted while it does}
     */
    protected boolean waitsWhenInterrupted() {
        return true;
    }

    /** {@return whether somebody may want to know of something that failed after the first failure} */
    protected boolean isWorthKeeping(Throwable later) {
        return true;
    }

    /** {@return whether something has failed} */
    public final boolean hasFailed() {
        return failure != null;
    }

    /**
     * Takes all items, and returns when no thread is at work any more, or when it is not to wait for them. A thread
     * that the executor gives later finds nothing to do. The status of an interrupt is kept.
     *
     * @param parallel how many are taken at a time at most
     * @return what failed first, or nothing if all were taken
     */
    protected final @Nullable Throwable run(Executor executor, int parallel) {
        for (int i = 1; i < Math.min(parallel, count) && !hasFailed(); i++) {
            try {
                executor.execute(this::work);
            } catch (RejectedExecutionException e) {
                break; // then there are fewer threads
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

    /** Throws it if the compiler lets any method throw it. */
    protected static void throwUnchecked(@Nullable Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
    }

    /** Lets nothing more be taken, as if an item had failed. */
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

    /** {@return the next item, or -1 if there is none or no more are taken} */
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
