package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Pulls one image from a local docker-registry over plain http with each program in turn, as whole processes. Each
 * round runs all of them, and each round begins with another one.
 *
 * <p>Arguments: none, or the folder for the table and the chart, and a name for their files; then the size of the image
 * before compression, in MB, and the number of rounds.
 */
public final class PullComparison {
    private static final long MEGABYTES = 400;
    private static final int ROUNDS = 5;
    private static final String OURS = "tallyclerk";
    private static final String UNFORCED = "tallyclerk without fsync of blobs";

    private PullComparison() {}

    /** Runs all programs and prints, or writes, table and chart. */
    public static void main(String[] args) throws Exception {
        long megabytes = args.length > 2 ? Long.parseLong(args[2]) : MEGABYTES;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : ROUNDS;
        Effort full = Effort.FULL;
        Comparison comparison =
                new Comparison(new Effort(rounds, full.roundNanos(), full.fileBytes(), full.streamBytes()));
        Path folder = Files.createTempDirectory("tallyclerk");
        try (ServedImage image = ServedImage.start(folder, 1_000_000 * megabytes)) {
            run(comparison, image, folder, rounds);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        comparison.report(args);
    }

    private static void run(Comparison comparison, ServedImage image, Path folder, int rounds) throws Exception {
        Map<String, String> scripts = scripts(image.httpName(), folder);
        Map<String, List<Spent>> spent = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(scripts.keySet());
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get((round + i) % names.size());
                Path out = Files.createDirectory(folder.resolve("out"));
                Spent once = Spent.by("OUT=" + out + "; " + scripts.get(name));
                spent.computeIfAbsent(name, each -> new ArrayList<>()).add(once);
                MoreFiles.deleteRecursively(out, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
        comparison.section("One pull, whole processes: CPU time");
        names.forEach(name -> row(comparison, name, spent, Spent::cpu));
        comparison.section("One pull, whole processes: by the clock");
        names.forEach(name -> row(comparison, name, spent, Spent::wall));
        comparison.section("Medians");
        comparison.fact("the image", String.format(Locale.ROOT, "%.0f MB in six layers of gzip", image.bytes() / 1e6));
        comparison.fact("rounds, interleaved", String.valueOf(rounds));
        for (String name : names) {
            List<Spent> runs = spent.getOrDefault(name, List.of());
            comparison.fact(
                    name,
                    String.format(
                            Locale.ROOT,
                            "%s of CPU, %s by the clock, %.0f MiB at the most",
                            Tables.time(median(runs, Spent::cpu)),
                            Tables.time(median(runs, Spent::wall)),
                            runs.stream().mapToDouble(Spent::peakBytes).max().orElse(0) / (1 << 20)));
        }
    }

    /** {@return the programs that are there, with the script that pulls into {@code $OUT}} */
    private static Map<String, String> scripts(String name, Path folder) throws Exception {
        Map<String, String> scripts = new LinkedHashMap<>();
        scripts.put(OURS, java(RegistryPull.class, OwnClasses.pathWithHttp(), "tallyclerk", name));
        scripts.put(UNFORCED, java(RegistryPull.class, OwnClasses.pathWithHttp(), "tallyclerk-unforced", name));
        String all = System.getProperty("java.class.path");
        scripts.put("jib-core", java(PeerPull.class, all, "jib", name));
        scripts.put("oras-java", java(PeerPull.class, all, "oras-java", name));
        GoPrograms.crane(folder)
                .ifPresent(
                        crane -> scripts.put("crane", crane + " pull --insecure --format oci " + name + " $OUT/image"));
        put(scripts, "skopeo", "copy --src-tls-verify=false docker://" + name + " oci:$OUT/image:1");
        put(scripts, "oras", "cp --from-plain-http --to-oci-layout " + name + " $OUT/image:1");
        return scripts;
    }

    private static void put(Map<String, String> scripts, String program, String arguments) {
        if (Processes.has(program)) {
            scripts.put(program, program + " " + arguments);
        }
    }

    private static String java(Class<?> main, String classPath, String what, String name) {
        return String.join(" ", Processes.java(main, classPath, List.of(), what, name, "$OUT"));
    }

    private static void row(
            Comparison comparison, String name, Map<String, List<Spent>> spent, ToDoubleFunction<Spent> what) {
        if (!name.equals(OURS)) {
            comparison.measured(OURS + " : " + name, values(spent, OURS, what), values(spent, name, what));
        }
    }

    private static double[] values(Map<String, List<Spent>> spent, String name, ToDoubleFunction<Spent> what) {
        return spent.getOrDefault(name, List.of()).stream().mapToDouble(what).toArray();
    }

    private static double median(List<Spent> runs, ToDoubleFunction<Spent> what) {
        double[] sorted = runs.stream().mapToDouble(what).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
