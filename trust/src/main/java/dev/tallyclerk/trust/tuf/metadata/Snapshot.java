package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.trust.tuf.internal.text.ListedMap;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * The content of a snapshot file: the current version of every targets file.
 *
 * @param version the version, at least 1
 * @param expires when the file expires
 * @param specVersion the version of the specification it was written for; the major version is 1
 * @param meta the listed files by name, for example {@code targets.json}
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#file-formats-snapshot">TUF 1.0.34, 4.4</a>
 */
public record Snapshot(long version, Instant expires, String specVersion, Map<String, MetaFile> meta)
        implements SignedPart {
    public Snapshot {
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(specVersion, "specVersion");
        meta = ListedMap.copyOf(meta);
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " is below 1");
        }
    }
}
