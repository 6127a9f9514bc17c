package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CanonicalReaderTest {
    private static CanonicalReader at(String canonical) {
        return new CanonicalReader(canonical.getBytes(StandardCharsets.UTF_8), 0, "/signed");
    }

    private static void assertRefused(Reason reason, String pointer, Executable reading) {
        JsonException e = assertThrows(JsonException.class, reading);
        assertEquals(reason, e.reason());
        assertEquals(pointer, e.pointer());
    }

    @Test
    void movesToTheMembersThatAreAskedFor() throws JsonException {
        CanonicalReader in = at("{\"a\":1,\"b\":{\"x\":[\"}\"]},\"c\":\"\\\\\\\"\"}");
        MemberNames names = MemberNames.of("c", "a");
        in.beginObject();
        assertEquals("a", in.nextMember(names));
        assertEquals(1, in.integer(0, 9));
        assertEquals("c", in.nextMember(names));
        assertEquals("\\\"", in.string());
        assertNull(in.nextMember(names));
    }

    @Test
    void knowsThePlaceOfEachValue() throws JsonException {
        CanonicalReader in = at("{\"a/b\":[true,{\"c\":2}],\"d\":3}");
        in.beginObject();
        assertTrue(in.nextMember());
        assertEquals("/signed/a~1b", in.pointer());
        in.beginArray();
        assertTrue(in.nextElement());
        assertTrue(in.bool());
        assertEquals("/signed/a~1b/0", in.pointer());
        assertTrue(in.nextElement());
        in.beginObject();
        assertTrue(in.nextMember());
        assertRefused(Reason.WRONG_TYPE, "/signed/a~1b/1/c", in::string);
        in.skip();
        assertFalse(in.nextMember());
        assertEquals("/signed/a~1b/1/x", in.missing("x").pointer());
        assertFalse(in.nextElement());
        assertTrue(in.nextMember());
        assertEquals("/signed/d", in.badValue("wrong").pointer());
    }

    @Test
    void refusesToPassOverACaseVariant() throws JsonException {
        CanonicalReader in = at("{\"Length\":1,\"length\":2}");
        in.beginObject();
        assertRefused(Reason.CASE_VARIANT_MEMBER, "/signed/Length", () -> in.nextMember(MemberNames.of("length")));
    }

    @Test
    void readsIntegersOfItsRangeOnly() throws JsonException {
        assertEquals(Long.MAX_VALUE, at("9223372036854775807").integer(0, Long.MAX_VALUE));
        assertEquals(Long.MIN_VALUE, at("-9223372036854775808").integer(Long.MIN_VALUE, 0));
        for (String number :
                List.of("9223372036854775808", "-9223372036854775809", "99999999999999999999", "-1", "11")) {
            assertRefused(Reason.BAD_VALUE, "/signed", () -> at(number).integer(0, 10));
        }
        assertRefused(
                Reason.BAD_VALUE, "/signed", () -> at("9223372036854775808").integer(Long.MIN_VALUE, Long.MAX_VALUE));
        assertRefused(Reason.WRONG_TYPE, "/signed", () -> at("\"1\"").integer(0, 10));
    }

    @Test
    void refusesAnotherType() {
        assertRefused(Reason.WRONG_TYPE, "/signed", () -> at("[]").beginObject());
        assertRefused(Reason.WRONG_TYPE, "/signed", () -> at("{}").beginArray());
        assertRefused(Reason.WRONG_TYPE, "/signed", () -> at("null").string());
        assertRefused(Reason.WRONG_TYPE, "/signed", () -> at("0").bool());
        assertRefused(Reason.WRONG_TYPE, "/signed/0", () -> at("[1]").strings());
        assertRefused(Reason.WRONG_TYPE, "/signed", () -> at("1").hexadecimal(1));
    }

    @Test
    void tellsHexadecimalDigitsOfTheRightNumber() throws JsonException {
        assertTrue(at("\"0aF9\"").hexadecimal(4));
        assertFalse(at("\"0aF9\"").hexadecimal(3));
        assertFalse(at("\"0aG9\"").hexadecimal(4));
        assertFalse(at("\"é9\"").hexadecimal(3));
    }

    @Test
    void findsANameOfAnyLengthAndNoOther() throws JsonException {
        for (int length = 0; length <= 12; length++) {
            String name = "abcdefghijkl".substring(0, length);
            MemberNames names = MemberNames.of("another", name);
            assertEquals(name, nextMember(names, name));
            assertNull(nextMember(names, name + "m"));
            for (int at = 0; at < length; at++) {
                assertNull(nextMember(names, name.substring(0, at) + "#" + name.substring(at + 1)));
                assertNull(nextMember(names, name.substring(0, at)));
            }
        }
    }

    private static @Nullable String nextMember(MemberNames names, String name) throws JsonException {
        // In a long document as well as at the end of one.
        String alone = first(names, "{\"" + name + "\":1}");
        assertEquals(alone, first(names, "{\"" + name + "\":123456789012}"));
        return alone;
    }

    private static @Nullable String first(MemberNames names, String object) throws JsonException {
        CanonicalReader in = at(object);
        in.beginObject();
        return in.nextMember(names);
    }

    @Test
    void tellsAHexadecimalDigitFromEveryOtherByte() throws JsonException {
        for (char c = 0; c < 0x180; c++) {
            if (c == '"' || c == '\\') {
                continue;
            }
            for (int at = 0; at < 19; at++) {
                String digits = "0123456789abcdefAFf".substring(0, at) + c + "0123456789abcdefAFf".substring(at + 1);
                int bytes = digits.getBytes(StandardCharsets.UTF_8).length;
                boolean expected = "0123456789abcdefABCDEF".indexOf(c) >= 0;
                assertEquals(expected, at('"' + digits + '"').hexadecimal(bytes), digits);
            }
        }
    }

    @Test
    void writesAValueAsJsonThatEverybodyCanRead() throws JsonException {
        CanonicalReader in = at("[{\"a\n\":\"\u0001\\\"é\uffff\"},2]");
        assertEquals("[{\"a\\n\":\"\\u0001\\\"é\uffff\"},2]", in.json());
    }

    @Test
    void findsNamesThatWereChosenToHaveOneHash() throws JsonException {
        List<String> names = new ArrayList<>();
        for (int i = 0; names.size() < 100; i++) {
            byte[] quoted = ("\"" + i + "\"").getBytes(StandardCharsets.UTF_8);
            if ((MemberTable.hash(quoted, 0, quoted.length) & 0xFFF) == 0) {
                names.add(String.valueOf(i));
            }
        }
        CanonicalScanner scanner = new CanonicalScanner(JsonLimits.ofBytes(1 << 20));
        String json =
                names.stream().skip(1).map(name -> '"' + name + "\":" + name).collect(Collectors.joining(","));
        scanner.scan(('{' + json + '}').getBytes(StandardCharsets.UTF_8));
        MemberTable table = Canonical.table(scanner.toByteArray());
        for (String name : names.subList(1, names.size())) {
            assertEquals(Long.parseLong(name), table.value(table.find(name), "").integer(0, Long.MAX_VALUE));
        }
        assertEquals(-1, table.find(names.get(0)));
    }

    @Test
    void takesNoQuestionMarkForHalfAPairOfSurrogates() throws JsonException {
        MemberTable table = Canonical.table("{\"?\":1}".getBytes(StandardCharsets.UTF_8));
        assertEquals(0, table.find("?"));
        assertEquals(-1, table.find("\ud83d"));
        assertEquals(-1, table.find("\ud83d\ud83d"));
    }
}
