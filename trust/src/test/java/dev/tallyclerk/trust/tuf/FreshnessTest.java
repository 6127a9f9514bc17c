package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.SmallDisk;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known to be current, what is not, and that the type says which. */
class FreshnessTest {
    /** Where a store has when the repository was asked last. */
    private static final StoredName CONFIRMED = new StoredName("confirmed");

    private static final Instant LATE = NOW.plus(Duration.ofDays(90));
    private static final byte[] CONTENT = {1, 2, 3};

    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();

    @BeforeEach
    void publish() {
        repository.delegate("targets", "team", "team/*");
        repository.addTarget("team", "team/app", CONTENT);
        repository.addTarget("app", CONTENT);
        repository.publish();
    }

    private TufClient at(Instant now) {
        return repository.client(store).withClock(Clock.fixed(now, ZoneOffset.UTC));
    }

    private static String kind(RepositoryMetadata metadata) {
        return metadata.<String>fold(fresh -> "fresh", stale -> "stale");
    }

    @Test
    void aForcedRefreshAsksInsideTheFreshnessWindow() throws TufException {
        TufClient client = at(NOW).withFreshnessWindow(Duration.ofDays(1));
        client.refresh();
        repository.takeRequests();
        repository.addTarget("new", CONTENT);
        repository.publish();
        assertTrue(client.refresh().target("new").isEmpty());
        assertEquals(List.of(), repository.takeRequests());
        assertTrue(client.refreshNow().target("new").isPresent());
        assertTrue(client.refresh().target("new").isPresent());
    }

    @Test
    void aListenerHearsWhatExpiresSoon() throws TufException {
        repository.timestamp.put("expires", NOW.plus(Duration.ofHours(3)).toString());
        repository
                .targetsOf("team")
                .put("expires", NOW.plus(Duration.ofHours(5)).toString());
        repository.publish();
        List<String> heard = new ArrayList<>();
        TufListener listener = new TufListener() {
            @Override
            public void expiresSoon(String role, Instant expires) {
                heard.add(role + " " + Duration.between(NOW, expires).toHours());
            }
        };
        FreshMetadata metadata = at(NOW).withListener(listener)
                .withExpiryNotice(Duration.ofHours(5))
                .refresh();
        assertEquals(List.of("timestamp 3"), heard);
        metadata.requireTarget("team/app");
        assertEquals(List.of("timestamp 3", "team 5"), heard);
        heard.clear();
        at(NOW).withListener(listener).refresh();
        assertEquals(List.of(), heard);
        assertThrows(IllegalArgumentException.class, () -> at(NOW).withExpiryNotice(Duration.ofHours(-1)));
    }

    // Offline

    @Test
    void offlineReadsTheStoreAndAsksNobody() throws TufException {
        at(NOW).refresh().requireTarget("team/app");
        repository.takeRequests();
        StaleMetadata stale = at(NOW.plusSeconds(1)).offline();
        assertEquals("team", stale.requireTarget("team/app").role());
        assertEquals("targets", stale.requireTarget("app").role());
        assertTrue(stale.target("other").isEmpty());
        assertEquals(List.of(), repository.takeRequests());
        assertEquals("stale", kind(stale));
        assertEquals("fresh", kind(at(NOW).refresh()));
        assertEquals(NOW.plusSeconds(1), stale.start());
        assertEquals(Set.of(), stale.expired());
    }

    @Test
    void offlineReadsAFolderThatNobodyCanWrite(@TempDir Path folder) throws IOException, TufException {
        try (SmallDisk disk = SmallDisk.on(folder, "1m")) {
            MetadataStore files = MetadataStore.inDirectory(disk.folder().resolve("used"));
            MetadataStore copied = MetadataStore.inDirectory(disk.folder().resolve("copied"));
            repository
                    .client(files)
                    .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                    .refresh()
                    .requireTarget("team/app");
            Files.createDirectory(disk.folder().resolve("copied"));
            try (DirectoryStream<Path> all =
                    Files.newDirectoryStream(disk.folder().resolve("used"))) {
                for (Path file : all) {
                    String name = file.getFileName().toString();
                    if (!name.equals(".lock")) {
                        Files.copy(file, disk.folder().resolve("copied").resolve(name));
                    }
                }
            }
            disk.freeze();
            for (MetadataStore frozen : List.of(files, copied)) {
                TufClient client = repository.client(frozen).withClock(Clock.fixed(NOW, ZoneOffset.UTC));
                assertEquals("team", client.offline().requireTarget("team/app").role());
                assertEquals(
                        "team",
                        client.offlineAllowingExpired()
                                .requireTarget("team/app")
                                .role());
                TufException e = assertThrows(TufException.class, client::refresh);
                assertEquals(Reason.STORE_FAILED, e.reason());
            }
        }
    }

