package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a document so that no other reader can have read it differently: JSON in UTF-8 without a byte order mark, with
 * no duplicate member names and no lone surrogates.
 */
public final class StrictJson {
    private StrictJson() {}

    /**
     * Reads one JSON value. It takes time and memory in proportion to the document's length.
     *
     * @throws JsonException if {@code document} is not such JSON or passes a limit
     */
    public static JsonValue parse(byte[] document, JsonLimits limits) throws JsonException {
        return read(document, limits, false);
    }

    /**
     * The same for a document that has to be I-JSON (RFC 7493): no noncharacters and no number beyond a double either.
     *
     * @throws JsonException if {@code document} is not I-JSON or passes a limit
     */
    public static JsonValue parseInterchangeable(byte[] document, JsonLimits limits) throws JsonException {
        return read(document, limits, true);
    }

    /**
     * Reads one JSON value as a program does that takes the last of equal members, such as Go's encoding/json.
     *
     * @throws JsonException if {@code document} is not JSON in UTF-8, passes a limit, or has more than 100 members that
     *     stand again
     */
    public static LastWins parseLastWins(byte[] document, JsonLimits limits) throws JsonException {
        refuseTooLong(document, limits);
        List<String> duplicates = new ArrayList<>();
        JsonValue value = new TreeReader(document, limits, false, duplicates).document();
        return new LastWins(value, List.copyOf(duplicates));
    }

    /**
     * A value, and the pointers of members that stand more than once.
     *
     * @param duplicates in document order, one for each time too many
     */
    public record LastWins(JsonValue value, List<String> duplicates) {}

    private static JsonValue read(byte[] document, JsonLimits limits, boolean interchangeable) throws JsonException {
        refuseTooLong(document, limits);
        return new TreeReader(document, limits, interchangeable, null).document();
    }

    private static void refuseTooLong(byte[] document, JsonLimits limits) throws JsonException {
        if (document.length > limits.maxBytes()) {
            throw new JsonException(
                    Reason.LIMIT, "", "document of " + document.length + " bytes, " + limits.maxBytes() + " allowed");
        }
    }
}
