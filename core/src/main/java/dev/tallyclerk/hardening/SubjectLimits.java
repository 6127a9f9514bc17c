package dev.tallyclerk.hardening;

/**
 * Limits on reading a subject's documents.
 *
 * @param maxDocumentBytes the longest document, in bytes, from 1; a JSON document may also have one value per 27 of
 *     these bytes (a daemon.json one per 40) but at least 10,000, one container per 2,048 bytes but at least 1,000, 64
 *     levels, and numbers of 64 characters. Reading takes up to seven times the memory.
 */
public record SubjectLimits(int maxDocumentBytes) {
    private static final SubjectLimits DEFAULTS = new SubjectLimits(8 << 20);

    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public SubjectLimits {
        if (maxDocumentBytes < 1) {
            throw new IllegalArgumentException("maxDocumentBytes is below 1: " + maxDocumentBytes);
        }
    }

    /** {@return documents of at most 8 MiB, which is more than real ones have and can be read in a heap of 64 MiB} */
    public static SubjectLimits defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these limits with another limit on documents}
     *
     * @param maxDocumentBytes the longest document, in bytes, from 1
     * @throws IllegalArgumentException if it is below 1
     */
    public SubjectLimits withMaxDocumentBytes(int maxDocumentBytes) {
        return new SubjectLimits(maxDocumentBytes);
    }
}
