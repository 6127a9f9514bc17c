package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks the table of the package documentation: makes what each row has in the store, and does what follows. */
class RecoveryTableTest {
    private static final Path DOCUMENTATION = Path.of("src/main/java/dev/tallyclerk/trust/tuf/package-info.java");
    private static final Pattern ROW = Pattern.compile("<th scope=\"row\">(.*?)</th>(.*?)</tr>");
    private static final Pattern CELL = Pattern.compile("<td>(.*?)</td>");
    private static final byte[] DAMAGED = {'{'};

    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();
    private final List<String> told = new ArrayList<>();

    /** Whether the client has no other root than that of its store. */
    private boolean rootFromStore;

    private Duration freshnessWindow = Duration.ZERO;
    private Instant now = TestRepository.NOW;

    /** Leaves in the store what the first cell of a row says, and publishes what the next run finds. */
    @FunctionalInterface
    private interface Leaving {
        void run() throws TufException, IOException;
    }

    private final Map<String, Leaving> rows = rows();

    private Map<String, Leaving> rows() {
        Map<String, Leaving> all = new LinkedHashMap<>();
        all.put("nothing", () -> {});
        all.put("nothing, although the root should be there", () -> rootFromStore = true);
        all.put("the new timestamp, the old snapshot and targets", () -> killAfter(1));
        all.put("the new timestamp and snapshot, the old targets", () -> killAfter(2));
        all.put("the new root.N, all other files old", () -> killAfterWithNewKeys(1));
        all.put("the new root.N, the old snapshot, no timestamp", () -> killAfterWithNewKeys(2));
        all.put("the new root.N, neither timestamp nor snapshot", () -> killAfterWithNewKeys(3));
        all.put("the new root.N and root.json, neither timestamp nor snapshot", () -> killAfterWithNewKeys(4));
        all.put("all new files, but the old root.copy", () -> {
            rootFromStore = true;
            store.store(StoredName.ROOT, repository.rootFile(1));
            client().refresh();
            repository.rotateRoot();
            publishAndKillAfter(5);
        });
        all.put("all new files, but no new confirmation", () -> {
            freshnessWindow = Duration.ofHours(1);
            client().refresh();
            now = now.plus(freshnessWindow);
            publishAndKillAfter(3);
        });
        all.put("an expired timestamp", () -> {
            repository.timestamp.put("expires", "2030-01-02T00:00:00Z");
            repository.writeTimestamp();
            client().refresh();
            now = Instant.parse("2030-01-02T00:00:00Z");
            repository.timestamp.put("expires", "2030-01-03T00:00:00Z");
            repository.bump(TopLevelRole.TIMESTAMP);
            repository.writeTimestamp();
        });
        all.put("a damaged root.json", () -> damage(StoredName.ROOT));
        all.put("a damaged root.N before the last one", () -> {
            repository.rotateRoot();
            repository.rotateRoot();
            damage(StoredName.rootVersion(2));
        });
        all.put("a damaged root.json, a whole root.copy", () -> {
            rootFromStore = true;
            store.store(StoredName.ROOT, repository.rootFile(1));
            damage(StoredName.ROOT);
        });
        all.put("a damaged root.json and a damaged root.copy", () -> {
            rootFromStore = true;
            store.store(StoredName.ROOT, repository.rootFile(1));
            damage(StoredName.ROOT);
            store.store(StoredName.ROOT_COPY, DAMAGED);
        });
        all.put("a damaged timestamp", () -> damage(StoredName.TIMESTAMP));
        all.put("a damaged snapshot", () -> damage(StoredName.SNAPSHOT));
        all.put("damaged targets", () -> damage(StoredName.TARGETS));
        all.put("a damaged file of a delegated role", () -> {
            repository.delegate("targets", "team", "team/*");
            repository.addTarget("team", "team/app", new byte[1]);
            repository.publish();
            client().refresh().requireTarget("team/app");
            store.store(StoredName.delegated("team"), DAMAGED);
        });
        all.put("a root.json that is the next root", () -> leaveRootJson(1, SigningKey.ed25519()));
        all.put("a root.json of another repository, one version later", () -> {
            TestRepository other = new TestRepository();
            other.rotateRoot();
            client().refresh();
            store.store(StoredName.ROOT, other.rootFile(2));
        });
        all.put("a root.json two versions later, which the repository does not show", () -> {
            leaveRootJson(2);
            repository.files.remove("2.root.json");
        });
        return all;
    }

    private TufClient client(MetadataStore used) {
        TufClient client = rootFromStore ? repository.clientOfStoredRoot(used) : repository.client(used);
        return client.withFreshnessWindow(freshnessWindow).withClock(Clock.fixed(now, ZoneOffset.UTC));
    }

