package dev.tallyclerk.internal.json;

import java.util.List;
import java.util.Map;

/** A JSON value as it was read: members in document order, numbers as they were written. */
public sealed interface JsonValue {
    /** {@return the type's name for a message} */
    String typeName();

    /** An object. The map keeps the document's order. */
    record JsonObject(Map<String, JsonValue> members) implements JsonValue {
        public JsonObject {
            members = MemberMap.membersOf(members);
        }

        MemberMap<JsonValue> inOrder() {
            return MemberMap.membersOf(members);
        }

        @Override
        public String typeName() {
            return "an object";
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
