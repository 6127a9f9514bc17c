package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import java.util.Objects;

/**
 * The metadata of a manifest as a registry reports it, unverified. Use it to notice changes, not to verify content.
 *
 * @param mediaType the media type, without parameters
 * @param digest the digest
 * @param size the size in bytes, zero or more
 */
public record ManifestClaim(String mediaType, Digest digest, long size) {
    public ManifestClaim {
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(digest, "digest");
        if (size < 0) {
            throw new IllegalArgumentException("size is negative: " + size);
        }
    }
}
