package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TestRepository.sign;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TUF 5.2 and 5.3. */
class RootRotationTest {
    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();
    private final SigningKey firstKey = repository.keysOf(TopLevelRole.ROOT).get(0);
    private final SigningKey newKey = SigningKey.ed25519();

    @Test
    void followsAChainOfNewKeys() throws TufException, IOException {
        repository.rotateRoot(newKey);
        repository.rotateRoot(SigningKey.ed25519(), SigningKey.ed25519());
        repository.rotateRoot();
        TrustedMetadata metadata = repository.client(store).refresh().trusted();
        assertEquals(4, metadata.root().version());
        assertArrayEquals(
                repository.rootFile(4), store.load(StoredName.ROOT, 100_000).orElseThrow());
    }

    @Test
    void storedLinksOfTheChainAreNotAskedForAgain() throws TufException {
        repository.rotateRoot(newKey);
        repository.rotateRoot(firstKey);
        repository.client(store).refresh();
        repository.takeRequests();
        assertEquals(3, repository.client(store).refresh().trusted().root().version());
        assertEquals(List.of("4.root.json", "timestamp.json"), repository.takeRequests());
    }

    @Test
    void aDamagedLinkIsFetchedAgain() throws TufException, IOException {
        repository.rotateRoot(newKey);
        repository.rotateRoot(firstKey);
        repository.client(store).refresh();
        store.store(StoredName.rootVersion(2), new byte[] {'{'});
        store.store(StoredName.ROOT, new byte[0]);
        assertEquals(3, repository.client(store).refresh().trusted().root().version());
        assertArrayEquals(
                repository.rootFile(3), store.load(StoredName.ROOT, 100_000).orElseThrow());
    }

    /** GHSA-9pfj-pjv5-22gj. */
    @Test
    void aWritableStoreIsNotTrustedBeyondWhatItProves() throws TufException, IOException {
        TestRepository attacker = new TestRepository();
        attacker.rotateRoot();
        store.store(StoredName.ROOT, attacker.rootFile(2));
        store.store(StoredName.rootVersion(2), attacker.rootFile(2));
        TrustedMetadata metadata = repository.client(store).refresh().trusted();
        assertEquals(1, metadata.root().version());
        assertArrayEquals(
                repository.rootFile(1), store.load(StoredName.ROOT, 100_000).orElseThrow());
    }

    @Test
    void aRepositoryCannotHideARootThatIsStored() throws TufException {
        repository.rotateRoot(newKey);
        repository.client(store).refresh();
        repository.files.remove("2.root.json");
        assertEquals(2, repository.client(store).refresh().trusted().root().version());
    }

