package dev.tallyclerk.internal.json;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown for malformed or unexpected JSON; each area converts it to its own exception. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** Not JSON, not UTF-8, or more than one value. */
        SYNTAX,
        /** An object has a member name twice. */
        DUPLICATE_MEMBER,
        /** A member name differs only in case from a known one, and another reader may accept it as that. */
        CASE_VARIANT_MEMBER,
        /** A limit on size, depth, string or number length is exceeded. */
        LIMIT,
        /** A required member is absent. */
        MISSING,
        /** A value has the wrong type. */
        WRONG_TYPE,
        /** A value of the right type is not allowed. */
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
     * @param pointer the position as an RFC 6901 JSON pointer; empty for the whole document
     * @param detail what is wrong, without the position
     * @param rule the broken rule of a specification; empty if only the reader of the document knows it
     */
    public JsonException(Reason reason, String pointer, String detail, String rule) {
        this(reason, pointer, detail, rule, null);
    }

    /** @param place the position in the text; null if the pointer is enough */
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
        String detail = number + " is outside of " + min + " to " + max;
        return new JsonException(Reason.BAD_VALUE, pointer, detail, rule);
    }

    public Reason reason() {
        return reason;
    }

    /** {@return the position as an RFC 6901 JSON pointer; empty for the whole document} */
    public String pointer() {
        return pointer;
    }

    /** {@return what is wrong, with the position in the text if there is one, without the pointer} */
    public String detail() {
        return detail(problem, place);
    }

    /** {@return what is wrong, without any position} */
    public String problem() {
        return problem;
    }

    /** {@return the position in the text; empty if the document could be parsed} */
    public Optional<JsonPlace> place() {
        return Optional.ofNullable(place);
    }

    /** {@return the broken rule of a specification; empty if only the reader of the document knows it} */
    public String rule() {
        return rule;
    }
}
