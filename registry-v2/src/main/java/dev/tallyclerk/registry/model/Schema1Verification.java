package dev.tallyclerk.registry.model;

import java.security.PublicKey;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * What the signatures of a {@link Schema1Manifest} are worth.
 *
 * <p>Only {@link TrustedBy} says who made the document. Immutable.
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

    /** Why signatures are not valid. Reasons may be added, never changed. */
    enum Reason {
        /** The signature is no base64, or does not have the form that its algorithm gives it. */
        MALFORMED_SIGNATURE,
        /** The algorithm is neither ES256 nor RS256. */
        UNSUPPORTED_ALGORITHM,
        /** The signature brings no key, or two different ones. */
        NO_KEY,
        /** The key is none, or is not of the kind that the algorithm needs. */
        BAD_KEY,
        /** The key is too short to prove anything. */
        WEAK_KEY,
        /** The key's identifier is not the fingerprint of the key. */
        WRONG_KEY_ID,
        /** The signature is not one of this document by this key. */
        WRONG_SIGNATURE
    }

    /**
     * Who signed.
     *
     * @param keyId the fingerprint of the key as Docker writes it: twelve groups of four letters and digits
     * @param key the key, from the document
     * @param algorithm {@code ES256} or {@code RS256}
     * @param certified whether the key came in a certificate, which proves nothing either
     */
    record Signer(String keyId, PublicKey key, String algorithm, boolean certified) {
        public Signer {
            Objects.requireNonNull(keyId, "keyId");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(algorithm, "algorithm");
        }
    }

    /**
     * All signatures are valid, and at least one is by a key that the caller trusts.
     *
     * @param signers those whom the caller trusts
     */
    record TrustedBy(List<Signer> signers) implements Schema1Verification {
        public TrustedBy {
            signers = List.copyOf(signers);
            if (signers.isEmpty()) {
                throw new IllegalArgumentException("nobody trusted has signed");
            }
        }
    }

    /**
     * All signatures are valid, each by a key that only the document itself vouches for: anybody can have made it.
     *
     * @param signers all of them
     */
    record SelfSigned(List<Signer> signers) implements Schema1Verification {
        public SelfSigned {
            signers = List.copyOf(signers);
            if (signers.isEmpty()) {
                throw new IllegalArgumentException("nobody has signed");
            }
        }
    }

    /** There are no signatures. */
    record Unsigned() implements Schema1Verification {}

    /**
     * At least one signature is not valid.
     *
     * @param reason why, for a program
     * @param message why, for a person
     */
    record Invalid(Reason reason, String message) implements Schema1Verification {
        public Invalid {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(message, "message");
        }
    }
}
