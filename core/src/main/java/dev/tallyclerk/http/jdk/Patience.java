package dev.tallyclerk.http.jdk;

import java.time.Duration;

/**
 * How long an exchange may take.
 *
 * @param start when it began, as {@link System#nanoTime} has it
 * @param whole how long all of it may take, which is looked at where somebody waits; a body that always has bytes ready
 *     is for whoever reads it to end
 * @param each how long the next bytes of the body may take
 */
record Patience(long start, Duration whole, Duration each) {
    /** Some decades: more does not fit into nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    /** {@return {@code time}, or what is as good as for ever where it is longer} */
    static Duration bounded(Duration time) {
        return time.compareTo(LONGEST) < 0 ? time : LONGEST;
    }

    /** {@return the nanoseconds that are left for all of it; zero or less if there are none} */
    long left() {
        return left(start, whole);
    }

    /** {@return the nanoseconds that are left for bytes that were waited for since {@code begun}} */
    long leftForNext(long begun) {
        return Math.min(left(), left(begun, each));
    }

    private static long left(long since, Duration time) {
        return bounded(time).toNanos() - (System.nanoTime() - since);
    }
}
