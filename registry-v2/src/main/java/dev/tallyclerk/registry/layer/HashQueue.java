package dev.tallyclerk.registry.layer;

import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hashes pieces of content in the order in which they come, on another thread if an executor gives one.
 *
 * <p>The thread that brings the pieces hashes them itself whenever it would have to wait and nobody else is at it: so
 * an executor that is busy, or shut down, or that runs its tasks at once where they are handed in, makes this slower
 * and never wrong. One task is handed in, which ends with {@link #close}.
 */
final class HashQueue implements AutoCloseable {
    /** Buffers for each of: being filled, being read by somebody, and, two each, waiting and being hashed. */
    private static final int BUFFERS = 6;

    /**
     * How many bytes have to wait until the helper is woken, which costs who wakes it as much as inflating some KiB.
     */
    private static final int WORTH_WAKING = 512 * 1024;

    /** Buffers of one kind, which go from the writer through the queue and back. */
    final class Pool {
        private final Supplier<byte[]> maker;
        private final Deque<byte[]> free = new ArrayDeque<>();
        private int made;

        private Pool(Supplier<byte[]> maker) {
            this.maker = maker;
        }

        /** {@return a buffer that is not waiting to be hashed} */
        byte[] take() throws VerificationException {
            lock.lock();
            try {
                while (true) {
                    byte[] buffer = free.poll();
                    if (buffer == null && made < buffers) {
                        made++;
                        buffer = maker.get();
                    }
                    if (buffer != null) {
                        return buffer;
                    }
                    progress();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Gives back a buffer that was taken and not handed in. */
        void giveBack(byte[] buffer) {
            lock.lock();
            try {
                free.add(buffer);
            } finally {
                lock.unlock();
            }
        }
    }

    /** A part of a buffer, for verifiers. */
    private static final class Piece {
        private final Pool pool;
        private final byte[] buffer;
        private final int offset;
        private final int length;
        private final List<ContentVerifier> verifiers;

        Piece(Pool pool, byte[] buffer, int offset, int length, List<ContentVerifier> verifiers) {
            this.pool = pool;
            this.buffer = buffer;
            this.offset = offset;
            this.length = length;
            this.verifiers = verifiers;
        }

        void hash() throws VerificationException {
            for (ContentVerifier verifier : verifiers) {
                verifier.update(buffer, offset, length);
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private final Thread owner = Thread.currentThread();
    private final int buffers;
    private int unannounced;
    private boolean helped;
    private boolean hashing;
    private boolean closed;
    private @Nullable Throwable failure;

    private HashQueue(int buffers) {
        this.buffers = buffers;
    }

    /** {@return a queue that hashes each piece as it comes} */
    static HashQueue here() {
        return new HashQueue(1);
    }

    /** {@return a queue that hashes on a thread of {@code executor}, if it gives one} */
    static HashQueue on(Executor executor) {
        HashQueue queue = new HashQueue(BUFFERS);
        try {
            executor.execute(queue::help);
        } catch (RejectedExecutionException e) {
            // No help, then. The pieces are hashed all the same, by the thread that brings them.
            return here();
        }
        return queue;
    }

    Pool pool(Supplier<byte[]> maker) {
        return new Pool(maker);
    }

    /** Hands in a piece; its buffer must not be written to until it is taken from its pool again. */
    void add(Pool pool, byte[] buffer, int offset, int length, List<ContentVerifier> verifiers)
            throws VerificationException {
        lock.lock();
        try {
            throwFailure();
            waiting.add(new Piece(pool, buffer, offset, length, verifiers));
            unannounced += length;
            if (buffers == 1) {
                finish();
            } else if (unannounced >= WORTH_WAKING) {
                announce();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns once all pieces are hashed. */
    void finish() throws VerificationException {
        lock.lock();
        try {
            while (hashing || !waiting.isEmpty()) {
                progress();
            }
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    /** Hashes no more; returns once nobody reads a buffer. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signalAll();
            while (hashing) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a helper, or does its work; the caller looks again at what it waits for. */
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private void progress() throws VerificationException {
        throwFailure();
        if (helped || hashing) {
            announce();
            changed.awaitUninterruptibly();
        } else {
            hashNext();
        }
    }

    /** Wakes the helper if it waits. */
    private void announce() {
        unannounced = 0;
        changed.signal();
    }

    private void help() {
        if (Thread.currentThread() == owner) {
            return; // waiting for oneself would be for ever
        }
        lock.lock();
        try {
            helped = true;
            while (!closed) {
                if (waiting.isEmpty() || hashing) {
                    changed.awaitUninterruptibly();
                } else {
                    hashNext();
                }
            }
        } finally {
            helped = false;
            changed.signalAll();
            lock.unlock();
        }
    }

    /** Hashes one piece, without the lock; the lock is held before and after. */
    private void hashNext() {
        Piece piece = waiting.poll();
        if (piece == null) {
            return;
        }
        hashing = true;
        boolean broken = failure != null;
        lock.unlock();
        Throwable problem = null;
        try {
            if (!broken) {
                piece.hash();
            }
        } catch (Throwable e) {
            problem = e;
        } finally {
            lock.lock();
            hashing = false;
            if (problem != null) {
                failure = problem;
            }
            piece.pool.free.add(piece.buffer);
            changed.signalAll();
        }
    }

    private void throwFailure() throws VerificationException {
        if (failure instanceof VerificationException e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException("hashing failed", failure);
        }
    }
}
