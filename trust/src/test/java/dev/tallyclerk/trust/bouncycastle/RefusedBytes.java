package dev.tallyclerk.trust.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.timestamp.TimestampTrust;

/** Any bytes are refused with a reason, and never accepted: nobody can sign for the authority. */
final class RefusedBytes {
    static final TestAuthority AUTHORITY = authority();
    static final TimestampTrust TRUST = AUTHORITY.trust(AUTHORITY.leaf);

    private RefusedBytes() {}

    private static TestAuthority authority() {
        try {
            return new TestAuthority();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Reads something. */
    interface Reading {
        void read() throws EvidenceException;
    }

    static void refuses(Reading reading) {
        try {
            reading.read();
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 1_000);
            return;
        }
        throw new AssertionError("accepted");
    }
}
