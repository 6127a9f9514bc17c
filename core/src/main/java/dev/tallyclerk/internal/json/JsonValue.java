package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.MemberMap.Entries;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value: members in document order, numbers with their text. */
public sealed interface JsonValue {
    /** {@return the type's name, for messages} */
    String typeName();

    /** An object. */
    final class JsonObject implements JsonValue {
        private final Entries entries;

        public JsonObject(Map<String, JsonValue> members) {
            this(members instanceof MemberMap<JsonValue> map ? map.entries() : Entries.of(members));
        }

        JsonObject(Entries entries) {
            this.entries = entries;
        }

        /** {@return the members in document order} */
        public Map<String, JsonValue> members() {
            return new MemberMap<>(entries);
        }

        int size() {
            return entries.size();
        }

        String name(int position) {
            return entries.name(position);
        }

        JsonValue value(int position) {
            return (JsonValue) entries.value(position);
        }

        @Nullable JsonValue get(String name) {
            return (JsonValue) entries.get(name);
        }

        @Override
        public String typeName() {
            return "an object";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof JsonObject that && members().equals(that.members());
        }

        @Override
        public int hashCode() {
            return members().hashCode();
        }

        @Override
        public String toString() {
            return "JsonObject[members=" + members() + "]";
        }
    }

    /** An array. */
    record JsonArray(List<JsonValue> elements) implements JsonValue {
        public JsonArray {
            elements = List.copyOf(elements);
        }

        @Override
        public String typeName() {
            return "an array";
        }
    }

    /** A string, unescaped. */
    record JsonString(String value) implements JsonValue {
        @Override
        public String typeName() {
            return "a string";
        }
    }

    /** A number, with its text. */
    record JsonNumber(String text) implements JsonValue {
        @Override
        public String typeName() {
            return "a number";
        }

        /** {@return whether the text is an integer without fraction or exponent} */
        public boolean isInteger() {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '.' || c == 'e' || c == 'E') {
                    return false;
                }
            }
            return true;
        }
    }

    /** {@code true} or {@code false}. */
    record JsonBoolean(boolean value) implements JsonValue {
        @Override
        public String typeName() {
            return "a boolean";
        }
    }

    /** {@code null}. */
    record JsonNull() implements JsonValue {
        public static final JsonNull INSTANCE = new JsonNull();

        @Override
        public String typeName() {
            return "null";
        }
    }
}
