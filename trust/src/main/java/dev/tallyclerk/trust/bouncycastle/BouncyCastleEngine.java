package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;

/**
 * The engine over Bouncy Castle's lightweight API. It registers no security provider.
 *
 * <p>ECDSA and Ed25519 are faster than the Java runtime's in a process that verifies many signatures, RSA is not. A new
 * process first has to load the library's signed jar, which costs more than a handful of signatures earns back. Ed25519
 * signatures of messages from 256 KiB on are left to the runtime's engine, whose SHA-512 is faster. Immutable, and safe
 * for use by many threads.
 */
public final class BouncyCastleEngine implements SignatureEngine {
    private final Set<SignatureScheme> optIn;
    private final boolean cofactor;

    private BouncyCastleEngine(Set<SignatureScheme> optIn, boolean cofactor) {
        this.optIn = optIn;
        this.cofactor = cofactor;
    }

    /**
     * {@return the engine}
     *
     * @param optIn the schemes to verify of those that {@linkplain SignatureScheme#needsOptIn need opting in}
     */
    public static BouncyCastleEngine of(SignatureScheme... optIn) {
        return new BouncyCastleEngine(Set.of(optIn), false);
    }

    /**
     * {@return this engine with Ed25519 verified by the library alone, which takes less time, or not}
     *
     * <p>The library multiplies by the cofactor, as RFC 8032, 5.1.7 allows, and then accepts signatures that the other
     * engines refuse. Only the owner of a key can make one, on purpose. What it is good for is that two readers
     * disagree on whether the owner has signed. Messages of any length are the library's, for the answer must not
     * depend on it.
     */
    public BouncyCastleEngine withCofactor(boolean cofactor) {
        return new BouncyCastleEngine(optIn, cofactor);
    }

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        SignatureScheme scheme = key.scheme();
        if (scheme.needsOptIn() && !optIn.contains(scheme)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    switch (scheme) {
                        case ED25519 -> Ed25519Verifier.of(key, cofactor);
                        case ECDSA_SHA2_NISTP256 -> EcdsaVerifier.of("P-256", key);
                        case ECDSA_SHA2_NISTP384 -> EcdsaVerifier.of("P-384", key);
                        case ECDSA_SHA2_NISTP521 -> EcdsaVerifier.of("P-521", key);
                        case RSASSA_PSS_SHA256, RSASSA_PSS_SHA512, RSA_PKCS1V15_SHA256, RSA_PKCS1V15_SHA512 ->
                            RsaVerifier.of(key);
                    });
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The library finds the key unfit.
            return Optional.empty();
        }
    }
}
