package dev.tallyclerk.testing;

import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The members of a JSON document at every depth, and what is left without one. */
public final class JsonMembers {
    private final JsonCursor root;

    private JsonMembers(JsonCursor root) {
        this.root = root;
    }

    /** {@return the members of a document} */
    public static JsonMembers of(byte[] document) throws JsonException {
        return new JsonMembers(JsonCursor.parse(document, JsonLimits.ofBytes(1 << 20)));
    }

    /** {@return where they are, as JSON pointers, in the order of the document} */
    public List<String> pointers() throws JsonException {
        List<String> pointers = new ArrayList<>();
        collect(root, pointers);
        return pointers;
    }

    /** {@return the document without the member at {@code pointer}} */
    public byte[] without(String pointer) throws JsonException {
        return CompactJson.of(without(root, pointer)).getBytes(StandardCharsets.UTF_8);
    }

    private static void collect(JsonCursor at, List<String> pointers) throws JsonException {
        if (at.value() instanceof JsonValue.JsonObject) {
            for (JsonCursor member : at.members().values()) {
                pointers.add(member.pointer());
                collect(member, pointers);
            }
        } else if (at.value() instanceof JsonValue.JsonArray) {
            for (JsonCursor element : at.elements()) {
                collect(element, pointers);
            }
        }
    }

    private static JsonValue without(JsonCursor at, String pointer) throws JsonException {
        if (at.value() instanceof JsonValue.JsonObject) {
            Map<String, JsonValue> kept = new LinkedHashMap<>();
            for (Map.Entry<String, JsonCursor> member : at.members().entrySet()) {
                if (!member.getValue().pointer().equals(pointer)) {
                    kept.put(member.getKey(), without(member.getValue(), pointer));
                }
            }
            return new JsonValue.JsonObject(kept);
        }
        if (at.value() instanceof JsonValue.JsonArray) {
            List<JsonValue> kept = new ArrayList<>();
            for (JsonCursor element : at.elements()) {
                kept.add(without(element, pointer));
            }
            return new JsonValue.JsonArray(kept);
        }
        return at.value();
    }
}
