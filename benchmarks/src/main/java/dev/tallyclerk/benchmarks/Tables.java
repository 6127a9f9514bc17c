package dev.tallyclerk.benchmarks;

import dev.tallyclerk.benchmarks.Comparison.Fact;
import dev.tallyclerk.benchmarks.Comparison.Ratio;
import dev.tallyclerk.benchmarks.Comparison.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** Renders the figures as Markdown tables, with the machine and the date. */
final class Tables {
    private Tables() {}

    static String render(List<Section> sections, Effort effort, long sink) {
        StringBuilder out = new StringBuilder();
        boolean compares = hasRatios(sections);
        if (compares) {
            out.append("How many times as fast as its yardstick each subject is: the median of all rounds, with the\n")
                    .append("lowest and the highest. CPU time, unless a row says otherwise.\n\n");
        }
        out.append("- ").append(machine()).append('\n');
        out.append("- ").append(today());
        if (compares) {
            out.append(", ").append(effort.rounds());
            out.append(" rounds, ").append(effort.largeRounds()).append(" for large subjects (");
            // Printed so that the compiler cannot remove the measured work.
            out.append(sink & 1).append(")");
        }
        out.append('\n');
        for (Section section : sections) {
            render(section, out);
        }
        return out.toString();
    }

    /** {@return the machine, the Java version and the date} */
    static String place() {
        return machine() + ", " + today();
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    static boolean hasRatios(List<Section> sections) {
        return sections.stream().anyMatch(section -> !section.ratios().isEmpty());
    }

    private static void render(Section section, StringBuilder out) {
        if (!section.title().isEmpty()) {
            out.append("\n## ").append(section.title()).append('\n');
        }
        if (!section.ratios().isEmpty()) {
            out.append("\n| subject : yardstick | median | lowest - highest | goal | subject |\n");
            out.append("| --- | ---: | :---: | ---: | ---: |\n");
            section.ratios().forEach(ratio -> out.append(row(ratio)).append('\n'));
        }
        if (!section.facts().isEmpty()) {
            out.append("\n| what | figure |\n| --- | ---: |\n");
            for (Fact fact : section.facts()) {
                out.append("| ")
                        .append(fact.name())
                        .append(" | ")
                        .append(fact.value())
                        .append(" |\n");
            }
        }
    }

    private static String row(Ratio ratio) {
        String goal = "";
        if (ratio.goal().isPresent()) {
            double wanted = ratio.goal().getAsDouble();
            // A goal that noise misses counts as missed.
            goal = String.format(Locale.ROOT, "%.2f%s", wanted, ratio.median() >= wanted ? "" : " **missed**");
        }
        return String.format(
                Locale.ROOT,
                "| %s | %.3f | %.3f - %.3f | %s | %s |",
                ratio.name(),
                ratio.median(),
                ratio.lowest(),
                ratio.highest(),
                goal,
                time(ratio.nanos()));
    }

    /** {@return a readable time such as {@code 12.3 ms}} */
    static String time(double nanos) {
        String[] units = {"ns", "µs", "ms", "s"};
        double value = nanos;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.1f %s", value, units[unit]);
    }

    /** {@return the processor, the operating system and the Java runtime} */
    static String machine() {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", Java "
                + Runtime.version() + " (" + System.getProperty("java.vm.vendor") + ")";
    }

    private static String processor() {
        Path info = Path.of("/proc/cpuinfo");
        try {
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            return "processor not known (" + e.getClass().getSimpleName() + ")";
        }
        return "processor not known";
    }
}
