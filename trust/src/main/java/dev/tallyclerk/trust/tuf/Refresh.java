package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of the client workflow: the fetching and storing around {@link TrustedMetadata}. For one thread. */
final class Refresh {
    private static final MetadataRole ROOT = MetadataRole.of(TopLevelRole.ROOT);
    private static final MetadataRole TIMESTAMP = MetadataRole.of(TopLevelRole.TIMESTAMP);
    private static final MetadataRole SNAPSHOT = MetadataRole.of(TopLevelRole.SNAPSHOT);
    private static final MetadataFetcher OFFLINE = (fileName, maxBytes) -> {
        throw new IOException("the client is offline, and its store does not have it");
    };
    private static final TargetFetcher NO_TARGETS = path -> {
        throw new IOException("the client is offline");
    };

    private static final byte[] NONE = {};

    /** Before every time of expiry. */
    private static final Instant ALLOW_EXPIRED = Instant.MIN;

    private final TufClient client;
    private final MetadataFiles files;
    /** What is compared with the times of expiry. */
    private final Instant reference;

    private final StoredState stored;
    private int fetchedRoots;
    private @Nullable Ahead ahead;
    /** What was last seen as root.json, or put there. */
    private byte[] rootJson = NONE;

    private TrustedMetadata state;

    private Refresh(TufClient client, Instant reference, StoredState stored) {
        this.client = client;
        this.files = client.files();
        this.reference = reference;
        this.stored = stored;
        this.state = stored.state();
    }

    /**
     * A root.json of a later version than the chain from the trusted root has come to; that it belongs to the chain is
     * not known.
     */
    private static final class Ahead {
        private final byte[] file;
        private final Root root;

        Ahead(byte[] file, Root root) {
            this.file = file;
            this.root = root;
        }
    }

    /** Something to do while nobody else uses the store. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws TufException;
    }

    static FreshMetadata run(TufClient client) throws TufException {
        // TUF 5.1: one reading, so that no file can expire in the middle of a refresh.
        Instant start = client.clock().instant();
        return claimed(client, () -> {
            Optional<FreshMetadata> confirmed = confirmedRecently(client, start);
            if (confirmed.isPresent()) {
                return confirmed.get();
            }
            TargetLookup lookup = upToTargets(client, start, start);
            confirm(client, start);
            return new FreshMetadata(lookup, client.targets(), start);
        });
    }

    static StaleMetadata runAllowingExpired(TufClient client) throws TufException {
        Instant start = client.clock().instant();
        return claimed(client, () -> {
            return new StaleMetadata(upToTargets(client, start, ALLOW_EXPIRED), client.targets());
        });
    }

    static StaleMetadata offline(TufClient client, boolean allowExpired) throws TufException {
        Instant start = client.clock().instant();
        Instant reference = allowExpired ? ALLOW_EXPIRED : start;
        MetadataStore store = new ReadStore(client.store());
        MetadataFiles stored = new MetadataFiles(OFFLINE, store, client.limits());
        return claimed(client, store, () -> {
            TrustedMetadata state = StoredState.upToTargets(client, stored, reference);
            return new StaleMetadata(lookup(client, stored, start, reference, state), NO_TARGETS);
        });
    }

    private static TargetLookup lookup(
            TufClient client, MetadataFiles files, Instant start, Instant reference, TrustedMetadata state) {
        return new TargetLookup(files, client.listener(), start, reference, state);
    }

    /** From the start again when another process was faster: what it has stored is the floor now. */
    private static <T> T claimed(TufClient client, Work<T> work) throws TufException {
        return claimed(client, client.store(), work);
    }

    private static <T> T claimed(TufClient client, MetadataStore store, Work<T> work) throws TufException {
        for (int attempt = 1; ; attempt++) {
            try {
                return claimedOnce(store, work);
            } catch (TufException e) {
                if (!MetadataFiles.isConflict(e) || attempt >= client.limits().storeAttempts()) {
                    throw e;
                }
            }
        }
    }

