package dev.tallyclerk.trust.publish;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The metadata files of a repository, wherever they are. */
interface RepositoryFiles {
    /** {@return where they are, for messages} */
    String name();

    Optional<byte[]> read(String name) throws PublishException, IOException;

    /** {@return the version of the newest root; 0 if there is none} */
    long newestRoot() throws PublishException, IOException;

    /** {@return a version of snapshots, from one on, of which there is no file that cannot be replaced} */
    long unusedSnapshot(long version) throws IOException;

    /**
     * Writes files so that readers see all of the old state or all of the new one at each moment, and after a crash.
     *
     * @param first files that nothing refers to yet; all of them are there before one of the others is
     * @param last files that switch to the new state, in the order in which they have to appear
     * @throws PublishException if another publisher has written something else meanwhile
     */
    void publish(Map<String, byte[]> first, Map<String, byte[]> last) throws PublishException, IOException;

    /** Waits until no other publisher works here, where that is possible, and keeps others out until it is closed. */
    Closeable claim() throws IOException;
}
