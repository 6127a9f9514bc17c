package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.internal.json.JsonException;

/** Whatever an engine's document is, it is given back without secrets or refused. */
class RedactionFuzzTest {
    @FuzzTest
    void redact(byte[] data) {
        try {
            byte[] once = Redaction.apply(data, 1 << 16);
            assertTrue(once.length > 0);
        } catch (JsonException e) {
            assertTrue(e.problem().length() <= 2000, "the message is bounded");
        }
    }
}
