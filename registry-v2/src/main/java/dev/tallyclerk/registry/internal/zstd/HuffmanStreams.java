package dev.tallyclerk.registry.internal.zstd;

/**
 * Decodes literals (RFC 8878, section 4.2.2), from one bitstream or from four that are decoded in turn: each is a chain
 * of dependent steps, and a processor works on all four at once.
 */
final class HuffmanStreams {
    private static final int JUMP_TABLE = 6;
    /** The codes that a word surely has; up to 7 of its first bits are used already. */
    private static final int CODES_A_WORD = 5;

    private static final int BITS_A_ROUND = CODES_A_WORD * HuffmanTable.LOG;
    private static final int TO_INDEX = Long.SIZE - HuffmanTable.LOG;

    private HuffmanStreams() {}

    /** Decodes {@code length} literals from one stream in bytes {@code from} to {@code to}. */
    static void decode1(byte[] in, int from, int to, short[] table, byte[] out, int length) throws ZstdException {
        finish(in, from, Bitstream.lastBit(in, from, to), table, out, 0, length);
    }

    /** Decodes {@code length} literals from four streams and the table of their starts. */
    static void decode4(byte[] in, int from, int to, short[] table, byte[] out, int length) throws ZstdException {
        if (length < 6 || to - from < JUMP_TABLE + 4) {
            throw ZstdException.corrupt(length + " literals in four streams of together " + (to - from) + " bytes");
        }
        int start1 = from + JUMP_TABLE;
        int start2 = start1 + Words.get16(in, from);
        int start3 = start2 + Words.get16(in, from + 2);
        int start4 = start3 + Words.get16(in, from + 4);
        if (start4 >= to) {
            throw ZstdException.corrupt("three streams of literals leave nothing to the fourth");
        }
        int bit1 = Bitstream.lastBit(in, start1, start2);
        int bit2 = Bitstream.lastBit(in, start2, start3);
        int bit3 = Bitstream.lastBit(in, start3, start4);
        int bit4 = Bitstream.lastBit(in, start4, to);
        int quarter = (length + 3) / 4;
        int out2 = quarter;
        int out3 = out2 + quarter;
        int out4 = out3 + quarter;
        int done = 0;
        while (true) {
            int bits = Math.min(
                    Math.min(bit1 - 8 * start1, bit2 - 8 * start2), Math.min(bit3 - 8 * start3, bit4 - 8 * start4));
            int rounds = Math.min(bits / BITS_A_ROUND, (length - out4 - done) / CODES_A_WORD);
            if (rounds == 0) {
                break;
            }
            int limit = done + rounds * CODES_A_WORD;
            for (; done < limit; done += CODES_A_WORD) {
                // The lowest bit of a word is never part of a code; its final position shows how many bits were used.
                long word = (Words.getLong(in, ((bit1 + 7) >> 3) - 8) | 1) << (-bit1 & 7);
                int a = table[(int) (word >>> TO_INDEX)];
                word <<= a;
                int b = table[(int) (word >>> TO_INDEX)];
                word <<= b;
                int c = table[(int) (word >>> TO_INDEX)];
                word <<= c;
                int d = table[(int) (word >>> TO_INDEX)];
                word <<= d;
                int e = table[(int) (word >>> TO_INDEX)];
                word <<= e;
                bit1 = ((bit1 + 7) & -8) - Long.numberOfTrailingZeros(word);
                out[done] = (byte) (a >> 8);
                out[done + 1] = (byte) (b >> 8);
                out[done + 2] = (byte) (c >> 8);
                out[done + 3] = (byte) (d >> 8);
                out[done + 4] = (byte) (e >> 8);

                word = (Words.getLong(in, ((bit2 + 7) >> 3) - 8) | 1) << (-bit2 & 7);
                a = table[(int) (word >>> TO_INDEX)];
                word <<= a;
                b = table[(int) (word >>> TO_INDEX)];
                word <<= b;
                c = table[(int) (word >>> TO_INDEX)];
                word <<= c;
                d = table[(int) (word >>> TO_INDEX)];
                word <<= d;
                e = table[(int) (word >>> TO_INDEX)];
                word <<= e;
                bit2 = ((bit2 + 7) & -8) - Long.numberOfTrailingZeros(word);
                out[out2 + done] = (byte) (a >> 8);
                out[out2 + done + 1] = (byte) (b >> 8);
                out[out2 + done + 2] = (byte) (c >> 8);
                out[out2 + done + 3] = (byte) (d >> 8);
                out[out2 + done + 4] = (byte) (e >> 8);

                word = (Words.getLong(in, ((bit3 + 7) >> 3) - 8) | 1) << (-bit3 & 7);
                a = table[(int) (word >>> TO_INDEX)];
                word <<= a;
                b = table[(int) (word >>> TO_INDEX)];
                word <<= b;
                c = table[(int) (word >>> TO_INDEX)];
                word <<= c;
                d = table[(int) (word >>> TO_INDEX)];
                word <<= d;
                e = table[(int) (word >>> TO_INDEX)];
                word <<= e;
                bit3 = ((bit3 + 7) & -8) - Long.numberOfTrailingZeros(word);
                out[out3 + done] = (byte) (a >> 8);
                out[out3 + done + 1] = (byte) (b >> 8);
                out[out3 + done + 2] = (byte) (c >> 8);
                out[out3 + done + 3] = (byte) (d >> 8);
                out[out3 + done + 4] = (byte) (e >> 8);

                word = (Words.getLong(in, ((bit4 + 7) >> 3) - 8) | 1) << (-bit4 & 7);
                a = table[(int) (word >>> TO_INDEX)];
                word <<= a;
                b = table[(int) (word >>> TO_INDEX)];
                word <<= b;
                c = table[(int) (word >>> TO_INDEX)];
                word <<= c;
                d = table[(int) (word >>> TO_INDEX)];
                word <<= d;
                e = table[(int) (word >>> TO_INDEX)];
                word <<= e;
                bit4 = ((bit4 + 7) & -8) - Long.numberOfTrailingZeros(word);
                out[out4 + done] = (byte) (a >> 8);
                out[out4 + done + 1] = (byte) (b >> 8);
                out[out4 + done + 2] = (byte) (c >> 8);
                out[out4 + done + 3] = (byte) (d >> 8);
                out[out4 + done + 4] = (byte) (e >> 8);
            }
        }
        finish(in, start1, bit1, table, out, done, out2);
        finish(in, start2, bit2, table, out, out2 + done, out3);
        finish(in, start3, bit3, table, out, out3 + done, out4);
        finish(in, start4, bit4, table, out, out4 + done, length);
    }

    /** Decodes a stream from {@code lastBit} until {@code out} is full; it must then be exactly at its first bit. */
    private static void finish(byte[] in, int from, int lastBit, short[] table, byte[] out, int at, int end)
            throws ZstdException {
        int first = from * 8;
        int bit = lastBit;
        int i = at;
        while (i < end && bit >= first) {
            long word = (Words.getLong(in, ((bit + 7) >> 3) - 8) | 1) << (-bit & 7);
            int limit = Math.min(end, i + CODES_A_WORD);
            for (; i < limit; i++) {
                int cell = table[(int) (word >>> TO_INDEX)];
                out[i] = (byte) (cell >> 8);
                word <<= cell;
            }
            bit = ((bit + 7) & -8) - Long.numberOfTrailingZeros(word);
        }
        if (i < end || bit != first) {
            throw ZstdException.corrupt("stream of literals ends " + (bit - first) + " bits from its first bit");
        }
    }
}
