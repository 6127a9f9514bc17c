package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value and its position in the document, for exceptions that name the position and the broken rule of a
 * specification. The position becomes text only when something is wrong.
 */
public final class JsonCursor {
    private final JsonValue value;
    private final @Nullable JsonCursor parent;
    private final @Nullable String name;
    private final int index;
    private final String specification;

    private JsonCursor(
            JsonValue value, @Nullable JsonCursor parent, @Nullable String name, int index, String specification) {
        this.value = value;
        this.parent = parent;
        this.name = name;
        this.index = index;
        this.specification = specification;
    }

    /** {@return a cursor at the root of a document read strictly} */
    public static JsonCursor parse(byte[] document, JsonLimits limits) throws JsonException {
        return at(StrictJson.parse(document, limits));
    }

    /** {@return a cursor at the root of a document read strictly as I-JSON} */
    public static JsonCursor parseInterchangeable(byte[] document, JsonLimits limits) throws JsonException {
        return at(StrictJson.parseInterchangeable(document, limits));
    }

    /** {@return a cursor at the root of a document} */
    public static JsonCursor at(JsonValue root) {
        return new JsonCursor(root, null, null, 0, "");
    }

    /** {@return this cursor, for a value that must follow {@code specification}, as everything below it} */
    public JsonCursor under(String specification) {
        return new JsonCursor(value, parent, name, index, specification);
    }

    public JsonValue value() {
        return value;
    }

    /** {@return the position as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        Deque<String> steps = new ArrayDeque<>();
        for (JsonCursor at = this; at.parent != null; at = at.parent) {
            steps.push(at.name == null ? String.valueOf(at.index) : JsonPointer.escape(at.name));
        }
        StringBuilder out = new StringBuilder();
        steps.forEach(step -> out.append('/').append(step));
        return out.toString();
    }

    /** {@return the rule for this position: the specification and the member; empty without a specification} */
    private String rule() {
        if (specification.isEmpty()) {
            return "";
        }
        Deque<String> members = new ArrayDeque<>();
        for (JsonCursor at = this; at.parent != null; at = at.parent) {
            if (!specification.equals(at.parent.specification)) {
                break;
            }
            if (at.name != null) {
                members.push(JsonPointer.escape(at.name));
            }
        }
        return members.isEmpty() ? specification : specification + ", " + String.join(".", members);
    }

    private JsonCursor child(String member, JsonValue found) {
        return new JsonCursor(found, this, member, 0, specification);
    }

    /** {@return the member, which may be JSON null, or empty if it is absent} */
    public Optional<JsonCursor> member(String member) throws JsonException {
        JsonValue found = object().get(member);
        return found == null ? Optional.empty() : Optional.of(child(member, found));
    }

    /** {@return the member, or empty if it is absent or null} */
    public Optional<JsonCursor> optional(String member) throws JsonException {
        JsonValue found = object().get(member);
        return found == null || found instanceof JsonNull ? Optional.empty() : Optional.of(child(member, found));
    }

    /** {@return the member, which must be present} */
    public JsonCursor required(String member) throws JsonException {
        JsonValue found = object().get(member);
        if (found == null) {
            throw missing(member);
        }
        return child(member, found);
    }

    /** {@return the members, in document order} */
    public Map<String, JsonCursor> members() throws JsonException {
        Map<String, JsonCursor> out = new LinkedHashMap<>();
        object().members().forEach((member, found) -> out.put(member, child(member, found)));
        return out;
    }

    /** {@return the number of members} */
    public int size() throws JsonException {
        return object().size();
    }

    /** {@return the member at a position, in document order from 0} */
    public JsonCursor member(int position) throws JsonException {
        JsonObject members = object();
        return child(members.name(position), members.value(position));
    }

    /** {@return the name of the member at a position, in document order from 0} */
    public String name(int position) throws JsonException {
        return object().name(position);
    }

    public boolean isNull(int position) throws JsonException {
        return object().value(position) instanceof JsonNull;
    }

    /** {@return the exception for an absent member} */
    public JsonException missing(String member) {
        JsonCursor absent = child(member, JsonNull.INSTANCE);
        return JsonException.missing(absent.pointer(), absent.rule());
    }