    @Test
    void offlineNeitherFetchesDelegatedRolesNorTargets() throws TufException {
        at(NOW).refresh();
        repository.takeRequests();
        StaleMetadata stale = at(NOW).offline();
        refuses(Reason.FETCH_FAILED, "team", "5.6.1", () -> stale.target("team/app"));
        TargetInfo target = stale.requireTarget("app");
        refuses(Reason.FETCH_FAILED, "targets", "5.7.3", () -> stale.open(target));
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void offlineRefusesWhatHasExpired() throws TufException {
        at(NOW).refresh();
        refuses(Reason.EXPIRED, "root", "5.3.10", () -> at(LATE).offline());
    }

    @Test
    void expiredIsAllowedOnlyByNameAndIsSaid() throws TufException {
        repository.timestamp.put("expires", "2030-01-02T00:00:00Z");
        repository.targetsOf("team").put("expires", "2030-01-03T00:00:00Z");
        repository.publish();
        at(NOW).refresh().requireTarget("team/app");
        Instant later = Instant.parse("2030-01-03T00:00:00Z");
        refuses(Reason.EXPIRED, "timestamp", "5.4.4", () -> at(later).offline());
        StaleMetadata stale = at(later).offlineAllowingExpired();
        assertEquals(Set.of("timestamp"), stale.expired());
        assertTrue(stale.target("team/app").isPresent());
        assertEquals(Set.of("team", "timestamp"), stale.expired());
        assertEquals(
                Set.of("root", "snapshot", "targets", "timestamp"),
                at(LATE).offlineAllowingExpired().expired());
    }

    @Test
    void whatARoleThatWasLetGoHasSaidIsStillExpired() throws TufException {
        repository.delegate("targets", "other", "other/*");
        repository.addTarget("other", "other/app", CONTENT);
        repository.targetsOf("team").put("expires", "2030-01-03T00:00:00Z");
        repository.publish();
        FreshMetadata fresh = at(NOW).refresh();
        fresh.requireTarget("team/app");
        fresh.requireTarget("other/app");
        StaleMetadata stale = at(Instant.parse("2030-01-03T00:00:00Z"))
                .withLimits(TufLimits.defaults().withDelegatedBytes(0))
                .offlineAllowingExpired();
        assertFalse(stale.isExpired());
        stale.requireTarget("team/app");
        assertEquals(Set.of("team"), stale.expired());
        stale.requireTarget("other/app");
        assertEquals(Set.of(), stale.expired());
        assertTrue(stale.isExpired());
    }

    @ParameterizedTest
    @EnumSource(TopLevelRole.class)
    void offlineTrustsNothingForBeingStored(TopLevelRole role) throws TufException, IOException {
        repository.rotateRoot(SigningKey.ed25519());
        at(NOW).refresh();
        TestRepository attacker = new TestRepository();
        attacker.rotateRoot();
        attacker.publish();
        StoredName name = role == TopLevelRole.ROOT ? StoredName.rootVersion(2) : TestRepository.storedName(role);
        byte[] forged = attacker.fileNamed(
                role == TopLevelRole.TIMESTAMP ? "timestamp.json" : "2." + role.roleName() + ".json");
        store.store(name, forged);
        for (boolean expired : new boolean[] {false, true}) {
            TufClient client = at(NOW);
            if (role == TopLevelRole.ROOT) {
                // The chain ends at the root that can be proved; that one is trusted.
                assertEquals(1, client.offline().trusted().root().version());
            } else {
                refuses(
                        Reason.THRESHOLD_NOT_MET,
                        role.roleName(),
                        MetadataRole.of(role).steps().threshold(),
                        () -> expired ? client.offlineAllowingExpired() : client.offline());
            }
        }
    }

    @Test
    void offlineWithAnEmptyStoreSaysWhatIsMissing() {
        refuses(Reason.NOT_AVAILABLE, "timestamp", "5.4.1", () -> at(NOW).offline());
        refuses(Reason.EXPIRED, "root", "5.3.10", () -> at(LATE).offline());
        refuses(Reason.NOT_AVAILABLE, "timestamp", "5.4.1", () -> at(LATE).offlineAllowingExpired());
    }

    /** Neither a clock that is right nor a repository that nobody has asked is to blame. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void offlineSaysThatALinkToTheStoredRootIsMissing(boolean expired) throws TufException, IOException {
        if (expired) {
            repository.root.put("expires", NOW.plusSeconds(1).toString());
            repository.writeRoot();
            repository.root.put("expires", LATE.toString());
        } else {
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        }
        repository.rotateRoot();
        repository.publish();
        at(NOW).refresh();
        Instant later = NOW.plusSeconds(2);
        assertEquals(2, at(later).offline().trusted().root().version());
        byte[] link = store.load(StoredName.rootVersion(2), 10_000).orElseThrow();
        store.remove(StoredName.rootVersion(2));
        refuses(Reason.NOT_AVAILABLE, "root", "5.3.3", () -> at(later).offline());
        store.store(StoredName.rootVersion(2), link);
        store.store(StoredName.ROOT, new byte[] {'{', '}'});
        assertEquals(2, at(later).offline().trusted().root().version());
    }

    /** A caller that asks the repository later, as the message of a refresh suggests, would be offline for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "targets"})
    void offlineSaysThatTheLastRefreshDidNotComeToItsEnd(String role) throws TufException {
        repository.client(store).refresh();
        repository.publish();
        long newest = repository.version(TopLevelRole.SNAPSHOT);
        repository.targets.put("version", newest);
        repository.writeAll();
        repository.failOn = newest + "." + role + ".json";
        assertThrows(TufException.class, () -> repository.client(store).refresh());
        TufException e =
                assertThrows(TufException.class, () -> repository.client(store).offline());
        assertEquals(Reason.WRONG_VERSION + " " + role, e.reason() + " " + e.role());
        assertEquals(newest, e.expectedVersion().orElseThrow());
        assertTrue(String.valueOf(e.getMessage()).contains("the last refresh ended"), e.getMessage());
        repository.failOn = null;
        repository.client(store).refresh();
        assertEquals(
                newest,
                repository
                        .client(store)
                        .offline()
                        .trusted()
                        .targets()
                        .orElseThrow()
                        .version());
    }

    @Test
    void offlineStoresNothing() throws TufException, IOException {
        at(NOW).refresh();
        store.store(StoredName.TARGETS, "{".getBytes(StandardCharsets.UTF_8));
        refuses(Reason.MALFORMED, "targets", "5.6.3", () -> at(NOW).offline());
        assertEquals(1, store.load(StoredName.TARGETS, 10).orElseThrow().length);
    }

    // Mirrors that have expired

    @Test
    void anExpiredMirrorIsAllowedOnlyByName() throws TufException {
        refuses(Reason.EXPIRED, "root", "5.3.10", () -> at(LATE).refresh());
        StaleMetadata stale = at(LATE).refreshAllowingExpired();
        assertEquals("team", stale.requireTarget("team/app").role());
        assertEquals(Set.of("root", "snapshot", "targets", "team", "timestamp"), stale.expired());
        assertEquals("stale", kind(stale));
    }

    /** Expiry is all that is allowed: everything else holds as ever. */
    @Test
    void anExpiredMirrorMayNotBeOlderThanWhatWasTrusted() throws TufException {
        at(NOW).refresh();
        repository.timestamp.put("version", 1L);
        repository.writeTimestamp();
        refuses(Reason.ROLLBACK, "timestamp", "5.4.3.1", () -> at(LATE).refreshAllowingExpired());
        repository.timestamp.put("version", 3L);
        object(repository.timestamp, "meta", "snapshot.json").put("version", 1L);
        repository.writeTimestamp();
        refuses(Reason.ROLLBACK, "timestamp", "5.4.3.2", () -> at(LATE).refreshAllowingExpired());
    }

    // One start time

    /** TUF 5.1: a role that expires while the caller thinks is still what it was at the start. */
    @Test
    void aSearchUsesTheStartTimeOfItsRefresh() throws TufException {
        Instant[] now = {NOW};
        Clock moving = ((InstantSource) () -> now[0]).withZone(ZoneOffset.UTC);
        FreshMetadata metadata = repository.client(store).withClock(moving).refresh();
        now[0] = LATE;
        assertTrue(metadata.target("team/app").isPresent());
        assertEquals(NOW, metadata.start());
        assertEquals(NOW, metadata.confirmed());
    }

    // The window

    private TufClient within(Instant now, Duration window) {
        return at(now).withFreshnessWindow(window);
    }

    @Test
    void withinTheWindowNothingIsAsked() throws TufException {
        Duration hour = Duration.ofHours(1);
        within(NOW, hour).refresh();
        repository.takeRequests();
        Instant later = NOW.plus(hour).minusMillis(1);
        FreshMetadata metadata = within(later, hour).refresh();
        assertEquals(List.of(), repository.takeRequests());
        assertEquals(NOW, metadata.confirmed());
        assertEquals(later, metadata.start());
        assertTrue(metadata.target("app").isPresent());
        assertTrue(metadata.target("team/app").isPresent());
        assertEquals(List.of("1.team.json"), repository.takeRequests());
        FreshMetadata asked = within(NOW.plus(hour), hour).refresh();
        assertEquals(List.of("2.root.json", "timestamp.json"), repository.takeRequests());
        assertEquals(NOW.plus(hour), asked.confirmed());
    }

    @Test
    void aClientWithoutAWindowAlwaysAsks() throws TufException {
        within(NOW, Duration.ofHours(1)).refresh();
        repository.takeRequests();
        at(NOW).refresh();
        assertEquals(List.of("2.root.json", "timestamp.json"), repository.takeRequests());
        assertThrows(IllegalArgumentException.class, () -> at(NOW).withFreshnessWindow(Duration.ofNanos(-1)));
    }

    @Test
    void theWindowEndsWhenSomethingExpires() throws TufException {
        repository.timestamp.put("expires", "2030-01-01T00:01:00Z");
        repository.publish();
        Duration days = Duration.ofSeconds(Long.MAX_VALUE);
        within(NOW, days).refresh();
        repository.takeRequests();
        refuses(
                Reason.EXPIRED,
                "timestamp",
                "5.4.4",
                () -> within(NOW.plusSeconds(60), days).refresh());
        assertEquals(List.of("2.root.json", "timestamp.json"), repository.takeRequests());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "2030-01-01T00:00:00Z",
                "2030-01-01T00:00:00Z sha256:00",
                "2029-12-31T00:00:00Z sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "+1000000000-12-31T23:59:59.999999999Z sha256:"
                        + "0000000000000000000000000000000000000000000000000000000000000000"
            })
    void aDamagedConfirmationIsNone(String text) throws TufException, IOException {
        within(NOW, Duration.ofHours(1)).refresh();
        store.store(CONFIRMED, text.getBytes(StandardCharsets.UTF_8));
        repository.takeRequests();
        within(NOW, Duration.ofHours(1)).refresh();
        assertEquals(List.of("2.root.json", "timestamp.json"), repository.takeRequests());
    }

