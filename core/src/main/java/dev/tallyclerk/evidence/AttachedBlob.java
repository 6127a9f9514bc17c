package dev.tallyclerk.evidence;

import dev.tallyclerk.digest.Digest;
import java.util.Map;
import java.util.Objects;

/**
 * A layer of an attached artifact. Type and annotations are unsigned.
 *
 * @param mediaType the declared media type
 * @param digest the digest of the content
 * @param size the size in bytes, at least 0
 * @param annotations the annotations of the layer's descriptor
 */
public record AttachedBlob(String mediaType, Digest digest, long size, Map<String, String> annotations) {
    /**
     * Keeps a copy of the annotations.
     *
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public AttachedBlob {
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(digest, "digest");
        annotations = Map.copyOf(annotations);
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
    }
}
