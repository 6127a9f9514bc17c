package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Fetches blobs into a {@link ContentStore}, each once, however many readers want it at a time.
 *
 * <p>The first reader starts the fetch, which runs on the executor and does not end when that reader goes away. Every
 * reader, early or late, gets the bytes that are there already and follows the rest. The last bytes, the hold-back, are
 * given only once all of the content matches and is stored. A fetch that fails fails all its readers; what it has got
 * is kept, and the next fetch goes on from there, also in another process: see {@link ContentStore#resume}.
 *
 * <p>Blobs are told apart by their digest only, so a reader also follows the fetch of one whose source is another. Only
 * silence makes readers give a fetch up: while a slow source goes on, a faster one is not asked.
 *
 * <p>Safe for use by several threads. The executor must not be one whose threads all wait for the streams: the fetches
 * would never run. A fetch holds 192 KiB of memory and three open files, a reader one open file.
 */
public final class SharedFetches {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ContentStore store;
    private final Executor executor;
    private final FetchSettings settings;
    private final Map<Digest, BlobFetch> running;

    private SharedFetches(
            ContentStore store, Executor executor, FetchSettings settings, Map<Digest, BlobFetch> running) {
        this.store = Objects.requireNonNull(store, "store");
        this.executor = Objects.requireNonNull(executor, "executor");
        this.settings = settings;
        this.running = running;
    }

    /**
     * {@return fetches into {@code store} that may be silent for 30 seconds}
     *
     * @param executor runs the fetches, one thread for each
     */
    public static SharedFetches of(ContentStore store, Executor executor) {
        return of(store, executor, System::nanoTime);
    }

    /** {@return the same, with another source of elapsed nanoseconds} */
    static SharedFetches of(ContentStore store, Executor executor, LongSupplier ticker) {
        FetchSettings settings = new FetchSettings(PATIENCE, any -> false, ticker);
        return new SharedFetches(store, executor, settings, new ConcurrentHashMap<>());
    }

    /**
     * {@return these fetches, which share those that run, with another time after which readers cancel a fetch whose
     * source has not given a byte}
     *
     * <p>The time for the first byte includes the wait for a thread of the executor. The time in which this process
     * hashes or syncs what it has got does not count. A silent fetch without readers is cancelled when another blob is
     * opened.
     *
     * @throws IllegalArgumentException if {@code patience} is not positive
     */
    public SharedFetches withPatience(Duration patience) {
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience is not positive: " + patience);
        }
        FetchSettings other = new FetchSettings(patience, settings.anew(), settings.ticker());
        return new SharedFetches(store, executor, other, running);
    }

    /**
     * {@return these fetches, which share those that run, and also fetch some of what the store has}
     *
     * <p>For sources that have to show that they have the content. What is there is replaced by the same bytes. A
     * reader may follow a fetch that others have started without this.
     *
     * @param which whether a blob is fetched though the store has it; asked when a fetch begins
     */
    public SharedFetches fetchingAnew(Predicate<Digest> which) {
        Objects.requireNonNull(which, "which");
        FetchSettings other = new FetchSettings(settings.patience(), which, settings.ticker());
        return new SharedFetches(store, executor, other, running);
    }

    /** {@return whether a fetch of the blob runs at this moment} */
    public boolean isRunning(Digest digest) {
        return running.containsKey(Objects.requireNonNull(digest, "digest"));
    }

    /**
     * {@return a part of a blob: from the store if it is there, otherwise from the one fetch of it}
     *
     * <p>Waits until it is known whether the source has the blob. Closing the stream leaves the fetch running. The
     * stream is used by one thread at a time. It supports {@link InputStream#mark} without a limit, at first at its
     * beginning: what it has given can be read again, also after the fetch has failed, as long as the disk has it.
     *
     * @param size the promised size in bytes
     * @param offset the first byte wanted, from 0
     * @param length the number of bytes wanted
     * @param source used only if this starts the fetch
     * @throws VerificationException if the content does not match, the digest's algorithm is not supported, or the blob
     *     exists with another size
     * @throws IOException if the fetch fails; the cause is what the source or the disk threw. The reads of the stream
     *     throw the same
     * @throws IndexOutOfBoundsException if the content does not have that part
     */
    public InputStream open(Digest digest, long size, long offset, long length, BlobSource source) throws IOException {
        Objects.requireNonNull(source, "source");
        Objects.checkFromToIndex(offset, offset + length, size);
        ContentVerifier.of(digest, size); // refuses unsupported algorithms here
        running.values().forEach(BlobFetch::giveUpIfAbandoned);
        BlobFetch started = new BlobFetch(store, digest, size, source, settings, running);
        BlobFetch fetch = running.computeIfAbsent(digest, any -> started);
        if (fetch.size() != size) {
            ContentVerifier.requireSize(digest, size, fetch.size());
        }
        if (fetch == started) {
            try {
                executor.execute(fetch::run);
            } catch (RejectedExecutionException e) {
                fetch.fail(new IOException("the executor takes no more fetches", e));
            } catch (RuntimeException | Error e) {
                // Such as that the system gives no thread: others would follow a fetch that never runs.
                fetch.fail(new IOException("the fetch could not be started", e));
                throw e;
            }
        }
        FollowingStream stream = new FollowingStream(store, fetch, offset, length, settings.patience());
        boolean opened = false;
        try {
            stream.begin();
            opened = true;
            return stream;
        } finally {
            if (!opened) {
                stream.close();
            }
        }
    }
}
