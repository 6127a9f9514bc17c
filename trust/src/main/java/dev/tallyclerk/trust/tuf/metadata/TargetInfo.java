package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.digest.Digest;
import java.util.List;
import java.util.Objects;

/**
 * The entry of a target file in metadata: path, length, hashes and custom data (TUF 1.0.34, 4.5).
 *
 * @param path the target's path as metadata writes it; a name, never to be used as a file system path unchecked
 * @param length the file's exact length in bytes, not negative
 * @param digests the listed hashes whose algorithms can be computed here, in the order of the algorithms' names; may be
 *     empty
 * @param role the name of the role that lists it: {@code targets}, or untrusted text from the delegating document
 * @param custom application data from the publisher: compact JSON of any type, with members in document order and
 *     without duplicate names; empty if there is none
 */
public record TargetInfo(String path, long length, List<Digest> digests, String role, String custom) {
    public TargetInfo {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(custom, "custom");
        digests = List.copyOf(digests);
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + " is negative");
        }
    }
}
