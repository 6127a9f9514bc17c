package dev.tallyclerk.trust.image;

import dev.tallyclerk.digest.Digest;
import java.time.Instant;
import java.util.Objects;

/**
 * A manifest digest, and who vouches for it until when.
 *
 * @param digest the digest of the image's manifest or index, of a
 *     {@linkplain dev.tallyclerk.digest.DigestAlgorithm#isSupported supported} algorithm
 * @param manifestBytes the exact length of the manifest in bytes, not negative
 * @param role the name of the role that lists it
 * @param targetsVersion the version of that role's metadata, at least 1
 * @param expires when the first of the files that this rests on stops being valid
 */
public record VouchedDigest(Digest digest, long manifestBytes, String role, long targetsVersion, Instant expires) {
    public VouchedDigest {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(expires, "expires");
        if (!digest.algorithm().isSupported()) {
            throw new IllegalArgumentException("content cannot be verified with " + digest.algorithm());
        }
        if (manifestBytes < 0 || targetsVersion < 1) {
            throw new IllegalArgumentException("negative length or version below 1");
        }
    }
}
