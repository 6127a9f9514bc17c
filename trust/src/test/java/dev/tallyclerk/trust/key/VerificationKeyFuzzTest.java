package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Any text is refused with a reason, or is a key that has one encoding and verifies no two messages by one signature.
 * An input is the type, the scheme and the public value, on a line each but for the last.
 */
class VerificationKeyFuzzTest {
    private static final int PREFIX = 12;

    @FuzzTest
    void parse(byte[] data) {
        String[] lines = new String(data, StandardCharsets.UTF_8).split("\n", 3);
        if (lines.length < 3) {
            return;
        }
        VerificationKey key;
        try {
            key = VerificationKey.parse(lines[0], lines[1], lines[2]);
        } catch (MalformedKeyException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 300);
            DeclaredKey declared = DeclaredKey.of("id", lines[0], lines[1], lines[2]);
            assertEquals(new DeclaredKey.Unusable("id", e.reason()), declared);
            return;
        }
        assertTrue(key.scheme().fitsKeyType(lines[0]));
        assertEquals(key, VerificationKey.parse(lines[0], lines[1], written(key)));
        assertEquals(64, key.fingerprint().length());
        SignatureEngine.jdk().verifierFor(key).ifPresent(verifier -> {
            byte[] other = Arrays.copyOf(data, data.length + 1);
            byte[] signature = Arrays.copyOf(data, 64);
            assertFalse(verifier.verify(data, signature) && verifier.verify(other, signature));
        });
    }

    private static String written(VerificationKey key) {
        byte[] encoded = key.encoded();
        return key.scheme() == SignatureScheme.ED25519
                ? HexFormat.of().formatHex(encoded, PREFIX, encoded.length)
                : SigningKey.pem(encoded);
    }
}
