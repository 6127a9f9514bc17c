package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One fetch of a blob, and how far it is. One thread runs it; any number of threads wait for it. */
final class BlobFetch {
    private static final int BUFFER = 64 * 1024;

    private final ContentStore store;
    private final Digest digest;
    private final long size;
    private final BlobSource source;
    private final FetchSettings settings;
    private final Map<Digest, BlobFetch> running;

    private final Lock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    /** Where the bytes are before they have their trusted name; guarded by the lock, as the next three are. */
    private @Nullable Path unverified;

    private long written;
    private boolean done;
    private @Nullable IOException failure;

    /** How many streams follow it; guarded by the lock. */
    private int readers;

    /** Changes whenever the wait for the source begins or ends. */
    private final AtomicLong steps = new AtomicLong();

    /** When that last was, by the ticker. */
    private volatile long lastStep;

    /**
     * Whether the source is to say something. At first, what is waited for is a thread, which counts as its silence.
     */
    private volatile boolean waiting = true;

    BlobFetch(
            ContentStore store,
            Digest digest,
            long size,
            BlobSource source,
            FetchSettings settings,
            Map<Digest, BlobFetch> running) {
        this.store = store;
        this.digest = digest;
        this.size = size;
        this.source = source;
        this.settings = settings;
        this.running = running;
        this.lastStep = settings.ticker().getAsLong();
    }

    Digest digest() {
        return digest;
    }

    long size() {
        return size;
    }

    /** Fetches all of it; never throws. */
    void run() {
        try {
            step(false);
            requireWanted();
            boolean there = isThere();
            if (!there) {
                // It was there, and is evicted at this moment.
                there = isThere();
            }
            if (!there) {
                throw new IOException(digest + " was evicted at this moment, twice");
            }
            end(null);
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new IOException("the fetch of " + digest + " failed", e));
        }
    }

    /** {@return whether the blob is in the store} Fetches it if it was not. */
    private boolean isThere() throws IOException {
        Optional<BlobWriter> absent =
                settings.anew().test(digest) ? Optional.of(store.again(digest, size)) : store.resume(digest, size);
        if (absent.isEmpty()) {
            Optional<VerifiedBlob> there = store.openVerified(digest);
            if (there.isPresent()) {
                there.get().close();
            }
            return there.isPresent();
        }
        try (BlobWriter writer = absent.get()) {
            fill(writer);
            writer.commit();
        }
        store.rememberVerified(digest);
        source.stored();
        return true;
    }

    /** Notes that the source is to say something from now on, or has done so. */
    private void step(boolean waits) {
        lastStep = settings.ticker().getAsLong();
        waiting = waits;
        steps.incrementAndGet();
    }

    private void fill(BlobWriter writer) throws IOException {
        if (writer.remaining() == 0 && writer.offset() > 0) {
            return; // an earlier fetch got everything, and did not come to give it its name
        }
        step(true);
        try (InputStream in = source.open(writer.offset())) {
            step(false);
            advance(writer);
            byte[] buffer = new byte[BUFFER];
            while (true) {
                // One byte more than promised, to see that the content has ended.
                int most = (int) Math.min(buffer.length, writer.remaining() + 1);
                step(true);
                int n = SomeBytes.read(in, buffer, 0, most);
                step(false);
                if (n < 0) {
                    return;
                }
                requireWanted();
                writer.write(buffer, 0, n);
                advance(writer);
            }
        }
    }

    /** Fails once every reader has been told that the fetch failed. */
    private void requireWanted() throws IOException {
        lock.lock();
        try {
            if (failure != null) {
                throw new IOException("the fetch was given up", failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private void advance(BlobWriter writer) {
        lock.lock();
        try {
            unverified = writer.path();
            written = writer.flushed();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void fail(IOException cause) {
        end(cause);
    }

    private void end(@Nullable IOException cause) {
        // First, so that a reader after the end starts another fetch, or finds the blob.
        running.remove(digest, this);
        lock.lock();
        try {
            if (!done && failure == null) {
                done = cause == null;
                failure = cause;
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * {@return how many bytes readers may have, more than {@code position}, once there are}
     *
     * @throws IOException if there never will be
     */
    long await(long position, Duration patience) throws IOException {
        boolean givenUp = false;
        lock.lock();
        try {
            long before = steps.get();
            while (!isReadable(position)) {
                if (moved.awaitNanos(patience.toNanos()) <= 0 && !isReadable(position)) {
                    // What this process does itself, such as hashing what is there or syncing, may take any time.
                    givenUp = waiting && before == steps.get();
                    if (givenUp) {
                        giveUp(patience);
                    }
                    before = steps.get();
                }
            }
            return readable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + digest, e);
        } finally {
            lock.unlock();
            if (givenUp) {
                source.cancel();
            }
        }
    }

    void join() {
        lock.lock();
        try {
            readers++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            readers--;
        } finally {
            lock.unlock();
        }
    }

    /** Gives up what is silent for too long if there is no reader, who would do so. */
    void giveUpIfAbandoned() {
        boolean givenUp;
        lock.lock();
        try {
            Duration patience = settings.patience();
            givenUp = readers == 0
                    && !done
                    && failure == null
                    && waiting
                    && settings.ticker().getAsLong() - lastStep > patience.toNanos();
            if (givenUp) {
                giveUp(patience);
            }
        } finally {
            lock.unlock();
        }
        if (givenUp) {
            source.cancel();
        }
    }

    /** {@return whether there is more than {@code position}, or the content is complete} */
    private boolean isReadable(long position) throws IOException {
        if (failure instanceof VerificationException e) {
            throw e.again();
        }
        if (failure != null) {
            throw new IOException("the fetch of " + digest + " failed: " + failure.getMessage(), failure);
        }
        return done || (unverified != null && (position < 0 || readable() > position));
    }

    private long readable() {
        return done ? size : Math.min(written, size - ContentVerifier.DEFAULT_HOLD_BACK);
    }

    private void giveUp(Duration patience) {
        running.remove(digest, this);
        failure = new IOException("no byte of " + digest + " came for " + patience.toMillis() + " ms");
        moved.signalAll();
    }

    /** {@return the bytes, wherever they are} */
    FileChannel file(Duration patience) throws IOException {
        Path now;
        lock.lock();
        try {
            now = done || unverified == null ? store.path(digest) : unverified;
        } finally {
            lock.unlock();
        }
        try {
            return FileChannel.open(now, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            // It has got its name, or has failed. Until that is known, what has the name may be of another source.
            await(Long.MAX_VALUE, patience);
            return FileChannel.open(store.path(digest), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
