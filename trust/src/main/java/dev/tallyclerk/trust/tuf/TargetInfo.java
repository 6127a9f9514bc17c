package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import java.util.List;
import java.util.Objects;

/**
 * What metadata says about one target file.
 *
 * @param path the target's path as metadata writes it; a name, never to be used as a file system path unchecked
 * @param length the file's exact length in bytes, not negative
 * @param digests the listed hashes of the algorithms that can be computed here, in document order; may be empty
 */
public record TargetInfo(String path, long length, List<Digest> digests) {
    public TargetInfo {
        Objects.requireNonNull(path, "path");
        digests = List.copyOf(digests);
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + " is negative");
        }
    }
}
