package dev.tallyclerk.internal.secret;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any table of patterns is read or refused with its line. */
class PatternTableFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        try {
            PatternTable.parse(text)
                    .forEach(pattern -> assertFalse(pattern.keywords().isEmpty()));
        } catch (PatternException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("line "), String.valueOf(e.getMessage()));
        }
    }
}
