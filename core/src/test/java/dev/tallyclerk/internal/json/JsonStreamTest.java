package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStreamTest {
    private static JsonStream stream(byte[] document) throws JsonException {
        return JsonStream.of(document, 0, document.length);
    }

    private static Reason refusal(byte[] document) {
        return assertThrows(JsonException.class, () -> {
                    try (JsonStream stream = stream(document)) {
                        stream.skip();
                    }
                })
                .reason();
    }

    @Test
    void goesThroughAnObjectMemberByMember() throws Exception {
        byte[] document = " {\"id\":\"a\",\"more\":[1,{}]} ".getBytes(StandardCharsets.UTF_8);
        try (JsonStream stream = stream(document)) {
            stream.beginObject();
            assertEquals("id", stream.nextName());
            assertEquals("a", stream.string());
            assertEquals("more", stream.nextName());
            stream.skip();
            assertNull(stream.nextName());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
    void readsUtf8Only(String charset) {
        assertEquals(Reason.SYNTAX, refusal("{\"id\":\"a\"}".getBytes(Charset.forName(charset))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00007b00", "007b0000", "0000fffe", "fffe0000", "feff007b", "fe", "ff", "00", "7b"})
    void bytesThatAreNoDocumentAreRefused(String hex) {
        assertEquals(Reason.SYNTAX, refusal(HexFormat.of().parseHex(hex)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"a\":2}|DUPLICATE_MEMBER",
                "{\"b\":[{\"a\":1,\"a\":2}]}|DUPLICATE_MEMBER",
                "{\"a\":NaN}|SYNTAX",
                "{\"a\":1111111111111111111111111111111111111111111111111111111111111111111111}|LIMIT"
            })
    void whatIsSkippedIsStrictToo(String document, Reason reason) {
        assertEquals(reason, refusal(document.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void deepNestingIsRefused() {
        assertEquals(Reason.LIMIT, refusal("[".repeat(1_000).getBytes(StandardCharsets.UTF_8)));
    }
}
