package dev.tallyclerk.trust.tuf.internal.state;

import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.ROOT;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.SNAPSHOT;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.TARGETS;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.TIMESTAMP;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.internal.read.MetadataReader;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.read.SignedFile;
import dev.tallyclerk.trust.tuf.internal.read.SignedMessage;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.Timestamp;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of {@link dev.tallyclerk.trust.tuf.TrustedMetadata}, whose methods say what the steps do, with
 * what a client needs besides: caches of delegated roles and of files verified before. Immutable.
 */
public final class TrustedState {
    private final Base base;
    private final @Nullable VerifiedFile<Timestamp> timestamp;
    private final @Nullable VerifiedFile<Snapshot> snapshot;
    private final @Nullable VerifiedTargets targets;
    /** The delegated roles taken so far, each verified for its first delegator. */
    private final VerifiedRoles delegated;
    /** The last role whose current file was taken; files of later roles are only remembered. */
    private final TopLevelRole reached;
    /** An earlier state with the same root; files with the same bytes need no new verification of signatures. */
    private final @Nullable TrustedState previous;

    /** What a state shares with all states that trust the same root. */
    private record Base(Verification verification, Root root, Signers targetsSigners) {}

    private TrustedState(
            Base base,
            @Nullable VerifiedFile<Timestamp> timestamp,
            @Nullable VerifiedFile<Snapshot> snapshot,
            @Nullable VerifiedTargets targets,
            VerifiedRoles delegated,
            TopLevelRole reached,
            @Nullable TrustedState previous) {
        this.base = base;
        this.timestamp = timestamp;
        this.snapshot = snapshot;
        this.targets = targets;
        this.delegated = delegated;
        this.reached = reached;
        this.previous = previous;
    }

    private static TrustedState of(Verification verification, Root root) {
        Base base = new Base(verification, root, Signers.of(root, TopLevelRole.TARGETS));
        return new TrustedState(base, null, null, null, VerifiedRoles.NONE, TopLevelRole.ROOT, null);
    }

    /** {@return the state that trusts a root for a reason outside of TUF (5.2)} */
    public static TrustedState start(byte[] trustedRoot, Verification verification) throws TufException {
        SignedFile file =
                SignedFile.parse(ROOT, "5.2", trustedRoot, verification.limits().rootBytes());
        Root root = file.read(MetadataReader::root);
        Verification kept = verification.cachingVerifiers();
        Signers.of(root, TopLevelRole.ROOT).requireThreshold(ROOT, file.step(), file.message(), kept.engine());
        kept.requireKeyIds(ROOT, trustedRoot);
        return of(kept, root);
    }

    public TrustedState updateRoot(byte[] file) throws TufException {
        requireReached(reached == TopLevelRole.ROOT && timestamp == null && snapshot == null);
        String step = ROOT.steps().threshold();
        SignedFile signed = SignedFile.parse(ROOT, step, file, limits().rootBytes());
        SignedMessage message = signed.message();
        // TUF 5.3.4: first the keys that are already trusted, then its own.
        Signers.of(root(), TopLevelRole.ROOT).requireThreshold(ROOT, step, message, engine());
        Root next = signed.read(MetadataReader::root);
        Signers.of(next, TopLevelRole.ROOT).requireThreshold(ROOT, step, message, engine());
        // TUF 5.3.5: exactly the next version, not merely a higher one.
        if (next.version() - 1 != root().version()) {
            throw FileChecks.wrongVersion(
                    ROOT,
                    root().version() + 1,
                    next.version(),
                    "the repository has to publish each root under its own version");
        }
        base.verification().requireKeyIds(ROOT, file);
        return of(base.verification(), next);
    }

    public void requireValidRoot(Instant start) throws TufException {
        FileChecks.requireNotExpired(ROOT, root().version(), root().expires(), start);
    }

    public TrustedState rememberTimestamp(byte[] file) throws TufException {
        requireReached(reached == TopLevelRole.ROOT);
        VerifiedFile<Timestamp> remembered = openTimestamp(file);
        return new TrustedState(base, remembered, snapshot, null, VerifiedRoles.NONE, TopLevelRole.ROOT, previous);
    }

