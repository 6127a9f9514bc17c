package dev.tallyclerk.registry.proxy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decisions that nobody waits for. One is made at a time, so that they leave the executor's other threads to the
 * fetches that they wait for themselves.
 */
final class Observations {
    private static final int MOST = 1000;

    private final Executor executor;
    private final Lock lock = new ReentrantLock();

    /** The first one is being made. */
    private final Map<String, Runnable> pending = new LinkedHashMap<>();

    Observations(Executor executor) {
        this.executor = executor;
    }

    /** {@return whether the work is done later, or that of the same key is} */
    boolean add(String key, Runnable work) {
        lock.lock();
        try {
            if (pending.containsKey(key)) {
                return true;
            }
            if (pending.size() == MOST) {
                return false;
            }
            pending.put(key, work);
            return pending.size() > 1 || isStarted();
        } finally {
            lock.unlock();
        }
    }

    /** Each one in its turn behind whatever else waits for the executor. */
    private boolean isStarted() {
        boolean started = false;
        try {
            executor.execute(this::next);
            started = true;
        } catch (RejectedExecutionException e) {
            return false;
        } finally {
            if (!started) {
                pending.clear();
            }
        }
        return true;
    }

    private void next() {
        Map.Entry<String, Runnable> first = first();
        try {
            first.getValue().run();
        } finally {
            lock.lock();
            try {
                pending.remove(first.getKey());
                if (!pending.isEmpty()) {
                    isStarted();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private Map.Entry<String, Runnable> first() {
        lock.lock();
        try {
            return pending.entrySet().iterator().next();
        } finally {
            lock.unlock();
        }
    }
}
