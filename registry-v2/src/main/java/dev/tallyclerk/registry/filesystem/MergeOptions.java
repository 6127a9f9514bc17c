package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import java.util.Objects;

/**
 * Options for merging layers, and limits on the merged file system.
 *
 * <p>Immutable. Start from the {@link #defaults} and override what you need. Each number is at least 1; less is an
 * {@link IllegalArgumentException}.
 *
 * @param maxEntries the most entries of all layers together, including implied directories
 * @param maxMemoryBytes the most memory for those entries, in bytes: about 250 for each, plus the length of its names
 * @param maxContentBytes the largest total content of the files of all layers, in bytes
 * @param layerVerifier decompresses and verifies each layer, within its limits
 */
public record MergeOptions(int maxEntries, long maxMemoryBytes, long maxContentBytes, LayerVerifier layerVerifier) {
    private static final MergeOptions DEFAULTS = new MergeOptions(
            2_000_000, Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 2), 256L << 30, LayerVerifier.create());

    public MergeOptions {
        Objects.requireNonNull(layerVerifier, "layerVerifier");
        requirePositive("maxEntries", maxEntries);
        requirePositive("maxMemoryBytes", maxMemoryBytes);
        requirePositive("maxContentBytes", maxContentBytes);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /**
     * {@return the default options}
     *
     * <p>2 million entries, 1 GiB of memory or half of the heap if that is less, 256 GiB of content, and the
     * {@linkplain LayerLimits#defaults() default limits} on layers.
     */
    public static MergeOptions defaults() {
        return DEFAULTS;
    }

    /** {@return these options with another number of entries} */
    public MergeOptions withMaxEntries(int maxEntries) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, layerVerifier);
    }

    /** {@return these options with another limit on memory, in bytes} */
    public MergeOptions withMaxMemoryBytes(long maxMemoryBytes) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, layerVerifier);
    }

    /** {@return these options with another limit on content, in bytes} */
    public MergeOptions withMaxContentBytes(long maxContentBytes) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, layerVerifier);
    }

    /** {@return the limits on each layer, which are those of the layer verifier} */
    public LayerLimits layerLimits() {
        return layerVerifier.limits();
    }

    /** {@return these options with other limits on each layer, set on the layer verifier} */
    public MergeOptions withLayerLimits(LayerLimits layerLimits) {
        return withLayerVerifier(layerVerifier.withLimits(layerLimits));
    }

    /**
     * {@return these options with another verifier for layers}
     *
     * <p>Its limits replace those of {@link #withLayerLimits}.
     *
     * @param layerVerifier for example one with other decompressors, or with an executor
     */
    public MergeOptions withLayerVerifier(LayerVerifier layerVerifier) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, layerVerifier);
    }
}
