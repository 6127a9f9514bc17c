package dev.tallyclerk.trust.sigstore;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.sigstore.internal.TrustedLog;
import java.nio.charset.StandardCharsets;

/** Any trusted root, and any PEM text, is refused with a reason or read. */
class TrustedRootFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        try {
            for (TrustedLog log : TrustedRoot.parse(data).parts().logs()) {
                assertTrue(log.checkpointHint().length() == 8 && log.validity().start() != null);
            }
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 1_000);
        }
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            TrustedRoot.empty()
                    .withCertificateAuthority(text)
                    .withTimestampAuthority(text)
                    .withLog(text);
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 1_000);
        }
    }
}
