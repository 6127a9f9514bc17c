package dev.tallyclerk.hardening.host;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Every rule has an outcome, whatever a host's files contain. */
class HostFuzzTest {
    @FuzzTest
    void files(byte[] data) {
        HostProperties.assertOutcomes(new String(data, StandardCharsets.UTF_8));
    }
}
