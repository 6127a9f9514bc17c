package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is read is what another reader reads, and what is refused breaks JSON, I-JSON or a limit. */
class StrictJsonFuzzTest {
    private static final JsonLimits LIMITS = JsonLimits.ofBytes(1 << 20);
    private static final JsonFactory OTHER = new JsonFactory();

    @FuzzTest
    void parse(byte[] data) throws IOException {
        JsonValue value;
        try {
            value = StrictJson.parse(data, LIMITS);
        } catch (JsonException e) {
            assertTrue(e.toString().length() < 20_000);
            assertTrue(e.reason() == Reason.LIMIT || !isIJson(data), e::toString);
            return;
        }
        try (JsonParser other = OTHER.createParser(data)) {
            assertSame(value, other, other.nextToken());
            assertNull(other.nextToken());
        }
        encodeCanonically(JsonCursor.at(value));
    }

    private static void assertSame(@Nullable JsonValue value, JsonParser other, @Nullable JsonToken token)
            throws IOException {
        assertNotNull(token);
        if (value instanceof JsonObject object) {
            assertEquals(JsonToken.START_OBJECT, token);
            for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
                assertEquals(JsonToken.FIELD_NAME, other.nextToken());
                assertEquals(other.currentName(), member.getKey());
                assertSame(member.getValue(), other, other.nextToken());
            }
            assertEquals(JsonToken.END_OBJECT, other.nextToken());
        } else if (value instanceof JsonArray array) {
            assertEquals(JsonToken.START_ARRAY, token);
            for (JsonValue element : array.elements()) {
                assertSame(element, other, other.nextToken());
            }
            assertEquals(JsonToken.END_ARRAY, other.nextToken());
        } else if (value instanceof JsonString string) {
            assertEquals(JsonToken.VALUE_STRING, token);
            assertEquals(other.getText(), string.value());
        } else if (value instanceof JsonNumber number) {
            assertTrue(token.isNumeric());
            assertEquals(token == JsonToken.VALUE_NUMBER_INT, number.isInteger());
            assertEquals(other.getText(), number.text());
        } else if (value instanceof JsonBoolean bool) {
            assertEquals(bool.value() ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE, token);
        } else {
            assertEquals(JsonToken.VALUE_NULL, token);
        }
    }

    /** {@return whether the other reader takes the document, and it keeps RFC 7493, section 2} */
    private static boolean isIJson(byte[] data) throws IOException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString();
        } catch (CharacterCodingException e) {
            return false;
        }
        // The other reader takes the first for a sign of UTF-16, and passes over the second.
        if (text.indexOf('\0') >= 0 || text.startsWith("\ufeff")) {
            return false;
        }
        try (JsonParser other = OTHER.createParser(data)) {
            JsonToken token = other.nextToken();
            return token != null && isIJson(other, token) && other.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static boolean isIJson(JsonParser other, @Nullable JsonToken token) throws IOException {
        if (token == JsonToken.START_ARRAY) {
            for (JsonToken next = other.nextToken(); next != JsonToken.END_ARRAY; next = other.nextToken()) {
                if (!isIJson(other, next)) {
                    return false;
                }
            }
            return true;
        }
        if (token == JsonToken.START_OBJECT) {
            Set<String> names = new LinkedHashSet<>();
            while (other.nextToken() != JsonToken.END_OBJECT) {
                if (!isWellFormed(other.currentName())
                        || !names.add(other.currentName())
                        || !isIJson(other, other.nextToken())) {
                    return false;
                }
            }
            return true;
        }
        return token != JsonToken.VALUE_STRING || isWellFormed(other.getText());
    }

    private static boolean isWellFormed(String text) {
        return StandardCharsets.UTF_16BE.newEncoder().canEncode(text);
    }

    /** The form has raw control characters, so that not every one is JSON; one that is has itself as its form. */
    private static void encodeCanonically(JsonCursor value) {
        byte[] canonical;
        try {
            canonical = CanonicalJson.encode(value);
        } catch (JsonException e) {
            assertEquals(Reason.BAD_VALUE, e.reason());
            return;
        }
        try {
            assertArrayEquals(canonical, CanonicalJson.encode(JsonCursor.parse(canonical, LIMITS)));
        } catch (JsonException e) {
            assertEquals(Reason.SYNTAX, e.reason());
        }
    }
}
