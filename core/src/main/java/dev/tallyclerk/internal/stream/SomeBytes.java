package dev.tallyclerk.internal.stream;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads at least one byte, even from a stream that returns 0 instead of waiting; a loop over such a stream would spin.
 */
public final class SomeBytes {
    private SomeBytes() {}

    /**
     * {@return how many bytes were read, at least one unless none are requested, or -1 at the end}
     *
     * @param length how many bytes are read at most
     * @throws IOException if the source cannot be read, or reports more bytes than requested
     */
    public static int read(InputStream source, byte[] buffer, int offset, int length) throws IOException {
        int n = source.read(buffer, offset, length);
        if (n > length) {
            throw new IOException("a source reports " + n + " bytes where " + length + " were requested");
        }
        return n == 0 && length > 0 ? readOne(source, buffer, offset) : n;
    }

    /** A method of its own, because it is almost never needed. */
    private static int readOne(InputStream source, byte[] buffer, int offset) throws IOException {
        int value = source.read();
        if (value < 0) {
            return -1;
        }
        buffer[offset] = (byte) value;
        return 1;
    }
}
