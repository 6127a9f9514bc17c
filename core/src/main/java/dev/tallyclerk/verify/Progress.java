package dev.tallyclerk.verify;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the bytes of several threads and calls a listener, from one thread at a time and not for each piece. */
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
        // If another thread is calling the listener, that thread or the next piece reports these bytes too.
        if (bytes.addAndGet(length) - told >= everyBytes && telling.tryLock()) {
            try {
                long now = bytes.get();
                // Only finish reports the total, because the bytes that were read are not verified yet.
                if (now - told >= everyBytes && now < total) {
                    tell(now);
                }
            } finally {
                telling.unlock();
            }
        }
    }

    /** Reports the end, once all bytes are added. */
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
