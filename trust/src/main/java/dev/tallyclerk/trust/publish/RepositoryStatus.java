package dev.tallyclerk.trust.publish;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a repository has published, and until when it is valid.
 *
 * @param roles the roles: root, timestamp, snapshot, targets, and the delegated ones in the order of a search
 */
public record RepositoryStatus(List<RoleStatus> roles) {
    public RepositoryStatus {
        roles = List.copyOf(roles);
    }

    /**
     * A role's published metadata.
     *
     * @param role the role's name
     * @param version the version, at least 1
     * @param expires when it expires
     * @param threshold how many keys must sign the next version
     * @param keyIds the ids of the keys that may sign it
     */
    public record RoleStatus(String role, long version, Instant expires, long threshold, List<String> keyIds) {
        public RoleStatus {
            Objects.requireNonNull(role, "role");
            Objects.requireNonNull(expires, "expires");
            keyIds = List.copyOf(keyIds);
        }
    }

    /** {@return the roles whose metadata is expired at a time} */
    public List<RoleStatus> expiredAt(Instant time) {
        return roles.stream().filter(role -> !role.expires().isAfter(time)).toList();
    }
}
