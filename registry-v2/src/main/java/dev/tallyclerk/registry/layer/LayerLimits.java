package dev.tallyclerk.registry.layer;

/**
 * What a layer may become when it is decompressed.
 *
 * @param maxUncompressedBytes the largest uncompressed layer, in bytes
 * @param maxRatio how many times its compressed size a layer may become; applies once it has passed 64 MiB, because
 *     small files of zeros are harmless
 */
public record LayerLimits(long maxUncompressedBytes, int maxRatio) {
    static final long RATIO_FREE_BYTES = 64L << 20;

    private static final LayerLimits DEFAULTS = new LayerLimits(64L << 30, 200);

    public LayerLimits {
        if (maxUncompressedBytes < 1 || maxRatio < 1) {
            throw new IllegalArgumentException("a limit is below 1");
        }
    }

    /** {@return 64 GiB, and 200 times the compressed size} */
    public static LayerLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another largest uncompressed layer, in bytes} */
    public LayerLimits withMaxUncompressedBytes(long bytes) {
        return new LayerLimits(bytes, maxRatio);
    }

    /** {@return these limits with another ratio} */
    public LayerLimits withMaxRatio(int ratio) {
        return new LayerLimits(maxUncompressedBytes, ratio);
    }
}
