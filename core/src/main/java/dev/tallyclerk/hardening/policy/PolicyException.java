package dev.tallyclerk.hardening.policy;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a document is not a policy: what is wrong, where, and what was probably meant.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The bytes are not JSON or YAML, or use what is not allowed in a policy. */
        SYNTAX,
        /** The document is larger, deeper or has more values than the reader's limits. */
        LIMIT_EXCEEDED,
        /** A member, a key or another name stands twice. */
        DUPLICATE_MEMBER,
        /** A member that a policy does not have. */
        UNKNOWN_MEMBER,
        /** A rule that no rule set has. */
        UNKNOWN_RULE,
        /** A parameter that the rule does not have. */
        UNKNOWN_PARAMETER,
        /** A rule set that the reader was not given. */
        UNKNOWN_RULE_SET,
        /** A member that must be there is not. */
        MISSING_MEMBER,
        /** A value has another type than it must have. */
        WRONG_TYPE,
        /** A value has the right type and is not an allowed one. */
        BAD_VALUE
    }

    /**
     * A place in the text.
     *
     * @param line from 1
     * @param column from 1
     */
    public record Position(int line, int column) {}

    private final Reason reason;
    private final String pointer;
    private final String detail;
    private final @Nullable String suggestion;
    private final transient @Nullable Position position;

    PolicyException(Reason reason, String pointer, String detail, @Nullable String suggestion) {
        this(reason, pointer, detail, suggestion, null, null);
    }

    private PolicyException(
            Reason reason,
            String pointer,
            String detail,
            @Nullable String suggestion,
            @Nullable Position position,
            @Nullable Throwable cause) {
        super(message(pointer, detail, suggestion, position), cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.pointer = pointer;
        this.detail = detail;
        this.suggestion = suggestion;
        this.position = position;
    }

    /**
     * {@return an exception for a text that is not a document at all}
     *
     * @param reason what is wrong
     * @param detail the same for people, without the place
     * @param position where it was noticed
     */
    public static PolicyException at(Reason reason, String detail, Position position) {
        return new PolicyException(reason, "", detail, null, position, null);
    }

    /**
     * {@return an exception for a text that is not a document at all, where no place can be named}
     *
     * @param reason what is wrong
     * @param detail the same for people
     */
    public static PolicyException of(Reason reason, String detail) {
        return new PolicyException(reason, "", detail, null, null, null);
    }

    /**
     * {@return this exception with the place in the text that it was read from}
     *
     * @param position where the value stands
     */
    public PolicyException withPosition(Position position) {
        return new PolicyException(reason, pointer, detail, suggestion, position, null);
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return where, as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        return pointer;
    }

    /** {@return what was probably meant, if something is like it} */
    public Optional<String> suggestion() {
        return Optional.ofNullable(suggestion);
    }

    /** {@return where in the text, if that is known} */
    public Optional<Position> position() {
        return Optional.ofNullable(position);
    }

    private static String message(
            String pointer, String detail, @Nullable String suggestion, @Nullable Position position) {
        StringBuilder out = new StringBuilder(detail);
        if (!pointer.isEmpty()) {
            out.append(" at ").append(pointer);
        }
        if (position != null) {
            out.append(" (line ")
                    .append(position.line())
                    .append(", column ")
                    .append(position.column())
                    .append(')');
        }
        if (suggestion != null) {
            out.append("; did you mean ").append(suggestion).append('?');
        }
        return out.toString();
    }
}
