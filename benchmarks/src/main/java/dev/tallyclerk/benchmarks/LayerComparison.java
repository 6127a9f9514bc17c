package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.internal.gzip.GzipStream;
import dev.tallyclerk.registry.layer.LayerDecompressor;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Inflates a layer, and verifies its blob digest and diffID in one pass, against the Java runtime, Go and igzip.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class LayerComparison {
    private static final int BUFFER = 256 * 1024;
    private static final String MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";

    private final Comparison comparison;
    private final String compressor;
    private final Path blob;
    private final Descriptor layer;
    private final Digest diffId;

    private LayerComparison(Comparison comparison, String compressor, Path tar, Path gzip) throws IOException {
        this.comparison = comparison;
        this.compressor = compressor;
        this.blob = gzip;
        this.layer = Descriptor.of(MEDIA_TYPE, LayerSamples.digest(gzip), Files.size(gzip));
        this.diffId = LayerSamples.digest(tar);
    }

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        Path folder = Files.createTempDirectory("tallyclerk");
        ExecutorService executor = Executors.newFixedThreadPool(1);
        try {
            long bytes = Math.min(comparison.effort().fileBytes(), 400L << 20);
            Path tar = LayerSamples.tar(folder.resolve("layer.tar"), bytes);
            LayerVerifier onTwoThreads = LayerVerifier.create().withExecutor(executor);
            var byGzip = new LayerComparison(comparison, "gzip -6", tar, LayerSamples.gzip(tar, 6));
            byGzip.inflating();
            byGzip.onOneThread();
            byGzip.onTwoThreads(onTwoThreads);
            byGzip.againstPrograms(onTwoThreads, folder);
            Optional<String> go = program("compress.go", comparison, folder);
            if (go.isEmpty()) {
                comparison.fact("a layer compressed by Go", "skipped, not there");
                return;
            }
            Path compressed = folder.resolve("layer.go.gz");
            Processes.output(List.of(go.get(), tar.toString(), compressed.toString()));
            var byGo = new LayerComparison(comparison, "Go", tar, compressed);
            byGo.inflating();
            byGo.onOneThread();
            byGo.onTwoThreads(onTwoThreads);
        } finally {
            executor.shutdown();
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void inflating() throws Exception {
        section("Inflating alone");
        comparison.fact("the layer", String.format(Locale.ROOT, "%.1f MB of gzip", layer.size() / 1e6));
        double goal = Runtime.version().feature() < 21 ? 1.35 : 1.45;
        comparison.measure(
                "own inflater : java.util.zip.Inflater",
                goal,
                () -> comparison.time(this::inflateOwn, 1),
                () -> comparison.time(this::inflateByRuntime, 1));
        comparison.measure(
                "own inflater : GZIPInputStream",
                () -> comparison.time(() -> inflate(LayerDecompressor.gzip()), 1),
                () -> comparison.time(this::gzipInputStream, 1));
    }

    private void onOneThread() throws Exception {
        section("Blob digest, inflating and diffID on one thread");
        LayerVerifier verifier = LayerVerifier.create();
        comparison.measure(
                "LayerVerifier : DigestInputStream, GZIPInputStream, DigestInputStream",
                1 / 0.62,
                () -> comparison.time(() -> verify(verifier), 1),
                () -> comparison.time(this::naive, 1));
    }

    private void onTwoThreads(LayerVerifier verifier) throws Exception {
        section("The same on two threads, by the clock");
        Comparison.Measure subject = () -> comparison.wall(() -> verify(verifier));
        comparison.measure(
                "LayerVerifier : own inflater alone",
                1 / 1.08,
                subject,
                () -> comparison.wall(() -> inflate(LayerDecompressor.gzip())));
        LayerVerifier byRuntime = verifier.withDecompressor(LayerFormat.TAR_GZIP, LayerDecompressor.runtimeGzip());
        comparison.measure(
                "LayerVerifier with the runtime's inflater : that inflater alone",
                1 / 1.05,
                () -> comparison.wall(() -> verify(byRuntime)),
                () -> comparison.wall(() -> inflate(LayerDecompressor.runtimeGzip())));
        comparison.measure("LayerVerifier : the naive streams", 1 / 0.46, subject, () -> comparison.wall(this::naive));
    }

    private void againstPrograms(LayerVerifier verifier, Path folder) throws Exception {
        section("The same against programs");
        Comparison.Measure subject = () -> comparison.wall(() -> verify(verifier));
        program("layer.go", comparison, folder)
                .ifPresentOrElse(
                        program -> compare(
                                "LayerVerifier : Go, klauspost gzip",
                                1 / 0.45,
                                subject,
                                List.of(program, blob.toString())),
                        () -> comparison.fact("Go with klauspost gzip", "skipped, not there"));
        program("validate.go", comparison, folder)
                .ifPresentOrElse(
                        program -> compare(
                                "LayerVerifier : go-containerregistry validate",
                                8,
                                subject,
                                List.of(program, layout(folder).toString())),
                        () -> comparison.fact("go-containerregistry", "skipped, not there"));
        if (Processes.has("igzip") && Processes.has("sha256sum")) {
            String script = "sha256sum " + blob + " & igzip -dc " + blob + " | sha256sum; wait";
            compare("LayerVerifier : igzip and two sha256sum in pipes", 1, subject, List.of("bash", "-c", script));
        } else {
            comparison.fact("igzip", "skipped, not there");
        }
    }

    private void compare(String name, double goal, Comparison.Measure subject, List<String> command) {
        try {
            comparison.measure(
                    name,
                    goal,
                    subject,
                    () -> comparison.wall(() -> {
                        Processes.output(command);
                        return 1;
                    }));
        } catch (Exception e) {
            throw new IllegalStateException(name, e);
        }
    }

    private void section(String title) {
        comparison.section(title + "; the layer is compressed by " + compressor);
    }

    private static Optional<String> program(String source, Comparison comparison, Path folder)
            throws IOException, InterruptedException {
        // Building takes longer than the rest of a smoke test.
        return comparison.effort().equals(Effort.SMOKE) ? Optional.empty() : GoPrograms.build(source, folder);
    }

    private Path layout(Path folder) {
        Path layout = folder.resolve("layout");
        try {
            Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
            Files.createLink(blobs.resolve(layer.digest().encoded()), blob);
            ImageConfig config = ImageConfig.builder(Platform.of("linux", "amd64"))
                    .layer(diffId)
                    .build();
            Files.write(blobs.resolve(config.digest().encoded()), config.bytes());
            ImageManifest manifest = ImageManifest.builder(
                            Descriptor.of(MediaType.OCI_CONFIG, config.digest(), config.bytes().length))
                    .layer(layer)
                    .build();
            Files.write(blobs.resolve(manifest.digest().encoded()), manifest.bytes());
            ImageIndex index = ImageIndex.builder()
                    .manifest(Descriptor.of(MediaType.OCI_MANIFEST, manifest.digest(), manifest.size()))
                    .build();
            Files.write(layout.resolve("index.json"), index.bytes());
            Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
            return layout;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long verify(LayerVerifier verifier) throws IOException {
        try (InputStream in = new FileInputStream(blob.toFile())) {
            return verifier.verify(in, layer, diffId).uncompressedSize();
        }
    }

    private long inflateOwn() throws IOException {
        byte[] buffer = GzipStream.newBuffer(BUFFER);
        long total = 0;
        try (InputStream file = new FileInputStream(blob.toFile());
                GzipStream gzip = GzipStream.of(file)) {
            for (int end = gzip.decode(buffer); end >= 0; end = gzip.decode(buffer)) {
                total += end - GzipStream.CONTENT;
            }
            return total;
        }
    }

    private long inflate(LayerDecompressor decompressor) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        try (InputStream file = new FileInputStream(blob.toFile());
                InputStream in = decompressor.open(file, LayerLimits.defaults())) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
            }
            return total;
        }
    }

    /** Feeds the runtime's inflater as fast as possible: large buffers, and no checksum. */
    private long inflateByRuntime() throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        Inflater inflater = new Inflater(true);
        try (InputStream file = new FileInputStream(blob.toFile())) {
            file.skipNBytes(10); // the header that gzip -n writes
            InputStream in = new InflaterInputStream(file, inflater, 64 * 1024);
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
            }
            return total;
        } finally {
            inflater.end();
        }
    }

    private long gzipInputStream() throws IOException {
        try (InputStream in = new GZIPInputStream(new FileInputStream(blob.toFile()))) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private long naive() throws Exception {
        MessageDigest stored = MessageDigest.getInstance("SHA-256");
        MessageDigest content = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(
                new GZIPInputStream(new DigestInputStream(new FileInputStream(blob.toFile()), stored)), content)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return (long) stored.digest()[0] + content.digest()[0];
    }
}
