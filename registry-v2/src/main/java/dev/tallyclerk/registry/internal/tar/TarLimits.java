package dev.tallyclerk.registry.internal.tar;

/**
 * What an archive may cost.
 *
 * @param maxEntries the most headers, without those that only extend the next one
 * @param maxNameBytes the longest name or target of a link, in bytes
 * @param maxExtendedHeaderBytes the most that extended headers may hold for one entry, in bytes
 * @param maxDepth how many names a path may have
 */
public record TarLimits(int maxEntries, int maxNameBytes, int maxExtendedHeaderBytes, int maxDepth) {}
