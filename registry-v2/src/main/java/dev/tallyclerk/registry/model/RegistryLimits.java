package dev.tallyclerk.registry.model;

/**
 * What a registry's documents may cost before they are refused.
 *
 * @param maxManifestBytes the largest manifest or index, in bytes
 * @param maxConfigBytes the largest image configuration, in bytes
 * @param maxDescriptors the most layers of a manifest, manifests of an index, or elements of a list in a configuration
 */
public record RegistryLimits(int maxManifestBytes, int maxConfigBytes, int maxDescriptors) {
    private static final RegistryLimits DEFAULTS = new RegistryLimits(4 << 20, 4 << 20, 10_000);

    public RegistryLimits {
        if (maxManifestBytes < 1 || maxConfigBytes < 1 || maxDescriptors < 1) {
            throw new IllegalArgumentException("a limit is below 1");
        }
    }

    /**
     * {@return 4 MiB for a manifest and for a configuration, which registries accept at least, and 10,000 descriptors}
     */
    public static RegistryLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another largest manifest, in bytes} */
    public RegistryLimits withMaxManifestBytes(int bytes) {
        return new RegistryLimits(bytes, maxConfigBytes, maxDescriptors);
    }

    /** {@return these limits with another largest configuration, in bytes} */
    public RegistryLimits withMaxConfigBytes(int bytes) {
        return new RegistryLimits(maxManifestBytes, bytes, maxDescriptors);
    }

    /** {@return these limits with another number of descriptors} */
    public RegistryLimits withMaxDescriptors(int count) {
        return new RegistryLimits(maxManifestBytes, maxConfigBytes, count);
    }
}
