package dev.tallyclerk.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStreamTest {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 24, 20, 1 << 20, 64, 100);

    /** Members of each kind, read and skipped. */
    private static final String ALL_KINDS =
            " { \"s\" : {\"x\":[{}, []]}, \"v\": {\"a\":[1]}, \"e\":[1, {\"b\":2} ], \"m\":{\"v\":3,\"e\":[[]]},"
                    + "\"e2\":[], \"m2\":{}, \"t\":\"x\", \"t2\":4, \"t3\":null, \"u\":[1] }";

    private static JsonStream stream(String document) throws JsonException {
        return JsonStream.of(document.getBytes(UTF_8), LIMITS);
    }

    /** Reads members as the first letter of their names says, and writes down what it receives. */
    private static void read(JsonStream in, String path, List<String> seen) throws JsonException {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            String here = path + name;
            switch (name.isEmpty() ? 's' : name.charAt(0)) {
                case 'v' -> seen.add(here + "=" + CompactJson.of(in.value()));
                case 't' -> seen.add(here + "=" + in.stringOrSkip());
                case 'm' -> read(in, here + "/", seen);
                case 'e' -> {
                    in.beginArray();
                    while (in.nextElement()) {
                        seen.add(here + "=" + CompactJson.of(in.value()));
                    }
                }
                case 'u' -> {} // left where it is, which skips it
                default -> in.skip();
            }
        }
    }

    private static List<String> read(String document) throws JsonException {
        List<String> seen = new ArrayList<>();
        JsonStream in = stream(document);
        read(in, "", seen);
        in.end();
        return seen;
    }

    private static Reason refusal(String document) {
        return assertThrows(JsonException.class, () -> read(document)).reason();
    }

    private static Reason refusalOfSkipped(byte[] document) {
        return assertThrows(JsonException.class, () -> {
                    JsonStream in = JsonStream.of(document, LIMITS);
                    in.skip();
                    in.end();
                })
                .reason();
    }

    @Test
    void goesThroughAnObjectMemberByMember() throws JsonException {
        assertEquals(
                List.of("v={\"a\":[1]}", "e=1", "e={\"b\":2}", "m/v=3", "m/e=[]", "t=x", "t2=null", "t3=null"),
                read(ALL_KINDS));
    }

    @Test
    void saysWhatIsHere() throws JsonException {
        assertTrue(stream("{}").isObject());
        assertTrue(stream(" [1]").isArray());
        assertTrue(stream("null").isNull());
        assertFalse(
                stream("1").isObject() || stream("1").isArray() || stream("1").isNull());
    }

    @Test
    void leavesAnObjectThatIsAnElement() throws JsonException {
        JsonStream in = stream("[{\"a\":1},{},\"x\"]");
        in.beginArray();
        assertTrue(in.nextElement());
        in.beginObject();
        assertEquals("a", in.nextName());
        assertNull(in.nextName());
        assertTrue(in.nextElement());
        in.beginObject();
        assertNull(in.nextName());
        assertTrue(in.nextElement());
        assertEquals("x", in.string());
        assertFalse(in.nextElement());
        in.end();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|SYNTAX",
                "[]|WRONG_TYPE",
                "{\"e\":{}}|WRONG_TYPE",
                "{\"m\":[]}|WRONG_TYPE",
                "{\"v\":1,\"v\":2}|DUPLICATE_MEMBER",
                "{\"s\":1,\"s\":2}|DUPLICATE_MEMBER",
                "{\"s\":1,\"\\u0073\":2}|DUPLICATE_MEMBER",
                "{\"m\":{\"s\":1,\"s\":2}}|DUPLICATE_MEMBER",
                "{\"v\":{\"a\":1,\"a\":2}}|DUPLICATE_MEMBER",
                "{\"s\":[{\"a\":1,\"a\":2}]}|DUPLICATE_MEMBER",
                "{\"u\":[{\"a\":1,\"a\":2}]}|DUPLICATE_MEMBER",
                "{\"v\":1}{}|SYNTAX",
                "{\"v\":1,}|SYNTAX",
                "{\"e\":[1,]}|SYNTAX",
                "{\"s\":[1,]}|SYNTAX",
                "{\"s\":{\"a\":1,}}|SYNTAX",
                "{\"s\":[1 2]}|SYNTAX",
                "{\"s\":NaN}|SYNTAX",
                "{\"s\":11111111111111111111111111111111111111111111111111111111111111111|LIMIT"
            })
    void refusesWithAReason(String document, Reason reason) {
        assertEquals(reason, refusal(document));
    }

    @Test
    void membersOfTheSameNameInDifferentObjectsAreNoDuplicates() throws JsonException {
        assertEquals(
                List.of(),
                read("{\"s\":{\"a\":{\"a\":1,\"s\":2},\"s\":[{\"a\":1},{\"a\":1}]},\"a\":{\"s\":1,\"a\":2}}"));
    }

    @Test
    void findsADuplicateAmongManyNames() {
        for (int count = 1; count < 40; count++) {
            StringBuilder members = new StringBuilder("{\"s\":{\"n0\":{\"n0\":0}");
            for (int i = 1; i < count; i++) {
                members.append(",\"n").append(i).append("\":{\"n0\":0}");
            }
            for (int i = 0; i < count; i++) {
                assertEquals(Reason.DUPLICATE_MEMBER, refusal(members + ",\"n" + i + "\":0}}"));
            }
        }
    }

    @Test
    void refusesADocumentThatIsCutOffAnywhere() {
        String whole = ALL_KINDS.stripTrailing();
        for (int length = 0; length < whole.length(); length++) {
            String part = whole.substring(0, length);
            assertTrue(List.of(Reason.SYNTAX, Reason.WRONG_TYPE).contains(refusal(part)), part);
            assertEquals(Reason.SYNTAX, refusalOfSkipped(part.getBytes(UTF_8)), part);
        }
    }

    @Test
    void limitsCountWhereverTheDocumentIsRead() throws JsonException {
        for (String member : List.of("s", "v", "e", "m")) {
            String open = member.equals("m") ? "{\"m\":".repeat(30) : "[".repeat(30);
            assertEquals(Reason.LIMIT, refusal("{\"" + member + "\":" + open), member);
        }
        String elements = "[1]" + ",[1]".repeat(500);
        assertEquals(
                501, read("{\"e\":[" + elements + "],\"s\":[" + elements + "]}").size());
        assertEquals(Reason.LIMIT, refusal("{\"v\":[" + elements + "]}"));
        StringBuilder members = new StringBuilder("\"a\":0");
        for (int i = 0; i < OpenNames.MAX; i++) {
            members.append(",\"").append(i).append("\":0");
        }
        assertEquals(Reason.LIMIT, refusal("{" + members + "}"));
        assertEquals(Reason.LIMIT, refusal("{\"s\":{" + members + "}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
    void readsUtf8Only(String charset) {
        assertEquals(Reason.SYNTAX, refusalOfSkipped("{\"id\":\"a\"}".getBytes(Charset.forName(charset))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"00007b00", "007b0000", "0000fffe", "fffe0000", "feff007b", "fe", "ff", "00", "7b", "efbbbf"})
    void bytesThatAreNoDocumentAreRefused(String hex) {
        assertEquals(Reason.SYNTAX, refusalOfSkipped(HexFormat.of().parseHex(hex)));
    }

    @Property
    void findsWhatTheTreeHas(@ForAll("values") JsonValue value) throws JsonException {
        JsonObject root = new JsonObject(Map.of("v", value, "e", new JsonArray(List.of(value, value)), "s", value));
        List<String> seen;
        try {
            StrictJson.parse(CompactJson.of(root).getBytes(UTF_8), LIMITS);
            seen = read(CompactJson.of(root));
        } catch (JsonException e) {
            assertEquals(Reason.LIMIT, e.reason());
            return;
        }
        String text = CompactJson.of(value);
        assertEquals(
                List.of("e=" + text, "e=" + text, "v=" + text),
                seen.stream().sorted().toList());
    }

    @Property
    void skipsExactlyWhatCanBeRead(@ForAll("soup") String text) {
        assertEquals(isRead("{\"v\":" + text + "}"), isRead("{\"s\":" + text + "}"), text);
    }

    private static boolean isRead(String document) {
        try {
            read(document);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    @Provide
    Arbitrary<JsonValue> values() {
        return JsonArbitraries.values();
    }

    @Provide
    Arbitrary<String> soup() {
        return JsonArbitraries.soup();
    }
}
