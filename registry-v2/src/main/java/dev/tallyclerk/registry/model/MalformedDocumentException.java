package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonException;
import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when bytes are not the manifest, index or configuration that they should be.
 *
 * <p>{@link #reason} is for programs and does not change between versions; the message is for people and may change.
 */
public final class MalformedDocumentException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Which kind of rule is broken. */
    public enum Reason {
        /** Not JSON, not UTF-8, or more than one value. */
        NOT_JSON,
        /** A member name stands twice in one object (RFC 7493, section 2.3). */
        DUPLICATE_MEMBER,
        /**
         * A member name differs from one of the specification's in case only, and other readers would take it for that.
         */
        CASE_VARIANT_MEMBER,
        /** The document passes a limit on size, depth, or the length of a string or number. */
        LIMIT_EXCEEDED,
        /** A required member is absent. */
        MISSING_MEMBER,
        /** A member has another JSON type than the specification gives it. */
        WRONG_TYPE,
        /** A member's value is not one that the specification allows. */
        BAD_VALUE,
        /** The document has the members of more than one kind of manifest, or not those of the kind that it names. */
        AMBIGUOUS,
        /** The document is of a kind that this version does not read. */
        UNSUPPORTED
    }

    private final Reason reason;
    private final String pointer;

    /**
     * Says what is wrong, and where.
     *
     * @param reason which kind of rule is broken
     * @param pointer the place as an RFC 6901 JSON pointer; empty for the whole document
     * @param message the kind of document, and what is wrong with it
     */
    public MalformedDocumentException(Reason reason, String pointer, String message) {
        super(message + (pointer.isEmpty() ? "" : " at " + pointer));
        this.reason = Objects.requireNonNull(reason, "reason");
        this.pointer = pointer;
    }

    /** {@return the exception that says of {@code document}, for example "image manifest", what {@code cause} says} */
    static MalformedDocumentException of(String document, JsonException cause) {
        Reason reason = switch (cause.reason()) {
            case SYNTAX -> Reason.NOT_JSON;
            case DUPLICATE_MEMBER -> Reason.DUPLICATE_MEMBER;
            case CASE_VARIANT_MEMBER -> Reason.CASE_VARIANT_MEMBER;
            case LIMIT -> Reason.LIMIT_EXCEEDED;
            case MISSING -> Reason.MISSING_MEMBER;
            case WRONG_TYPE -> Reason.WRONG_TYPE;
            case BAD_VALUE -> Reason.BAD_VALUE;
        };
        return new MalformedDocumentException(reason, cause.pointer(), document + ": " + cause.detail());
    }

    /** {@return which kind of rule is broken} */
    public Reason reason() {
        return reason;
    }

    /** {@return the place as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        return pointer;
    }
}
