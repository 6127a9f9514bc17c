package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
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

    @Property(tries = 2000)
    void readsWhateverWasWritten(@ForAll("values") JsonValue value) {
        byte[] document = CompactJson.of(value).getBytes(StandardCharsets.UTF_8);
        assertEquals(Optional.of(value), ours(document));
        assertEquals(Optional.of(value), JacksonReader.read(document));
    }

    @Property(tries = 5000)
    void readsAMangledDocumentAsJacksonDoes(
            @ForAll("values") JsonValue value,
            @ForAll int where,
            @ForAll("fragments") String with,
            @ForAll boolean cut) {
        byte[] document = CompactJson.of(value).getBytes(StandardCharsets.UTF_8);
        int at = Math.floorMod(where, document.length + 1);
        byte[] fragment = with.getBytes(StandardCharsets.UTF_8);
        int skipped = cut && at < document.length ? 1 : 0;
        byte[] mangled = new byte[document.length + fragment.length - skipped];
        System.arraycopy(document, 0, mangled, 0, at);
        System.arraycopy(fragment, 0, mangled, at, fragment.length);
        System.arraycopy(document, at + skipped, mangled, at + fragment.length, document.length - at - skipped);
        assertEquals(JacksonReader.read(mangled), ours(mangled));
    }

    @Property(tries = 5000)
    void readsAFlippedByteAsJacksonDoes(@ForAll("values") JsonValue value, @ForAll int where, @ForAll byte to) {
        byte[] document = CompactJson.of(value).getBytes(StandardCharsets.UTF_8);
        document[Math.floorMod(where, document.length)] = to;
        assertEquals(JacksonReader.read(document), ours(document));
    }

    @Property(tries = 5000)
    void readsPiecesOfJsonAsJacksonDoes(@ForAll("soup") String text) {
        byte[] document = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(JacksonReader.read(document), ours(document), text);
    }

    @Provide
    Arbitrary<String> fragments() {
        return Arbitraries.of(
                "",
                " ",
                ",",
                ":",
                "\"",
                "\\",
                "{",
                "}",
                "[",
                "]",
                "0",
                "-",
                ".",
                "e",
                "null",
                "\u0000",
                "\\u",
                "\\ud800",
                "\\udc00",
                "\u00e9",
                "\ud83d\ude00",
                "\uffff",
                "\t",
                "\n",
                "\u007f");
    }

    @Provide
    Arbitrary<String> soup() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "\"a\"",
                        "\"b\"",
                        "\"\\u0061\"",
                        "1",
                        "-1.5e+3",
                        "0",
                        "true",
                        "false",
                        "null",
                        " ",
                        "\n",
                        "\"\\ud83d\\ude00\"",
                        "1e999")
                .list()
                .ofMaxSize(9)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<JsonValue> values() {
        Arbitrary<String> texts = Arbitraries.oneOf(
                Arbitraries.strings().ascii().ofMaxLength(8),
                Arbitraries.of(
                        "a", "aa", "mediaType", "\ud83d\ude00", "é", "\u20ac", "\u0001", "\"", "\\", "x".repeat(70)));
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                texts.map(JsonString::new),
                Arbitraries.longs().map(number -> new JsonNumber(Long.toString(number))),
                Arbitraries.of("0", "-0", "1.5", "1e5", "1E-7", "-12.25e+3").map(JsonNumber::new),
                Arbitraries.of(true, false).map(JsonBoolean::new),
                Arbitraries.just(JsonNull.INSTANCE));
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(4).map(JsonArray::new),
                        Arbitraries.maps(texts, inner).ofMaxSize(20).map(JsonObject::new)),
                0,
                3);
    }
}
