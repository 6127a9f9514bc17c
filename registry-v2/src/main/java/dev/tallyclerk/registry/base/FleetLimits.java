package dev.tallyclerk.registry.base;

/**
 * Limits on a fleet of images, which is held in memory. Each number is 1 or more; less is an
 * {@link IllegalArgumentException}.
 *
 * @param maxImages the number of images
 * @param maxLayers the number of layers of all images together; a layer counts for each image that has it
 */
public record FleetLimits(int maxImages, int maxLayers) {
    private static final FleetLimits DEFAULTS = new FleetLimits(10_000, 100_000);

    public FleetLimits {
        requirePositive("maxImages", maxImages);
        requirePositive("maxLayers", maxLayers);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /** {@return the default limits: 10,000 images with 100,000 layers, which fit into 64 MiB} */
    public static FleetLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another number of images} */
    public FleetLimits withMaxImages(int maxImages) {
        return new FleetLimits(maxImages, maxLayers);
    }

    /** {@return these limits with another number of layers} */
    public FleetLimits withMaxLayers(int maxLayers) {
        return new FleetLimits(maxImages, maxLayers);
    }
}
