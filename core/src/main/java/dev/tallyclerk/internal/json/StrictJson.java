package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;

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

    private static JsonValue read(byte[] document, JsonLimits limits, boolean interchangeable) throws JsonException {
        if (document.length > limits.maxBytes()) {
            throw new JsonException(
                    Reason.LIMIT, "", "document of " + document.length + " bytes, " + limits.maxBytes() + " allowed");
        }
        return new TreeReader(document, limits, interchangeable).document();
    }
}
