package dev.tallyclerk.internal.json;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * Writes a JSON document to a stream, with the same bytes on every platform.
 *
 * <p>All non-ASCII characters are escaped, so that text of an attacker cannot control a terminal. Lone surrogates
 * become U+FFFD, so that the result is I-JSON. Call {@link #finish} at the end. Not for use by two threads.
 */
public final class JsonWriter {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();

    private final JsonGenerator generator;
    private final OutputStream out;

    private JsonWriter(OutputStream out, boolean pretty) throws IOException {
        this.out = out;
        this.generator = FACTORY.createGenerator(out, JsonEncoding.UTF8);
        if (pretty) {
            DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
            printer.indentArraysWith(indenter);
            printer.indentObjectsWith(indenter);
            generator.setPrettyPrinter(printer);
        }
    }

    /** {@return a writer that writes each member on its own line, indented by two spaces} */
    public static JsonWriter pretty(OutputStream out) throws IOException {
        return new JsonWriter(out, true);
    }

    /** {@return a writer that writes everything on one line} */
    public static JsonWriter compact(OutputStream out) throws IOException {
        return new JsonWriter(out, false);
    }

    public JsonWriter beginObject() throws IOException {
        generator.writeStartObject();
        return this;
    }

    public JsonWriter endObject() throws IOException {
        generator.writeEndObject();
        return this;
    }

    public JsonWriter beginArray() throws IOException {
        generator.writeStartArray();
        return this;
    }

    public JsonWriter endArray() throws IOException {
        generator.writeEndArray();
        return this;
    }

    /** Writes a member's name, before its value. A name may appear only once in an object. */
    public JsonWriter name(String name) throws IOException {
        generator.writeFieldName(wellFormed(name));
        return this;
    }

    public JsonWriter value(String value) throws IOException {
        generator.writeString(wellFormed(value));
        return this;
    }

    public JsonWriter value(long value) throws IOException {
        generator.writeNumber(value);
        return this;
    }

    public JsonWriter value(boolean value) throws IOException {
        generator.writeBoolean(value);
        return this;
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
            generator.writeNumber(number.text());
            return this;
        }
        return value instanceof JsonValue.JsonBoolean bool ? value(bool.value()) : nullValue();
    }

    public JsonWriter nullValue() throws IOException {
        generator.writeNull();
        return this;
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
        generator.close();
        out.write('\n');
        out.flush();
    }

    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaceLoneSurrogates(text);
            }
        }
        return text;
    }

    private static String replaceLoneSurrogates(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            out.appendCodePoint(lone ? 0xFFFD : c);
        });
        return out.toString();
    }
}
