package dev.tallyclerk.registry.internal.stream;

import java.io.IOException;
import java.io.InputStream;

/**
 * A source that delivers bytes in buffers that others may still read while the next one is filled, so that no copy is
 * needed. Used by one thread.
 */
public interface BufferSource {
    /** The size of a buffer in bytes: one read, and space for its reader's own bytes. */
    int SIZE = 64 * 1024 + 64;

    /**
     * {@return the buffer of {@link #SIZE} bytes that {@link #fill} will fill; may be written to until then}
     *
     * <p>May be the previous buffer with its bytes.
     */
    byte[] buffer() throws IOException;

    /**
     * {@return how many bytes were read into {@link #buffer} from {@code offset} on, at least one, or -1 at the end}
     *
     * <p>A filled buffer must not be written to.
     */
    int fill(int offset, int length) throws IOException;

    /** {@return a source that always uses the same buffer; {@code source} itself if it is a BufferSource} */
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
                    throw new IOException("the source returns no bytes and does not end");
                }
                return n;
            }
        };
    }
}
