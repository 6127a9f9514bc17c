package dev.tallyclerk.trust.key;

import java.util.Objects;

/**
 * Verifies the ML-DSA signatures of TAP 21 with a verifier of pure ML-DSA.
 *
 * @param key the key
 * @param pure verifies signatures of pure ML-DSA by the key, with an empty context
 */
public record MlDsaVerifier(MlDsaKey key, SignatureVerifier pure) implements OtherVerifier {
    public MlDsaVerifier {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(pure, "pure");
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
        return pure.verify(MlDsaKey.signedBytes(message), signature);
    }

    @Override
    public String fingerprint() {
        return key.fingerprint();
    }
}
