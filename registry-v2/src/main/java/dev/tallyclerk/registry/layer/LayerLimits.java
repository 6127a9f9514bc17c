package dev.tallyclerk.registry.layer;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.PolicyLimit;
import java.util.Map;

/**
 * Limits on decompressing a layer and reading its archive.
 *
 * <p>Immutable. Start from the {@link #defaults} and override what you need. Each number is at least 1; less is an
 * {@link IllegalArgumentException}.
 *
 * @param maxUncompressedBytes the largest uncompressed layer, in bytes
 * @param maxRatio the largest ratio of uncompressed to compressed size, beyond {@code ratioFreeBytes}
 * @param ratioFreeBytes the uncompressed size up to which the ratio does not matter, in bytes: files of zeros are
 *     common, and take seconds; the holes of sparse files have the same limits
 * @param maxWindowBytes the largest window of a decompressor, in bytes; a Zstandard stream chooses its size
 * @param maxEntries the most entries of a layer's archive
 * @param maxNameBytes the longest name of an entry or target of a link, in bytes
 * @param maxExtendedHeaderBytes the largest extended headers (pax records, long names) of one entry, in bytes
 * @param maxDepth the most components of a path
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
            new LayerLimits(64L << 30, 200, 4L << 30, 128 << 20, 5_000_000, 4096, 1 << 20, 512);

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
     * {@return the default limits}
     *
     * <p>64 GiB, 200 times the compressed size beyond 4 GiB, a window of 128 MiB (as the zstd command allows), 5
     * million entries, names of 4096 bytes, 1 MiB of extended headers per entry, and paths of 512 components.
     */
    public static LayerLimits defaults() {
        return DEFAULTS;
    }

    /** {@return the limits that a policy states, and the default for those it does not} */
    public static LayerLimits of(Policy policy) {
        return DEFAULTS.underPolicy(policy);
    }

    /** {@return these limits, replaced by those that a policy states} */
    public LayerLimits underPolicy(Policy policy) {
        LayerLimits limits = this;
        for (Map.Entry<PolicyLimit, Long> stated : policy.limits().entrySet()) {
            limits = limits.with(stated.getKey(), stated.getValue());
        }
        return limits;
    }

    private LayerLimits with(PolicyLimit limit, long value) {
        return switch (limit) {
            case MAX_LAYER_BYTES -> withMaxUncompressedBytes(value);
            case MAX_LAYER_RATIO -> withMaxRatio(Math.toIntExact(value));
            case LAYER_RATIO_FREE_BYTES -> withRatioFreeBytes(value);
            case MAX_LAYER_WINDOW_BYTES -> withMaxWindowBytes(Math.toIntExact(value));
            case MAX_LAYER_ENTRIES -> withMaxEntries(Math.toIntExact(value));
            case MAX_LAYER_NAME_BYTES -> withMaxNameBytes(Math.toIntExact(value));
            case MAX_LAYER_HEADER_BYTES -> withMaxExtendedHeaderBytes(Math.toIntExact(value));
            case MAX_LAYER_DEPTH -> withMaxDepth(Math.toIntExact(value));
        };
    }

    /** {@return these limits with another size of the uncompressed layer, in bytes} */
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

    /** {@return these limits with another window size, in bytes} */
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

    /** {@return these limits with another length of names, in bytes} */
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

    /** {@return these limits with another number of path components} */
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
