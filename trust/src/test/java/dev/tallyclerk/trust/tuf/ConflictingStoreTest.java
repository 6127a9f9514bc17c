package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.SharedStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store that other processes write to as well. */
class ConflictingStoreTest {
    private final TestRepository repository = new TestRepository();
    private final Busy store = new Busy();

    /** Another process is faster, a number of times, at one file. */
    private static final class Busy implements MetadataStore {
        private final MetadataStore shared = MetadataStore.inMemory();
        private StoredName contested = StoredName.TIMESTAMP;
        private int conflicts;
        private int unreadable;
        private int claims;
        private final List<StoredName> stored = new ArrayList<>();
        private @Nullable IOException busy;

        @Override
        public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
            if (name.equals(contested) && unreadable > 0) {
                unreadable--;
                throw new VersionedStore.ConflictException(name);
            }
            return shared.load(name, maxBytes);
        }

        @Override
        public void store(StoredName name, byte[] metadata) throws IOException {
            if (name.equals(contested) && conflicts > 0) {
                conflicts--;
                throw new VersionedStore.ConflictException(name);
            }
            shared.store(name, metadata);
            stored.add(name);
        }

        @Override
        public void remove(StoredName name) throws IOException {
            shared.remove(name);
        }

        @Override
        public Claim claim() throws IOException {
            claims++;
            if (busy != null) {
                throw busy;
            }
            return shared.claim();
        }
    }

    private TufClient client(int attempts) {
        return repository.client(store).withLimits(TufLimits.defaults().withStoreAttempts(attempts));
    }

    @Test
    void aRefreshStartsAgainWhenAnotherProcessWasFaster() throws TufException {
        store.conflicts = 2;
        client(3).refresh();
        assertEquals(3, store.claims);
    }

    @Test
    void aRefreshGivesUpAfterTheAllowedStarts() {
        store.conflicts = 2;
        TufException e = refuses(Reason.STORE_FAILED, "timestamp", "5.4.5", client(2)::refresh);
        assertTrue(e.getCause() instanceof VersionedStore.ConflictException);
        assertEquals(2, store.claims);
    }

    @Test
    void whatAnotherProcessStoredOfADelegatedRoleIsAsGood() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "file", new byte[] {1});
        repository.publish();
        store.contested = StoredName.delegated("role");
        store.conflicts = 1;
        assertTrue(client(1).refresh().target("file").isPresent());
    }

    @Test
    void aDelegatedRoleThatAnotherProcessIsWritingIsFetched() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "file", new byte[] {1});
        repository.publish();
        store.contested = StoredName.delegated("role");
        for (int loads = 1; loads <= 2; loads++) {
            FreshMetadata metadata = client(1).refresh();
            store.unreadable = loads;
            assertTrue(metadata.target("file").isPresent());
        }
    }

    /** Two clients of one store, of which the one that has refreshed first searches last. */
    @Test
    void aRoleOfAnOlderSnapshotDoesNotReplaceTheOneOfANewer() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "old", new byte[] {1});
        repository.publish();
        FreshMetadata older = client(1).refresh();
        Map<String, byte[]> before = Map.copyOf(repository.files);
        repository.addTarget("role", "new", new byte[] {2});
        repository.targetsOf("role").put("version", 2L);
        repository.publish();
        FreshMetadata newer = client(1).refresh();
        assertTrue(newer.target("new").isPresent());
        repository.files.putAll(before);
        assertTrue(older.target("old").isPresent());
        assertTrue(client(1).offline().target("new").isPresent());
    }

    /** A database in which something happens once, before or after a file is read, or after it is replaced. */
    private static final class Eventful implements VersionedStore {
        private final Map<StoredName, Entry> entries = new HashMap<>();
        private long revisions;
        private @Nullable StoredName before;
        private @Nullable StoredName after;
        private @Nullable StoredName replaced;
        private @Nullable Runnable event;

        @Override
        public Entry load(StoredName name, int maxBytes) {
            if (name.equals(before) && maxBytes > 0) {
                happen();
            }
            Entry entry = entries.getOrDefault(name, Entry.without(0));
            if (name.equals(after) && maxBytes > 0) {
                happen();
            }
            return entry;
        }

        private void happen() {
            Runnable now = event;
            event = null;
            if (now != null) {
                now.run();
            }
        }

        @Override
        public OptionalLong replace(StoredName name, long revision, byte @Nullable [] metadata) {
            if (entries.getOrDefault(name, Entry.without(0)).revision() != revision) {
                return OptionalLong.empty();
            }
            revisions++;
            entries.put(name, metadata == null ? Entry.without(revisions) : Entry.of(revisions, metadata));
            long given = revisions;
            if (name.equals(replaced)) {
                happen();
            }
            return OptionalLong.of(given);
        }

        /** As another process does, whatever is there. */
        void put(StoredName name, byte[] metadata) {
            revisions++;
            entries.put(name, Entry.of(revisions, metadata));
        }

        byte[] content(StoredName name) {
            return entries.getOrDefault(name, Entry.without(0)).metadata().orElse(new byte[0]);
        }

        TufClient newClient(TestRepository repository) {
            return repository.client(SharedStore.of(this));
        }
    }

    private void publishAndRefresh(Eventful database, boolean withTargets) {
        if (withTargets) {
            repository.bump(TopLevelRole.TARGETS);
        }
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeAll();
        assertDoesNotThrow(() -> database.newClient(repository).refresh());
    }

    /** The timestamp is as it was stored, so that nothing is written which could be a conflict. */
    @ParameterizedTest
    @CsvSource({"snapshot.json, true", "snapshot.json, false", "targets.json, true"})
    void whatAnotherProcessStoresMeanwhileIsNeitherAFloorNorReplaced(String read, boolean withTargets)
            throws TufException {
        Eventful database = new Eventful();
        database.newClient(repository).refresh();
        database.before = new StoredName(read);
        database.event = () -> publishAndRefresh(database, withTargets);
        TufClient slow = database.newClient(repository);
        slow.refresh();
        assertEquals(2, slow.offline().trusted().snapshot().orElseThrow().version());
    }

    /** A snapshot that is missing may have been removed with the keys that went. */
    @Test
    void aSnapshotIsNotPutWhereAnotherProcessHasRemovedOne() throws TufException {
        Eventful database = new Eventful();
        repository.targets.put("version", 1_000L);
        repository.writeAll();
        database.newClient(repository).refresh();
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeAll();
        TufClient slow = database.newClient(repository);
        database.before = StoredName.SNAPSHOT;
        database.event = () -> {
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot();
            repository.failOn = "timestamp.json";
            assertThrows(
                    TufException.class, () -> database.newClient(repository).refresh());
            repository.failOn = null;
            repository.targets.put("version", 2L);
            repository.bump(TopLevelRole.SNAPSHOT);
            repository.writeAll();
        };
        // It has the timestamp that the old key has signed, and starts again for what the new one has.
        slow.refresh();
        assertEquals(2, slow.refresh().trusted().targets().orElseThrow().version());
    }

    /** Between looking at the snapshot and storing the role. */
    @Test
    void aRoleThatAnotherProcessHasStoredByANewerSnapshotIsNotReplaced() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "old", new byte[] {1});
        repository.publish();
        Eventful database = new Eventful();
        FreshMetadata older = database.newClient(repository).refresh();
        database.after = StoredName.SNAPSHOT;
        database.event = () -> {
            repository.addTarget("role", "new", new byte[] {2});
            repository.targetsOf("role").put("version", 2L);
            publishAndRefresh(database, true);
            assertDoesNotThrow(() -> database.newClient(repository).refresh().requireTarget("new"));
        };
        assertTrue(older.target("old").isPresent());
        assertTrue(database.newClient(repository).offline().target("new").isPresent());
    }

    @Test
    void aSearchGoesOnWhileSomebodyElseKeepsTheStore() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "file", new byte[] {1});
        repository.publish();
        List<String> told = new ArrayList<>();
        TufListener listener = new TufListener() {
            @Override
            public void fileNotStored(String role, TufException why) {
                told.add(role + " " + why.reason());
            }
        };
        FreshMetadata metadata = repository.client(store).withListener(listener).refresh();
        store.busy = new IOException("another client has claimed this metadata store for PT30S");
        assertTrue(metadata.target("file").isPresent());
        assertEquals(List.of("role STORE_FAILED"), told);
        repository.takeRequests();
        assertTrue(metadata.target("file").isPresent());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void aSearchThatIsInterruptedBeforeTheStoreIsFreeEnds() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.publish();
        FreshMetadata metadata = client(1).refresh();
        store.busy = new InterruptedIOException("interrupted");
        Thread.currentThread().interrupt();
        try {
            refuses(Reason.INTERRUPTED, "role", "5.6.6", () -> metadata.target("file"));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void aDelegatedRoleThatCannotBeStoredIsAReason() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "file", new byte[] {1});
        repository.publish();
        MetadataStore memory = MetadataStore.inMemory();
        MetadataStore full = new MetadataStore() {
            @Override
            public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
                return memory.load(name, maxBytes);
            }

            @Override
            public void store(StoredName name, byte[] metadata) throws IOException {
                if (name.equals(StoredName.delegated("role"))) {
                    throw new IOException("no space left");
                }
                memory.store(name, metadata);
            }

            @Override
            public void remove(StoredName name) {}

            @Override
            public Claim claim() {
                return () -> {};
            }
        };
        FreshMetadata metadata = repository.client(full).refresh();
        refuses(Reason.STORE_FAILED, "role", "5.6.6", () -> metadata.target("file"));
        repository.takeRequests();
        assertTrue(metadata.target("file").isPresent());
        assertEquals(List.of(), repository.takeRequests(), "what was verified is not fetched again");
    }

    @Test
    void whatIsThereAlreadyOfADelegatedRoleIsNotReplacedByTheSame() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.addTarget("role", "file", new byte[] {1});
        repository.publish();
        store.contested = StoredName.delegated("role");
        client(1).refresh().requireTarget("file");
        FreshMetadata again = client(1).refresh();
        repository.takeRequests();
        store.stored.clear();
        store.unreadable = 1;
        assertTrue(again.target("file").isPresent());
        assertEquals(List.of("1.role.json"), repository.takeRequests());
        assertEquals(List.of(), store.stored);
    }

    /** The mirror has but the first roots, and the store the last: the link is put there just after it was missed. */
    @Test
    void aLinkThatAnotherProcessHasStoredMeanwhileIsFollowed() throws TufException {
        Eventful database = new Eventful();
        repository.rotateRoot();
        byte[] link = repository.rootFile(2);
        repository.rotateRoot();
        repository.client(SharedStore.of(database), repository.rootFile(3)).refresh();
        repository.files.remove("2.root.json");
        MetadataFetcher behind = (fileName, maxBytes) -> {
            if (fileName.equals("2.root.json")) {
                database.put(StoredName.rootVersion(2), link);
            }
            return repository.fetch(fileName, maxBytes);
        };
        TufClient slow = TufClient.of(behind, SharedStore.of(database), repository.rootFile(1))
                .withClock(Clock.fixed(TestRepository.NOW, ZoneOffset.UTC));
        assertEquals(3, slow.refresh().trusted().root().version());
    }

    /** Which another process has begun, and has gone further with meanwhile. */
    @Test
    void aRotationIsNotFinishedWithARootThatIsNotTheNewest() throws TufException {
        Eventful database = new Eventful();
        database.newClient(repository).refresh();
        repository.rotateRoot();
        repository.rotateRoot();
        database.put(StoredName.rootVersion(2), repository.rootFile(2));
        database.before = StoredName.ROOT;
        database.event = () -> database.put(StoredName.rootVersion(3), repository.rootFile(3));
        TufClient once = repository
                .client(SharedStore.of(database))
                .withLimits(TufLimits.defaults().withStoreAttempts(1));
        TufException e = refuses(Reason.STORE_FAILED, "root", "5.3.8", once::refresh);
        assertTrue(String.valueOf(e.getMessage()).contains("root.3 "), e::getMessage);
        assertArrayEquals(repository.rootFile(1), database.content(StoredName.ROOT));
        assertEquals(3, once.refresh().trusted().root().version());
        assertArrayEquals(repository.rootFile(3), database.content(StoredName.ROOT));
    }

    /** Else the timestamp of the root after the next one would be forgotten, by what the next one says. */
    @Test
    void whatAnotherProcessHasStoredUnderALaterRootIsNotForgotten() throws TufException {
        Eventful database = new Eventful();
        database.newClient(repository).refresh();
        for (int i = 0; i < 2; i++) {
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot();
        }
        repository.publish();
        byte[] old = repository.fileNamed("timestamp.json");
        repository.publish();
        database.replaced = StoredName.rootVersion(2);
        database.event = () -> {
            assertDoesNotThrow(() -> database.newClient(repository).refresh());
            repository.files.put("timestamp.json", old);
        };
        refuses(Reason.ROLLBACK, "timestamp", "5.4.3.1", database.newClient(repository)::refresh);
    }

    /** Nobody has known one yet, or another process has forgotten it by a root that is not known here. */
    @Test
    void aTimestampThatAnotherProcessHasForgottenIsNotReplacedByTheKeysThatAreGone() throws TufException {
        Eventful database = new Eventful();
        repository.publish();
        byte[] old = repository.fileNamed("timestamp.json");
        repository.publish();
        database.newClient(repository).refresh();
        database.before = StoredName.TIMESTAMP;
        database.event = () -> {
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot();
            repository.failOn = "timestamp.json";
            assertThrows(
                    TufException.class, () -> database.newClient(repository).refresh());
            repository.failOn = null;
            repository.files.put("timestamp.json", old);
        };
        TufClient slow = database.newClient(repository);
        refuses(Reason.THRESHOLD_NOT_MET, "timestamp", "5.4.2", slow::refresh);
        assertEquals(0, database.content(StoredName.TIMESTAMP).length);
        repository.writeAll();
        assertEquals(2, slow.refresh().trusted().root().version());
    }
}
