package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes the inventory of layers that are not part of an image. */
final class Layers {
    private Layers() {}

    static Inventory inventory(TestTar... layers) {
        return inventory(InventoryLimits.defaults(), layers);
    }

    static Inventory inventory(InventoryLimits limits, TestTar... layers) {
        MemoryBudget budget = MemoryBudget.ofBytes(limits.maxMemoryBytes());
        ImageFileSystem.Builder files = ImageFileSystem.builder(MergeOptions.defaults());
        List<AnalyzedLayer<LayerFindings>> analyzed = new ArrayList<>();
        try {
            for (TestTar layer : layers) {
                byte[] archive = layer.finish();
                LayerScan scan = new LayerScan(limits, budget);
                try (LayerReader reader =
                        LayerReader.openArchive(new ByteArrayInputStream(archive), LayerLimits.defaults())) {
                    files.addLayer(files.read(Digest.sha256Of(archive), reader, (entry, in) -> visit(scan, entry, in)));
                }
                analyzed.add(new AnalyzedLayer<>(analyzed.size(), Optional.of(scan.finish()), Optional.empty()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new InventoryMerge(analyzed).merge(files.build());
    }

    private static void visit(LayerScan scan, LayerEntry entry, LayerReader layer) throws IOException {
        Optional<ContentConsumer> consumer = scan.entry(entry);
        if (consumer.isEmpty() || entry.type() != LayerEntry.Type.FILE) {
            return;
        }
        byte[] content = layer.content().readAllBytes();
        boolean wanted = true;
        for (int at = 0; at < content.length && wanted; at += ContentConsumer.CHUNK_BYTES) {
            wanted = consumer.get().update(content, at, Math.min(ContentConsumer.CHUNK_BYTES, content.length - at));
        }
        if (wanted) {
            consumer.get().finish();
        }
    }

    /** {@return the inventory of a layer that does not merge} */
    static Inventory unmerged(TestTar layer) {
        LayerScan scan = new LayerScan(InventoryLimits.defaults(), MemoryBudget.ofBytes(1 << 20));
        try (LayerReader reader =
                LayerReader.openArchive(new ByteArrayInputStream(layer.finish()), LayerLimits.defaults())) {
            for (Optional<LayerEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                visit(scan, entry.get(), reader);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new InventoryMerge(List.of(new AnalyzedLayer<>(0, Optional.of(scan.finish()), Optional.empty())))
                .merge(null);
    }
}
