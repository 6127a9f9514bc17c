package dev.tallyclerk.registry.internal.stream;

import java.io.IOException;
import java.util.Objects;

/** An input stream over blocks of bytes that a subclass provides one after the other. */
public abstract class BlockStream extends BulkInputStream {
    /** The current block, whose bytes from {@link #position} to {@link #limit} are unread. */
    protected byte[] block = {};

    /** The next byte in the block. */
    protected int position;

    /** The end of the block's bytes. */
    protected int limit;

    /**
     * Provides the next block, which is not empty, after all bytes of the current one were read.
     *
     * @return whether there is one
     */
    protected abstract boolean nextBlock() throws IOException;

    @Override
    public final int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        if (position == limit && !nextBlock()) {
            return -1;
        }
        int n = Math.min(length, limit - position);
        System.arraycopy(block, position, buffer, offset, n);
        position += n;
        return n;
    }
}
