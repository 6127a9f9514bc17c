package dev.tallyclerk.trust.key;

import java.util.Optional;

/**
 * Makes a {@link SignatureVerifier} for a key: the seam at which an embedder chooses the cryptographic library.
 *
 * <p>An engine promises that its verifiers accept exactly the signatures of the key's scheme, and that it changes
 * nothing in the host: no provider is registered. Implementations are immutable and may be used by many threads.
 */
@FunctionalInterface
public interface SignatureEngine {
    /**
     * {@return a verifier for {@code key}, or nothing if this engine does not have the key's scheme}
     *
     * @param key a well-formed key
     */
    Optional<SignatureVerifier> verifierFor(VerificationKey key);

    /** {@return the engine on the providers that the Java runtime has installed} */
    static SignatureEngine jdk() {
        return new JdkSignatureEngine();
    }
}
