package dev.tallyclerk.registry.internal.inventory.language;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Members of JSON objects that other tools wrote. */
final class JsonText {
    private JsonText() {}

    /** {@return the object, which has to be one} */
    static JsonObject object(@Nullable JsonValue value, String name) throws UnreadableException {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw UnreadableException.malformed(name + " is no object");
    }

    /** {@return the text of a member; empty if there is none} */
    static String text(JsonObject object, String member) {
        return object.members().get(member) instanceof JsonString text
                ? text.value().strip()
                : "";
    }

    /** {@return the elements of a member; none if it is absent} */
    static List<JsonValue> list(JsonObject object, String member) throws UnreadableException {
        JsonValue value = object.members().get(member);
        if (value == null) {
            return List.of();
        }
        if (value instanceof JsonArray array) {
            return array.elements();
        }
        throw UnreadableException.malformed(member + " is no array");
    }
}
