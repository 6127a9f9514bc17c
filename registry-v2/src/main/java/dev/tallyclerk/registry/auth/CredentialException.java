package dev.tallyclerk.registry.auth;

import dev.tallyclerk.internal.json.JsonException;
import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a lookup of credentials fails. Absent credentials are not a failure.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people, has no secret,
 * and may change.
 */
public final class CredentialException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The file is not there, or may not be read. */
        UNREADABLE_FILE,
        /** The file cannot be written. */
        UNWRITABLE_FILE,
        /** The file is not what Docker writes, or another reader could read other credentials in it. */
        MALFORMED_FILE,
        /** The file is larger than was allowed. */
        LIMIT_EXCEEDED,
        /** The file names a helper that is not found, or that this program may not run. */
        HELPER_NOT_FOUND,
        /** The helper could not be started, or ended with an error. */
        HELPER_FAILED,
        /** The helper took longer than was allowed, and was ended. */
        HELPER_TIMED_OUT,
        /** The helper's answer is not one, or is longer than was allowed. */
        HELPER_MALFORMED_ANSWER,
        /** The call was cancelled while it waited for the helper, which was ended. */
        CANCELLED,
        /** The thread was interrupted while it waited for the helper, which was ended; it still is interrupted. */
        INTERRUPTED
    }

    private final Reason reason;

    CredentialException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    CredentialException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return what is wrong with a document, without a word of it} */
    static String describe(JsonException e) {
        return switch (e.reason()) {
            case SYNTAX -> "is not JSON";
            case DUPLICATE_MEMBER -> "has a member twice";
            case CASE_VARIANT_MEMBER -> "has a member twice, spelled in two cases and with two values";
            case LIMIT -> "is too deep, or has too many values";
            case MISSING -> "lacks a member";
            case WRONG_TYPE -> "has a member of another type than it should be";
            case BAD_VALUE -> "has a member with a value that cannot be";
        };
    }
}
