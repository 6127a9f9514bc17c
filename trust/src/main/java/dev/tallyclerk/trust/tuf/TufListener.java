package dev.tallyclerk.trust.tuf;

/**
 * Told about what a refresh does, for a log or a metric. It cannot change the outcome.
 *
 * <p>Methods are called on the refreshing thread, with the store claimed; an exception from one ends the refresh.
 */
public interface TufListener {
    /**
     * Called when a stored file could not be used and is fetched again.
     *
     * @param role the role whose file it is
     * @param why what is wrong with it, for example that it is damaged, or that keys were changed since
     */
    default void storedFileRefused(TopLevelRole role, TufException why) {}

    /**
     * Called when a file from the repository was verified and stored.
     *
     * @param role the role whose file it is
     * @param version the file's version
     */
    default void fileTrusted(TopLevelRole role, long version) {}

    /** {@return a listener that does nothing} */
    static TufListener silent() {
        return new TufListener() {};
    }
}
