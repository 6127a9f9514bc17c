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
 * <p>An immutable value: every step returns the next state, or throws and leaves this one unchanged. Does no I/O and
 * reads no clock: the start time of the refresh (TUF 5.1) is an argument. The steps are {@link #start}, any number of
 * {@link #updateRoot}, {@link #updateTimestamp}, {@link #updateSnapshot} and {@link #updateTargets}, in this order, and
 * then {@link #updateDelegated} as {@link #search} needs it. A step out of order is an {@link IllegalStateException}.
 * {@link #rememberTimestamp} and {@link #rememberSnapshot} take the files of an earlier run, to guard against a
 * rollback.
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
     * @throws TufException if the file is malformed, too large or not signed by its own keys
     */
    public static TrustedMetadata start(byte[] trustedRoot, SignatureEngine engine, TufLimits limits)
            throws TufException {
        return start(trustedRoot, engine, limits, KeyIds.ANY);
    }

    /**
     * Starts like {@link #start(byte[], SignatureEngine, TufLimits)}, with a rule for key ids.
     *
     * @param trustedRoot the file; it must be signed by enough of its own keys, and may have expired
     * @param engine verifies the signatures
     * @param limits how long files may be
     * @param keyIds what key ids have to be, in this file and all later ones
     * @return the state that trusts this root
     * @throws TufException if the file is malformed, too large, not signed by its own keys, or breaks the rule for key
     *     ids
     */
    public static TrustedMetadata start(byte[] trustedRoot, SignatureEngine engine, TufLimits limits, KeyIds keyIds)
            throws TufException {
        return new TrustedMetadata(TrustedState.start(trustedRoot, new Verification(engine, limits, keyIds)));
    }

    /**
     * Takes the next root (5.3.4 to 5.3.7). Does not check its expiry, which matters only for the last root.
     *
     * @param file the file, exactly one version above the trusted root
     * @return the state that trusts it
     * @throws TufException if it is not signed by enough keys of the trusted root and of itself, or has another version
     */
    public TrustedMetadata updateRoot(byte[] file) throws TufException {
        return new TrustedMetadata(state.updateRoot(file));
    }

    /**
     * Checks that the last root has not expired (5.3.10).
     *
     * @param start the start time of the refresh
     * @throws TufException if it has expired
     */
    public void requireValidRoot(Instant start) throws TufException {
        state.requireValidRoot(start);
    }

    /**
     * Takes a timestamp of an earlier run, to guard against a rollback. It may have expired.
     *
     * @param file the file as it was stored
     * @return the state that remembers it
     * @throws TufException if it is malformed or not signed by enough of the root's keys, for example because the keys
     *     have changed since (5.3.11)
     */
    public TrustedMetadata rememberTimestamp(byte[] file) throws TufException {
        return new TrustedMetadata(state.rememberTimestamp(file));
    }

    /**
     * Takes the timestamp (5.4.2 to 5.4.4). A timestamp of the remembered version is dropped without a failure: the
     * result has the remembered one.
     *
     * @param file the file as it was received
     * @param start the start time of the refresh
     * @return the state that trusts it
     * @throws TufException if it is not signed by enough keys, is older than the remembered one, lists an older
     *     snapshot, or has expired, or if the root has expired
     */
    public TrustedMetadata updateTimestamp(byte[] file, Instant start) throws TufException {
        return new TrustedMetadata(state.updateTimestamp(file, start));
    }

    /**
     * Takes a snapshot of an earlier run, to guard against a rollback. It may have expired, and the timestamp need not
     * list it any more.
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
     * @throws TufException if it does not match what the timestamp lists, is not signed by enough keys, has expired,
     *     lists an older version of any file than the remembered snapshot, or no longer lists a targets file
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
     * @throws TufException if it does not match what the snapshot lists, is not signed by enough keys, or has expired
     */
    public TrustedMetadata updateTargets(byte[] file, Instant start) throws TufException {
        return new TrustedMetadata(state.updateTargets(file, start));
    }

    /**
     * Takes the file of a delegated role (5.6.7) that {@link #search} needs.
     *
     * @param delegator the role that delegates to it: {@code targets}, or a delegated role whose file was taken
     * @param role the role
     * @param file the file as it was received or stored
     * @param start the start time of the refresh
     * @return the state that trusts it; this one if a file of the role was taken before
     * @throws TufException if it does not match what the snapshot lists, is not signed by enough of the keys that the
     *     delegator names, or has expired
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
     * Searches the top-level targets and the delegated roles taken so far for a target (5.6.7): depth first in
     * pre-order, each role once, and nothing beyond a terminating delegation.
     *
     * <p>Stops where it needs the file of a role that was not taken yet, because no later role may answer in its place;
     * {@link #updateDelegated} is the next step then.
     *
     * @param targetPath the target's path as metadata writes it
     * @return the target, or that no role lists it, or the role whose file is needed
     * @throws TufException if none of the listed hashes can be computed here, the snapshot does not list the next role,
     *     the file of a role is not signed by the keys of this delegator, or the search exceeds
     *     {@link TufLimits#delegations}
     */
    public TargetSearch search(String targetPath) throws TufException {
        DepthFirstSearch search = state.searchFor(targetPath);
        Delegation needed = search.visit(state.topTargets());
        while (needed != null) {
            String role = needed.role().name();
            VerifiedTargets there = state.delegated().get(role);
            if (there == null) {
                return new TargetSearch.Needs(needed.delegator(), role, state.listed(needed.role()));
            }
            state.requireSignedFor(needed, there);
            needed = search.visit(there);
        }
        return search.found().<TargetSearch>map(TargetSearch.Found::new).orElseGet(TargetSearch.NotFound::new);
    }

    /** {@return the trusted root} */
    public Root root() {
        return state.root();
    }

    /** {@return the trusted timestamp; before {@link #updateTimestamp}, the remembered one} */
    public Optional<Timestamp> timestamp() {
        return state.timestamp();
    }

    /** {@return the trusted snapshot; before {@link #updateSnapshot}, the remembered one} */
    public Optional<Snapshot> snapshot() {
        return state.snapshot();
    }

    /** {@return the trusted top-level targets} */
    public Optional<Targets> targets() {
        return targets(TopLevelRole.TARGETS.roleName());
    }

    /**
     * {@return what a targets role says; empty if its file was not taken, or is no longer cached}
     *
     * <p>If several roles delegate to it, this is the file that was taken first, verified for the first delegator;
     * others may require other keys. Takes constant time, unlike {@link #delegatedTargets}.
     *
     * @param role the name of the role, {@code targets} for the top-level one
     */
    public Optional<Targets> targets(String role) {
        return Optional.ofNullable(verified(role)).map(VerifiedTargets::content);
    }

    /**
     * {@return what the delegated roles say whose files were taken, by role name}
     *
     * <p>Each was verified for its first delegator only. The state of a {@link RepositoryMetadata} contains those that
     * it {@linkplain TufLimits#delegatedBytes caches}.
     */
    public Map<String, Targets> delegatedTargets() {
        Map<String, Targets> byName = new HashMap<>();
        state.delegated().forEach(verified -> byName.put(verified.role().name(), verified.content()));
        return byName;
    }

    /** {@return when the first of the trusted files expires; rely on nothing here after that} */
    public Instant expires() {
        return state.expires();
    }

    /** {@return the trusted versions} */
    @Override
    public String toString() {
        return state.toString();
    }
}
