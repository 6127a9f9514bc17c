package dev.tallyclerk.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Jackson makes of a document, with the rules of I-JSON that it does not know added: the yardstick for ours. */
final class JacksonReader {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JacksonReader() {}

    /** {@return the document's value, or nothing if it is not I-JSON} */
    static Optional<JsonValue> read(byte[] document) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
            if (text.startsWith("\ufeff")) {
                return Optional.empty();
            }
            try (JsonParser parser = FACTORY.createParser(text)) {
                JsonToken first = parser.nextToken();
                if (first == null) {
                    return Optional.empty();
                }
                JsonValue value = value(parser, first);
                return parser.nextToken() == null ? Optional.of(value) : Optional.empty();
            }
        } catch (CharacterCodingException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static JsonValue value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = interchangeable(parser.currentName());
                    members.put(name, value(parser, parser.nextToken()));
                }
                yield new JsonObject(members);
            }
            case START_ARRAY -> {
                List<JsonValue> elements = new ArrayList<>();
                for (JsonToken next; (next = parser.nextToken()) != JsonToken.END_ARRAY; ) {
                    elements.add(value(parser, next));
                }
                yield new JsonArray(elements);
            }
            case VALUE_STRING -> new JsonString(interchangeable(parser.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                if (Double.isInfinite(Double.parseDouble(parser.getText()))) {
                    throw new IOException("beyond a double");
                }
                yield new JsonNumber(parser.getText());
            }
            case VALUE_TRUE -> new JsonBoolean(true);
            case VALUE_FALSE -> new JsonBoolean(false);
            case VALUE_NULL -> JsonNull.INSTANCE;
            default -> throw new IOException("unexpected " + token);
        };
    }

    private static String interchangeable(String text) throws IOException {
        if (text.codePoints().anyMatch(c -> !CodePoints.isInterchangeable(c))) {
            throw new IOException("surrogate or noncharacter");
        }
        return text;
    }
}
