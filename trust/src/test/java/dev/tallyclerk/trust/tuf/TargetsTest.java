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
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TUF 5.6 and 5.7. */
class TargetsTest {
    private static final byte[] CONTENT = {1, 2, 3};

    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();

    private TufException refused(Reason reason, String step) {
        return refuses(reason, "targets", step, () -> repository.client(store).refresh());
    }

    @Test
    void aListedTargetIsFound() throws TufException {
        repository.addTarget("a/b.txt", CONTENT);
        repository.publish();
        FreshMetadata metadata = repository.client(store).refresh();
        TargetInfo target = metadata.target("a/b.txt").orElseThrow();
        assertEquals(new TargetInfo("a/b.txt", 3, List.of(Digest.sha256Of(CONTENT)), "targets", ""), target);
        assertTrue(metadata.target("a/c.txt").isEmpty());
        assertTrue(metadata.target("").isEmpty());
    }

    @Test
    void theTrustLastsUntilTheFirstFileExpires() throws TufException {
        repository.snapshot.put("expires", "2030-01-05T00:00:00Z");
        repository.publish();
        assertEquals(
                Instant.parse("2030-01-05T00:00:00Z"),
                repository.client(store).refresh().expires());
    }

    @Test
    void theVersionIsTheListedOne() {
        repository.targets.put("version", 7L);
        repository.files.put("1.targets.json", sign(repository.targets, repository.keysOf(TopLevelRole.TARGETS)));
        TufException e = refused(Reason.WRONG_VERSION, "5.6.4");
        assertEquals(1, e.expectedVersion().orElseThrow());
        assertEquals(7, e.actualVersion().orElseThrow());
    }

    @Test
    void hashAndLengthAreTheListedOnes() {
        repository.listLengthsAndHashes = true;
        repository.writeAll();
        Map<String, Object> listed = object(repository.snapshot, "meta", "targets.json");
        object(listed, "hashes").put("sha256", "ab".repeat(32));
        repository.writeSnapshot();
        repository.writeTimestamp();
        refused(Reason.HASH_MISMATCH, "5.6.2");
        listed.put("length", repository.fileNamed("1.targets.json").length + 9);
        repository.bump(TopLevelRole.SNAPSHOT);
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeSnapshot();
        repository.writeTimestamp();
        refused(Reason.LENGTH_MISMATCH, "5.6.2");
    }

    @Test
    void anExpiredFileIsRefusedAndNotStored() throws IOException {
        repository.targets.put("expires", NOW.toString());
        repository.writeAll();
        refused(Reason.EXPIRED, "5.6.5");
        assertTrue(store.load(StoredName.TARGETS, 100_000).isEmpty());
    }

    @Test
    void anotherKeysSignatureIsRefused() {
        repository.files.put("1.targets.json", sign(repository.targets, List.of(SigningKey.ed25519())));
        refused(Reason.THRESHOLD_NOT_MET, "5.6.3");
    }

    @Test
    void aMissingOrOversizeFileIsRefused() {
        repository.files.remove("1.targets.json");
        refused(Reason.NOT_AVAILABLE, "5.6.1");
        repository.targets.put("padding", "x".repeat(5_000_000));
        repository.writeTargets();
        refused(Reason.LIMIT_EXCEEDED, "5.6.1");
    }

    @Test
    void withoutConsistentSnapshotsNamesHaveNoVersion() throws TufException {
        repository.root.put("consistent_snapshot", false);
        repository.rotateRoot();
        repository.writeAll();
        repository.client(store).refresh();
        assertEquals(
                List.of("2.root.json", "3.root.json", "timestamp.json", "snapshot.json", "targets.json"),
                repository.takeRequests());
    }

    @Test
    void anAbsentConsistentSnapshotMeansOff() throws TufException {
        repository.root.remove("consistent_snapshot");
        repository.rotateRoot();
        repository.writeAll();
        repository.client(store).refresh();
        assertTrue(repository.takeRequests().contains("snapshot.json"));
    }

    /** go-tuf 721. */
    @Test
    void aTargetWithoutAKnownHashIsRefusedWhenAskedFor() throws TufException {
        object(repository.targets, "targets")
                .putAll(Map.of(
                        "none", Map.of("length", 1, "hashes", Map.of()),
                        "unknown", Map.of("length", 1, "hashes", Map.of("md5", "00", "blake3", "aa"))));
        repository.addTarget("good", CONTENT);
        repository.publish();
        FreshMetadata metadata = repository.client(store).refresh();
        assertTrue(metadata.target("good").isPresent());
        refuses(Reason.NO_KNOWN_HASH, "targets", "5.7", () -> metadata.target("none"));
        refuses(Reason.NO_KNOWN_HASH, "targets", "5.7", () -> metadata.target("unknown"));
    }

    /** One bad entry must not take the whole repository away. */
    @ParameterizedTest
    @ValueSource(strings = {"00", "", "zz"})
    void aMalformedHashRefusesThatTargetAndNoOther(String hash) throws TufException {
        Map<String, Object> mixed = new LinkedHashMap<>(Map.of("sha256", "ab".repeat(32)));
        mixed.put("sha512", hash);
        object(repository.targets, "targets")
                .putAll(Map.of(
                        "bad", Map.of("length", 1, "hashes", Map.of("sha256", hash)),
                        "mixed", Map.of("length", 1, "hashes", mixed),
                        "list", Map.of("length", 1, "hashes", Map.of("sha256", List.of(), "md5", 1))));
        repository.addTarget("good", CONTENT);
        repository.publish();
        FreshMetadata metadata = repository.client(store).refresh();
        assertTrue(metadata.target("good").isPresent());
        for (String path : List.of("bad", "mixed", "list")) {
            refuses(Reason.NO_KNOWN_HASH, "targets", "5.7", () -> metadata.target(path));
        }
    }

    @Test
    void customMembersAndHugeLengthsAreFine() throws TufException {
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("length", 1L << 40);
        target.put("hashes", Map.of("sha512", "AB".repeat(64), "x-future", "?"));
        target.put("custom", Map.of("anything", List.of(1, Map.of("at", "all"))));
        object(repository.targets, "targets").put("ünïcode \ud83d\ude00 \"quoted\"", target);
        repository.targets.put("x-unknown", Map.of("\uffff", 1, "\ud83d\ude00", 2, "\u007f\n", false));
        repository.publish();
        TargetInfo found = repository
                .client(store)
                .refresh()
                .target("ünïcode \ud83d\ude00 \"quoted\"")
                .orElseThrow();
        assertEquals(1L << 40, found.length());
        assertEquals("{\"anything\":[1,{\"at\":\"all\"}]}", found.custom());
        assertEquals("sha512:" + "ab".repeat(64), found.digests().get(0).toString());
    }
}
