package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonException;
import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a manifest, index or configuration is malformed, ambiguous or unsupported.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class MalformedDocumentException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kind of rule that is broken. */
    public enum Reason {
        /** Not JSON, not UTF-8, or more than one value. */
        NOT_JSON,
        /** An object has a member name twice (RFC 7493, section 2.3). */
        DUPLICATE_MEMBER,
        /**
         * A member name differs only in case from one of the specification, and other readers would accept it as that.
         */
        CASE_VARIANT_MEMBER,
        /** The document exceeds a limit on size, depth, or the length of a string or number. */
        LIMIT_EXCEEDED,
        /** A required member is absent. */
        MISSING_MEMBER,
        /** A member has the wrong JSON type. */
        WRONG_TYPE,
        /** The specification does not allow a member's value. */
        BAD_VALUE,
        /** The document has members of several kinds of manifest, or is announced as another kind. */
        AMBIGUOUS,
        /** This version does not support the kind of document. */
        UNSUPPORTED
    }

    private final Reason reason;
    private final String rule;
    private final String pointer;

    /**
     * Creates an exception.
     *
     * @param rule the broken rule of a specification, for people to look up
     * @param pointer the position as an RFC 6901 JSON pointer; empty for the whole document
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

    /** {@return the exception for a kind of document, for example "image manifest", that failed with {@code cause}} */
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

    /** {@return the exception for a manifest that another reader could take for another kind} */
    static MalformedDocumentException ambiguous(String pointer, String detail) {
        return new MalformedDocumentException(
                Reason.AMBIGUOUS, Specifications.ONE_KIND, pointer, "manifest: " + detail);
    }

    /**
     * {@return this exception, with a message that begins with a description of the document}
     *
     * @param what for example where the document comes from
     */
    public MalformedDocumentException about(String what) {
        MalformedDocumentException other =
                new MalformedDocumentException(what + ": " + getMessage(), reason, rule, pointer);
        other.setStackTrace(getStackTrace());
        return other;
    }

    /** {@return the kind of rule that is broken} */
    public Reason reason() {
        return reason;
    }

    /**
     * {@return the broken rule of a specification, for example {@code OCI image-spec v1.1.1, descriptor.md, size}}
     *
     * <p>It names the specification, its document or section, and the member or requirement. It is for people and may
     * change.
     */
    public String rule() {
        return rule;
    }

    /**
     * {@return the position as an RFC 6901 JSON pointer; empty for the whole document}
     *
     * <p>Member names are cut after 200 characters, and control characters are replaced by {@code ?}.
     */
    public String pointer() {
        return pointer;
    }
}
