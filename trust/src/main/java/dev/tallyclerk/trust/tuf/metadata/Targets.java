package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.trust.tuf.internal.text.ListedMap;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What a targets file says: target files, and who else may list some.
 *
 * @param version the version, at least 1
 * @param expires when the file stops being valid
 * @param specVersion the specification version it was written for, with the major number 1
 * @param targets the listed target files by path
 * @param delegations who else may list target files; {@link Delegations#none()} if nobody
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#file-formats-targets">TUF 1.0.34, 4.5</a>
 */
public record Targets(
        long version, Instant expires, String specVersion, Map<String, TargetInfo> targets, Delegations delegations)
        implements SignedPart {
    public Targets {
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(specVersion, "specVersion");
        targets = ListedMap.copyOf(targets);
        Objects.requireNonNull(delegations, "delegations");
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " is below 1");
        }
    }
}
