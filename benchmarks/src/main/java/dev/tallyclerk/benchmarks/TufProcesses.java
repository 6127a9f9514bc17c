package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Whole processes: the first signature check, and the refresh of a small repository from files. */
final class TufProcesses {
    private static final double FIRST_SIGNATURE = 95e6;
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);
    private static final String SERIAL = "-XX:+UseSerialGC";

    private final Comparison comparison;

    TufProcesses(Comparison comparison) {
        this.comparison = comparison;
    }

    void run() throws Exception {
        comparison.section("Whole processes");
        Path folder = Files.createTempDirectory("tallyclerk");
        try {
            firstSignatures(folder);
            refresh(folder);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void firstSignatures(Path folder) throws Exception {
        KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        firstSignatures(
                folder,
                "Ed25519",
                FIRST_SIGNATURE,
                "ed25519",
                TufComparison.hex(ed25519),
                TufComparison.sign("Ed25519", ed25519, MESSAGE));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair p256 = generator.generateKeyPair();
        firstSignatures(
                folder,
                "P-256",
                Double.POSITIVE_INFINITY,
                "ecdsa-sha2-nistp256",
                TufComparison.pem(p256),
                TufComparison.sign("SHA256withECDSA", p256, MESSAGE));
    }

    private void firstSignatures(
            Path folder, String kind, double goal, String scheme, String publicKey, byte[] signature) throws Exception {
        String hex = HexFormat.of().formatHex(signature);
        for (Engine engine : List.of(
                new Engine("the runtime's", "jdk", OwnClasses.path()),
                new Engine("Bouncy Castle, repackaged", "bouncycastle", OwnClasses.pathWithBouncyCastle()),
                new Engine("Tink", "tink", OwnClasses.pathWithTink()))) {
            // No goal for Tink: nobody chooses it for its startup time.
            double wanted = engine.argument().equals("tink") ? Double.POSITIVE_INFINITY : goal;
            String name = "first " + kind + " verification, above an empty process, " + engine.name();
            String[] arguments = {engine.argument(), scheme, publicKey, hex};
            firstSignature(name, wanted, fresh(engine.classPath(), List.of(), arguments));
            if (OwnClasses.areInJars()) {
                ClassArchive archive = new ClassArchive(folder.resolve(engine.argument() + kind + ".jsa"));
                Processes.cpuNanos(fresh(engine.classPath(), List.of(archive.recording()), arguments));
                archive.make(engine.classPath());
                firstSignature(
                        name + ", from an archive of classes",
                        wanted,
                        fresh(engine.classPath(), List.of(archive.using()), arguments));
            } else {
                comparison.fact(name + ", from an archive", "skipped, an archive has classes of jars only");
            }
        }
    }

    private record Engine(String name, String argument, String classPath) {}

    private void firstSignature(String name, double goal, String... command) throws Exception {
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < comparison.effort().largeRounds(); i++) {
            double nothing = Processes.cpuNanos(fresh(OwnClasses.path(), List.of(), "nothing"));
            more.add(Processes.cpuNanos(command) - nothing);
        }
        Collections.sort(more);
        double median = more.get(more.size() / 2);
        String wanted = Double.isFinite(goal) ? String.format(Locale.ROOT, " (goal: below %.0f ms)", goal / 1e6) : "";
        comparison.fact(
                name + wanted,
                String.format(Locale.ROOT, "%.0f ms%s", median / 1e6, median < goal ? "" : " **missed**"));
    }

    private void refresh(Path folder) throws Exception {
        TufRepository.of(1, 10).writeTo(folder);
        // The command's jar has Bouncy Castle repackaged too.
        String own = OwnClasses.pathWithBouncyCastle();
        List<String> options = Processes.asTheScriptStarts();
        if (OwnClasses.areInJars()) {
            ClassArchive archive = new ClassArchive(folder.resolve("refresh.jsa"));
            Processes.cpuNanos(fresh(own, with(options, archive.recording()), "refresh", folder.toString()));
            archive.make(own);
            options = with(options, archive.using());
        }
        String[] ours = fresh(own, options, "refresh", folder.toString());
        Optional<PythonTuf> python = PythonTuf.in(folder);
        if (python.isPresent()) {
            comparison.measure(
                    "refresh of ten targets, as the command is started : python-tuf's checks",
                    1,
                    () -> Processes.cpuNanos(ours),
                    () -> Processes.cpuNanos(python.get().once()));
        } else {
            comparison.fact("python-tuf", "skipped, not there");
        }
        // Both run from the jar with all peers, which costs both the same.
        String everything = System.getProperty("java.class.path");
        String[] sigstore = fresh(everything, List.of(SERIAL), "sigstore", folder.toString());
        comparison.measure(
                "refresh of ten targets, as the command is started : sigstore-java's",
                4,
                () -> Processes.cpuNanos(ours),
                () -> Processes.cpuNanos(sigstore));
        comparison.measure(
                "refresh of ten targets, started as the other : sigstore-java's",
                1,
                () -> Processes.cpuNanos(fresh(everything, List.of(SERIAL), "refresh", folder.toString())),
                () -> Processes.cpuNanos(sigstore));
        command(folder, python, () -> Processes.cpuNanos(sigstore));
    }

    /** Compares the command with clients that do the same: they refresh a new folder from a trusted root. */
    private void command(Path repository, Optional<PythonTuf> python, Comparison.Measure sigstore) throws Exception {
        Path script = Path.of("examples", "tallyclerk").toAbsolutePath();
        if (!Files.exists(script.resolveSibling("command/target/tallyclerk.jar"))) {
            comparison.fact("the command", "skipped, not built, or this was not started in the project's folder");
            return;
        }
        Path root = repository.resolve("1.root.json");
        List<String> java = List.of("env", "JAVA_HOME=" + System.getProperty("java.home"));
        Comparison.Measure ours = () -> {
            Path store = Files.createTempDirectory(repository, "command").resolve("metadata");
            List<String> tuf = List.of(script.toString(), "tuf", "--metadata-dir", store.toString());
            Processes.output(joined(java, tuf, List.of("init", root.toString())));
            return Processes.cpuNanos(joined(
                            java,
                            tuf,
                            List.of("--metadata-url", repository.toUri().toString(), "refresh"))
                    .toArray(String[]::new));
        };
        Path first = Files.createTempDirectory(repository, "command").resolve("metadata");
        List<String> recording = joined(java, List.of("TALLYCLERK_ARCHIVE=write", script.toString()), List.of("tuf"));
        List<String> place = List.of("--metadata-dir", first.toString());
        Processes.output(joined(recording, place, List.of("init", root.toString())));
        Processes.output(joined(
                recording, place, List.of("--metadata-url", repository.toUri().toString(), "refresh")));
        if (python.isPresent()) {
            comparison.measure(
                    "tallyclerk tuf refresh, ten targets : python-tuf's client",
                    1,
                    ours,
                    () -> Processes.cpuNanos(python.get().client(root)));
        }
        comparison.measure("tallyclerk tuf refresh, ten targets : sigstore-java's", 4, ours, sigstore);
    }

    private static List<String> joined(List<String> first, List<String> second, List<String> third) {
        return Stream.of(first, second, third).flatMap(List::stream).toList();
    }

    private static List<String> with(List<String> options, String more) {
        List<String> all = new ArrayList<>(options);
        all.add(more);
        return all;
    }

    private static String[] fresh(String classPath, List<String> options, String... arguments) {
        return Processes.java(FreshTuf.class, classPath, options, arguments).toArray(String[]::new);
    }
}