    @SuppressWarnings("try") // the claim is held, not used
    private static <T> T claimedOnce(MetadataStore store, Work<T> work) throws TufException {
        try (MetadataStore.Claim claim = Objects.requireNonNull(store.claim(), "the store gave no claim")) {
            return work.run();
        } catch (IOException e) {
            throw TufException.io(Reason.STORE_FAILED, ROOT, "5.2", "cannot use the metadata store", e);
        }
    }

    private static Optional<FreshMetadata> confirmedRecently(TufClient client, Instant start) throws TufException {
        if (client.freshnessWindow().isZero()) {
            return Optional.empty();
        }
        MetadataFiles files = client.files();
        Optional<Confirmation> last =
                files.load(TIMESTAMP, Confirmation.NAME, Confirmation.MAX_BYTES).flatMap(Confirmation::parse);
        Optional<byte[]> timestamp = files.load(TIMESTAMP, TIMESTAMP.storedName());
        if (last.isEmpty()
                || timestamp.isEmpty()
                || !last.get().covers(timestamp.get(), start, client.freshnessWindow())) {
            return Optional.empty();
        }
        try {
            TrustedMetadata state = StoredState.upToTargets(client, files, start);
            TargetLookup lookup = lookup(client, files, start, start, state);
            return Optional.of(
                    new FreshMetadata(lookup, client.targets(), last.get().at()));
        } catch (TufException e) {
            // Something has expired or is damaged: the repository has to be asked after all.
            return Optional.empty();
        }
    }

    private static void confirm(TufClient client, Instant start) throws TufException {
        if (!client.freshnessWindow().isZero()) {
            MetadataFiles files = client.files();
            byte[] timestamp = files.load(TIMESTAMP, TIMESTAMP.storedName()).orElse(new byte[0]);
            files.store(
                    TIMESTAMP,
                    Confirmation.NAME,
                    Confirmation.of(start, timestamp).text());
        }
    }

    private static TargetLookup upToTargets(TufClient client, Instant start, Instant reference) throws TufException {
        StoredState stored = StoredState.roots(client, client.files());
        Refresh refresh = new Refresh(client, reference, stored);
        refresh.roots();
        refresh.state = client.memory().recall(refresh.state);
        refresh.timestamp();
        refresh.snapshot();
        refresh.targets();
        refresh.keepCopy();
        TargetLookup lookup = lookup(client, client.files(), start, reference, refresh.state);
        client.memory().remember(stored.chain(), lookup);
        return lookup;
    }

    /** TUF 5.3. */
    private void roots() throws TufException {
        // Once more, because another process may have stored more roots than are fetched here.
        do {
            finishRotation();
        } while (fetchRoots() && stored.followRoots());
        if (ahead != null) {
            // No chain leads to it.
            requireNewestRoot();
            forgetIfKeysChanged(ahead.root, stored.state());
            storeRoot(stored.newestRoot());
            ahead = null;
        }
        state = stored.state();
        // TUF 5.3.10.
        state.requireValidRoot(reference);
    }

    /**
     * Last, so that a root.json which somebody has put there by mistake does not take the copy with it. Until then the
     * copy is older, and the stored chain leads on from it.
     */
    private void keepCopy() throws TufException {
        if (client.trustedRoot() != null) {
            return;
        }
        Optional<byte[]> copy = files.load(ROOT, StoredName.ROOT_COPY);
        if (copy.isEmpty() || !Arrays.equals(copy.get(), stored.newestRoot())) {
            files.store(ROOT, StoredName.ROOT_COPY, stored.newestRoot());
        }
    }

    /**
     * A refresh that ended between storing the numbered copy of a root and root.json is gone on with. Where a program
     * with a newer root, or one that has found a link which is missing here, was at work last, root.json is ahead.
     */
    private void finishRotation() throws TufException {
        ahead = null;
        Optional<byte[]> kept = files.load(ROOT, StoredName.ROOT);
        rootJson = kept.orElse(NONE);
        if (kept.isPresent() && Arrays.equals(kept.get(), stored.newestRoot())) {
            return;
        }
        requireNewestRoot();
        Optional<Root> before = stored.isFromCopy() ? Optional.of(stored.first()) : kept.flatMap(this::readable);
        if (before.isPresent()) {
            if (before.get().version() > stored.state().root().version()) {
                ahead = new Ahead(kept.get(), before.get());
                return;
            }
            forgetIfKeysChanged(before.get(), stored.state());
        }
        storeRoot(stored.newestRoot());
    }

