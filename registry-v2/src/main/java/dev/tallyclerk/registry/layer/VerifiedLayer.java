package dev.tallyclerk.registry.layer;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import java.util.Objects;

/**
 * A layer whose blob and uncompressed content both match.
 *
 * @param descriptor the layer's descriptor, which its blob matches
 * @param diffId the digest of the uncompressed content
 * @param uncompressedSize the size of the uncompressed content in bytes
 */
public record VerifiedLayer(Descriptor descriptor, Digest diffId, long uncompressedSize) {
    public VerifiedLayer {
        Objects.requireNonNull(descriptor, "descriptor");
        Objects.requireNonNull(diffId, "diffId");
    }
}
