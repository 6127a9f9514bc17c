package dev.tallyclerk.hardening;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Thrown when a {@link Subject} cannot be read from a document, because the document as a whole is malformed or exceeds
 * a limit.
 *
 * <p>A single malformed member does not throw: it becomes a {@link Fact.Missing} with
 * {@link MissingValue.Reason#UNREADABLE}, so that the rest of the document is still audited.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class MalformedSubjectException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. Reasons may be added. */
    public enum Reason {
        /** Not JSON, not UTF-8, or more than one value. */
        NOT_JSON,
        /** A member name appears twice in one object, and the program that owns the document does not allow that. */
        DUPLICATE_MEMBER,
        /** The document exceeds a limit of {@link SubjectLimits}. */
        LIMIT_EXCEEDED,
        /** An essential member is missing. */
        MISSING_MEMBER,
        /** The document, or an essential part of it, has the wrong JSON type. */
        WRONG_TYPE,
        /** An essential value is not allowed, or a text cannot be parsed. */
        BAD_VALUE,
        /** The text does not follow the grammar of its format, such as YAML. */
        SYNTAX,
        /** The file has something that this reader, or an optional library that is absent, would have to support. */
        UNSUPPORTED
    }

    private static final int NOWHERE = 0;

    private final Reason reason;
    private final String document;
    private final String pointer;
    private final int line;
    private final int column;

    /**
     * Makes an exception. Readers of other documents may throw it too.
     *
     * @param reason what is wrong, for programs
     * @param document the document, for example {@code daemon.json}
     * @param pointer the location as an RFC 6901 JSON pointer; empty for the whole document
     * @param message what is wrong, for people
     */
    public MalformedSubjectException(Reason reason, String document, String pointer, String message) {
        super(Reportable.text(document + ": " + message + (pointer.isEmpty() ? "" : " at " + pointer)));
        this.reason = Objects.requireNonNull(reason, "reason");
        this.document = Quoted.printable(document);
        this.pointer = Reportable.text(pointer);
        this.line = NOWHERE;
        this.column = NOWHERE;
    }

    /**
     * Makes an exception about a place in a text.
     *
     * @param reason what is wrong, for programs
     * @param at the place
     * @param message what is wrong, for people
     */
    public MalformedSubjectException(Reason reason, Location.Region at, String message) {
        super(Reportable.text(at + ": " + message));
        this.reason = Objects.requireNonNull(reason, "reason");
        this.document = at.source();
        this.pointer = at.pointer();
        this.line = at.line();
        this.column = at.column();
    }

    /** {@return what is wrong, for programs} */
    public Reason reason() {
        return reason;
    }

    /** {@return the document, for example {@code daemon.json}} */
    public String document() {
        return document;
    }

    /** {@return the location as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        return pointer;
    }

    /** {@return the line of the text, from 1, if it is known} */
    public OptionalInt line() {
        return line == NOWHERE ? OptionalInt.empty() : OptionalInt.of(line);
    }

    /** {@return the column of the text in UTF-16 code units, from 1, if it is known} */
    public OptionalInt column() {
        return column == NOWHERE ? OptionalInt.empty() : OptionalInt.of(column);
    }
}
