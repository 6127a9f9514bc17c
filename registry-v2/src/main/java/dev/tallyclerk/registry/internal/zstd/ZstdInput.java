package dev.tallyclerk.registry.internal.zstd;

import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.IOException;
import java.io.InputStream;

/**
 * A buffer of compressed bytes, with as many contiguous bytes as requested.
 *
 * <p>At least {@link #MARGIN} bytes before and after those of {@link #has} are readable, so that words can be read
 * across the ends.
 */
final class ZstdInput {
    /**
     * A word in a sequence may start 16 bytes before its bitstream, and a word copy end 16 bytes after the literals.
     */
    static final int MARGIN = 32;

    private static final int CAPACITY = 256 * 1024;

    private final InputStream in;
    final byte[] bytes = new byte[MARGIN + CAPACITY + MARGIN];
    int position = MARGIN;
    private int limit = MARGIN;

    ZstdInput(InputStream in) {
        this.in = in;
    }

    /** {@return whether there are at least {@code count} more bytes, which are then contiguous} */
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

    /** Makes {@code count} bytes contiguous, or refuses the stream as truncated. */
    void require(int count, String what) throws IOException {
        if (!has(count)) {
            throw new ZstdException(
                    Reason.TRUNCATED,
                    "stream ends in " + what + ": " + available() + " bytes are left, " + count + " are needed");
        }
    }

    int available() {
        return limit - position;
    }

    void advance(int count) {
        position += count;
    }

    /** Skips {@code count} bytes, however many. */
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
