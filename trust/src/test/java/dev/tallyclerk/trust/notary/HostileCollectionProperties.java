package dev.tallyclerk.trust.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever a server or a store has: a collection that its keys signed, or a NotaryException, and nothing else. */
class HostileCollectionProperties {
    private static final String GUN = "docker.io/acme/app";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T00:00:00Z"), ZoneOffset.UTC);
    private static final SavedState OLD = SavedState.own("dct/05-witness");
    private static final SavedState NEW = SavedState.own("dct/06-alice-removed");
    private static final List<String> OLD_ROWS = rows(OLD);
    private static final List<String> NEW_ROWS = rows(NEW);
    private static final List<String> PIECES = List.of(
            "0",
            "9",
            "-1",
            "1.5",
            "1e400",
            "null",
            "[]",
            "{}",
            "\"\"",
            "\"",
            "\\u0000",
            "\\ud800",
            "Root",
            "targets",
            "../",
            "\"version\":1,",
            "\"signed\":{},",
            "A",
            "=",
            "ä",
            "\n");

    private static NotaryClient client(SavedState state, MetadataStore store) {
        return NotaryClient.of(GUN, state.fetcher(), NotaryRootTrust.firstUse())
                .withStore(store)
                .withClock(CLOCK);
    }

    private static byte[] damaged(byte[] file, Random random) {
        byte[] bytes = file.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(bytes, at);
            case 2 -> {
                int until = at + random.nextInt(Math.min(64, bytes.length - at));
                byte[] shorter = Arrays.copyOf(bytes, bytes.length - (until - at));
                System.arraycopy(bytes, until, shorter, at, bytes.length - until);
                bytes = shorter;
            }
            default -> {
                String text = new String(bytes, StandardCharsets.UTF_8);
                int point = random.nextInt(text.length());
                String piece = PIECES.get(random.nextInt(PIECES.size()));
                bytes = (text.substring(0, point) + piece + text.substring(point)).getBytes(StandardCharsets.UTF_8);
            }
        }
        return bytes;
    }

    private static List<String> rows(NotaryCollection collection) {
        return collection.targets().stream().map(TargetInfo::toString).toList();
    }

    private static List<String> rows(SavedState state) {
        try {
            return rows(client(state, MetadataStore.inMemory()).update());
        } catch (NotaryException e) {
            throw new IllegalStateException(e);
        }
    }

    @Property(tries = 200)
    void aDamagedFileMakesNoOtherTargets(@ForAll long seed, @ForAll @IntRange(min = 0, max = 7) int which) {
        Random random = new Random(seed);
        List<String> roles = List.of(
                "root", "timestamp", "snapshot", "targets", "targets/releases", "targets/alice", "targets/bob", "root");
        SavedState state = OLD.changed(roles.get(which), file -> damaged(file, random));
        try {
            assertEquals(OLD_ROWS, rows(client(state, MetadataStore.inMemory()).update()));
        } catch (NotaryException e) {
            assertTrue(e.toString().length() < 3_000);
        }
    }

    @Property(tries = 200)
    void aMixOfTwoStatesIsOneOfThemOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        SavedState mix = SavedState.empty();
        for (SavedState state : List.of(OLD, NEW)) {
            for (Map.Entry<String, byte[]> file : state.files().entrySet()) {
                if (random.nextInt(4) > 0) {
                    mix.files().put(file.getKey(), file.getValue());
                }
            }
        }
        MetadataStore store = MetadataStore.inMemory();
        try {
            if (random.nextBoolean()) {
                client(OLD, store).update();
            }
            List<String> rows = rows(client(mix, store).update());
            assertTrue(rows.equals(OLD_ROWS) || rows.equals(NEW_ROWS), rows::toString);
        } catch (NotaryException e) {
            assertTrue(
                    List.of(Reason.NOT_AVAILABLE, Reason.HASH_MISMATCH, Reason.ROLLBACK)
                            .contains(e.reason()),
                    e::toString);
        }
    }

    /** The root of the store is what trust rests on, so damage to it is never repaired from the server. */
    @Property(tries = 100)
    void aDamagedStoreMakesNoOtherTargets(@ForAll long seed) throws NotaryException, IOException {
        Random random = new Random(seed);
        MetadataStore store = MetadataStore.inMemory();
        client(OLD, store).update();
        List<StoredName> names = new ArrayList<>(List.of(
                StoredName.ROOT,
                StoredName.ROOT_COPY,
                StoredName.TIMESTAMP,
                StoredName.SNAPSHOT,
                StoredName.TARGETS,
                StoredName.delegated("targets/releases")));
        for (StoredName name : names) {
            if (random.nextInt(3) == 0) {
                store.store(name, damaged(store.load(name, 1 << 20).orElseThrow(), random));
            }
        }
        try {
            assertEquals(NEW_ROWS, rows(client(NEW, store).update()));
        } catch (NotaryException e) {
            assertTrue(
                    List.of(Reason.STORE_DAMAGED, Reason.ROOT_NOT_CHAINED, Reason.SAME_VERSION_CHANGED, Reason.ROLLBACK)
                            .contains(e.reason()),
                    e::toString);
        }
    }
}
