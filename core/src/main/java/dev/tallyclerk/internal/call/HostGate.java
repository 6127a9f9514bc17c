package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Limits the concurrent requests to each host; others wait in the order in which they came.
 *
 * <p>A call never waits here while it holds a permit itself: it returns that of a redirect or of a challenge before its
 * next request, and each {@link Lane} is counted as a host of its own. An upload, which keeps content open from one
 * call to the next, holds one permit for all of them, so a reader of content never waits for a permit to write.
 */
public final class HostGate {
    private final int most;
    private final Map<String, Entrance> entrances = new HashMap<>();

    /** Allows {@code most} requests to each host at a time. */
    public HostGate(int most) {
        this.most = most;
    }

    /** One host, while requests to it are under way. */
    private static final class Entrance {
        private final Deque<Waiter> waiting = new ArrayDeque<>();
        private int inside;
    }

    private static final class Waiter {
        private final CountDownLatch latch = new CountDownLatch(1);
        private boolean admitted;
    }

    /**
     * {@return a permit for a request to a host, once it is this call's turn}
     *
     * @throws HttpException if the call is over before
     */
    public Permit enter(String host, Deadline deadline) throws HttpException {
        deadline.check();
        Waiter waiter = new Waiter();
        synchronized (this) {
            Entrance entrance = entrances.computeIfAbsent(host, name -> new Entrance());
            if (entrance.inside < most) {
                entrance.inside++;
                return new Permit(host);
            }
            entrance.waiting.add(waiter);
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

    /** {@return a permit that is not counted} */
    Permit free() {
        return new Permit(null);
    }

    private synchronized void giveUp(String host, Waiter waiter) {
        Entrance entrance = entrances.get(host);
        if (waiter.admitted) {
            leave(host);
        } else if (entrance != null) {
            entrance.waiting.remove(waiter);
        }
    }

    private synchronized void leave(String host) {
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
    }

    /** {@return how many hosts have requests under way} */
    public synchronized int hosts() {
        return entrances.size();
    }

    /** The permit for one request to a host. */
    public final class Permit implements AutoCloseable {
        private final @Nullable String host;
        private final AtomicBoolean returned = new AtomicBoolean();

        private Permit(@Nullable String host) {
            this.host = host;
        }

        /** Returns it, once. */
        @Override
        public void close() {
            if (host != null && returned.compareAndSet(false, true)) {
                leave(host);
            }
        }
    }
}
