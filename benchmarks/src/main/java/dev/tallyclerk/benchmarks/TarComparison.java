package dev.tallyclerk.benchmarks;

import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads the entries of layers, and merges the layers into one file system, against commons-compress.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class TarComparison {
    private static final int ENTRIES = 100_000;
    private static final int SMOKE_ENTRIES = 1000;

    private TarComparison() {}

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        TarImage image = TarImage.of(comparison.effort().equals(Effort.SMOKE) ? SMOKE_ENTRIES : ENTRIES);
        comparison.section(String.format(
                Locale.ROOT,
                "An image of %,d entries in %d layers",
                image.entries(),
                image.layers().size()));
        Work walk = () -> walk(image);
        Work merge = () -> merge(image).layers().size();
        Work theirs = () -> commonsCompress(image);
        comparison.add("entries read : commons-compress", 3, walk, theirs);
        comparison.add("file system merged : commons-compress, entries only read", 1, merge, theirs);
        comparison.add("file system merged : commons-compress, entries put into a map", 1, merge, () -> map(image));
        facts(comparison, "entries read", image, walk);
        facts(comparison, "file system merged", image, merge);
        facts(comparison, "commons-compress, entries only read", image, theirs);
        comparison.fact("kept for a merged file system, an entry", kept(image) + " bytes");
    }

    private static void facts(Comparison comparison, String name, TarImage image, Work work) throws Exception {
        double nanos = comparison.time(work, comparison.effort().rounds()) / image.entries();
        comparison.fact(name + ", entries a second", String.format(Locale.ROOT, "%,.0f", 1e9 / nanos));
        long before = FreshJvm.allocated();
        work.run();
        long bytes = (FreshJvm.allocated() - before) / image.entries();
        comparison.fact(name + ", allocated an entry", bytes + " bytes");
    }

    private static long walk(TarImage image) throws IOException {
        long sum = 0;
        for (byte[] layer : image.layers()) {
            try (LayerReader reader =
                    LayerReader.openArchive(new ByteArrayInputStream(layer), LayerLimits.defaults())) {
                for (Optional<LayerEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                    sum += next.get().size();
                }
            }
        }
        return sum;
    }

    private static ImageFileSystem merge(TarImage image) throws IOException {
        ImageFileSystem.Builder builder = ImageFileSystem.builder(MergeOptions.defaults());
        Digest diffId = Digest.sha256Of(new byte[0]);
        for (byte[] layer : image.layers()) {
            try (LayerReader reader =
                    LayerReader.openArchive(new ByteArrayInputStream(layer), LayerLimits.defaults())) {
                builder.addLayer(diffId, reader);
            }
        }
        return builder.build();
    }

    private static long commonsCompress(TarImage image) throws IOException {
        long sum = 0;
        for (byte[] layer : image.layers()) {
            try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(layer))) {
                for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    sum += entry.getSize();
                }
            }
        }
        return sum;
    }

    /** The least work of any merge: keeps the last entry of each path. */
    private static long map(TarImage image) throws IOException {
        Map<String, TarArchiveEntry> files = new HashMap<>();
        for (byte[] layer : image.layers()) {
            try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(layer))) {
                for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    files.put(entry.getName(), entry);
                }
            }
        }
        return files.size();
    }

    private static long kept(TarImage image) throws IOException {
        long before = used();
        ImageFileSystem files = merge(image);
        long after = used();
        return (after - before) / (image.entries() + files.layers().size());
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
