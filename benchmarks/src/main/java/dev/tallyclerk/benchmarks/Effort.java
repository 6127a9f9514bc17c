package dev.tallyclerk.benchmarks;

/**
 * How much is done for a figure.
 *
 * @param rounds how often subject and yardstick are measured in turn
 * @param roundNanos how long one measurement of something small is repeated, in nanoseconds of CPU time
 * @param fileBytes the size of the file that is read, in bytes
 * @param streamBytes the size of the stream whose memory use is looked at, in bytes
 */
record Effort(int rounds, long roundNanos, long fileBytes, long streamBytes) {
    /** Figures to publish: 15 rounds, a file of 1 GiB, a stream of 10 GiB. */
    static final Effort FULL = new Effort(15, 40_000_000, 1L << 30, 10L << 30);

    /** No figures at all: everything runs once, so that it does not rot. */
    static final Effort SMOKE = new Effort(1, 1, 1 << 20, 1 << 20);

    /** {@return how often something large is measured, for which a third of the rounds is enough} */
    int largeRounds() {
        return Math.max(1, rounds / 2);
    }
}
