package dev.tallyclerk.registry.layer;

/**
 * What a layer may cost when it is decompressed and its archive is walked.
 *
 * <p>Immutable. Start with {@link #defaults} and change what has to be another. Each number is 1 or more; less is an
 * {@link IllegalArgumentException}.
 *
 * @param maxUncompressedBytes the largest uncompressed layer, in bytes
 * @param maxRatio how many times its compressed size a layer may become, once it has passed {@code ratioFreeBytes}
 * @param ratioFreeBytes how large a layer may become whatever its compressed size, in bytes, because files of zeros are
 *     ordinary, and harmless as long as they take a second or two and nothing keeps them
 * @param maxWindowBytes the most that a decompressor may have to remember, in bytes; Zstandard lets a stream ask for it
 * @param maxEntries the most entries of a layer's archive
 * @param maxNameBytes the longest name of an entry or target of a link, in bytes
 * @param maxExtendedHeaderBytes the most that extended headers (pax records, long names) may hold for one entry, in
 *     bytes
 * @param maxDepth how many names a path may have
 */
public record LayerLimits(
        long maxUncompressedBytes,
        int maxRatio,
        long ratioFreeBytes,
        int maxWindowBytes,
        int maxEntries,
        int maxNameBytes,
        int maxExtendedHeaderBytes,
        int maxDepth) {
    private static final LayerLimits DEFAULTS =
            new LayerLimits(64L << 30, 200, 1L << 30, 128 << 20, 5_000_000, 4096, 1 << 20, 512);

    public LayerLimits {
        requirePositive("maxUncompressedBytes", maxUncompressedBytes);
        requirePositive("maxRatio", maxRatio);
        requirePositive("ratioFreeBytes", ratioFreeBytes);
        requirePositive("maxWindowBytes", maxWindowBytes);
        requirePositive("maxEntries", maxEntries);
        requirePositive("maxNameBytes", maxNameBytes);
        requirePositive("maxExtendedHeaderBytes", maxExtendedHeaderBytes);
        requirePositive("maxDepth", maxDepth);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /**
     * {@return the limits that hold unless others are given}
     *
     * <p>64 GiB, 200 times the compressed size from 1 GiB on, a window of 128 MiB (what the zstd command takes), 5
     * million entries, names of 4096 bytes, 1 MiB of extended headers for an entry, and paths of 512 names.
     */
    public static LayerLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another largest uncompressed layer, in bytes} */
    public LayerLimits withMaxUncompressedBytes(long maxUncompressedBytes) {
        return new LayerLimits(
                maxUncompressedBytes,
                maxRatio,
                ratioFreeBytes,
                maxWindowBytes,
                maxEntries,
                maxNameBytes,
                maxExtendedHeaderBytes,
                maxDepth);
    }

    /** {@return these limits with another ratio} */
    public LayerLimits withMaxRatio(int maxRatio) {
        return new LayerLimits(
                maxUncompressedBytes,
                maxRatio,
                ratioFreeBytes,
                maxWindowBytes,
                maxEntries,
                maxNameBytes,
                maxExtendedHeaderBytes,
                maxDepth);
    }

    /** {@return these limits with another size up to which the ratio does not matter, in bytes} */
    public LayerLimits withRatioFreeBytes(long ratioFreeBytes) {
        return new LayerLimits(
                maxUncompressedBytes,
                maxRatio,
                ratioFreeBytes,
                maxWindowBytes,
                maxEntries,
                maxNameBytes,
                maxExtendedHeaderBytes,
                maxDepth);
    }

    /** {@return these limits with another largest window, in bytes} */
    public LayerLimits withMaxWindowBytes(int maxWindowBytes) {
        return new LayerLimits(
                maxUncompressedBytes,
                maxRatio,
                ratioFreeBytes,
                maxWindowBytes,
                maxEntries,
                maxNameBytes,
                maxExtendedHeaderBytes,
                maxDepth);
    }

    /** {@return these limits with another number of entries} */
    public LayerLimits withMaxEntries(int maxEntries) {
        return new LayerLimits(
                maxUncompressedBytes,
                maxRatio,
                ratioFreeBytes,
                maxWindowBytes,
                maxEntries,
                maxNameBytes,
                maxExtendedHeaderBytes,
                maxDepth);
    }

    /** {@return these limits with another longest name, in bytes} */
    public LayerLimits withMaxNameBytes(int maxNameBytes) {
        return new LayerLimits(
                maxUncompressedBytes,
                maxRatio,
                ratioFreeBytes,
                maxWindowBytes,
                maxEntries,
                maxNameBytes,
                maxExtendedHeaderBytes,
                maxDepth);
    }

    /** {@return these limits with another size of the extended headers of one entry, in bytes} */
    public LayerLimits withMaxExtendedHeaderBytes(int maxExtendedHeaderBytes) {
        return new LayerLimits(
                maxUncompressedBytes,
                maxRatio,
                ratioFreeBytes,
                maxWindowBytes,
                maxEntries,
                maxNameBytes,
                maxExtendedHeaderBytes,
                maxDepth);
    }

    /** {@return these limits with another number of names in a path} */
    public LayerLimits withMaxDepth(int maxDepth) {
        return new LayerLimits(
                maxUncompressedBytes,
                maxRatio,
                ratioFreeBytes,
                maxWindowBytes,
                maxEntries,
                maxNameBytes,
                maxExtendedHeaderBytes,
                maxDepth);
    }
}
