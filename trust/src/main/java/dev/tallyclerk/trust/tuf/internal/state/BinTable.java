package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import java.util.List;
import java.util.Optional;

/** Hash bins (TAP 15). Computes the name of the only matching bin. */
final class BinTable implements DelegationTable {
    private final Delegations.Succinct bins;
    private final String delegator;
    private final Signers signers;

    BinTable(Delegations.Succinct bins, String delegator, String declaredBy) {
        this.bins = bins;
        this.delegator = delegator;
        this.signers = new Signers(bins.signers(), bins.keys(), declaredBy);
    }

    @Override
    public List<Delegation> matching(String targetPath) {
        return List.of(to(bins.binOf(targetPath)));
    }

    /** Bins only: another role with the prefix must not be signed by the keys of the bins. */
    @Override
    public Optional<Delegation> named(String role) {
        return bins.isBin(role) ? Optional.of(to(role)) : Optional.empty();
    }

    private Delegation to(String bin) {
        // TAP 15 calls bins non-terminating; python-tuf and go-tuf treat them as terminating, which is stricter.
        return new Delegation(delegator, MetadataRole.delegated(bin), signers, true);
    }
}