    /** {@return the number of elements} */
    public int length() throws JsonException {
        return array().elements().size();
    }

    /** {@return the element at a position, from 0} */
    public JsonCursor element(int position) throws JsonException {
        return new JsonCursor(array().elements().get(position), this, null, position, specification);
    }

    private JsonArray array() throws JsonException {
        if (value instanceof JsonArray array) {
            return array;
        }
        throw wrongType("an array");
    }

    /** {@return the elements} */
    public List<JsonCursor> elements() throws JsonException {
        int length = length();
        List<JsonCursor> out = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            out.add(element(i));
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

    /** {@return the text of a number as it is written, or a string} */
    public String numberOrString() throws JsonException {
        return value instanceof JsonNumber number ? number.text() : string();
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
            // Falls through: what does not fit a long is out of range.
        }
        throw JsonException.outOfRange(pointer(), number.text(), min, max, rule());
    }

    /** {@return the elements, which must all be strings} */
    public List<String> strings() throws JsonException {
        List<String> out = new ArrayList<>();
        for (JsonCursor element : elements()) {
            out.add(element.string());
        }
        return out;
    }

    /** {@return the elements of a member, which must all be strings; none if the member is absent or null} */
    public List<String> strings(String member) throws JsonException {
        Optional<JsonCursor> list = optional(member);
        return list.isPresent() ? list.get().strings() : List.of();
    }

    /** {@return the members, whose values must all be strings, in document order} */
    public Map<String, String> stringMap() throws JsonException {
        JsonObject members = object();
        MemberMap.Entries out = new MemberMap.Entries(members.size());
        for (int i = 0; i < members.size(); i++) {
            out.add(
                    members.name(i),
                    members.value(i) instanceof JsonString string
                            ? string.value()
                            : child(members.name(i), members.value(i)).string());
        }
        return new MemberMap<>(out);
    }

    /** Refuses members that are case variants of {@code names}. */
    public void refuseCaseVariants(MemberNames names) throws JsonException {
        JsonObject members = object();
        for (int i = 0; i < members.size(); i++) {
            if (!names.contains(members.name(i))) {
                names.refuseVariant(members.name(i), child(members.name(i), members.value(i))::pointer);
            }
        }
    }

    /** Refuses members that are case variants of {@code names}. */
    public void refuseCaseVariants(Collection<String> names) throws JsonException {
        refuseCaseVariants(MemberNames.of(names.toArray(String[]::new)));
    }

    /** {@return the members that are not in {@code names}, in document order, with their compact text} */
    public Map<String, String> others(MemberNames names) throws JsonException {
        Map<String, String> out = Map.of();
        JsonObject members = object();
        for (int i = 0; i < members.size(); i++) {
            if (!names.contains(members.name(i))) {
                out = out.isEmpty() ? new LinkedHashMap<>() : out;
                out.put(members.name(i), CompactJson.of(members.value(i)));
            }
        }
        return out;
    }

    /**
     * {@return {@code others} with the compact text of the member at a position, which is not in {@code names}}
     *
     * @throws JsonException if it is a case variant of one of {@code names}
     */
    public Map<String, String> other(int position, Map<String, String> others, MemberNames names) throws JsonException {
        JsonCursor member = member(position);
        String own = name(position);
        names.refuseVariant(own, member::pointer);
        Map<String, String> out = others.isEmpty() ? new LinkedHashMap<>() : others;
        out.put(own, CompactJson.of(member.value));
        return out;
    }

    public JsonException wrongType(String wanted) {
        return JsonException.wrongType(pointer(), wanted, value.typeName(), rule());
    }

    public JsonException badValue(String detail) {
        return failure(Reason.BAD_VALUE, detail);
    }

    /** {@return the exception for a wrong value here, by the rule for this position} */
    public JsonException failure(Reason reason, String detail) {
        return failure(reason, detail, rule());
    }

    /** {@return the exception for a wrong value here, by that rule} */
    public JsonException failure(Reason reason, String detail, String rule) {
        return new JsonException(reason, pointer(), detail, rule);
    }
}
