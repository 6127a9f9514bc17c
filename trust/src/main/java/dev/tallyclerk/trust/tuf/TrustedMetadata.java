package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The metadata that is trusted so far: the state between two steps of the client workflow.
 *
 * <p>A value: every step gives the next state or throws and leaves this one as it is. There is no I/O and no clock
 * here; the start time of TUF 5.1 is an argument. The steps are {@link #start}, any number of {@link #updateRoot},
 * {@link #updateTimestamp}, {@link #updateSnapshot} and {@link #updateTargets}, in this order; a step out of order is
 * an {@link IllegalStateException}. {@link #rememberTimestamp} and {@link #rememberSnapshot} take files of an earlier
 * run as what must not be rolled back. Instances are immutable.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#detailed-client-workflow">TUF 1.0.34, 5</a>
 */
public final class TrustedMetadata {
    private final SignatureEngine engine;
    private final TufLimits limits;
    private final Root root;
    private final @Nullable Timestamp timestamp;
    private final @Nullable Snapshot snapshot;
    private final @Nullable Targets targets;
    /** The role whose file was taken as current last; what lies beyond is only remembered. */
    private final TopLevelRole reached;

    private TrustedMetadata(
            TrustedMetadata before,
            @Nullable Timestamp timestamp,
            @Nullable Snapshot snapshot,
            @Nullable Targets targets,
            TopLevelRole reached) {
        this.engine = before.engine;
        this.limits = before.limits;
        this.root = before.root;
        this.timestamp = timestamp;
        this.snapshot = snapshot;
        this.targets = targets;
        this.reached = reached;
    }

    private TrustedMetadata(SignatureEngine engine, TufLimits limits, Root root) {
        this.engine = engine;
        this.limits = limits;
        this.root = root;
        this.timestamp = null;
        this.snapshot = null;
        this.targets = null;
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
        SignedFile file = SignedFile.parse(TopLevelRole.ROOT, "5.2", trustedRoot, limits.rootBytes());
        Root root = file.read(MetadataReader::root);
        requireThreshold(file, root, engine);
        return new TrustedMetadata(engine, limits, root);
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
        TopLevelRole role = TopLevelRole.ROOT;
        SignedFile signed = SignedFile.parse(role, role.steps().threshold(), file, limits.rootBytes());
        // TUF 5.3.4: first the keys that are trusted already, then its own.
        requireThreshold(signed, root, engine);
        Root next = signed.read(MetadataReader::root);
        requireThreshold(signed, next, engine);
        // TUF 5.3.5: exactly the next version, not merely a higher one.
        if (next.version() - 1 != root.version()) {
            throw TufException.version(
                    Reason.WRONG_VERSION,
                    role,
                    role.steps().version(),
                    root.version() + 1,
                    next.version(),
                    "the repository has to publish every root under its own version");
        }
        return new TrustedMetadata(engine, limits, next);
    }

    /**
     * Checks that the last root is valid (5.3.10).
     *
     * @param start the start time of the refresh
     * @throws TufException if it has expired
     */
    public void requireValidRoot(Instant start) throws TufException {
        FileChecks.requireNotExpired(TopLevelRole.ROOT, root.version(), root.expires(), start);
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
        Timestamp remembered = open(TopLevelRole.TIMESTAMP, file).read(MetadataReader::timestamp);
        return new TrustedMetadata(this, remembered, snapshot, null, TopLevelRole.ROOT);
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
        TopLevelRole role = TopLevelRole.TIMESTAMP;
        Timestamp next = open(role, file).read(MetadataReader::timestamp);
        Timestamp before = timestamp;
        if (before != null) {
            // TUF 5.4.3.1.
            FileChecks.refuseRollback(role, "5.4.3.1", before.version(), next.version());
            if (next.version() == before.version()) {
                next = before;
            }
            // TUF 5.4.3.2.
            FileChecks.refuseRollback(
                    role,
                    "5.4.3.2",
                    before.snapshot().version(),
                    next.snapshot().version());
        }
        FileChecks.requireNotExpired(role, next.version(), next.expires(), start);
        return new TrustedMetadata(this, next, snapshot, null, role);
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
        Snapshot remembered = open(TopLevelRole.SNAPSHOT, file).read(MetadataReader::snapshot);
        return new TrustedMetadata(this, timestamp, remembered, null, reached);
    }

    /**
     * Takes the snapshot (5.5.2 to 5.5.6).
     *
     * @param file the file as it was received or stored
     * @param start the start time of the refresh
     * @return the state that trusts it
     * @throws TufException if it is not what the timestamp lists, not signed by enough keys, has expired, or lists an
     *     older version of any file than the remembered one, or no longer lists it
     */
    public TrustedMetadata updateSnapshot(byte[] file, Instant start) throws TufException {
        requireReached(reached == TopLevelRole.TIMESTAMP);
        TopLevelRole role = TopLevelRole.SNAPSHOT;
        MetaFile listed = Objects.requireNonNull(timestamp, "reached").snapshot();
        FileChecks.requireListed(role, file, listed);
        Snapshot next = open(role, file).read(MetadataReader::snapshot);
        FileChecks.requireVersion(role, listed.version(), next.version());
        if (snapshot != null) {
            FileChecks.refuseRollback(snapshot, next);
        }
        FileChecks.requireNotExpired(role, next.version(), next.expires(), start);
        return new TrustedMetadata(this, timestamp, next, null, role);
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
        TopLevelRole role = TopLevelRole.TARGETS;
        MetaFile listed = listedTargets();
        FileChecks.requireListed(role, file, listed);
        Targets next = open(role, file).read(MetadataReader::targets);
        FileChecks.requireVersion(role, listed.version(), next.version());
        FileChecks.requireNotExpired(role, next.version(), next.expires(), start);
        return new TrustedMetadata(this, timestamp, snapshot, next, role);
    }

    /**
     * {@return what the top-level targets say about a target, or nothing if nobody vouches for it}
     *
     * @param targetPath the target's path as metadata writes it
     * @throws TufException if none of the listed hashes can be computed here, or if the target is not listed and a
     *     delegated role may list it
     */
    public Optional<TargetInfo> target(String targetPath) throws TufException {
        requireReached(reached == TopLevelRole.TARGETS);
        Targets all = Objects.requireNonNull(targets, "reached");
        TargetInfo found = all.targets().get(targetPath);
        if (found == null) {
            Optional<String> delegated = all.delegations().firstMatching(targetPath);
            if (delegated.isPresent()) {
                throw TufException.of(
                        Reason.DELEGATIONS_NOT_SUPPORTED,
                        TopLevelRole.TARGETS,
                        "5.6.7",
                        Quoted.quote(targetPath) + " may be listed by the delegated role "
                                + Quoted.quote(delegated.get())
                                + ", which this version does not search; list it in the top-level targets");
            }
            return Optional.empty();
        }
        // TUF 5.7: without a hash there is nothing to verify the file with.
        if (found.digests().isEmpty()) {
            throw TufException.of(
                    Reason.NO_KNOWN_HASH,
                    TopLevelRole.TARGETS,
                    "5.7",
                    Quoted.quote(targetPath) + " has no sha256, sha384 or sha512 hash; the repository has to list one");
        }
        return Optional.of(found);
    }

    /** {@return the trusted root} */
    public Root root() {
        return root;
    }

    /** {@return the trusted timestamp, or the remembered one before {@link #updateTimestamp}} */
    public Optional<Timestamp> timestamp() {
        return Optional.ofNullable(timestamp);
    }

    /** {@return the trusted snapshot, or the remembered one before {@link #updateSnapshot}} */
    public Optional<Snapshot> snapshot() {
        return Optional.ofNullable(snapshot);
    }

    /** {@return the trusted top-level targets} */
    public Optional<Targets> targets() {
        return Optional.ofNullable(targets);
    }

    /** {@return when the first of the trusted files stops being valid; after it nothing here should be relied on} */
    public Instant expires() {
        return Stream.of(
                        Optional.of(root.expires()),
                        timestamp().map(Timestamp::expires),
                        snapshot().map(Snapshot::expires),
                        targets().map(Targets::expires))
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** {@return what the snapshot lists about the top-level targets} */
    MetaFile listedTargets() throws TufException {
        requireReached(reached == TopLevelRole.SNAPSHOT);
        MetaFile listed = Objects.requireNonNull(snapshot, "reached").meta().get(TopLevelRole.TARGETS.fileName());
        if (listed == null) {
            throw TufException.of(
                    Reason.NOT_IN_SNAPSHOT,
                    TopLevelRole.TARGETS,
                    "5.6.1",
                    "the snapshot does not list targets.json; the repository has to publish a complete snapshot");
        }
        return listed;
    }

    private SignedFile open(TopLevelRole role, byte[] file) throws TufException {
        SignedFile signed = SignedFile.parse(role, role.steps().threshold(), file, limits.bytesOf(role));
        requireThreshold(signed, root, engine);
        return signed;
    }

    private static void requireThreshold(SignedFile file, Root signer, SignatureEngine engine) throws TufException {
        RoleKeys role = signer.keysOf(file.role());
        ThresholdReport report = SignatureCount.of(file, role, signer.keys(), engine);
        if (report.have() < report.need()) {
            throw TufException.threshold(file.role(), signer.version(), file.step(), report);
        }
    }

    private static void requireReached(boolean inOrder) {
        if (!inOrder) {
            throw new IllegalStateException("a step of the TUF workflow is out of order");
        }
    }
}
