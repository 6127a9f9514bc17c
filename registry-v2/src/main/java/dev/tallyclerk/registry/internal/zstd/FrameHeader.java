package dev.tallyclerk.registry.internal.zstd;

import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.IOException;

/**
 * A frame's header (RFC 8878, section 3.1.1.1).
 *
 * @param window the distance that matches may reach back, in bytes
 * @param hasContentSize whether the header has a content size
 * @param contentSize the content size, an unsigned number of bytes
 * @param hasChecksum whether a checksum follows the last block
 */
record FrameHeader(long window, boolean hasContentSize, long contentSize, boolean hasChecksum) {
    /** The largest block of any frame, in bytes. */
    static final int MAX_BLOCK = 128 * 1024;

    /** {@return the largest block of this frame in bytes, compressed or not} */
    int maxBlock() {
        return (int) Math.min(window, MAX_BLOCK);
    }

    /** Reads the header after the magic number, and refuses unsupported frames. */
    static FrameHeader read(ZstdInput in, long maxWindow) throws IOException {
        in.require(1, "a frame header");
        int length = length(in.bytes[in.position] & 0xff);
        in.require(length, "a frame header");
        FrameHeader header = parse(in.bytes, in.position, maxWindow);
        in.advance(length);
        return header;
    }

    /** {@return the length of the header that starts with {@code descriptor}, in bytes} */
    static int length(int descriptor) throws ZstdException {
        if ((descriptor & 0b1000) != 0) {
            throw ZstdException.corrupt("frame header has its reserved bit set");
        }
        return 1 + windowBytes(descriptor) + dictionaryBytes(descriptor) + sizeBytes(descriptor);
    }

    /** Parses a whole header; the array must have at least one more byte after it. */
    static FrameHeader parse(byte[] bytes, int from, long maxWindow) throws ZstdException {
        int descriptor = bytes[from] & 0xff;
        int at = from + 1;
        long window = window(bytes[at]);
        at += windowBytes(descriptor);
        long dictionary = number(bytes, at, dictionaryBytes(descriptor));
        at += dictionaryBytes(descriptor);
        int sizeBytes = sizeBytes(descriptor);
        long contentSize = number(bytes, at, sizeBytes) + (sizeBytes == 2 ? 256 : 0);
        if (dictionary != 0) {
            throw new ZstdException(Reason.NEEDS_DICTIONARY, "frame needs the dictionary " + dictionary);
        }
        if (isSingleSegment(descriptor)) {
            window = contentSize;
        }
        if (Long.compareUnsigned(window, maxWindow) > 0) {
            throw new ZstdException(
                    Reason.WINDOW_TOO_LARGE,
                    "frame needs a window of " + Long.toUnsignedString(window) + " bytes, and " + maxWindow
                            + " are allowed");
        }
        return new FrameHeader(window, sizeBytes > 0, contentSize, (descriptor & 0b100) != 0);
    }

    private static boolean isSingleSegment(int descriptor) {
        return (descriptor & 0b10_0000) != 0;
    }

    private static int windowBytes(int descriptor) {
        return isSingleSegment(descriptor) ? 0 : 1;
    }

    private static int dictionaryBytes(int descriptor) {
        return 1 << (descriptor & 0b11) >> 1;
    }

    private static int sizeBytes(int descriptor) {
        int flag = descriptor >> 6;
        return flag == 0 && !isSingleSegment(descriptor) ? 0 : 1 << flag;
    }

    private static long window(int descriptor) {
        long base = 1L << (10 + (descriptor >> 3 & 0b1_1111));
        return base + base / 8 * (descriptor & 0b111);
    }

    private static long number(byte[] bytes, int at, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (bytes[at + i] & 0xffL) << (8 * i);
        }
        return value;
    }
}
