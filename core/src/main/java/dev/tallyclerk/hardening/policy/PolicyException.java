package dev.tallyclerk.hardening.policy;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a document is not a policy, with the location and a suggestion.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The bytes are not JSON or YAML, or use a feature that policies do not allow. */
        SYNTAX,
        /** The document exceeds the reader's limits on size, depth or number of values. */
        LIMIT_EXCEEDED,
        /** A member, a key or another name appears twice. */
        DUPLICATE_MEMBER,
        /** An unknown member. */
        UNKNOWN_MEMBER,
        /** A rule that no rule set has. */
        UNKNOWN_RULE,
        /** A parameter that the rule does not have. */
        UNKNOWN_PARAMETER,
        /** A rule set that the reader was not given. */
        UNKNOWN_RULE_SET,
        /** A required member is missing. */
        MISSING_MEMBER,
        /** A value has the wrong type. */
        WRONG_TYPE,
        /** A value of the right type is not allowed. */
        BAD_VALUE
    }

    /**
     * A position in the text.
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
     * {@return an exception for a text that is not a document}
     *
     * @param reason what is wrong
     * @param detail the same for people, without the position
     * @param position where it was noticed
     */
    public static PolicyException at(Reason reason, String detail, Position position) {
        return new PolicyException(reason, "", detail, null, position, null);
    }

    /**
     * {@return an exception for a text that is not a document, without a position}
     *
     * @param reason what is wrong
     * @param detail the same for people
     */
    public static PolicyException of(Reason reason, String detail) {
        return new PolicyException(reason, "", detail, null, null, null);
    }

    /**
     * {@return an exception for a value of a document}
     *
     * @param reason what is wrong
     * @param pointer the location of the value as an RFC 6901 JSON pointer; empty for the whole document
     * @param detail the same for people, without the location
     */
    public static PolicyException inDocument(Reason reason, String pointer, String detail) {
        return new PolicyException(reason, pointer, detail, null);
    }

    /** {@return this exception with what was probably meant} */
    public PolicyException withSuggestion(String suggestion) {
        return new PolicyException(reason, pointer, detail, suggestion, position, null);
    }

    /**
     * {@return this exception with a position}
     *
     * @param position the position of the value in the text
     */
    public PolicyException withPosition(Position position) {
        return new PolicyException(reason, pointer, detail, suggestion, position, null);
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }

    /** {@return the location as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        return pointer;
    }

    /** {@return what was probably meant, if a similar name exists} */
    public Optional<String> suggestion() {
        return Optional.ofNullable(suggestion);
    }

    /** {@return the position in the text, if known} */
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
