package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store whose root.json is another than that to which the trusted root leads. */
class RootAheadTest {
    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();
    private final SigningKey snapshotKey =
            repository.keysOf(TopLevelRole.SNAPSHOT).get(0);

    /** What the listener was told of roots. */
    private final List<String> told = new ArrayList<>();

    private TufClient listening() {
        return repository.client(store).withListener(new TufListener() {
            @Override
            public void storedFileRefused(String role, TufException why) {
                tell(role, "refused " + why.reason());
            }

            @Override
            public void fileTrusted(String role, long version) {
                tell(role, "trusted " + version);
            }
        });
    }

    private void tell(String role, String what) {
        if (role.equals("root")) {
            told.add(what);
        }
    }

    private byte[] stored(StoredName name) throws IOException {
        return store.load(name, 100_000).orElseThrow();
    }

    /** {@return what the repository's root says now, but of a line that somebody else has begun} */
    private byte[] foreignRoot(long version) {
        SigningKey[] keys = repository.keysOf(TopLevelRole.ROOT).toArray(new SigningKey[0]);
        long before = repository.version(TopLevelRole.ROOT);
        SigningKey others = SigningKey.ed25519();
        repository.setKeys(TopLevelRole.ROOT, 1, others);
        repository.root.put("version", version);
        byte[] file = TestRepository.sign(repository.root, List.of(others));
        repository.root.put("version", before);
        repository.setKeys(TopLevelRole.ROOT, 1, keys);
        return file;
    }

    private void publishSnapshot(long version) {
        repository.snapshot.put("version", version);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeAll();
    }

    /** The stored timestamp lists a snapshot that only a key of that root has signed. */
    private byte[] somebodyRefreshesByAForeignRoot() throws TufException {
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, SigningKey.ed25519());
        byte[] foreign = foreignRoot(2);
        publishSnapshot(1_000);
        repository.client(store, foreign).refresh();
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, snapshotKey);
        return foreign;
    }

    @Test
    void whatOnlyAForeignRootHasVouchedForIsForgottenWithIt() throws TufException, IOException {
        assertArrayEquals(somebodyRefreshesByAForeignRoot(), stored(StoredName.ROOT));
        publishSnapshot(2);
        TrustedMetadata metadata = listening().refresh().trusted();
        assertEquals(2, metadata.snapshot().orElseThrow().version());
        assertArrayEquals(repository.rootFile(1), stored(StoredName.ROOT));
        assertEquals(List.of(), told, "the root is the one that was shipped");
    }

    @Test
    void aForeignRootGivesWayToTheOneOfItsVersion() throws TufException, IOException {
        somebodyRefreshesByAForeignRoot();
        repository.rotateRoot();
        publishSnapshot(2);
        TrustedMetadata metadata = listening().refresh().trusted();
        assertEquals(2, metadata.snapshot().orElseThrow().version());
        assertArrayEquals(repository.rootFile(2), stored(StoredName.ROOT));
        assertEquals(List.of("trusted 2"), told);
    }

    /** It has the keys of the newest root, but was not there yet when the snapshot was stored. */
    @Test
    void aForeignRootHidesNoChangeOfKeysThatCameBeforeIt() throws TufException, IOException {
        publishSnapshot(1_000);
        repository.client(store).refresh();
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, SigningKey.ed25519());
        repository.rotateRoot();
        store.store(StoredName.ROOT, foreignRoot(3));
        publishSnapshot(2);
        TrustedMetadata metadata = listening().refresh().trusted();
        assertEquals(2, metadata.snapshot().orElseThrow().version());
        assertArrayEquals(repository.rootFile(2), stored(StoredName.ROOT));
        assertEquals(List.of("trusted 2"), told);
    }

    @Test
    void aRootThatOnlyTheStoreHasIsToldOf() throws TufException, IOException {
        repository.rotateRoot();
        byte[] newest = repository.rootFile(2);
        repository.client(store, newest).refresh();
        repository.files.remove("2.root.json");
        listening().refresh();
        assertEquals(List.of("trusted 2"), told);
        assertArrayEquals(newest, stored(StoredName.rootVersion(2)));
    }

    @Test
    void saysWhetherToRefreshAgainOrToMendTheRepository() throws TufException {
        for (int i = 0; i < 4; i++) {
            repository.rotateRoot();
        }
        repository.client(store, repository.rootFile(5)).refresh();
        TufClient slow =
                repository.client(store).withLimits(TufLimits.defaults().withRootRotations(1));
        TufException e = refuses(Reason.ROLLBACK, "root", "5.3.5", slow::refresh);
        assertTrue(String.valueOf(e.getMessage()).contains("TufLimits"), e::getMessage);
        repository.files.remove("3.root.json");
        e = refuses(Reason.ROLLBACK, "root", "5.3.5", slow::refresh);
        assertFalse(String.valueOf(e.getMessage()).contains("TufLimits"), e::getMessage);
        assertTrue(String.valueOf(e.getMessage()).contains("has to have every root"), e::getMessage);
    }

    /** What the client does not want of a root is a reason to stop only where that is later than its own. */
    @Test
    void aRootThatTheClientDoesNotWantIsReplacedWhereItIsNoLater() throws TufException, IOException {
        repository.rotateRoot();
        store.store(StoredName.rootVersion(2), repository.rootFile(2));
        repository.declare("not-its-hash", SigningKey.ed25519());
        store.store(StoredName.ROOT, TestRepository.sign(repository.root, repository.keysOf(TopLevelRole.ROOT)));
        TufClient strict = listening().withKeyIds(KeyIds.RECOMPUTED);
        assertEquals(2, strict.refresh().trusted().root().version());
        assertArrayEquals(repository.rootFile(2), stored(StoredName.ROOT));
        assertEquals(List.of("refused WRONG_KEY_ID"), told);
    }

    @Test
    void aLinkThatDoesNotFollowIsToldOfOnce() throws TufException, IOException {
        store.store(StoredName.rootVersion(2), new byte[] {'{'});
        listening().refresh();
        assertEquals(List.of("refused MALFORMED"), told);
    }

    /** The snapshot is signed by a key that stays, and lists what the new timestamp's one does not. */
    @Test
    void aKillBetweenForgettingTheTimestampAndTheSnapshotKeepsNeither() throws TufException, IOException {
        repository.targets.put("version", 1_000L);
        repository.writeAll();
        repository.client(store).refresh();
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        repository.rotateRoot();
        repository.targets.put("version", 2L);
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeAll();
        store.store(StoredName.rootVersion(2), repository.rootFile(2));
        store.remove(StoredName.TIMESTAMP);
        TrustedMetadata metadata = repository.client(store).refresh().trusted();
        assertEquals(2, metadata.targets().orElseThrow().version());
    }
}
