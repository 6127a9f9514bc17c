package dev.tallyclerk.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON document: a map by name, a list, a text, a number, a boolean or null.
 *
 * @param value the value
 */
record JsonTree(@Nullable Object value) {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static JsonTree parse(byte[] document) throws IOException {
        try (JsonParser parser = FACTORY.createParser(document)) {
            parser.nextToken();
            Object value = read(parser);
            if (parser.nextToken() != null) {
                throw new IOException("more than one JSON value");
            }
            return new JsonTree(value);
        }
    }

    private static @Nullable Object read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("no JSON value");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, read(parser));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(read(parser));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    /** {@return a member; null JSON if there is none} */
    JsonTree get(String name) {
        return new JsonTree(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    /** {@return the elements; none if it is no list} */
    List<JsonTree> elements() {
        List<JsonTree> elements = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(element -> elements.add(new JsonTree(element)));
        }
        return elements;
    }

    /** {@return the text, if it is one} */
    Optional<String> text() {
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** {@return the text of a member that must be one} */
    String required(String name) throws IOException {
        return get(name).text().orElseThrow(() -> new IOException("the member " + name + " is missing or no text"));
    }

    /** {@return the number of a member, or another if it is absent} */
    int number(String name, int otherwise) {
        return get(name).value() instanceof Number number ? number.intValue() : otherwise;
    }

    /** {@return the texts of the members, by name; none if it is no object} */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> members) {
            members.forEach((name, each) -> {
                if (name instanceof String key && each instanceof String text) {
                    texts.put(key, text);
                }
            });
        }
        return texts;
    }

    boolean isPresent() {
        return value != null;
    }
}
