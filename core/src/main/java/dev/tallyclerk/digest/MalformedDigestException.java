package dev.tallyclerk.digest;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;

/**
 * Thrown when text that should be a {@link Digest} is not one.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people, quotes at most 80
 * characters of the input and may change.
 */
public final class MalformedDigestException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Why the text was refused. */
    public enum Reason {
        /** There is no {@code :} between algorithm and value. */
        NO_SEPARATOR,
        /** The algorithm does not match {@code [a-z0-9]+([+._-][a-z0-9]+)*}. */
        BAD_ALGORITHM,
        /** The value of an unknown algorithm does not match {@code [a-zA-Z0-9=_-]+}. */
        BAD_ENCODED,
        /** The value is shorter or longer than the algorithm's output. */
        WRONG_LENGTH,
        /** The value has a character outside {@code [0-9a-f]}. */
        NOT_LOWER_HEX
    }

    private final Reason reason;

    MalformedDigestException(Reason reason, String input) {
        super("not a digest: " + what(reason) + ": " + Quoted.quote(input));
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    private static String what(Reason reason) {
        return switch (reason) {
            case NO_SEPARATOR -> "no colon between algorithm and value";
            case BAD_ALGORITHM -> "malformed algorithm";
            case BAD_ENCODED -> "malformed value";
            case WRONG_LENGTH -> "value of the wrong length";
            case NOT_LOWER_HEX -> "value is not lower-case hexadecimal";
        };
    }

    /** {@return why the text was refused} */
    public Reason reason() {
        return reason;
    }
}
