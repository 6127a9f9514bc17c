package dev.tallyclerk.command;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a JSON report, indented by two spaces, with the same bytes on every platform.
 *
 * <p>All non-ASCII characters are escaped, so that text of an attacker cannot control a terminal. Lone surrogates
 * become U+FFFD. Call {@link #finish} at the end. Not for use by two threads.
 */
final class JsonOutput {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            // What is copied was read with limits before.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonGenerator generator;
    private final OutputStream out;

    JsonOutput(OutputStream out) throws IOException {
        this(out, FACTORY.createGenerator(out, JsonEncoding.UTF8));
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(indenter);
        printer.indentObjectsWith(indenter);
        generator.setPrettyPrinter(printer);
    }

    private JsonOutput(OutputStream out, JsonGenerator generator) {
        this.out = out;
        this.generator = generator;
    }

    /** {@return an output that writes everything on one line} */
    static JsonOutput compact(OutputStream out) throws IOException {
        return new JsonOutput(out, FACTORY.createGenerator(out, JsonEncoding.UTF8));
    }

    JsonOutput beginObject() throws IOException {
        generator.writeStartObject();
        return this;
    }

    JsonOutput endObject() throws IOException {
        generator.writeEndObject();
        return this;
    }

    JsonOutput beginArray() throws IOException {
        generator.writeStartArray();
        return this;
    }

    JsonOutput endArray() throws IOException {
        generator.writeEndArray();
        return this;
    }

    /** Writes a member's name, before its value. A name may appear only once in an object. */
    JsonOutput name(String name) throws IOException {
        generator.writeFieldName(wellFormed(name));
        return this;
    }

    JsonOutput value(String value) throws IOException {
        generator.writeString(wellFormed(value));
        return this;
    }

    JsonOutput member(String name, String value) throws IOException {
        return name(name).value(value);
    }

    JsonOutput member(String name, long value) throws IOException {
        name(name).generator.writeNumber(value);
        return this;
    }

    JsonOutput member(String name, boolean value) throws IOException {
        name(name).generator.writeBoolean(value);
        return this;
    }

    JsonOutput nullMember(String name) throws IOException {
        name(name).generator.writeNull();
        return this;
    }

    /** Writes the one value of a JSON document, with the digits of its numbers as they are. */
    JsonOutput copy(byte[] document) throws IOException {
        try (JsonParser in = FACTORY.createParser(document)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                switch (token) {
                    case FIELD_NAME -> name(in.currentName());
                    case VALUE_STRING -> value(in.getText());
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> generator.writeNumber(in.getText());
                    default -> generator.copyCurrentEvent(in);
                }
            }
        }
        return this;
    }

    /** Ends the document with a line feed and flushes the stream, which stays open. */
    void finish() throws IOException {
        generator.close();
        out.write('\n');
        out.flush();
    }

    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                StringBuilder out = new StringBuilder(text.length());
                text.codePoints().forEach(c -> out.appendCodePoint(isSurrogate(c) ? 0xFFFD : c));
                return out.toString();
            }
        }
        return text;
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
