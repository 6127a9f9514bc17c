package dev.tallyclerk.internal.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Byte operations for readers of JSON in UTF-8. */
final class JsonBytes {
    /** Eight bytes at an offset of an array, the first one lowest. */
    static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHEST_BITS = 0x8080808080808080L;
    private static final long SPACES = ' ' * ONES;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final int HEX_DIGITS = 4;

    private JsonBytes() {}

    /**
     * {@return marks of those of eight bytes that end the raw ASCII of a string: quotation marks, backslashes, control
     * characters and bytes beyond ASCII; 0 if there is none} Only the {@link #first} is exact.
     */
    static long unusual(long eight) {
        // Each term sets the highest bit of every byte to find; a borrow can only set more above those.
        long found = ((eight ^ QUOTES) - ONES) | ((eight ^ BACKSLASHES) - ONES) | (eight - SPACES) | eight;
        return found & HIGHEST_BITS;
    }

    /** {@return marks of quotation marks and backslashes only} */
    static long escapesAndEnds(long eight) {
        long quotes = ((eight ^ QUOTES) - ONES) & ~(eight ^ QUOTES);
        long backslashes = ((eight ^ BACKSLASHES) - ONES) & ~(eight ^ BACKSLASHES);
        return (quotes | backslashes) & HIGHEST_BITS;
    }

    /** {@return the first 1 to 8 of eight bytes, the others zero} */
    static long firstOf(long eight, int count) {
        return eight & (-1L >>> (Long.SIZE - Byte.SIZE * count));
    }

    /** {@return whether all eight bytes are hexadecimal digits, in either case} */
    static boolean areHexadecimal(long eight) {
        long letters = eight | SPACES;
        return (eight & HIGHEST_BITS) == 0 && (within(eight, '0', '9') | within(letters, 'a', 'f')) == HIGHEST_BITS;
    }

    /** {@return marks of the bytes from {@code low} to {@code high} among eight ASCII bytes} */
    private static long within(long eight, int low, int high) {
        // No sum exceeds 255, so nothing carries into the next byte.
        long notBelow = eight + (0x80 - low) * ONES;
        long above = eight + (0x7F - high) * ONES;
        return notBelow & ~above & HIGHEST_BITS;
    }

    /** {@return the number of the first marked byte} */
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }

    /** {@return the length of a code point in UTF-8, in bytes} */
    static int length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /**
     * {@return the code point of the sequence at {@code at}, which begins with a byte beyond ASCII, or -1 if it is not
     * UTF-8 (RFC 3629): overlong, a surrogate, or above U+10FFFF}
     */
    static int codePoint(byte[] in, int at) {
        int first = in[at] & 0xFF;
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || at + length > in.length) {
            return -1;
        }
        int codePoint = first & (0x7F >> length);
        for (int i = at + 1; i < at + length; i++) {
            if ((in[i] & 0xC0) != 0x80) {
                return -1;
            }
            codePoint = codePoint << 6 | (in[i] & 0x3F);
        }
        return length(codePoint) == length && codePoint <= Character.MAX_CODE_POINT && !isSurrogate(codePoint)
                ? codePoint
                : -1;
    }

    static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    /**
     * {@return the code point of the {@code u} escape whose backslash is at {@code at}, or of two such escapes that are
     * a surrogate pair, or -1 if there are not four digits}
     */
    static int escapedCodePoint(byte[] in, int at) {
        int one = hex(in, at + 2);
        int next = at + 2 + HEX_DIGITS;
        if (one >= Character.MIN_HIGH_SURROGATE
                && one <= Character.MAX_HIGH_SURROGATE
                && next + 1 < in.length
                && in[next] == '\\'
                && in[next + 1] == 'u') {
            int other = hex(in, next + 2);
            if (other >= Character.MIN_LOW_SURROGATE && other <= Character.MAX_LOW_SURROGATE) {
                return Character.toCodePoint((char) one, (char) other);
            }
        }
        return one;
    }

    /** {@return the number of bytes that {@link #escapedCodePoint} read} */
    static int escapeLength(int codePoint) {
        int one = 2 + HEX_DIGITS;
        return Character.isSupplementaryCodePoint(codePoint) ? 2 * one : one;
    }

    private static int hex(byte[] in, int from) {
        int value = 0;
        for (int i = from; i < from + HEX_DIGITS; i++) {
            int digit = i < in.length ? Character.digit(in[i], 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }
}
