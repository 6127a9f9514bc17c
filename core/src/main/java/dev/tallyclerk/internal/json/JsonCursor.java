package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.text.Quoted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A value and its place in the document, so that whoever reads it can say where something is wrong. */
public record JsonCursor(JsonValue value, String pointer) {
    /** {@return a cursor at the root of a document read strictly} */
    public static JsonCursor parse(byte[] document, JsonLimits limits) throws JsonException {
        return new JsonCursor(StrictJson.parse(document, limits), "");
    }

    static String escape(String step) {
        String bounded = step.length() > 200 ? step.substring(0, 200) + "…" : step;
        return Quoted.printable(bounded).replace("~", "~0").replace("/", "~1");
    }

    /** {@return the member, which may be JSON null, or nothing if it is absent} */
    public Optional<JsonCursor> member(String name) throws JsonException {
        JsonValue found = object().members().get(name);
        return found == null ? Optional.empty() : Optional.of(new JsonCursor(found, child(name)));
    }

    /** {@return the member, or nothing if it is absent or null} */
    public Optional<JsonCursor> optional(String name) throws JsonException {
        return member(name).filter(cursor -> !(cursor.value instanceof JsonNull));
    }

    /** {@return the member, which must be there} */
    public JsonCursor required(String name) throws JsonException {
        Optional<JsonCursor> found = member(name);
        if (found.isEmpty()) {
            throw new JsonException(Reason.MISSING, child(name), "required member is absent");
        }
        return found.get();
    }

    /** {@return the members with their places, in document order} */
    public Map<String, JsonCursor> members() throws JsonException {
        Map<String, JsonCursor> out = new LinkedHashMap<>();
        object().members().forEach((name, member) -> out.put(name, new JsonCursor(member, child(name))));
        return out;
    }

    /** {@return the elements with their places} */
    public List<JsonCursor> elements() throws JsonException {
        if (!(value instanceof JsonArray array)) {
            throw wrongType("an array");
        }
        List<JsonCursor> out = new ArrayList<>(array.elements().size());
        for (int i = 0; i < array.elements().size(); i++) {
            out.add(new JsonCursor(array.elements().get(i), pointer + "/" + i));
        }
        return out;
    }

    public JsonObject object() throws JsonException {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw wrongType("an object");
    }

    public String string() throws JsonException {
        if (value instanceof JsonString string) {
            return string.value();
        }
        throw wrongType("a string");
    }

    public boolean bool() throws JsonException {
        if (value instanceof JsonBoolean bool) {
            return bool.value();
        }
        throw wrongType("a boolean");
    }

    /** {@return an integer from {@code min} to {@code max}, written without fraction or exponent} */
    public long integer(long min, long max) throws JsonException {
        if (!(value instanceof JsonNumber number) || !number.isInteger()) {
            throw wrongType("an integer");
        }
        try {
            long result = Long.parseLong(number.text());
            if (result >= min && result <= max) {
                return result;
            }
        } catch (NumberFormatException e) {
            // Falls through: longer than a long is outside any range that is asked for.
        }
        throw new JsonException(Reason.BAD_VALUE, pointer, number.text() + " is not from " + min + " to " + max);
    }

    /** {@return the elements, which must all be strings} */
    public List<String> strings() throws JsonException {
        List<String> out = new ArrayList<>();
        for (JsonCursor element : elements()) {
            out.add(element.string());
        }
        return out;
    }

    /** {@return the members, whose values must all be strings, in document order} */
    public Map<String, String> stringMap() throws JsonException {
        Map<String, String> out = new LinkedHashMap<>();
        for (Map.Entry<String, JsonCursor> entry : members().entrySet()) {
            out.put(entry.getKey(), entry.getValue().string());
        }
        return out;
    }

    /**
     * Refuses members that a case-insensitive reader would take for one of {@code names}: Go's would, and two readers
     * would then see two documents with one digest.
     */
    public void refuseCaseVariants(Collection<String> names) throws JsonException {
        Map<String, String> folded = new HashMap<>();
        names.forEach(name -> folded.put(fold(name), name));
        for (String member : object().members().keySet()) {
            String known = folded.get(fold(member));
            if (known != null && !known.equals(member)) {
                throw new JsonException(
                        Reason.CASE_VARIANT_MEMBER,
                        child(member),
                        "member differs from \"" + known + "\" in case only");
            }
        }
    }

    public JsonException wrongType(String wanted) {
        return new JsonException(Reason.WRONG_TYPE, pointer, "must be " + wanted + ", is " + value.typeName());
    }

    public JsonException badValue(String detail) {
        return new JsonException(Reason.BAD_VALUE, pointer, detail);
    }

    private String child(String name) {
        return pointer + "/" + escape(name);
    }

    /** Folds as Go's encoding/json does: the Kelvin sign and the long s count as k and s. */
    private static String fold(String name) {
        return name.replace('\u212a', 'k').replace('\u017f', 's').toLowerCase(Locale.ROOT);
    }
}