    @Test
    void aConfirmationOfTheFutureOrOfAnotherTimestampIsNone() throws TufException, IOException {
        Duration hour = Duration.ofHours(1);
        within(NOW.plusSeconds(1), hour).refresh();
        repository.takeRequests();
        within(NOW, hour).refresh();
        assertEquals(List.of("2.root.json", "timestamp.json"), repository.takeRequests());
        String text = NOW + " " + Digest.sha256Of(CONTENT);
        store.store(CONFIRMED, text.getBytes(StandardCharsets.UTF_8));
        within(NOW, hour).refresh();
        assertEquals(List.of("2.root.json", "timestamp.json"), repository.takeRequests());
    }

    @Test
    void aDamagedStoreEndsTheWindow() throws TufException, IOException {
        Duration hour = Duration.ofHours(1);
        within(NOW, hour).refresh();
        store.store(StoredName.TARGETS, new byte[0]);
        repository.takeRequests();
        assertTrue(within(NOW, hour).refresh().target("app").isPresent());
        assertEquals(List.of("2.root.json", "timestamp.json", "2.targets.json"), repository.takeRequests());
    }

    @Test
    void aFailedRefreshConfirmsNothing() throws TufException {
        Duration hour = Duration.ofHours(1);
        repository.failOn = "2.targets.json";
        refuses(Reason.FETCH_FAILED, "targets", "5.6.1", () -> within(NOW, hour).refresh());
        repository.failOn = null;
        repository.takeRequests();
        within(NOW, hour).refresh();
        assertEquals(List.of("2.root.json", "timestamp.json", "2.targets.json"), repository.takeRequests());
    }
}
