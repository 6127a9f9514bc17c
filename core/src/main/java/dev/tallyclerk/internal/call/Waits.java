package dev.tallyclerk.internal.call;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Time that passes, and chance; a test has others. */
public interface Waits {
    /** {@return a time in nanoseconds, which tells only how much passes, and which no setting of a clock moves} */
    long nanoTime();

    /** Waits until {@code latch} is open, and at most so long. */
    void await(CountDownLatch latch, long nanos) throws InterruptedException;

    /** {@return a number from 0 to below 1} */
    double random();

    /** {@return those of the Java runtime} */
    static Waits real() {
        return new Waits() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            @SuppressWarnings("ReturnValueIgnored") // the waiting threads look at what has happened since
            public void await(CountDownLatch latch, long nanos) throws InterruptedException {
                latch.await(nanos, TimeUnit.NANOSECONDS);
            }

            @Override
            public double random() {
                return ThreadLocalRandom.current().nextDouble();
            }
        };
    }
}
