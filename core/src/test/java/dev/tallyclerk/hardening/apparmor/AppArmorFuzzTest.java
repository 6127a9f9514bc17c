package dev.tallyclerk.hardening.apparmor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Every profile is read with an outcome of every rule, or refused. */
class AppArmorFuzzTest {
    @FuzzTest
    void audit(byte[] data) {
        AppArmorProperties.assertOutcomes(new String(data, StandardCharsets.UTF_8));
    }
}
