package dev.tallyclerk.benchmarks;

import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.analysis.LayerAnalysis;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/**
 * Verifies an image of this machine's files with and without its rules on files and its inventory, and searches its
 * files for secrets, against an extraction and {@code grep}.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class AuditComparison {
    /** The patterns of secrets with the most matches elsewhere, as {@code grep} takes them. */
    private static final String PATTERNS = String.join(
            "|",
            "AKIA[A-Z2-7]{16}",
            "ASIA[A-Z2-7]{16}",
            "gh[pousr]_[0-9A-Za-z]{36}",
            "glpat-[-0-9A-Za-z_]{20}",
            "npm_[0-9A-Za-z]{36}",
            "xox[bpars]-[0-9]{9,14}-",
            "[sr]k_live_[0-9A-Za-z]{16}",
            "AIza[-0-9A-Za-z_]{35}",
            "-----BEGIN [A-Z ]*PRIVATE KEY-----");

    private static final long MOST_EXTRA_HEAP = 80L << 20;

    private AuditComparison() {}

    /** Runs all comparisons and prints, or writes, the tables; or audits one layout, to be measured as a process. */
    public static void main(String[] args) throws Exception {
        if (args.length == 2 && args[0].equals("once")) {
            System.out.println(verifyAsTheCommandDoes(Path.of(args[1])));
            return;
        }
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        Path folder = Files.createTempDirectory("audit");
        try {
            long bytes = comparison.effort().fileBytes();
            Path tar = LayerSamples.tar(folder.resolve("layer.tar"), bytes);
            Path layout = layout(folder.resolve("image"), tar, packages(folder));
            comparison.section(String.format(
                    Locale.ROOT, "An image of %,d MB of this machine's files, gzip", Files.size(tar) >> 20));
            Work plain = () -> verify(layout, false);
            Work all = () -> verify(layout, true);
            plain.run();
            all.run();
            comparison.measure(
                    "rules and inventory : verification alone",
                    1 / 1.35,
                    () -> comparison.time(all, 1),
                    () -> comparison.time(plain, 1));
            comparison.fact("live heap after rules and inventory", String.format("%,d KiB", kept(layout, true) >> 10));
            comparison.fact("goal for it", String.format("%,d KiB", MOST_EXTRA_HEAP >> 10));
            Work search = () -> search(tar, true);
            Work read = () -> search(tar, false);
            search.run();
            double nanos = comparison.time(search, 1) - comparison.time(read, 1);
            comparison.fact(
                    "rules on files with the search for secrets, MB/s (goal: 400)",
                    String.format(Locale.ROOT, "%,.0f", Files.size(tar) * 1e3 / nanos));
            extraction(comparison, folder, layout);
        } finally {
            Processes.output(List.of("rm", "-rf", folder.toString()));
        }
    }

    private static void extraction(Comparison comparison, Path folder, Path layout) throws Exception {
        if (!Processes.has("umoci") || !Processes.has("grep")) {
            comparison.fact("umoci and grep", "skipped: not installed");
            return;
        }
        Path bundle = folder.resolve("bundle");
        String extract = "rm -rf " + bundle + "; umoci raw unpack --rootless --image " + layout + ":latest " + bundle
                + " && { grep -rEa '" + PATTERNS + "' " + bundle + " || true; }";
        String audit = String.join(
                " ", Processes.java(AuditComparison.class, Processes.asTheScriptStarts(), "once", layout.toString()));
        comparison.measure(
                "audit in a process : umoci unpack and grep, by the clock",
                3,
                () -> Spent.by(audit).wall(),
                () -> Spent.by(extract).wall());
    }

    /** {@return the packages of this machine as an archive; an empty one if it has none} */
    private static Path packages(Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("packages.tar");
        if (Files.isDirectory(Path.of("/var/lib/dpkg"))) {
            Processes.output(List.of("tar", "-cf", file.toString(), "-C", "/", "var/lib/dpkg", "usr/lib/os-release"));
        } else {
            Files.write(file, new byte[1024]);
        }
        return file;
    }

    private static Path layout(Path folder, Path... tars) throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        ImageConfig.Builder config = ImageConfig.builder(Platform.of("linux", "amd64"));
        List<Descriptor> layers = new ArrayList<>();
        for (Path tar : tars) {
            config.layer(LayerSamples.digest(tar));
            Path packed = folder.resolve("packed");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed), 1 << 16)) {
                Files.copy(tar, out);
            }
            Digest digest = LayerSamples.digest(packed);
            layers.add(Descriptor.of(MediaType.OCI_LAYER_GZIP, digest, Files.size(packed)));
            Files.move(packed, blobs.resolve(digest.encoded()));
        }
        ImageConfig built = config.build();
        ImageManifest.Builder manifest = ImageManifest.builder(built.descriptor());
        layers.forEach(manifest::layer);
        ImageManifest image = manifest.build();
        Files.write(blobs.resolve(built.digest().encoded()), built.bytes());
        Files.write(blobs.resolve(image.digest().encoded()), image.bytes());
        Files.writeString(
                folder.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\""
                        + image.digest() + "\",\"size\":" + image.bytes().length
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}}]}",
                StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return folder;
    }

    private static long verifyAsTheCommandDoes(Path layout) throws IOException {
        int parallel = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            return verified(layout, ImageVerifier.create().withExecutor(threads, parallel), true)
                    .checks()
                    .size();
        } finally {
            threads.shutdown();
        }
    }

    private static ImageVerification verified(Path layout, boolean isAnalyzed) throws IOException {
        return verified(layout, ImageVerifier.create(), isAnalyzed);
    }

    private static ImageVerification verified(Path layout, ImageVerifier plain, boolean isAnalyzed) throws IOException {
        ImageVerifier verifier = plain;
        if (isAnalyzed) {
            verifier = verifier.withAnalyzer(FileSystemAnalyzer.create()).withAnalyzer(InventoryAnalyzer.create());
        }
        try (OciLayout images = OciLayout.open(layout);
                ImageSource source = images.requireImage()) {
            return verifier.verify(source);
        }
    }

    private static long verify(Path layout, boolean isAnalyzed) throws IOException {
        return verified(layout, isAnalyzed).checks().size();
    }

    /** {@return the heap that a result needs more than that of a verification alone} */
    private static long kept(Path layout, boolean isAnalyzed) throws IOException {
        ImageVerification plain = verified(layout, false).withoutFiles();
        long before = used();
        ImageVerification image = verified(layout, isAnalyzed).withoutFiles();
        long after = used();
        return Math.max(0, after - before)
                + Math.min(0, plain.checks().size() - image.checks().size());
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Reads the files of an archive as a verification hands them out. */
    private static long search(Path tar, boolean isSearched) throws IOException {
        LayerAnalysis<?> analysis = FileSystemAnalyzer.create().start().startLayer();
        byte[] chunk = new byte[ContentConsumer.CHUNK_BYTES];
        long sum = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), 1 << 16);
                LayerReader reader = LayerReader.openArchive(in, LayerLimits.defaults())) {
            for (Optional<LayerEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                Optional<ContentConsumer> consumer = isSearched ? analysis.entry(next.get()) : Optional.empty();
                if (next.get().type() != LayerEntry.Type.FILE) {
                    continue;
                }
                boolean isWanted = consumer.isPresent();
                InputStream content = reader.content();
                for (int n = content.readNBytes(chunk, 0, chunk.length);
                        n > 0;
                        n = content.readNBytes(chunk, 0, chunk.length)) {
                    sum += n;
                    isWanted = isWanted && consumer.get().update(chunk, 0, n);
                }
                if (isWanted) {
                    consumer.get().finish();
                }
            }
        }
        return sum;
    }
}
