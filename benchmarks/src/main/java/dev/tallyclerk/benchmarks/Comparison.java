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
 * Measures subjects against yardsticks. The two take turns, so that the ratio holds even if the machine's speed drifts
 * or other programs run.
 */
final class Comparison {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Work to measure in this process. Its result keeps the compiler from removing it. */
    @FunctionalInterface
    interface Work {
        long run() throws Exception;
    }

    /** A measurement that returns its cost, in nanoseconds of CPU time unless the row says otherwise. */
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

    /** Starts a section, to which the rows that follow belong. */
    Comparison section(String title) {
        sections.add(new Section(title));
        return this;
    }

    /** Compares the CPU time of the two after a warm-up. */
    Comparison add(String name, Work subject, Work yardstick) throws Exception {
        return add(name, OptionalDouble.empty(), subject, yardstick);
    }

    /** The same with a goal: the subject is at least {@code goal} times as fast as the yardstick. */
    Comparison add(String name, double goal, Work subject, Work yardstick) throws Exception {
        return add(name, OptionalDouble.of(goal), subject, yardstick);
    }

    private Comparison add(String name, OptionalDouble goal, Work subject, Work yardstick) throws Exception {
        long subjectRuns = calibrate(subject);
        long yardstickRuns = calibrate(yardstick);
        return measure(
                name, goal, effort.rounds(), () -> time(subject, subjectRuns), () -> time(yardstick, yardstickRuns));
    }

    /** Compares two measurements, for example of whole processes. */
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
            // Subject and yardstick take turns in going first.
            double first = (i % 2 == 0 ? subject : yardstick).nanos();
            double second = (i % 2 == 0 ? yardstick : subject).nanos();
            nanos[i] = i % 2 == 0 ? first : second;
            ratios[i] = (i % 2 == 0 ? second : first) / nanos[i];
        }
        return row(name, goal, ratios, nanos);
    }

    /** Adds a row for costs that the caller measured, in nanoseconds. */
    Comparison measured(String name, double goal, double[] subject, double[] yardstick) {
        return measured(name, OptionalDouble.of(goal), subject, yardstick);
    }

    /** The same without a goal. */
    Comparison measured(String name, double[] subject, double[] yardstick) {
        return measured(name, OptionalDouble.empty(), subject, yardstick);
    }

    private Comparison measured(String name, OptionalDouble goal, double[] subject, double[] yardstick) {
        double[] ratios = new double[subject.length];
        Arrays.setAll(ratios, i -> yardstick[i % yardstick.length] / subject[i]);
        return row(name, goal, ratios, subject.clone());
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

    /** Adds a row that is not a ratio. */
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
                // Once more at full length, so that the first round runs compiled code.
                time(work, runs);
                return runs;
            }
            runs = Math.max(runs + 1, (long) Math.min(runs * 4.0, effort.roundNanos() / Math.max(each, 0.1) + 1));
        }
    }

    /** {@return this thread's CPU time per run, in nanoseconds} */
    double time(Work work, long runs) throws Exception {
        long start = THREADS.getCurrentThreadCpuTime();
        for (long i = 0; i < runs; i++) {
            sink += work.run();
        }
        return (double) (THREADS.getCurrentThreadCpuTime() - start) / runs;
    }

    /** {@return the wall-clock time of one run, in nanoseconds} */
    double wall(Work work) throws Exception {
        long start = System.nanoTime();
        sink += work.run();
        return System.nanoTime() - start;
    }

    /** Rows under one title. */
    record Section(String title, List<Ratio> ratios, List<Fact> facts) {
        Section(String title) {
            this(title, new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * How many times as fast as its yardstick a subject is.
     *
     * @param goal the lowest median wanted, if there is a goal
     * @param lowest the lowest ratio of a round
     * @param median the median of all rounds
     * @param highest the highest ratio of a round
     * @param nanos the median cost of one run of the subject, in nanoseconds
     */
    record Ratio(String name, OptionalDouble goal, double lowest, double median, double highest, double nanos) {}

    /** A row that is not a ratio. */
    record Fact(String name, String value) {}
}
