package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.internal.text.TextMaps;
import dev.tallyclerk.trust.key.DeclaredKey;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What a root file says: the keys of the four top-level roles.
 *
 * @param version the version, at least 1
 * @param expires when the file stops being valid
 * @param specVersion the specification version it was written for, with the major number 1
 * @param consistentSnapshot whether file names carry versions and hashes
 * @param keys the declared keys by key id, usable or not
 * @param roles exactly the four top-level roles
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
            throw new IllegalArgumentException("a root has a version from 1 on and four roles");
        }
    }

    /**
     * {@return who signs for a role}
     *
     * @param role one of the four
     */
    public RoleKeys keysOf(TopLevelRole role) {
        return Objects.requireNonNull(roles.get(role), "every role is there by construction");
    }
}
