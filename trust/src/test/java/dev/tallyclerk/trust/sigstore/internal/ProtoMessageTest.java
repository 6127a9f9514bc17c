package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoMessageTest {
    private interface Reading {
        Object of(ProtoMessage message) throws JsonException;
    }

    private static ProtoMessage parse(String json) throws JsonException {
        return ProtoMessage.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 1_000_000);
    }

    private static JsonException.Reason refuses(String json, Reading reading) throws JsonException {
        ProtoMessage message = parse(json);
        return assertThrows(JsonException.class, () -> reading.of(message)).reason();
    }

    @Test
    void whatIsAbsentHasItsDefault() throws JsonException {
        for (String json : List.of("{}", "{'a':null}")) {
            ProtoMessage message = parse(json);
            assertEquals("", message.text("a"));
            assertEquals(0, message.int64("a"));
            assertEquals(0, message.uint63("a"));
            assertEquals(0, message.bytes("a").length);
            assertEquals(List.of(), message.list("a", 1));
            assertTrue(message.optional("a").isEmpty());
        }
    }

    @Test
    void whatIsRequiredIsThereAndNotEmpty() throws JsonException {
        for (String json : List.of("{}", "{'a':null}", "{'a':''}", "{'a':[]}")) {
            refuses(json, message -> message.requiredText("a"));
            refuses(json, message -> message.requiredBytes("a"));
            refuses(json, message -> message.message("a"));
        }
        assertEquals("b", parse("{'a':'b'}").requiredText("a"));
        assertArrayEquals(new byte[] {1}, parse("{'a':'AQ=='}").requiredBytes("a"));
        assertEquals("c", parse("{'a':{'b':'c'}}").message("a").text("b"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "-7, -7",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void anIntegerIsATextInDecimal(String text, long value) throws JsonException {
        assertEquals(value, parse("{'a':'" + text + "'}").int64("a"));
        if (value >= 0) {
            assertEquals(value, parse("{'a':'" + text + "'}").uint63("a"));
        } else {
            refuses("{'a':'" + text + "'}", message -> message.uint63("a"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "''",
                "'07'",
                "'-0'",
                "'+7'",
                "'7.0'",
                "'7e1'",
                "' 7'",
                "'0x7'",
                "'9223372036854775808'",
                "'x'"
            })
    void refusesAnIntegerInAnotherForm(String value) throws JsonException {
        refuses("{'a':" + value + "}", message -> message.int64("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AQ", "AR==", "-_8=", " AQ==", "A", "!"})
    void refusesBytesInAnotherForm(String text) throws JsonException {
        refuses("{'a':'" + text + "'}", message -> message.bytes("a"));
        ProtoMessage element = parse("{'a':['" + text + "']}").list("a", 1).get(0);
        assertThrows(JsonException.class, element::bytes);
    }

    @Test
    void aListHasAtMostSoManyElements() throws JsonException {
        List<ProtoMessage> list = parse("{'a':['AQ==','Ag==']}").list("a", 2);
        assertArrayEquals(new byte[] {2}, list.get(1).bytes());
        assertEquals(JsonException.Reason.LIMIT, refuses("{'a':['AQ==','Ag==']}", message -> message.list("a", 1)));
    }

    @Test
    void refusesUnknownMembersAndVariantsOfKnownOnes() throws JsonException {
        parse("{'a':1,'b':2}").only("a", "b", "c");
        refuses("{'a':1,'b':2}", message -> message.only("a"));
        refuses("{'A':1}", message -> message.only("a"));
        parse("{'a':1,'b':2}").noVariantsOf("a");
        refuses("{'A':1}", message -> message.noVariantsOf("a"));
    }
}
