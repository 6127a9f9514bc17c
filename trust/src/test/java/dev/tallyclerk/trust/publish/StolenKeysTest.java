package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.NOW;
import static dev.tallyclerk.trust.publish.Publisher.keys;
import static dev.tallyclerk.trust.publish.Publisher.newKey;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.publish.Publisher.OwnedKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stolen-key table: an attacker who serves the files of the repository and has some of its keys. Root needs two of
 * three keys.
 */
class StolenKeysTest {
    private static final Instant FAR = NOW.plus(Duration.ofDays(3_000));
    private static final List<String> ROLES = List.of("targets", "snapshot", "timestamp");

    private final Publisher publisher = new Publisher();
    private final OwnedKey team = newKey();
    private final MemoryRepository honest = new MemoryRepository();
    private final TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(honest), CLOCK);
    private final Map<String, byte[]> earlier = new TreeMap<>();

    /** The keys that are stolen, by role. */
    private final Map<String, OwnedKey> stolen = new LinkedHashMap<>();

    /** All combinations of forged and honest files, by the role that lists the attacker's target. */
    private final Map<String, List<Map<String, byte[]>>> forged = new TreeMap<>();

    @BeforeEach
    void publishTwoStates() throws Exception {
        publisher.publish(
                repository,
                publisher
                        .first(repository)
                        .withDelegation("targets", new TeamDelegation("web", keys(1, team), List.of("web/*"), true))
                        .withTarget(target("targets", "old", "old")),
                publisher.root.get(0),
                publisher.root.get(1),
                publisher.targets,
                team);
        earlier.putAll(honest.files);
        publisher.publish(repository, repository.change().withoutTarget("targets", "old"), publisher.targets);
    }

    private void steal(String keys) {
        forged.clear();
        for (String key : keys.split(" ", -1)) {
            switch (key) {
                case "targets" -> stolen.put("targets", publisher.targets);
                case "snapshot" -> stolen.put("snapshot", publisher.snapshot);
                case "timestamp" -> stolen.put("timestamp", publisher.timestamp);
                case "web" -> stolen.put("web", team);
                case "root" -> stolen.put("root", publisher.root.get(0));
                default -> assertEquals("none", key);
            }
        }
    }

    /** A victim: whether it has seen the newest state, and what time it is. */
    private record Victim(boolean hasSeenTheNewest, Instant now) {}

    private FreshMetadata serve(Map<String, byte[]> files, Victim victim) throws TufException {
        MetadataStore store = MetadataStore.inMemory();
        byte[] root = honest.firstRoot();
        if (victim.hasSeenTheNewest()) {
            TufClient.of(honest, store, root).withClock(CLOCK).refresh();
        }
        return TufClient.of(MetadataFetcher.ofFiles(files), store, root)
                .withClock(Clock.fixed(victim.now(), ZoneOffset.UTC))
                .refresh();
    }

    /** What the attacker wants a victim to believe. */
    @FunctionalInterface
    private interface Goal {
        boolean isReached(FreshMetadata metadata) throws TufException;
    }

    /** Tries all combinations of forged and honest files, from the newest state and from the one before. */
    private boolean succeeds(Goal goal, Victim victim, String listedIn) throws Exception {
        for (Map<String, byte[]> files : forged(listedIn)) {
            try {
                if (goal.isReached(serve(files, victim))) {
                    return true;
                }
            } catch (TufException e) {
                // This combination is refused.
            }
        }
        return false;
    }

    private List<Map<String, byte[]>> forged(String listedIn) throws Exception {
        List<Map<String, byte[]>> known = forged.get(listedIn);
        if (known != null) {
            return known;
        }
        List<Map<String, byte[]>> all = new ArrayList<>();
        for (Map<String, byte[]> from : List.of(honest.files, earlier)) {
            for (int set = 0; set < 1 << ROLES.size(); set++) {
                for (int bump = 0; bump <= 1; bump++) {
                    all.add(forge(from, set, bump, listedIn));
                }
            }
        }
        forged.put(listedIn, all);
        return all;
    }

    private Map<String, byte[]> forge(Map<String, byte[]> from, int set, int bump, String listedIn) throws Exception {
        Map<String, byte[]> files = new TreeMap<>(from);
        MemoryRepository memory = new MemoryRepository();
        memory.files.putAll(from);
        RepositoryState state = RepositoryState.read(memory);
        JsonObject meta = state.meta();
        JsonObject evil = new JsonObject(Map.of(
                "length",
                Members.of(4),
                "hashes",
                new JsonObject(
                        Map.of("sha256", Members.of(Digest.sha256Of(new byte[4]).encoded())))));
        if ((set & 1) != 0) {
            JsonObject signed = state.signed(listedIn).orElseThrow();
            String path = listedIn.equals("web") ? "web/evil" : "evil";
            signed = Members.with(signed, "targets", new JsonObject(Map.of(path, evil)));
            meta = Members.with(meta, listedIn + ".json", put(files, listedIn, signed, state.version(listedIn) + bump));
        }
        JsonObject pointer = Members.object(
                        Members.object(state.timestamp().orElseThrow().signed(), "meta")
                                .orElseThrow(),
                        "snapshot.json")
                .orElseThrow();
        if ((set & 2) != 0) {
            JsonObject signed = Members.with(state.snapshot().orElseThrow().signed(), "meta", meta);
            pointer = put(files, "snapshot", signed, state.version("snapshot") + bump);
        }
        if ((set & 4) != 0) {
            JsonObject signed = Members.with(
                    state.timestamp().orElseThrow().signed(), "meta", new JsonObject(Map.of("snapshot.json", pointer)));
            put(files, "timestamp", signed, state.version("timestamp") + 10);
        }
        return files;
    }

    /** Signs with the stolen key of the role, or without one with any other. Returns how the file is listed. */
    private JsonObject put(Map<String, byte[]> files, String role, JsonObject signed, long version) throws Exception {
        JsonObject next = Members.with(
                Members.with(signed, "version", Members.of(version)), "expires", Members.of(FAR.toString()));
        SignedDocument document = SignedDocument.unsigned(role, next);
        List<OwnedKey> all = new ArrayList<>(stolen.values());
        all.add(newKey());
        for (OwnedKey key : all) {
            document = document.withSignature(
                    key.keyId(), HexFormat.of().formatHex(key.pair().sign(document.message())));
        }
        byte[] file = document.bytes();
        files.put(document.fileName(), file);
        Map<String, JsonValue> listing = new LinkedHashMap<>();
        listing.put("version", Members.of(version));
        listing.put("length", Members.of(file.length));
        listing.put(
                "hashes",
                new JsonObject(Map.of("sha256", Members.of(Digest.sha256Of(file).encoded()))));
        return new JsonObject(listing);
    }

    private static Stream<String> setsBelowTheThreshold() {
        List<String> all = List.of("timestamp", "snapshot", "targets", "web");
        Stream<String> withOneOfRoot = Stream.of("root", "timestamp snapshot targets web root");
        Stream<String> sets = IntStream.range(0, 1 << all.size()).mapToObj(set -> {
            String keys = IntStream.range(0, all.size())
                    .filter(i -> (set & 1 << i) != 0)
                    .mapToObj(all::get)
                    .collect(Collectors.joining(" "));
            return keys.isEmpty() ? "none" : keys;
        });
        return Stream.concat(sets, withOneOfRoot);
    }

    /**
     * The table, for each set of keys below the threshold of root. Replay: a client that has seen nothing gets the
     * state before the newest. Rollback: the same for one that has seen the newest. Freeze: a client gets a state whose
     * timestamp has expired, or whose snapshot has. Any: a client gets a target that nobody published.
     */
    @ParameterizedTest
    @MethodSource("setsBelowTheThreshold")
    void whatAnAttackerCanMakeAClientAccept(String keys) throws Exception {
        steal(keys);
        boolean replay = true;
        boolean rollback = false;
        boolean freeze = stolen.containsKey("timestamp");
        boolean longFreeze = freeze && stolen.containsKey("snapshot");
        boolean any = longFreeze && stolen.containsKey("targets");
        boolean web = longFreeze && stolen.containsKey("web");
        Goal old = metadata -> metadata.target("old").isPresent();
        Goal state = metadata -> true;

        assertEquals(replay, succeeds(old, new Victim(false, NOW), "targets"), "replay");
        assertEquals(rollback, succeeds(old, new Victim(true, NOW), "targets"), "rollback");
        assertEquals(
                freeze, succeeds(state, new Victim(true, NOW.plus(Duration.ofDays(3))), "targets"), "freeze 3 days");
        assertEquals(
                longFreeze,
                succeeds(state, new Victim(true, NOW.plus(Duration.ofDays(20))), "targets"),
                "freeze 20 days");
        for (boolean hasSeen : new boolean[] {false, true}) {
            Victim victim = new Victim(hasSeen, NOW);
            assertEquals(any, succeeds(metadata -> metadata.target("evil").isPresent(), victim, "targets"), "any");
            assertEquals(
                    web, succeeds(metadata -> metadata.target("web/evil").isPresent(), victim, "web"), "any of web");
        }
    }

    @ParameterizedTest
    @CsvSource({"timestamp snapshot, true", "timestamp, false", "snapshot, false", "none, false"})
    void theKeyOfHashBinsVouchesForWhatTheBinsMayList(String others, boolean succeeds) throws Exception {
        OwnedKey bins = newKey();
        RepositoryChange change =
                repository.change().withHashBins("targets", HashBins.of("bin", 2, Publisher.keys(1, bins)));
        publisher.publish(repository, change, publisher.targets, bins);
        steal(others);
        stolen.put("bins", bins);
        JsonObject targets = RepositoryState.read(honest).signed("targets").orElseThrow();
        String bin = BinTable.of(Members.object(targets, "delegations").orElseThrow())
                .binOf("evil")
                .orElseThrow();
        earlier.clear();
        earlier.putAll(honest.files);

        Goal any = metadata -> metadata.target("evil").isPresent();
        assertEquals(succeeds, succeeds(any, new Victim(true, NOW), bin));
    }

    /** The owner's next state seems older; new keys of the role in a new root end that. */
    @Test
    void aVersionThatIsFarTooHighIsForgottenWithItsKey() throws Exception {
        steal("timestamp");
        Map<String, byte[]> files = new TreeMap<>(honest.files);
        SignedDocument newest = RepositoryState.read(honest).timestamp().orElseThrow();
        put(files, "timestamp", newest.signed(), 1_000_000);
        MetadataStore store = MetadataStore.inMemory();
        TufClient.of(MetadataFetcher.ofFiles(files), store, honest.firstRoot())
                .withClock(CLOCK)
                .refresh();
        TufClient victim = TufClient.of(honest, store, honest.firstRoot()).withClock(CLOCK);
        repository.bumpTimestamp(publisher.online);
        assertEquals(
                TufException.Reason.ROLLBACK,
                assertThrows(TufException.class, victim::refresh).reason());

        OwnedKey next = newKey();
        RepositoryChange change = repository.change().withKeys(TopLevelRole.TIMESTAMP, keys(1, next));
        repository.publish(
                Publisher.signed(change.pending(), publisher.root.get(0), publisher.root.get(1)),
                List.of(publisher.snapshot, publisher.timestamp, next));
        assertEquals(2, victim.refresh().trusted().root().version());
    }

    /** {@return whether a client that has seen the newest state accepts a root that names only the attacker's key} */
    private boolean takesOver(List<OwnedKey> rootKeys) throws Exception {
        OwnedKey own = newKey();
        KeySet only = keys(1, own);
        RepositoryChange change = repository.change();
        for (TopLevelRole role : TopLevelRole.values()) {
            change = change.withKeys(role, only);
        }
        PendingMetadata pending = change.pending().signedBy(own);
        for (OwnedKey key : rootKeys) {
            pending = pending.signedBy(key);
        }
        Map<String, byte[]> files = new TreeMap<>(honest.files);
        for (PendingDocument each : pending.documents()) {
            files.put(each.document().fileName(), each.document().bytes());
        }
        try {
            FreshMetadata metadata = serve(files, new Victim(true, NOW));
            return metadata.trusted().root().keysOf(TopLevelRole.ROOT).keyIds().contains(own.keyId());
        } catch (TufException e) {
            // The new root does not fit the honest timestamp: it is trusted if that is what the client complains of.
            return e.reason() == TufException.Reason.THRESHOLD_NOT_MET
                    && String.valueOf(e.getMessage()).startsWith("timestamp");
        }
    }

    @Test
    void aThresholdOfRootKeysTakesOverAndLessDoesNot() throws Exception {
        assertFalse(takesOver(List.of()));
        for (OwnedKey key : publisher.root) {
            assertFalse(takesOver(List.of(key)));
        }
        assertTrue(takesOver(publisher.root.subList(0, 2)));
        assertTrue(takesOver(publisher.root.subList(1, 3)));
    }

    @Test
    void newKeysEndWhatStolenOnesCanDo() throws Exception {
        steal("timestamp snapshot targets");
        Goal any = metadata -> metadata.target("evil").isPresent();
        assertTrue(succeeds(any, new Victim(true, NOW), "targets"));

        OwnedKey targets = newKey();
        OwnedKey snapshot = newKey();
        OwnedKey timestamp = newKey();
        RepositoryChange change = repository
                .change()
                .withKeys(TopLevelRole.TARGETS, keys(1, targets))
                .withKeys(TopLevelRole.SNAPSHOT, keys(1, snapshot))
                .withKeys(TopLevelRole.TIMESTAMP, keys(1, timestamp));
        repository.publish(
                Publisher.signed(change.pending(), publisher.root.get(0), publisher.root.get(1), targets),
                List.of(snapshot, timestamp));

        forged.clear();
        assertFalse(succeeds(any, new Victim(true, NOW), "targets"), "of a client that knows the new root");
    }
}
