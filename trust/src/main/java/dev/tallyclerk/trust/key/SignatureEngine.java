package dev.tallyclerk.trust.key;

import java.util.Optional;
import java.util.Set;

/**
 * Makes a {@link SignatureVerifier} for a key: the seam at which an embedder chooses the cryptographic library.
 *
 * <p>An engine promises that its verifiers accept only the signatures of the key's scheme, each in its one encoding,
 * that it does not verify a scheme that {@linkplain SignatureScheme#needsOptIn needs opting in} unless its maker named
 * it, and that it changes nothing in the host: no provider is registered. Implementations are immutable and may be used
 * by many threads.
 *
 * <p>The three that there are accept the same, but for what only a strange signer makes: a key of Ed25519 with a part
 * of small order is unfit for Bouncy Castle, an RSA exponent below 65537 for Tink. Java 17 itself, and Tink on it,
 * refuses one good signature of P-256 in 2^32: that of a point whose x is above the order of the curve.
 *
 * <p>The runtime's engine needs no library. {@link dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine} verifies
 * elliptic curve signatures four to fourteen times as fast, which pays for those who verify many;
 * {@link dev.tallyclerk.trust.tink.TinkEngine} is for those who have Tink already.
 */
@FunctionalInterface
public interface SignatureEngine {
    /**
     * {@return a verifier for {@code key}, or nothing if this engine does not have the key's scheme or finds the key
     * unfit}
     *
     * @param key a well-formed key
     */
    Optional<SignatureVerifier> verifierFor(VerificationKey key);

    /**
     * {@return the engine on the providers that the Java runtime has installed}
     *
     * <p>Those for Ed25519 and ECDSA are in the module {@code jdk.crypto.ec}, which a runtime image of {@code jlink}
     * has only if it is named.
     *
     * @param optIn the schemes to verify of those that {@linkplain SignatureScheme#needsOptIn need opting in}
     */
    static SignatureEngine runtime(SignatureScheme... optIn) {
        return new JdkSignatureEngine(Set.of(optIn));
    }
}
