package dev.tallyclerk.trust.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps metadata between runs, as the exact bytes that were received.
 *
 * <p>A store is not asked to protect its contents: metadata is verified again after each load, and damaged metadata is
 * fetched again. What it must do is to replace a file as a whole or not at all, and to let one user at a time hold it.
 * Implementations may be used by many threads.
 */
public interface MetadataStore {
    /**
     * Loads what was stored last. Called with a claim and without one: the search for a target loads what is stored of
     * a delegated role while others may store.
     *
     * @param name which file
     * @param maxBytes the longest content of interest, in bytes
     * @return a copy of the bytes, or nothing if there are none or more than {@code maxBytes}
     * @throws IOException if the store cannot be read
     */
    Optional<byte[]> load(StoredName name, int maxBytes) throws IOException;

    /**
     * Replaces a file. After a crash the store has either the old bytes or the new.
     *
     * @param name which file
     * @param metadata the bytes as they were received, not kept
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
     * Takes the store for one user, so that two clients do not mix their files.
     *
     * @return the claim, which must be closed
     * @throws IOException if somebody else keeps the store for too long, it cannot be written, or this thread has it
     *     already and would wait for itself
     */
    Claim claim() throws IOException;

    /**
     * Takes the store for one user who only reads, and for whom it need not be one that can be written.
     *
     * @return the claim, which must be closed; by default that of {@link #claim}
     * @throws IOException if somebody else keeps the store for too long, or it cannot be read
     */
    default Claim claimToRead() throws IOException {
        return claim();
    }

    /** {@return a new, empty store that is gone with the process, and waits at most 30 seconds for another thread} */
    static MetadataStore inMemory() {
        return new MemoryStore(MemoryStore.CLAIM_TIMEOUT);
    }

    /**
     * {@return a store on files in {@code directory}, which waits at most 30 seconds for another user}
     *
     * @param directory the folder, made when needed; nothing else should write there; its files, and it where it is
     *     made here, are their owner's alone. On POSIX systems it has to be readable, for names to be made durable
     */
    static MetadataStore inDirectory(Path directory) {
        return inDirectory(directory, MemoryStore.CLAIM_TIMEOUT);
    }

    /**
     * {@return a store on files in {@code directory}}
     *
     * <p>A claim holds a lock on a file there. On POSIX systems a process loses such a lock when anything in it closes
     * that file. The threads that use one copy of this library know of each other and do not; where two class loaders
     * of one process have a copy each, as two applications in one server may, a claim of one that gives up waiting lets
     * other processes in while the other one holds its own. Give each copy a folder of its own then.
     *
     * @param directory the folder, made when needed; nothing else should write there; its files, and it where it is
     *     made here, are their owner's alone. On POSIX systems it has to be readable, for names to be made durable
     * @param claimTimeout how long to wait for another user of the folder, in this process or another; not negative
     * @throws IllegalArgumentException if {@code claimTimeout} is negative
     */
    static MetadataStore inDirectory(Path directory, Duration claimTimeout) {
        return new FileStore(directory, claimTimeout);
    }

    /**
     * {@return a store of this process on one that many processes share}
     *
     * <p>Storing throws a {@link VersionedStore.ConflictException} when another process has replaced the file since it
     * was loaded; a client starts its refresh again then. A claim keeps out the other threads of this process only, and
     * waits at most 30 seconds for them.
     *
     * @param store the shared store
     */
    static MetadataStore shared(VersionedStore store) {
        return new SharedStore(store, MemoryStore.CLAIM_TIMEOUT);
    }

    /** The right to use a store until it is closed. Closing twice does nothing. */
    @FunctionalInterface
    interface Claim extends Closeable {
        /**
         * Gives the store to the next user.
         *
         * @throws IOException if the store cannot be written
         */
        @Override
        void close() throws IOException;
    }
}
