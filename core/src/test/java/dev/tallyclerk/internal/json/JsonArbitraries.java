package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Values, and pieces of text that mangle a document. */
final class JsonArbitraries {
    private JsonArbitraries() {}

    /** {@return a document with one place changed: a fragment put in, and maybe a byte cut out} */
    static byte[] mangle(byte[] document, int where, String with, boolean cut) {
        int at = Math.floorMod(where, document.length + 1);
        byte[] fragment = with.getBytes(StandardCharsets.UTF_8);
        int skipped = cut && at < document.length ? 1 : 0;
        byte[] mangled = new byte[document.length + fragment.length - skipped];
        System.arraycopy(document, 0, mangled, 0, at);
        System.arraycopy(fragment, 0, mangled, at, fragment.length);
        System.arraycopy(document, at + skipped, mangled, at + fragment.length, document.length - at - skipped);
        return mangled;
    }

    static Arbitrary<String> fragments() {
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

    static Arbitrary<String> soup() {
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

    static Arbitrary<JsonValue> values() {
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
