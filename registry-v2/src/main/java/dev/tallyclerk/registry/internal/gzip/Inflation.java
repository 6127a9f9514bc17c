package dev.tallyclerk.registry.internal.gzip;

import java.io.IOException;

/** Decodes successive DEFLATE streams (RFC 1951) from one input. */
interface Inflation extends AutoCloseable {
    /** The distance that a match may reach back. */
    int WINDOW = 32 * 1024;

    /** The bytes that may be written beyond the requested end: a match, and the surplus of copies. */
    int OVERRUN = 258 + 3 * Long.BYTES;

    /** Starts a stream at the input's position. */
    void start();

    /** {@return whether the stream has ended; the input is then after its last byte} */
    boolean isOver();

    /**
     * Decodes until the output is full or the stream is over.
     *
     * @param out the output, with room for {@link #OVERRUN} bytes after {@code end}
     * @param begin the start of the bytes that matches may refer to
     * @param position where to write the next byte
     * @param end where to stop; at most {@link #OVERRUN} more bytes may be written
     * @return the position after the last byte
     */
    int decode(byte[] out, int begin, int position, int end) throws IOException;

    /** Releases native memory. */
    @Override
    void close();
}
