package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.util.function.Consumer;

/**
 * Limits on manifests, indexes and image configurations, wherever they come from. Each is 1 or more; less is an
 * {@link IllegalArgumentException}.
 *
 * @param maxManifestBytes the size of a manifest or index, in bytes
 * @param maxAllManifestBytes the size of all manifests and indexes of an image that is copied, together, in bytes
 * @param maxConfigBytes the size of an image configuration, in bytes
 * @param maxDescriptors the number of layers of a manifest, manifests of an index, or elements of a list in a
 *     configuration
 * @param maxDepth the nesting of objects and arrays; at most 1,000, because reading is recursive
 * @param maxStringLength the length of a string or member name, in characters
 * @param maxNumberLength the length of a number, in characters
 * @param maxSignatures the number of signatures of a schema 1 manifest; verifying each hashes the whole manifest
 */
public record DocumentLimits(
        int maxManifestBytes,
        int maxAllManifestBytes,
        int maxConfigBytes,
        int maxDescriptors,
        int maxDepth,
        int maxStringLength,
        int maxNumberLength,
        int maxSignatures) {
    private static final DocumentLimits DEFAULTS =
            new DocumentLimits(4 << 20, 32 << 20, 4 << 20, 10_000, 64, 4 << 20, 64, 16);

    public DocumentLimits {
        requirePositive("maxManifestBytes", maxManifestBytes);
        requirePositive("maxAllManifestBytes", maxAllManifestBytes);
        requirePositive("maxConfigBytes", maxConfigBytes);
        requirePositive("maxDescriptors", maxDescriptors);
        requirePositive("maxDepth", maxDepth);
        requirePositive("maxStringLength", maxStringLength);
        requirePositive("maxNumberLength", maxNumberLength);
        requirePositive("maxSignatures", maxSignatures);
        if (maxDepth > JsonLimits.DEEPEST) {
            throw new IllegalArgumentException("maxDepth is above " + JsonLimits.DEEPEST + ": " + maxDepth);
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /**
     * {@return limits that no real document exceeds}
     *
     * <p>They are 4 MiB for a manifest, which registries must accept at least (OCI distribution-spec v1.1.1, Pushing
     * Manifests), 32 MiB for all manifests of an image, 4 MiB for a configuration, 10,000 descriptors, 64 levels,
     * strings of 4 Mi characters, numbers of 64 characters, and 16 signatures.
     */
    public static DocumentLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another size of a manifest or index, in bytes} */
    public DocumentLimits withMaxManifestBytes(int maxManifestBytes) {
        return with(draft -> draft.maxManifestBytes = maxManifestBytes);
    }

    /** {@return these limits with another size of all manifests and indexes of an image, in bytes} */
    public DocumentLimits withMaxAllManifestBytes(int maxAllManifestBytes) {
        return with(draft -> draft.maxAllManifestBytes = maxAllManifestBytes);
    }

    /** {@return these limits with another size of a configuration, in bytes} */
    public DocumentLimits withMaxConfigBytes(int maxConfigBytes) {
        return with(draft -> draft.maxConfigBytes = maxConfigBytes);
    }

    /** {@return these limits with another number of descriptors} */
    public DocumentLimits withMaxDescriptors(int maxDescriptors) {
        return with(draft -> draft.maxDescriptors = maxDescriptors);
    }

    /** {@return these limits with another nesting depth} */
    public DocumentLimits withMaxDepth(int maxDepth) {
        return with(draft -> draft.maxDepth = maxDepth);
    }

    /** {@return these limits with another length of a string, in characters} */
    public DocumentLimits withMaxStringLength(int maxStringLength) {
        return with(draft -> draft.maxStringLength = maxStringLength);
    }

    /** {@return these limits with another length of a number, in characters} */
    public DocumentLimits withMaxNumberLength(int maxNumberLength) {
        return with(draft -> draft.maxNumberLength = maxNumberLength);
    }

    /** {@return these limits with another number of signatures} */
    public DocumentLimits withMaxSignatures(int maxSignatures) {
        return with(draft -> draft.maxSignatures = maxSignatures);
    }

    private DocumentLimits with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /** A copy to change. */
    private static final class Draft {
        private int maxManifestBytes;
        private int maxAllManifestBytes;
        private int maxConfigBytes;
        private int maxDescriptors;
        private int maxDepth;
        private int maxStringLength;
        private int maxNumberLength;
        private int maxSignatures;

        Draft(DocumentLimits limits) {
            maxManifestBytes = limits.maxManifestBytes;
            maxAllManifestBytes = limits.maxAllManifestBytes;
            maxConfigBytes = limits.maxConfigBytes;
            maxDescriptors = limits.maxDescriptors;
            maxDepth = limits.maxDepth;
            maxStringLength = limits.maxStringLength;
            maxNumberLength = limits.maxNumberLength;
            maxSignatures = limits.maxSignatures;
        }

        DocumentLimits limits() {
            return new DocumentLimits(
                    maxManifestBytes,
                    maxAllManifestBytes,
                    maxConfigBytes,
                    maxDescriptors,
                    maxDepth,
                    maxStringLength,
                    maxNumberLength,
                    maxSignatures);
        }
    }

    /** Refuses an array of more than {@link #maxDescriptors} elements. */
    void requireCount(JsonCursor array, int size) throws JsonException {
        if (size > maxDescriptors) {
            throw array.failure(
                    JsonException.Reason.LIMIT,
                    size + " elements, " + maxDescriptors + " allowed",
                    Specifications.LIMITS);
        }
    }

    JsonLimits manifestJson() {
        return json(maxManifestBytes);
    }

    JsonLimits configJson() {
        return json(maxConfigBytes);
    }

    private JsonLimits json(int maxBytes) {
        return new JsonLimits(maxBytes, maxDepth, maxStringLength, maxNumberLength, JsonLimits.valuesIn(maxBytes));
    }
}
