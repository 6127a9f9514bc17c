package dev.tallyclerk.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.text.Quoted;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a document so that no other reader can have read it differently. */
public final class StrictJson {
    private StrictJson() {}

    /**
     * Reads one JSON value.
     *
     * @throws JsonException if {@code document} is not I-JSON or passes a limit
     */
    public static JsonValue parse(byte[] document, JsonLimits limits) throws JsonException {
        if (document.length > limits.maxBytes()) {
            throw new JsonException(
                    Reason.LIMIT, "", "document of " + document.length + " bytes, " + limits.maxBytes() + " allowed");
        }
        try (JsonParser parser = factory(limits).createParser(new StringReader(decode(document)))) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new JsonException(Reason.SYNTAX, "", "empty document");
            }
            JsonValue value = new TreeBuilder(parser, limits.maxValues()).value(first);
            if (parser.nextToken() != null) {
                throw new JsonException(Reason.SYNTAX, "", "more than one value");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw new JsonException(Reason.LIMIT, "", describe(e));
        } catch (JsonProcessingException e) {
            throw new JsonException(Reason.SYNTAX, "", describe(e));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: the source is a string", e);
        }
    }

    /** Decodes strictly: Jackson lets some ill-formed UTF-8 and a byte order mark pass. */
    private static String decode(byte[] document) throws JsonException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
            if (text.startsWith("\ufeff")) {
                throw new JsonException(Reason.SYNTAX, "", "byte order mark");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new JsonException(Reason.SYNTAX, "", "not UTF-8");
        }
    }

    private static JsonFactory factory(JsonLimits limits) {
        return new JsonFactoryBuilder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(-1)
                        .maxNestingDepth(limits.maxDepth())
                        .maxStringLength(limits.maxStringLength())
                        .maxNameLength(limits.maxStringLength())
                        .maxNumberLength(limits.maxNumberLength())
                        .build())
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // Names come from strangers: no table of ours may grow with them.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }

    private static String describe(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        String bounded = Quoted.printable(message.length() > 160 ? message.substring(0, 160) : message);
        JsonLocation location = e.getLocation();
        return location == null
                ? bounded
                : bounded + " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    /** Recursive, which is safe because {@link JsonLimits#maxDepth} bounds the depth. */
    private static final class TreeBuilder {
        private final JsonParser parser;
        private final List<Object> path = new ArrayList<>();
        private int valuesLeft;

        TreeBuilder(JsonParser parser, int maxValues) {
            this.parser = parser;
            this.valuesLeft = maxValues;
        }

        JsonValue value(JsonToken token) throws IOException, JsonException {
            if (valuesLeft == 0) {
                throw new JsonException(Reason.LIMIT, "", "too many values");
            }
            valuesLeft--;
            return switch (token) {
                case START_OBJECT -> object();
                case START_ARRAY -> array();
                case VALUE_STRING -> new JsonString(wellFormed(parser.getText()));
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getText());
                case VALUE_TRUE -> new JsonBoolean(true);
                case VALUE_FALSE -> new JsonBoolean(false);
                case VALUE_NULL -> JsonNull.INSTANCE;
                default -> throw new JsonException(Reason.SYNTAX, pointer(), "unexpected " + token);
            };
        }

        private JsonObject object() throws IOException, JsonException {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = wellFormed(parser.currentName());
                path.add(name);
                if (members.containsKey(name)) {
                    throw new JsonException(Reason.DUPLICATE_MEMBER, pointer(), "member stands twice");
                }
                members.put(name, value(parser.nextToken()));
                path.remove(path.size() - 1);
            }
            return new JsonObject(members);
        }

        private JsonArray array() throws IOException, JsonException {
            List<JsonValue> elements = new ArrayList<>();
            for (JsonToken token; (token = parser.nextToken()) != JsonToken.END_ARRAY; ) {
                path.add(elements.size());
                elements.add(value(token));
                path.remove(path.size() - 1);
            }
            return new JsonArray(elements);
        }

        private String wellFormed(String text) throws JsonException {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else if (Character.isSurrogate(c)) {
                    throw new JsonException(Reason.SYNTAX, pointer(), "lone surrogate");
                }
            }
            return text;
        }

        private String pointer() {
            StringBuilder out = new StringBuilder();
            for (Object step : path) {
                out.append('/').append(JsonCursor.escape(step.toString()));
            }
            return out.toString();
        }
    }
}
