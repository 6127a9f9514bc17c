package dev.tallyclerk.trust.sign;

import java.util.Objects;

/**
 * Thrown when a key cannot be read, or cannot sign.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change. It
 * has no part of a key or a password.
 */
public final class SigningException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** A key file, or a document to sign, does not have the form of its specification. */
        MALFORMED,
        /** A kind of key or encryption that this version does not support. */
        UNSUPPORTED,
        /** The file is larger, or its encryption costs more time or memory, than the limits allow. */
        LIMIT_EXCEEDED,
        /** The key is encrypted, and there is no password. */
        PASSWORD_MISSING,
        /** The password is not that of the key, or the encrypted key was changed. */
        PASSWORD_WRONG,
        /** The private key is not that of the public key. */
        KEY_MISMATCH,
        /** The token, service or provider that has the key did not sign. */
        KEY_UNAVAILABLE
    }

    private final Reason reason;

    /**
     * Says what is wrong.
     *
     * @param message what was found and what was expected, without secrets
     */
    public SigningException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Says what is wrong.
     *
     * @param message what was found and what was expected, without secrets
     * @param cause the failure beneath
     */
    public SigningException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}
