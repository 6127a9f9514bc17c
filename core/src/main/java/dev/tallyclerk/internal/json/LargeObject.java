package dev.tallyclerk.internal.json;

/**
 * Reads a document whose root is an object with large arrays, one element at a time, so that there is never a tree of
 * the whole document.
 */
public final class LargeObject {
    /** The number of members of an object that is read member by member. */
    static final int MAX_MEMBERS = 1000;

    private LargeObject() {}

    /** How a member is read. */
    public enum Reading {
        /** Its syntax is checked. */
        SKIP,
        /** As one value. */
        VALUE,
        /** The elements of an array, each as one value; JSON null is an empty array. */
        ELEMENTS,
        /** The members of an object; any other value is skipped. */
        MEMBERS
    }

    /** Receives the members of an object. */
    public interface Visitor<E extends Exception> {
        /** {@return how the member that comes next is read} */
        Reading reading(String member);

        /** Receives the value of a member, or an element of it. */
        void value(String member, JsonValue value) throws E;

        /** {@return what receives the members of a member} */
        Visitor<E> members(String member);
    }

    /**
     * Reads a document strictly.
     *
     * @param limits {@code maxValues} counts for each value that the visitor receives
     * @throws JsonException if it is not JSON, has no object at its root, exceeds a limit, or has a duplicate member in
     *     an object that is not skipped
     */
    public static <E extends Exception> void read(byte[] document, JsonLimits limits, Visitor<E> visitor)
            throws JsonException, E {
        StrictJson.refuseTooLong(document, limits);
        new TreeReader(document, limits, false, null).members(visitor);
    }
}
