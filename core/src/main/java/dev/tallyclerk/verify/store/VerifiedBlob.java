package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open blob of a {@link ContentStore}: verified, and not evicted by this process until it is closed.
 *
 * <p>For servers, which give the same blob to many clients and send it from the file without a copy. The file is
 * verified when this is opened, but only if it was not before by the same process, or has changed since by its size,
 * time or identity. What is read later is not hashed again.
 *
 * <p>Safe for use by several threads. Holds one open file.
 */
public final class VerifiedBlob implements Closeable {
    private final Digest digest;
    private final long size;
    private final FileChannel file;
    private final Leases leases;
    private final AtomicBoolean open = new AtomicBoolean(true);

    VerifiedBlob(Digest digest, long size, FileChannel file, Leases leases) {
        this.digest = digest;
        this.size = size;
        this.file = file;
        this.leases = leases;
    }

    /** {@return its digest} */
    public Digest digest() {
        return digest;
    }

    /** {@return its size in bytes} */
    public long size() {
        return size;
    }

    /**
     * {@return the file, open for reading, such as for {@link FileChannel#transferTo}; closed with this}
     *
     * <p>An interrupt of a thread that reads it closes it for all.
     */
    public FileChannel channel() {
        return file;
    }

    /**
     * {@return a part of the content}
     *
     * <p>Closing the stream leaves this open. It fails with an {@link IOException}, and does not end, if the file is
     * shorter than it was.
     *
     * @param offset the first byte, from 0
     * @param length the number of bytes
     * @throws IndexOutOfBoundsException if the content does not have them
     */
    public InputStream stream(long offset, long length) {
        Objects.checkFromToIndex(offset, offset + length, size);
        return new PartStream(file, offset, length);
    }

    /**
     * {@return a publisher of a part of the content, in buffers of up to 64 KiB}
     *
     * <p>Reads as far as the subscriber requests, on the executor. Each subscriber gets the part from its first byte.
     * It must keep this open until it has the last one.
     *
     * @param offset the first byte, from 0
     * @param length the number of bytes
     * @param executor runs the reads, one at a time for each subscriber
     * @throws IndexOutOfBoundsException if the content does not have them
     */
    public Flow.Publisher<ByteBuffer> publisher(long offset, long length, Executor executor) {
        Objects.checkFromToIndex(offset, offset + length, size);
        Objects.requireNonNull(executor, "executor");
        return subscriber -> PartSubscription.start(stream(offset, length), executor, subscriber);
    }

    /** Closes the file. The blob can be evicted then, unless it is open elsewhere. */
    @Override
    public void close() throws IOException {
        if (open.getAndSet(false)) {
            try (file) {
                leases.release(digest);
            }
        }
    }
}
