package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.text.Quoted;
import java.util.Objects;

/**
 * Thrown when a document that a {@link Subject} is read from is not what it should be as a whole: it is no JSON, it is
 * another kind of value, or it passes a limit.
 *
 * <p>A single member that cannot be understood is no such case: it becomes a {@link Fact.Missing} with
 * {@link Fact.Reason#UNREADABLE}, so that the rest of the document is still audited.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class MalformedSubjectException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. Reasons may be added. */
    public enum Reason {
        /** Not JSON, not UTF-8, or more than one value. */
        NOT_JSON,
        /** A member name stands twice in one object, where the program that owns the document does not allow it. */
        DUPLICATE_MEMBER,
        /** The document passes a limit of {@link SubjectLimits}. */
        LIMIT_EXCEEDED,
        /** A member without which nothing can be said is absent. */
        MISSING_MEMBER,
        /** The document, or a part that holds it together, has another JSON type than it must have. */
        WRONG_TYPE,
        /** A value that holds the document together is not an allowed one, or a text cannot be taken apart. */
        BAD_VALUE
    }

    private final Reason reason;
    private final String document;
    private final String pointer;

    /**
     * Says what is wrong, and where. A reader of a third party's documents may throw it too.
     *
     * @param reason what is wrong, for programs
     * @param document the document, for example {@code daemon.json}
     * @param pointer the place as an RFC 6901 JSON pointer; empty for the whole document
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

    /** {@return the place as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        return pointer;
    }
}
