package dev.tallyclerk.examples.proxy;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Counts running requests, so that a stop can wait for them. Safe for several threads. */
final class Requests {
    private final Lock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int running;
    private boolean isStopping;

    /** {@return whether it may be answered} Then {@link #end} is called once. */
    boolean begin() {
        lock.lock();
        try {
            if (!isStopping) {
                running++;
            }
            return !isStopping;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            running--;
            if (running == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    boolean isStopping() {
        lock.lock();
        try {
            return isStopping;
        } finally {
            lock.unlock();
        }
    }

    /** Lets none begin any more, and waits for those that run. {@return how many still run after that time} */
    int stop(Duration time) throws InterruptedException {
        lock.lock();
        try {
            isStopping = true;
            long left = time.toNanos();
            while (running > 0 && left > 0) {
                left = none.awaitNanos(left);
            }
            return running;
        } finally {
            lock.unlock();
        }
    }
}
