package dev.tallyclerk.trust.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.OptionSetters;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.notary.metadata.NotaryLimits;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotaryClientTest {
    private static final String SIMPLE = "docker.io/library/simple";
    private static final String APP = "docker.io/acme/app";
    private static final String ROTATED = "docker.io/acme/rotated";
    private static final Clock CLOCK = at("2026-11-25T00:00:00Z");

    private final MetadataStore store = MetadataStore.inMemory();

    private static Clock at(String time) {
        return Clock.fixed(Instant.parse(time), ZoneOffset.UTC);
    }

    private NotaryClient client(String gun, SavedState state) {
        return NotaryClient.of(gun, state.fetcher(), NotaryRootTrust.firstUse())
                .withStore(store)
                .withClock(CLOCK);
    }

    private static NotaryException refused(NotaryUpdateCall call) {
        return assertThrows(NotaryException.class, call::run);
    }

    @FunctionalInterface
    private interface NotaryUpdateCall {
        NotaryCollection run() throws NotaryException;
    }

    private static List<String> names(NotaryCollection collection) {
        return collection.targets().stream().map(TargetInfo::path).toList();
    }

    @Test
    void theFirstContactIsOffByDefaultOfAPinnedTrust() throws NotaryException {
        SavedState state = SavedState.own("simple/03-change");
        NotaryClient pinned = NotaryClient.of(SIMPLE, state.fetcher(), NotaryRootTrust.pinned())
                .withStore(store)
                .withClock(CLOCK);
        assertEquals(Reason.NOT_PINNED, refused(pinned::update).reason());
        // A root that is in the store already is the pin.
        client(SIMPLE, state).update();
        assertEquals(List.of("1.1", "2.0", "latest"), names(pinned.update()));
    }

    @Test
    void aPinMayNameTheCertificateOrItsKey() throws NotaryException {
        SavedState state = SavedState.own("simple/03-change");
        String certificate = client(SIMPLE, state).update().rootKeyIds().get(0);
        assertEquals("1ffc6a813c6cd548202975ce1f59e0eb50428ad07eac15c10e8a2d625e0e1f39", certificate);
        NotaryRootTrust wrong = NotaryRootTrust.firstUse().withCertificates("docker.io/*", "00".repeat(32));
        NotaryClient client = NotaryClient.of(SIMPLE, state.fetcher(), wrong).withClock(CLOCK);
        NotaryException e = refused(client::update);
        assertEquals(Reason.PIN_MISMATCH, e.reason());
        assertTrue(e.toString().contains(certificate), e::toString);
        // The exact name goes before the beginning of it.
        NotaryRootTrust right = wrong.withCertificates(SIMPLE, certificate);
        NotaryClient.of(SIMPLE, state.fetcher(), right).withClock(CLOCK).update();
    }

    @Test
    void pinsAreCheckedForARootInTheStoreToo() throws NotaryException {
        SavedState state = SavedState.own("simple/03-change");
        client(SIMPLE, state).update();
        NotaryRootTrust wrong = NotaryRootTrust.pinned().withCertificates(SIMPLE, "00".repeat(32));
        NotaryClient client =
                NotaryClient.of(SIMPLE, state.fetcher(), wrong).withStore(store).withClock(CLOCK);
        assertEquals(Reason.PIN_MISMATCH, refused(client::update).reason());
        assertEquals(Reason.PIN_MISMATCH, refused(client::offline).reason());
    }

    @Test
    void offlineMakesNoRequestAndSaysThatNewerMetadataMayExist() throws NotaryException {
        NotaryClient offline = NotaryClient.of(
                        APP,
                        (name, maxBytes) -> {
                            throw new IllegalStateException("asked for " + name);
                        },
                        NotaryRootTrust.pinned())
                .withStore(store)
                .withClock(CLOCK);
        assertEquals(Reason.NO_TRUSTED_ROOT, refused(offline::offline).reason());
        client(APP, SavedState.own("dct/05-witness")).update();
        NotaryCollection collection = offline.offline();
        assertEquals(List.of("1.0", "1.1", "latest"), names(collection));
        assertFalse(collection.isFresh());
        NotaryClient later = offline.withClock(at("2027-01-01T00:00:00Z"));
        assertEquals(Reason.EXPIRED, refused(later::offline).reason());
        assertEquals(names(collection), names(later.offlineAllowingExpired()));
    }

    @Test
    void aServerThatAnswersNothingIsAFailureUnlessTheCallerAllowsTheStoredTimestamp() throws NotaryException {
        NotaryClient gone = client(APP, SavedState.empty());
        assertEquals(Reason.NOT_AVAILABLE, refused(gone::updateOrStored).reason());
        client(APP, SavedState.own("dct/05-witness")).update();
        assertEquals(Reason.NOT_AVAILABLE, refused(gone::update).reason());
        NotaryCollection collection = gone.updateOrStored();
        assertFalse(collection.isFresh());
        assertEquals(
                List.of(NotaryNotice.Kind.STORED_TIMESTAMP),
                collection.notices().stream().map(NotaryNotice::kind).toList());
        NotaryClient unreachable = NotaryClient.of(
                        APP,
                        (name, maxBytes) -> {
                            throw new IOException("no route");
                        },
                        NotaryRootTrust.firstUse())
                .withStore(store)
                .withClock(CLOCK);
        assertEquals(Reason.FETCH_FAILED, refused(unreachable::update).reason());
        assertFalse(unreachable.updateOrStored().isFresh());
    }

    @Test
    void aRoleThatVanishesIsReported() throws NotaryException {
        client(APP, SavedState.own("dct/05-witness")).update();
        NotaryCollection collection =
                client(APP, SavedState.own("dct/06-alice-removed")).update();
        assertEquals(
                List.of("ROLE_VANISHED targets/alice"),
                collection.notices().stream()
                        .map(notice -> notice.kind() + " " + notice.role())
                        .toList());
        assertEquals(Set.of("targets", "targets/releases", "targets/bob"), roles(collection));
    }

    private static Set<String> roles(NotaryCollection collection) {
        return Set.copyOf(
                collection.roles().stream().map(NotaryDelegation::role).toList());
    }

    @Test
    void aDamagedStoredRootIsReplacedByItsCopyAndNeverByTheServers() throws NotaryException, IOException {
        SavedState state = SavedState.own("simple/03-change");
        client(SIMPLE, state).update();
        byte[] damaged = "{}".getBytes(StandardCharsets.UTF_8);
        store.store(StoredName.ROOT, damaged);
        client(SIMPLE, state).update();
        store.store(StoredName.ROOT, damaged);
        store.store(StoredName.ROOT_COPY, damaged);
        assertEquals(
                Reason.STORE_DAMAGED, refused(client(SIMPLE, state)::update).reason());
    }

    @Test
    void whatIsDamagedInTheStoreIsFetchedAgain() throws NotaryException, IOException {
        SavedState state = SavedState.own("simple/03-change");
        client(SIMPLE, state).update();
        for (StoredName name : List.of(StoredName.TIMESTAMP, StoredName.SNAPSHOT, StoredName.TARGETS)) {
            store.store(name, "{".getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    List.of("1.1", "2.0", "latest"), names(client(SIMPLE, state).update()));
        }
    }

    @Test
    void asksForNothingThatTheStoreHas() throws NotaryException {
        client(APP, SavedState.own("dct/05-witness")).update();
        List<String> asked = new ArrayList<>();
        MetadataFetcher files = SavedState.own("dct/05-witness").fetcher();
        NotaryClient.of(
                        APP,
                        (name, maxBytes) -> {
                            asked.add(name);
                            return files.fetch(name, maxBytes);
                        },
                        NotaryRootTrust.firstUse())
                .withStore(store)
                .withClock(CLOCK)
                .update();
        assertEquals(List.of("timestamp.json"), asked);
    }

    @Test
    void walksTheChainOfRootsAndNeedsEachLinkThatSigns() throws NotaryException {
        client(ROTATED, SavedState.own("rotated/01-start")).update();
        SavedState rotated = SavedState.own("rotated/07-root-2");
        assertEquals(
                Reason.NOT_AVAILABLE,
                refused(client(ROTATED, rotated.without("6.root.json"))::update).reason());
        NotaryException limited = refused(
                client(ROTATED, rotated).withLimits(NotaryLimits.defaults().withRootRotations(3))::update);
        assertEquals(Reason.LIMIT_EXCEEDED, limited.reason());
        assertEquals(7, client(ROTATED, rotated).update().version("root").orElseThrow());
    }

    @Test
    void refusesWhatIsAboveALimit() {
        SavedState state = SavedState.own("dct/05-witness");
        NotaryLimits defaults = NotaryLimits.defaults();
        for (NotaryLimits limits : List.of(
                defaults.withRootBytes(100),
                defaults.withTimestampBytes(100),
                defaults.withSnapshotBytes(100),
                defaults.withTargetsBytes(100),
                defaults.withDelegations(2),
                defaults.withDelegationDepth(0),
                defaults.withTotalBytes(4_000))) {
            NotaryException e = refused(client(APP, state).withLimits(limits)::update);
            assertEquals(Reason.LIMIT_EXCEEDED, e.reason(), e::getMessage);
        }
    }

    @Test
    void everySetterOfALimitChangesItOnly() {
        assertEquals(Set.of(), OptionSetters.checkAllOf(NotaryLimits.defaults()));
    }

    @Test
    void readsAFolderAndAnArchive(@TempDir Path folder) throws Exception {
        Path saved = SavedState.ownFolder("dct/05-witness");
        Path archive = folder.resolve("app.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Map.Entry<String, byte[]> file :
                    SavedState.own("dct/05-witness").files().entrySet()) {
                if (!file.getKey().matches(".*[0-9a-f]{64}.*")) {
                    zip.putNextEntry(new ZipEntry(file.getKey()));
                    zip.write(file.getValue());
                }
            }
        }
        for (MetadataFetcher files : List.of(NotaryFiles.ofFolder(saved), NotaryFiles.ofArchive(archive))) {
            NotaryClient client =
                    NotaryClient.of(APP, files, NotaryRootTrust.firstUse()).withClock(CLOCK);
            assertEquals(List.of("1.0", "1.1", "latest"), names(client.update()));
            NotaryClient years = client.withClock(at("2046-01-01T00:00:00Z"));
            assertEquals(Reason.EXPIRED, refused(years::update).reason());
            assertEquals(List.of("1.0", "1.1", "latest"), names(years.updateAllowingExpired()));
            assertThrows(IOException.class, () -> files.fetch("../root.json", 100));
            assertThrows(IOException.class, () -> files.fetch("root.json", 100));
        }
    }

    @Test
    void aMemberThatDiffersInCaseOnlyFromAKnownOneIsMalformed() {
        SavedState state = SavedState.own("simple/03-change");
        for (String variant : List.of("Version", "EXPIRES", "_Type")) {
            SavedState changed = state.changed(
                    "timestamp",
                    file -> new String(file, StandardCharsets.UTF_8)
                            .replace("\"signed\":{", "\"signed\":{\"" + variant + "\":1,")
                            .getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    Reason.MALFORMED, refused(client(SIMPLE, changed)::update).reason(), variant);
        }
    }

    @Test
    void aDelegationMayNotListMoreThanItsDelegator() {
        RoleKeys keys = new RoleKeys(List.of("a"), 1);
        NotaryDelegation parent = new NotaryDelegation("targets/a", keys, List.of("app/", "lib"));
        NotaryDelegation child = new NotaryDelegation("targets/a/b", keys, List.of("", "app", "app/x", "library*"));
        assertEquals(List.of("app/x", "library*"), parent.restrict(child).paths());
        assertFalse(parent.restrict(child).allows("library"));
        assertFalse(new NotaryDelegation("targets/a", keys, List.of()).allows("x"));
        assertTrue(new NotaryDelegation("targets/a", keys, List.of("")).allows("x"));
    }

    @Test
    void refusesANameThatNoCollectionHas() {
        MetadataFetcher files = SavedState.empty().fetcher();
        for (String gun : List.of("", "docker.io/*", "a".repeat(256))) {
            assertThrows(IllegalArgumentException.class, () -> NotaryClient.of(gun, files, NotaryRootTrust.firstUse()));
        }
    }

    @Test
    void theEngineVerifiesWhatP256KeysHaveSigned() throws Exception {
        List<VerificationKey> asked = new ArrayList<>();
        SignatureEngine counting = key -> {
            asked.add(key);
            return BouncyCastleEngine.of().verifierFor(key);
        };
        NotaryClient client = client(SIMPLE, SavedState.own("simple/03-change"));
        assertEquals(
                names(client.update()),
                names(client.withStore(MetadataStore.inMemory())
                        .withSignatureEngine(counting)
                        .update()));
        assertEquals(4, Set.copyOf(asked).size(), "root, timestamp, snapshot, targets");

        SignatureEngine refusing = key -> Optional.of((message, signature) -> false);
        assertEquals(
                Reason.THRESHOLD_NOT_MET,
                refused(client.withStore(MetadataStore.inMemory()).withSignatureEngine(refusing)::update)
                        .reason());
    }

    @Test
    void theRuntimeVerifiesWhatTheEngineDoesNotSupport() throws Exception {
        NotaryClient client = client(SIMPLE, SavedState.own("simple/03-change"));
        assertEquals(
                names(client.update()),
                names(client.withStore(MetadataStore.inMemory())
                        .withSignatureEngine(key -> Optional.empty())
                        .update()));
    }
}
