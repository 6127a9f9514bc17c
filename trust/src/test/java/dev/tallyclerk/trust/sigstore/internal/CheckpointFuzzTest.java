package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import java.nio.charset.StandardCharsets;

/** Any text is refused with a reason, or is a checkpoint whose parts are bounded. */
class CheckpointFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        try {
            Checkpoint checkpoint = Checkpoint.parse(new String(data, StandardCharsets.UTF_8));
            assertTrue(checkpoint.size() >= 0 && checkpoint.root().length == 32);
            assertTrue(!checkpoint.signatures().isEmpty()
                    && checkpoint.signatures().size() <= 64);
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 1_000);
        }
    }
}
