package dev.tallyclerk.registry.internal.gzip;

import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import dev.tallyclerk.registry.internal.stream.BufferSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A buffer over compressed bytes, from which whole words can be loaded.
 *
 * <p>The decoder loads words of eight bytes, more than it needs, and gives back what it did not use. So the bytes
 * before {@link #position} stay in the buffer, and behind the end of the stream there are zeros, whose use
 * {@link #requireReal} notices.
 */
final class ByteInput {
    /** What {@link #fill} makes room for. */
    private static final int TWO_WORDS = 2 * Long.BYTES;

    /** How many bytes may be given back, and how many zeros there are. */
    private static final int SPARE = 2 * TWO_WORDS;

    private final BufferSource source;

    /** Once it is filled others may read it, so it is written to no more; what is left goes into the next one. */
    byte[] buffer;

    /** The next byte. May be behind {@link #limit} by as much as was loaded. */
    int position = SPARE;

    /** Where the bytes of the stream end. */
    int limit = SPARE;

    private boolean ended;

    ByteInput(InputStream source) {
        this.source = BufferSource.of(source);
        this.buffer = new byte[SPARE];
    }

    /** {@return the last position from which two words may be loaded before {@link #fill} has to be called} */
    int lastPosition() {
        return (ended ? limit + SPARE : limit) - TWO_WORDS;
    }

    /**
     * Makes two words available at {@link #position}; fails so far behind the end that no bit before it can be left.
     */
    void fill() throws IOException {
        while (!ended && position > lastPosition()) {
            more();
        }
        if (position > lastPosition()) {
            throw truncated();
        }
    }

    private void more() throws IOException {
        int done = Math.max(0, position - SPARE);
        byte[] next = source.buffer();
        System.arraycopy(buffer, done, next, 0, limit - done);
        buffer = next;
        position -= done;
        limit -= done;
        int n = source.fill(limit, buffer.length - SPARE - limit);
        if (n < 0) {
            ended = true;
            Arrays.fill(buffer, limit, limit + SPARE, (byte) 0);
        } else {
            limit += n;
        }
    }

    /** Fails if {@code unused} bits before {@link #position} are not enough to bring it back before the end. */
    void requireReal(int unused) throws GzipException {
        if (ended && position - (unused >>> 3) > limit) {
            throw truncated();
        }
    }

    /** {@return whether there is another byte; {@link #position} is not behind the end} */
    boolean hasByte() throws IOException {
        while (position >= limit && !ended) {
            more();
        }
        return position < limit;
    }

    /** {@return the next byte, which is there and stays the next one} */
    int peekByte() {
        return buffer[position] & 0xff;
    }

    /** {@return the next byte, from 0 to 255} */
    int readByte() throws IOException {
        if (!hasByte()) {
            throw truncated();
        }
        return buffer[position++] & 0xff;
    }

    static GzipException truncated() {
        return new GzipException(Reason.TRUNCATED, "gzip member ends early");
    }
}
