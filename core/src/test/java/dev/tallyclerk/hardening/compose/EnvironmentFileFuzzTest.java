package dev.tallyclerk.hardening.compose;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.MalformedSubjectException;
import java.nio.charset.StandardCharsets;

/** Whatever a file of variables contains, it is read or refused. */
class EnvironmentFileFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        try {
            EnvironmentFile.read(
                    ".env", new String(data, StandardCharsets.UTF_8), name -> null, new Interpolator.Budget(1 << 20));
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
        }
    }
}
