package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void indentsByTwoSpacesAndEndsLinesWithALineFeed() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter json = JsonWriter.pretty(out);
        json.beginObject()
                .member("a", 1)
                .name("b")
                .beginArray()
                .value("x")
                .value(true)
                .nullValue();
        json.endArray().endObject().finish();
        assertEquals(
                "{\n  \"a\" : 1,\n  \"b\" : [\n    \"x\",\n    true,\n    null\n  ]\n}\n",
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void refusesANameThatStandsTwice() throws IOException {
        JsonWriter json = JsonWriter.compact(new ByteArrayOutputStream());
        json.beginObject().member("a", 1);
        assertThrows(IOException.class, () -> json.member("a", 2));
    }

    @Test
    void refusesANameThatStandsTwiceAmongMany() throws IOException {
        JsonWriter json = JsonWriter.compact(new ByteArrayOutputStream());
        json.beginObject();
        for (int i = 0; i < 100; i++) {
            json.member("m" + i, i);
        }
        assertThrows(IOException.class, () -> json.member("m3", 0));
        assertThrows(IOException.class, () -> json.member("m99", 0));
    }

    @Test
    void refusesWhatIsNoDocument() throws IOException {
        JsonWriter json = JsonWriter.compact(new ByteArrayOutputStream());
        assertThrows(IOException.class, () -> json.name("a"));
        assertThrows(IOException.class, json::endArray);
        json.beginObject();
        assertThrows(IOException.class, () -> json.value(1));
        assertThrows(IOException.class, json::finish);
        assertThrows(IOException.class, json::endArray);
        json.name("a");
        assertThrows(IOException.class, () -> json.name("b"));
        assertThrows(IOException.class, json::endObject);
        json.value(1).endObject();
        assertThrows(IOException.class, json::beginObject);
    }

    @Test
    void writesOneDocumentALine() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter json = JsonWriter.compact(out);
        json.beginObject().member("a", 1).endObject().endLine();
        json.beginArray()
                .beginObject()
                .member("a", "\u007f\u0000\b€\"")
                .endObject()
                .value(-2)
                .endArray()
                .endLine();
        json.flush();
        assertEquals("{\"a\":1}\n[{\"a\":\"\u007f\\u0000\\b\\u20AC\\\"\"},-2]\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void showsThatAnObjectIsEmpty() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter json = JsonWriter.pretty(out);
        json.beginArray()
                .beginObject()
                .endObject()
                .beginArray()
                .endArray()
                .endArray()
                .finish();
        assertEquals("[\n  { },\n  [ ]\n]\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void leavesTheStreamOpen() throws IOException {
        boolean[] closed = new boolean[1];
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        JsonWriter json = JsonWriter.compact(out);
        json.beginObject().endObject().finish();
        assertFalse(closed[0]);
        assertEquals("{}\n", out.toString(StandardCharsets.UTF_8));
    }

    @Property
    void everyStringIsReadBack(@ForAll String text) throws IOException, JsonException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter json = JsonWriter.compact(out);
        json.beginArray().value(text).endArray().finish();
        String read = JsonCursor.parse(out.toByteArray(), JsonLimits.ofBytes(1 << 20))
                .strings()
                .get(0);
        String expected = new String(text.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16);
        assertEquals(expected, read);
    }
}
