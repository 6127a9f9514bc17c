package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TestRepository.sign;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TUF 5.5. */
class SnapshotTest {
    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();

    private TufException refused(Reason reason, String step) {
        return refuses(reason, "snapshot", step, () -> repository.client(store).refresh());
    }

    @Test
    void theVersionIsTheListedOne() throws IOException {
        repository.snapshot.put("version", 2L);
        repository.files.put("1.snapshot.json", sign(repository.snapshot, repository.keysOf(TopLevelRole.SNAPSHOT)));
        TufException e = refused(Reason.WRONG_VERSION, "5.5.4");
        assertEquals(1, e.expectedVersion().orElseThrow());
        assertEquals(2, e.actualVersion().orElseThrow());
        assertTrue(store.load(StoredName.SNAPSHOT, 100_000).isEmpty());
    }

    @Test
    void theHashIsTheListedOne() {
        repository.listLengthsAndHashes = true;
        repository.writeAll();
        object(repository.timestamp, "meta", "snapshot.json", "hashes").put("sha256", "00".repeat(32));
        repository.writeTimestamp();
        TufException e = refused(Reason.HASH_MISMATCH, "5.5.2");
        assertEquals("00".repeat(32), e.expectedDigest().orElseThrow().encoded());
        assertEquals(
                Digest.sha256Of(repository.fileNamed("1.snapshot.json")),
                e.actualDigest().orElseThrow());
        assertTrue(e.expectedLength().isEmpty() && e.targetPath().isEmpty());
    }

    @Test
    void everyKnownListedHashIsChecked() {
        repository.listLengthsAndHashes = true;
        repository.writeAll();
        object(repository.timestamp, "meta", "snapshot.json", "hashes").put("sha512", "00".repeat(64));
        repository.writeTimestamp();
        refused(Reason.HASH_MISMATCH, "5.5.2");
    }

    @Test
    void hashesOfUnknownAlgorithmsAloneVerifyNothing() {
        object(repository.timestamp, "meta", "snapshot.json").put("hashes", Map.of("md5", "00", "blake3", "00"));
        repository.writeTimestamp();
        refused(Reason.NO_KNOWN_HASH, "5.5.2");
    }

    /** In the snapshot, it is that role's file and not the snapshot. */
    @Test
    void aMalformedHashRefusesTheListedFile() throws TufException {
        object(repository.timestamp, "meta", "snapshot.json").put("hashes", Map.of("sha256", "00"));
        repository.writeTimestamp();
        refused(Reason.NO_KNOWN_HASH, "5.5.2");
        object(repository.timestamp, "meta", "snapshot.json").remove("hashes");
        repository.delegate("targets", "team", "team/*");
        repository.addTarget("app", new byte[1]);
        repository.publish();
        object(repository.snapshot, "meta", "team.json").put("hashes", Map.of("sha256", 1));
        repository.writeSnapshot();
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeTimestamp();
        FreshMetadata metadata = repository.client(MetadataStore.inMemory()).refresh();
        assertTrue(metadata.target("app").isPresent());
        refuses(Reason.NO_KNOWN_HASH, "team", "5.6.2", () -> metadata.target("team/x"));
    }

    @Test
    void aShorterOrLongerFileThanListedIsRefused() {
        repository.listLengthsAndHashes = true;
        repository.writeAll();
        int length = repository.fileNamed("1.snapshot.json").length;
        object(repository.timestamp, "meta", "snapshot.json").put("length", length + 1);
        repository.writeTimestamp();
        TufException e = refused(Reason.LENGTH_MISMATCH, "5.5.2");
        assertEquals(length + 1, e.expectedLength().orElseThrow());
        assertEquals(length, e.actualLength().orElseThrow());
        assertTrue(e.expectedDigest().isEmpty() && e.actualDigest().isEmpty());
        object(repository.timestamp, "meta", "snapshot.json").put("length", length - 1);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeTimestamp();
        assertEquals(length - 1, refused(Reason.LIMIT_EXCEEDED, "5.5.1").limit().orElseThrow());
    }

