package dev.tallyclerk.registry.internal.zstd;

import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;

/** The magic numbers of frames (RFC 8878, sections 3.1.1 and 3.1.2), and the errors for missing ones. */
final class MagicNumber {
    /** The number of a frame with content. */
    static final int FRAME = 0xFD2FB528;

    static final int BYTES = 4;

    private static final int SKIPPABLE = 0x184D2A50;
    private static final int SKIPPABLE_MASK = 0xFFFFFFF0;

    private MagicNumber() {}

    static boolean isSkippable(int number) {
        return (number & SKIPPABLE_MASK) == SKIPPABLE;
    }

    /** {@return the error for a frame that starts with this number} */
    static ZstdException unknown(int number, boolean hadFrame) {
        return unknown(String.format("a frame with the magic number %08x", number), hadFrame);
    }

    /** {@return whether these bytes, fewer than a number has, may be the start of a known number} */
    static boolean isBegin(byte[] bytes, int from, int length) {
        int begin = 0;
        for (int i = length - 1; i >= 0; i--) {
            begin = (begin << 8) | (bytes[from + i] & 0xff);
        }
        int mask = (1 << (8 * length)) - 1;
        return begin == (FRAME & mask) || (begin & SKIPPABLE_MASK) == (SKIPPABLE & mask);
    }

    /** {@return the error for a stream that ends with these bytes, fewer than a number has} */
    static ZstdException cutOff(byte[] bytes, int from, int length, boolean hadFrame) {
        return isBegin(bytes, from, length)
                ? new ZstdException(
                        Reason.TRUNCATED,
                        "stream ends in a magic number: " + length + " bytes are left, " + BYTES + " are needed")
                : unknown("something that is no magic number", hadFrame);
    }

    private static ZstdException unknown(String what, boolean hadFrame) {
        return hadFrame
                ? new ZstdException(Reason.TRAILING_DATA, "after the last frame there is " + what)
                : new ZstdException(Reason.NOT_ZSTD, "stream begins with " + what);
    }
}
