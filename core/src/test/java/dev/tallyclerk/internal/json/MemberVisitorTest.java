package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.MemberVisitor.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberVisitorTest {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 20, 1 << 20, 1000, 100);

    /** Writes down what it receives. */
    private static final class Recorder implements MemberVisitor<RuntimeException> {
        private final String path;
        private final List<String> seen;

        Recorder(String path, List<String> seen) {
            this.path = path;
            this.seen = seen;
        }

        @Override
        public Reading reading(String member) {
            return switch (member.isEmpty() ? 's' : member.charAt(0)) {
                case 'v' -> Reading.VALUE;
                case 'e' -> Reading.ELEMENTS;
                case 'm' -> Reading.MEMBERS;
                default -> Reading.SKIP;
            };
        }

        @Override
        public void value(String member, JsonValue value) {
            seen.add(path + member + "=" + CompactJson.of(value));
        }

        @Override
        public MemberVisitor<RuntimeException> members(String member) {
            return new Recorder(path + member + "/", seen);
        }
    }

    private static List<String> read(String document) throws JsonException {
        List<String> seen = new ArrayList<>();
        StrictJson.visit(document.getBytes(StandardCharsets.UTF_8), LIMITS, new Recorder("", seen));
        return seen;
    }

    private static Reason refusal(String document) {
        return assertThrows(JsonException.class, () -> read(document)).reason();
    }

    @Test
    void handsOutEachMemberAsItIsWanted() throws JsonException {
        assertEquals(
                List.of("v={\"a\":[1]}", "e=1", "e={\"b\":2}", "m/v=3", "m/e=[]"),
                read(
                        " { \"s\" : {\"x\":[{}, []]}, \"v\": {\"a\":[1]}, \"e\":[1, {\"b\":2} ], \"m\":{\"v\":3,\"e\":[[]]},"
                                + "\"e2\":[], \"m2\":4, \"m3\":null, \"e3\":null } "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|SYNTAX",
                "[]|WRONG_TYPE",
                "{\"e\":{}}|WRONG_TYPE",
                "{\"v\":1,\"v\":2}|DUPLICATE_MEMBER",
                "{\"s\":1,\"s\":2}|DUPLICATE_MEMBER",
                "{\"v\":{\"a\":1,\"a\":2}}|DUPLICATE_MEMBER",
                "{\"v\":1}{}|SYNTAX",
                "{\"v\":1,}|SYNTAX",
                "{\"e\":[1,]}|SYNTAX",
                "{\"s\":[1,]}|SYNTAX",
                "{\"s\":{\"a\":1,}}|SYNTAX",
                "{\"s\":[1 2]}|SYNTAX",
                "{\"s\":|SYNTAX",
                "{\"e\":|SYNTAX",
                "{\"m\":|SYNTAX",
                "{\"v\":|SYNTAX",
                "{\"s\":[|SYNTAX",
                "{\"e\":[|SYNTAX",
                "{\"m\":{|SYNTAX",
            })
    void refusesWithAReason(String document, Reason reason) {
        assertEquals(reason, refusal(document));
    }

    @Test
    void refusesADocumentThatIsCutOffAnywhere() {
        String whole =
                "{ \"s\" : {\"x\":[{}, []]}, \"v\": {\"a\":[1]}, \"e\":[1, {\"b\":2} ], \"m\":{\"v\":3,\"e\":[[]]},"
                        + "\"e2\":[], \"m2\":4, \"m3\":null, \"e3\":null}";
        for (int length = 0; length < whole.length(); length++) {
            String part = whole.substring(0, length);
            assertEquals(Reason.SYNTAX, refusal(part), part);
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
        StringBuilder members = new StringBuilder("{\"a\":0");
        for (int i = 0; i < TreeReader.MAX_MEMBERS; i++) {
            members.append(",\"").append(i).append("\":0");
        }
        assertEquals(Reason.LIMIT, refusal(members.append('}').toString()));
    }

    @Property
    void findsWhatTheTreeHas(@ForAll("values") JsonValue value) throws JsonException {
        JsonObject root = new JsonObject(Map.of("v", value, "e", new JsonArray(List.of(value, value)), "s", value));
        List<String> seen;
        try {
            StrictJson.parse(CompactJson.of(root).getBytes(StandardCharsets.UTF_8), LIMITS);
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
        boolean skipped = isRead("{\"s\":" + text + "}");
        boolean valued = isRead("{\"v\":" + text + "}");
        // Passing over does not look for duplicates.
        assertEquals(
                valued || isDuplicate("{\"v\":" + text + "}"), skipped || isDuplicate("{\"v\":" + text + "}"), text);
    }

    private static boolean isRead(String document) {
        try {
            read(document);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    private static boolean isDuplicate(String document) {
        try {
            read(document);
            return false;
        } catch (JsonException e) {
            return e.reason() == Reason.DUPLICATE_MEMBER;
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
