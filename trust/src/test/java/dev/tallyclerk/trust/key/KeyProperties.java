package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.tink.TinkEngine;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class KeyProperties {
    private static final List<SigningKey> KEYS = List.of(
            SigningKey.ed25519(),
            SigningKey.of(SignatureScheme.ECDSA_SHA2_NISTP256),
            SigningKey.of(SignatureScheme.RSASSA_PSS_SHA256));
    private static final List<SignatureEngine> ENGINES =
            List.of(SignatureEngine.jdk(), BouncyCastleEngine.of().allowingCofactor(), TinkEngine.of());
    private static final List<SignatureVerifier> VERIFIERS = ENGINES.stream()
            .flatMap(engine -> KEYS.stream()
                    .map(key -> engine.verifierFor(key.verificationKey()).orElseThrow()))
            .toList();

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
        for (SignatureVerifier verifier : VERIFIERS) {
            assertFalse(verifier.verify(message, signature));
        }
    }

    @Property(tries = 60)
    void anyEd25519PointIsSafeToVerifyWith(@ForAll @Size(32) byte[] point, @ForAll @Size(64) byte[] signature) {
        DeclaredKey declared =
                DeclaredKey.of("id", "ed25519", "ed25519", HexFormat.of().formatHex(point));
        if (declared instanceof DeclaredKey.Usable usable) {
            for (SignatureEngine engine : ENGINES) {
                engine.verifierFor(usable.key()).ifPresent(verifier -> assertFalse(verifier.verify(point, signature)));
            }
        }
    }
}
