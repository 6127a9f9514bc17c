package dev.tallyclerk.benchmarks;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.internal.zstd.ZstdStream;
import dev.tallyclerk.registry.layer.LayerDecompressor;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.registry.zstdjni.ZstdJni;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Decompresses a Zstandard layer in memory, checksum included, with our decoder and with the zstd-jni adapter, against
 * zstd-jni's own stream.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class ZstdComparison {
    private static final int BUFFER = 128 * 1024;
    private static final int MAX_WINDOW = 128 << 20;
    private static final long TAR_BYTES = 400L << 20;
    /** Smaller, because compressing at level 19 is slow. */
    private static final long HARD_TAR_BYTES = 48L << 20;

    private static final String MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar+zstd";
    private static final int WARM_UP_RUNS = 8;

    private static final LayerLimits LIMITS = LayerLimits.defaults().withMaxWindowBytes(MAX_WINDOW);

    private final Comparison comparison;

    private ZstdComparison(Comparison comparison) {
        this.comparison = comparison;
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
            var run = new ZstdComparison(comparison);
            comparison.section("Decompressing Zstandard");
            byte[] layer = run.compare(folder, "layer", TAR_BYTES, 3);
            run.compare(folder, "hard", HARD_TAR_BYTES, 19);
            comparison.section("Blob digest, decompressing and diffID on two threads, by the clock");
            LayerVerifier verifier = LayerVerifier.create().withLimits(LIMITS).withExecutor(executor);
            Digest diffId = LayerSamples.digest(folder.resolve("layer"));
            run.verify("decoder", layer, diffId, verifier, LayerDecompressor.zstd());
            run.verify("adapter", layer, diffId, verifier, ZstdJni.create());
        } finally {
            executor.shutdown();
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private byte[] compare(Path folder, String name, long bytes, int level) throws Exception {
        Path tar = LayerSamples.tar(
                folder.resolve(name), Math.min(bytes, comparison.effort().fileBytes()));
        byte[] layer = Files.readAllBytes(LayerSamples.zstd(tar, level));
        String what = String.format(Locale.ROOT, "tar of %d MiB, zstd -%d", Files.size(tar) >> 20, level);
        Work decoder = () -> decode(layer);
        Work zstdJni = () -> read(new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(layer)));
        ZstdJni adapted = ZstdJni.create();
        Work adapter = () -> read(adapted.open(new ByteArrayInputStream(layer), LIMITS));
        int runs = Math.min(WARM_UP_RUNS, comparison.effort().rounds());
        comparison.time(decoder, runs);
        comparison.time(adapter, 1);
        comparison.fact(what, String.format(Locale.ROOT, "%d MiB compressed", layer.length >> 20));
        comparison.measure(
                what + ", decoder : zstd-jni",
                0.5,
                () -> comparison.time(decoder, 1),
                () -> comparison.time(zstdJni, 1));
        comparison.measure(
                what + ", adapter : zstd-jni",
                0.97,
                () -> comparison.time(adapter, 1),
                () -> comparison.time(zstdJni, 1));
        return layer;
    }

    private void verify(
            String what, byte[] layer, Digest diffId, LayerVerifier verifier, LayerDecompressor decompressor)
            throws Exception {
        Descriptor descriptor = Descriptor.of(MEDIA_TYPE, Digest.sha256Of(layer), layer.length);
        LayerVerifier subject = verifier.withDecompressor(LayerFormat.TAR_ZSTD, decompressor);
        comparison.measure(
                "LayerVerifier, " + what + " : the same, then the hash of what is compressed",
                1 / 1.08,
                () -> comparison.wall(() -> subject.verify(new ByteArrayInputStream(layer), descriptor, diffId)
                        .uncompressedSize()),
                () -> comparison.wall(() -> read(decompressor.open(new ByteArrayInputStream(layer), LIMITS))
                        + Digest.sha256Of(layer).hashCode()));
    }

    private static long decode(byte[] layer) throws IOException {
        ZstdStream stream = ZstdStream.of(new ByteArrayInputStream(layer), MAX_WINDOW);
        long size = 0;
        while (stream.next()) {
            size += stream.length();
        }
        return size;
    }

    private static long read(InputStream stream) throws IOException {
        try (stream) {
            byte[] buffer = new byte[BUFFER];
            long size = 0;
            int n;
            while ((n = stream.read(buffer)) >= 0) {
                size += n;
            }
            return size;
        }
    }
}
