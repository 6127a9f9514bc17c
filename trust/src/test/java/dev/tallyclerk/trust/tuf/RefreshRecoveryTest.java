package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a refresh asks for, what it stores, and that no failure keeps the next one from working. */
class RefreshRecoveryTest {
    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();

    @Test
    void aListenerThatRefreshesDoesNotWaitForItself() {
        List<TufException> failures = new ArrayList<>();
        TufListener listener = new TufListener() {
            @Override
            public void fileTrusted(String role, long version) {
                failures.add(assertThrows(TufException.class, repository.client(store)::refresh));
            }
        };
        assertDoesNotThrow(repository.client(store).withListener(listener)::refresh);
        assertEquals(
                List.of(Reason.STORE_FAILED),
                failures.stream().map(TufException::reason).distinct().toList());
    }

    @Test
    void anInterruptIsNoFailureOfTheStore() throws IOException {
        MetadataStore.Claim claim = store.claim();
        AtomicReference<Object> outcome = new AtomicReference<>();
        Thread other = new Thread(() -> {
            Thread.currentThread().interrupt();
            outcome.set(assertThrows(TufException.class, repository.client(store)::refresh)
                    .reason());
        });
        other.start();
        assertDoesNotThrow(() -> other.join());
        claim.close();
        assertEquals(Reason.INTERRUPTED, outcome.get());
    }

    @Test
    @SuppressWarnings("NullAway") // what no store may do
    void aStoreThatGivesNoClaimIsNotUsed() {
        MetadataStore careless = new DyingStore(store, 9) {
            @Override
            public Claim claim() {
                return null;
            }
        };
        NullPointerException e = assertThrows(NullPointerException.class, repository.client(careless)::refresh);
        assertEquals("the store gave no claim", e.getMessage());
    }

    @Test
    @SuppressWarnings("NullAway") // what no fetcher and no store may do
    void aFetcherOrAStoreThatGivesNoAnswerIsNotUsed() {
        TufClient deaf = TufClient.of((name, max) -> null, store, repository.rootFile(1));
        NullPointerException e = assertThrows(NullPointerException.class, deaf::refresh);
        assertEquals("the fetcher gave no answer", e.getMessage());
        MetadataStore careless = new DyingStore(store, 9) {
            @Override
            public Optional<byte[]> load(StoredName name, int maxBytes) {
                return null;
            }
        };
        e = assertThrows(NullPointerException.class, repository.client(careless)::refresh);
        assertEquals("the store gave no answer", e.getMessage());
    }

