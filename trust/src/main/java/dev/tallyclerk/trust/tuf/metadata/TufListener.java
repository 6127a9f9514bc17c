package dev.tallyclerk.trust.tuf.metadata;

import java.time.Instant;

/**
 * Observes refreshes and searches, for a log or a metric.
 *
 * <p>Called on the thread that refreshes or searches; during a refresh the store is claimed, so using the client or its
 * store from here fails. An exception from a listener ends the refresh or search.
 */
public interface TufListener {
    /**
     * Called when a stored file could not be used and is fetched again.
     *
     * @param role the name of the role whose file it is; for a delegated role, untrusted text
     * @param why what is wrong with it, for example that it is damaged, or that keys have changed since
     */
    default void storedFileRefused(String role, TufException why) {}

    /**
     * Called when a file from the repository was verified. It was also stored, unless another process has stored it or
     * newer files.
     *
     * @param role the name of the role whose file it is; for a delegated role, untrusted text
     * @param version the file's version
     */
    default void fileTrusted(String role, long version) {}

    /**
     * Called when the file of a delegated role was verified and is used, but not stored, because the store could not be
     * claimed. The next client fetches it again.
     *
     * @param role the role's name; untrusted text
     * @param why why the store could not be claimed
     */
    default void fileNotStored(String role, TufException why) {}

    /**
     * Called after a refresh for each file in use that expires soon or has expired, and for the file of a delegated
     * role when a search needs it. How soon, {@code TufClient.withExpiryNotice} says.
     *
     * @param role the name of the role whose file it is; for a delegated role, untrusted text
     * @param expires when it expires
     */
    default void expiresSoon(String role, Instant expires) {}

    /** {@return a listener that does nothing} */
    static TufListener silent() {
        return new TufListener() {};
    }
}
