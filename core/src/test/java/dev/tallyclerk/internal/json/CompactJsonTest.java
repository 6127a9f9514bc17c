package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactJsonTest {
    private static String compact(String json) throws JsonException {
        return CompactJson.of(
                StrictJson.parseInterchangeable(json.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(10_000)));
    }

    @Test
    void dropsBlanksAndKeepsOrderAndNumbers() throws JsonException {
        assertEquals(
                "{\"b\":[1.50,-0,1E2,true,false,null],\"a\":{},\"c\":[]}",
                compact(" { \"b\" : [ 1.50, -0 , 1E2, true,false, null ] , \"a\":{ }, \"c\":[ ] } "));
    }

    @Test
    void escapesAsRfc8785Does() throws JsonException {
        // RFC 8785, 3.2.2.2: short escapes, lower-case hexadecimal ones for other control characters, nothing else.
        assertEquals(
                "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u001f\u007f\u20ac\ud83d\ude00\"",
                compact("\"\\b\\t\\n\\f\\r\\\"\\\\\\/\\u001F\\u007f\\u20AC\\ud83d\\ude00\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "a\udc00", "\uffff", "\ufdd0", "\ud83f\udfff"})
    void refusesTextThatCannotBeInterchanged(String text) {
        assertThrows(IllegalArgumentException.class, () -> CompactJson.appendString(text, new StringBuilder()));
    }

    @Test
    void valuesKeepNoncharactersAndLoseHalvesOfPairs() throws JsonException {
        String text = "a\uffff\ufdd0\ud83f\udfff";
        JsonValue read = StrictJson.parse(
                ("{\"" + text + "\":[\"" + text + "\"]}").getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(100));
        assertEquals("{\"" + text + "\":[\"" + text + "\"]}", CompactJson.of(read));
        assertEquals("\"\ufffdb\ufffd\"", CompactJson.of(new JsonValue.JsonString("\udc00b\ud800")));
    }

    @Property
    void everyStringIsReadBackOrRefused(@ForAll String text) throws JsonException {
        StringBuilder out = new StringBuilder();
        try {
            CompactJson.appendString(text, out);
        } catch (IllegalArgumentException e) {
            assertThrows(JsonException.class, () -> compact('"' + text + '"'));
            return;
        }
        assertEquals(
                text,
                JsonCursor.parse(out.toString().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20))
                        .string());
        assertEquals(out.toString(), compact(out.toString()));
    }
}
