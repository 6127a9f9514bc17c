package dev.tallyclerk.benchmarks;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.publish.HashBins;
import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.PublicationReport;
import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.RepositoryPlace;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Publishes one image into TUF repositories that have some already, in 256 hash bins, on one thread. Measures the files
 * that are written, their bytes, and the CPU time, from the change to the timestamp.
 *
 * <p>Arguments: none, or a folder for the table, and a name for its file.
 */
public final class TufPublishing {
    private static final int ROUNDS = 7;
    private static final int BINS = 256;

    private TufPublishing() {}

    /** Runs the publications and prints, or writes, the table. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison();
        run(comparison, 1_000, 10_000, 100_000);
        comparison.report(args);
    }

    static void run(Comparison comparison, int... sizes) throws Exception {
        comparison.section(format("Publishing one image among others, in %d hash bins", BINS));
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ED25519);
        SigningKey key = SigningKeys.of(pair.getPrivate(), pair.getPublic());
        for (int images : sizes) {
            Path folder = Files.createTempDirectory("tuf-publishing");
            try {
                TufRepository repository = TufRepository.at(RepositoryPlace.ofFolder(folder), Clock.systemUTC());
                repository.publish(first(repository, key, images).pending().signedBy(key), List.of(key));
                measure(comparison, repository, key, folder, images);
            } finally {
                delete(folder);
            }
        }
    }

    private static RepositoryChange first(TufRepository repository, SigningKey key, int images) throws Exception {
        KeySet keys = KeySet.of(VerificationKey.of(key.publicKey()));
        RepositoryChange change = repository.change();
        for (TopLevelRole role : TopLevelRole.values()) {
            change = change.withKeys(role, keys);
        }
        return change.withHashBins("targets", HashBins.of("bin", BINS, keys))
                .withTargets(IntStream.range(0, images)
                        .mapToObj(image -> target("app-" + image))
                        .toList());
    }

    private static void measure(
            Comparison comparison, TufRepository repository, SigningKey key, Path folder, int images) throws Exception {
        double[] nanos = new double[ROUNDS];
        int files = 0;
        long bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpuTime();
            PublicationReport report = repository.publish(
                    repository
                            .change()
                            .withTarget(target("new-" + round))
                            .pending()
                            .signedBy(key),
                    List.of(key));
            nanos[round] = cpuTime() - start;
            files = Math.max(files, report.files().size());
            bytes = Math.max(bytes, bytes(folder, report.files()));
        }
        Arrays.sort(nanos);
        String among = format(" for one image among %,d", images);
        comparison.fact("files written" + among, String.valueOf(files));
        comparison.fact("bytes written" + among, format("%,d", bytes));
        comparison.fact("CPU time" + among + ", median of " + ROUNDS, Tables.time(nanos[ROUNDS / 2]));
    }

    private static TargetInfo target(String name) {
        Digest digest = Digest.sha256Of(name.getBytes(StandardCharsets.UTF_8));
        return new TargetInfo("registry.example.org/team/" + name + ":1.0", 1_000, List.of(digest), "targets", "");
    }

    private static long bytes(Path folder, List<String> names) throws IOException {
        long bytes = 0;
        for (String name : names) {
            bytes += Files.size(folder.resolve("metadata").resolve(name));
        }
        return bytes;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
