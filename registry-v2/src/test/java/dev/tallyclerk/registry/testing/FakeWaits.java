package dev.tallyclerk.registry.testing;

import dev.tallyclerk.internal.call.Waits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Time that passes only when somebody waits or a test says so; its clock goes with it, and can be moved. */
public final class FakeWaits implements Waits {
    public static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    private final List<Duration> sleeps = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 1_000_000_000; // overflows, as a real one may
    private Instant now = START;
    private double random = 1;
    private Runnable duringSleep = () -> {};

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized void await(CountDownLatch latch, long wait) throws InterruptedException {
        if (latch.getCount() == 0) {
            return;
        }
        duringSleep.run();
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted in a test");
        }
        if (latch.getCount() > 0) {
            sleeps.add(Duration.ofNanos(wait));
            pass(Duration.ofNanos(wait));
        }
    }

    @Override
    public synchronized double random() {
        return random;
    }

    public synchronized void setRandom(double value) {
        random = value;
    }

    /** Does something in the middle of every wait. */
    public synchronized void duringSleep(Runnable action) {
        duringSleep = action;
    }

    public synchronized void pass(Duration time) {
        nanos += time.toNanos();
        now = now.plus(time);
    }

    /** Moves the clock, while no time passes. */
    public synchronized void setClock(Instant time) {
        now = time;
    }

    public synchronized List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    private synchronized Instant now() {
        return now;
    }

    public Clock clock() {
        return ((InstantSource) this::now).withZone(ZoneOffset.UTC);
    }
}
