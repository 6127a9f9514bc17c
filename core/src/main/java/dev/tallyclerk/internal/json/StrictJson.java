package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads documents that all readers understand alike: JSON in UTF-8 without a byte order mark, duplicate member names
 * and lone surrogates.
 */
public final class StrictJson {
    private StrictJson() {}

    /**
     * Reads one JSON value, in time and memory proportional to the document's length.
     *
     * @throws JsonException if {@code document} is not such JSON, or exceeds a limit
     */
    public static JsonValue parse(byte[] document, JsonLimits limits) throws JsonException {
        return read(document, limits, false);
    }

    /**
     * Reads one value of I-JSON (RFC 7493), which also has no noncharacters and no number beyond a double.
     *
     * @throws JsonException if {@code document} is not I-JSON, or exceeds a limit
     */
    public static JsonValue parseInterchangeable(byte[] document, JsonLimits limits) throws JsonException {
        return read(document, limits, true);
    }

    /**
     * Reads one JSON value like a program that takes the last of duplicate members, such as Go's encoding/json.
     *
     * @throws JsonException if {@code document} is not JSON in UTF-8, exceeds a limit, or has more than 100 duplicates
     */
    public static LastWins parseLastWins(byte[] document, JsonLimits limits) throws JsonException {
        refuseTooLong(document, limits);
        List<String> duplicates = new ArrayList<>();
        JsonValue value = new TreeReader(document, limits, false, duplicates).document();
        return new LastWins(value, List.copyOf(duplicates));
    }

    /**
     * A value, and the pointers of duplicate members.
     *
     * @param duplicates in document order, one for each repetition
     */
    public record LastWins(JsonValue value, List<String> duplicates) {}

    private static JsonValue read(byte[] document, JsonLimits limits, boolean interchangeable) throws JsonException {
        refuseTooLong(document, limits);
        return new TreeReader(document, limits, interchangeable, null).document();
    }

    static void refuseTooLong(byte[] document, JsonLimits limits) throws JsonException {
        if (document.length > limits.maxBytes()) {
            throw new JsonException(
                    Reason.LIMIT, "", "document of " + document.length + " bytes, " + limits.maxBytes() + " allowed");
        }
    }
}
