package dev.tallyclerk.trust.key;

import java.util.Optional;
import java.util.Set;

/**
 * Makes a {@link SignatureVerifier} for a key: the seam at which an embedder chooses the cryptographic library.
 *
 * <p>An engine promises that its verifiers accept exactly the signatures of the key's scheme, each in its one encoding,
 * that it does not verify a scheme that {@linkplain SignatureScheme#needsOptIn needs opting in} unless its maker named
 * it, and that it changes nothing in the host: no provider is registered. Implementations are immutable and may be used
 * by many threads.
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
     * @param optIn the schemes to verify of those that {@linkplain SignatureScheme#needsOptIn need opting in}
     */
    static SignatureEngine jdk(SignatureScheme... optIn) {
        return new JdkSignatureEngine(Set.of(optIn));
    }
}
