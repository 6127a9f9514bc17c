package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a file lists, as a map that an application reads like any other. */
class ListedMapTest {
    private final TestRepository repository = new TestRepository();
    private Map<String, TargetInfo> targets = Map.of();

    @BeforeEach
    void listTwoTargets() throws TufException {
        repository.addTarget("a", new byte[1]);
        repository.addTarget("b/ü", new byte[2]);
        repository.publish();
        targets = repository
                .client(MetadataStore.inMemory())
                .refresh()
                .trusted()
                .targets()
                .orElseThrow()
                .targets();
    }

    @Test
    void hasWhatIsListedAndNothingElse() {
        assertEquals(2, targets.size());
        assertEquals(2, targets.entrySet().size());
        assertTrue(targets.containsKey("a"));
        assertTrue(targets.containsKey("b/ü"));
        assertFalse(targets.containsKey("b"));
        Object number = 1;
        assertFalse(targets.containsKey(number));
        TargetInfo found = targets.get("b/ü");
        assertEquals(2, found == null ? -1 : found.length());
        assertNull(targets.get("b"));
        assertNull(targets.get(number));
        assertEquals(Set.of("a", "b/ü"), targets.keySet());
        assertEquals(new HashMap<>(targets), targets);
        assertNotEquals(Map.of(), targets);
    }

    @Test
    void endsAfterTheLastMember() {
        Iterator<Map.Entry<String, TargetInfo>> entries = targets.entrySet().iterator();
        assertEquals("a", entries.next().getKey());
        assertEquals("b/ü", entries.next().getKey());
        assertFalse(entries.hasNext());
        assertThrows(NoSuchElementException.class, entries::next);
    }

    @Test
    void cannotBeChanged() {
        TargetInfo any = targets.values().iterator().next();
        assertThrows(UnsupportedOperationException.class, () -> targets.put("c", any));
        assertThrows(UnsupportedOperationException.class, targets::clear);
    }

    /** A million targets are not copied; what the caller can change is. */
    @Test
    void isNotCopiedWhereAnyOtherMapIs() {
        assertSame(targets, targetsWith(targets).targets());
        Map<String, TargetInfo> own = new HashMap<>(targets);
        Targets of = targetsWith(own);
        own.clear();
        assertEquals(targets, of.targets());
    }

    private static Targets targetsWith(Map<String, TargetInfo> targets) {
        return new Targets(1, Instant.EPOCH, "1.0", targets, Delegations.none());
    }
}
