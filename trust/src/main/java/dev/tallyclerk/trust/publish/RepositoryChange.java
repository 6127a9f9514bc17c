package dev.tallyclerk.trust.publish;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.trust.image.TufDigestResolver;
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

    /**
     * {@return this change, which gives a delegated role other keys; of a hash bin, all bins of its delegator get them}
     */
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
     * {@return this change, in which a role shares out its targets over hash bins, after the delegations that it has}
     *
     * <p>Then a change of one target writes one bin and not the list of all targets. Targets that the role lists move
     * into their bins. A role has bins once; in the form {@link HashBins.Form#SUCCINCT}, it has nothing beside them.
     *
     * @param from the delegating role, for example {@code targets}
     */
    public RepositoryChange withHashBins(String from, HashBins bins) {
        return with(draft -> draft.delegateToBins(from, bins));
    }

    /**
     * {@return this change, in which the targets in the hash bins of a role are shared out over another number of bins}
     *
     * <p>Keys, names, form and place of the bins stay. Their keys sign every new bin. As after
     * {@link #withoutDelegation}, bins that are gone stay in the snapshot, and clients do not use them.
     *
     * @param from the delegating role, for example {@code targets}
     * @param count how many bins there will be, as for {@link HashBins}
     * @throws IllegalArgumentException if there cannot be so many
     */
    public RepositoryChange withBinCount(String from, int count) {
        HashBins.requireCount(count);
        return with(draft -> draft.setBinCount(from, count));
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
     * {@return this change, which adds an image under its name, or replaces the one that has it}
     *
     * <p>The caller has verified the image before, because clients that trust the repository load it.
     *
     * @param role the role that lists it; if that role delegates to hash bins, the bin lists it
     * @param name the whole name with a tag, by which clients look for it
     * @param verified digest and size of its manifest or index
     * @throws IllegalArgumentException if the name has no tag, or the size is not known
     */
    public RepositoryChange withImage(String role, Reference name, ResolvedDigest verified) {
        long size = verified.size()
                .orElseThrow(() -> new IllegalArgumentException("the size of " + verified.digest() + " is not known"));
        return withTarget(new TargetInfo(TufDigestResolver.targetPath(name), size, verified.digests(), role, ""));
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
     * {@return this change, which adds many targets like {@link #withTargets}, and refuses one that another role lists}
     *
     * <p>Clients take a target from the first role that lists it, so two that differ would hide one another, now or
     * after a later change. {@link #pending} then fails with {@link PublishException.Reason#CONFLICT} and names the
     * role. Reads the metadata of all roles.
     *
     * @param targets the targets, each as for {@link #withTarget}; copied
     */
    public RepositoryChange withTargetsOfOneRole(Collection<TargetInfo> targets) {
        List<TargetInfo> all = List.copyOf(targets);
        return with(draft -> {
            for (TargetInfo target : all) {
                draft.addTarget(target);
            }
            draft.requireListedOnce(all);
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
