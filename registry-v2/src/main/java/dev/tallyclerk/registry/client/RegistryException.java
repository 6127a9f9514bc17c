package dev.tallyclerk.registry.client;

import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a registry does not give what was asked of it.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people, carries no
 * credentials and may change.
 */
public final class RegistryException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** The registry does not have the repository, tag or content. */
        NOT_FOUND,
        /** The registry wants credentials, and there are none, or they are not accepted. */
        UNAUTHORIZED,
        /** The credentials are known and do not allow this. */
        DENIED,
        /** The registry asks for fewer requests. */
        TOO_MANY_REQUESTS,
        /** The registry failed by its own account. */
        SERVER_ERROR,
        /** The registry's answer breaks the protocol. */
        PROTOCOL,
        /** A redirect or a token service would have taken the request to where it must not go. */
        UNSAFE_LOCATION,
        /** There was no answer: no connection, or one that broke. */
        UNREACHABLE
    }

    private final Reason reason;
    private final int status;

    RegistryException(Reason reason, int status, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.status = status;
    }

    RegistryException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.status = 0;
    }

    /** {@return what went wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return the status code of the response, or 0 if there was none} */
    public int status() {
        return status;
    }
}
