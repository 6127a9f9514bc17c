package dev.tallyclerk.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.tallyclerk.internal.json.JsonException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a document value by value, for large documents of which little is wanted: what is skipped takes no memory.
 *
 * <pre>{@code
 * stream.beginObject();
 * for (String name = stream.nextName(); name != null; name = stream.nextName()) {
 *     switch (name) {
 *         case "id" -> id = stream.string();
 *         default -> stream.skip();
 *     }
 * }
 * }</pre>
 *
 * <p>Refuses duplicate member names, nesting beyond 64 levels, and numbers of more than 64 characters, also in what is
 * skipped. For one thread.
 */
public final class JsonStream implements Closeable {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER = 64;
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;

    private JsonStream(JsonParser parser) throws JsonException {
        this.parser = parser;
        advance();
    }

    /** {@return a stream at the one value of a document, which is the part of an array; the array must not change} */
    public static JsonStream of(byte[] document, int offset, int length) throws JsonException {
        if (!mayBeUtf8(document, offset, length)) {
            throw new JsonException(Reason.SYNTAX, "", "is not in UTF-8");
        }
        JsonParser parser;
        try {
            parser = FACTORY.createParser(document, offset, length);
        } catch (IOException e) {
            throw new JsonException(Reason.SYNTAX, "", String.valueOf(e.getMessage()));
        }
        return new JsonStream(parser);
    }

    /** Jackson would guess UTF-16 and UTF-32 from the first bytes, which then have a zero or a byte order mark. */
    private static boolean mayBeUtf8(byte[] document, int offset, int length) {
        for (int i = offset; i < offset + Math.min(length, 4); i++) {
            if (document[i] == 0 || document[i] == (byte) 0xFE || document[i] == (byte) 0xFF) {
                return false;
            }
        }
        return true;
    }

    private @Nullable JsonToken advance() throws JsonException {
        try {
            return parser.nextToken();
        } catch (StreamConstraintsException e) {
            throw new JsonException(Reason.LIMIT, pointer(), e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            boolean duplicate = e.getOriginalMessage().startsWith("Duplicate field");
            throw new JsonException(
                    duplicate ? Reason.DUPLICATE_MEMBER : Reason.SYNTAX, pointer(), e.getOriginalMessage());
        } catch (IOException e) {
            throw new JsonException(Reason.SYNTAX, pointer(), String.valueOf(e.getMessage()));
        }
    }

    private String pointer() {
        return parser.getParsingContext().pathAsPointer().toString();
    }

    private JsonException wrongType(String wanted) {
        JsonToken token = parser.currentToken();
        return JsonException.wrongType(pointer(), wanted, token == null ? "nothing" : kind(token), "");
    }

    private static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "no value";
        };
    }

    /** Enters the object here; {@link #nextName} then goes through its members. */
    public void beginObject() throws JsonException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrongType("an object");
        }
    }

    /** {@return whether an array is here} */
    public boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    /** {@return whether an object is here} */
    public boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    /** Enters the array here; {@link #nextElement} then goes through its elements. */
    public void beginArray() throws JsonException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrongType("an array");
        }
    }

    /** {@return the name of the next member, whose value is then here; null at the end of the object} */
    public @Nullable String nextName() throws JsonException {
        if (advance() != JsonToken.FIELD_NAME) {
            return null;
        }
        try {
            String name = parser.currentName();
            advance();
            return name;
        } catch (JsonException e) {
            throw e;
        } catch (IOException e) {
            throw new JsonException(Reason.SYNTAX, pointer(), String.valueOf(e.getMessage()));
        }
    }

    /** {@return whether there is another element, which is then here} */
    public boolean nextElement() throws JsonException {
        return advance() != JsonToken.END_ARRAY;
    }

    /** {@return the string here} */
    public String string() throws JsonException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType("a string");
        }
        return text();
    }

    /** {@return the string here; null after skipping null or a value of another type} */
    public @Nullable String stringOrSkip() throws JsonException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return text();
        }
        skip();
        return null;
    }

    private String text() throws JsonException {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw new JsonException(Reason.SYNTAX, pointer(), String.valueOf(e.getMessage()));
        }
    }

    /** Skips the value here, with everything in it. */
    public void skip() throws JsonException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
            return;
        }
        for (int depth = 1; depth > 0; ) {
            JsonToken next = advance();
            if (next == null) {
                throw new JsonException(Reason.SYNTAX, pointer(), "the document ends in the middle");
            }
            depth += next.isStructStart() ? 1 : next.isStructEnd() ? -1 : 0;
        }
    }

    /** Checks that nothing follows the value. */
    public void end() throws JsonException {
        if (advance() != null) {
            throw new JsonException(Reason.SYNTAX, "", "something follows the value");
        }
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
