package dev.tallyclerk.hardening.dockerfile;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Every rule has an outcome for every file that can be read. */
class DockerfileFuzzTest {
    @FuzzTest
    void audit(byte[] data) {
        DockerfileProperties.assertOutcomes(new String(data, StandardCharsets.UTF_8));
    }
}
