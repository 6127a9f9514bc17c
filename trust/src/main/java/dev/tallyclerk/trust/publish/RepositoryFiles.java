package dev.tallyclerk.trust.publish;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** The files of a repository. Each write is atomic: after a crash, a file is as before or as after. */
interface RepositoryFiles {
    Optional<byte[]> read(String name) throws IOException;

    /** {@return the version of the newest root; 0 if there is none} */
    long newestRoot() throws IOException;

    /** Writes or replaces a file, whose content is durable then. */
    void write(String name, byte[] content) throws IOException;

    /** Makes the names of all written files durable, before a file is written that refers to them. */
    void sync() throws IOException;

    /** Waits until no other publisher works here, and keeps others out until it is closed. */
    Closeable claim() throws IOException;
}
