package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whole processes: the first signature that one verifies, and the refresh of a small repository from files. */
final class TufProcesses {
    private static final double FIRST_SIGNATURE = 95e6;
    private static final String SERIAL = "-XX:+UseSerialGC";

    private final Comparison comparison;

    TufProcesses(Comparison comparison) {
        this.comparison = comparison;
    }

    void run() throws Exception {
        comparison.section("Whole processes");
        Path folder = Files.createTempDirectory("tallyclerk");
        try {
            firstSignature(folder);
            refresh(folder);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void firstSignature(Path folder) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Signature signing = Signature.getInstance("Ed25519");
        signing.initSign(pair.getPrivate());
        signing.update("message".getBytes(StandardCharsets.UTF_8));
        byte[] key = pair.getPublic().getEncoded();
        String publicKey = HexFormat.of().formatHex(key, key.length - 32, key.length);
        String signature = HexFormat.of().formatHex(signing.sign());

        String own = OwnClasses.path();
        firstSignature("the runtime's", fresh(own, List.of(), "jdk", publicKey, signature));
        archived("the runtime's", new ClassArchive(folder.resolve("jdk.jsa")), own, "jdk", publicKey, signature);
        String library = OwnClasses.pathWithBouncyCastle();
        firstSignature("Bouncy Castle, repackaged", fresh(library, List.of(), "bouncycastle", publicKey, signature));
        archived(
                "Bouncy Castle, repackaged",
                new ClassArchive(folder.resolve("library.jsa")),
                library,
                "bouncycastle",
                publicKey,
                signature);
    }

    private void archived(String engine, ClassArchive archive, String classPath, String... arguments) throws Exception {
        String name = engine + ", from an archive of classes";
        if (!OwnClasses.areInJars()) {
            comparison.fact(name, "skipped, an archive has classes of jars only");
            return;
        }
        Processes.cpuNanos(fresh(classPath, List.of(archive.recording()), arguments));
        archive.make(classPath);
        firstSignature(name, fresh(classPath, List.of(archive.using()), arguments));
    }

    private void firstSignature(String engine, String... command) throws Exception {
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < comparison.effort().largeRounds(); i++) {
            double nothing = Processes.cpuNanos(fresh(OwnClasses.path(), List.of(), "nothing"));
            more.add(Processes.cpuNanos(command) - nothing);
        }
        Collections.sort(more);
        double median = more.get(more.size() / 2);
        comparison.fact(
                "first Ed25519 verification, above an empty process (goal: below 95 ms): " + engine,
                String.format(Locale.ROOT, "%.0f ms%s", median / 1e6, median < FIRST_SIGNATURE ? "" : " **missed**"));
    }

    private void refresh(Path folder) throws Exception {
        TufRepository.of(1, 10).writeTo(folder);
        // As the jar of the command has them.
        String own = OwnClasses.pathWithBouncyCastle();
        List<String> options = Processes.asTheScriptStartsRefreshes();
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
        // Both from the jar of everything, which costs either the same.
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
