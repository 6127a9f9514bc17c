package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Any text is a reference that its text leads back to, or is refused with a bounded message. */
class ReferenceFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        for (Function<String, ?> parse : ReferenceProperties.ENTRY_POINTS) {
            try {
                Object value = parse.apply(text);
                assertEquals(value, parse.apply(value.toString()));
            } catch (MalformedReferenceException e) {
                assertTrue(e.toString().length() < 300);
            }
        }
    }
}
