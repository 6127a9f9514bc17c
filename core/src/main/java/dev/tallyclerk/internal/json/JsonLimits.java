package dev.tallyclerk.internal.json;

/**
 * What a document may cost.
 *
 * @param maxBytes the longest document
 * @param maxDepth the deepest nesting of objects and arrays
 * @param maxStringLength the longest string or member name, in characters
 * @param maxNumberLength the longest number, in characters
 */
public record JsonLimits(int maxBytes, int maxDepth, int maxStringLength, int maxNumberLength) {
    public JsonLimits {
        if (maxBytes < 1 || maxDepth < 1 || maxStringLength < 1 || maxNumberLength < 1) {
            throw new IllegalArgumentException("a limit is below 1");
        }
    }

    /** {@return limits for a document of at most {@code maxBytes}, 64 levels, and numbers of 64 characters} */
    public static JsonLimits ofBytes(int maxBytes) {
        return new JsonLimits(maxBytes, 64, maxBytes, 64);
    }
}