    @Test
    void aListedLengthAboveTheLimitIsNotEvenAskedFor() {
        object(repository.timestamp, "meta", "snapshot.json").put("length", Long.MAX_VALUE);
        repository.writeTimestamp();
        assertEquals(2_000_000, refused(Reason.LIMIT_EXCEEDED, "5.5.1").limit().orElseThrow());
        assertEquals(List.of("2.root.json", "timestamp.json"), repository.takeRequests());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOlderTargetsVersionIsARollback(boolean withHashes) throws TufException {
        repository.listLengthsAndHashes = withHashes;
        repository.publish();
        repository.client(store).refresh();
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.targets.put("version", 1L);
        repository.writeAll();
        TufException e = refused(Reason.ROLLBACK, "5.5.5");
        assertEquals(2, e.expectedVersion().orElseThrow());
        assertEquals(1, e.actualVersion().orElseThrow());
        assertTrue(
                String.valueOf(e.getMessage())
                        .startsWith("snapshot: lists version 1 of \"targets.json\", version 2 was listed before; "),
                e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEntryThatVanishesIsARollback(boolean withHashes) throws TufException {
        repository.listLengthsAndHashes = withHashes;
        object(repository.snapshot, "meta").put("role.json", new LinkedHashMap<>(Map.of("version", 1)));
        repository.writeSnapshot();
        repository.writeTimestamp();
        repository.client(store).refresh();
        object(repository.snapshot, "meta").remove("role.json");
        repository.publish();
        refused(Reason.ROLLBACK, "5.5.5");
    }

    /** TUF 5.5.5 is about targets files, and Sigstore's snapshots listed the root as well. */
    @ParameterizedTest
    @ValueSource(strings = {"root.json", "timestamp.json", "snapshot.json"})
    void anEntryOfNoTargetsFileMayVanishButNotGoBack(String name) throws TufException {
        Map<String, Object> meta = object(repository.snapshot, "meta");
        meta.put(name, new LinkedHashMap<>(Map.of("version", 2)));
        repository.publish();
        repository.client(store).refresh();
        meta.put(name, new LinkedHashMap<>(Map.of("version", 1)));
        repository.publish();
        refused(Reason.ROLLBACK, "5.5.5");
        meta.remove(name);
        repository.publish();
        TrustedMetadata newest = repository.client(store).refresh().trusted();
        assertEquals(4, newest.snapshot().orElseThrow().version());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStoredSnapshotForbidsARollbackAlsoWhenItExpired(boolean withHashes) throws TufException {
        repository.listLengthsAndHashes = withHashes;
        repository.publish();
        repository.snapshot.put("expires", "2030-01-01T00:00:01Z");
        repository.writeSnapshot();
        repository.writeTimestamp();
        repository.client(store).refresh();
        repository.snapshot.put("expires", "2031-01-01T00:00:00Z");
        repository.targets.put("version", 1L);
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeAll();
        TufClient later = repository.client(store).withClock(Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC));
        refuses(Reason.ROLLBACK, "snapshot", "5.5.5", later::refresh);
    }

    @Test
    void anExpiredSnapshotIsRefusedAlsoFromTheStore() throws TufException {
        repository.snapshot.put("expires", "2030-01-01T00:00:01Z");
        repository.writeSnapshot();
        repository.writeTimestamp();
        repository.client(store).refresh();
        TufClient later = repository.client(store).withClock(Clock.fixed(NOW.plusSeconds(1), ZoneOffset.UTC));
        refuses(Reason.EXPIRED, "snapshot", "5.5.6", later::refresh);
    }

    @Test
    void anotherKeysSignatureIsRefused() {
        repository.files.put("1.snapshot.json", sign(repository.snapshot, List.of(SigningKey.ed25519())));
        refused(Reason.THRESHOLD_NOT_MET, "5.5.3");
    }

    @Test
    void aMissingSnapshotIsRefused() {
        repository.files.remove("1.snapshot.json");
        refused(Reason.NOT_AVAILABLE, "5.5.1");
    }

    @Test
    void aSnapshotWithoutTargetsIsRefusedAndTheNextOneWorks() throws TufException {
        object(repository.snapshot, "meta").clear();
        repository.writeSnapshot();
        repository.writeTimestamp();
        refuses(
                Reason.NOT_IN_SNAPSHOT,
                "targets",
                "5.6.1",
                () -> repository.client(store).refresh());
        repository.publish();
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
}
