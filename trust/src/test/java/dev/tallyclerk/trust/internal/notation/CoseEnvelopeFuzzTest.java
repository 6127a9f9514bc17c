package dev.tallyclerk.trust.internal.notation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.util.Set;

/** Any bytes are refused with a reason, or are an envelope whose parts have a bounded number. */
class CoseEnvelopeFuzzTest {
    private static final Set<Reason> REFUSALS =
            Set.of(Reason.MALFORMED, Reason.UNSUPPORTED, Reason.CRITICAL_UNKNOWN, Reason.LIMIT_EXCEEDED);

    @FuzzTest
    void parse(byte[] data) {
        EnvelopeContent content;
        try {
            content = CoseEnvelope.parse(data);
        } catch (EvidenceException e) {
            assertTrue(REFUSALS.contains(e.reason()), e::toString);
            assertTrue(e.toString().length() < 3_000);
            return;
        }
        int certificates = content.chain().size();
        assertTrue(certificates >= 1 && certificates <= 16);
        assertFalse(content.signedBytes().isEmpty());
        try {
            CertificateChain.check(content.chain());
        } catch (EvidenceException e) {
            assertTrue(e.toString().length() < 3_000);
        }
        try {
            DistinguishedName.of(content.chain().get(0).getSubjectX500Principal());
        } catch (EvidenceException e) {
            assertTrue(e.toString().length() < 3_000);
        }
    }
}
