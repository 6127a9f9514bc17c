package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private static final JsonLimits LIMITS = new JsonLimits(1000, 8, 100, 20, 50);

    private static JsonCursor parse(String text) throws JsonException {
        return JsonCursor.parse(text.getBytes(StandardCharsets.UTF_8), LIMITS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\":NaN}",
                "// c\n{}",
                "{'a':1}",
                "{a:1}",
                "{} {}",
                "{}x",
                "01",
                "+1",
                ".5",
                "1.",
                "\"\u0001\"",
                "\"\\x\"",
                "\"\\ud800\"",
                "{\"\\udc00\":1}",
                "\ufeff{}",
                "nul",
                "[1 2]",
                "{\"a\" 1}",
                "[",
                "{\"a\":",
            })
    void refusesWhatIsNotIJson(String json) {
        var e = assertThrows(JsonException.class, () -> parse(json));
        assertEquals(Reason.SYNTAX, e.reason());
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] overlong = {'"', (byte) 0xc0, (byte) 0xaf, '"'};
        byte[] surrogate = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
        byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16BE);
        for (byte[] document : List.of(overlong, surrogate, utf16)) {
            var e = assertThrows(JsonException.class, () -> StrictJson.parse(document, LIMITS));
            assertEquals(Reason.SYNTAX, e.reason());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"a\":2} | /a",
                "{\"a\":1,\"\\u0061\":2} | /a",
                "{\"x\":[{\"y/z\":1,\"y/z\":1}]} | /x/0/y~1z",
            })
    void refusesADuplicateMemberAndSaysWhere(String json, String pointer) {
        var e = assertThrows(JsonException.class, () -> parse(json));
        assertEquals(Reason.DUPLICATE_MEMBER, e.reason());
        assertEquals(pointer, e.pointer());
    }

    @Test
    void refusesWhatPassesALimit() {
        for (String json : List.of(
                "[".repeat(9) + "]".repeat(9),
                "\"" + "x".repeat(101) + "\"",
                "{\"" + "x".repeat(101) + "\":1}",
                "1".repeat(21),
                "[" + "1,".repeat(50) + "1]",
                " ".repeat(1001))) {
            var e = assertThrows(JsonException.class, () -> parse(json), json);
            assertEquals(Reason.LIMIT, e.reason(), json);
        }
    }

    @Test
    void survivesAHundredThousandBrackets() {
        byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        var e = assertThrows(JsonException.class, () -> StrictJson.parse(deep, JsonLimits.ofBytes(1 << 20)));
        assertEquals(Reason.LIMIT, e.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Layers", "LAYERS", "layer\u017f", "\u212aey"})
    void refusesAMemberThatGoWouldTakeForOneOfOurs(String name) {
        var e = assertThrows(
                JsonException.class, () -> parse("{\"" + name + "\":1}").refuseCaseVariants(List.of("layers", "key")));
        assertEquals(Reason.CASE_VARIANT_MEMBER, e.reason());
    }

    @Test
    void acceptsMembersThatAreOursOrLikeNone() {
        assertDoesNotThrow(() -> parse("{\"layers\":1,\"other\":2}").refuseCaseVariants(List.of("layers", "key")));
    }

    @Test
    void keepsNumbersAsTheyAreWritten() throws JsonException {
        assertEquals(9007199254740993L, parse("9007199254740993").integer(0, Long.MAX_VALUE));
        assertThrows(JsonException.class, () -> parse("1.0").integer(0, 5));
        assertThrows(JsonException.class, () -> parse("1e0").integer(0, 5));
        assertThrows(JsonException.class, () -> parse("99999999999999999999").integer(0, Long.MAX_VALUE));
    }

    @Property
    void anyTextIsReadOrRefusedButNeverCrashes(
            @ForAll @Chars({'{', '}', '[', ']', '"', ':', ',', 'a', '1', '\\', 'u', 'd', '8', ' ', '-', '.', 'e'})
                    String text) {
        try {
            parse(text);
        } catch (JsonException e) {
            assertEquals(String.valueOf(e.getMessage()).startsWith(e.detail()), true);
        }
    }

    @Property
    void anyBytesAreReadOrRefusedButNeverCrash(@ForAll byte[] bytes) {
        try {
            StrictJson.parse(bytes, LIMITS);
        } catch (JsonException e) {
            assertEquals(true, e.reason() == Reason.SYNTAX || e.reason() == Reason.LIMIT);
        }
    }
}
