package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.internal.encoding.Ed25519Encoding;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Makes verifiers for Ed25519 keys. */
final class Ed25519Verifier {
    private static final int KEY_BYTES = 32;

    /** In bytes. From here on, the runtime's faster SHA-512 outweighs its slower curve. */
    private static final int LONG_MESSAGE = 256 * 1024;

    private Ed25519Verifier() {}

    /**
     * {@return a verifier for a key}
     *
     * @param cofactor whether to accept signatures that are valid only after multiplication by the cofactor
     * @throws IllegalArgumentException if the library rejects the key
     */
    static SignatureVerifier of(VerificationKey key, boolean cofactor) {
        byte[] encoded = key.encoded();
        int start = encoded.length - KEY_BYTES;
        // A key with a component of small order lets its owner make readers disagree, too. Checked once per key.
        if (!Ed25519.validatePublicKeyFull(encoded, start)) {
            throw new IllegalArgumentException("not a point of the prime-order group");
        }
        Ed25519PublicKeyParameters point = new Ed25519PublicKeyParameters(encoded, start);
        return (message, signature) -> {
            if (!cofactor && message.length >= LONG_MESSAGE) {
                // Both engines accept the same signatures. The runtime's is loaded only for a long message.
                Optional<SignatureVerifier> runtime = SignatureEngine.runtime().verifierFor(key);
                if (runtime.isPresent()) {
                    return runtime.get().verify(message, signature);
                }
            }
            return Ed25519Encoding.isStrictSignature(signature)
                    && point.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0)
                    // The signature starts with R. Without a component of small order, the cofactor makes no
                    // difference.
                    && (cofactor || Ed25519.validatePublicKeyFull(signature, 0));
        };
    }
}
