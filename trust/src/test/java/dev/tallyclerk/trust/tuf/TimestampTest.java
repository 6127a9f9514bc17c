package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TestRepository.sign;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TUF 5.4. */
class TimestampTest {
    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();

    @Test
    void anOlderTimestampIsARollback() throws TufException {
        repository.publish();
        repository.client(store).refresh();
        repository.timestamp.put("version", 1L);
        repository.writeTimestamp();
        TufException e = refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.1",
                () -> repository.client(store).refresh());
        assertEquals(2, e.expectedVersion().orElseThrow());
        assertEquals(1, e.actualVersion().orElseThrow());
    }

    /** sigstore-java 1061. */
    @Test
    void anOlderSnapshotInTheTimestampIsARollbackAndNothingIsStored() throws TufException, IOException {
        repository.publish();
        repository.client(store).refresh();
        byte[] good = repository.fileNamed("timestamp.json");
        repository.snapshot.put("version", 1L);
        repository.writeSnapshot();
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeTimestamp();
        TufException e = refuses(
                Reason.ROLLBACK,
                "timestamp",
                "5.4.3.2",
                () -> repository.client(store).refresh());
        assertTrue(
                String.valueOf(e.getMessage())
                        .startsWith("timestamp: lists version 1 of \"snapshot.json\", version 2 was listed before; "),
                e::getMessage);
        // CVE-2025-2888: a stored bad timestamp would lock the good one out.
        assertArrayEquals(good, store.load(StoredName.TIMESTAMP, 100_000).orElseThrow());
    }

    @Test
    void aTimestampOfTheSameVersionIsDiscardedQuietly() throws TufException, IOException {
        repository.client(store).refresh();
        byte[] first = repository.fileNamed("timestamp.json");
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.writeSnapshot();
        repository.writeTimestamp();
        TrustedMetadata metadata = repository.client(store).refresh().trusted();
        assertEquals(1, metadata.snapshot().orElseThrow().version());
        assertArrayEquals(first, store.load(StoredName.TIMESTAMP, 100_000).orElseThrow());
    }

    @Test
    void aTimestampOfTheSameVersionDoesNotExtendTheTrustedOne() throws TufException {
        repository.timestamp.put("expires", "2030-01-01T00:00:01Z");
        repository.writeTimestamp();
        TrustedMetadata root =
                TrustedMetadata.start(repository.rootFile(1), SignatureEngine.runtime(), TufLimits.defaults());
        TrustedMetadata remembered = root.rememberTimestamp(repository.fileNamed("timestamp.json"));
        repository.timestamp.put("expires", "2035-01-01T00:00:00Z");
        repository.writeTimestamp();
        byte[] again = repository.fileNamed("timestamp.json");
        assertEquals(
                remembered.timestamp(), remembered.updateTimestamp(again, NOW).timestamp());
        refuses(Reason.EXPIRED, "timestamp", "5.4.4", () -> remembered.updateTimestamp(again, NOW.plusSeconds(1)));
    }

    @Test
    void anExpiredTimestampIsRefusedAndNotStored() throws IOException {
        repository.timestamp.put("expires", NOW.toString());
        repository.writeTimestamp();
        TufException e = refuses(
                Reason.EXPIRED,
                "timestamp",
                "5.4.4",
                () -> repository.client(store).refresh());
        assertEquals(NOW, e.expires().orElseThrow());
        assertEquals(1, e.actualVersion().orElseThrow());
        assertEquals(true, store.load(StoredName.TIMESTAMP, 100_000).isEmpty());
    }

    @Test
    void theStateTakesNoTimestampUnderAnExpiredRoot() throws TufException {
        TrustedMetadata root =
                TrustedMetadata.start(repository.rootFile(1), SignatureEngine.runtime(), TufLimits.defaults());
        byte[] file = repository.fileNamed("timestamp.json");
        Instant afterTheRoot = root.root().expires();
        refuses(Reason.EXPIRED, "root", "5.3.10", () -> root.updateTimestamp(file, afterTheRoot));
    }

    @Test
    void anExpiredStoredTimestampStillForbidsARollback() throws TufException {
        repository.publish();
        byte[] old = repository.fileNamed("timestamp.json");
        repository.timestamp.put("expires", "2029-12-01T00:00:00Z");
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeTimestamp();
        TrustedMetadata state = TrustedMetadata.start(
                        repository.rootFile(1), SignatureEngine.runtime(), TufLimits.defaults())
                .rememberTimestamp(repository.fileNamed("timestamp.json"));
        refuses(Reason.ROLLBACK, "timestamp", "5.4.3.1", () -> state.updateTimestamp(old, NOW));
    }

    @Test
    void anotherKeysSignatureIsRefused() {
        repository.files.put("timestamp.json", sign(repository.timestamp, List.of(SigningKey.ed25519())));
        refuses(
                Reason.THRESHOLD_NOT_MET,
                "timestamp",
                "5.4.2",
                () -> repository.client(store).refresh());
    }

    @Test
    void anotherRolesFileIsRefused() {
        repository.files.put("timestamp.json", sign(repository.snapshot, repository.keysOf(TopLevelRole.TIMESTAMP)));
        TufException e = refuses(
                Reason.WRONG_TYPE,
                "timestamp",
                "5.4.2",
                () -> repository.client(store).refresh());
        assertEquals("/signed/_type", e.pointer().orElseThrow());
    }

    /** Regardless of its signatures, even without any. */
    @Test
    void somethingElseThanAnObjectIsMalformed() {
        for (Object signed : List.of(List.of(), "timestamp", 1)) {
            repository.files.put("timestamp.json", TestRepository.file(signed, List.of()));
            TufException e = refuses(
                    Reason.MALFORMED,
                    "timestamp",
                    "5.4.2",
                    () -> repository.client(store).refresh());
            assertEquals("/signed", e.pointer().orElseThrow());
        }
    }

    @Test
    void itListsTheSnapshotAndNothingElse() {
        object(repository.timestamp, "meta").put("targets.json", object(repository.timestamp, "meta", "snapshot.json"));
        repository.writeTimestamp();
        TufException e = refuses(
                Reason.MALFORMED,
                "timestamp",
                "5.4.2",
                () -> repository.client(store).refresh());
        assertEquals("/signed/meta", e.pointer().orElseThrow());
    }

    @Test
    void anOversizeTimestampIsRefused() {
        repository.timestamp.put("padding", "x".repeat(20_000));
        repository.writeTimestamp();
        TufException e = refuses(
                Reason.LIMIT_EXCEEDED,
                "timestamp",
                "5.4.1",
                () -> repository.client(store).refresh());
        assertEquals(16_384, e.limit().orElseThrow());
    }

    @Test
    void aMissingTimestampIsRefused() {
        repository.files.remove("timestamp.json");
        refuses(
                Reason.NOT_AVAILABLE,
                "timestamp",
                "5.4.1",
                () -> repository.client(store).refresh());
    }

    @Test
    void stepsOutOfOrderAreTheCallersMistake() throws TufException {
        TrustedMetadata root =
                TrustedMetadata.start(repository.rootFile(1), SignatureEngine.runtime(), TufLimits.defaults());
        assertThrows(IllegalStateException.class, () -> root.updateSnapshot(new byte[0], NOW));
        assertThrows(IllegalStateException.class, () -> root.updateTargets(new byte[0], NOW));
        assertThrows(IllegalStateException.class, () -> root.search("x"));
        TrustedMetadata timestamp = root.updateTimestamp(repository.fileNamed("timestamp.json"), NOW);
        assertThrows(IllegalStateException.class, () -> timestamp.updateRoot(new byte[0]));
        assertThrows(IllegalStateException.class, () -> timestamp.rememberTimestamp(new byte[0]));
        assertThrows(IllegalStateException.class, () -> timestamp.updateTimestamp(new byte[0], NOW));
        assertThrows(IllegalStateException.class, () -> timestamp.updateTargets(new byte[0], NOW));
        assertThrows(IllegalStateException.class, () -> timestamp.updateDelegated("targets", "a", new byte[0], NOW));
        TrustedMetadata snapshot = timestamp.updateSnapshot(repository.fileNamed("1.snapshot.json"), NOW);
        assertThrows(IllegalStateException.class, () -> snapshot.rememberSnapshot(new byte[0]));
        assertThrows(IllegalStateException.class, () -> snapshot.updateSnapshot(new byte[0], NOW));
        assertThrows(IllegalStateException.class, () -> snapshot.search("x"));
    }
}
