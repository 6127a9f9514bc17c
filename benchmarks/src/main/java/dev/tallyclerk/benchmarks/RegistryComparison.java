package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
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
 * Pulls a large image from a local docker-registry into an OCI layout, over TLS and over plain http: whole processes,
 * against crane, skopeo, jib-core and oras-java.
 *
 * <p>Arguments: none, or the folder for the tables and the chart, and a name for their files. For a trial of one round,
 * add the size of the image before compression, in MB.
 */
public final class RegistryComparison {
    /** Compresses to 1.4 GB. */
    private static final long UNPACKED_BYTES = 2_980_000_000L;

    private static final double MAX_MEBIBYTES = 160;
    private static final int ROUNDS = 5;
    private static final String OURS = "tallyclerk";
    private static final String OURS_PLAIN = "tallyclerk without a class archive";
    private static final String OURS_UNFORCED = "tallyclerk without fsync of blobs";
    private static final String CRANE = "crane";
    private static final String SKOPEO = "skopeo";
    private static final String JIB = "jib";
    private static final String ORAS = "oras-java";

    private final Comparison comparison;
    private final ServedImage image;
    private final Path folder;
    private final int rounds;
    private final Optional<String> crane;
    private final String classPath = OwnClasses.pathWithHttp();
    private final ClassArchive archive;

