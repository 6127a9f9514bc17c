package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Pulling a large image from a docker-registry on this machine into an OCI layout, verified: whole processes, against
 * crane, skopeo, jib-core and oras-java.
 *
 * <p>Arguments: nothing, or a folder for the tables and the chart, and a name for their files.
 */
public final class RegistryComparison {
    /** Compressed, this is 1.3 GB. */
    private static final long UNPACKED_BYTES = 2_980_000_000L;

    private static final double MAX_MEBIBYTES = 160;
    private static final int ROUNDS = 11;
    private static final Effort PULLS =
            new Effort(ROUNDS, Effort.FULL.roundNanos(), Effort.FULL.fileBytes(), Effort.FULL.streamBytes());
    private static final int SLOW_ROUNDS = 1;
    private static final String OURS = "tallyclerk";
    private static final String OURS_PLAIN = "tallyclerk without an archive of classes";
    private static final String OURS_UNFORCED = "tallyclerk, no blob forced to the disk";
    private static final String CRANE = "crane";
    private static final String SKOPEO = "skopeo";
    private static final String JIB = "jib";
    private static final String ORAS = "oras-java";

    private final Comparison comparison;
    private final ServedImage image;
    private final Path folder;
    private final String classPath = OwnClasses.pathWithHttp();
    private final ClassArchive archive;

