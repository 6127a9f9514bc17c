package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import java.util.Objects;

/**
 * How layers are merged, and what the file system that they make may cost.
 *
 * <p>Immutable. Start with {@link #defaults} and change what has to be another. Each number is 1 or more; less is an
 * {@link IllegalArgumentException}.
 *
 * @param maxEntries the most entries of all layers together, with the folders that they imply
 * @param maxMemoryBytes the most memory that those entries may need, in bytes: about 250 for each, and the length of
 *     its names
 * @param maxContentBytes the most content that the files of all layers may have together, in bytes
 * @param linkedParents what becomes of an entry whose path leads through a symbolic link
 * @param layerVerifier what decompresses and verifies each layer, and says what it may cost
 */
public record MergeOptions(
        int maxEntries,
        long maxMemoryBytes,
        long maxContentBytes,
        LinkedParents linkedParents,
        LayerVerifier layerVerifier) {
    private static final MergeOptions DEFAULTS =
            new MergeOptions(2_000_000, 1L << 30, 256L << 30, LinkedParents.REFUSE, LayerVerifier.create());

    public MergeOptions {
        Objects.requireNonNull(linkedParents, "linkedParents");
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
     * {@return the options that hold unless others are given}
     *
     * <p>2 million entries, 1 GiB of memory, 256 GiB of content, paths through links refused, and the
     * {@linkplain LayerLimits#defaults() default limits} of layers.
     */
    public static MergeOptions defaults() {
        return DEFAULTS;
    }

    /** {@return these options with another number of entries} */
    public MergeOptions withMaxEntries(int maxEntries) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, linkedParents, layerVerifier);
    }

    /** {@return these options with another limit on memory, in bytes} */
    public MergeOptions withMaxMemoryBytes(long maxMemoryBytes) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, linkedParents, layerVerifier);
    }

    /** {@return these options with another limit on content, in bytes} */
    public MergeOptions withMaxContentBytes(long maxContentBytes) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, linkedParents, layerVerifier);
    }

    /** {@return these options with another answer to paths through links} */
    public MergeOptions withLinkedParents(LinkedParents linkedParents) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, linkedParents, layerVerifier);
    }

    /** {@return what each layer may cost, which is what the verifier of layers says} */
    public LayerLimits layerLimits() {
        return layerVerifier.limits();
    }

    /** {@return these options with other limits for each layer, which are those of the verifier from here on} */
    public MergeOptions withLayerLimits(LayerLimits layerLimits) {
        return withLayerVerifier(layerVerifier.withLimits(layerLimits));
    }

    /**
     * {@return these options with another verifier for each layer}
     *
     * <p>It brings its own limits, in the place of those that {@link #withLayerLimits} has set before.
     *
     * @param layerVerifier for example one with other decompressors, or with an executor
     */
    public MergeOptions withLayerVerifier(LayerVerifier layerVerifier) {
        return new MergeOptions(maxEntries, maxMemoryBytes, maxContentBytes, linkedParents, layerVerifier);
    }
}
