package dev.tallyclerk.trust.notary.metadata;

import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import java.util.List;
import java.util.Objects;

/**
 * A role that lists targets: {@code targets}, or a role below it that another one delegates to.
 *
 * @param role the full name, for example {@code targets/releases}
 * @param keys the ids of its keys, and how many must sign
 * @param paths the prefixes of the target names that it may list, without those that its delegator may not list; the
 *     empty prefix allows every name, and a role without prefixes lists nothing. {@code *} stands for itself
 */
public record NotaryDelegation(String role, RoleKeys keys, List<String> paths) {
    /** Keeps a copy of the list. */
    public NotaryDelegation {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(keys, "keys");
        paths = List.copyOf(paths);
    }

    /** {@return whether the role may list a target of that name} */
    public boolean allows(String target) {
        return paths.stream().anyMatch(target::startsWith);
    }

    /** {@return {@code child} without the paths that this role may not list itself} */
    public NotaryDelegation restrict(NotaryDelegation child) {
        return new NotaryDelegation(
                child.role(),
                child.keys(),
                child.paths().stream().filter(this::allows).toList());
    }
}
