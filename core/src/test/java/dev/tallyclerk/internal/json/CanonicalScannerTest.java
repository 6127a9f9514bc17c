package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.tallyclerk.internal.json.JsonException.Reason;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanonicalScannerTest {
    private final CanonicalScanner scanner = new CanonicalScanner(JsonLimits.ofBytes(1 << 20));

    private String canonical(String json) throws JsonException {
        scanner.scan(json.getBytes(StandardCharsets.UTF_8));
        return new String(scanner.toByteArray(), StandardCharsets.UTF_8);
    }

    private void assertRefused(Reason reason, String pointer, String json) {
        JsonException e = assertThrows(JsonException.class, () -> canonical(json));
        assertEquals(reason, e.reason());
        assertEquals(pointer, e.pointer());
    }

    @Test
    void dropsBlanksAndSortsMembersOnEveryLevel() throws JsonException {
        assertEquals(
                "{\"a\":[1,true,null],\"b\":{\"c\":{},\"d\":\"e\"}}",
                canonical(" { \"b\" : {\"d\":\"e\", \"c\" :{ }}, \"a\": [1, true , null] } \n"));
    }

    @Test
    void escapesOnlyTheQuoteAndTheBackslash() throws JsonException {
        assertEquals("\"\\\"\\\\/\n\t\u0001\u007fé\"", canonical("\"\\\"\\\\\\/\\n\\t\\u0001\\u007f\\u00e9\""));
        assertEquals("\"\ud83d\ude00\ud83d\ude00\\\"\"", canonical("\"\\ud83d\\ude00\ud83d\ude00\\u0022\""));
    }

    @Test
    void sortsByCodePointAndNotByUtf16Unit() throws JsonException {
        assertEquals("{\"\uff5e\":2,\"\ud83d\ude00\":1}", canonical("{\"\ud83d\ude00\":1,\"\uff5e\":2}"));
    }

    @Test
    void sortsWhatIsMeantAndNotHowItIsEscaped() throws JsonException {
        // In the escaped form a quotation mark begins with a backslash, which is behind the letters A to Z.
        assertEquals("{\"\\\"\":1,\"A\":2,\"\\\\\":3,\"a\":4}", canonical("{\"a\":4,\"\\\\\":3,\"A\":2,\"\\\"\":1}"));
        // And the end of a name comes before every character, also before those that are below a quotation mark.
        assertEquals(
                "{\"a\":1,\"a\u0001\":2,\"a!\":3,\"a\\\"\":4}",
                canonical("{\"a\\\"\":4,\"a!\":3,\"a\\u0001\":2,\"a\":1}"));
    }

    @Test
    void refusesANameThatStandsTwiceWhereverItStands() {
        assertRefused(Reason.DUPLICATE_MEMBER, "/b/a", "{\"b\":{\"a\":1,\"a\":2}}");
        assertRefused(Reason.DUPLICATE_MEMBER, "/a", "{\"a\":1,\"b\":2,\"\\u0061\":3}");
        assertRefused(Reason.DUPLICATE_MEMBER, "/a", "{\"z\":1,\"a\":2,\"m\":3,\"a\":4}");
    }

    @Test
    void saysWhereSomethingIsWrongAsTheReaderOfTreesDoes() {
        assertRefused(Reason.SYNTAX, "/a/1", "{\"a\":[1,}]}");
        assertRefused(Reason.LIMIT, "", "x".repeat((1 << 20) + 1));
    }

    @Test
    void tellsThatThereIsANumberWithoutACanonicalForm() throws JsonException {
        assertEquals("[0,-1,18446744073709551616]", canonical("[-0,-1,18446744073709551616]"));
        assertFalse(scanner.hasFractions());
        for (String number : new String[] {"1.0", "1e3", "-0.0", "0E-1"}) {
            assertEquals('[' + number + ']', canonical('[' + number + ']'));
            assertTrue(scanner.hasFractions());
        }
    }

    @Test
    void givesOutMembersOfTheDocument() throws JsonException {
        canonical("{\"signed\": {\"b\":1, \"a\":2}, \"z\":[], \"signatures\":[ 3 ]}");
        assertArrayEquals("[3]".getBytes(StandardCharsets.UTF_8), scanner.required("signatures"));
        assertArrayEquals("{\"a\":2,\"b\":1}".getBytes(StandardCharsets.UTF_8), scanner.required("signed"));
        assertArrayEquals("[]".getBytes(StandardCharsets.UTF_8), scanner.required("z"));
        assertEquals(
                Reason.MISSING,
                assertThrows(JsonException.class, () -> scanner.required("sign"))
                        .reason());
    }

    @Test
    void givesOutMembersOfObjectsOnly() throws JsonException {
        canonical("[{\"a\":1}]");
        JsonException e = assertThrows(JsonException.class, () -> scanner.required("a"));
        assertEquals(Reason.WRONG_TYPE, e.reason());
    }

    @Test
    void refusesAMemberThatDiffersInCaseOnly() throws JsonException {
        MemberNames names = MemberNames.of("signed");
        canonical("{\"signed\":1,\"other\":2}");
        scanner.refuseCaseVariants(names);
        canonical("{\"signed\":1,\"Signed\":2}");
        JsonException e = assertThrows(JsonException.class, () -> scanner.refuseCaseVariants(names));
        assertEquals(Reason.CASE_VARIANT_MEMBER, e.reason());
        assertEquals("/Signed", e.pointer());
    }

    @Test
    void readsTheNextDocumentWithoutATraceOfTheOneBefore() throws JsonException {
        canonical("{\"a\":1.5,\"b\":[1,2,3]}");
        assertThrows(JsonException.class, () -> canonical("{\"a\":{\"b\":"));
        assertEquals("{}", canonical("{}"));
        assertFalse(scanner.hasFractions());
        assertThrows(JsonException.class, () -> scanner.required("a"));
    }

    /** There is no tree, nor anything else for each value: only buffers, which are there for the next document. */
    @Test
    void allocatesNothingForTheNextDocumentHoweverManyMembersItHas() throws JsonException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this runtime does not count what is allocated");
        byte[] many = membersOutOfOrder(50_000);
        scanner.scan(many);
        for (byte[] document : List.of(membersOutOfOrder(10_000), many)) {
            long least = Long.MAX_VALUE;
            // What is loaded and compiled meanwhile is allocated once, and so not in each of them.
            for (int round = 0; round < 5 && least > 4_096; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                scanner.scan(document);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertTrue(least <= 4_096, least + " bytes for a document of " + document.length);
            assertEquals(document.length, scanner.length());
        }
    }

    private static byte[] membersOutOfOrder(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? '{' : ',')
                    .append('"')
                    .append(2 * count - i)
                    .append("\":")
                    .append(i % 10);
        }
        return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
}