    private RegistryComparison(Comparison comparison, ServedImage image, Path folder) {
        this.comparison = comparison;
        this.image = image;
        this.folder = folder;
        this.archive = new ClassArchive(folder.resolve("classes.jsa"));
    }

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(PULLS);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        comparison.section("An image from a registry into a layout, whole processes");
        // Starting and filling a registry takes longer than all the rest of a run that measures nothing.
        if (!Processes.has(ServedImage.PROGRAM) || comparison.effort().equals(Effort.SMOKE)) {
            comparison.fact(ServedImage.PROGRAM, "skipped, not there");
            return;
        }
        Path folder = Files.createTempDirectory("tallyclerk");
        try (ServedImage image = ServedImage.start(folder, UNPACKED_BYTES)) {
            comparison.fact(
                    "the image", String.format(Locale.ROOT, "%.0f MB in six layers of gzip", image.bytes() / 1e6));
            comparison.fact("run once", "jib-core, oras-java, and what verifies diffIDs");
            new RegistryComparison(comparison, image, folder).compare();
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void compare() throws Exception {
        Optional<String> crane = GoPrograms.crane(folder);
        Map<String, String> commands = new LinkedHashMap<>();
        measured(Map.of(OURS, pull(archive.recording(), "tallyclerk")), 1);
        archive.make(classPath);
        commands.put(OURS, pull(archive.using(), "tallyclerk"));
        commands.put(OURS_UNFORCED, pull(archive.using(), "tallyclerk-unforced"));
        commands.put(OURS_PLAIN, pull("-Xshare:auto", "tallyclerk"));
        crane.ifPresent(program -> commands.put(CRANE, program + " pull --format oci " + image.name() + " $OUT"));
        if (Processes.has(SKOPEO)) {
            commands.put(SKOPEO, "skopeo copy --src-tls-verify=false docker://" + image.name() + " oci:$OUT:1");
        }
        Map<String, List<Spent>> spent = measured(commands, ROUNDS);
        spent.putAll(measured(Map.of(JIB, peerPull(JIB), ORAS, peerPull(ORAS)), SLOW_ROUNDS));
        spent.forEach(this::fact);
        double peak = peakMebibytes(spent.getOrDefault(OURS, List.of()));
        comparison.fact(
                "peak memory (goal: below 160 MiB)",
                String.format(Locale.ROOT, "%.0f MiB%s", peak, peak < MAX_MEBIBYTES ? "" : " **missed**"));
        row("CPU : crane", OURS, 1 / 1.25, spent, CRANE, Spent::cpu);
        row("CPU : skopeo", OURS, 1, spent, SKOPEO, Spent::cpu);
        row("by the clock : crane", OURS, 1, spent, CRANE, Spent::wall);
        row("by the clock : skopeo", OURS, 1, spent, SKOPEO, Spent::wall);
        row("CPU : jib-core", OURS, 1, spent, JIB, Spent::cpu);
        row("CPU : oras-java", OURS, 1, spent, ORAS, Spent::cpu);
        // Skopeo waits for the disk too. Crane does not, and this is the nearest to it: the index is forced.
        row("CPU, no blob forced to the disk : crane", OURS_UNFORCED, 1 / 1.25, spent, CRANE, Spent::cpu);
        row("by the clock, no blob forced to the disk : crane", OURS_UNFORCED, 1, spent, CRANE, Spent::wall);
        if (crane.isPresent()) {
            comparison.section("The same, with the diffIDs verified");
            String validate = " && " + crane.get() + " validate --remote " + image.name();
            Map<String, List<Spent>> verified = measured(
                    Map.of(OURS, pull(archive.using(), "tallyclerk-verify"), CRANE, commands.get(CRANE) + validate),
                    SLOW_ROUNDS);
            verified.forEach(this::fact);
            row("CPU : crane pull and validate", OURS, 4, verified, CRANE, Spent::cpu);
        } else {
            comparison.fact(CRANE, "skipped, not there");
        }
    }

    /** {@return what each command spent, the commands in turn} */
    private Map<String, List<Spent>> measured(Map<String, String> commands, int rounds) throws Exception {
        Map<String, List<Spent>> spent = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            for (Map.Entry<String, String> each : commands.entrySet()) {
                Path out = Files.createDirectory(folder.resolve("out"));
                String script = "OUT=" + out + "; " + each.getValue();
                useMemory();
                spent.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(Spent.by(script));
                MoreFiles.deleteRecursively(out, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
        return spent;
    }

    /**
     * Uses four times as much memory as a pull, as far as there is as much. A virtual machine may give memory that is
     * free back to its host, a GiB in a second, and who uses it next pays for its return: the slower, the more.
     */
    private void useMemory() throws IOException, InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long mebibytes = Math.min(4 * image.bytes(), system.getFreeMemorySize() / 2) >> 20;
        Processes.output(List.of(
                Processes.java(),
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-Xms" + mebibytes + "m",
                "-Xmx" + mebibytes + "m",
                "-version"));
    }

    private String pull(String sharing, String what) {
        return java(sharing, classPath, RegistryPull.class, what);
    }

    private String peerPull(String library) {
        return java("-Xshare:auto", System.getProperty("java.class.path"), PeerPull.class, library);
    }

    private String java(String sharing, String path, Class<?> program, String what) {
        return String.join(
                " ", Processes.java(program, path, Processes.asTheScriptStarts(sharing), what, image.name(), "$OUT"));
    }

    private void row(
            String name,
            String subject,
            double goal,
            Map<String, List<Spent>> spent,
            String yardstick,
            ToDoubleFunction<Spent> what) {
        List<Spent> ours = spent.getOrDefault(subject, List.of());
        List<Spent> theirs = spent.getOrDefault(yardstick, List.of());
        if (theirs.isEmpty()) {
            comparison.fact(name, "skipped, " + yardstick + " is not there");
            return;
        }
        comparison.measured(
                name,
                goal,
                ours.stream().mapToDouble(what).toArray(),
                theirs.stream().mapToDouble(what).toArray());
    }

    private void fact(String name, List<Spent> runs) {
        comparison.fact(
                name,
                String.format(
                        Locale.ROOT,
                        "%.2f s of CPU, %.2f s by the clock, %.0f MiB at the most",
                        median(runs, Spent::cpu) / 1e9,
                        median(runs, Spent::wall) / 1e9,
                        peakMebibytes(runs)));
    }

    private static double peakMebibytes(List<Spent> runs) {
        return runs.stream().mapToDouble(Spent::peakBytes).max().orElse(0) / (1 << 20);
    }

    private static double median(List<Spent> runs, ToDoubleFunction<Spent> what) {
        double[] sorted = runs.stream().mapToDouble(what).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
