package dev.tallyclerk.evidence;

import dev.tallyclerk.digest.Digest;
import java.util.Objects;

/**
 * The manifest or index that a signature is about.
 *
 * @param mediaType the media type of the document, empty if it is not known
 * @param digest its digest
 * @param size its size in bytes, at least 0
 */
public record TargetArtifact(String mediaType, Digest digest, long size) {
    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public TargetArtifact {
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(digest, "digest");
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
    }
}
