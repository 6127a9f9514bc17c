package dev.tallyclerk.registry.internal.zstd;

import java.util.Arrays;

/**
 * The latest decoded bytes, as many as matches may refer to.
 *
 * <p>Grows with the content, up to the size of a ring buffer, and then wraps around. The bytes of a block are always
 * contiguous; only a match may cross the end of the ring.
 *
 * <p>The array starts with space for the literals of one block: the loop that executes sequences is faster if all its
 * data is in one array, whose address and length stay in registers.
 */
final class History {
    /** How far word copies may go beyond the end of a block or of its literals. */
    private static final int SLACK = 64;

    /** The start of the ring. */
    private static final int START = FrameHeader.MAX_BLOCK + SLACK;

    private static final int MIN_RING = 256 * 1024;

    /** The array, which starts with the space for literals. */
    byte[] bytes = new byte[START + MIN_RING];

    private int ringEnd;
    int position = START;
    /** The start of this frame's bytes in this lap. */
    private int floor = START;
    /** The end of the previous lap. */
    private int lapEnd;

    private int window;
    long frameLength;

    void startFrame(int window, int maxBlock) {
        this.window = window;
        // A block may start up to one block before the end, and a match must not overwrite the bytes that it copies.
        ringEnd = START + Math.max(window, MIN_RING) + 2 * maxBlock + SLACK;
        floor = position;
        frameLength = 0;
    }

    /** Makes room for {@code count} more contiguous bytes. */
    void reserve(int count) {
        int needed = position + count + SLACK;
        if (needed <= bytes.length) {
            return;
        }
        if (bytes.length < ringEnd) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(ringEnd, 2L * bytes.length)));
        } else {
            lapEnd = position;
            position = START;
            floor = START;
        }
    }

    /** Counts the {@code count} bytes after {@link #position} as decoded. */
    void advance(int count) {
        position += count;
        frameLength += count;
    }

    /** {@return the position from which matches that end before {@code end} may copy all bytes} */
    int nearest(int end) {
        return Math.max(floor, end - window);
    }

    /** Copies a match that starts before {@link #nearest}, or refuses it. */
    void copyFar(int offset, int to, int length) throws ZstdException {
        if (offset > window) {
            throw ZstdException.corrupt("match reaches " + offset + " bytes back, and the window has " + window);
        }
        long before = frameLength + (to - position);
        if (offset > before) {
            throw ZstdException.corrupt("match reaches " + offset + " bytes back, and the frame has " + before);
        }
        int from = to - offset;
        if (from >= floor) {
            copyOverlapping(bytes, from, to, length);
            return;
        }
        from += lapEnd - START;
        int n = Math.min(length, lapEnd - from);
        System.arraycopy(bytes, from, bytes, to, n);
        if (n < length) {
            copyOverlapping(bytes, START, to + n, length - n);
        }
    }

    /** Copies byte by byte in effect, so that the source may include bytes just written. */
    static void copyOverlapping(byte[] bytes, int from, int to, int length) {
        int done = 0;
        while (done < length) {
            int n = Math.min(length - done, to + done - from);
            System.arraycopy(bytes, from, bytes, to + done, n);
            done += n;
        }
    }
}
