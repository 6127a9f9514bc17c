package dev.tallyclerk.hardening;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;

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
        BAD_VALUE
    }

    private final Reason reason;
    private final String document;
    private final String pointer;

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
}
