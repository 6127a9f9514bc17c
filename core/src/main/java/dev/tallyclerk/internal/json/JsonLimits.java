package dev.tallyclerk.internal.json;

/**
 * Limits on a document.
 *
 * @param maxBytes the size of the document, in bytes
 * @param maxDepth the nesting of objects and arrays, up to {@value #DEEPEST} because reading is recursive
 * @param maxStringLength the length of a string or member name, in characters
 * @param maxNumberLength the length of a number, in characters
 * @param maxValues the number of values of any kind; each takes many times the memory of its characters
 */
public record JsonLimits(int maxBytes, int maxDepth, int maxStringLength, int maxNumberLength, int maxValues) {
    /** The depth that every stack can hold. */
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
     * {@return limits for a document of at most {@code maxBytes}, 64 levels, numbers of 64 characters, and as many
     * values as real documents of that size have}
     */
    public static JsonLimits ofBytes(int maxBytes) {
        return new JsonLimits(maxBytes, 64, maxBytes, 64, valuesIn(maxBytes));
    }

    /** {@return the number of values that real documents of {@code maxBytes} do not exceed} */
    public static int valuesIn(int maxBytes) {
        return Math.max(FEW_VALUES, maxBytes / BYTES_PER_VALUE);
    }
}
