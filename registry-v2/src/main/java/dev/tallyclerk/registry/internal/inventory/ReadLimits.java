package dev.tallyclerk.registry.internal.inventory;

/**
 * Limits on reading one file.
 *
 * @param maxDatabaseBytes the largest database that is kept for random access, in bytes
 * @param maxDocumentBytes the largest document that is read as a whole, in bytes
 * @param maxArchiveBytes the most uncompressed bytes of a Java archive with all archives in it
 * @param maxArchiveEntries the most entries of a Java archive with all archives in it
 * @param maxArchiveDepth how many archives may lie one in another
 */
public record ReadLimits(
        long maxDatabaseBytes,
        int maxDocumentBytes,
        long maxArchiveBytes,
        int maxArchiveEntries,
        int maxArchiveDepth) {}
