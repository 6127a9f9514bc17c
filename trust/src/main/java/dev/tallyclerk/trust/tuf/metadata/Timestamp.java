package dev.tallyclerk.trust.tuf.metadata;

import java.time.Instant;
import java.util.Objects;

/**
 * What a timestamp file says: which snapshot is the current one.
 *
 * @param version the version, at least 1
 * @param expires when the file stops being valid
 * @param specVersion the specification version it was written for, with the major number 1
 * @param snapshot the current {@code snapshot.json}
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
