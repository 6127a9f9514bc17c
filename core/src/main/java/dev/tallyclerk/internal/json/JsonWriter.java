package dev.tallyclerk.internal.json;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON documents to a stream, with the same bytes on every platform.
 *
 * <p>All non-ASCII characters are escaped, so that text of an attacker cannot control a terminal. Lone surrogates
 * become U+FFFD, so that the result is I-JSON. Call {@link #finish} at the end. Not for use by two threads.
 */
public final class JsonWriter {
    private static final int BUFFER = 8192;
    private static final int LONGEST_ESCAPE = 6;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private final OutputStream out;
    private final boolean pretty;
    private final byte[] buffer = new byte[BUFFER];
    private int size;

    /** The open objects and arrays; the first stands for the document. */
    private final List<Level> levels = new ArrayList<>(List.of(new Level(true)));

    private Level level = levels.get(0);

    private int depth;

    /** What an object or array has so far. Used again for the next one of the same depth. */
    private static final class Level {
        private static final int FEW = 16;

        private final String[] few = new String[FEW];
        private final boolean isDocument;
        private boolean isObject;
        private boolean isNamed;
        private int values;

        /** One bit for each name, by its hash: a name whose bit is missing is new. */
        private long hashes;

        /** For many names: a hash table that colliding names cannot slow down. */
        private @Nullable Set<String> many;

        Level(boolean isDocument) {
            this.isDocument = isDocument;
        }

        void begin(boolean ofObject) {
            isObject = ofObject;
            isNamed = false;
            values = 0;
            hashes = 0;
            many = null;
        }

        /** {@return whether the name is new, and then keeps it} */
        boolean add(String name) {
            if (many != null) {
                return many.add(name);
            }
            long bit = 1L << name.hashCode();
            if ((hashes & bit) != 0) {
                for (int i = 0; i < values; i++) {
                    if (few[i].equals(name)) {
                        return false;
                    }
                }
            }
            hashes |= bit;
            if (values < FEW) {
                few[values] = name;
            } else {
                many = new HashSet<>(Arrays.asList(few));
                many.add(name);
            }
            return true;
        }
    }

    private JsonWriter(OutputStream out, boolean pretty) {
        this.out = out;
        this.pretty = pretty;
    }

    /** {@return a writer that writes each member on its own line, indented by two spaces} */
    public static JsonWriter pretty(OutputStream out) {
        return new JsonWriter(out, true);
    }

    /** {@return a writer that writes everything on one line} */
    public static JsonWriter compact(OutputStream out) {
        return new JsonWriter(out, false);
    }

    public JsonWriter beginObject() throws IOException {
        return begin('{', true);
    }

    public JsonWriter endObject() throws IOException {
        return end('}', true);
    }

    public JsonWriter beginArray() throws IOException {
        return begin('[', false);
    }

    public JsonWriter endArray() throws IOException {
        return end(']', false);
    }

    private JsonWriter begin(char bracket, boolean ofObject) throws IOException {
        beforeValue();
        put(bracket);
        depth++;
        if (depth == levels.size()) {
            levels.add(new Level(false));
        }
        level = levels.get(depth);
        level.begin(ofObject);
        return this;
    }

    private JsonWriter end(char bracket, boolean ofObject) throws IOException {
        if (level.isDocument || level.isObject != ofObject || level.isNamed) {
            throw new IOException("no " + bracket + " can stand here");
        }
        boolean isEmpty = level.values == 0;
        depth--;
        level = levels.get(depth);
        if (pretty && isEmpty) {
            put(' ');
        } else if (pretty) {
            newLine();
        }
        put(bracket);
        return this;
    }

    /** Writes a member's name, before its value. A name may appear only once in an object. */
    public JsonWriter name(String name) throws IOException {
        if (!level.isObject || level.isNamed) {
            throw new IOException("no member can stand here: " + name);
        }
        if (!level.add(name)) {
            throw new IOException("a member stands twice: " + name);
        }
        separate();
        string(name);
        if (pretty) {
            put(' ');
        }
        put(':');
        if (pretty) {
            put(' ');
        }
        level.isNamed = true;
        return this;
    }

    public JsonWriter value(String value) throws IOException {
        beforeValue();
        string(value);
        return this;
    }

    public JsonWriter value(long value) throws IOException {
        return plain(Long.toString(value));
    }

    public JsonWriter value(boolean value) throws IOException {
        return plain(value ? "true" : "false");
    }

    /** Writes a parsed value, members in their order. */
    public JsonWriter value(JsonValue value) throws IOException {
        if (value instanceof JsonValue.JsonObject object) {
            beginObject();
            for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
                name(member.getKey()).value(member.getValue());
            }
            return endObject();
        }
        if (value instanceof JsonValue.JsonArray array) {
            beginArray();
            for (JsonValue element : array.elements()) {
                value(element);
            }
            return endArray();
        }
        if (value instanceof JsonValue.JsonString string) {
            return value(string.value());
        }
        if (value instanceof JsonValue.JsonNumber number) {
            return plain(number.text());
        }
        return value instanceof JsonValue.JsonBoolean bool ? value(bool.value()) : nullValue();
    }

    public JsonWriter nullValue() throws IOException {
        return plain("null");
    }

    public JsonWriter member(String name, String value) throws IOException {
        return name(name).value(value);
    }

    public JsonWriter member(String name, long value) throws IOException {
        return name(name).value(value);
    }

    public JsonWriter member(String name, boolean value) throws IOException {
        return name(name).value(value);
    }

    /** Ends the document with a line feed and flushes the stream, which stays open. */
    public void finish() throws IOException {
        endLine();
        flush();
    }

    /** Writes everything to the stream and flushes it. */
    public void flush() throws IOException {
        drain();
        out.flush();
    }

    /** Ends the document with a line feed. Another one may follow. */
    public void endLine() throws IOException {
        if (!level.isDocument) {
            throw new IOException("an object or array is open");
        }
        put('\n');
        level.values = 0;
    }

    private JsonWriter plain(String text) throws IOException {
        beforeValue();
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
        return this;
    }

    private void beforeValue() throws IOException {
        if (level.isNamed) {
            level.isNamed = false;
            level.values++;
            return;
        }
        if (level.isObject || (level.isDocument && level.values > 0)) {
            throw new IOException("no value can stand here");
        }
        if (!level.isDocument) {
            separate();
        }
        level.values++;
    }

    private void separate() throws IOException {
        if (level.values > 0) {
            put(',');
        }
        if (pretty) {
            newLine();
        }
    }

    private void newLine() throws IOException {
        put('\n');
        for (int i = 0; i < depth; i++) {
            put(' ');
            put(' ');
        }
    }

    private void string(String text) throws IOException {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (size > BUFFER - 2 * LONGEST_ESCAPE) {
                drain();
            }
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                buffer[size++] = (byte) c;
            } else {
                escape(isLone(text, i) ? 0xFFFD : c);
            }
        }
        put('"');
    }

    /** {@return whether a character is a surrogate without the other half of its pair} */
    private static boolean isLone(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    private void escape(int c) {
        if (c == 0x7f) {
            buffer[size++] = 0x7f;
            return;
        }
        buffer[size++] = '\\';
        int letter = "\b\t\n\f\r\"\\".indexOf(c);
        if (letter >= 0) {
            buffer[size++] = (byte) "btnfr\"\\".charAt(letter);
            return;
        }
        buffer[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[size++] = HEX[c >> shift & 0xf];
        }
    }

    private void put(int character) throws IOException {
        if (size == BUFFER) {
            drain();
        }
        buffer[size++] = (byte) character;
    }

    private void drain() throws IOException {
        out.write(buffer, 0, size);
        size = 0;
    }
}
