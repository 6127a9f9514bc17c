package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import java.util.Objects;

/**
 * What a registry says of a manifest without sending it. Nothing of it was compared with anything: it tells whether
 * something has changed, and is no promise that content may be compared with.
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
