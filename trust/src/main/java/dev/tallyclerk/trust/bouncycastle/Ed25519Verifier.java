package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.internal.encoding.Ed25519Encoding;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Verifies with one Ed25519 key. */
final class Ed25519Verifier implements SignatureVerifier {
    private static final int KEY_BYTES = 32;

    /** In bytes: from here on the runtime's faster SHA-512 outweighs its slower curve. */
    private static final int LONG_MESSAGE = 256 * 1024;

    private final VerificationKey key;
    private final Ed25519PublicKeyParameters point;
    private final boolean cofactor;

    private Ed25519Verifier(VerificationKey key, Ed25519PublicKeyParameters point, boolean cofactor) {
        this.key = key;
        this.point = point;
        this.cofactor = cofactor;
    }

    /**
     * {@return a verifier}
     *
     * @param cofactor whether signatures are accepted that hold only once they are multiplied by the cofactor
     * @throws IllegalArgumentException if the key is unfit
     */
    static Ed25519Verifier of(VerificationKey key, boolean cofactor) {
        byte[] encoded = key.encoded();
        int start = encoded.length - KEY_BYTES;
        // A key with a part of small order is the owner's way to the same disagreement, and asked about only once.
        if (!Ed25519.validatePublicKeyFull(encoded, start)) {
            throw new IllegalArgumentException("not a point of the prime-order group");
        }
        return new Ed25519Verifier(key, new Ed25519PublicKeyParameters(encoded, start), cofactor);
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
        if (!cofactor && message.length >= LONG_MESSAGE) {
            // Both engines accept the same signatures.
            Optional<SignatureVerifier> runtime = SignatureEngine.runtime().verifierFor(key);
            if (runtime.isPresent()) {
                return runtime.get().verify(message, signature);
            }
        }
        return Ed25519Encoding.isStrictSignature(signature)
                && point.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0)
                // R begins the signature. Without a part of small order the cofactor makes no difference.
                && (cofactor || Ed25519.validatePublicKeyFull(signature, 0));
    }
}
