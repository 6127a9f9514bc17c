package dev.tallyclerk.benchmarks;

/**
 * How much work goes into a figure.
 *
 * @param rounds the number of rounds
 * @param roundNanos the lowest duration of one measurement of a small subject, in nanoseconds of CPU time
 * @param fileBytes the size of the file to verify, in bytes
 * @param streamBytes the size of the stream for the figures on memory, in bytes
 */
record Effort(int rounds, long roundNanos, long fileBytes, long streamBytes) {
    /** For figures to publish: 15 rounds, a file of 1 GiB, a stream of 10 GiB. */
    static final Effort FULL = new Effort(15, 40_000_000, 1L << 30, 10L << 30);

    /** For tests: everything runs once, and no figure means anything. */
    static final Effort SMOKE = new Effort(1, 1, 1 << 20, 1 << 20);

    /** {@return the number of rounds for a large subject: half of them are enough} */
    int largeRounds() {
        return Math.max(1, rounds / 2);
    }
}
