package dev.tallyclerk.internal.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.internal.json.JsonException.Reason;

/** The one pass agrees with the reader of trees, its form reads back to the same value, and is its own form. */
class CanonicalScannerFuzzTest {
    private static final JsonLimits LIMITS = JsonLimits.ofBytes(1 << 20);

    @FuzzTest
    void scan(byte[] data) throws JsonException {
        CanonicalScanner scanner = new CanonicalScanner(LIMITS);
        JsonCursor tree;
        try {
            tree = JsonCursor.parse(data, LIMITS);
        } catch (JsonException e) {
            JsonException ours = assertThrows(JsonException.class, () -> scanner.scan(data));
            assertEquals(e.reason(), ours.reason());
            assertEquals(e.pointer(), ours.pointer());
            return;
        }
        scanner.scan(data);
        byte[] canonical = scanner.toByteArray();
        assertTrue(canonical.length <= data.length);
        if (scanner.hasFractions()) {
            assertThrows(JsonException.class, () -> CanonicalJson.encode(tree));
        } else {
            assertArrayEquals(CanonicalJson.encode(tree), canonical);
        }
        assertEquals(Canonical.unsigned(tree.value()), Canonical.read(canonical));
        assertOwnForm(scanner, canonical);
    }

    /** Control characters are raw in the form, so that not every one is JSON. */
    private static void assertOwnForm(CanonicalScanner scanner, byte[] canonical) {
        try {
            scanner.scan(canonical);
        } catch (JsonException e) {
            assertEquals(Reason.SYNTAX, e.reason());
            return;
        }
        assertArrayEquals(canonical, scanner.toByteArray());
    }
}
