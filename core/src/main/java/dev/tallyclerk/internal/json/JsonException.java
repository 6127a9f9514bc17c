package dev.tallyclerk.internal.json;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown when bytes are not the JSON that they should be; each area turns it into its own exception. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** Not JSON, not UTF-8, or more than one value. */
        SYNTAX,
        /** A member name stands twice in one object. */
        DUPLICATE_MEMBER,
        /** A member name differs from a known one in case only, so that another reader may take it for that one. */
        CASE_VARIANT_MEMBER,
        /** A limit on size, depth, string or number length was passed. */
        LIMIT,
        /** A required member is absent. */
        MISSING,
        /** A value has another type than it must have. */
        WRONG_TYPE,
        /** A value has the right type and is not an allowed one. */
        BAD_VALUE
    }

    private final Reason reason;
    private final String pointer;
    private final String problem;
    private final String rule;
    private final transient @Nullable JsonPlace place;

    public JsonException(Reason reason, String pointer, String detail) {
        this(reason, pointer, detail, "");
    }

    /**
     * @param pointer where, as an RFC 6901 JSON pointer; empty for the whole document
     * @param detail what is wrong, without the place
     * @param rule which rule of which specification is broken; empty if only the reader of the document knows it
     */
    public JsonException(Reason reason, String pointer, String detail, String rule) {
        this(reason, pointer, detail, rule, null);
    }

    /** @param place where the reader was when it noticed; null if the pointer says it */
    JsonException(Reason reason, String pointer, String problem, String rule, @Nullable JsonPlace place) {
        super(detail(problem, place) + " at " + (pointer.isEmpty() ? "the document's root" : pointer));
        this.reason = Objects.requireNonNull(reason, "reason");
        this.pointer = pointer;
        this.problem = problem;
        this.rule = rule;
        this.place = place;
    }

    private static String detail(String problem, @Nullable JsonPlace place) {
        return place == null ? problem : problem + " (line " + place.line() + ", column " + place.column() + ")";
    }

    static JsonException missing(String pointer, String rule) {
        return new JsonException(Reason.MISSING, pointer, "required member is absent", rule);
    }

    static JsonException wrongType(String pointer, String wanted, String found, String rule) {
        return new JsonException(Reason.WRONG_TYPE, pointer, "must be " + wanted + ", is " + found, rule);
    }

    static JsonException outOfRange(String pointer, String number, long min, long max, String rule) {
        String detail = number + " is not from " + min + " to " + max;
        return new JsonException(Reason.BAD_VALUE, pointer, detail, rule);
    }

    public Reason reason() {
        return reason;
    }

    /** {@return where, as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        return pointer;
    }

    /** {@return what is wrong, and where in the text if only the text has a place for it; without the pointer} */
    public String detail() {
        return detail(problem, place);
    }

    /** {@return what is wrong, without any place} */
    public String problem() {
        return problem;
    }

    /** {@return where in the text the reader was when it noticed; nothing if the document could be read} */
    public Optional<JsonPlace> place() {
        return Optional.ofNullable(place);
    }

    /** {@return which rule of which specification is broken; empty if only the reader of the document knows it} */
    public String rule() {
        return rule;
    }
}