    private TufClient client() {
        return client(store);
    }

    /** Publishes all anew, and ends a refresh after so many changes of the store. */
    private void publishAndKillAfter(int changes) {
        repository.publish();
        TufClient killed = client(new DyingStore(store, changes));
        assertThrows(TufException.class, killed::refresh);
    }

    private void killAfter(int changes) throws TufException {
        client().refresh();
        publishAndKillAfter(changes);
    }

    private void killAfterWithNewKeys(int changes) throws TufException {
        client().refresh();
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        repository.setKeys(TopLevelRole.SNAPSHOT, 1, SigningKey.ed25519());
        repository.rotateRoot();
        publishAndKillAfter(changes);
    }

    private void damage(StoredName name) throws TufException, IOException {
        client().refresh();
        store.store(name, DAMAGED);
    }

    /** Another program that was shipped with a later root has refreshed the store. */
    private void leaveRootJson(int later, SigningKey... keys) throws TufException {
        client().refresh();
        for (int i = 0; i < later; i++) {
            repository.rotateRoot(keys);
        }
        repository.client(store, repository.rootFile(1 + later)).refresh();
    }

    /** {@return what a refresh and a search fetch, or why they are refused} */
    private String refresh() {
        TufClient client = client(store).withListener(new TufListener() {
            @Override
            public void storedFileRefused(String role, TufException why) {
                told.add(role + " " + why.reason());
            }
        });
        told.clear();
        repository.takeRequests();
        try {
            client.refresh().target("team/app");
        } catch (TufException e) {
            return "refused: " + e.reason();
        }
        return repository.takeRequests().stream()
                .filter(repository.files::containsKey)
                .map(name -> name.replaceAll("^[0-9]+\\.|\\.json$", ""))
                .collect(Collectors.joining(", "));
    }

    private String offline() {
        try {
            client().offline().target("team/app");
            return "works";
        } catch (TufException e) {
            return e.reason().name();
        }
    }

    private String told() {
        return told.isEmpty() ? "nothing" : String.join(", ", told);
    }

    /** {@return the cells of each row by the first one, which says what is in the store} */
    private static Map<String, List<String>> table() throws IOException {
        String text =
                Files.readString(DOCUMENTATION).replaceAll("\\s+\\* ?", " ").replaceAll("\\{@code ([^}]*)}", "$1");
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (MatchResult row : ROW.matcher(text).results().toList()) {
            rows.put(
                    row.group(1),
                    CELL.matcher(row.group(2))
                            .results()
                            .map(cell -> cell.group(1))
                            .toList());
        }
        return rows;
    }

    static List<String> rowNames() {
        return List.copyOf(new RecoveryTableTest().rows.keySet());
    }

    @Test
    void makesEveryRowOfTheTable() throws IOException {
        assertEquals(rowNames(), List.copyOf(table().keySet()));
    }

    @ParameterizedTest
    @MethodSource("rowNames")
    void doesWhatTheTableSays(String name) throws TufException, IOException {
        List<String> cells = table().getOrDefault(name, List.of());
        rows.getOrDefault(name, () -> {}).run();
        Map<String, String> before = stored();
        assertEquals(cells.get(0), offline());
        assertEquals(before, stored(), "offline, nothing is stored");
        assertEquals(cells.get(1), refresh());
        assertEquals(cells.get(2), told());
        if (cells.get(1).startsWith("refused")) {
            assertEquals(before, stored());
        } else {
            assertEquals(published(), stored());
            assertEquals("works", offline());
            assertEquals(freshnessWindow.isZero() ? "timestamp" : "", refresh(), "nothing is left to recover");
            assertEquals("nothing", told());
        }
    }

    /** {@return the digests of the files of the top-level roles, by their names} */
    private Map<String, String> stored() throws IOException {
        Map<String, String> digests = new TreeMap<>();
        for (TopLevelRole role : TopLevelRole.values()) {
            store.load(TestRepository.storedName(role), 1_000_000)
                    .ifPresent(file ->
                            digests.put(role.roleName(), Digest.sha256Of(file).toString()));
        }
        return digests;
    }

    private Map<String, String> published() {
        Map<String, String> digests = new TreeMap<>();
        for (TopLevelRole role : TopLevelRole.values()) {
            String name = role == TopLevelRole.TIMESTAMP
                    ? role.fileName()
                    : TestRepository.fileName(role, repository.version(role));
            digests.put(
                    role.roleName(), Digest.sha256Of(repository.fileNamed(name)).toString());
        }
        return digests;
    }
}
