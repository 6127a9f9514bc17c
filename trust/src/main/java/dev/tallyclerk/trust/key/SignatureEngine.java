package dev.tallyclerk.trust.key;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a {@link SignatureVerifier} for a key: the interface to a cryptographic library, which the embedder chooses.
 *
 * <p>An engine promises that its verifiers accept only signatures of the key's scheme, each in its one encoding; that
 * it verifies a scheme that {@linkplain SignatureScheme#needsOptIn needs opting in} only if its creator named it; and
 * that it registers no provider and changes nothing else in the host. Implementations are immutable and safe for use by
 * many threads.
 *
 * <p>The three engines here accept the same signatures, with exceptions that only an unusual signer can cause: Bouncy
 * Castle rejects an Ed25519 key with a component of small order, and Tink an RSA exponent below 65537. Java 17, and
 * Tink on it, rejects one valid P-256 signature in 2^32: one whose point has an x above the order of the curve.
 *
 * <p>The runtime's engine needs no library. {@link dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine} verifies
 * elliptic curve signatures four to fourteen times as fast, which pays off for many signatures.
 * {@link dev.tallyclerk.trust.tink.TinkEngine} is for programs that already use Tink.
 */
@FunctionalInterface
public interface SignatureEngine {
    /**
     * {@return a verifier for a key; empty if this engine does not support the key's scheme, or rejects the key}
     *
     * @param key a well-formed key
     */
    Optional<SignatureVerifier> verifierFor(VerificationKey key);

    /**
     * {@return a verifier for a key of a scheme that is not a {@link SignatureScheme}; empty if this engine does not
     * know the scheme, or rejects the key}
     *
     * <p>The set of schemes is open: an engine that knows another one reads its keys here. The default knows none. The
     * runtime's engine (on Java 24 and later) and Bouncy Castle's know the ML-DSA of TAP 21, see {@link MlDsaKey}.
     *
     * @param key the key as the document declares it, unchecked
     */
    default Optional<OtherVerifier> verifierFor(OtherKey key) {
        return Optional.empty();
    }

    /** {@return an engine that uses {@code next} for the keys that this one does not support} */
    default SignatureEngine or(SignatureEngine next) {
        Objects.requireNonNull(next, "next");
        SignatureEngine first = this;
        return new SignatureEngine() {
            @Override
            public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
                return first.verifierFor(key).or(() -> next.verifierFor(key));
            }

            @Override
            public Optional<OtherVerifier> verifierFor(OtherKey key) {
                return first.verifierFor(key).or(() -> next.verifierFor(key));
            }
        };
    }

    /**
     * {@return the engine on the providers that are installed in the Java runtime}
     *
     * <p>Ed25519 and ECDSA need the module {@code jdk.crypto.ec}, which a {@code jlink} image contains only if it is
     * named.
     *
     * @param optIn the schemes to verify that {@linkplain SignatureScheme#needsOptIn need opting in}
     */
    static SignatureEngine runtime(SignatureScheme... optIn) {
        return new JdkSignatureEngine(Set.of(optIn));
    }
}