    private void storeRoot(byte[] file) throws TufException {
        files.store(ROOT, StoredName.ROOT, file);
        rootJson = file;
    }

    /** {@return the root in a file; a damaged one is no reason to forget how far the repository had come} */
    private Optional<Root> readable(byte[] file) {
        try {
            return Optional.of(TrustedMetadata.start(file, client.engine(), client.limits(), client.keyIds())
                    .root());
        } catch (TufException e) {
            client.listener().storedFileRefused(ROOT.name(), e);
            return Optional.empty();
        }
    }

    /** {@return whether there were any} */
    private boolean fetchRoots() throws TufException {
        long first = stored.state().root().version();
        for (; fetchedRoots < client.limits().rootRotations(); fetchedRoots++) {
            TrustedMetadata current = stored.state();
            if (current.root().version() == Long.MAX_VALUE) {
                break;
            }
            long version = current.root().version() + 1;
            // TUF 5.3.3: no such file means that the trusted root is the last one.
            Optional<byte[]> file = files.fetch(
                    ROOT, ROOT.fileName(true, version), client.limits().rootBytes());
            if (file.isEmpty()) {
                break;
            }
            TrustedMetadata next = current.updateRoot(file.get());
            // TUF 5.3.8. The numbered copy is what proves root.json from the shipped root on.
            files.store(ROOT, StoredName.rootVersion(version), file.get());
            trustRoot(current.root(), next, file.get());
            stored.take(file.get(), next);
        }
        return stored.state().root().version() > first;
    }

    /** What is stored was accepted under the root that is ahead, and changes on the way to that one are no news. */
    private void trustRoot(Root before, TrustedMetadata next, byte[] file) throws TufException {
        long version = next.root().version();
        boolean known = ahead != null && (version < ahead.root.version() || Arrays.equals(file, ahead.file));
        if (ahead != null && version == ahead.root.version()) {
            if (!known) {
                forget();
            }
            ahead = null;
        }
        if (known) {
            client.listener().fileTrusted(ROOT.name(), version);
        } else {
            forgetIfKeysChanged(before, next);
            storeRoot(file);
            client.listener().fileTrusted(ROOT.name(), version);
        }
    }

    /**
     * Starts again if another process has stored the next root meanwhile: what it has forgotten by then would be taken
     * for what nobody has known yet.
     */
    private void requireNewestRoot() throws TufException {
        if (!stored.isNewestRoot()) {
            StoredName next = StoredName.rootVersion(stored.state().root().version() + 1);
            throw MetadataFiles.cannotWrite(ROOT, ROOT.steps().store(), new VersionedStore.ConflictException(next));
        }
    }

    /**
     * TUF 5.3.11: with new keys, versions may start again. Done after the numbered copy of the new root is stored, by
     * which others see why, and before root.json is: a crash in between must not hide the change from the next refresh,
     * which then could never get past a fast-forwarded version.
     *
     * <p>What enough of the keys that are left have signed stays: a key that is added, or one of several that is taken
     * away, would else let anybody who can answer requests go back to any older file that has not expired.
     */
    private void forgetIfKeysChanged(Root before, TrustedMetadata next) throws TufException {
        boolean same = next.root().hasSameKeys(before, TopLevelRole.TIMESTAMP)
                && next.root().hasSameKeys(before, TopLevelRole.SNAPSHOT);
        if (!same && !isVouchedFor(before, next)) {
            requireSameRoot();
            forget();
        }
    }

    /** Another process may have gone on from there, and what it has stored under a later root must stay. */
    private void requireSameRoot() throws TufException {
        if (!Arrays.equals(files.load(ROOT, StoredName.ROOT).orElse(NONE), rootJson)) {
            throw MetadataFiles.cannotWrite(ROOT, "5.3.11", new VersionedStore.ConflictException(StoredName.ROOT));
        }
    }

