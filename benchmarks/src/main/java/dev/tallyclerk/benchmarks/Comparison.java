package dev.tallyclerk.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures a subject against a yardstick in one process, the two in turn, by the CPU time of the thread: so that a
 * machine whose speed drifts, or that is busy with something else, still gives a ratio that can be trusted.
 */
final class Comparison {
    private static final int ROUNDS = 15;
    private static final long ROUND_NANOS = 40_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Something to measure. The result keeps the work from being optimised away. */
    @FunctionalInterface
    interface Work {
        long run() throws Exception;
    }

    /**
     * What came out: how many times as fast as the yardstick the subject is.
     *
     * @param name what was compared
     * @param lowest the lowest ratio of a round
     * @param median the median of all rounds
     * @param highest the highest ratio of a round
     * @param nanos the subject's CPU time for one run, in nanoseconds, median
     */
    record Result(String name, double lowest, double median, double highest, double nanos) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "| %-58s | %6.3f | %6.3f - %6.3f | %12.1f |", name, median, lowest, highest, nanos);
        }
    }

    private final List<Result> results = new ArrayList<>();
    private long sink;

    /** Compares the two after both have been run until they are compiled. */
    Comparison add(String name, Work subject, Work yardstick) throws Exception {
        long subjectRuns = calibrate(subject);
        long yardstickRuns = calibrate(yardstick);
        double[] ratios = new double[ROUNDS];
        double[] nanos = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            // Each goes first as often as the other.
            double first = time(i % 2 == 0 ? subject : yardstick, i % 2 == 0 ? subjectRuns : yardstickRuns);
            double second = time(i % 2 == 0 ? yardstick : subject, i % 2 == 0 ? yardstickRuns : subjectRuns);
            nanos[i] = i % 2 == 0 ? first : second;
            ratios[i] = (i % 2 == 0 ? second : first) / nanos[i];
        }
        Arrays.sort(ratios);
        Arrays.sort(nanos);
        results.add(new Result(name, ratios[0], ratios[ROUNDS / 2], ratios[ROUNDS - 1], nanos[ROUNDS / 2]));
        return this;
    }

    private long calibrate(Work work) throws Exception {
        long runs = 1;
        while (true) {
            double each = time(work, runs);
            if (each * runs >= ROUND_NANOS) {
                // Once more at full length, so that what is measured is what was compiled.
                time(work, runs);
                return runs;
            }
            runs = Math.max(runs + 1, (long) Math.min(runs * 4.0, ROUND_NANOS / Math.max(each, 0.1) + 1));
        }
    }

    private double time(Work work, long runs) throws Exception {
        long start = THREADS.getCurrentThreadCpuTime();
        for (long i = 0; i < runs; i++) {
            sink += work.run();
        }
        return (double) (THREADS.getCurrentThreadCpuTime() - start) / runs;
    }

    /** Prints a table in Markdown. */
    void print() {
        System.out.println(
                "| subject : yardstick (higher is better)                       | median | lowest - highest | subject, ns  |");
        System.out.println(
                "|------------------------------------------------------------|--------|-----------------|--------------|");
        results.forEach(System.out::println);
        System.out.println();
        System.out.println("Java " + Runtime.version() + ", " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors; " + ROUNDS
                + " rounds in turn, CPU time of the thread (" + (sink & 1) + ")");
    }
}
