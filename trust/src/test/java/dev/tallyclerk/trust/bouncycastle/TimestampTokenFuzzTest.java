package dev.tallyclerk.trust.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** Any bytes are refused with a reason, and never accepted: nobody can sign for the authority. */
class BouncyCastleFuzzTest {
    private static final TestAuthority AUTHORITY = authority();
    private static final TimestampTrust TRUST = AUTHORITY.trust(AUTHORITY.leaf);

    private static TestAuthority authority() {
        try {
            return new TestAuthority();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @FuzzTest
    void token(byte[] data) {
        refuses(() -> BouncyCastleTimestamps.create().verifyToken(data, TestAuthority.STAMPED, TRUST));
    }

    @FuzzTest
    void response(byte[] data) {
        refuses(() -> BouncyCastleTimestamps.create().verifyResponse(data, TestAuthority.STAMPED, TRUST));
    }

    @FuzzTest
    void answer(byte[] data) {
        List<X509Certificate> path = List.of(AUTHORITY.leaf, AUTHORITY.root);
        refuses(() -> BouncyCastleOcsp.create().read(data, path.get(0), path.get(1), TestAuthority.NOW, Duration.ZERO));
    }

    /** Reads something. */
    private interface Reading {
        void read() throws EvidenceException;
    }

    private static void refuses(Reading reading) {
        try {
            reading.read();
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 1_000);
            return;
        }
        throw new AssertionError("accepted");
    }
}
