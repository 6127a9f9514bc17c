package dev.tallyclerk.registry.internal.zstd;

import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.IOException;
import java.io.InputStream;

/**
 * The compressed bytes, as much of them at a time as is needed in one piece.
 *
 * <p>There are always {@link #MARGIN} readable bytes before and after those that {@link #has} speaks of, so that words
 * can be read across the ends.
 */
final class ZstdInput {
    /** A mid-sequence word may begin 16 bytes before its bitstream, and a word copy end 16 bytes after the literals. */
    static final int MARGIN = 32;

    private static final int CAPACITY = 256 * 1024;

    private final InputStream in;
    private final byte[] bytes = new byte[MARGIN + CAPACITY + MARGIN];
    private int position = MARGIN;
    private int limit = MARGIN;

    ZstdInput(InputStream in) {
        this.in = in;
    }

    /** {@return whether there are at least {@code count} more bytes, which then stand in one piece} */
    boolean has(int count) throws IOException {
        if (limit - position >= count) {
            return true;
        }
        System.arraycopy(bytes, position, bytes, MARGIN, limit - position);
        limit -= position - MARGIN;
        position = MARGIN;
        while (limit - position < count) {
            int n = SomeBytes.read(in, bytes, limit, MARGIN + CAPACITY - limit);
            if (n < 0) {
                return false;
            }
            limit += n;
        }
        return true;
    }

    /** Makes {@code count} bytes stand in one piece, or refuses the stream as one that ends early. */
    void require(int count, String what) throws IOException {
        if (!has(count)) {
            throw new ZstdException(
                    Reason.TRUNCATED,
                    "stream ends in " + what + ": " + available() + " bytes are left, " + count + " are needed");
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    int available() {
        return limit - position;
    }

    void advance(int count) {
        position += count;
    }

    /** Passes over {@code count} bytes, however many that are. */
    void skip(long count, String what) throws IOException {
        long left = count;
        while (left > available()) {
            left -= available();
            position = limit;
            require(1, what);
        }
        position += (int) left;
    }
}
