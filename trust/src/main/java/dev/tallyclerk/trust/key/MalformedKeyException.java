package dev.tallyclerk.trust.key;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;

/**
 * Thrown when a text is not a public key that can verify signatures.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class MalformedKeyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Why a key is refused. */
    public enum Reason {
        /** The signature scheme is not one of {@link SignatureScheme}. */
        UNKNOWN_SCHEME,
        /** Keys of this type do not sign with this scheme. */
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
        /** The text is a bare point of P-256 in hexadecimal instead of PEM, as in the first roots of Sigstore. */
        BARE_POINT,
        /** The PEM block has a label other than {@code PUBLIC KEY}, so it is not a SubjectPublicKeyInfo. */
        NOT_SUBJECT_PUBLIC_KEY_INFO,
        /** The bytes are not a public key of the declared type. */
        NOT_A_PUBLIC_KEY,
        /** The key is on another curve than its scheme's. */
        WRONG_CURVE,
        /** An RSA key has fewer than 2,048 bits. */
        RSA_TOO_SHORT,
        /** The public exponent of an RSA key has more than 64 bits, which makes verification slow. */
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
