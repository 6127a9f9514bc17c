package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;

/** Any bytes are refused with a reason, or are a certificate with one identity of a known form. */
class LeafCertificateFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        try {
            LeafCertificate leaf = LeafCertificate.parse(data);
            String identity = leaf.identity();
            assertTrue(identity.chars().noneMatch(Character::isISOControl));
            assertTrue(identity.indexOf('@') > 0 || identity.indexOf(':') > 0 || identity.indexOf('!') > 0, identity);
            assertFalse(leaf.issuer().isEmpty());
            leaf.extensions();
            assertTrue(leaf.sctList().isEmpty() || leaf.withoutScts().length < data.length);
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 1_000);
        }
    }
}
