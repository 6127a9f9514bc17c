package dev.tallyclerk.registry.internal.gzip;

import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import java.util.Arrays;

/**
 * Tables that map the next bits of a stream to a symbol of a Huffman code (RFC 1951, section 3.2.2).
 *
 * <p>A table is indexed by the next {@code primaryBits} bits. A longer code has an entry there that points to a smaller
 * table, which is indexed by the following bits. Entries are packed so that the decoder needs few operations, and only
 * shifts whose count the processor masks anyway:
 *
 * <pre>
 * bits  0 -  5   bits to drop: those of the code and of the number that follows it
 * bits  8 - 13   bits of the code
 * bits 16 - 31   the literal, or the base of the length or distance, or the start of the smaller table
 * bits 32 - 47   the mask of the number that follows the code, or of the index into the smaller table
 * bits 60 - 63   the kind of entry
 * </pre>
 */
final class CodeTable {
    static final long LITERAL = 1L << 63;

    /** Not a literal, length or distance, but one of the three kinds below. */
    static final long SPECIAL = 1L << 62;

    private static final long LONGER = SPECIAL | 1L << 61;
    private static final long END = SPECIAL | 1L << 60;
    private static final long INVALID = SPECIAL;

    /** The single bit of a code without symbols, or half of a code with a single symbol. */
    private static final long NO_SYMBOL = INVALID | 1;

    static final int MAX_LENGTH = 15;

