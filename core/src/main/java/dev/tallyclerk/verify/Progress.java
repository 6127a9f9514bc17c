package dev.tallyclerk.verify;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the bytes of several threads and tells a listener, one call at a time and not for each piece. */
final class Progress {
    private final ProgressListener listener;
    private final long everyBytes;
    private final long total;
    private final AtomicLong bytes = new AtomicLong();
    private final ReentrantLock telling = new ReentrantLock();
    private volatile long told;

    Progress(ProgressListener listener, long everyBytes, long total) {
        this.listener = listener;
        this.everyBytes = everyBytes;
        this.total = total;
    }

    void add(int length) {
        // Who finds another thread telling goes on: that thread, or the next piece, tells these bytes as well.
        if (bytes.addAndGet(length) - told >= everyBytes && telling.tryLock()) {
            try {
                long now = bytes.get();
                // All of them are told by finish alone: what is read is not verified yet.
                if (now - told >= everyBytes && now < total) {
                    tell(now);
                }
            } finally {
                telling.unlock();
            }
        }
    }

    /** Tells the end, once nothing is added any more. */
    void finish() {
        telling.lock();
        try {
            if (told < total || total == 0) {
                tell(total);
            }
        } finally {
            telling.unlock();
        }
    }

    private void tell(long now) {
        told = now;
        listener.progress(now, total);
    }
}
