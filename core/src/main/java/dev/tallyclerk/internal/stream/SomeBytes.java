package dev.tallyclerk.internal.stream;

import java.io.IOException;
import java.io.InputStream;

/** Reads at least one byte, also from a stream that gives none where it should wait, which nobody may spin on. */
public final class SomeBytes {
    private SomeBytes() {}

    /**
     * {@return how many bytes were read, at least one unless none are wanted, or -1 at the end}
     *
     * @param length how many bytes are read at most
     * @throws IOException if the source cannot be read, or says that it gave more
     */
    public static int read(InputStream source, byte[] buffer, int offset, int length) throws IOException {
        int n = source.read(buffer, offset, length);
        if (n > length) {
            throw new IOException("a source says that it gave " + n + " bytes where " + length + " were asked for");
        }
        return n == 0 && length > 0 ? readOne(source, buffer, offset) : n;
    }

    /** Apart, because it is next to never needed. */
    private static int readOne(InputStream source, byte[] buffer, int offset) throws IOException {
        int value = source.read();
        if (value < 0) {
            return -1;
        }
        buffer[offset] = (byte) value;
        return 1;
    }
}
