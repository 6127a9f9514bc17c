package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    private static String canonical(String json) throws JsonException {
        JsonCursor parsed = JsonCursor.parse(json.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(10_000));
        return new String(CanonicalJson.encode(parsed), StandardCharsets.UTF_8);
    }

    @Test
    void dropsBlanksAndSortsMembers() throws JsonException {
        assertEquals(
                "{\"a\":[1,true,null],\"b\":{\"c\":\"d\"}}",
                canonical(" { \"b\" : {\"c\":\"d\"}, \"a\": [1, true , null] } "));
    }

    @Test
    void escapesOnlyTheQuoteAndTheBackslash() throws JsonException {
        assertEquals("\"\\\"\\\\/\n\t\u0001\u007fé\"", canonical("\"\\\"\\\\\\/\\n\\t\\u0001\\u007f\\u00e9\""));
    }

    @Test
    void sortsByCodePointAndNotByUtf16Unit() throws JsonException {
        // U+1F600 is written with surrogates, which as units are below U+FF5E.
        assertEquals("{\"\uff5e\":2,\"\ud83d\ude00\":1}", canonical("{\"\ud83d\ude00\":1,\"\uff5e\":2}"));
        assertEquals("{\"\":0,\"a\":1,\"aa\":2}", canonical("{\"aa\":2,\"a\":1,\"\":0}"));
    }

    @Test
    void hasIntegersOnly() throws JsonException {
        assertEquals("[0,-1,18446744073709551616]", canonical("[-0,-1,18446744073709551616]"));
        assertThrows(JsonException.class, () -> canonical("[1.5]"));
        assertThrows(JsonException.class, () -> canonical("[1e3]"));
    }
}
