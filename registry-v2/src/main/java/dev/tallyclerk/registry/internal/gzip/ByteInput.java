package dev.tallyclerk.registry.internal.gzip;

import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import dev.tallyclerk.registry.internal.stream.BufferSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A buffer of compressed bytes from which whole words can be loaded.
 *
 * <p>The decoder loads words of eight bytes, more than it needs, and returns unused bytes. So the buffer keeps the
 * bytes before {@link #position}, and has zeros after the end of the stream; {@link #requireReal} detects their use.
 */
final class ByteInput {
    /** The bytes that {@link #fill} makes available. */
    private static final int TWO_WORDS = 2 * Long.BYTES;

    /** The most bytes that may be returned, and the number of zeros. */
    private static final int SPARE = 2 * TWO_WORDS;

    private final BufferSource source;

    /** Read-only once it is filled, because others may read it; unread bytes are copied to the next buffer. */
    byte[] buffer;

    /** The next byte. May be beyond {@link #limit} by the bytes that were loaded. */
    int position = SPARE;

    /** The end of the stream's bytes. */
    int limit = SPARE;

    private boolean ended;

    ByteInput(InputStream source) {
        this.source = BufferSource.of(source);
        this.buffer = new byte[SPARE];
    }

    /** {@return the last position from which two words may be loaded without {@link #fill}} */
    int lastPosition() {
        return (ended ? limit + SPARE : limit) - TWO_WORDS;
    }

    /**
     * Makes two words available at {@link #position}; fails if it is so far beyond the end that no bit before the end
     * can be left.
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

    /** Fails if returning {@code unused} bits before {@link #position} does not bring it back before the end. */
    void requireReal(int unused) throws GzipException {
        if (ended && position - (unused >>> 3) > limit) {
            throw truncated();
        }
    }

    /** {@return whether there is another byte; {@link #position} is not beyond the end} */
    boolean hasByte() throws IOException {
        while (position >= limit && !ended) {
            more();
        }
        return position < limit;
    }

    /** {@return the next byte, which exists, without consuming it} */
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
