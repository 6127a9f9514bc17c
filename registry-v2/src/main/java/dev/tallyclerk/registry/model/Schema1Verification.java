package dev.tallyclerk.registry.model;

import java.security.PublicKey;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The result of verifying the signatures of a {@link Schema1Manifest}.
 *
 * <p>Only {@link TrustedBy} identifies the author of the document. Immutable.
 */
public sealed interface Schema1Verification {
    /** {@return the result of the function for this kind of verification} */
    default <R> R fold(
            Function<? super TrustedBy, ? extends R> trusted,
            Function<? super SelfSigned, ? extends R> selfSigned,
            Function<? super Unsigned, ? extends R> unsigned,
            Function<? super Invalid, ? extends R> invalid) {
        if (this instanceof TrustedBy all) {
            return trusted.apply(all);
        }
        if (this instanceof SelfSigned all) {
            return selfSigned.apply(all);
        }
        return this instanceof Invalid failure ? invalid.apply(failure) : unsigned.apply((Unsigned) this);
    }

    /** Why a signature is invalid. Reasons may be added, never changed. */
    enum Reason {
        /** The signature is no base64, or does not have the form of its algorithm. */
        MALFORMED_SIGNATURE,
        /** The algorithm is neither ES256 nor RS256. */
        UNSUPPORTED_ALGORITHM,
        /** The signature has no key, or two different ones. */
        NO_KEY,
        /** The key is malformed, or does not fit the algorithm. */
        BAD_KEY,
        /** The key is too short. */
        WEAK_KEY,
        /** The key's ID is not its fingerprint. */
        WRONG_KEY_ID,
        /** The signature does not match this document and this key. */
        WRONG_SIGNATURE
    }

    /**
     * A signer.
     *
     * @param keyId the fingerprint of the key in Docker's form: twelve groups of four letters and digits
     * @param key the key, from the document
     * @param algorithm {@code ES256} or {@code RS256}
     * @param certified whether the key came in a certificate; the certificate is not verified
     */
    record Signer(String keyId, PublicKey key, String algorithm, boolean certified) {
        public Signer {
            Objects.requireNonNull(keyId, "keyId");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(algorithm, "algorithm");
        }
    }

    /**
     * All signatures are valid, and the caller trusts at least one of the keys.
     *
     * @param signers the trusted signers
     */
    record TrustedBy(List<Signer> signers) implements Schema1Verification {
        public TrustedBy {
            signers = List.copyOf(signers);
            if (signers.isEmpty()) {
                throw new IllegalArgumentException("no trusted signers");
            }
        }
    }

    /**
     * All signatures are valid, but only the document itself vouches for the keys: anybody may have made it.
     *
     * @param signers all signers
     */
    record SelfSigned(List<Signer> signers) implements Schema1Verification {
        public SelfSigned {
            signers = List.copyOf(signers);
            if (signers.isEmpty()) {
                throw new IllegalArgumentException("no signers");
            }
        }
    }

    /** There are no signatures. */
    record Unsigned() implements Schema1Verification {}

    /**
     * At least one signature is invalid.
     *
     * @param reason why, for programs
     * @param message why, for people
     */
    record Invalid(Reason reason, String message) implements Schema1Verification {
        public Invalid {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(message, "message");
        }
    }
}
