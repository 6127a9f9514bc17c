package dev.tallyclerk.registry.internal.zstd;

import java.util.Arrays;

/**
 * What has been decoded: the newest bytes, as many as matches may reach back to, and as many as have been handed out
 * and must stay.
 *
 * <p>It grows with what is decoded, up to the size of a ring, and is one from then on. A block's bytes always stand in
 * one piece; only a match may reach across the place where the ring begins again.
 *
 * <p>The array begins with room for the literals of one block: the loop that executes sequences is faster where all
 * that it copies is in one array, whose address and length then stay in registers.
 */
final class History {
    /** How far copying in words may go beyond the end of a block, or of its literals. */
    private static final int SLACK = 64;

    /** Where the ring begins. */
    private static final int START = FrameHeader.MAX_BLOCK + SLACK;

    private static final int MIN_RING = 256 * 1024;

    private final int retained;
    private byte[] bytes = new byte[START + MIN_RING];
    private int ringEnd;
    private int position = START;
    /** Where the bytes of this frame begin in this lap. */
    private int floor = START;
    /** Where the lap before this one ended. */
    private int lapEnd;

    private int window;
    private long frameLength;

    /** @param retained how many bytes that have been handed out stay where they are while more is decoded */
    History(int retained) {
        this.retained = retained;
    }

    void startFrame(int window, int maxBlock) {
        this.window = window;
        // A block may start as late as one block before the end, and a match must not overwrite what it reads.
        ringEnd = START + Math.max(window, MIN_RING) + retained + 2 * maxBlock + SLACK;
        floor = position;
        frameLength = 0;
    }

    /** Makes room for {@code count} more bytes in one piece. */
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

    /** {@return the array, which begins with the room for literals} */
    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    long frameLength() {
        return frameLength;
    }

    /** {@return from where on all bytes may be copied by a match that goes to a place before {@code end}} */
    int nearest(int end) {
        return Math.max(floor, end - window);
    }

    /** Copies a match that begins before {@link #nearest}, if it may. */
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

    /** Copies as if one byte after the other, so that what is copied may be what has just been written. */
    static void copyOverlapping(byte[] bytes, int from, int to, int length) {
        int done = 0;
        while (done < length) {
            int n = Math.min(length - done, to + done - from);
            System.arraycopy(bytes, from, bytes, to + done, n);
            done += n;
        }
    }
}
