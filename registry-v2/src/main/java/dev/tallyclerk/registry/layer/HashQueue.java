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
 * Hashes pieces of content in order, on another thread if an executor provides one.
 *
 * <p>The thread that adds the pieces hashes them itself whenever it would have to wait and no other thread is hashing.
 * So an executor that is busy, shut down, or runs tasks at once on the calling thread makes this slower, but never
 * wrong. It submits one task, which ends with {@link #close}.
 */
final class HashQueue implements AutoCloseable {
    /** The number of buffers: one being filled, one being read, and two each waiting and being hashed. */
    private static final int BUFFERS = 6;

    /** How many bytes must wait before the helper is woken up; waking it costs as much as inflating some KiB. */
    private static final int WORTH_WAKING = 512 * 1024;

    /** Buffers of one kind, which move from the writer through the queue and back. */
    final class Pool {
        private final Supplier<byte[]> maker;
        private final Deque<byte[]> free = new ArrayDeque<>();
        private int made;

        private Pool(Supplier<byte[]> maker) {
            this.maker = maker;
        }

        /** {@return a free buffer} */
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

        /** Returns a buffer that was taken and not added. */
        void giveBack(byte[] buffer) {
            lock.lock();
            try {
                free.add(buffer);
            } finally {
                lock.unlock();
            }
        }
    }

    /** A range of a buffer and its verifiers. */
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

    /** {@return a queue that hashes each piece at once, on the calling thread} */
    static HashQueue here() {
        return new HashQueue(1);
    }

    /** {@return a queue that hashes on a thread of {@code executor}, if it provides one} */
    static HashQueue on(Executor executor) {
        HashQueue queue = new HashQueue(BUFFERS);
        try {
            executor.execute(queue::help);
        } catch (RejectedExecutionException e) {
            // No helper: the thread that adds the pieces hashes them.
            return here();
        }
        return queue;
    }

    Pool pool(Supplier<byte[]> maker) {
        return new Pool(maker);
    }

    /** Adds a piece; its buffer must not be written to before it is taken from its pool again. */
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

    /** Waits until all pieces are hashed. */
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

    /** Stops hashing, and waits until no buffer is being read. */
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

    /** Waits for the helper, or hashes one piece; the caller then checks its condition again. */
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

    /** Wakes the helper if it is waiting. */
    private void announce() {
        unannounced = 0;
        changed.signal();
    }

    private void help() {
        if (Thread.currentThread() == owner) {
            return; // this thread would wait for itself
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

    /** Hashes one piece without holding the lock; the lock is held before and after. */
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
