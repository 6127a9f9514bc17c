package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.trust.tuf.internal.text.ListedMap;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * The content of a targets file: target files, and delegations to other roles.
 *
 * @param version the version, at least 1
 * @param expires when the file expires
 * @param specVersion the version of the specification it was written for; the major version is 1
 * @param targets the listed target files by path
 * @param delegations the other roles that may list target files; {@link Delegations#none()} if there are none
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
