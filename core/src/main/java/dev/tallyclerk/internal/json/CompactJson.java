package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.Map;

/**
 * The compact text of a value: no blanks, members in their order, numbers unchanged, strings as in RFC 8785, section
 * 3.2.2.2 (only {@code "}, {@code \} and control characters escaped).
 *
 * <p>The text of a value has its noncharacters, which documents may have unless they are read as I-JSON, and U+FFFD for
 * a lone surrogate.
 */
public final class CompactJson {
    private static final String HEX = "0123456789abcdef";
    private static final char REPLACEMENT = '\uFFFD';

    private CompactJson() {}

    /** {@return the text of {@code value}} */
    public static String of(JsonValue value) {
        StringBuilder out = new StringBuilder();
        append(value, out);
        return out.toString();
    }

    private static void append(JsonValue value, StringBuilder out) {
        if (value instanceof JsonObject object) {
            char separator = '{';
            for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
                appendString(member.getKey(), false, out.append(separator));
                append(member.getValue(), out.append(':'));
                separator = ',';
            }
            out.append(separator == '{' ? "{}" : "}");
        } else if (value instanceof JsonArray array) {
            char separator = '[';
            for (JsonValue element : array.elements()) {
                append(element, out.append(separator));
                separator = ',';
            }
            out.append(separator == '[' ? "[]" : "]");
        } else if (value instanceof JsonString string) {
            appendString(string.value(), false, out);
        } else if (value instanceof JsonNumber number) {
            out.append(number.text());
        } else if (value instanceof JsonBoolean bool) {
            out.append(bool.value());
        } else {
            out.append(JsonNull.INSTANCE.typeName());
        }
    }

    /**
     * Appends {@code text} as a JSON string.
     *
     * @throws IllegalArgumentException if {@code text} has a code point that I-JSON does not allow: a lone surrogate or
     *     a noncharacter
     */
    public static void appendString(String text, StringBuilder out) {
        appendString(text, true, out);
    }

    private static void appendString(String text, boolean interchangeable, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                appendEscape(c, out);
            } else if (c < Character.MIN_SURROGATE) {
                out.append(c);
            } else {
                int codePoint = text.codePointAt(i);
                if (interchangeable && !CodePoints.isInterchangeable(codePoint)) {
                    throw new IllegalArgumentException(
                            "text with a code point that I-JSON does not allow: U+" + Integer.toHexString(codePoint));
                }
                out.appendCodePoint(JsonBytes.isSurrogate(codePoint) ? REPLACEMENT : codePoint);
                i += Character.charCount(codePoint) - 1;
            }
        }
        out.append('"');
    }

    static void appendEscape(char c, StringBuilder out) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        }
    }
}
