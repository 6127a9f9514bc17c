package dev.tallyclerk.trust.migrate;

import dev.tallyclerk.digest.Digest;
import java.util.List;
import java.util.Objects;

/**
 * A statement of a collection that is carried over: which digest a tag stands for.
 *
 * @param tag the tag
 * @param digests the digests of the manifest or index, at least one, SHA-256 first if it is listed
 * @param size its size in bytes, not negative
 * @param role the role that counts for the tag, such as {@code targets/releases}
 * @param alsoListedBy other roles that list the same digest, such as those of single signers
 * @param custom application data in compact JSON; empty if there is none
 */
public record MigratedTarget(
        String tag, List<Digest> digests, long size, String role, List<String> alsoListedBy, String custom) {
    /**
     * Keeps copies of the lists.
     *
     * @throws IllegalArgumentException if there is no digest
     */
    public MigratedTarget {
        Objects.requireNonNull(tag, "tag");
        digests = List.copyOf(digests);
        if (digests.isEmpty()) {
            throw new IllegalArgumentException("a target needs at least one digest");
        }
        Objects.requireNonNull(role, "role");
        alsoListedBy = List.copyOf(alsoListedBy);
        Objects.requireNonNull(custom, "custom");
    }

    /** {@return the digest by which a registry is asked for the image} */
    public Digest digest() {
        return digests.get(0);
    }
}
