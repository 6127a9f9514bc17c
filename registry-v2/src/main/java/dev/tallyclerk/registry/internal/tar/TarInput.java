package dev.tallyclerk.registry.internal.tar;

import dev.tallyclerk.internal.stream.SomeBytes;
import java.io.IOException;
import java.io.InputStream;

/** A buffer of an archive's bytes, in which headers are parsed in place. */
final class TarInput {
    private static final int CAPACITY = 128 * 1024;

    private final InputStream in;
    private final boolean skips;
    final byte[] buffer = new byte[CAPACITY];
    int position;
    private int limit;
    private boolean ended;

    /** The offset in the stream of the byte at {@link #limit}. */
    private long offsetOfLimit;

    /** @param skips whether the stream never skips beyond its end, unlike a file's stream */
    TarInput(InputStream in, boolean skips) {
        this.in = in;
        this.skips = skips;
    }

    /** {@return the offset of the next byte in the stream} */
    long offset() {
        return offsetOfLimit - (limit - position);
    }

    void advance(int bytes) {
        position += bytes;
    }

    /**
     * Makes bytes available in the buffer.
     *
     * @param bytes how many, at most 64 KiB
     * @return how many are available: {@code bytes}, or fewer at the end
     */
    int require(int bytes) throws IOException {
        while (limit - position < bytes && !ended) {
            if (CAPACITY - position < bytes) {
                System.arraycopy(buffer, position, buffer, 0, limit - position);
                limit -= position;
                position = 0;
            }
            readMore();
        }
        return Math.min(bytes, limit - position);
    }

    private void readMore() throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0;
        }
        int n = SomeBytes.read(in, buffer, limit, CAPACITY - limit);
        if (n < 0) {
            ended = true;
        } else {
            limit += n;
            offsetOfLimit += n;
        }
    }

    /** {@return how many bytes were skipped: {@code bytes}, or fewer at the end} */
    long skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (position == limit) {
                if (ended) {
                    break;
                }
                long skipped = skips ? in.skip(left) : 0;
                offsetOfLimit += skipped;
                left -= skipped;
                if (skipped == 0) {
                    readMore();
                }
            }
            int n = (int) Math.min(left, limit - position);
            position += n;
            left -= n;
        }
        return bytes - left;
    }

    /** {@return how many bytes were read, at least one, or -1 at the end} */
    int read(byte[] into, int offset, int length) throws IOException {
        if (position < limit) {
            int n = Math.min(length, limit - position);
            System.arraycopy(buffer, position, into, offset, n);
            position += n;
            return n;
        }
        if (ended) {
            return -1;
        }
        int n = SomeBytes.read(in, into, offset, length);
        ended = n < 0;
        offsetOfLimit += Math.max(n, 0);
        return n;
    }

    /** Reads to the end of the stream, and returns whether all bytes were zero. */
    boolean drainZeros() throws IOException {
        boolean zeros = true;
        while (require(1) > 0) {
            while (position < limit) {
                zeros &= buffer[position++] == 0;
            }
        }
        return zeros;
    }
}
