package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.tink.TinkEngine;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Any text is refused with a reason, or is a key that has one encoding and verifies no two messages by one signature;
 * and the engines that take it agree on the signature. An input is the type, the scheme, a signature of "message" in
 * hexadecimal and the public value, on a line each but for the last.
 */
class VerificationKeyFuzzTest {
    private static final int PREFIX = 12;
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "massage".getBytes(StandardCharsets.UTF_8);
    private static final SignatureScheme[] OPT_IN = {
        SignatureScheme.RSA_PKCS1V15_SHA256, SignatureScheme.RSA_PKCS1V15_SHA512
    };
    private static final List<SignatureEngine> ENGINES =
            List.of(SignatureEngine.runtime(OPT_IN), BouncyCastleEngine.of(OPT_IN), TinkEngine.of(OPT_IN));

    @FuzzTest
    void parse(byte[] data) {
        String[] lines = new String(data, StandardCharsets.UTF_8).split("\n", 4);
        if (lines.length < 4) {
            return;
        }
        VerificationKey key;
        try {
            key = VerificationKey.parse(lines[0], lines[1], lines[3]);
        } catch (MalformedKeyException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 300);
            DeclaredKey declared = DeclaredKey.of("id", lines[0], lines[1], lines[3]);
            assertEquals(
                    e.reason() == MalformedKeyException.Reason.UNKNOWN_SCHEME
                            ? new DeclaredKey.Other("id", new OtherKey(lines[0], lines[1], lines[3]))
                            : new DeclaredKey.Unusable("id", e.reason()),
                    declared);
            ENGINES.forEach(engine -> engine.verifierFor(new OtherKey(lines[0], lines[1], lines[3])));
            return;
        }
        assertTrue(key.scheme().fitsKeyType(lines[0]));
        assertEquals(key, VerificationKey.parse(lines[0], lines[1], written(key)));
        assertEquals(64, key.fingerprint().length());
        byte[] signature;
        try {
            signature = HexFormat.of().parseHex(lines[2]);
        } catch (IllegalArgumentException e) {
            return;
        }
        Set<Boolean> answers = ENGINES.stream()
                .flatMap(engine -> engine.verifierFor(key).stream())
                .map(verifier -> isOnlyOfTheMessage(verifier, signature))
                .collect(Collectors.toSet());
        assertTrue(answers.size() < 2, "engines do not agree");
    }

    private static boolean isOnlyOfTheMessage(SignatureVerifier verifier, byte[] signature) {
        boolean verified = verifier.verify(MESSAGE, signature);
        assertFalse(verified && verifier.verify(OTHER, signature), "one signature of two messages");
        return verified;
    }

    private static String written(VerificationKey key) {
        byte[] encoded = key.encoded();
        return key.scheme() == SignatureScheme.ED25519
                ? HexFormat.of().formatHex(encoded, PREFIX, encoded.length)
                : SigningKey.pem(encoded);
    }
}
