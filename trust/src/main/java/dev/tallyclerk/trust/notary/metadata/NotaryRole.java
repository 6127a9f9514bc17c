package dev.tallyclerk.trust.notary.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The verified file of a role, and who signs for it.
 *
 * @param role the full name, such as {@code root} or {@code targets/releases}
 * @param version the version of the file, at least 1
 * @param expires the last instant at which the file is valid
 * @param threshold how many different keys must sign, at least 1
 * @param keys the keys that may sign, in their order; without those that are named and not declared
 */
public record NotaryRole(String role, long version, Instant expires, long threshold, List<NotaryRoleKey> keys) {
    /** Keeps a copy of the list. */
    public NotaryRole {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(expires, "expires");
        keys = List.copyOf(keys);
    }
}
