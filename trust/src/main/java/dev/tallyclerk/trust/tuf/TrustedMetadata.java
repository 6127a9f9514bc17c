package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.internal.state.Delegation;
import dev.tallyclerk.trust.tuf.internal.state.DepthFirstSearch;
import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import dev.tallyclerk.trust.tuf.internal.state.Verification;
import dev.tallyclerk.trust.tuf.internal.state.VerifiedTargets;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.Timestamp;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The metadata that is trusted so far: the state between two steps of the client workflow.
 *
 * <p>A value: every step gives the next state or throws and leaves this one as it is. There is no I/O and no clock
 * here; the start time of TUF 5.1 is an argument. The steps are {@link #start}, any number of {@link #updateRoot},
 * {@link #updateTimestamp}, {@link #updateSnapshot} and {@link #updateTargets}, in this order, and then
 * {@link #updateDelegated} as {@link #search} needs it; a step out of order is an {@link IllegalStateException}.
 * {@link #rememberTimestamp} and {@link #rememberSnapshot} take files of an earlier run as what must not be rolled
 * back. Instances are immutable.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#detailed-client-workflow">TUF 1.0.34, 5</a>
 */
public final class TrustedMetadata {
    private final TrustedState state;

    TrustedMetadata(TrustedState state) {
        this.state = state;
    }

    /**
     * Starts from a root that is trusted for a reason outside of TUF, such as being shipped with the program (5.2).
     *
     * @param trustedRoot the file; it must be signed by enough of its own keys, and may have expired
     * @param engine verifies the signatures
     * @param limits how long files may be
     * @return the state that trusts this root
     * @throws TufException if the file is malformed, too large or not signed by itself
     */
    public static TrustedMetadata start(byte[] trustedRoot, SignatureEngine engine, TufLimits limits)
            throws TufException {
        return start(trustedRoot, engine, limits, KeyIds.ANY);
    }

    /**
     * Starts from a root that is trusted for a reason outside of TUF, as {@link #start(byte[], SignatureEngine,
     * TufLimits)} does.
     *
     * @param trustedRoot the file; it must be signed by enough of its own keys, and may have expired
     * @param engine verifies the signatures
     * @param limits how long files may be
     * @param keyIds what ids of keys must be, in this file and those that follow
     * @return the state that trusts this root
     * @throws TufException if the file is malformed, too large or not signed by itself, or declares an id that must not
     *     be
     */
    public static TrustedMetadata start(byte[] trustedRoot, SignatureEngine engine, TufLimits limits, KeyIds keyIds)
            throws TufException {
        return new TrustedMetadata(TrustedState.start(trustedRoot, new Verification(engine, limits, keyIds)));
    }

    /**
     * Takes the next root (5.3.4 to 5.3.7). Whether it has expired does not matter until the last one.
     *
     * @param file the file, exactly one version above the trusted root
     * @return the state that trusts it
     * @throws TufException if it is not signed by enough keys of the trusted root and of itself, or is another version
     */
    public TrustedMetadata updateRoot(byte[] file) throws TufException {
        return new TrustedMetadata(state.updateRoot(file));
    }

    /**
     * Checks that the last root is valid (5.3.10).
     *
     * @param start the start time of the refresh
     * @throws TufException if it has expired
     */
    public void requireValidRoot(Instant start) throws TufException {
        state.requireValidRoot(start);
    }

    /**
     * Takes a timestamp of an earlier run as what must not be rolled back; it may have expired.
     *
     * @param file the file as it was stored
     * @return the state that remembers it
     * @throws TufException if it is malformed or not signed by enough of the root's keys, for example because they have
     *     changed since (5.3.11)
     */
    public TrustedMetadata rememberTimestamp(byte[] file) throws TufException {
        return new TrustedMetadata(state.rememberTimestamp(file));
    }

    /**
     * Takes the timestamp (5.4.2 to 5.4.4). One of the version that is remembered is discarded quietly: the result then
     * has the remembered one.
     *
     * @param file the file as it was received
     * @param start the start time of the refresh
     * @return the state that trusts it
     * @throws TufException if it is not signed by enough keys, older than the remembered one, lists an older snapshot,
     *     or has expired, or if the root has
     */
    public TrustedMetadata updateTimestamp(byte[] file, Instant start) throws TufException {
        return new TrustedMetadata(state.updateTimestamp(file, start));
    }

    /**
     * Takes a snapshot of an earlier run as what must not be rolled back; it may have expired, and the timestamp need
     * not list it any more.
     *
     * @param file the file as it was stored
     * @return the state that remembers it
     * @throws TufException if it is malformed or not signed by enough of the root's keys
     */
    public TrustedMetadata rememberSnapshot(byte[] file) throws TufException {
        return new TrustedMetadata(state.rememberSnapshot(file));
    }

    /**
     * Takes the snapshot (5.5.2 to 5.5.6).
     *
     * @param file the file as it was received or stored
     * @param start the start time of the refresh
     * @return the state that trusts it
     * @throws TufException if it is not what the timestamp lists, not signed by enough keys, has expired, or lists an
     *     older version of any file than the remembered one, or lists a targets file no longer
     */
    public TrustedMetadata updateSnapshot(byte[] file, Instant start) throws TufException {
        return new TrustedMetadata(state.updateSnapshot(file, start));
    }

    /**
     * Takes the top-level targets (5.6.2 to 5.6.5).
     *
     * @param file the file as it was received or stored
     * @param start the start time of the refresh
     * @return the state that trusts it
     * @throws TufException if it is not what the snapshot lists, not signed by enough keys, or has expired
     */
    public TrustedMetadata updateTargets(byte[] file, Instant start) throws TufException {
        return new TrustedMetadata(state.updateTargets(file, start));
    }

    /**
     * Takes the file of a delegated role (5.6.7), when {@link #search} needs it.
     *
     * @param delegator the role that delegates to it, {@code targets} or a delegated one whose file was taken
     * @param role the role
     * @param file the file as it was received or stored
     * @param start the start time of the refresh
     * @return the state that trusts it; this one if a file of the role was taken before
     * @throws TufException if it is not what the snapshot lists, not signed by enough of the keys that the delegator
     *     names, or has expired
     * @throws IllegalArgumentException if {@code delegator} was not taken or does not delegate to {@code role}
     */
    public TrustedMetadata updateDelegated(String delegator, String role, byte[] file, Instant start)
            throws TufException {
        state.requireTargets();
        VerifiedTargets by = verified(delegator);
        if (by == null) {
            throw new IllegalArgumentException("the delegator's file was not taken");
        }
        Delegation delegation = by.delegations()
                .named(role)
                .orElseThrow(() -> new IllegalArgumentException("the delegator does not delegate to this role"));
        return new TrustedMetadata(state.with(state.verifyDelegated(delegation, file, start)));
    }

    private @Nullable VerifiedTargets verified(String role) {
        return role.equals(TopLevelRole.TARGETS.roleName())
                ? state.targets()
                : state.delegated().get(role);
    }

    /**
     * Searches the top-level targets and the delegated roles that are there for a target (5.6.7): in pre-order, depth
     * first, each role once, and nothing beyond a terminating delegation.
     *
     * <p>Where the file of a role is needed that was not taken yet, the search stops there, because a role behind it
     * must not answer for it; {@link #updateDelegated} is the next step then.
     *
     * @param targetPath the target's path as metadata writes it
     * @return what was found, or that nothing was, or which role's file is needed
     * @throws TufException if none of the listed hashes can be computed here, if the snapshot does not list the next
     *     role, if a role's file that is there is not signed by the keys of this delegator, or if the search passes
     *     {@link TufLimits#delegations}
     */
    public TargetSearch search(String targetPath) throws TufException {
        DepthFirstSearch search = state.searchFor(targetPath);
        Delegation needed = search.goOn(state.topTargets());
        while (needed != null) {
            String role = needed.role().name();
            VerifiedTargets there = state.delegated().get(role);
            if (there == null) {
                return new TargetSearch.Needs(needed.delegator(), role, state.listed(needed.role()));
            }
            state.requireSignedFor(needed, there);
            needed = search.goOn(there);
        }
        return search.found().<TargetSearch>map(TargetSearch.Found::new).orElseGet(TargetSearch.NotFound::new);
    }

    /** {@return the trusted root} */
    public Root root() {
        return state.root();
    }

    /** {@return the trusted timestamp, or the remembered one before {@link #updateTimestamp}} */
    public Optional<Timestamp> timestamp() {
        return state.timestamp();
    }

    /** {@return the trusted snapshot, or the remembered one before {@link #updateSnapshot}} */
    public Optional<Snapshot> snapshot() {
        return state.snapshot();
    }

    /** {@return the trusted top-level targets} */
    public Optional<Targets> targets() {
        return targets(TopLevelRole.TARGETS.roleName());
    }

    /**
     * {@return what a targets role says, nothing if its file was not taken, or not kept} Of a role to which several
     * delegate it is the file that was taken first, verified for the delegator through which the role was reached
     * first; others may want other keys. Other than {@link #delegatedTargets}, it takes the same time for any number of
     * roles.
     *
     * @param role the name of the role, {@code targets} for the top-level one
     */
    public Optional<Targets> targets(String role) {
        return Optional.ofNullable(verified(role)).map(VerifiedTargets::content);
    }

    /**
     * {@return what the delegated roles say whose files were taken, by the roles' names} Each was verified for the
     * delegator through which the role was reached first, and for no other. The state of a {@link RepositoryMetadata}
     * has those that it {@linkplain TufLimits#delegatedBytes keeps}.
     */
    public Map<String, Targets> delegatedTargets() {
        Map<String, Targets> byName = new HashMap<>();
        state.delegated().forEach(verified -> byName.put(verified.role().name(), verified.content()));
        return byName;
    }

    /** {@return when the first of the trusted files stops being valid; after it nothing here should be relied on} */
    public Instant expires() {
        return state.expires();
    }

    /** {@return the versions that are trusted} */
    @Override
    public String toString() {
        return state.toString();
    }
}
