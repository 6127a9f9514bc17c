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
                "\"\\u00\u0435a\"",
                "\"\\\\\\u\uff10000\"",
                "\"\\u00",
                "{\"\\udc00\":1}",
                "\ufeff{}",
                "nul",
                "[1 2]",
                "{\"a\" 1}",
                "[",
                "{\"a\":",
                "-",
                "1e",
                "1e+",
                "-x",
                "tru",
                "truex",
                "\"",
                "\"\\",
                "\"\\u12",
                "\"\\u12g4\"",
                "\"\\ud83d\\u0041\"",
                "\u00a0{}",
                "\u000b{}",
                "{\"a\":1 \"b\":2}",
                "{,}",
                "[,1]",
                "{1:2}",
            })
    void refusesWhatIsNotIJson(String json) {
        var e = assertThrows(JsonException.class, () -> parse(json));
        assertEquals(Reason.SYNTAX, e.reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\ufffe\"",
                "\"\\uffff\"",
                "\"\\ufdd0\"",
                "\"\\ud83f\\udffe\"",
                "{\"\ufdef\":1}",
                "[1e400]",
                "-1e400"
            })
    void refusesWhatOnlyIJsonRefusesWhereThatIsAskedFor(String json) {
        byte[] document = json.getBytes(StandardCharsets.UTF_8);
        assertDoesNotThrow(() -> StrictJson.parse(document, LIMITS));
        var e = assertThrows(JsonException.class, () -> StrictJson.parseInterchangeable(document, LIMITS));
        assertEquals(Reason.SYNTAX, e.reason());
        assertEquals(true, e.rule().startsWith("RFC 7493"));
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] overlong = {'"', (byte) 0xc0, (byte) 0xaf, '"'};
        byte[] surrogate = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
        byte[] overlongThree = {'"', (byte) 0xe0, (byte) 0x80, (byte) 0xaf, '"'};
        byte[] overlongFour = {'"', (byte) 0xf0, (byte) 0x80, (byte) 0x80, (byte) 0xaf, '"'};
        byte[] tooHigh = {'"', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'};
        byte[] cutOff = {'"', (byte) 0xe2, (byte) 0x82, '"'};
        byte[] continuation = {'"', (byte) 0x80, '"'};
        byte[] atTheEnd = {'"', (byte) 0xe2};
        byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16BE);
        for (byte[] document : List.of(
                overlong, surrogate, overlongThree, overlongFour, tooHigh, cutOff, continuation, atTheEnd, utf16)) {
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
    void readsWhatIsNearTheEdgeOfWhatIsRefused() throws JsonException {
        assertEquals(
                "\ufffd\ud7ff\ue000\ufdf0",
                parse("\"\\ufffd\\ud7ff\\ue000\\ufdf0\"").string());
        assertEquals("\ud83d\ude00", parse("\"\\ud83d\\ude00\"").string());
        assertEquals(
                "\ud83d\ude00 \u20ac \u00e9",
                parse("\"\ud83d\ude00 \u20ac \u00e9\"").string());
        assertEquals("\"\\/\b\f\n\r\t", parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"").string());
        assertEquals("1e308", ((JsonValue.JsonNumber) parse("1e308").value()).text());
        assertEquals(1, parse(" \t\r\n[ null ]\n").elements().size());
    }

    @Test
    void findsMembersAmongFewAndAmongMany() throws JsonException {
        for (int count : new int[] {0, 1, 4, 5, 16, 17, 40}) {
            StringBuilder text = new StringBuilder("{");
            for (int i = 0; i < count; i++) {
                text.append(i == 0 ? "" : ",")
                        .append("\"m")
                        .append(i)
                        .append("\":")
                        .append(i);
            }
            JsonCursor object = parse(text + "}");
            assertEquals(count, object.members().size());
            for (int i = 0; i < count; i++) {
                assertEquals(i, object.required("m" + i).integer(0, 99));
            }
            assertEquals(true, object.member("m" + count).isEmpty());
            if (count > 0) {
                var e = assertThrows(JsonException.class, () -> parse(text + ",\"m0\":1}"));
                assertEquals(Reason.DUPLICATE_MEMBER, e.reason());
            }
        }
    }

    @Test
    void saysWhichRuleIsBroken() {
        assertEquals(
                "RFC 7493, 2.3: no duplicate member names",
                assertThrows(JsonException.class, () -> parse("{\"a\":1,\"a\":2}"))
                        .rule());
        var e = assertThrows(JsonException.class, () -> parse("{\"a\":\n [1, x]}"));
        assertEquals("/a/1", e.pointer());
        assertEquals("expected a value (line 2, column 6)", e.detail());
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
    void theUsualLimitsAreThoseThatAreDocumented() throws JsonException {
        JsonLimits usual = JsonLimits.ofBytes(120_000);
        assertTakesNoMore(usual, "[".repeat(64) + "]".repeat(64), "[".repeat(65) + "]".repeat(65));
        assertTakesNoMore(usual, "1".repeat(64), "1".repeat(65));
        assertTakesNoMore(usual, zeros(10_000), zeros(10_001));
        JsonLimits small = JsonLimits.ofBytes(50_000);
        assertTakesNoMore(small, zeros(10_000), zeros(10_001));
        JsonLimits large = JsonLimits.ofBytes(12 * 20_000);
        assertTakesNoMore(large, zeros(20_000), zeros(20_001));
    }

    /** {@return a document of so many values} */
    private static String zeros(int values) {
        return "[" + "0,".repeat(values - 2) + "0]";
    }

    private static void assertTakesNoMore(JsonLimits limits, String most, String more) throws JsonException {
        StrictJson.parse(most.getBytes(StandardCharsets.UTF_8), limits);
        var e = assertThrows(
                JsonException.class, () -> StrictJson.parse(more.getBytes(StandardCharsets.UTF_8), limits));
        assertEquals(Reason.LIMIT, e.reason());
    }

    @Test
    void survivesAHundredThousandBrackets() {
        byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        var e = assertThrows(JsonException.class, () -> StrictJson.parse(deep, JsonLimits.ofBytes(1 << 20)));
        assertEquals(Reason.LIMIT, e.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Layers", "LAYERS", "layer\u017f", "\u212aey", "d\u0131gest", "D\u0130GEST"})
    void refusesAMemberThatGoWouldTakeForOneOfOurs(String name) {
        var e = assertThrows(
                JsonException.class,
                () -> parse("{\"" + name + "\":1}").refuseCaseVariants(List.of("layers", "key", "digest")));
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

    @Test
    void theLastOfEqualMembersCountsWhereThatIsAskedFor() throws JsonException {
        String text = "{\"a\":1,\"b\":{\"c\":2,\"c\":3},\"a\":{\"d\":4},\"a\":5}";
        StrictJson.LastWins read = StrictJson.parseLastWins(text.getBytes(StandardCharsets.UTF_8), LIMITS);
        assertEquals("{\"a\":5,\"b\":{\"c\":3}}", CompactJson.of(read.value()));
        assertEquals(List.of("/b/c", "/a", "/a"), read.duplicates());
    }

    @Test
    void tooManyEqualMembersAreRefused() {
        String text = "{" + "\"a\":1,".repeat(101) + "\"a\":1}";
        JsonException e = assertThrows(
                JsonException.class,
                () -> StrictJson.parseLastWins(
                        text.getBytes(StandardCharsets.UTF_8), new JsonLimits(1000, 8, 100, 20, 500)));
        assertEquals(Reason.LIMIT, e.reason());
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
