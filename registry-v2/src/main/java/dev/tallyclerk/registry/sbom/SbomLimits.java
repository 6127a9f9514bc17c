package dev.tallyclerk.registry.sbom;

/**
 * Limits on reading a bill of materials. What exceeds one is an {@link SbomException}.
 *
 * <p>Each number is at least 1; less is an {@link IllegalArgumentException}. Reading needs up to four times the
 * document's size in memory if it is wrapped in a signed envelope, and less if not, besides the packages.
 *
 * @param maxDocumentBytes the largest document, in bytes
 * @param maxMemoryBytes the most memory for the packages, in bytes
 */
public record SbomLimits(int maxDocumentBytes, long maxMemoryBytes) {
    private static final SbomLimits DEFAULTS = new SbomLimits(
            (int) Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8),
            Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4));

    public SbomLimits {
        requirePositive("maxDocumentBytes", maxDocumentBytes);
        requirePositive("maxMemoryBytes", maxMemoryBytes);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /**
     * {@return the default limits}
     *
     * <p>64 MiB or an eighth of the heap if that is less for a document, and 256 MiB or a quarter of the heap for its
     * packages.
     */
    public static SbomLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another size of documents, in bytes} */
    public SbomLimits withMaxDocumentBytes(int maxDocumentBytes) {
        return new SbomLimits(maxDocumentBytes, maxMemoryBytes);
    }

    /** {@return these limits with another amount of memory, in bytes} */
    public SbomLimits withMaxMemoryBytes(long maxMemoryBytes) {
        return new SbomLimits(maxDocumentBytes, maxMemoryBytes);
    }
}
