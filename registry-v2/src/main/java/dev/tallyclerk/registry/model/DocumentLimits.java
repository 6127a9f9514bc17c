package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonLimits;

/**
 * What manifests, indexes and configurations may cost before they are refused, wherever they come from. Each is 1 or
 * more; less is an {@link IllegalArgumentException}.
 *
 * @param maxManifestBytes the largest manifest or index, in bytes
 * @param maxConfigBytes the largest image configuration, in bytes
 * @param maxDescriptors the most layers of a manifest, manifests of an index, or elements of a list in a configuration
 * @param maxDepth the deepest nesting of objects and arrays, at most 1,000 because reading is recursive
 * @param maxStringLength the longest string or member name, in characters
 * @param maxNumberLength the longest number, in characters
 * @param maxSignatures the most signatures of a schema 1 manifest; each is over the whole of it
 */
public record DocumentLimits(
        int maxManifestBytes,
        int maxConfigBytes,
        int maxDescriptors,
        int maxDepth,
        int maxStringLength,
        int maxNumberLength,
        int maxSignatures) {
    private static final DocumentLimits DEFAULTS = new DocumentLimits(4 << 20, 4 << 20, 10_000, 64, 4 << 20, 64, 16);

    public DocumentLimits {
        requirePositive("maxManifestBytes", maxManifestBytes);
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
            throw new IllegalArgumentException(name + " " + value + " is below 1");
        }
    }

    /**
     * {@return limits that no real document passes}
     *
     * <p>They are 4 MiB for a manifest, which registries accept at least (OCI distribution-spec v1.1.1, Pushing
     * Manifests), and for a configuration, 10,000 descriptors, 64 levels, strings of 4 Mi characters, numbers of 64
     * characters, and 16 signatures.
     */
    public static DocumentLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another largest manifest, in bytes} */
    public DocumentLimits withMaxManifestBytes(int bytes) {
        return new DocumentLimits(
                bytes, maxConfigBytes, maxDescriptors, maxDepth, maxStringLength, maxNumberLength, maxSignatures);
    }

    /** {@return these limits with another largest configuration, in bytes} */
    public DocumentLimits withMaxConfigBytes(int bytes) {
        return new DocumentLimits(
                maxManifestBytes, bytes, maxDescriptors, maxDepth, maxStringLength, maxNumberLength, maxSignatures);
    }

    /** {@return these limits with another number of descriptors} */
    public DocumentLimits withMaxDescriptors(int count) {
        return new DocumentLimits(
                maxManifestBytes, maxConfigBytes, count, maxDepth, maxStringLength, maxNumberLength, maxSignatures);
    }

    /** {@return these limits with another depth of nesting} */
    public DocumentLimits withMaxDepth(int levels) {
        return new DocumentLimits(
                maxManifestBytes,
                maxConfigBytes,
                maxDescriptors,
                levels,
                maxStringLength,
                maxNumberLength,
                maxSignatures);
    }

    /** {@return these limits with another longest string, in characters} */
    public DocumentLimits withMaxStringLength(int characters) {
        return new DocumentLimits(
                maxManifestBytes, maxConfigBytes, maxDescriptors, maxDepth, characters, maxNumberLength, maxSignatures);
    }

    /** {@return these limits with another longest number, in characters} */
    public DocumentLimits withMaxNumberLength(int characters) {
        return new DocumentLimits(
                maxManifestBytes, maxConfigBytes, maxDescriptors, maxDepth, maxStringLength, characters, maxSignatures);
    }

    /** {@return these limits with another number of signatures} */
    public DocumentLimits withMaxSignatures(int count) {
        return new DocumentLimits(
                maxManifestBytes, maxConfigBytes, maxDescriptors, maxDepth, maxStringLength, maxNumberLength, count);
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
