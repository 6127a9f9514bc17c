package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trees of canonical text, for tests: read with the reader that makes none. */
final class Canonical {
    private Canonical() {}

    /** {@return the value of a whole text} */
    static JsonValue read(byte[] text) throws JsonException {
        CanonicalReader reader = new CanonicalReader(text, 0, "");
        JsonValue value = read(text, reader);
        assertEquals(text.length, reader.position());
        return value;
    }

    private static JsonValue read(byte[] text, CanonicalReader reader) throws JsonException {
        return switch (text[reader.position()]) {
            case '{' -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                reader.beginObject();
                while (reader.nextMember()) {
                    members.put(reader.name(), read(text, reader));
                }
                yield new JsonObject(members);
            }
            case '[' -> {
                List<JsonValue> elements = new ArrayList<>();
                reader.beginArray();
                while (reader.nextElement()) {
                    elements.add(read(text, reader));
                }
                yield new JsonArray(elements);
            }
            case '"' -> new JsonString(reader.string());
            case 't', 'f' -> new JsonBoolean(reader.bool());
            case 'n' -> {
                reader.skip();
                yield JsonNull.INSTANCE;
            }
            default -> new JsonNumber(reader.json());
        };
    }

    /** {@return the table of the members of an object} */
    static MemberTable table(byte[] text) throws JsonException {
        CanonicalReader reader = new CanonicalReader(text, 0, "");
        MemberTable.Builder table = new MemberTable.Builder();
        reader.beginObject();
        while (reader.nextMember()) {
            table.add(reader);
            reader.skip();
        }
        return table.build(reader);
    }

    /** {@return the value as the canonical form has it: without a sign of zero} */
    static JsonValue unsigned(JsonValue value) {
        if (value instanceof JsonObject object) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            object.members().forEach((name, member) -> members.put(name, unsigned(member)));
            return new JsonObject(members);
        }
        if (value instanceof JsonArray array) {
            return new JsonArray(
                    array.elements().stream().map(Canonical::unsigned).toList());
        }
        return value.equals(new JsonNumber("-0")) ? new JsonNumber("0") : value;
    }
}
