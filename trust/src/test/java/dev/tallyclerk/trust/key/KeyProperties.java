package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class KeyProperties {
    private static final List<SigningKey> KEYS = List.of(
            SigningKey.ed25519(),
            SigningKey.of(SignatureScheme.ECDSA_SHA2_NISTP256),
            SigningKey.of(SignatureScheme.RSASSA_PSS_SHA256));

    @Property(tries = 300)
    void aKeyIsParsedOrTheRefusalHasAReason(@ForAll String text, @ForAll SignatureScheme scheme) {
        DeclaredKey.of("id", "ecdsa", scheme.schemeName(), text);
        DeclaredKey.of("id", "ed25519", scheme.schemeName(), text);
    }

    @Property(tries = 300)
    void bytesInsteadOfAKeyNeverCrash(@ForAll byte[] der, @ForAll SignatureScheme scheme) {
        String pem =
                "-----BEGIN PUBLIC KEY-----" + Base64.getEncoder().encodeToString(der) + "-----END PUBLIC KEY-----";
        DeclaredKey.of("id", "ecdsa", scheme.schemeName(), pem);
        DeclaredKey.of("id", "rsa", scheme.schemeName(), pem);
    }

    @Property(tries = 300)
    void bytesInsteadOfASignatureAreNeverOne(@ForAll byte[] message, @ForAll byte[] signature) {
        for (SigningKey key : KEYS) {
            assertFalse(SignatureEngine.jdk()
                    .verifierFor(key.verificationKey())
                    .orElseThrow()
                    .verify(message, signature));
        }
    }

    @Property(tries = 60)
    void anyEd25519PointIsSafeToVerifyWith(@ForAll @net.jqwik.api.constraints.Size(32) byte[] point) {
        VerificationKey key = VerificationKey.parse(
                "ed25519", "ed25519", java.util.HexFormat.of().formatHex(point));
        SignatureEngine.jdk().verifierFor(key).orElseThrow().verify(point, new byte[64]);
    }
}
