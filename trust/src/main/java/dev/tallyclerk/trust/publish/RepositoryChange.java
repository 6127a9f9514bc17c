package dev.tallyclerk.trust.publish;

import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Edits of a repository's root and targets metadata, applied in order to what was published when the change was begun.
 *
 * <p>{@link #pending} makes the new versions; nothing is written before {@link TufRepository#publish}. Each role that
 * is edited gets a new version and a new expiry. Immutable, and not for use by several threads at once.
 */
public final class RepositoryChange {
    /** Clients read a snapshot of at most 2,000,000 bytes. */
    private static final int MAX_BITS = 12;

    private final RepositoryState base;
    private final Instant now;
    private final Lifetimes lifetimes;
    private final List<Edit> edits;

    @FunctionalInterface
    private interface Edit {
        void apply(Draft draft) throws PublishException, IOException;
    }

    private RepositoryChange(RepositoryState base, Instant now, Lifetimes lifetimes, List<Edit> edits) {
        this.base = base;
        this.now = now;
        this.lifetimes = lifetimes;
        this.edits = edits;
    }

    static RepositoryChange of(RepositoryState base, Instant now, Lifetimes lifetimes) {
        return new RepositoryChange(base, now, lifetimes, List.of());
    }

    private RepositoryChange with(Edit edit) {
        List<Edit> more = new ArrayList<>(edits);
        more.add(edit);
        return new RepositoryChange(base, now, lifetimes, more);
    }

    /**
     * {@return this change, which gives a top-level role other keys or another threshold in the next root}
     *
     * <p>The first change of a new repository needs this for each of the four roles.
     */
    public RepositoryChange withKeys(TopLevelRole role, KeySet keys) {
        return with(draft -> draft.setKeys(role, keys));
    }

    /** {@return this change, which gives a delegated role, or all hash bins beside it, other keys} */
    public RepositoryChange withDelegatedKeys(String role, KeySet keys) {
        return with(draft -> draft.setDelegatedKeys(role, keys));
    }

    /**
     * {@return this change, in which a role delegates to a team, after the delegations that it has}
     *
     * @param from the delegating role, for example {@code targets}
     */
    public RepositoryChange withDelegation(String from, TeamDelegation team) {
        return with(draft -> draft.delegate(from, team));
    }

    /**
     * {@return this change, in which nothing delegates to a role any more}
     *
     * <p>Its metadata stays in the repository, and the snapshot still lists it, because clients refuse a snapshot that
     * no longer lists a file. Clients do not use it.
     */
    public RepositoryChange withoutDelegation(String role) {
        return with(draft -> draft.revoke(role));
    }

    /**
     * {@return this change, in which a role distributes its targets over hash bins (TAP 15)}
     *
     * <p>Then a change of one target writes one bin and not the list of all targets. Targets that the role lists move
     * into their bins. The role must not delegate to teams.
     *
     * @param from the delegating role, for example {@code targets}
     * @param prefix how the names of the bins begin
     * @param bitLength how many bits number the bins, 1 to 12: 8 make 256 bins, enough for 100,000 targets
     * @param keys the keys that sign for every bin
     */
    public RepositoryChange withHashBins(String from, String prefix, int bitLength, KeySet keys) {
        TeamDelegation.requireRoleName(prefix);
        if (bitLength < 1 || bitLength > MAX_BITS) {
            throw new IllegalArgumentException("bitLength is " + bitLength + ", and must be from 1 to " + MAX_BITS);
        }
        return with(draft -> draft.delegateToBins(from, prefix, bitLength, keys));
    }

    /**
     * {@return this change, which adds a target or replaces the one at its path}
     *
     * @param target the target and the role that lists it; if that role delegates to hash bins, the bin lists it
     */
    public RepositoryChange withTarget(TargetInfo target) {
        return with(draft -> draft.addTarget(target));
    }

    /**
     * {@return this change, which adds many targets or replaces those at their paths}
     *
     * @param targets the targets, each as for {@link #withTarget}; copied
     */
    public RepositoryChange withTargets(Collection<TargetInfo> targets) {
        List<TargetInfo> all = List.copyOf(targets);
        return with(draft -> {
            for (TargetInfo target : all) {
                draft.addTarget(target);
            }
        });
    }

    /**
     * {@return this change, which removes a target}
     *
     * @param role the role that lists it; if that role delegates to hash bins, the bin lists it
     */
    public RepositoryChange withoutTarget(String role, String path) {
        return with(draft -> draft.removeTarget(role, path));
    }

    /**
     * {@return this change, in which a role gets a new version and expiry, whatever else changes}
     *
     * @param role {@code root}, {@code targets} or a delegated role
     */
    public RepositoryChange withRenewed(String role) {
        return with(draft -> draft.renew(role));
    }

    /**
     * {@return the new versions, to be signed}
     *
     * @throws PublishException if an edit cannot be made, for example because its role does not exist
     * @throws IOException if the repository cannot be read
     */
    public PendingMetadata pending() throws PublishException, IOException {
        Draft draft = new Draft(base, now, lifetimes);
        for (Edit edit : edits) {
            edit.apply(draft);
        }
        return PendingMetadata.of(draft.documents());
    }
}
