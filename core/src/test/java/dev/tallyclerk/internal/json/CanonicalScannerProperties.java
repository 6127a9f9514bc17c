package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** One pass over the bytes takes what the reader of trees takes, and writes what the tree's canonical form is. */
class CanonicalScannerProperties {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 500, 1 << 20, 1000, 1 << 20);

    private final CanonicalScanner scanner = new CanonicalScanner(LIMITS);

    private void assertSameAsTree(byte[] document) throws JsonException {
        JsonCursor tree;
        try {
            tree = JsonCursor.parse(document, LIMITS);
        } catch (JsonException e) {
            JsonException ours = assertThrows(JsonException.class, () -> scanner.scan(document));
            assertEquals(e.getMessage() + e.reason() + e.rule(), ours.getMessage() + ours.reason() + ours.rule());
            return;
        }
        scanner.scan(document);
        if (scanner.hasFractions()) {
            assertThrows(JsonException.class, () -> CanonicalJson.encode(tree));
        } else {
            assertArrayEquals(CanonicalJson.encode(tree), scanner.toByteArray());
            assertEquals(Canonical.unsigned(tree.value()), Canonical.read(scanner.toByteArray()));
        }
    }

    @Property
    void writesWhatTheTreesFormIs(@ForAll("values") JsonValue value) throws JsonException {
        assertSameAsTree(CompactJson.of(value).getBytes(StandardCharsets.UTF_8));
    }

    @Property
    void readsAMangledDocumentAsTheTreesReaderDoes(
            @ForAll("values") JsonValue value, @ForAll int where, @ForAll("fragments") String with, @ForAll boolean cut)
            throws JsonException {
        byte[] document = CompactJson.of(value).getBytes(StandardCharsets.UTF_8);
        assertSameAsTree(JsonArbitraries.mangle(document, where, with, cut));
    }

    @Property
    void readsAFlippedByteAsTheTreesReaderDoes(@ForAll("values") JsonValue value, @ForAll int where, @ForAll byte to)
            throws JsonException {
        byte[] document = CompactJson.of(value).getBytes(StandardCharsets.UTF_8);
        document[Math.floorMod(where, document.length)] = to;
        assertSameAsTree(document);
    }

    @Property
    void readsPiecesOfJsonAsTheTreesReaderDoes(@ForAll("soup") String text) throws JsonException {
        assertSameAsTree(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 500)
    void sortsManyMembersByCodePoint(@ForAll("names") List<String> names) throws JsonException {
        Map<String, JsonValue> members =
                names.stream().distinct().collect(Collectors.toMap(name -> name, JsonString::new));
        assertSameAsTree(CompactJson.of(new JsonObject(members)).getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 500)
    void findsEachMemberByItsNameAndNoOther(@ForAll("names") List<String> names, @ForAll("names") List<String> others)
            throws JsonException {
        Map<String, JsonValue> members =
                names.stream().distinct().collect(Collectors.toMap(name -> name, JsonString::new));
        scanner.scan(CompactJson.of(new JsonObject(members)).getBytes(StandardCharsets.UTF_8));
        MemberTable table = Canonical.table(scanner.toByteArray());
        assertEquals(members.size(), table.size());
        for (String name : members.keySet()) {
            int found = table.find(name);
            assertEquals(name, table.name(found));
            assertEquals(name, table.value(found, "").string());
        }
        for (String other : others) {
            assertEquals(members.containsKey(other), table.find(other) >= 0, other);
        }
    }

    /** Short ones of few characters, with and without a long beginning that all have. */
    @Provide
    Arbitrary<List<String>> names() {
        Arbitrary<String> name = Arbitraries.of("\"", "\\", "\u0001", " ", "!", "#", "a", "é", "\uff5e", "\ud83d\ude00")
                .list()
                .ofMaxSize(11)
                .map(parts -> String.join("", parts));
        return Arbitraries.of("", "path/to/some/", "path\\to\\")
                .flatMap(start -> name.map(end -> start + end).list().ofMaxSize(60));
    }

    @Provide
    Arbitrary<String> fragments() {
        return JsonArbitraries.fragments();
    }

    @Provide
    Arbitrary<String> soup() {
        return JsonArbitraries.soup();
    }

    @Provide
    Arbitrary<JsonValue> values() {
        return JsonArbitraries.values();
    }
}
