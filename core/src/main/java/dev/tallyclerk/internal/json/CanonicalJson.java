package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The OLPC canonical form that TUF signs: members sorted by code point, no blanks, only {@code "} and {@code \}
 * escaped, all other characters raw, integers only.
 */
public final class CanonicalJson {
    private CanonicalJson() {}

    /**
     * {@return the canonical bytes of {@code value}}
     *
     * @throws JsonException if it contains a number that is no integer
     */
    public static byte[] encode(JsonCursor value) throws JsonException {
        StringBuilder out = new StringBuilder();
        append(value, out);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(JsonCursor cursor, StringBuilder out) throws JsonException {
        JsonValue value = cursor.value();
        if (value instanceof JsonObject) {
            appendObject(cursor, out);
        } else if (value instanceof JsonArray) {
            out.append('[');
            String separator = "";
            for (JsonCursor element : cursor.elements()) {
                out.append(separator);
                append(element, out);
                separator = ",";
            }
            out.append(']');
        } else if (value instanceof JsonString string) {
            appendString(string.value(), out);
        } else if (value instanceof JsonNumber number) {
            if (!number.isInteger()) {
                throw new JsonException(Reason.BAD_VALUE, cursor.pointer(), "canonical JSON allows integers only");
            }
            out.append("-0".equals(number.text()) ? "0" : number.text());
        } else if (value instanceof JsonBoolean bool) {
            out.append(bool.value());
        } else {
            out.append(JsonNull.INSTANCE.typeName());
        }
    }

    private static void appendObject(JsonCursor cursor, StringBuilder out) throws JsonException {
        List<Map.Entry<String, JsonCursor>> members =
                new ArrayList<>(cursor.members().entrySet());
        members.sort(Map.Entry.comparingByKey(CODE_POINT_ORDER));
        out.append('{');
        String separator = "";
        for (Map.Entry<String, JsonCursor> member : members) {
            out.append(separator);
            appendString(member.getKey(), out);
            out.append(':');
            append(member.getValue(), out);
            separator = ",";
        }
        out.append('}');
    }

    private static void appendString(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }

    /** String.compareTo sorts by UTF-16 units, which puts U+E000 to U+FFFF after the astral planes. */
    private static final Comparator<String> CODE_POINT_ORDER = (a, b) -> {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xIsSurrogate = Character.isSurrogate(x);
                return xIsSurrogate == Character.isSurrogate(y) ? x - y : xIsSurrogate ? 1 : -1;
            }
        }
        return a.length() - b.length();
    };
}
