package dev.tallyclerk.trust.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A store for trusted metadata between runs, as the exact bytes that were received.
 *
 * <p>A store need not protect its contents: metadata is verified after each load, and damaged metadata is fetched
 * again. It must replace a file completely or not at all, and grant one claim at a time. Implementations are safe for
 * use by many threads.
 */
public interface MetadataStore {
    /**
     * Loads a file. Called with or without a claim: a search for a target loads the files of delegated roles while
     * others may store.
     *
     * @param name which file
     * @param maxBytes the longest content to return, in bytes
     * @return a copy of the bytes; empty if there are none, or more than {@code maxBytes}
     * @throws IOException if the store cannot be read
     */
    Optional<byte[]> load(StoredName name, int maxBytes) throws IOException;

    /**
     * Stores or replaces a file. After a crash, the store has either the old bytes or the new.
     *
     * @param name which file
     * @param metadata the bytes as they were received; not kept
     * @throws IOException if the store cannot be written
     */
    void store(StoredName name, byte[] metadata) throws IOException;

    /**
     * Removes a file; does nothing if there is none.
     *
     * @param name which file
     * @throws IOException if the store cannot be written
     */
    void remove(StoredName name) throws IOException;

    /**
     * Claims the store, so that two clients do not mix their files.
     *
     * @return the claim, which must be closed
     * @throws IOException if another client holds a claim for too long, the store cannot be written, or this thread
     *     already holds the claim
     */
    Claim claim() throws IOException;

    /**
     * Claims the store for reading only; it need not be writable.
     *
     * @return the claim, which must be closed; by default, that of {@link #claim}
     * @throws IOException if another client holds a claim for too long, or the store cannot be read
     */
    default Claim claimToRead() throws IOException {
        return claim();
    }

    /** {@return a new, empty store in memory, which waits at most 30 seconds for another thread} */
    static MetadataStore inMemory() {
        return new MemoryStore(MemoryStore.CLAIM_TIMEOUT);
    }

    /**
     * {@return a store on the files of a folder, which waits at most 30 seconds for another client}
     *
     * @param directory the folder, created if needed. Nothing else should write to it. Its files, and the folder if it
     *     is created, are accessible to their owner only. On POSIX systems it has to be readable, to make names durable
     */
    static MetadataStore inDirectory(Path directory) {
        return inDirectory(directory, MemoryStore.CLAIM_TIMEOUT);
    }

    /**
     * {@return a store on the files of a folder}
     *
     * <p>A claim holds a lock on a file in the folder. On POSIX systems a process loses such a lock when any code in it
     * closes that file. Threads that use the same copy of this library coordinate. If two class loaders of a process,
     * such as two applications in one server, have a copy each, a claim of one that times out releases the lock of the
     * other. Give each copy its own folder then.
     *
     * @param directory the folder, created if needed. Nothing else should write to it. Its files, and the folder if it
     *     is created, are accessible to their owner only. On POSIX systems it has to be readable, to make names durable
     * @param claimTimeout how long to wait for another client, in this process or another; not negative
     * @throws IllegalArgumentException if {@code claimTimeout} is negative
     */
    static MetadataStore inDirectory(Path directory, Duration claimTimeout) {
        return new FileStore(directory, claimTimeout);
    }

    /** The exclusive use of a store until it is closed. Closing twice has no effect. */
    @FunctionalInterface
    interface Claim extends Closeable {
        /**
         * Releases the store.
         *
         * @throws IOException if the store cannot be written
         */
        @Override
        void close() throws IOException;
    }
}