    private static final int CODE_LENGTHS_BITS = 7;
    static final int CODE_LENGTHS_SIZE = 1 << CODE_LENGTHS_BITS;

    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };
    private static final int[] LENGTH_EXTRA = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] DISTANCE_BASE = {
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577
    };

    /** The meaning of each symbol, without the length of its code. */
    private static final long[] LITERALS_AND_LENGTHS = literalsAndLengths();

    private static final long[] DISTANCES = distances();
    private static final long[] PLAIN = plain();

    private final String name;
    private final int primaryBits;
    private final long[] meanings;
    private final long[] entries;
    private final int begin;

    private final int[] counts = new int[MAX_LENGTH + 1];
    private final int[] next = new int[MAX_LENGTH + 2];
    private final short[] sorted = new short[288];

    private CodeTable(String name, int primaryBits, long[] meanings, long[] entries, int begin) {
        this.name = name;
        this.primaryBits = primaryBits;
        this.meanings = meanings;
        this.entries = entries;
        this.begin = begin;
    }

    /** {@return a table in a range of {@code entries} with {@link #sizeOfLiteralsAndLengths} entries} */
    static CodeTable ofLiteralsAndLengths(int primaryBits, long[] entries, int begin) {
        return new CodeTable("literal and length", primaryBits, LITERALS_AND_LENGTHS, entries, begin);
    }

    /** {@return a table in a range of {@code entries} with {@link #sizeOfDistances} entries} */
    static CodeTable ofDistances(int primaryBits, long[] entries, int begin) {
        return new CodeTable("distance", primaryBits, DISTANCES, entries, begin);
    }

    /** {@return a table in {@code entries}, which has {@link #CODE_LENGTHS_SIZE} entries} */
    static CodeTable ofCodeLengths(long[] entries) {
        return new CodeTable("code length", CODE_LENGTHS_BITS, PLAIN, entries, 0);
    }

    static int sizeOfLiteralsAndLengths(int primaryBits) {
        return size(LITERALS_AND_LENGTHS, primaryBits);
    }

    static int sizeOfDistances(int primaryBits) {
        return size(DISTANCES, primaryBits);
    }

    /** A smaller table has at least two codes, and room for the longest ones. */
    private static int size(long[] meanings, int primaryBits) {
        return (1 << primaryBits) + ((meanings.length / 2) << (MAX_LENGTH - primaryBits));
    }

    /** {@return the bits that an entry consumes} */
    static int bits(long entry) {
        return (int) entry & 0xff;
    }

    static boolean isLonger(long entry) {
        return (entry & LONGER) == LONGER;
    }

    static boolean isEnd(long entry) {
        return (entry & END) == END;
    }

    /**
     * Builds the table for codes of these lengths.
     *
     * <p>Accepts the same codes as zlib: complete codes, a code with a single symbol of one bit, and an unused code
     * without symbols.
     *
     * @param lengths the length of each symbol's code in bits, 0 for none
     */
    void build(byte[] lengths, int from, int count) throws GzipException {
        int longest = sort(lengths, from, count);
        int end = begin + (1 << primaryBits);
        boolean complete = isComplete(longest);
        if (!complete) {
            Arrays.fill(entries, begin, end, NO_SYMBOL);
        }
        int code = 0;
        int at = 0;
        int length = 1;
        for (; length <= Math.min(longest, primaryBits); length++) {
            int step = 1 << length;
            for (int i = 0; i < counts[length]; i++) {
                long entry = entry(sorted[at++], length);
                for (int j = begin + reversed(code++, length); j < end; j += step) {
                    entries[j] = entry;
                }
            }
            code <<= 1;
        }
        if (length <= longest) {
            buildSecondary(code, at, length, longest);
        }
    }

    private void buildSecondary(int firstCode, int firstSymbol, int firstLength, int longest) {
        int size = 1 << primaryBits;
        int free = begin + size;
        int code = firstCode;
        int at = firstSymbol;
        int prefix = -1;
        int start = 0;
        int end = 0;
        for (int length = firstLength; length <= longest; length++) {
            for (int i = 0; i < counts[length]; i++) {
                int reversed = reversed(code, length);
                if ((reversed & (size - 1)) != prefix) {
                    prefix = reversed & (size - 1);
                    int bits = secondaryBits(length, counts[length] - i, longest);
                    start = free;
                    end = start + (1 << bits);
                    free = end;
                    entries[begin + prefix] = LONGER | (long) ((1 << bits) - 1) << 32 | (long) start << 16;
                }
                long entry = entry(sorted[at++], length);
                for (int j = start + (reversed >>> primaryBits); j < end; j += 1 << (length - primaryBits)) {
                    entries[j] = entry;
                }
                code++;
            }
            code <<= 1;
        }
    }

    /** {@return the index bits of the smaller table for the codes that share the next code's prefix} */
    private int secondaryBits(int length, int left, int longest) {
        int bits = length - primaryBits;
        int room = (1 << bits) - left;
        while (room > 0 && primaryBits + bits < longest) {
            bits++;
            room = (room << 1) - counts[primaryBits + bits];
        }
        return bits;
    }

    /** {@return the length of the longest code} Sorts the symbols by the length of their codes first. */
    private int sort(byte[] lengths, int from, int count) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < count; i++) {
            counts[lengths[from + i]]++;
        }
        counts[0] = 0;
        int longest = 0;
        next[1] = 0;
        for (int length = 1; length <= MAX_LENGTH; length++) {
            next[length + 1] = next[length] + counts[length];
            if (counts[length] > 0) {
                longest = length;
            }
        }
        for (int i = 0; i < count; i++) {
            int length = lengths[from + i];
            if (length != 0) {
                sorted[next[length]++] = (short) i;
            }
        }
        return longest;
    }

    private boolean isComplete(int longest) throws GzipException {
        int left = 1;
        for (int length = 1; length <= longest; length++) {
            left = (left << 1) - counts[length];
            if (left < 0) {
                throw new GzipException(Reason.CORRUPT, "gzip member has a " + name + " code with too many symbols");
            }
        }
        boolean mayBeIncomplete = longest == 0 || (longest == 1 && meanings != PLAIN);
        if (left > 0 && !mayBeIncomplete) {
            throw new GzipException(Reason.CORRUPT, "gzip member has an incomplete " + name + " code");
        }
        return left == 0;
    }

    private long entry(int symbol, int length) {
        long meaning = meanings[symbol];
        // The lowest field of the meaning is the number of bits after the code.
        return meaning + length + ((long) length << 8);
    }

    private static int reversed(int code, int length) {
        return Integer.reverse(code) >>> (32 - length);
    }

    private static long number(int base, int extraBits) {
        return (long) ((1 << extraBits) - 1) << 32 | (long) base << 16 | extraBits;
    }

    private static long[] literalsAndLengths() {
        long[] meanings = new long[288];
        for (int i = 0; i < 256; i++) {
            meanings[i] = LITERAL | (long) i << 16;
        }
        meanings[256] = END;
        for (int i = 0; i < LENGTH_BASE.length; i++) {
            meanings[257 + i] = number(LENGTH_BASE[i], LENGTH_EXTRA[i]);
        }
        meanings[286] = INVALID;
        meanings[287] = INVALID;
        return meanings;
    }

    private static long[] distances() {
        long[] meanings = new long[32];
        for (int i = 0; i < DISTANCE_BASE.length; i++) {
            meanings[i] = number(DISTANCE_BASE[i], Math.max(0, i / 2 - 1));
        }
        meanings[30] = INVALID;
        meanings[31] = INVALID;
        return meanings;
    }

    private static long[] plain() {
        long[] meanings = new long[19];
        for (int i = 0; i < meanings.length; i++) {
            meanings[i] = number(i, 0);
        }
        return meanings;
    }
}
