package dev.tallyclerk.reference;

import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a {@link DigestResolver} cannot resolve a name.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class DigestResolutionException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why there is no digest. */
    public enum Reason {
        /** The resolver's source answered and does not know the name. */
        NOT_FOUND,
        /** The answer cannot be trusted: a signature, a version or a date is wrong. */
        NOT_TRUSTED,
        /** The source could not be reached. */
        UNAVAILABLE,
        /** The answer has a form that this version does not support, so the digest is not known. */
        UNSUPPORTED
    }

    private final Reason reason;

    /**
     * Says why there is no digest.
     *
     * @param message what happened and what to do
     */
    public DigestResolutionException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Says why there is no digest.
     *
     * @param message what happened and what to do
     * @param cause the failure beneath
     */
    public DigestResolutionException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return why there is no digest} */
    public Reason reason() {
        return reason;
    }
}
