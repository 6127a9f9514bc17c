package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Measures subjects against yardsticks, the two in turn: so that a machine whose speed drifts, or that is busy with
 * something else, still gives a ratio that can be trusted.
 */
final class Comparison {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Something to measure in this process. The result keeps the work from being optimised away. */
    @FunctionalInterface
    interface Work {
        long run() throws Exception;
    }

    /** Something that says itself what it cost, in nanoseconds; of CPU time, unless the row says otherwise. */
    @FunctionalInterface
    interface Measure {
        double nanos() throws Exception;
    }

    private final Effort effort;
    private final List<Section> sections = new ArrayList<>();
    private long sink;

    Comparison(Effort effort) {
        this.effort = effort;
    }

    Comparison() {
        this(Effort.FULL);
    }

    Effort effort() {
        return effort;
    }

    /** The rows that follow stand together under this title. */
    Comparison section(String title) {
        sections.add(new Section(title));
        return this;
    }

    /** Compares the CPU time of the two after both have been run until they are compiled. */
    Comparison add(String name, Work subject, Work yardstick) throws Exception {
        return add(name, OptionalDouble.empty(), subject, yardstick);
    }

    /** The same, where the subject has to be {@code goal} times as fast as the yardstick. */
    Comparison add(String name, double goal, Work subject, Work yardstick) throws Exception {
        return add(name, OptionalDouble.of(goal), subject, yardstick);
    }

    private Comparison add(String name, OptionalDouble goal, Work subject, Work yardstick) throws Exception {
        long subjectRuns = calibrate(subject);
        long yardstickRuns = calibrate(yardstick);
        return measure(
                name, goal, effort.rounds(), () -> time(subject, subjectRuns), () -> time(yardstick, yardstickRuns));
    }

    /** Compares what two things cost that measure themselves, or that are processes of their own. */
    Comparison measure(String name, double goal, Measure subject, Measure yardstick) throws Exception {
        return measure(name, OptionalDouble.of(goal), effort.largeRounds(), subject, yardstick);
    }

    /** The same without a goal. */
    Comparison measure(String name, Measure subject, Measure yardstick) throws Exception {
        return measure(name, OptionalDouble.empty(), effort.largeRounds(), subject, yardstick);
    }

    private Comparison measure(String name, OptionalDouble goal, int rounds, Measure subject, Measure yardstick)
            throws Exception {
        double[] ratios = new double[rounds];
        double[] nanos = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            // Each goes first as often as the other.
            double first = (i % 2 == 0 ? subject : yardstick).nanos();
            double second = (i % 2 == 0 ? yardstick : subject).nanos();
            nanos[i] = i % 2 == 0 ? first : second;
            ratios[i] = (i % 2 == 0 ? second : first) / nanos[i];
        }
        return row(name, goal, ratios, nanos);
    }

    /** Adds what was measured in turn elsewhere, in nanoseconds. */
    Comparison measured(String name, double goal, double[] subject, double[] yardstick) {
        double[] ratios = new double[subject.length];
        Arrays.setAll(ratios, i -> yardstick[i % yardstick.length] / subject[i]);
        return row(name, OptionalDouble.of(goal), ratios, subject.clone());
    }

    private Comparison row(String name, OptionalDouble goal, double[] ratios, double[] nanos) {
        Arrays.sort(ratios);
        Arrays.sort(nanos);
        int middle = ratios.length / 2;
        current()
                .ratios()
                .add(new Ratio(name, goal, ratios[0], ratios[middle], ratios[ratios.length - 1], nanos[middle]));
        System.err.println(current().ratios().get(current().ratios().size() - 1));
        return this;
    }

    /** Adds something that is no ratio. */
    Comparison fact(String name, String value) {
        current().facts().add(new Fact(name, value));
        System.err.println(name + ": " + value);
        return this;
    }

    List<Section> sections() {
        return sections;
    }

    /** Prints the tables; if the arguments start with a folder and a name, writes them to files too. */
    void report(String... arguments) throws IOException {
        if (arguments.length > 1) {
            write(Path.of(arguments[0]), arguments[1]);
        }
        System.out.println(Tables.render(sections, effort, sink));
    }

    private void write(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".md"), Tables.render(sections, effort, sink), StandardCharsets.UTF_8);
        if (Tables.hasRatios(sections)) {
            Files.writeString(
                    folder.resolve(name + ".svg"), Chart.render(sections, Tables.place()), StandardCharsets.UTF_8);
        }
    }

    private Section current() {
        if (sections.isEmpty()) {
            section("");
        }
        return sections.get(sections.size() - 1);
    }

    private long calibrate(Work work) throws Exception {
        long runs = 1;
        while (true) {
            double each = time(work, runs);
            if (each * runs >= effort.roundNanos()) {
                // Once more at full length, so that what is measured is what was compiled.
                time(work, runs);
                return runs;
            }
            runs = Math.max(runs + 1, (long) Math.min(runs * 4.0, effort.roundNanos() / Math.max(each, 0.1) + 1));
        }
    }

    /** {@return the CPU time of this thread for one of {@code runs} runs, in nanoseconds} */
    double time(Work work, long runs) throws Exception {
        long start = THREADS.getCurrentThreadCpuTime();
        for (long i = 0; i < runs; i++) {
            sink += work.run();
        }
        return (double) (THREADS.getCurrentThreadCpuTime() - start) / runs;
    }

    /** {@return how long one run takes by the clock, in nanoseconds} */
    double wall(Work work) throws Exception {
        long start = System.nanoTime();
        sink += work.run();
        return System.nanoTime() - start;
    }

    /** Rows that stand together. */
    record Section(String title, List<Ratio> ratios, List<Fact> facts) {
        Section(String title) {
            this(title, new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * How many times as fast as the yardstick the subject is.
     *
     * @param goal what the median has to be at least, if there is such a goal
     * @param lowest the lowest ratio of a round
     * @param median the median of all rounds
     * @param highest the highest ratio of a round
     * @param nanos what one run of the subject costs, in nanoseconds, median
     */
    record Ratio(String name, OptionalDouble goal, double lowest, double median, double highest, double nanos) {}

    /** Something that is no ratio. */
    record Fact(String name, String value) {}
}