    @Test
    void theRootMayComeFromTheStore() throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        repository.rotateRoot(newKey);
        TufClient client = repository.clientOfStoredRoot(store);
        assertEquals(2, client.refresh().trusted().root().version());
        repository.takeRequests();
        assertEquals(2, client.refresh().trusted().root().version());
        assertEquals(List.of("3.root.json", "timestamp.json"), repository.takeRequests());
    }

    @Test
    void aStoreWithoutARootIsRefusedBeforeAnyRequest() {
        TufClient client = repository.clientOfStoredRoot(store);
        refuses(Reason.NO_TRUSTED_ROOT, "root", "5.2", client::refresh);
        assertTrue(repository.requests.isEmpty());
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without such checks can give
    void aClientWithoutARootIsNotMade() {
        assertThrows(NullPointerException.class, () -> TufClient.of(repository, store, null));
    }

    /** Else each process would take the repository back to wherever somebody wants it. */
    @Test
    @SuppressWarnings("NullAway") // what a caller without such checks can give
    void aClientWithoutAStoreIsNotMade() {
        byte[] root = repository.rootFile(1);
        assertThrows(NullPointerException.class, () -> TufClient.of(repository, null, root));
        assertThrows(NullPointerException.class, () -> TufClient.ofStoredRoot(repository, null));
    }

    @Test
    void theTrustedRootIsVerifiedAgainstItselfBeforeAnyRequest() {
        byte[] foreign = sign(repository.root, List.of(newKey));
        TufClient client = repository.client(store, foreign);
        TufException e = refuses(Reason.THRESHOLD_NOT_MET, "root", "5.2", client::refresh);
        assertEquals(0, e.threshold().orElseThrow().have());
        assertTrue(repository.requests.isEmpty());
    }

    @Test
    void aNewRootMustBeSignedByTheOldKeys() {
        repository.setKeys(TopLevelRole.ROOT, 1, newKey);
        repository.bump(TopLevelRole.ROOT);
        repository.writeRoot(List.of(newKey));
        refuses(
                Reason.THRESHOLD_NOT_MET,
                "root",
                "5.3.4",
                () -> repository.client(store).refresh());
    }

    @Test
    void aNewRootMustBeSignedByItsOwnKeys() throws IOException {
        repository.setKeys(TopLevelRole.ROOT, 1, newKey);
        repository.bump(TopLevelRole.ROOT);
        repository.writeRoot(List.of(firstKey));
        refuses(
                Reason.THRESHOLD_NOT_MET,
                "root",
                "5.3.4",
                () -> repository.client(store).refresh());
        // CVE-2020-15163: what was refused is not on disk either.
        assertArrayEquals(
                repository.rootFile(1), store.load(StoredName.ROOT, 100_000).orElseThrow());
        assertTrue(store.load(StoredName.rootVersion(2), 100_000).isEmpty());
    }

    @Test
    void aNewRootMustMeetBothThresholds() throws TufException {
        SigningKey second = SigningKey.ed25519();
        repository.setKeys(TopLevelRole.ROOT, 2, firstKey, newKey, second);
        repository.writeRoot();
        repository.setKeys(TopLevelRole.ROOT, 2, second, SigningKey.ed25519());
        repository.bump(TopLevelRole.ROOT);
        List<SigningKey> all = new ArrayList<>(repository.keysOf(TopLevelRole.ROOT));
        repository.writeRoot(all);
        TufException e = refuses(
                Reason.THRESHOLD_NOT_MET,
                "root",
                "5.3.4",
                () -> repository.client(store).refresh());
        assertEquals(1, e.threshold().orElseThrow().have());
        assertEquals(2, e.threshold().orElseThrow().need());
        all.add(newKey);
        repository.writeRoot(all);
        assertEquals(2, repository.client(store).refresh().trusted().root().version());
    }

    /** CVE-2025-2885. */
    @Test
    void theVersionIsExactlyTheNext() throws TufException {
        for (long version : new long[] {1, 3, 1_000_000, Long.MAX_VALUE}) {
            repository.root.put("version", version);
            repository.files.put("2.root.json", sign(repository.root, List.of(firstKey)));
            TufException e = refuses(
                    Reason.WRONG_VERSION,
                    "root",
                    "5.3.5",
                    () -> repository.client(store).refresh());
            assertEquals(2, e.expectedVersion().orElseThrow());
            assertEquals(version, e.actualVersion().orElseThrow());
        }
    }

    /** NCC CS-DRNT15-3, cure53 TUF-01-002: a huge version locks nobody out. */
    @Test
    void theLastVersionThereIsHasNoNext() throws TufException {
        repository.root.put("version", Long.MAX_VALUE);
        byte[] last = sign(repository.root, List.of(firstKey));
        TufClient client = repository.client(store, last);
        assertEquals(Long.MAX_VALUE, client.refresh().trusted().root().version());
        assertEquals("timestamp.json", repository.takeRequests().get(0));
    }

    @Test
    void onlyTheLastRootMayNotHaveExpired() throws TufException {
        repository.root.put("expires", "2029-01-01T00:00:00Z");
        repository.writeRoot();
        repository.rotateRoot();
        repository.root.put("expires", "2030-06-01T00:00:00Z");
        repository.rotateRoot();
        assertEquals(3, repository.client(store).refresh().trusted().root().version());
        repository.root.put("expires", NOW.toString());
        repository.rotateRoot();
        TufException e = refuses(
                Reason.EXPIRED, "root", "5.3.10", () -> repository.client(store).refresh());
        assertEquals(NOW, e.expires().orElseThrow());
        // It stays stored: the next refresh goes on from it.
        repository.root.put("expires", "2030-06-01T00:00:00Z");
        repository.rotateRoot();
        repository.takeRequests();
        assertEquals(5, repository.client(store).refresh().trusted().root().version());
        assertEquals("5.root.json", repository.takeRequests().get(0));
    }

    /** CVE-2015-9259, NCC CS-DRNT15-2. */
    @Test
    void anExpiredRootEndsTheRefreshBeforeTheTimestamp() {
        repository.root.put("expires", "2029-01-01T00:00:00Z");
        repository.writeRoot();
        refuses(Reason.EXPIRED, "root", "5.3.10", () -> repository.client(store).refresh());
        assertEquals(List.of("2.root.json"), repository.takeRequests());
    }

    @Test
    void oneRefreshFetchesALimitedNumberOfRootsAndTheNextGoesOn() throws TufException {
        for (int i = 0; i < 5; i++) {
            repository.rotateRoot();
        }
        TufClient client =
                repository.client(store).withLimits(TufLimits.defaults().withRootRotations(3));
        assertEquals(4, client.refresh().trusted().root().version());
        assertEquals(6, client.refresh().trusted().root().version());
    }

    @Test
    void fastForwardedVersionsAreForgottenWhenTheKeysChange() throws TufException {
        for (TopLevelRole role : List.of(TopLevelRole.TIMESTAMP, TopLevelRole.SNAPSHOT, TopLevelRole.TARGETS)) {
            repository.signed(role).put("version", Long.MAX_VALUE);
        }
        repository.writeAll();
        repository.client(store).refresh();
        for (TopLevelRole role : List.of(TopLevelRole.TIMESTAMP, TopLevelRole.SNAPSHOT, TopLevelRole.TARGETS)) {
            repository.signed(role).put("version", 2L);
        }
        repository.writeAll();
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());

        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, SigningKey.ed25519());
        repository.rotateRoot();
        repository.writeAll();
        assertEquals(
                2,
                repository
                        .client(store)
                        .refresh()
                        .trusted()
                        .targets()
                        .orElseThrow()
                        .version());
    }

    @Test
    void aChangeOfTheSnapshotKeyAloneAlsoForgetsTheTimestamp() throws TufException {
        repository.fastForwardAndChangeTheKeyOfTheSnapshot(store);
        // Also when the first refresh that saw the new keys got no further than the root.
        repository.failOn = "timestamp.json";
        refuses(
                Reason.FETCH_FAILED,
                "timestamp",
                "5.4.1",
                () -> repository.client(store).refresh());
        repository.failOn = null;
        assertEquals(
                2,
                repository
                        .client(store)
                        .refresh()
                        .trusted()
                        .snapshot()
                        .orElseThrow()
                        .version());
    }

    @Test
    void newKeysOfOtherRolesForgetNothing() throws TufException {
        repository.publish();
        repository.client(store).refresh();
        repository.setKeys(TopLevelRole.TARGETS, 1, SigningKey.ed25519());
        repository.rotateRoot(newKey);
        repository.timestamp.put("version", 1L);
        repository.writeAll();
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
    }

    /** TUF 5.3.11 is about keys, not about what they are called. */
    @Test
    void anotherKeyIdOfTheSameKeyForgetsNothing() throws TufException {
        SigningKey key = repository.keysOf(TopLevelRole.TIMESTAMP).get(0);
        object(repository.root, "roles", "timestamp").put("keyids", List.of(key.keyId(), "declared nowhere"));
        repository.rotateRoot();
        repository.publish();
        repository.client(store).refresh();
        repository.declare("another id", key);
        object(repository.root, "roles", "timestamp")
                .put("keyids", List.of(key.keyId(), "declared nowhere", "another id"));
        repository.rotateRoot();
        repository.timestamp.put("version", 1L);
        repository.writeTimestamp();
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
    }

    /** TUF 5.3.11 is for versions that a key which is gone has signed; all others are still the signers' word. */
    @ParameterizedTest
    @CsvSource({"TIMESTAMP, 1", "SNAPSHOT, 1", "SNAPSHOT, 2"})
    void aKeyThatIsOnlyAddedForgetsNothing(TopLevelRole role, int threshold) throws TufException {
        repository.publish();
        repository.client(store).refresh();
        repository.setKeys(role, threshold, repository.keysOf(role).get(0), SigningKey.ed25519());
        repository.rotateRoot();
        repository.timestamp.put("version", 1L);
        repository.writeTimestamp();
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
    }

    /** That the signers have become more does not make what they signed before somebody else's word. */
    @ParameterizedTest
    @EnumSource(
            value = TopLevelRole.class,
            names = {"TIMESTAMP", "SNAPSHOT"})
    void aThresholdThatNobodyMeetsYetForgetsNothing(TopLevelRole role) throws TufException, IOException {
        repository.client(store).refresh();
        byte[] timestamp = repository.fileNamed("timestamp.json");
        byte[] snapshot = repository.fileNamed("1.snapshot.json");
        repository.setKeys(role, 3, repository.keysOf(role).get(0), SigningKey.ed25519());
        repository.rotateRoot();
        repository.publish();
        refuses(
                Reason.THRESHOLD_NOT_MET,
                role.roleName(),
                MetadataRole.of(role).steps().threshold(),
                () -> repository.client(store).refresh());
        assertArrayEquals(snapshot, store.load(StoredName.SNAPSHOT, 100_000).orElseThrow());
        if (role == TopLevelRole.TIMESTAMP) {
            assertArrayEquals(
                    timestamp, store.load(StoredName.TIMESTAMP, 100_000).orElseThrow());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TopLevelRole.class,
            names = {"TIMESTAMP", "SNAPSHOT"})
    void aThresholdThatIsRaisedIsMetByWhatIsPublishedNext(TopLevelRole role) throws TufException {
        repository.publish();
        repository.client(store).refresh();
        repository.setKeys(role, 2, repository.keysOf(role).get(0), SigningKey.ed25519());
        repository.rotateRoot();
        repository.publish();
        TrustedMetadata newest = repository.client(store).refresh().trusted();
        assertEquals(3, newest.timestamp().orElseThrow().version());
        assertEquals(3, newest.snapshot().orElseThrow().version());
    }

    @ParameterizedTest
    @EnumSource(
            value = TopLevelRole.class,
            names = {"TIMESTAMP", "SNAPSHOT"})
    void oneOfSeveralKeysThatIsTakenAwayForgetsNothingThatTheOthersSigned(TopLevelRole role) throws TufException {
        SigningKey stays = repository.keysOf(role).get(0);
        repository.setKeys(role, 1, stays, SigningKey.ed25519());
        repository.rotateRoot();
        repository.publish();
        repository.client(store).refresh();
        repository.setKeys(role, 1, stays);
        repository.rotateRoot();
        repository.timestamp.put("version", 1L);
        repository.writeTimestamp();
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
    }

    @ParameterizedTest
    @EnumSource(
            value = TopLevelRole.class,
            names = {"TIMESTAMP", "SNAPSHOT"})
    void whatOnlyTheKeySignedThatIsTakenAwayIsForgotten(TopLevelRole role) throws TufException {
        SigningKey stays = repository.keysOf(role).get(0);
        SigningKey stolen = SigningKey.ed25519();
        repository.setKeys(role, 1, stays, stolen);
        repository.rotateRoot();
        repository.keys.put(role, List.of(stolen));
        repository.snapshot.put("version", 1_000L);
        repository.timestamp.put("version", 1_000L);
        repository.writeAll();
        repository.client(store).refresh();
        repository.setKeys(role, 1, stays);
        repository.rotateRoot();
        repository.snapshot.put("version", 2L);
        repository.timestamp.put("version", 2L);
        repository.writeAll();
        TrustedMetadata recovered = repository.client(store).refresh().trusted();
        assertEquals(2, recovered.timestamp().orElseThrow().version());
        assertEquals(2, recovered.snapshot().orElseThrow().version());
    }

    /** The stored snapshot is an honest one, and the version that the stored timestamp lists is not. */
    @Test
    void aSnapshotThatNobodyHasSeenIsForgottenWithTheKeyThatMayHaveSignedIt() throws TufException {
        SigningKey stays = repository.keysOf(TopLevelRole.SNAPSHOT).get(0);
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, stays, SigningKey.ed25519());
        repository.rotateRoot();
        repository.publish();
        repository.client(store).refresh();
        repository.snapshot.put("version", 1_000L);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeAll();
        repository.failOn = "1000.snapshot.json";
        refuses(
                Reason.FETCH_FAILED,
                "snapshot",
                "5.5.1",
                () -> repository.client(store).refresh());
        repository.failOn = null;
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, stays);
        repository.rotateRoot();
        repository.snapshot.put("version", 3L);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeAll();
        TrustedMetadata recovered = repository.client(store).refresh().trusted();
        assertEquals(3, recovered.snapshot().orElseThrow().version());
    }

    @Test
    void anOversizeRootIsRefused() {
        object(repository.root, "padding").put("x", "x".repeat(600_000));
        repository.rotateRoot();
        TufException e = refuses(
                Reason.LIMIT_EXCEEDED,
                "root",
                "5.3.3",
                () -> repository.client(store).refresh());
        assertEquals(512_000, e.limit().orElseThrow());
    }

    @Test
    void anAnswerThatIsNoAnswerEndsTheRefresh() {
        repository.failOn = "2.root.json";
        TufException e = refuses(
                Reason.FETCH_FAILED,
                "root",
                "5.3.3",
                () -> repository.client(store).refresh());
        assertTrue(e.getCause() instanceof IOException);
    }

    /**
     * An old program and a new one share a store; the old one has to find its way to the root that came with the new.
     */
    @Test
    void anOlderProgramForgetsNothingThatANewerOneHasAccepted() throws TufException {
        SigningKey newer = SigningKey.ed25519();
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, newer);
        repository.rotateRoot();
        repository.publish();
        repository.publish();
        byte[] before = repository.fileNamed("timestamp.json");
        repository.publish();
        TufClient current = repository.client(store, repository.rootFile(2));
        current.refresh();
        repository.files.put("timestamp.json", before);
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
        refuses(Reason.ROLLBACK, "timestamp", "5.4.3.1", current::refresh);
    }

    @Test
    void aMissingLinkIsNoReasonToForget() throws TufException, IOException {
        for (int i = 0; i < 3; i++) {
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot();
        }
        repository.publish();
        byte[] before = repository.fileNamed("timestamp.json");
        repository.publish();
        repository.client(store).refresh();
        store.remove(StoredName.rootVersion(2));
        repository.files.put("timestamp.json", before);
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
    }

    private TufClient shippedWith(byte[] root) {
        return repository.client(store, root);
    }

    /** What a refresh by a program with the newest root leaves, and then the mirror shows its first timestamp again. */
    private byte[] newerProgramWasThereFirst() throws TufException {
        repository.publish();
        byte[] before = repository.fileNamed("timestamp.json");
        repository.publish();
        byte[] newest = repository.rootFile(repository.version(TopLevelRole.ROOT));
        shippedWith(newest).refresh();
        repository.files.put("timestamp.json", before);
        return newest;
    }

    private List<byte[]> floors() throws IOException {
        List<byte[]> floors = new ArrayList<>();
        for (StoredName name : List.of(StoredName.ROOT, StoredName.TIMESTAMP, StoredName.SNAPSHOT)) {
            floors.add(store.load(name, 100_000).orElseThrow());
        }
        return floors;
    }

    private void assertFloors(List<byte[]> before) throws IOException {
        List<byte[]> now = floors();
        for (int i = 0; i < before.size(); i++) {
            assertArrayEquals(before.get(i), now.get(i));
        }
    }

    /** Anybody can add one to a file, and the root in it is the same. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneMoreSignatureOnARootForgetsNothing(boolean shippedHasOldSignatures) throws TufException, IOException {
        repository.rotateRoot(newKey);
        byte[] published = repository.rootFile(2);
        if (!shippedHasOldSignatures) {
            repository.writeRoot(List.of(newKey));
        }
        byte[] newest = newerProgramWasThereFirst();
        List<byte[]> before = floors();
        String more = new String(published, StandardCharsets.UTF_8)
                .replaceFirst("\"signatures\" *: *\\[", "\"signatures\":[{\"keyid\":\"zz\",\"sig\":\"00\"},");
        repository.files.put("2.root.json", more.getBytes(StandardCharsets.UTF_8));
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
        assertArrayEquals(
                before.get(1), store.load(StoredName.TIMESTAMP, 100_000).orElseThrow());
        refuses(Reason.ROLLBACK, "timestamp", "5.4.3.1", shippedWith(newest)::refresh);
    }

    /** Somebody else's root.json is no reason to forget what the keys that are left have signed. */
    @Test
    void aForeignRootInTheStoreForgetsNothingThatTheChainVouchesFor() throws TufException, IOException {
        repository.publish();
        byte[] old = repository.fileNamed("timestamp.json");
        repository.publish();
        repository.client(store).refresh();
        TestRepository foreign = new TestRepository();
        foreign.rotateRoot();
        store.store(StoredName.ROOT, foreign.rootFile(2));
        repository.rotateRoot();
        repository.files.put("timestamp.json", old);
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
    }

    /** A mirror that keeps the next root back keeps nothing back that the store has. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theStoredRootIsTakenWhereTheRepositoryHidesIt(boolean oldHasExpired) throws TufException, IOException {
        if (oldHasExpired) {
            repository.root.put("expires", "2029-01-01T00:00:00Z");
            repository.writeRoot();
            repository.root.put("expires", "2030-06-01T00:00:00Z");
        }
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        repository.rotateRoot(newKey);
        byte[] newest = newerProgramWasThereFirst();
        List<byte[]> before = floors();
        repository.files.remove("2.root.json");
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
        assertFloors(before);
        refuses(Reason.ROLLBACK, "timestamp", "5.4.3.1", shippedWith(newest)::refresh);
        repository.publish();
        assertEquals(2, repository.client(store).refresh().trusted().root().version());
        assertEquals(2, repository.client(store).offline().trusted().root().version());
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void aRepositoryThatHidesRootsIsRefusedAndForgetsNothing(boolean newRootKeys, boolean oldHasExpired)
            throws TufException, IOException {
        if (oldHasExpired) {
            repository.root.put("expires", "2029-01-01T00:00:00Z");
            repository.writeRoot();
            repository.root.put("expires", "2030-06-01T00:00:00Z");
        }
        for (int i = 0; i < 2; i++) {
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot(newRootKeys ? new SigningKey[] {SigningKey.ed25519()} : new SigningKey[0]);
        }
        byte[] newest = newerProgramWasThereFirst();
        List<byte[]> before = floors();
        byte[] link = repository.rootFile(2);
        repository.files.remove("2.root.json");
        TufException e = refuses(
                Reason.ROLLBACK, "root", "5.3.5", () -> repository.client(store).refresh());
        assertEquals(3, e.expectedVersion().orElseThrow());
        assertEquals(1, e.actualVersion().orElseThrow());
        refuses(Reason.ROLLBACK, "root", "5.3.5", () -> repository.client(store).refreshAllowingExpired());
        assertFloors(before);
        refuses(Reason.ROLLBACK, "timestamp", "5.4.3.1", shippedWith(newest)::refresh);
        repository.files.put("2.root.json", link);
        repository.publish();
        assertEquals(3, repository.client(store).refresh().trusted().root().version());
    }

    @Test
    void aForeignRootInTheStoreStaysWhereTheChainEndsWithAnExpiredOne() throws TufException, IOException {
        repository.client(store).refresh();
        TestRepository foreign = new TestRepository();
        foreign.rotateRoot();
        store.store(StoredName.ROOT, foreign.rootFile(2));
        List<byte[]> before = floors();
        repository.root.put("expires", "2029-01-01T00:00:00Z");
        repository.writeRoot();
        refuses(Reason.EXPIRED, "root", "5.3.10", () -> repository.client(store).refresh());
        assertFloors(before);
    }

    @Test
    void aChainThatOneRefreshMayNotAskForGoesOnWithTheNext() throws TufException, IOException {
        for (int i = 0; i < 4; i++) {
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot();
        }
        newerProgramWasThereFirst();
        List<byte[]> before = floors();
        TufClient slow =
                repository.client(store).withLimits(TufLimits.defaults().withRootRotations(2));
        refuses(Reason.ROLLBACK, "root", "5.3.5", slow::refresh);
        assertFloors(before);
        repository.publish();
        assertEquals(5, slow.refresh().trusted().root().version());
    }

    /** A later version of the library may know what this one does not. */
    @Test
    void aLaterRootOfASchemeThatIsNotKnownHereIsNotReplaced() throws TufException, IOException {
        byte[] first = repository.rootFile(1);
        repository.client(store).refresh();
        List<SigningKey> signers = new ArrayList<>(repository.keysOf(TopLevelRole.ROOT));
        SigningKey future = SigningKey.ed25519();
        repository.setKeys(TopLevelRole.ROOT, 1, future);
        TestRepository.object(repository.root, "keys", future.keyId()).put("scheme", "from-the-future");
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        signers.add(future);
        repository.bump(TopLevelRole.ROOT);
        repository.writeRoot(signers);
        store.store(StoredName.ROOT, repository.rootFile(2));
        List<byte[]> before = floors();
        repository.files.remove("2.root.json");
        TufClient older = repository.client(store, first);
        TufException e = assertThrows(TufException.class, older::refresh);
        assertEquals(Reason.THRESHOLD_NOT_MET, e.reason());
        assertFloors(before);
    }

    /** What a stricter client does not want of a root does not make an older one the newest. */
    @Test
    void aLaterRootThatTheClientDoesNotWantIsNotReplaced() throws TufException, IOException {
        repository.declare("not-its-hash", SigningKey.ed25519());
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        byte[] first = repository.rootFile(1);
        repository.rotateRoot();
        newerProgramWasThereFirst();
        List<byte[]> before = floors();
        repository.files.remove("2.root.json");
        TufClient strict = repository.client(store, first).withKeyIds(KeyIds.RECOMPUTED);
        refuses(Reason.WRONG_KEY_ID, "root", "5.3.4", strict::refresh);
        assertFloors(before);
    }
}
