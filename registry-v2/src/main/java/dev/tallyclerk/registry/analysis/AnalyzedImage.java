package dev.tallyclerk.registry.analysis;

import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The image that is analyzed.
 *
 * @param manifest the manifest, verified
 * @param config the configuration, if it is verified and the image has one
 * @param files the merged files, if all layers are verified and engines agree on them
 */
public record AnalyzedImage(ImageManifest manifest, Optional<ImageConfig> config, Optional<ImageFileSystem> files) {
    public AnalyzedImage {
        Objects.requireNonNull(manifest, "manifest");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(files, "files");
    }

    /**
     * {@return the index of the history entry that made a layer}
     *
     * <p>Empty if the configuration has no history, or one with another number of steps with a layer than there are
     * layers, so that it is unknown which step made which layer.
     *
     * @param layer the layer's index, from 0 for the lowest
     * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties">OCI image-spec
     *     v1.1.1, history</a>
     */
    public OptionalInt historyOf(int layer) {
        List<HistoryEntry> history = config.map(ImageConfig::history).orElse(List.of());
        int layers = 0;
        int found = -1;
        for (int i = 0; i < history.size(); i++) {
            if (!history.get(i).emptyLayer()) {
                found = layers == layer ? i : found;
                layers++;
            }
        }
        return found < 0 || layers != manifest.layers().size() ? OptionalInt.empty() : OptionalInt.of(found);
    }
}
