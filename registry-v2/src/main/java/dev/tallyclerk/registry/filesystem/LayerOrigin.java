package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import java.util.Objects;

/**
 * The layer that a file or change comes from.
 *
 * @param index the layer's index in the image, from 0 for the lowest
 * @param diffId the digest of its uncompressed content
 */
public record LayerOrigin(int index, Digest diffId) {
    public LayerOrigin {
        Objects.requireNonNull(diffId, "diffId");
        if (index < 0) {
            throw new IllegalArgumentException("index is negative: " + index);
        }
    }
}
