package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonException;
import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when bytes are not the manifest, index or configuration that they should be.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
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
    private final String rule;
    private final String pointer;

    /**
     * Says what is wrong, where, and by which rule.
     *
     * @param reason which kind of rule is broken
     * @param rule which rule of which specification is broken, for a person to look up
     * @param pointer the place as an RFC 6901 JSON pointer; empty for the whole document
     * @param message the kind of document, and what is wrong with it
     */
    MalformedDocumentException(Reason reason, String rule, String pointer, String message) {
        this(message + (pointer.isEmpty() ? "" : " at " + pointer) + " [" + rule + "]", reason, rule, pointer);
    }

    private MalformedDocumentException(String whole, Reason reason, String rule, String pointer) {
        super(whole);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.rule = rule;
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
        String rule = cause.rule().isEmpty() ? Specifications.LIMITS : cause.rule();
        return new MalformedDocumentException(reason, rule, cause.pointer(), document + ": " + cause.detail());
    }

    /**
     * Checks the promised size of a document before it is read.
     *
     * @param document the kind of document, for example {@code manifest}
     * @param size the promised size, in bytes
     * @param allowed the largest size allowed, in bytes
     * @throws MalformedDocumentException if the size is not allowed
     */
    public static void requireWithin(String document, Digest digest, long size, long allowed)
            throws MalformedDocumentException {
        if (size > allowed) {
            throw limit(document + ": " + digest + " has " + size + " bytes, " + allowed + " allowed");
        }
    }

    /** {@return the exception for a document of unknown size that has more bytes than allowed} */
    static MalformedDocumentException tooManyBytes(String document, Digest digest, long allowed) {
        return limit(document + ": " + digest + " has more than the " + allowed + " bytes allowed");
    }

    private static MalformedDocumentException limit(String message) {
        return new MalformedDocumentException(Reason.LIMIT_EXCEEDED, Specifications.LIMITS, "", message);
    }

    /**
     * {@return this exception, whose message says first what the document is}
     *
     * @param what for example where it comes from, for a person to read
     */
    public MalformedDocumentException about(String what) {
        MalformedDocumentException other =
                new MalformedDocumentException(what + ": " + getMessage(), reason, rule, pointer);
        other.setStackTrace(getStackTrace());
        return other;
    }

    /** {@return which kind of rule is broken} */
    public Reason reason() {
        return reason;
    }

    /**
     * {@return which rule of which specification is broken, for example {@code OCI image-spec v1.1.1, descriptor.md,
     * size}}
     *
     * <p>It names the specification, its document or section, and the member or what is asked of it. It is for people
     * and may change.
     */
    public String rule() {
        return rule;
    }

    /**
     * {@return the place as an RFC 6901 JSON pointer; empty for the whole document}
     *
     * <p>A member's name is cut after 200 characters, and what a terminal could act on is shown as {@code ?}.
     */
    public String pointer() {
        return pointer;
    }
}
