package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.internal.json.JsonLimits;

/**
 * Limits on envelopes, statements and predicates. Each is 1 or more; less is an {@link IllegalArgumentException}.
 *
 * <p>A document also has at most 64 levels of nesting, and numbers of at most 64 characters.
 *
 * @param maxDocumentBytes the size of an envelope, and of the statement in it, in bytes
 * @param maxValues the number of JSON values in a statement; each takes up to 100 bytes of memory
 * @param maxSignatures the number of signatures of an envelope
 * @param maxSubjects the number of artifacts that a statement is about
 * @param maxEntries the number of packages, materials or VEX statements that a predicate lists
 */
public record AttestationLimits(
        int maxDocumentBytes, int maxValues, int maxSignatures, int maxSubjects, int maxEntries) {
    private static final AttestationLimits DEFAULTS = new AttestationLimits(16 << 20, 250_000, 32, 1_024, 100_000);

    /** The values of an envelope: unknown members are few. */
    private static final int MAX_ENVELOPE_VALUES = 10_000;

    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER_LENGTH = 64;

    public AttestationLimits {
        requirePositive("maxDocumentBytes", maxDocumentBytes);
        requirePositive("maxValues", maxValues);
        requirePositive("maxSignatures", maxSignatures);
        requirePositive("maxSubjects", maxSubjects);
        requirePositive("maxEntries", maxEntries);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /** {@return limits of 16 MiB, 250,000 values, 32 signatures, 1,024 subjects and 100,000 entries} */
    public static AttestationLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another size of a document, in bytes} */
    public AttestationLimits withMaxDocumentBytes(int maxDocumentBytes) {
        return new AttestationLimits(maxDocumentBytes, maxValues, maxSignatures, maxSubjects, maxEntries);
    }

    /** {@return these limits with another number of JSON values in a statement} */
    public AttestationLimits withMaxValues(int maxValues) {
        return new AttestationLimits(maxDocumentBytes, maxValues, maxSignatures, maxSubjects, maxEntries);
    }

    /** {@return these limits with another number of signatures of an envelope} */
    public AttestationLimits withMaxSignatures(int maxSignatures) {
        return new AttestationLimits(maxDocumentBytes, maxValues, maxSignatures, maxSubjects, maxEntries);
    }

    /** {@return these limits with another number of subjects of a statement} */
    public AttestationLimits withMaxSubjects(int maxSubjects) {
        return new AttestationLimits(maxDocumentBytes, maxValues, maxSignatures, maxSubjects, maxEntries);
    }

    /** {@return these limits with another number of entries in the lists of a predicate} */
    public AttestationLimits withMaxEntries(int maxEntries) {
        return new AttestationLimits(maxDocumentBytes, maxValues, maxSignatures, maxSubjects, maxEntries);
    }

    JsonLimits envelope() {
        return json(MAX_ENVELOPE_VALUES);
    }

    JsonLimits statement() {
        return json(maxValues);
    }

    private JsonLimits json(int values) {
        return new JsonLimits(maxDocumentBytes, MAX_DEPTH, maxDocumentBytes, MAX_NUMBER_LENGTH, values);
    }
}
