package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Verification of a Notary v1 collection of 1,000 tags from a loopback server, on first contact and with a new store in
 * files, against the original's client: its library in a loop, and whole processes.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class NotaryComparison {
    private static final String SERIAL = "-XX:+UseSerialGC";
    private static final int TAGS = 1_000;

    /** How often a warm process verifies the collection. */
    private static final int TIMES = 50;

    private final Comparison comparison;
    private final NotaryCollectionFiles collection;
    private final Path folder;
    private int stores;

    /** An engine for signatures, with the name that {@link FreshNotary} knows it by. */
    private record Engine(String name, String id, String classPath) {
        static List<Engine> all() {
            return List.of(
                    new Engine("the runtime's signatures", "runtime", OwnClasses.path()),
                    new Engine(
                            "Bouncy Castle, repackaged", FreshNotary.BOUNCY_CASTLE, OwnClasses.pathWithBouncyCastle()));
        }
    }

    private NotaryComparison(Comparison comparison, NotaryCollectionFiles collection, Path folder) {
        this.comparison = comparison;
        this.collection = collection;
        this.folder = folder;
    }

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        Path folder = Files.createTempDirectory("tallyclerk");
        boolean smoke = comparison.effort().equals(Effort.SMOKE);
        try (NotaryCollectionFiles collection = NotaryCollectionFiles.serve(smoke ? 10 : TAGS)) {
            comparison.section("A Notary v1 collection of 1,000 tags, on first contact");
            NotaryComparison run = new NotaryComparison(comparison, collection, folder);
            List<Engine> engines = Engine.all();
            run.warm(engines, smoke ? 1 : TIMES);
            for (Engine engine : engines) {
                run.processes(engine);
            }
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private Path store() throws Exception {
        return Files.createDirectories(folder.resolve("store-" + stores++));
    }

    private void warm(List<Engine> engines, int times) throws Exception {
        Optional<String> original = times == 1 ? Optional.empty() : GoPrograms.build("notary.go", folder);
        if (original.isEmpty()) {
            for (Engine engine : engines) {
                Processes.cpuNanos(fresh(List.of(SERIAL), times, engine));
            }
            comparison.fact("the original's library", "skipped, no go or no golang-github-docker-notary-dev");
            return;
        }
        for (Engine engine : engines) {
            comparison.measure(
                    "verified and listed, warm, " + engine.name() + " : the original's library",
                    3,
                    () -> printed(fresh(List.of(SERIAL), times, engine)),
                    () -> printed(
                            original.get(),
                            collection.address().toString(),
                            NotaryCollectionFiles.GUN,
                            store().toString(),
                            String.valueOf(times)));
        }
    }

    private static double printed(String... command) throws Exception {
        return Double.parseDouble(Processes.output(List.of(command)).strip());
    }

    private void processes(Engine engine) throws Exception {
        List<String> options = Processes.asTheScriptStarts();
        if (OwnClasses.areInJars()) {
            ClassArchive archive = new ClassArchive(folder.resolve(engine.id() + ".jsa"));
            Processes.cpuNanos(fresh(with(options, archive.recording()), 1, engine));
            archive.make(engine.classPath());
            options = with(options, archive.using());
        }
        List<String> started = options;
        if (!Processes.has("notary")) {
            Processes.cpuNanos(fresh(started, 1, engine));
            comparison.fact("notary", "skipped, not there");
            return;
        }
        comparison.measure(
                "one process, as the command is started, " + engine.name() + " : notary list",
                1 / 1.5,
                () -> Processes.cpuNanos(fresh(started, 1, engine)),
                () -> Processes.cpuNanos(
                        "notary",
                        "-s",
                        collection.address().toString(),
                        "-d",
                        store().toString(),
                        "list",
                        NotaryCollectionFiles.GUN));
    }

    private String[] fresh(List<String> options, int times, Engine engine) throws Exception {
        return Processes.java(
                        FreshNotary.class,
                        engine.classPath(),
                        options,
                        collection.address().toString(),
                        NotaryCollectionFiles.GUN,
                        store().toString(),
                        String.valueOf(times),
                        engine.id())
                .toArray(String[]::new);
    }

    private static List<String> with(List<String> options, String more) {
        List<String> all = new ArrayList<>(options);
        all.add(more);
        return all;
    }
}
