package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** When a call ends at the latest, and what may end it before: its cancellation, and an interrupt of its thread. */
final class Deadline {
    /** Some decades: longer times would not fit into nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final String host;
    private final Waits waits;
    private final Cancellation cancellation;
    private final Duration time;
    private final long end;

    private Deadline(String host, Waits waits, Cancellation cancellation, Duration time, long end) {
        this.host = host;
        this.waits = waits;
        this.cancellation = cancellation;
        this.time = time;
        this.end = end;
    }

    private static Deadline fromNow(String host, Waits waits, Cancellation cancellation, Duration time) {
        Duration bounded = time.compareTo(LONGEST) < 0 ? time : LONGEST;
        return new Deadline(host, waits, cancellation, bounded, waits.nanoTime() + bounded.toNanos());
    }

    /**
     * {@return a deadline that counts from now}
     *
     * @param session who is called
     * @param content whether the call moves content, and may take the time for a blob
     */
    static Deadline of(RegistrySession session, boolean content) {
        return of(session.host(), session.settings(), content);
    }

    /** {@return the same, for a host by its name} */
    static Deadline of(String host, ClientSettings settings, boolean content) {
        Duration limit =
                content ? settings.limits().maxBlobTime() : settings.limits().maxCallTime();
        Duration own = settings.timeout();
        Duration time = own != null && own.compareTo(limit) < 0 ? own : limit;
        Deadline deadline = fromNow(host, settings.waits(), settings.cancellation(), time);
        Deadline outer = settings.deadline();
        return outer == null || deadline.end - outer.end < 0
                ? deadline
                : new Deadline(host, settings.waits(), settings.cancellation(), outer.time, outer.end);
    }

    /** {@return a deadline for the half of what is left, so that there is time for something else} */
    Deadline half() throws RegistryException {
        Duration left = remaining();
        return fromNow(host, waits, cancellation, left.toNanos() < 2 ? left : left.dividedBy(2));
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /**
     * {@return the time that is left, which is positive}
     *
     * @throws RegistryException if there is none, or the call is not to go on
     */
    Duration remaining() throws RegistryException {
        if (cancellation.isCancelled()) {
            throw new RegistryException(Reason.CANCELLED, 0, "the call to " + host + " was cancelled");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new RegistryException(Reason.CANCELLED, 0, "the thread that calls " + host + " was interrupted");
        }
        long left = end - waits.nanoTime();
        if (left <= 0) {
            throw new RegistryException(Reason.TIMED_OUT, 0, "the call to " + host + " took longer than " + text(time));
        }
        return Duration.ofNanos(left);
    }

    /** {@return the time that is left, or {@code least} where there is less, or the call is not to go on} */
    Duration remainingOr(Duration least) {
        Duration left = Duration.ofNanos(end - waits.nanoTime());
        boolean over = cancellation.isCancelled() || Thread.currentThread().isInterrupted();
        return over || left.compareTo(least) < 0 ? least : left;
    }

    /** {@return a time as people write it; what is over a second, in whole seconds} */
    private static String text(Duration time) {
        long millis = time.toMillis();
        return millis < 1000 ? millis + " ms" : (millis + 500) / 1000 + " s";
    }

    /** Does nothing if the call may go on. */
    void check() throws RegistryException {
        remaining();
    }

    /**
     * Waits until {@code latch} is open.
     *
     * @throws RegistryException if the call is not to go on; the latch may be open nevertheless
     */
    void await(CountDownLatch latch) throws RegistryException {
        await(latch, remaining());
        check();
    }

    /**
     * Does nothing if a wait of that time ends before the call has to.
     *
     * @param failure what made the wait necessary
     */
    void refuseToSleep(Duration duration, RegistryException failure) throws RegistryException {
        if (duration.compareTo(remaining()) >= 0) {
            throw new RegistryException(
                    Reason.TIMED_OUT,
                    "the call to " + host + " may take " + text(time) + ", which is not enough to try again after: "
                            + failure.getMessage(),
                    failure);
        }
    }

    /**
     * Lets time pass.
     *
     * @throws RegistryException if the call is not to go on
     */
    void sleep(Duration duration) throws RegistryException {
        await(new CountDownLatch(1), duration);
        check();
    }

    private void await(CountDownLatch latch, Duration atMost) throws RegistryException {
        Cancellation.Registration registration = cancellation.onCancel(latch::countDown);
        try {
            waits.await(latch, atMost.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            check();
        } finally {
            registration.close();
        }
    }
}
