package dev.tallyclerk.trust.key;

import dev.tallyclerk.internal.text.Quoted;
import java.util.Objects;

/**
 * Thrown when text that should be a public key is not one that can verify a signature.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class MalformedKeyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Why the key was refused. */
    public enum Reason {
        /** The signature scheme is not one of {@link SignatureScheme}. */
        UNKNOWN_SCHEME,
        /** A key of this type does not sign with this scheme. */
        SCHEME_DOES_NOT_FIT,
        /** There is no public key text. */
        NO_PUBLIC_VALUE,
        /** The text is longer than any key of a supported kind. */
        TOO_LONG,
        /** The text of an Ed25519 key is not hexadecimal. */
        NOT_HEX,
        /** An Ed25519 key is not 32 bytes long. */
        WRONG_LENGTH,
        /** The text is not one PEM block. */
        NOT_PEM,
        /**
         * The text of a key that has to be in PEM is a bare point of P-256 in hexadecimal, as in the first roots of
         * Sigstore.
         */
        BARE_POINT,
        /** The PEM block has another label than {@code PUBLIC KEY}: it is no SubjectPublicKeyInfo. */
        NOT_SUBJECT_PUBLIC_KEY_INFO,
        /** The bytes are not a public key of the declared type. */
        NOT_A_PUBLIC_KEY,
        /** The key is on another curve than its scheme says. */
        WRONG_CURVE,
        /** An RSA key has fewer than 2,048 bits. */
        RSA_TOO_SHORT,
        /** The public exponent of an RSA key has more than 64 bits, with which a signature takes long to verify. */
        RSA_EXPONENT_TOO_LONG
    }

    private final Reason reason;

    MalformedKeyException(Reason reason, String detail) {
        super("not a usable public key (" + reason + "): " + Quoted.quote(detail));
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return why the key was refused} */
    public Reason reason() {
        return reason;
    }
}