    /** {@return whether no stored version is the word only of keys that are gone} */
    private boolean isVouchedFor(Root before, TrustedMetadata next) throws TufException {
        Optional<byte[]> timestamp = files.load(TIMESTAMP, TIMESTAMP.storedName());
        Optional<byte[]> snapshot = files.load(SNAPSHOT, SNAPSHOT.storedName());
        if (timestamp.isEmpty()) {
            return false;
        }
        try {
            TrustedMetadata kept = next.rememberTimestamp(timestamp.get());
            if (snapshot.isPresent()) {
                kept = kept.rememberSnapshot(snapshot.get());
            }
            // The timestamp may list a snapshot that was never stored, and that a key which is gone has signed.
            long listed = kept.timestamp().orElseThrow().snapshot().version();
            return next.root().hasAllKeysOf(before, TopLevelRole.SNAPSHOT)
                    || kept.snapshot().filter(it -> it.version() == listed).isPresent();
        } catch (TufException e) {
            return false;
        }
    }

    private void forget() throws TufException {
        files.remove(TIMESTAMP, "5.3.11");
        files.remove(SNAPSHOT, "5.3.11");
    }

    /** TUF 5.4. */
    private void timestamp() throws TufException {
        Optional<byte[]> stored = files.load(TIMESTAMP, TIMESTAMP.storedName());
        requireNewestRoot();
        if (stored.isPresent()) {
            try {
                state = state.rememberTimestamp(stored.get());
            } catch (TufException e) {
                client.listener().storedFileRefused(TIMESTAMP.name(), e);
            }
        }
        byte[] file =
                files.require(TIMESTAMP, TIMESTAMP.listedName(), client.limits().timestampBytes());
        Optional<Timestamp> before = state.timestamp();
        state = state.updateTimestamp(file, reference);
        // TUF 5.4.5, after every check; one of the same version was discarded.
        if (!before.equals(state.timestamp())) {
            trust(TIMESTAMP, file, state.timestamp().orElseThrow().version());
        }
    }

    /** TUF 5.5. */
    private void snapshot() throws TufException {
        MetadataRole role = SNAPSHOT;
        MetaFile listed = state.timestamp().orElseThrow().snapshot();
        Optional<byte[]> stored = files.load(role, role.storedName());
        if (stored.isPresent()) {
            try {
                state = state.updateSnapshot(stored.get(), reference);
                return;
            } catch (TufException e) {
                rememberSnapshot(stored.get());
            }
        }
        byte[] file = files.fetchListed(role, listed, state.root().consistentSnapshot());
        state = state.updateSnapshot(file, reference);
        // TUF 5.5.7.
        trust(role, file, listed.version());
    }

    private void rememberSnapshot(byte[] stored) {
        try {
            state = state.rememberSnapshot(stored);
        } catch (TufException e) {
            client.listener().storedFileRefused(TopLevelRole.SNAPSHOT.roleName(), e);
        }
    }

    /** TUF 5.6.1 to 5.6.6. */
    private void targets() throws TufException {
        MetadataRole role = MetadataRole.of(TopLevelRole.TARGETS);
        MetaFile listed = state.listed(role);
        Optional<byte[]> stored = files.load(role, role.storedName());
        if (stored.isPresent()) {
            try {
                state = state.updateTargets(stored.get(), reference);
                return;
            } catch (TufException e) {
                if (!TargetLookup.OUTDATED.contains(e.reason())) {
                    client.listener().storedFileRefused(role.name(), e);
                }
            }
        }
        byte[] file = files.fetchListed(role, listed, state.root().consistentSnapshot());
        state = state.updateTargets(file, reference);
        // TUF 5.6.6.
        trust(role, file, listed.version());
    }

    private void trust(MetadataRole role, byte[] file, long version) throws TufException {
        files.store(role, role.storedName(), file);
        client.listener().fileTrusted(role.name(), version);
    }
}
