package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.CompactJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/**
 * Any bytes are refused with a reason, or are an envelope that is the same when it is written again, whose statement
 * and predicate are refused with a reason or read.
 */
class DsseEnvelopeFuzzTest {
    private static final Set<Reason> REFUSALS =
            Set.of(Reason.MALFORMED, Reason.UNSUPPORTED, Reason.SUBJECT_MISMATCH, Reason.LIMIT_EXCEEDED);

    @FuzzTest
    void parse(byte[] data) throws EvidenceException {
        DsseEnvelope envelope;
        try {
            envelope = DsseEnvelope.parse(data);
        } catch (EvidenceException e) {
            assertRefused(e);
            return;
        }
        assertTrue(!envelope.signatures().isEmpty() && envelope.signatures().size() <= 32);
        assertSameWhenWritten(envelope);
        try {
            StatementFuzzTest.assertReadOrRefused(envelope.statement());
        } catch (EvidenceException e) {
            assertRefused(e);
        }
    }

    static void assertRefused(EvidenceException e) {
        assertTrue(REFUSALS.contains(e.reason()), e::toString);
        assertTrue(String.valueOf(e.getMessage()).length() < 2_000, e::toString);
    }

    private static void assertSameWhenWritten(DsseEnvelope envelope) throws EvidenceException {
        StringBuilder json = new StringBuilder("{\"payloadType\":");
        try {
            CompactJson.appendString(envelope.payloadType(), json);
        } catch (IllegalArgumentException e) {
            // A noncharacter, which is not written.
            return;
        }
        json.append(",\"payload\":\"")
                .append(Base64.getEncoder().encodeToString(envelope.payload()))
                .append("\",\"signatures\":[");
        for (DsseEnvelope.Signature signature : envelope.signatures()) {
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                    .append("{\"sig\":\"")
                    .append(Base64.getUrlEncoder().encodeToString(signature.value()))
                    .append("\"}");
        }
        DsseEnvelope again = DsseEnvelope.parse(json.append("]}").toString().getBytes(StandardCharsets.UTF_8));
        assertArrayEquals(envelope.signedBytes(), again.signedBytes());
        assertEquals(envelope.signatures().size(), again.signatures().size());
        for (int i = 0; i < envelope.signatures().size(); i++) {
            assertArrayEquals(
                    envelope.signatures().get(i).value(),
                    again.signatures().get(i).value());
        }
    }
}
