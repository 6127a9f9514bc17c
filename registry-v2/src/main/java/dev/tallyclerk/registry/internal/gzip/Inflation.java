package dev.tallyclerk.registry.internal.gzip;

import java.io.IOException;

/** Decodes DEFLATE streams (RFC 1951), one after the other, from the input that it was made with. */
interface Inflation extends AutoCloseable {
    /** How far back a match may reach. */
    int WINDOW = 32 * 1024;

    /** How much may be written behind where the output is told to end: a match, and what is copied too much. */
    int OVERRUN = 258 + 3 * Long.BYTES;

    /** Begins a stream at the input's position. */
    void start();

    /** {@return whether the stream has ended; the input is then behind its last byte} */
    boolean isOver();

    /**
     * Decodes until the output is full or the stream is over.
     *
     * @param out where to write, with room for {@link #OVERRUN} bytes behind {@code end}
     * @param begin where the bytes begin that matches may refer to
     * @param position where to write the next byte
     * @param end where to stop; at most {@link #OVERRUN} bytes more may be written
     * @return the position behind the last byte
     */
    int decode(byte[] out, int begin, int position, int end) throws IOException;

    /** Gives back what is not memory of the heap. */
    @Override
    void close();
}
