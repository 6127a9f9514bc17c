package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final MetadataRole ROOT = MetadataRole.of(TopLevelRole.ROOT);
    private static final MetadataRole TARGETS = MetadataRole.of(TopLevelRole.TARGETS);

    private final SignatureEngine engine;
    private final TufLimits limits;
    private final KeyIds keyIds;
    private final Root root;
    private final Signers targetsSigners;
    private final @Nullable OpenedFile<Timestamp> timestamp;
    private final @Nullable OpenedFile<Snapshot> snapshot;
    private final @Nullable VerifiedTargets targets;
    /** The files of delegated roles by name, each verified for the delegator through which it was reached first. */
    private final VerifiedRoles delegated;
    /** The role whose file was taken as current last; what lies beyond is only remembered. */
    private final TopLevelRole reached;
    /** Another state of the same root, whose files need not be verified again where they have the same bytes. */
    private final @Nullable TrustedMetadata known;

    private TrustedMetadata(
            TrustedMetadata before,
            @Nullable OpenedFile<Timestamp> timestamp,
            @Nullable OpenedFile<Snapshot> snapshot,
            @Nullable VerifiedTargets targets,
            VerifiedRoles delegated,
            TopLevelRole reached,
            @Nullable TrustedMetadata known) {
        this.engine = before.engine;
        this.limits = before.limits;
        this.keyIds = before.keyIds;
        this.root = before.root;
        this.targetsSigners = before.targetsSigners;
        this.known = known;
        this.timestamp = timestamp;
        this.snapshot = snapshot;
        this.targets = targets;
        this.delegated = delegated;
        this.reached = reached;
    }

    private TrustedMetadata(SignatureEngine engine, TufLimits limits, KeyIds keyIds, Root root) {
        this.engine = engine;
        this.limits = limits;
        this.keyIds = keyIds;
        this.root = root;
        this.targetsSigners = Signers.of(root, TopLevelRole.TARGETS);
        this.known = null;
        this.timestamp = null;
        this.snapshot = null;
        this.targets = null;
        this.delegated = VerifiedRoles.NONE;
        this.reached = TopLevelRole.ROOT;
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
        SignedFile file = SignedFile.parse(ROOT, "5.2", trustedRoot, limits.rootBytes());
        Root root = file.read(MetadataReader::root);
        SignatureEngine verifiers = new KeptVerifiers(engine);
        Signers.of(root, TopLevelRole.ROOT).requireThreshold(ROOT, file.step(), file.message(), verifiers);
        KeyIdCheck.require(keyIds, ROOT, trustedRoot, limits.rootBytes());
        return new TrustedMetadata(verifiers, limits, keyIds, root);
    }

    /**
     * Takes the next root (5.3.4 to 5.3.7). Whether it has expired does not matter until the last one.
     *
     * @param file the file, exactly one version above the trusted root
     * @return the state that trusts it
     * @throws TufException if it is not signed by enough keys of the trusted root and of itself, or is another version
     */
    public TrustedMetadata updateRoot(byte[] file) throws TufException {
        requireReached(reached == TopLevelRole.ROOT && timestamp == null && snapshot == null);
        String step = ROOT.steps().threshold();
        SignedFile signed = SignedFile.parse(ROOT, step, file, limits.rootBytes());
        SignedMessage message = signed.message();
        // TUF 5.3.4: first the keys that are trusted already, then its own.
        Signers.of(root, TopLevelRole.ROOT).requireThreshold(ROOT, step, message, engine);
        Root next = signed.read(MetadataReader::root);
        Signers.of(next, TopLevelRole.ROOT).requireThreshold(ROOT, step, message, engine);
        // TUF 5.3.5: exactly the next version, not merely a higher one.
        if (next.version() - 1 != root.version()) {
            throw TufException.wrongVersion(
                    ROOT,
                    ROOT.steps().version(),
                    root.version() + 1,
                    next.version(),
                    "the repository has to publish every root under its own version");
        }
        KeyIdCheck.require(keyIds, ROOT, file, limits.rootBytes());
        return new TrustedMetadata(engine, limits, keyIds, next);
    }

    /**
     * Checks that the last root is valid (5.3.10).
     *
     * @param start the start time of the refresh
     * @throws TufException if it has expired
     */
    public void requireValidRoot(Instant start) throws TufException {
        FileChecks.requireNotExpired(ROOT, root.version(), root.expires(), start);
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
        requireReached(reached == TopLevelRole.ROOT);
        OpenedFile<Timestamp> remembered = openTimestamp(file);
        return new TrustedMetadata(this, remembered, snapshot, null, VerifiedRoles.NONE, TopLevelRole.ROOT, known);
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
        requireReached(reached == TopLevelRole.ROOT);
        requireValidRoot(start);
        MetadataRole role = MetadataRole.of(TopLevelRole.TIMESTAMP);
        OpenedFile<Timestamp> opened = openTimestamp(file);
        Timestamp next = opened.content();
        if (timestamp != null) {
            Timestamp before = timestamp.content();
            // TUF 5.4.3.1.
            FileChecks.refuseRollback(role, "5.4.3.1", before.version(), next.version());
            if (next.version() == before.version()) {
                opened = timestamp;
                next = before;
            }
            // TUF 5.4.3.2.
            FileChecks.refuseRollback(
                    role,
                    "5.4.3.2",
                    MetadataRole.of(TopLevelRole.SNAPSHOT).listedName(),
                    before.snapshot(),
                    next.snapshot());
        }
        FileChecks.requireNotExpired(role, next.version(), next.expires(), start);
        return new TrustedMetadata(this, opened, snapshot, null, VerifiedRoles.NONE, role.kind(), known);
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
        requireReached(reached == TopLevelRole.ROOT || reached == TopLevelRole.TIMESTAMP);
        OpenedFile<Snapshot> remembered = openSnapshot(file);
        return new TrustedMetadata(this, timestamp, remembered, null, VerifiedRoles.NONE, reached, known);
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
        requireReached(reached == TopLevelRole.TIMESTAMP);
        MetadataRole role = MetadataRole.of(TopLevelRole.SNAPSHOT);
        MetaFile listed = Objects.requireNonNull(timestamp, "reached").content().snapshot();
        FileChecks.requireListed(role, file, listed);
        OpenedFile<Snapshot> opened = openSnapshot(file);
        Snapshot next = opened.content();
        FileChecks.requireVersion(role, listed.version(), next.version());
        if (snapshot != null) {
            FileChecks.refuseRollback(snapshot.content(), next);
        }
        FileChecks.requireNotExpired(role, next.version(), next.expires(), start);
        return new TrustedMetadata(this, timestamp, opened, null, VerifiedRoles.NONE, role.kind(), known);
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
        requireReached(reached == TopLevelRole.SNAPSHOT);
        VerifiedTargets next = verify(TARGETS, file, targetsSigners, start);
        return new TrustedMetadata(this, timestamp, snapshot, next, VerifiedRoles.NONE, TopLevelRole.TARGETS, known);
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
        return with(verifyDelegated(delegator, role, file, start));
    }

    VerifiedTargets verifyDelegated(String delegator, String role, byte[] file, Instant start) throws TufException {
        requireReached(reached == TopLevelRole.TARGETS);
        VerifiedTargets by = delegator.equals(TARGETS.name()) ? targets : delegated.get(delegator);
        if (by == null) {
            throw new IllegalArgumentException("the delegator's file was not taken");
        }
        Delegation delegation = by.delegations()
                .named(role)
                .orElseThrow(() -> new IllegalArgumentException("the delegator does not delegate to this role"));
        return verifyDelegated(delegation, file, start);
    }

    VerifiedTargets verifyDelegated(Delegation delegation, byte[] file, Instant start) throws TufException {
        return verify(delegation.role(), file, delegation.signers(), start);
    }

    /** {@return this state with a delegated role's file, or this one if it has one: the snapshot lists one version} */
    TrustedMetadata with(VerifiedTargets verified) {
        if (delegated.get(verified.role().name()) != null) {
            return this;
        }
        VerifiedRoles more = delegated.with(verified);
        return new TrustedMetadata(this, timestamp, snapshot, targets, more, reached, known);
    }

    /** {@return this state with a delegated role's file, without the others where they are more than may be kept} */
    TrustedMetadata keeping(VerifiedTargets verified) {
        if (delegated.get(verified.role().name()) != null) {
            // Two searches that come to a role at a time both have it to keep, or its delegators do not agree on who
            // signs: what was relied on may expire, and what was there first stays.
            VerifiedRoles roles = delegated.expiringWith(verified);
            return new TrustedMetadata(this, timestamp, snapshot, targets, roles, reached, known);
        }
        if (delegated.bytes() + verified.length() <= limits.delegatedBytes()) {
            return with(verified);
        }
        return new TrustedMetadata(this, timestamp, snapshot, targets, delegated.letGo(), reached, known)
                .with(verified);
    }

    /** {@return the file of a delegated role, or null if there is none here} */
    @Nullable VerifiedTargets delegated(String role) {
        return delegated.get(role);
    }

    /** TUF 5.6.1 to 5.6.5, which are the same for every targets role. */
    private VerifiedTargets verify(MetadataRole role, byte[] file, Signers signers, Instant start) throws TufException {
        MetaFile listed = listed(role);
        FileChecks.requireListed(role, file, listed);
        VerifiedTargets next = verifiedBefore(role, file);
        if (next == null) {
            next = verify(role, file, signers);
        } else {
            next.requireSignedFor(signers, engine);
        }
        FileChecks.requireVersion(role, listed.version(), next.content().version());
        FileChecks.requireNotExpired(
                role, next.content().version(), next.content().expires(), start);
        return next;
    }

    private @Nullable VerifiedTargets verifiedBefore(MetadataRole role, byte[] file) {
        VerifiedTargets here = role.isDelegated() ? delegated.get(role.name()) : null;
        if (here != null && here.isOf(file)) {
            return here;
        }
        if (known == null) {
            return null;
        }
        VerifiedTargets before = role.isDelegated() ? known.delegated.get(role.name()) : known.targets;
        return before != null && before.isOf(file) ? before : null;
    }

    private VerifiedTargets verify(MetadataRole role, byte[] file, Signers signers) throws TufException {
        SignedFile signed = SignedFile.parse(role, role.steps().threshold(), file, limits.targetsBytes());
        signers.requireThreshold(role, signed.step(), signed.message(), engine);
        KeyIdCheck.require(keyIds, role, file, limits.targetsBytes());
        Targets content = signed.read((body, header) -> MetadataReader.targets(body, header, role.name()));
        return new VerifiedTargets(role, file, content, signed.message(), signers);
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
        DepthFirstSearch search = searchFor(targetPath);
        TargetSearch step = search.goOn(topTargets());
        while (step instanceof TargetSearch.Needs needs) {
            VerifiedTargets there = delegated.get(needs.role());
            if (there == null) {
                return step;
            }
            requireSignedFor(search.needed(), there);
            step = search.goOn(there);
        }
        return step;
    }

    /** {@return a search that begins with {@link #topTargets}} */
    DepthFirstSearch searchFor(String targetPath) {
        requireReached(reached == TopLevelRole.TARGETS);
        return new DepthFirstSearch(targetPath, limits.delegations(), this::listed);
    }

    VerifiedTargets topTargets() {
        return Objects.requireNonNull(targets, "reached");
    }

    void requireSignedFor(Delegation delegation, VerifiedTargets file) throws TufException {
        file.requireSignedFor(delegation.signers(), engine);
    }

    /** {@return the trusted root} */
    public Root root() {
        return root;
    }

    /** {@return the trusted timestamp, or the remembered one before {@link #updateTimestamp}} */
    public Optional<Timestamp> timestamp() {
        return Optional.ofNullable(timestamp).map(OpenedFile::content);
    }

    /** {@return the trusted snapshot, or the remembered one before {@link #updateSnapshot}} */
    public Optional<Snapshot> snapshot() {
        return Optional.ofNullable(snapshot).map(OpenedFile::content);
    }

    /** {@return the trusted top-level targets} */
    public Optional<Targets> targets() {
        return Optional.ofNullable(targets).map(VerifiedTargets::content);
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
        VerifiedTargets verified = role.equals(TARGETS.name()) ? targets : delegated.get(role);
        return Optional.ofNullable(verified).map(VerifiedTargets::content);
    }

    /**
     * {@return what the delegated roles say whose files were taken, by the roles' names} Each was verified for the
     * delegator through which the role was reached first, and for no other. The state of a {@link RepositoryMetadata}
     * has those that it {@linkplain TufLimits#delegatedBytes keeps}.
     */
    public Map<String, Targets> delegatedTargets() {
        Map<String, Targets> byName = new HashMap<>();
        delegated.forEach(verified -> byName.put(verified.role().name(), verified.content()));
        return byName;
    }

    /** {@return when the first of the trusted files stops being valid; after it nothing here should be relied on} */
    public Instant expires() {
        Instant first =
                topLevelExpiries().values().stream().min(Instant::compareTo).orElseThrow();
        return first.isBefore(delegated.expires()) ? first : delegated.expires();
    }

    /** {@return the time of expiry of every file that is trusted and kept, by the names of the roles} */
    Map<String, Instant> expiries() {
        Map<String, Instant> times = new HashMap<>();
        delegated.forEach(
                verified -> times.put(verified.role().name(), verified.content().expires()));
        times.putAll(topLevelExpiries());
        return times;
    }

    private Map<String, Instant> topLevelExpiries() {
        Map<String, Instant> times = new HashMap<>();
        times.put(ROOT.name(), root.expires());
        timestamp().ifPresent(of -> times.put(TopLevelRole.TIMESTAMP.roleName(), of.expires()));
        snapshot().ifPresent(of -> times.put(TopLevelRole.SNAPSHOT.roleName(), of.expires()));
        targets().ifPresent(of -> times.put(TARGETS.name(), of.expires()));
        return times;
    }

    /** {@return what the snapshot lists about a targets role} */
    MetaFile listed(MetadataRole role) throws TufException {
        MetaFile listed =
                Objects.requireNonNull(snapshot, "reached").content().meta().get(role.listedName());
        if (listed == null) {
            throw TufException.of(
                    Reason.NOT_IN_SNAPSHOT,
                    role,
                    role.steps().download(),
                    "the snapshot does not list its file; the repository has to publish a complete snapshot");
        }
        return listed;
    }

    /**
     * {@return this state with what {@code earlier} has verified, if it trusts the very same root} Files of the same
     * bytes are then taken without verifying their signatures again; every other check is made as ever.
     */
    @SuppressWarnings("ReferenceEquality") // an equal root of other bytes would not do
    TrustedMetadata recalling(TrustedMetadata earlier) {
        if (earlier.root != root) {
            return this;
        }
        // Of what that one has recalled itself all else is let go.
        TrustedMetadata kept = new TrustedMetadata(
                earlier,
                earlier.timestamp,
                earlier.snapshot,
                earlier.targets,
                earlier.delegatedAndRecalled(),
                earlier.reached,
                null);
        return new TrustedMetadata(this, timestamp, snapshot, targets, delegated, reached, kept);
    }

    /** {@return the delegated roles here, and those recalled that no search has come to since and that are listed} */
    private VerifiedRoles delegatedAndRecalled() {
        if (known == null || snapshot == null) {
            return delegated;
        }
        List<VerifiedTargets> recalled = new ArrayList<>();
        known.delegated.forEach(recalled::add);
        VerifiedRoles all = delegated;
        for (VerifiedTargets role : recalled) {
            MetaFile listed = snapshot.content().meta().get(role.role().listedName());
            boolean isListed =
                    listed != null && listed.version() == role.content().version();
            if (isListed
                    && all.get(role.role().name()) == null
                    && all.bytes() + role.length() <= limits.delegatedBytes()) {
                all = all.with(role);
            }
        }
        return all;
    }

    /** {@return whether these bytes are the timestamp that is trusted} */
    boolean isOfTimestamp(byte[] file) {
        return timestamp != null && timestamp.isOf(file);
    }

    /** {@return whether these bytes are the snapshot that is trusted} */
    boolean isOfSnapshot(byte[] file) {
        return snapshot != null && snapshot.isOf(file);
    }

    private OpenedFile<Timestamp> openTimestamp(byte[] file) throws TufException {
        if (timestamp != null && timestamp.isOf(file)) {
            return timestamp;
        }
        return open(TopLevelRole.TIMESTAMP, file, known == null ? null : known.timestamp, MetadataReader::timestamp);
    }

    private OpenedFile<Snapshot> openSnapshot(byte[] file) throws TufException {
        return open(TopLevelRole.SNAPSHOT, file, known == null ? null : known.snapshot, MetadataReader::snapshot);
    }

    private <T> OpenedFile<T> open(
            TopLevelRole kind, byte[] file, @Nullable OpenedFile<T> before, SignedFile.BodyReader<T> reader)
            throws TufException {
        if (before != null && before.isOf(file)) {
            return before;
        }
        MetadataRole role = MetadataRole.of(kind);
        SignedFile signed = SignedFile.parse(role, role.steps().threshold(), file, limits.bytesOf(kind));
        Signers.of(root, kind).requireThreshold(role, signed.step(), signed.message(), engine);
        return new OpenedFile<>(file, signed.read(reader));
    }

    private static void requireReached(boolean inOrder) {
        if (!inOrder) {
            throw new IllegalStateException("a step of the TUF workflow is out of order");
        }
    }

    /** {@return the versions that are trusted} */
    @Override
    public String toString() {
        return "root " + root.version()
                + (timestamp == null ? "" : ", timestamp " + timestamp.content().version())
                + (snapshot == null ? "" : ", snapshot " + snapshot.content().version())
                + targets().map(role -> ", targets " + role.version()).orElse("");
    }
}
