package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonCursorTest {
    private static JsonCursor parse(String text) throws JsonException {
        return JsonCursor.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(10_000));
    }

    @Test
    void knowsItsPlace() throws JsonException {
        JsonCursor at =
                parse("{'a/b':[0,{'c~':{}}]}").required("a/b").elements().get(1).required("c~");
        assertEquals("/a~1b/1/c~0", at.pointer());
        assertEquals("", parse("[]").pointer());
        var e = assertThrows(JsonException.class, () -> at.required("d"));
        assertEquals(Reason.MISSING, e.reason());
        assertEquals("/a~1b/1/c~0/d", e.pointer());
    }

    @Test
    void saysWhichRuleIsBrokenByTheNearestSpecification() throws JsonException {
        JsonCursor root = parse("{'config':{'size':true,'platform':{'os':1}}}");
        var plain =
                assertThrows(JsonException.class, () -> root.required("config").string());
        assertEquals("", plain.rule());
        JsonCursor config = root.under("outer").required("config");
        assertEquals(
                "outer, config",
                assertThrows(JsonException.class, config::string).rule());
        JsonCursor inner = config.under("inner");
        assertEquals("inner", assertThrows(JsonException.class, inner::string).rule());
        var size =
                assertThrows(JsonException.class, () -> inner.required("size").integer(0, 1));
        assertEquals("inner, size", size.rule());
        assertEquals("/config/size", size.pointer());
        var os = assertThrows(
                JsonException.class,
                () -> inner.required("platform").required("os").string());
        assertEquals("inner, platform.os", os.rule());
    }

    @Test
    void keepsTheMembersThatASpecificationDoesNotHave() throws JsonException {
        JsonCursor object = parse("{ 'b' : [ 1.50 , null ], 'known':1, 'a' : { 'x' : 'é' } }");
        assertEquals(
                List.of(Map.entry("b", "[1.50,null]"), Map.entry("a", "{\"x\":\"é\"}")),
                List.copyOf(object.others(MemberNames.of("known")).entrySet()));
        assertEquals(Map.of(), object.others(MemberNames.of("known", "a", "b")));
    }

    @Test
    void takesANameInItsOwnSpellingEvenWhereAnotherDiffersInCaseOnly() throws JsonException {
        MemberNames names = MemberNames.of("config", "Config");
        parse("{'config':1,'Config':2}").refuseCaseVariants(names);
        assertThrows(JsonException.class, () -> parse("{'CONFIG':1}").refuseCaseVariants(names));
    }
}