    public TrustedState updateTimestamp(byte[] file, Instant start) throws TufException {
        requireReached(reached == TopLevelRole.ROOT);
        requireValidRoot(start);
        MetadataRole role = TIMESTAMP;
        VerifiedFile<Timestamp> opened = openTimestamp(file);
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
            FileChecks.refuseRollback(role, "5.4.3.2", SNAPSHOT.listedName(), before.snapshot(), next.snapshot());
        }
        FileChecks.requireNotExpired(role, next.version(), next.expires(), start);
        return new TrustedState(base, opened, snapshot, null, VerifiedRoles.NONE, role.kind(), previous);
    }

    public TrustedState rememberSnapshot(byte[] file) throws TufException {
        requireReached(reached == TopLevelRole.ROOT || reached == TopLevelRole.TIMESTAMP);
        VerifiedFile<Snapshot> remembered = openSnapshot(file);
        return new TrustedState(base, timestamp, remembered, null, VerifiedRoles.NONE, reached, previous);
    }

    public TrustedState updateSnapshot(byte[] file, Instant start) throws TufException {
        requireReached(reached == TopLevelRole.TIMESTAMP);
        MetadataRole role = SNAPSHOT;
        MetaFile listed = Objects.requireNonNull(timestamp, "reached").content().snapshot();
        FileChecks.requireListed(role, file, listed, base.verification());
        VerifiedFile<Snapshot> opened = openSnapshot(file);
        Snapshot next = opened.content();
        FileChecks.requireVersion(role, listed.version(), next.version());
        if (snapshot != null) {
            FileChecks.refuseRollback(snapshot.content(), next);
        }
        FileChecks.requireNotExpired(role, next.version(), next.expires(), start);
        return new TrustedState(base, timestamp, opened, null, VerifiedRoles.NONE, role.kind(), previous);
    }

    public TrustedState updateTargets(byte[] file, Instant start) throws TufException {
        requireReached(reached == TopLevelRole.SNAPSHOT);
        VerifiedTargets next = verify(TARGETS, file, base.targetsSigners(), start);
        return new TrustedState(base, timestamp, snapshot, next, VerifiedRoles.NONE, TopLevelRole.TARGETS, previous);
    }

    public VerifiedTargets verifyDelegated(Delegation delegation, byte[] file, Instant start) throws TufException {
        return verify(delegation.role(), file, delegation.signers(), start);
    }

    /**
     * {@return this state with the file of a delegated role; unchanged if it has one, because the version is the same}
     */
    public TrustedState with(VerifiedTargets verified) {
        if (delegated.get(verified.role().name()) != null) {
            return this;
        }
        VerifiedRoles more = delegated.with(verified);
        return new TrustedState(base, timestamp, snapshot, targets, more, reached, previous);
    }

    /** {@return this state with the file of a delegated role, without the others if they exceed the limit} */
    public TrustedState caching(VerifiedTargets verified) {
        if (delegated.get(verified.role().name()) != null) {
            // Two searches needed the role at the same time, or two delegators require different keys. The first file
            // stays; the expiry of both counts, because both were relied on.
            VerifiedRoles roles = delegated.expiringWith(verified);
            return new TrustedState(base, timestamp, snapshot, targets, roles, reached, previous);
        }
        if (delegated.bytes() + verified.length() <= limits().delegatedBytes()) {
            return with(verified);
        }
        return new TrustedState(base, timestamp, snapshot, targets, delegated.cleared(), reached, previous)
                .with(verified);
    }

    /** TUF 5.6.1 to 5.6.5, the same for every targets role. */
    private VerifiedTargets verify(MetadataRole role, byte[] file, Signers signers, Instant start) throws TufException {
        MetaFile listed = listed(role);
        FileChecks.requireListed(role, file, listed, base.verification());
        VerifiedTargets next = verifiedBefore(role, file);
        if (next == null) {
            next = verify(role, file, signers);
        } else {
            next.requireSignedFor(signers, engine());
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
        if (previous == null) {
            return null;
        }
        VerifiedTargets before = role.isDelegated() ? previous.delegated.get(role.name()) : previous.targets;
        return before != null && before.isOf(file) ? before : null;
    }

    private VerifiedTargets verify(MetadataRole role, byte[] file, Signers signers) throws TufException {
        SignedFile signed = SignedFile.parse(role, role.steps().threshold(), file, limits().targetsBytes());
        signers.requireThreshold(role, signed.step(), signed.message(), engine());
        base.verification().requireKeyIds(role, file);
        Targets content = signed.read((body, header) -> MetadataReader.targets(body, header, role.name()));
        return new VerifiedTargets(role, file, content, signed.message(), signers);
    }

    /** {@return a search, to be started with {@link #topTargets}} */
    public DepthFirstSearch searchFor(String targetPath) {
        requireTargets();
        return new DepthFirstSearch(targetPath, base.verification());
    }

    public VerifiedTargets topTargets() {
        return Objects.requireNonNull(targets, "reached");
    }

    public void requireSignedFor(Delegation delegation, VerifiedTargets file) throws TufException {
        file.requireSignedFor(delegation.signers(), engine());
    }

    private SignatureEngine engine() {
        return base.verification().engine();
    }

    private TufLimits limits() {
        return base.verification().limits();
    }

    public Root root() {
        return base.root();
    }

    public Optional<Timestamp> timestamp() {
        return Optional.ofNullable(timestamp).map(VerifiedFile::content);
    }

    public Optional<Snapshot> snapshot() {
        return Optional.ofNullable(snapshot).map(VerifiedFile::content);
    }

    /** {@return the top-level targets, or null before they were taken} */
    public @Nullable VerifiedTargets targets() {
        return targets;
    }

    public VerifiedRoles delegated() {
        return delegated;
    }

    public Instant expires() {
        Instant first =
                topLevelExpiries().values().stream().min(Instant::compareTo).orElseThrow();
        return first.isBefore(delegated.expires()) ? first : delegated.expires();
    }

    /** {@return the expiry of every trusted and cached file, by role name} */
    public Map<String, Instant> expiries() {
        Map<String, Instant> times = new HashMap<>();
        delegated.forEach(
                verified -> times.put(verified.role().name(), verified.content().expires()));
        times.putAll(topLevelExpiries());
        return times;
    }

    private Map<String, Instant> topLevelExpiries() {
        Map<String, Instant> times = new HashMap<>();
        times.put(ROOT.name(), root().expires());
        timestamp().ifPresent(of -> times.put(TopLevelRole.TIMESTAMP.roleName(), of.expires()));
        snapshot().ifPresent(of -> times.put(TopLevelRole.SNAPSHOT.roleName(), of.expires()));
        if (targets != null) {
            times.put(TARGETS.name(), targets.content().expires());
        }
        return times;
    }

    /** {@return what the snapshot lists about a targets role} */
    public MetaFile listed(MetadataRole role) throws TufException {
        MetaFile listed =
                Objects.requireNonNull(snapshot, "reached").content().meta().get(role.listedName());
        if (listed == null) {
            throw role.failure(Reason.NOT_IN_SNAPSHOT, role.steps().download())
                    .build("is not listed in the snapshot; the repository has to publish a complete snapshot");
        }
        return listed;
    }

    /**
     * {@return this state with the cache of an earlier one, if it trusts the very same root}
     *
     * <p>Files with the same bytes are then taken without verifying their signatures again. All other checks are made.
     */
    @SuppressWarnings("ReferenceEquality") // an equal root with other bytes does not count
    public TrustedState reusing(TrustedState earlier) {
        if (earlier.root() != root()) {
            return this;
        }
        // Drops the rest of the cache that the earlier state had itself.
        TrustedState kept = new TrustedState(
                earlier.base,
                earlier.timestamp,
                earlier.snapshot,
                earlier.targets,
                earlier.delegatedAndReused(),
                earlier.reached,
                null);
        return new TrustedState(base, timestamp, snapshot, targets, delegated, reached, kept);
    }

    /** {@return the delegated roles, including cached ones that no search has needed yet, if they are still listed} */
    private VerifiedRoles delegatedAndReused() {
        if (previous == null || snapshot == null) {
            return delegated;
        }
        List<VerifiedTargets> recalled = new ArrayList<>();
        previous.delegated.forEach(recalled::add);
        VerifiedRoles all = delegated;
        for (VerifiedTargets role : recalled) {
            MetaFile listed = snapshot.content().meta().get(role.role().listedName());
            boolean isListed =
                    listed != null && listed.version() == role.content().version();
            if (isListed
                    && all.get(role.role().name()) == null
                    && all.bytes() + role.length() <= limits().delegatedBytes()) {
                all = all.with(role);
            }
        }
        return all;
    }

    /** {@return whether these bytes are the trusted timestamp} */
    public boolean isOfTimestamp(byte[] file) {
        return timestamp != null && timestamp.isOf(file);
    }

    /** {@return whether these bytes are the trusted snapshot} */
    public boolean isOfSnapshot(byte[] file) {
        return snapshot != null && snapshot.isOf(file);
    }

    private VerifiedFile<Timestamp> openTimestamp(byte[] file) throws TufException {
        if (timestamp != null && timestamp.isOf(file)) {
            return timestamp;
        }
        return open(
                TopLevelRole.TIMESTAMP, file, previous == null ? null : previous.timestamp, MetadataReader::timestamp);
    }

    private VerifiedFile<Snapshot> openSnapshot(byte[] file) throws TufException {
        return open(TopLevelRole.SNAPSHOT, file, previous == null ? null : previous.snapshot, MetadataReader::snapshot);
    }

    private <T> VerifiedFile<T> open(
            TopLevelRole kind, byte[] file, @Nullable VerifiedFile<T> before, SignedFile.BodyReader<T> reader)
            throws TufException {
        if (before != null && before.isOf(file)) {
            return before;
        }
        MetadataRole role = MetadataRole.of(kind);
        SignedFile signed = SignedFile.parse(role, role.steps().threshold(), file, role.maxBytes(limits()));
        Signers.of(root(), kind).requireThreshold(role, signed.step(), signed.message(), engine());
        return new VerifiedFile<>(file, signed.read(reader));
    }

    /** Checks that the top-level targets were taken. */
    public void requireTargets() {
        requireReached(reached == TopLevelRole.TARGETS);
    }

    private static void requireReached(boolean inOrder) {
        if (!inOrder) {
            throw new IllegalStateException("this step of the TUF workflow is out of order");
        }
    }

    @Override
    public String toString() {
        return "root " + root().version()
                + (timestamp == null ? "" : ", timestamp " + timestamp.content().version())
                + (snapshot == null ? "" : ", snapshot " + snapshot.content().version())
                + (targets == null ? "" : ", targets " + targets.content().version());
    }
}
