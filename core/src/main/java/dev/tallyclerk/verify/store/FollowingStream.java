package dev.tallyclerk.verify.store;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A part of a blob that is being fetched. */
final class FollowingStream extends BulkInputStream {
    private final ContentStore store;
    private final BlobFetch fetch;
    private final Duration patience;
    private final long end;
    private final boolean leased;
    private long position;

    /** Up to where bytes have been given, which can be read again whatever becomes of the fetch. */
    private long given;

    private long marked;
    private @Nullable FileChannel file;
    private boolean closed;

    FollowingStream(ContentStore store, BlobFetch fetch, long offset, long length, Duration patience) {
        this.store = store;
        this.fetch = fetch;
        this.patience = patience;
        this.position = offset;
        this.given = offset;
        this.marked = offset;
        this.end = offset + length;
        fetch.join();
        this.leased = store.leases().take(fetch.digest());
    }

    /** Waits until the source has answered. Nothing can be held back of no bytes, so those are verified here. */
    void begin() throws IOException {
        fetch.await(end == position ? Long.MAX_VALUE : -1, patience);
        file = fetch.file(patience);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        FileChannel from = file;
        if (closed || from == null) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        if (position == end) {
            return -1;
        }
        long known = position < given ? given : Math.min(fetch.await(position, patience), end);
        int n = from.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, known - position)), position);
        if (n < 0) {
            fetch.await(Long.MAX_VALUE, patience); // wrong content is truncated before it is deleted
            throw new IOException("the file of " + fetch.digest() + " is shorter than it was");
        }
        position += n;
        given = Math.max(given, position);
        return n;
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // used by one thread at a time
    public void mark(int limit) {
        marked = position;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void reset() {
        position = marked;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        fetch.leave();
        if (leased) {
            store.leases().release(fetch.digest());
        }
        FileChannel open = file;
        if (open != null) {
            open.close();
        }
    }
}
