package dev.tallyclerk.registry.internal.tar;

/**
 * Limits on an archive.
 *
 * @param maxEntries the most headers, not counting extended headers of single entries
 * @param maxNameBytes the longest name or target of a link, in bytes
 * @param maxExtendedHeaderBytes the largest extended headers of one entry, in bytes
 * @param maxDepth the most components of a path
 * @param maxContentBytes the largest content with the holes of sparse files, in bytes
 * @param maxHoleRatio the most bytes of holes for each byte of the archive
 * @param freeHoleBytes up to how many bytes of holes the ratio does not matter
 */
public record TarLimits(
        int maxEntries,
        int maxNameBytes,
        int maxExtendedHeaderBytes,
        int maxDepth,
        long maxContentBytes,
        int maxHoleRatio,
        long freeHoleBytes) {}
