package dev.tallyclerk.registry.internal.zstd;

/**
 * A decoding table of finite state entropy (RFC 8878, section 4.1): the meaning of each state's symbol, and its next
 * state.
 *
 * <p>A cell has, from its lowest bit: 8 bits with the number of the symbol's additional bits, 8 bits with the number of
 * bits of the next state, 16 bits with the base of the next state, and 32 bits with the base of the symbol's value. The
 * meaning of a symbol is a cell without the middle two.
 */
final class FseTable {
    final long[] cells;

    /** The number of the lowest state. */
    final int first;

    int accuracyLog;

    FseTable(int maxAccuracyLog) {
        this(new long[1 << maxAccuracyLog], 0);
    }

    /** A table in a part of {@code cells}, with states numbered from {@code first}. */
    FseTable(long[] cells, int first) {
        this.cells = cells;
        this.first = first;
    }

    static FseTable of(FseDistribution distribution, long[] meanings) {
        FseTable table = new FseTable(distribution.accuracyLog);
        table.build(distribution, meanings);
        return table;
    }

    static long meaning(int baseline, int additionalBits) {
        return (long) baseline << 32 | additionalBits;
    }

    static int stateBits(long cell) {
        return (int) cell >>> 8 & 0xff;
    }

    static int nextState(long cell) {
        return (int) cell >>> 16;
    }

    static int baseline(long cell) {
        return (int) (cell >>> 32);
    }

    /** Makes this a table of one symbol, which takes no bits. */
    void repeat(long meaning) {
        accuracyLog = 0;
        cells[first] = meaning | (long) first << 16;
    }

    void copy(FseTable other) {
        accuracyLog = other.accuracyLog;
        for (int i = 0; i < 1 << accuracyLog; i++) {
            cells[first + i] = other.cells[other.first + i] + ((long) (first - other.first) << 16);
        }
    }

    void build(FseDistribution distribution, long[] meanings) {
        accuracyLog = distribution.accuracyLog;
        int high = 1 << accuracyLog;
        for (int symbol = 0; symbol < distribution.symbols; symbol++) {
            if (distribution.probability(symbol) == FseDistribution.LESS_THAN_ONE) {
                high--;
                cells[first + high] = symbol;
            }
        }
        spread(distribution, high);
        number(distribution, meanings);
    }

    /** Puts each symbol into as many cells below {@code high} as its probability. */
    private void spread(FseDistribution distribution, int high) {
        int size = 1 << accuracyLog;
        int step = (size >> 1) + (size >> 3) + 3;
        int at = 0;
        for (int symbol = 0; symbol < distribution.symbols; symbol++) {
            for (int i = distribution.probability(symbol); i > 0; i--) {
                cells[first + at] = symbol;
                do {
                    at = (at + step) & (size - 1);
                } while (at >= high);
            }
        }
    }

    /** Assigns the next states to each cell. */
    private void number(FseDistribution distribution, long[] meanings) {
        int size = 1 << accuracyLog;
        short[] next = new short[distribution.symbols];
        for (int symbol = 0; symbol < next.length; symbol++) {
            next[symbol] = (short) Math.abs(distribution.probability(symbol));
        }
        for (int state = first; state < first + size; state++) {
            int symbol = (int) cells[state];
            int share = next[symbol]++;
            int bits = accuracyLog - 31 + Integer.numberOfLeadingZeros(share);
            int base = first + (share << bits) - size;
            cells[state] = meanings[symbol] | (long) base << 16 | bits << 8;
        }
    }
}
