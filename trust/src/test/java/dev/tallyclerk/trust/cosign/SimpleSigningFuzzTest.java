package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Any bytes are refused with a reason, or are a document whose text names the digest that is read from it. */
class SimpleSigningFuzzTest {
    private static final Set<Reason> REFUSALS =
            Set.of(Reason.MALFORMED, Reason.UNSUPPORTED, Reason.CRITICAL_UNKNOWN, Reason.LIMIT_EXCEEDED);

    @FuzzTest
    void parse(byte[] data) throws EvidenceException {
        SimpleSigning document;
        try {
            document = SimpleSigning.parse(data, 1 << 16);
        } catch (EvidenceException e) {
            assertTrue(REFUSALS.contains(e.reason()), e::toString);
            assertTrue(String.valueOf(e.getMessage()).length() < 1_000);
            return;
        }
        String optional = document.annotations().isEmpty() ? "null" : "{}";
        SimpleSigning written = SimpleSigning.parse(
                TestSigner.payload(document.digest(), "", optional).getBytes(StandardCharsets.UTF_8), 1 << 16);
        assertEquals(document.digest(), written.digest());
        assertTrue(document.digest().toString().length() < 300 || data.length > 300);
    }
}
