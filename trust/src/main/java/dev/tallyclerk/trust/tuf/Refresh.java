package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

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

    /** Before every time of expiry. */
    private static final Instant ALLOW_EXPIRED = Instant.MIN;

    private final TufClient client;
    private final MetadataFiles files;
    /** What is compared with the times of expiry. */
    private final Instant reference;

    private final RootUpdate roots;
    private TrustedMetadata state;

    private Refresh(TufClient client, Instant reference, RootUpdate roots, TrustedMetadata state) {
        this.client = client;
        this.files = client.files();
        this.reference = reference;
        this.roots = roots;
        this.state = state;
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
            TrustedMetadata state = StoredState.roots(client, stored).upToTargets(reference);
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
            StoredState stored = StoredState.roots(client, files);
            TargetLookup lookup = lookup(client, files, start, start, stored.upToTargets(start));
            client.memory().remember(stored.chain(), lookup);
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
        RootUpdate roots = new RootUpdate(client, StoredState.roots(client, client.files()));
        TrustedMetadata newest = roots.run(reference);
        Refresh refresh = new Refresh(client, reference, roots, client.memory().recall(newest));
        refresh.timestamp();
        refresh.snapshot();
        refresh.targets();
        roots.keepCopy();
        TargetLookup lookup = lookup(client, client.files(), start, reference, refresh.state);
        client.memory().remember(roots.chain(), lookup);
        return lookup;
    }

    /** TUF 5.4. */
    private void timestamp() throws TufException {
        Optional<byte[]> stored = files.load(TIMESTAMP, TIMESTAMP.storedName());
        roots.requireNewest();
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
                // Remembered below, once it is known not to belong to a later timestamp.
            }
        }
        requireStillTrusted(TIMESTAMP, state::isOfTimestamp, role);
        stored.ifPresent(this::rememberSnapshot);
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
        TufException refused = null;
        if (stored.isPresent()) {
            try {
                state = state.updateTargets(stored.get(), reference);
                return;
            } catch (TufException e) {
                refused = e;
            }
        }
        requireStillTrusted(SNAPSHOT, state::isOfSnapshot, role);
        if (refused != null && !TargetLookup.OUTDATED.contains(refused.reason())) {
            client.listener().storedFileRefused(role.name(), refused);
        }
        byte[] file = files.fetchListed(role, listed, state.root().consistentSnapshot());
        state = state.updateTargets(file, reference);
        // TUF 5.6.6.
        trust(role, file, listed.version());
    }

    /**
     * Starts again if another process has replaced the file that lists {@code next}: what is stored of that may be
     * newer then, and is neither a floor for the one that belongs here nor to be replaced by it. Asked after
     * {@code next} was loaded, so that whatever is stored or removed later is a conflict.
     */
    private void requireStillTrusted(MetadataRole lister, Predicate<byte[]> trusted, MetadataRole next)
            throws TufException {
        if (files.load(lister, lister.storedName()).filter(trusted).isEmpty()) {
            throw MetadataFiles.cannotWrite(
                    next, next.steps().store(), new VersionedStore.ConflictException(lister.storedName()));
        }
    }

    private void trust(MetadataRole role, byte[] file, long version) throws TufException {
        files.store(role, role.storedName(), file);
        client.listener().fileTrusted(role.name(), version);
    }
}
