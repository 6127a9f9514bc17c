package dev.tallyclerk.version;

/** What one order compares of a version. Keys of different classes have no order. */
interface VersionKey {
    /**
     * Compares with a key of the same class.
     *
     * @throws ClassCastException if {@code other} is a key of another order
     */
    int compareTo(VersionKey other);
}
