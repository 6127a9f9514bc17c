package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import java.util.List;
import java.util.Optional;

/** The delegations of a role, indexed by path and by name. Immutable. */
public sealed interface DelegationTable permits DelegationTable.None, BinTable, ListedTable {
    /** {@return the delegations that are about a path, in the delegator's order} */
    List<Delegation> matching(String targetPath);

    /** {@return the delegation to the role of that name} */
    Optional<Delegation> named(String role);

    static DelegationTable of(Delegations delegations, MetadataRole delegator) {
        String declaredBy = (delegator.isDelegated() ? "role " : "the top-level ") + delegator.shown();
        return delegations.fold(
                () -> NONE,
                listed -> new ListedTable(listed, delegator.name(), declaredBy),
                bins -> new BinTable(bins, delegator.name(), declaredBy));
    }

    /** No delegations. */
    DelegationTable NONE = new None();

    /** No delegations, without the classes that index some. */
    record None() implements DelegationTable {
        @Override
        public List<Delegation> matching(String targetPath) {
            return List.of();
        }

        @Override
        public Optional<Delegation> named(String role) {
            return Optional.empty();
        }
    }
}
