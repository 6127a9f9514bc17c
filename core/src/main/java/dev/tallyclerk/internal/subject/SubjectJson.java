package dev.tallyclerk.internal.subject;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.StrictJson;
import java.util.List;

/**
 * Reads the document of a subject; every error about the document as a whole is a {@link MalformedSubjectException}.
 */
public final class SubjectJson {
    private static final int BYTES_PER_VALUE = 27;
    private static final int FEW_VALUES = 10_000;
    private static final int BYTES_PER_SETTING = 40;
    private static final int BYTES_PER_SUBJECT = 2048;
    private static final int FEW_SUBJECTS = 1000;

    private SubjectJson() {}

    /** {@return the root of a document without duplicate member names} */
    public static JsonCursor parse(String document, byte[] bytes, SubjectLimits limits)
            throws MalformedSubjectException {
        return parse(document, bytes, limits(limits));
    }

    /** {@return the root of a document that may have at most {@code maxValues} values} */
    public static JsonCursor parse(String document, byte[] bytes, SubjectLimits limits, int maxValues)
            throws MalformedSubjectException {
        JsonLimits all = limits(limits);
        return parse(
                document,
                bytes,
                new JsonLimits(
                        all.maxBytes(), all.maxDepth(), all.maxStringLength(), all.maxNumberLength(), maxValues));
    }

    private static JsonCursor parse(String document, byte[] bytes, JsonLimits limits) throws MalformedSubjectException {
        try {
            return JsonCursor.parse(bytes, limits);
        } catch (JsonException e) {
            throw malformed(document, e);
        }
    }

    /** {@return how many values a document may have} */
    public static int maxValues(SubjectLimits limits) {
        return limits(limits).maxValues();
    }

    /** {@return the number of values in a value, itself included} */
    public static int count(JsonValue value) {
        int count = 1;
        if (value instanceof JsonArray array) {
            for (JsonValue element : array.elements()) {
                count += count(element);
            }
        } else if (value instanceof JsonObject object) {
            for (JsonValue member : object.members().values()) {
                count += count(member);
            }
        }
        return count;
    }

    /** {@return the root of a document in which the last of equal members counts, as in Go's encoding/json} */
    public static LastWins parseLastWins(String document, byte[] bytes, SubjectLimits limits)
            throws MalformedSubjectException {
        try {
            StrictJson.LastWins read = StrictJson.parseLastWins(bytes, limits(limits, BYTES_PER_SETTING));
            return new LastWins(JsonCursor.at(read.value()), read.duplicates());
        } catch (JsonException e) {
            throw malformed(document, e);
        }
    }

    /**
     * A document, and its duplicate members.
     *
     * @param root the root
     * @param duplicates the RFC 6901 pointers of duplicate members, one per repetition
     */
    public record LastWins(JsonCursor root, List<String> duplicates) {}

    /** {@return the exception for {@code document} with the reason and location of {@code cause}} */
    public static MalformedSubjectException malformed(String document, JsonException cause) {
        Reason reason = switch (cause.reason()) {
            case SYNTAX -> Reason.NOT_JSON;
            case DUPLICATE_MEMBER, CASE_VARIANT_MEMBER -> Reason.DUPLICATE_MEMBER;
            case LIMIT -> Reason.LIMIT_EXCEEDED;
            case MISSING -> Reason.MISSING_MEMBER;
            case WRONG_TYPE -> Reason.WRONG_TYPE;
            case BAD_VALUE -> Reason.BAD_VALUE;
        };
        return new MalformedSubjectException(reason, document, cause.pointer(), cause.detail());
    }

    /** Small values take many times the memory of their text, so that bytes alone would not bound it. */
    private static JsonLimits limits(SubjectLimits limits) {
        return limits(limits, BYTES_PER_VALUE);
    }

    private static JsonLimits limits(SubjectLimits limits, int bytesPerValue) {
        int bytes = limits.maxDocumentBytes();
        return new JsonLimits(bytes, 64, bytes, 64, Math.max(FEW_VALUES, bytes / bytesPerValue));
    }

    /** {@return how many subjects one document may describe} */
    public static int maxSubjects(SubjectLimits limits) {
        return Math.max(FEW_SUBJECTS, limits.maxDocumentBytes() / BYTES_PER_SUBJECT);
    }
}
