package dev.tallyclerk.trust.tuf.metadata;

/**
 * Told about what refreshes and searches do, for a log or a metric. It cannot change the outcome.
 *
 * <p>Methods are called on the thread that refreshes, with the store claimed, or that searches; an exception from one
 * ends what it does. What it does with the client or the store of that refresh fails, because the store is claimed.
 */
public interface TufListener {
    /**
     * Called when a stored file could not be used and is fetched again.
     *
     * @param role the name of the role whose file it is; that of a delegated role is text from a document
     * @param why what is wrong with it, for example that it is damaged, or that keys were changed since
     */
    default void storedFileRefused(String role, TufException why) {}

    /**
     * Called when a file from the repository was verified, and stored unless another process has stored it, or gone on
     * to newer ones.
     *
     * @param role the name of the role whose file it is; that of a delegated role is text from a document
     * @param version the file's version
     */
    default void fileTrusted(String role, long version) {}

    /**
     * Called when a delegated role's file from the repository was verified, and is used, but not stored, because the
     * store could not be claimed. It will be fetched again.
     *
     * @param role the role's name, which is text from a document
     * @param why what the store said
     */
    default void fileNotStored(String role, TufException why) {}

    /** {@return a listener that does nothing} */
    static TufListener silent() {
        return new TufListener() {};
    }
}