    private RegistryComparison(Comparison comparison, ServedImage image, Path folder)
            throws IOException, InterruptedException {
        this.comparison = comparison;
        this.image = image;
        this.folder = folder;
        this.rounds = comparison.effort().rounds();
        this.crane = GoPrograms.crane(folder).map(program -> "SSL_CERT_FILE=" + image.authority() + " " + program);
        this.archive = new ClassArchive(folder.resolve("classes.jsa"));
    }

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        boolean trial = args.length > 2;
        Effort full = Effort.FULL;
        Comparison comparison =
                new Comparison(new Effort(trial ? 1 : ROUNDS, full.roundNanos(), full.fileBytes(), full.streamBytes()));
        run(comparison, trial ? 1_000_000 * Long.parseLong(args[2]) : UNPACKED_BYTES);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        run(comparison, UNPACKED_BYTES);
    }

    private static void run(Comparison comparison, long unpacked) throws Exception {
        comparison.section("An image from a registry into a layout, over TLS, whole processes");
        // Filling a registry and building crane take longer than the rest of a smoke test.
        if (!Processes.has(ServedImage.PROGRAM) || comparison.effort().equals(Effort.SMOKE)) {
            comparison.fact(ServedImage.PROGRAM, "skipped");
            return;
        }
        Path folder = Files.createTempDirectory("tallyclerk");
        try (ServedImage image = ServedImage.start(folder, unpacked)) {
            comparison.fact(
                    "the image", String.format(Locale.ROOT, "%.0f MB in six layers of gzip", image.bytes() / 1e6));
            var run = new RegistryComparison(comparison, image, folder);
            run.overTls();
            run.overHttp();
            run.withDiffIds();
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void overTls() throws Exception {
        measured(Map.of(OURS, pullOverTls(archive.recording(), "tallyclerk")), 1);
        archive.make(classPath);
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put(OURS, pullOverTls(archive.using(), "tallyclerk"));
        commands.put(OURS_UNFORCED, pullOverTls(archive.using(), "tallyclerk-unforced"));
        commands.put(OURS_PLAIN, pullOverTls("-Xshare:auto", "tallyclerk"));
        crane.ifPresent(program -> commands.put(CRANE, cranePull(program, image.tlsName())));
        if (Processes.has(SKOPEO)) {
            String authorities = " --src-cert-dir " + image.authority().getParent();
            commands.put(SKOPEO, "skopeo copy" + authorities + " docker://" + image.tlsName() + " oci:$OUT:1");
        }
        Map<String, List<Spent>> spent = measured(commands, rounds);
        spent.putAll(measured(Map.of(JIB, peerPull(JIB), ORAS, peerPull(ORAS)), 1));
        comparison.fact("measured once", "jib-core, oras-java");
        spent.forEach(this::fact);
        double peak = peakMebibytes(spent.getOrDefault(OURS, List.of()));
        comparison.fact(
                "peak memory (goal: below 160 MiB)",
                String.format(Locale.ROOT, "%.0f MiB%s", peak, peak < MAX_MEBIBYTES ? "" : " **missed**"));
        row("CPU : crane", OURS, 1 / 1.4, spent, CRANE, Spent::cpu);
        row("by the clock : crane", OURS, 1 / 1.15, spent, CRANE, Spent::wall);
        // Crane does not fsync. This variant still syncs the index.
        row("by the clock, without fsync of blobs : crane", OURS_UNFORCED, 1 / 1.15, spent, CRANE, Spent::wall);
        row("CPU : skopeo", OURS, 1 / 1.4, spent, SKOPEO, Spent::cpu);
        row("by the clock : skopeo", OURS, 1 / 1.4, spent, SKOPEO, Spent::wall);
        row("CPU : jib-core", OURS, 1, spent, JIB, Spent::cpu);
        row("CPU : oras-java", OURS, 1, spent, ORAS, Spent::cpu);
    }

    private void overHttp() throws Exception {
        comparison.section("The same over plain http");
        if (crane.isEmpty()) {
            comparison.fact(CRANE, "skipped, not there");
            return;
        }
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put(OURS, pull(archive.using(), "tallyclerk", image.httpName()));
        commands.put(CRANE, cranePull(crane.get(), image.httpName()));
        Map<String, List<Spent>> spent = measured(commands, rounds);
        spent.forEach(this::fact);
        row("CPU : crane", OURS, 1 / 1.25, spent, CRANE, Spent::cpu);
        row("by the clock : crane", OURS, 1 / 1.1, spent, CRANE, Spent::wall);
    }

    private void withDiffIds() throws Exception {
        comparison.section("The same over TLS, with the diffIDs verified");
        if (crane.isEmpty()) {
            comparison.fact(CRANE, "skipped, not there");
            return;
        }
        String validate = " && " + crane.get() + " validate --remote " + image.tlsName();
        Map<String, List<Spent>> spent = measured(
                Map.of(
                        OURS,
                        pullOverTls(archive.using(), "tallyclerk-verify"),
                        CRANE,
                        cranePull(crane.get(), image.tlsName()) + validate),
                1);
        spent.forEach(this::fact);
        row("CPU : crane pull and validate", OURS, 4, spent, CRANE, Spent::cpu);
    }

    private static String cranePull(String program, String name) {
        return program + " pull --format oci " + name + " $OUT";
    }

    private String pullOverTls(String sharing, String what) {
        return pull(sharing, what, image.tlsName()) + " " + image.authority();
    }

    private String pull(String sharing, String what, String name) {
        return java(sharing, classPath, RegistryPull.class, what, name);
    }

    private String peerPull(String library) {
        String path = System.getProperty("java.class.path");
        return java("-Xshare:auto", path, PeerPull.class, library, image.tlsName()) + " " + image.authority();
    }

    private static String java(String sharing, String path, Class<?> program, String what, String name) {
        return String.join(
                " ", Processes.java(program, path, Processes.asTheScriptStarts(sharing), what, name, "$OUT"));
    }

    /** {@return the cost of each run, by the name of its command; the commands take turns} */
    private Map<String, List<Spent>> measured(Map<String, String> commands, int rounds) throws Exception {
        Map<String, List<Spent>> spent = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            for (Map.Entry<String, String> each : commands.entrySet()) {
                Path out = Files.createDirectory(folder.resolve("out"));
                String script = "OUT=" + out + "; " + each.getValue();
                spent.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(Spent.by(script));
                MoreFiles.deleteRecursively(out, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
        return spent;
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
