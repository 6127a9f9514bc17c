package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.internal.text.TextMaps;
import dev.tallyclerk.trust.key.DeclaredKey;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * The content of a root file: the keys of the four top-level roles.
 *
 * @param version the version, at least 1
 * @param expires when the file expires
 * @param specVersion the version of the specification it was written for; the major version is 1
 * @param consistentSnapshot whether file names contain versions and hashes (TUF 6.2)
 * @param keys the declared keys by key id, usable or not
 * @param roles the keys of each role, exactly the four top-level ones
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#file-formats-root">TUF 1.0.34, 4.3</a>
 */
public record Root(
        long version,
        Instant expires,
        String specVersion,
        boolean consistentSnapshot,
        Map<String, DeclaredKey> keys,
        Map<TopLevelRole, RoleKeys> roles)
        implements SignedPart {
    public Root {
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(specVersion, "specVersion");
        keys = TextMaps.copyOf(keys);
        roles = Map.copyOf(roles);
        if (version < 1 || roles.size() != TopLevelRole.values().length) {
            throw new IllegalArgumentException("a root needs a version of at least 1 and four roles, but has version "
                    + version + " and " + roles.size() + " roles");
        }
    }

    /**
     * {@return the keys of a role}
     *
     * @param role one of the four
     */
    public RoleKeys keysOf(TopLevelRole role) {
        return Objects.requireNonNull(roles.get(role), "checked by the constructor");
    }
}
