package dev.tallyclerk.internal.json;

/**
 * What a document may cost.
 *
 * @param maxBytes the longest document
 * @param maxDepth the deepest nesting of objects and arrays, up to {@value #DEEPEST} because reading is recursive
 * @param maxStringLength the longest string or member name, in characters
 * @param maxNumberLength the longest number, in characters
 * @param maxValues the most values of any kind; each costs many times the memory of its few characters
 */
public record JsonLimits(int maxBytes, int maxDepth, int maxStringLength, int maxNumberLength, int maxValues) {
    /** What any stack can bear. */
    public static final int DEEPEST = 1000;

    private static final int BYTES_PER_VALUE = 12;
    private static final int FEW_VALUES = 10_000;

    public JsonLimits {
        if (maxBytes < 1 || maxDepth < 1 || maxStringLength < 1 || maxNumberLength < 1 || maxValues < 1) {
            throw new IllegalArgumentException("a limit is below 1");
        }
        if (maxDepth > DEEPEST) {
            throw new IllegalArgumentException("maxDepth is above " + DEEPEST + ": " + maxDepth);
        }
    }

    /**
     * {@return limits for a document of at most {@code maxBytes}, 64 levels, numbers of 64 characters, and not more
     * values than real documents of that size have}
     */
    public static JsonLimits ofBytes(int maxBytes) {
        return new JsonLimits(maxBytes, 64, maxBytes, 64, valuesIn(maxBytes));
    }

    /** {@return how many values a document of at most {@code maxBytes} may have: not more than real ones have} */
    public static int valuesIn(int maxBytes) {
        return Math.max(FEW_VALUES, maxBytes / BYTES_PER_VALUE);
    }
}
