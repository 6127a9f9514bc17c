package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.key.MlDsaKey;
import dev.tallyclerk.trust.key.OtherKey;
import dev.tallyclerk.trust.key.OtherVerifier;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;

/**
 * The engine on Bouncy Castle's lightweight API. Registers no security provider.
 *
 * <p>Verifies ECDSA and Ed25519 faster than the Java runtime, but not RSA. Loading the library's signed jar costs a new
 * process more than a handful of signatures saves. Leaves Ed25519 signatures of messages of 256 KiB or more to the
 * runtime, whose SHA-512 is faster. Immutable, and safe for use by many threads.
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
     * @param optIn the schemes to verify that {@linkplain SignatureScheme#needsOptIn need opting in}
     */
    public static BouncyCastleEngine of(SignatureScheme... optIn) {
        return new BouncyCastleEngine(Set.of(optIn), false);
    }

    /**
     * {@return this engine, with Ed25519 signatures verified by the library alone or not}
     *
     * <p>That is faster, but the library multiplies by the cofactor, as RFC 8032, 5.1.7 allows, and so accepts
     * signatures that other engines reject. Only the owner of a key can make such a signature, on purpose, to make two
     * readers disagree on whether the owner has signed. The library then verifies messages of any length, so that the
     * answer does not depend on the length.
     *
     * @param cofactor whether to accept such signatures; false by default
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
            // The library rejects the key.
            return Optional.empty();
        }
    }

    /** Knows the ML-DSA of TAP 21. */
    @Override
    public Optional<OtherVerifier> verifierFor(OtherKey key) {
        return MlDsaKey.of(key).flatMap(MlDsa::verifier);
    }
}
