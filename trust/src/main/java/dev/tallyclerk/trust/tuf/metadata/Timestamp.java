package dev.tallyclerk.trust.tuf.metadata;

import java.time.Instant;
import java.util.Objects;

/**
 * The content of a timestamp file: which snapshot is current.
 *
 * @param version the version, at least 1
 * @param expires when the file expires
 * @param specVersion the version of the specification it was written for; the major version is 1
 * @param snapshot what it lists about {@code snapshot.json}
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#file-formats-timestamp">TUF 1.0.34, 4.6</a>
 */
public record Timestamp(long version, Instant expires, String specVersion, MetaFile snapshot) implements SignedPart {
    public Timestamp {
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(specVersion, "specVersion");
        Objects.requireNonNull(snapshot, "snapshot");
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " is below 1");
        }
    }
}
