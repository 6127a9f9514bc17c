package dev.tallyclerk.verify.store;

import java.io.IOException;
import java.io.InputStream;

/**
 * Where {@link SharedFetches} gets a blob that the store lacks, such as a request to a registry.
 *
 * <p>Called by one thread at a time, except for {@link #cancel}. What {@link #stored} throws fails the fetch.
 */
@FunctionalInterface
public interface BlobSource {
    /**
     * {@return the untrusted bytes from an offset on, closed by the caller}
     *
     * <p>Called at most once for a fetch, and not at all if the blob is there or somebody else fetches it.
     *
     * @param offset how many bytes are there already, from an earlier fetch that broke
     * @throws IOException if there are none; all readers of the fetch then fail
     */
    InputStream open(long offset) throws IOException;

    /**
     * Ends {@link #open} and every read of its stream soon, with any {@link IOException}. Called by another thread once
     * a fetch has not moved for too long. Does nothing by default: the fetch then keeps its thread until it fails.
     */
    default void cancel() {}

    /**
     * Takes note that all of the content came from this source, was verified and is stored. Called before a reader gets
     * the last bytes, and not at all if the fetch fails, or the blob was there. Does nothing by default.
     *
     * <p>What an earlier fetch has left counts as this source's: see {@link ContentStore#withSource}.
     */
    default void stored() {}
}
