package dev.tallyclerk.hardening.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.MalformedSubjectException;
import java.util.Map;

/** Every rule has an outcome for every profile that can be read. */
class SeccompFuzzTest {
    @FuzzTest
    void audit(byte[] data) {
        try {
            Map<String, String> verdicts = SeccompProperties.verdicts(data);
            assertEquals(6, verdicts.size());
            assertFalse(verdicts.containsValue("ERROR"), "a rule has no outcome");
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
        }
    }
}
