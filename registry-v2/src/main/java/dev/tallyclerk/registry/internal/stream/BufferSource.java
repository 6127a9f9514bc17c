package dev.tallyclerk.registry.internal.stream;

import java.io.IOException;
import java.io.InputStream;

/**
 * Bytes that come in buffers which others may still read while the next one is filled, so that nobody has to copy them.
 * Used by one thread.
 */
public interface BufferSource {
    /** The size of a buffer in bytes: what is read at a time, and room for what its reader keeps beside it. */
    int SIZE = 64 * 1024 + 64;

    /**
     * {@return the buffer of {@link #SIZE} bytes that {@link #fill} will fill, which may be written to until it has}
     *
     * <p>It may be the one before, with what is in it.
     */
    byte[] buffer() throws IOException;

    /**
     * {@return how many bytes now are in {@link #buffer} from {@code offset} on, one or more, or -1 at the end}
     *
     * <p>A buffer with bytes must not be written to any more.
     */
    int fill(int offset, int length) throws IOException;

    /** {@return the bytes of {@code source}, always in the same buffer; {@code source} itself if it can do that} */
    static BufferSource of(InputStream source) {
        if (source instanceof BufferSource own) {
            return own;
        }
        byte[] buffer = new byte[SIZE];
        return new BufferSource() {
            @Override
            public byte[] buffer() {
                return buffer;
            }

            @Override
            public int fill(int offset, int length) throws IOException {
                int n = source.read(buffer, offset, length);
                if (n == 0) {
                    throw new IOException("the source gives no bytes and does not end");
                }
                return n;
            }
        };
    }
}
