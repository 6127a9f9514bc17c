package dev.tallyclerk.hardening.report;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a baseline cannot be read from a document.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class BaselineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** It is not JSON, or not a report with the supported schema and version. */
        NOT_A_REPORT,
        /** It exceeds the reader's limit. */
        LIMIT_EXCEEDED
    }

    private final Reason reason;

    BaselineException(Reason reason, @Nullable String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}