    @Test
    void asksInTheSpecifiedOrderAndForNothingElse() throws TufException {
        repository.rotateRoot();
        repository.client(store).refresh();
        assertEquals(
                List.of("2.root.json", "3.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"),
                repository.takeRequests());
        repository.client(store).refresh();
        assertEquals(List.of("3.root.json", "timestamp.json"), repository.takeRequests());
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeSnapshot();
        repository.writeTimestamp();
        repository.client(store).refresh();
        assertEquals(List.of("3.root.json", "timestamp.json", "2.snapshot.json"), repository.takeRequests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.root.json", "3.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"})
    void aDroppedConnectionAtAnyFileDoesNotKeepTheNextRefreshFromWorking(String fileName) throws TufException {
        repository.client(store).refresh();
        repository.rotateRoot(SigningKey.ed25519());
        repository.publish();
        repository.failOn = fileName;
        assertEquals(
                Reason.FETCH_FAILED,
                assertThrows(TufException.class, () -> repository.client(store).refresh())
                        .reason());
        repository.failOn = null;
        TrustedMetadata metadata = repository.client(store).refresh().trusted();
        assertEquals(2, metadata.root().version());
        assertEquals(2, metadata.targets().orElseThrow().version());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void aKillBetweenAnyTwoStepsDoesNotKeepTheNextRefreshFromWorking(int changes) throws TufException {
        repository.client(store).refresh();
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, SigningKey.ed25519());
        repository.rotateRoot(SigningKey.ed25519());
        repository.publish();
        MetadataStore dying = new DyingStore(store, changes);
        if (changes < 7) {
            var e = assertThrows(
                    TufException.class, () -> repository.client(dying).refresh());
            assertEquals(Reason.STORE_FAILED, e.reason());
            assertTrue(e.getCause() instanceof IOException);
        } else {
            repository.client(dying).refresh();
        }
        TrustedMetadata metadata = repository.client(store).refresh().trusted();
        assertEquals(2, metadata.root().version());
        assertEquals(2, metadata.timestamp().orElseThrow().version());
        assertEquals(2, metadata.targets().orElseThrow().version());
    }

    /** TUF 5.3.11: who has the new root and still knows the version from before can never get past it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void aKillBetweenAnyTwoStepsDoesNotKeepAVersionThatNewKeysForget(int changes) throws TufException {
        repository.fastForwardAndChangeTheKeyOfTheSnapshot(store);
        MetadataStore dying = new DyingStore(store, changes);
        assertThrows(TufException.class, () -> repository.client(dying).refresh());
        TrustedMetadata metadata = repository.client(store).refresh().trusted();
        assertEquals(2, metadata.snapshot().orElseThrow().version());
    }

    /** {@return a client that trusts the root of a store, and asks again an hour after somebody has} */
    private TufClient clientThatAsksHourly(MetadataStore ofRoot, Instant now) {
        return repository
                .clientOfStoredRoot(ofRoot)
                .withFreshnessWindow(Duration.ofHours(1))
                .withClock(Clock.fixed(now, ZoneOffset.UTC));
    }

    /** With the two files more that are kept of such a client: the copy of the root, and when it has asked last. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void aKillBetweenAnyTwoStepsHidesNothingFromAClientOfTheStoredRoot(int changes) throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        clientThatAsksHourly(store, TestRepository.NOW).refresh();
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, SigningKey.ed25519());
        repository.rotateRoot(SigningKey.ed25519());
        repository.publish();
        refreshAnHourLaterAfterAKill(changes, 9);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void aKillBetweenAnyTwoStepsKeepsNoVersionThatNewKeysForgetFromAClientOfTheStoredRoot(int changes)
            throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        clientThatAsksHourly(store, TestRepository.NOW).refresh();
        repository.fastForwardAndChangeTheKeyOfTheSnapshot(store);
        refreshAnHourLaterAfterAKill(changes, 8);
    }

    private void refreshAnHourLaterAfterAKill(int changes, int allChanges) throws TufException, IOException {
        Instant later = TestRepository.NOW.plus(Duration.ofHours(1));
        TufClient killed = clientThatAsksHourly(new DyingStore(store, changes), later);
        if (changes < allChanges) {
            assertEquals(
                    Reason.STORE_FAILED,
                    assertThrows(TufException.class, killed::refresh).reason());
        } else {
            killed.refresh();
        }
        TrustedMetadata metadata = clientThatAsksHourly(store, later).refresh().trusted();
        assertEquals(2, metadata.root().version());
        for (TopLevelRole role : List.of(TopLevelRole.TIMESTAMP, TopLevelRole.SNAPSHOT, TopLevelRole.TARGETS)) {
            assertArrayEquals(
                    published(role),
                    store.load(TestRepository.storedName(role), 100_000).orElseThrow(),
                    role.roleName());
        }
        assertArrayEquals(
                repository.rootFile(2),
                store.load(StoredName.ROOT_COPY, 100_000).orElseThrow());
    }

    /** {@return the role's current file} */
    private byte[] published(TopLevelRole role) {
        return repository.fileNamed(
                role == TopLevelRole.TIMESTAMP
                        ? role.fileName()
                        : TestRepository.fileName(role, repository.version(role)));
    }

    @Test
    void aNewerRootOfTheProgramThatHasNewKeysForgetsVersionsToo() throws TufException {
        repository.fastForwardAndChangeTheKeyOfTheSnapshot(store);
        TufClient updated = repository.client(store, repository.rootFile(2));
        assertEquals(2, updated.refresh().trusted().snapshot().orElseThrow().version());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "null", "{\"signed\": 1, \"signatures\": []}", "{\"signed\": {}, \"signatures\": []}"})
    void damagedFilesAreFetchedAgain(String damage) throws TufException, IOException {
        repository.client(store).refresh();
        byte[] bytes = damage.getBytes(StandardCharsets.UTF_8);
        for (TopLevelRole role : TopLevelRole.values()) {
            store.store(TestRepository.storedName(role), bytes);
        }
        List<String> told = new ArrayList<>();
        TufListener listener = new TufListener() {
            @Override
            public void storedFileRefused(String role, TufException why) {
                told.add("refused " + role);
            }

            @Override
            public void fileTrusted(String role, long version) {
                told.add("trusted " + role + " " + version);
            }
        };
        repository.client(store).withListener(listener).refresh();
        assertEquals(
                List.of(
                        "refused root",
                        "refused timestamp",
                        "trusted timestamp 1",
                        "refused snapshot",
                        "trusted snapshot 1",
                        "refused targets",
                        "trusted targets 1"),
                told);
        assertArrayEquals(
                repository.rootFile(1), store.load(StoredName.ROOT, 100_000).orElseThrow());
        assertArrayEquals(
                repository.fileNamed("1.targets.json"),
                store.load(StoredName.TARGETS, 100_000).orElseThrow());
    }

    /** {@return the role's file in a repository that has published twice, the second time all anew} */
    private byte[] fileOf(String role, int version) {
        return repository.fileNamed(role.equals("timestamp") ? "timestamp.json" : version + "." + role + ".json");
    }

    private static StoredName storedName(String role) {
        return role.equals("team") ? StoredName.delegated(role) : new StoredName(role + ".json");
    }

    /** Publishes two versions of a repository with a delegated role; {@return the first of the role's file} */
    private byte[] refreshTwice(String role) throws TufException {
        repository.delegate("targets", "team", "team/*");
        repository.addTarget("team", "team/app", new byte[] {1});
        repository.writeAll();
        repository.client(store).refresh().requireTarget("team/app");
        byte[] first = fileOf(role, 1);
        repository.targetsOf("team").put("version", 2L);
        repository.publish();
        repository.client(store).refresh().requireTarget("team/app");
        return first;
    }

    @ParameterizedTest
    @CsvSource({
        "timestamp, of another role",
        "timestamp, cut off",
        "timestamp, older",
        "snapshot, of another role",
        "snapshot, cut off",
        "snapshot, older",
        "targets, of another role",
        "targets, cut off",
        "targets, older",
        "team, of another role",
        "team, cut off",
        "team, older",
    })
    void aFileThatWasExchangedInTheStoreIsFetchedAgain(String role, String how) throws TufException, IOException {
        byte[] older = refreshTwice(role);
        byte[] whole = fileOf(role, 2);
        assertArrayEquals(whole, store.load(storedName(role), 100_000).orElseThrow());
        byte[] exchanged = switch (how) {
            case "of another role" -> fileOf(role.equals("targets") ? "team" : "targets", 2);
            case "cut off" -> Arrays.copyOf(whole, whole.length / 2);
            default -> older;
        };
        store.store(storedName(role), exchanged);
        FreshMetadata metadata = repository.client(store).refresh();
        assertEquals("team", metadata.requireTarget("team/app").role());
        assertEquals(2, metadata.trusted().timestamp().orElseThrow().version());
        assertArrayEquals(whole, store.load(storedName(role), 100_000).orElseThrow());
    }

    @Test
    void anOlderTimestampThatWasPutIntoTheStoreStillForbidsAnOlderOne() throws TufException, IOException {
        byte[] first = refreshTwice("timestamp");
        byte[] second = repository.fileNamed("timestamp.json");
        repository.publish();
        repository.client(store).refresh();
        store.store(StoredName.TIMESTAMP, second);
        repository.files.put("timestamp.json", first);
        refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
        assertArrayEquals(second, store.load(StoredName.TIMESTAMP, 100_000).orElseThrow());
    }

    @Test
    void aDamagedLinkOfTheStoredChainIsFetchedAgain() throws TufException, IOException {
        repository.rotateRoot(SigningKey.ed25519());
        repository.rotateRoot(SigningKey.ed25519());
        repository.client(store).refresh();
        repository.takeRequests();
        store.store(StoredName.rootVersion(2), new byte[] {'{'});
        List<String> told = new ArrayList<>();
        TufListener listener = new TufListener() {
            @Override
            public void storedFileRefused(String role, TufException why) {
                told.add(role + " " + why.reason());
            }
        };
        repository.client(store).withListener(listener).refresh();
        assertEquals(List.of("root MALFORMED"), told);
        assertEquals(List.of("2.root.json", "4.root.json", "timestamp.json"), repository.takeRequests());
        assertArrayEquals(
                repository.rootFile(2),
                store.load(StoredName.rootVersion(2), 100_000).orElseThrow());
    }

    @Test
    void aDamagedLinkThatRootJsonHasIsNotAskedFor() throws TufException, IOException {
        repository.rotateRoot(SigningKey.ed25519());
        repository.client(store).refresh();
        repository.takeRequests();
        store.store(StoredName.rootVersion(2), new byte[] {'{'});
        repository.client(store).refresh();
        assertEquals(List.of("3.root.json", "timestamp.json"), repository.takeRequests());
        assertArrayEquals(
                repository.rootFile(2),
                store.load(StoredName.rootVersion(2), 100_000).orElseThrow());
    }

    private byte[] damaged(byte[] file, String how) {
        return switch (how) {
            case "empty" -> new byte[0];
            case "cut off" -> Arrays.copyOf(file, 100);
            case "changed" ->
                new String(file, StandardCharsets.UTF_8)
                        .replace("\"version\":", "\"version\" :1")
                        .getBytes(StandardCharsets.UTF_8);
            case "huge" -> new byte[10_000_000];
            case "of another role" -> repository.fileNamed("1.snapshot.json");
            default -> throw new IllegalArgumentException(how);
        };
    }

    private TufClient clientOfStoredRoot() {
        return repository.clientOfStoredRoot(store);
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "cut off", "changed", "huge", "of another role"})
    void aDamagedRootThatNothingElseProvesIsReplacedByItsCopy(String how) throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        repository.rotateRoot(SigningKey.ed25519());
        clientOfStoredRoot().refresh();
        repository.takeRequests();
        byte[] whole = repository.rootFile(2);
        store.store(StoredName.ROOT, damaged(whole, how));
        assertEquals(2, clientOfStoredRoot().offline().trusted().root().version());
        assertEquals(2, clientOfStoredRoot().refresh().trusted().root().version());
        assertEquals(List.of("3.root.json", "timestamp.json"), repository.takeRequests());
        assertArrayEquals(whole, store.load(StoredName.ROOT, 100_000).orElseThrow());
    }

    @Test
    void theCopyIsOfTheNewestRoot() throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        clientOfStoredRoot().refresh();
        repository.rotateRoot(SigningKey.ed25519());
        clientOfStoredRoot().refresh();
        assertArrayEquals(
                repository.rootFile(2),
                store.load(StoredName.ROOT_COPY, 100_000).orElseThrow());
    }

    @Test
    void aLostRootIsReplacedByItsCopy() throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        clientOfStoredRoot().refresh();
        store.remove(StoredName.ROOT);
        clientOfStoredRoot().refresh();
        assertArrayEquals(
                repository.rootFile(1), store.load(StoredName.ROOT, 100_000).orElseThrow());
    }

    /**
     * The change of keys came with the root that the numbered copy has, and root.json was lost before it was acted on.
     */
    @Test
    void aChangeOfKeysBehindTheCopyIsNotMissed() throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        clientOfStoredRoot().refresh();
        repository.fastForwardAndChangeTheKeyOfTheSnapshot(store);
        store.store(StoredName.rootVersion(2), repository.rootFile(2));
        store.remove(StoredName.ROOT);
        assertEquals(2, clientOfStoredRoot().refresh().trusted().root().version());
    }

    @Test
    void aCopyThatIsBehindLeadsToNoOlderRootThanTheStoredChainEndsWith() throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        repository.rotateRoot(SigningKey.ed25519());
        clientOfStoredRoot().refresh();
        store.store(StoredName.ROOT_COPY, repository.rootFile(1));
        store.store(StoredName.ROOT, new byte[] {'{'});
        repository.files.remove("2.root.json");
        assertEquals(2, clientOfStoredRoot().refresh().trusted().root().version());
    }

    @Test
    void aDamagedRootWithoutAWholeCopyIsSaidToBeDamagedBeforeAnyRequest() throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        clientOfStoredRoot().refresh();
        repository.takeRequests();
        store.store(StoredName.ROOT, new byte[] {'{'});
        store.store(StoredName.ROOT_COPY, new byte[] {'{'});
        TufException e = refuses(
                Reason.NO_TRUSTED_ROOT,
                "root",
                "5.2",
                () -> clientOfStoredRoot().refresh());
        assertEquals(
                Reason.MALFORMED,
                assertInstanceOf(TufException.class, e.getCause()).reason());
        assertTrue(repository.requests.isEmpty());
        store.store(StoredName.ROOT, repository.rootFile(1));
        assertEquals(1, clientOfStoredRoot().refresh().trusted().root().version());
    }

    @Test
    void aRootThatIsOfAnotherRepositoryDoesNotReplaceTheCopy() throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        clientOfStoredRoot().refresh();
        store.store(StoredName.ROOT, new TestRepository().rootFile(1));
        refuses(
                Reason.THRESHOLD_NOT_MET,
                "timestamp",
                "5.4.2",
                () -> clientOfStoredRoot().refresh());
        assertArrayEquals(
                repository.rootFile(1),
                store.load(StoredName.ROOT_COPY, 100_000).orElseThrow());
    }

    @Test
    void aRootThatTheClientDoesNotWantIsNotTakenForADamagedOne() throws IOException {
        repository.declare("not-its-hash", SigningKey.ed25519());
        repository.writeRoot();
        store.store(StoredName.ROOT, repository.rootFile(1));
        TufClient strict = repository.clientOfStoredRoot(store).withKeyIds(KeyIds.RECOMPUTED);
        assertEquals(
                Reason.WRONG_KEY_ID,
                assertThrows(TufException.class, strict::refresh).reason());
        TufClient without = repository.clientOfStoredRoot(store).withEngine(key -> Optional.empty());
        refuses(Reason.THRESHOLD_NOT_MET, "root", "5.2", without::refresh);
    }

    @Test
    void aStoredFileIsNeverTrustedUnverified() throws TufException, IOException {
        repository.client(store).refresh();
        TestRepository attacker = new TestRepository();
        attacker.addTarget("evil", new byte[] {1});
        attacker.writeAll();
        store.store(StoredName.TARGETS, attacker.fileNamed("1.targets.json"));
        store.store(StoredName.SNAPSHOT, attacker.fileNamed("1.snapshot.json"));
        FreshMetadata metadata = repository.client(store).refresh();
        assertTrue(metadata.target("evil").isEmpty());
    }

    @Test
    void anOversizeStoredFileIsFetchedAgain() throws TufException, IOException {
        repository.client(store).refresh();
        store.store(StoredName.TIMESTAMP, new byte[1_000_000]);
        assertEquals(
                1,
                repository
                        .client(store)
                        .refresh()
                        .trusted()
                        .timestamp()
                        .orElseThrow()
                        .version());
    }

    @ParameterizedTest
    @EnumSource(TopLevelRole.class)
    void nothingIsStoredBeforeItHolds(TopLevelRole role) throws TufException, IOException {
        repository.client(store).refresh();
        byte[] before = store.load(TestRepository.storedName(role), 100_000).orElseThrow();
        repository.rotateRoot();
        repository.publish();
        TestRepository forged = new TestRepository();
        forged.rotateRoot();
        forged.publish();
        String name = role == TopLevelRole.TIMESTAMP ? role.fileName() : TestRepository.fileName(role, 2);
        repository.files.put(name, forged.fileNamed(name));
        TufException e = assertThrows(TufException.class, repository.client(store)::refresh);
        assertEquals(Reason.THRESHOLD_NOT_MET, e.reason());
        assertEquals(role.roleName(), e.role());
        assertArrayEquals(
                before, store.load(TestRepository.storedName(role), 100_000).orElseThrow());
        assertEquals(
                role != TopLevelRole.ROOT,
                store.load(StoredName.rootVersion(2), 100_000).isPresent());
    }

    @ParameterizedTest
    @EnumSource(TopLevelRole.class)
    void aStoreThatCannotBeReadIsNotTakenForAnEmptyOne(TopLevelRole role) {
        MetadataStore memory = MetadataStore.inMemory();
        MetadataStore broken = new MetadataStore() {
            @Override
            public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
                if (name.equals(TestRepository.storedName(role))) {
                    throw new IOException("disk on fire");
                }
                return memory.load(name, maxBytes);
            }

            @Override
            public void store(StoredName name, byte[] metadata) throws IOException {
                memory.store(name, metadata);
            }

            @Override
            public void remove(StoredName name) {}

            @Override
            public Claim claim() {
                return () -> {};
            }
        };
        var e = assertThrows(TufException.class, () -> repository.client(broken).refresh());
        assertEquals(Reason.STORE_FAILED, e.reason());
        assertEquals(role.roleName(), e.role());
    }

    @Test
    void aStoreThatIsTakenIsAReason(@TempDir Path folder) throws IOException {
        MetadataStore first = MetadataStore.inDirectory(folder);
        MetadataStore second = MetadataStore.inDirectory(folder, Duration.ZERO);
        MetadataStore.Claim claim = first.claim();
        refuses(
                Reason.STORE_FAILED,
                "root",
                "5.2",
                () -> repository.client(second).refresh());
        claim.close();
        assertTrue(repository.requests.isEmpty());
    }

    /** A way to trusted metadata. */
    @FunctionalInterface
    private interface Way {
        RepositoryMetadata of(TufClient client) throws TufException;
    }

    @Test
    void theClockIsReadOnceOnEachWayToATarget() throws TufException {
        repository.delegate("targets", "team", "team/*");
        repository.addTarget("team", "team/app", new byte[] {1});
        repository.publish();
        int[] readings = {0};
        InstantSource counting = () -> {
            readings[0]++;
            return TestRepository.NOW;
        };
        Clock clock = counting.withZone(ZoneOffset.UTC);
        int[] conflicts = {0};
        MetadataStore busy = new DyingStore(store, 100) {
            @Override
            public void store(StoredName name, byte[] metadata) throws IOException {
                if (name.equals(StoredName.TARGETS) && conflicts[0]++ == 0) {
                    throw new VersionedStore.ConflictException(name);
                }
                super.store(name, metadata);
            }
        };
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("a refresh that starts again", TufClient::refresh);
        ways.put("a refresh within the window", TufClient::refresh);
        ways.put("a refresh that allows what has expired", TufClient::refreshAllowingExpired);
        ways.put("offline", TufClient::offline);
        ways.put("offline, allowing what has expired", TufClient::offlineAllowingExpired);
        for (Map.Entry<String, Way> way : ways.entrySet()) {
            TufClient client = repository.client(busy).withClock(clock).withFreshnessWindow(Duration.ofHours(1));
            readings[0] = 0;
            repository.takeRequests();
            way.getValue().of(client).requireTarget("team/app");
            assertEquals(1, readings[0], way.getKey());
            assertEquals(
                    way.getKey().startsWith("a refresh that"),
                    repository.requests.contains("timestamp.json"),
                    way.getKey());
        }
        assertTrue(conflicts[0] > 1, "it has started again");
    }

    @Test
    void aFetcherThatDoesNotCountIsCaught() {
        MetadataFetcher careless = (fileName, maxBytes) -> Optional.of(new byte[maxBytes + 1]);
        TufClient client = TufClient.of(careless, store, repository.rootFile(1));
        refuses(Reason.LIMIT_EXCEEDED, "root", "5.3.3", client::refresh);
    }
}
