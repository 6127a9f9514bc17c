package dev.tallyclerk.registry.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many requests be under way at each host, and others wait in the order in which they came.
 *
 * <p>A call never waits here while it holds a permit itself: it gives back that of a redirect or of a challenge before
 * it asks again, and each {@link Lane} is a host of its own. An upload, which keeps content open from one call to the
 * next, holds its permit for all of them: so who reads content never waits for leave to write.
 */
final class FairGate {
    private final int most;
    private final Lock lock = new ReentrantLock();
    private final Map<String, Entrance> entrances = new HashMap<>();

    FairGate(int most) {
        this.most = most;
    }

    /** One host, while somebody is at it. */
    private static final class Entrance {
        private final Deque<Waiter> waiting = new ArrayDeque<>();
        private int inside;
    }

    private static final class Waiter {
        private final CountDownLatch latch = new CountDownLatch(1);
        private boolean admitted;
    }

    /**
     * {@return leave to ask a host, once it is this call's turn}
     *
     * @throws RegistryException if the call is not to go on
     */
    Permit enter(String host, Deadline deadline) throws RegistryException {
        deadline.check();
        Waiter waiter = new Waiter();
        lock.lock();
        try {
            Entrance entrance = entrances.computeIfAbsent(host, name -> new Entrance());
            if (entrance.inside < most) {
                entrance.inside++;
                return new Permit(host);
            }
            entrance.waiting.add(waiter);
        } finally {
            lock.unlock();
        }
        boolean entered = false;
        try {
            deadline.await(waiter.latch);
            entered = true;
        } finally {
            if (!entered) {
                giveUp(host, waiter);
            }
        }
        return new Permit(host);
    }

    /** {@return leave that takes nobody's place} */
    Permit free() {
        return new Permit(null);
    }

    private void giveUp(String host, Waiter waiter) {
        lock.lock();
        try {
            if (waiter.admitted) {
                leave(host);
            } else {
                Entrance entrance = entrances.get(host);
                if (entrance != null) {
                    entrance.waiting.remove(waiter);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave(String host) {
        lock.lock();
        try {
            Entrance entrance = entrances.get(host);
            if (entrance == null) {
                return;
            }
            Waiter next = entrance.waiting.poll();
            if (next != null) {
                next.admitted = true;
                next.latch.countDown();
            } else if (--entrance.inside == 0) {
                entrances.remove(host);
            }
        } finally {
            lock.unlock();
        }
    }

    /** {@return how many hosts somebody is at} */
    int hosts() {
        lock.lock();
        try {
            return entrances.size();
        } finally {
            lock.unlock();
        }
    }

    /** Leave to ask one host. */
    final class Permit implements AutoCloseable {
        private final @Nullable String host;
        private final AtomicBoolean returned = new AtomicBoolean();

        private Permit(@Nullable String host) {
            this.host = host;
        }

        /** Gives it back, once. */
        @Override
        public void close() {
            if (host != null && returned.compareAndSet(false, true)) {
                leave(host);
            }
        }
    }
}
