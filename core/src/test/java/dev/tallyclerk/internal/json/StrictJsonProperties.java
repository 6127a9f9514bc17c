package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Our reader reads what Jackson reads, as Jackson reads it, and refuses what Jackson, under I-JSON's rules, refuses.
 */
class StrictJsonProperties {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 500, 1 << 20, 1000, 1 << 20);

    private static Optional<JsonValue> ours(byte[] document) {
        try {
            return Optional.of(StrictJson.parseInterchangeable(document, LIMITS));
        } catch (JsonException e) {
            assertTrue(e.reason() == Reason.SYNTAX || e.reason() == Reason.DUPLICATE_MEMBER, e.toString());
            assertTrue(!e.rule().isEmpty(), e.toString());
            return Optional.empty();
        }
    }

    @Property
    void readsWhateverWasWritten(@ForAll("values") JsonValue value) {
        byte[] document = CompactJson.of(value).getBytes(StandardCharsets.UTF_8);
        assertEquals(Optional.of(value), ours(document));
        assertEquals(Optional.of(value), JacksonReader.read(document));
    }

    @Property
    void readsAMangledDocumentAsJacksonDoes(
            @ForAll("values") JsonValue value,
            @ForAll int where,
            @ForAll("fragments") String with,
            @ForAll boolean cut) {
        byte[] document = CompactJson.of(value).getBytes(StandardCharsets.UTF_8);
        byte[] mangled = JsonArbitraries.mangle(document, where, with, cut);
        assertEquals(JacksonReader.read(mangled), ours(mangled));
    }

    @Property
    void readsAFlippedByteAsJacksonDoes(@ForAll("values") JsonValue value, @ForAll int where, @ForAll byte to) {
        byte[] document = CompactJson.of(value).getBytes(StandardCharsets.UTF_8);
        document[Math.floorMod(where, document.length)] = to;
        assertEquals(JacksonReader.read(document), ours(document));
    }

    @Property
    void readsPiecesOfJsonAsJacksonDoes(@ForAll("soup") String text) {
        byte[] document = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(JacksonReader.read(document), ours(document), text);
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
