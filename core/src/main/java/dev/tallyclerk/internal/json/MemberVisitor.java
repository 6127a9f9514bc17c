package dev.tallyclerk.internal.json;

/**
 * Receives the members of a large object while a document is read, so that there is never a tree of the whole document.
 */
public interface MemberVisitor<E extends Exception> {
    /** How a member is read. */
    enum Reading {
        /** Its syntax is checked. */
        SKIP,
        /** As one value. */
        VALUE,
        /** The elements of an array, each as one value; JSON null is an empty array. */
        ELEMENTS,
        /** The members of an object; any other value is skipped. */
        MEMBERS
    }

    /** {@return how the member that comes next is read} */
    Reading reading(String member);

    /** Receives the value of a member, or an element of it. */
    void value(String member, JsonValue value) throws E;

    /** {@return what receives the members of a member} */
    MemberVisitor<E> members(String member);
}
