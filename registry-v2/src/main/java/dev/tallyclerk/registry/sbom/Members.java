package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.List;

/** Members of JSON objects that other tools wrote. */
final class Members {
    private Members() {}

    /** {@return the text of a member; empty if it has none} */
    static String text(JsonObject object, String member) {
        return object.members().get(member) instanceof JsonString text
                ? text.value().strip()
                : "";
    }

    /** {@return the objects in a member; none if it is no array} */
    static List<JsonObject> list(JsonObject object, String member) {
        return object.members().get(member) instanceof JsonArray array
                ? array.elements().stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .toList()
                : List.of();
    }

    /** {@return the texts in a member; none if it is no array} */
    static List<String> texts(JsonObject object, String member) {
        return object.members().get(member) instanceof JsonArray array
                ? array.elements().stream()
                        .filter(JsonString.class::isInstance)
                        .map(each -> ((JsonString) each).value())
                        .toList()
                : List.of();
    }
}
