package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** When a call ends at the latest, and what may end it before: its cancellation, and an interrupt of its thread. */
public final class Deadline {
    private static final Duration TIMER_SLACK = Duration.ofMillis(5);

    /** Some decades: longer times would not fit into nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final String host;
    private final Failures failures;
    private final Waits waits;
    private final Cancellation cancellation;
    private final Duration time;
    private final long end;

    private Deadline(String host, Failures failures, Waits waits, Cancellation cancellation, Duration time, long end) {
        this.host = host;
        this.failures = failures;
        this.waits = waits;
        this.cancellation = cancellation;
        this.time = time;
        this.end = end;
    }

    /**
     * {@return a deadline that counts from now}
     *
     * @param host the host that is called
     * @param outer the deadline of a larger call that this one is part of, or null; it stands if it is earlier
     */
    static Deadline of(
            String host,
            Failures failures,
            Waits waits,
            Cancellation cancellation,
            Duration time,
            @Nullable Deadline outer) {
        Duration bounded = time.compareTo(LONGEST) < 0 ? time : LONGEST;
        long end = waits.nanoTime() + bounded.toNanos();
        return outer == null || end - outer.end < 0
                ? new Deadline(host, failures, waits, cancellation, bounded, end)
                : new Deadline(host, failures, waits, cancellation, outer.time, outer.end);
    }

    /** {@return a deadline for half of the time that is left, so that there is time for something else} */
    public Deadline half() throws HttpException {
        Duration left = remaining();
        Duration half = left.toNanos() < 2 ? left : left.dividedBy(2);
        return new Deadline(host, failures, waits, cancellation, half, waits.nanoTime() + half.toNanos());
    }

    /** {@return what ends the call early} */
    public Cancellation cancellation() {
        return cancellation;
    }

    /** {@return what makes the exceptions} */
    public Failures failures() {
        return failures;
    }

    /**
     * {@return the time that is left, which is positive}
     *
     * @throws HttpException if there is none, or the call was cancelled or its thread interrupted
     */
    public Duration remaining() throws HttpException {
        if (cancellation.isCancelled()) {
            throw failures.of(Reason.CANCELLED, "the call to " + host + " was cancelled");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw failures.of(Reason.CANCELLED, "the thread that calls " + host + " was interrupted");
        }
        long left = end - waits.nanoTime();
        if (left <= 0) {
            throw tooLate();
        }
        return Duration.ofNanos(left);
    }

    /** {@return the time that is left; {@code least} if there is less, or the call is over} */
    public Duration remainingOr(Duration least) {
        Duration left = Duration.ofNanos(end - waits.nanoTime());
        boolean over = cancellation.isCancelled() || Thread.currentThread().isInterrupted();
        return over || left.compareTo(least) < 0 ? least : left;
    }

    /** {@return a time as people write it; from a second on, in whole seconds} */
    private static String text(Duration time) {
        long millis = time.toMillis();
        return millis < 1000 ? millis + " ms" : (millis + 500) / 1000 + " s";
    }

    /** Does nothing if the call may go on. */
    public void check() throws HttpException {
        remaining();
    }

    /**
     * Does nothing if something else may be tried after a failure.
     *
     * @throws HttpException if the call is over, or {@code failure} says that it was cancelled
     */
    public void checkAfter(IOException failure) throws HttpException {
        if (failure instanceof HttpException e && e.reason() == Reason.CANCELLED) {
            throw e;
        }
        check();
    }

    /** {@return the failure of a request that broke: that the call is over, or that there is no whole response} */
    public HttpException broken(URI from, IOException e) {
        try {
            // The timer of a client may fire a little early.
            return remaining().compareTo(TIMER_SLACK) < 0 ? tooLate() : failures.unreachable(from, e);
        } catch (HttpException ended) {
            return ended;
        }
    }

    private HttpException tooLate() {
        return failures.of(Reason.TIMED_OUT, "the call to " + host + " took longer than " + text(time));
    }

    /**
     * Waits until {@code latch} is open.
     *
     * @throws HttpException if the call is over; the latch may be open nevertheless
     */
    public void await(CountDownLatch latch) throws HttpException {
        await(latch, remaining());
        check();
    }

    /**
     * Does nothing if a wait of that time ends before the deadline.
     *
     * @param failure what made the wait necessary
     */
    void refuseToSleep(Duration duration, HttpException failure) throws HttpException {
        if (duration.compareTo(remaining()) >= 0) {
            throw failures.of(
                    Reason.TIMED_OUT,
                    "the call to " + host + " may take " + text(time) + ", which is not enough for a retry after: "
                            + failure.getMessage(),
                    failure);
        }
    }

    /**
     * Lets time pass.
     *
     * @throws HttpException if the call is over
     */
    public void sleep(Duration duration) throws HttpException {
        await(new CountDownLatch(1), duration);
        check();
    }

    private void await(CountDownLatch latch, Duration atMost) throws HttpException {
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
