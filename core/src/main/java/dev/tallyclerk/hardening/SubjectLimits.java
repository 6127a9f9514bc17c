package dev.tallyclerk.hardening;

/**
 * Limits on reading a subject's documents.
 *
 * @param maxDocumentBytes the longest document, in bytes, from 1; a JSON document may also have one value per 12 of
 *     these bytes but at least 10,000, 64 levels, and numbers of 64 characters
 */
public record SubjectLimits(int maxDocumentBytes) {
    private static final SubjectLimits DEFAULTS = new SubjectLimits(16 << 20);

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

    /** {@return documents of at most 16 MiB, which is more than real ones have} */
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
