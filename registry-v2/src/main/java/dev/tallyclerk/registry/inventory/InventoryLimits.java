package dev.tallyclerk.registry.inventory;

/**
 * Limits on finding the packages of an image. What exceeds one is an {@link InventoryProblem}.
 *
 * <p>Immutable. Start from the {@link #defaults} and override what you need. Each number is at least 1; less is an
 * {@link IllegalArgumentException}.
 *
 * @param maxMemoryBytes the most memory for all packages of all layers and for databases that are kept until they can
 *     be read, in bytes
 * @param maxDatabaseBytes the largest database of a package manager, in bytes; kept compressed, at about a third
 * @param maxDocumentBytes the largest JSON document, in bytes
 * @param maxArchiveBytes the most uncompressed bytes of a Java archive with all archives in it
 * @param maxArchiveEntries the most entries of a Java archive with all archives in it
 * @param maxArchiveDepth how many Java archives may lie one in another
 */
public record InventoryLimits(
        long maxMemoryBytes,
        long maxDatabaseBytes,
        int maxDocumentBytes,
        long maxArchiveBytes,
        int maxArchiveEntries,
        int maxArchiveDepth) {
    private static final InventoryLimits DEFAULTS = new InventoryLimits(
            Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4), 256L << 20, 8 << 20, 4L << 30, 1_000_000, 8);

    public InventoryLimits {
        requirePositive("maxMemoryBytes", maxMemoryBytes);
        requirePositive("maxDatabaseBytes", maxDatabaseBytes);
        requirePositive("maxDocumentBytes", maxDocumentBytes);
        requirePositive("maxArchiveBytes", maxArchiveBytes);
        requirePositive("maxArchiveEntries", maxArchiveEntries);
        requirePositive("maxArchiveDepth", maxArchiveDepth);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /**
     * {@return the default limits}
     *
     * <p>256 MiB of memory or a quarter of the heap if that is less, databases of 256 MiB, documents of 8 MiB, and
     * archives of 4 GiB with a million entries and 8 levels.
     */
    public static InventoryLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another amount of memory, in bytes} */
    public InventoryLimits withMaxMemoryBytes(long maxMemoryBytes) {
        return new InventoryLimits(
                maxMemoryBytes,
                maxDatabaseBytes,
                maxDocumentBytes,
                maxArchiveBytes,
                maxArchiveEntries,
                maxArchiveDepth);
    }

    /** {@return these limits with another size of databases, in bytes} */
    public InventoryLimits withMaxDatabaseBytes(long maxDatabaseBytes) {
        return new InventoryLimits(
                maxMemoryBytes,
                maxDatabaseBytes,
                maxDocumentBytes,
                maxArchiveBytes,
                maxArchiveEntries,
                maxArchiveDepth);
    }

    /** {@return these limits with another size of documents, in bytes} */
    public InventoryLimits withMaxDocumentBytes(int maxDocumentBytes) {
        return new InventoryLimits(
                maxMemoryBytes,
                maxDatabaseBytes,
                maxDocumentBytes,
                maxArchiveBytes,
                maxArchiveEntries,
                maxArchiveDepth);
    }

    /** {@return these limits with another uncompressed size of archives, in bytes} */
    public InventoryLimits withMaxArchiveBytes(long maxArchiveBytes) {
        return new InventoryLimits(
                maxMemoryBytes,
                maxDatabaseBytes,
                maxDocumentBytes,
                maxArchiveBytes,
                maxArchiveEntries,
                maxArchiveDepth);
    }

    /** {@return these limits with another number of entries of archives} */
    public InventoryLimits withMaxArchiveEntries(int maxArchiveEntries) {
        return new InventoryLimits(
                maxMemoryBytes,
                maxDatabaseBytes,
                maxDocumentBytes,
                maxArchiveBytes,
                maxArchiveEntries,
                maxArchiveDepth);
    }

    /** {@return these limits with another depth of archives} */
    public InventoryLimits withMaxArchiveDepth(int maxArchiveDepth) {
        return new InventoryLimits(
                maxMemoryBytes,
                maxDatabaseBytes,
                maxDocumentBytes,
                maxArchiveBytes,
                maxArchiveEntries,
                maxArchiveDepth);
    }
}
