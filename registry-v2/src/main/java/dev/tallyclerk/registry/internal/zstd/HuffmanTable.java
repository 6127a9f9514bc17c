package dev.tallyclerk.registry.internal.zstd;

import java.util.Arrays;

/**
 * The prefix code of literals (RFC 8878, section 4.2.1).
 *
 * <p>There is a cell for each value of the next {@link #LOG} bits, whatever the length of the longest code. Its low
 * byte is the length of the code, its high byte the literal.
 */
final class HuffmanTable {
    /** The longest allowed code. */
    static final int LOG = 11;

    private static final int MAX_WEIGHTS = 255;
    private static final int MAX_WEIGHT_ACCURACY_LOG = 6;
    private static final long[] WEIGHT_MEANINGS = new long[MAX_WEIGHTS + 1];

    static {
        for (int weight = 0; weight < WEIGHT_MEANINGS.length; weight++) {
            WEIGHT_MEANINGS[weight] = FseTable.meaning(weight, 0);
        }
    }

    final short[] cells = new short[1 << LOG];
    private final byte[] weights = new byte[MAX_WEIGHTS + 1];
    private final FseDistribution weightDistribution = new FseDistribution(MAX_WEIGHTS + 1);
    private final FseTable weightTable = new FseTable(MAX_WEIGHT_ACCURACY_LOG);
    private final int[] count = new int[LOG + 2];

    /**
     * Reads a tree description.
     *
     * @return its end
     */
    int read(byte[] in, int from, int to) throws ZstdException {
        if (from >= to) {
            throw ZstdException.corrupt("huffman tree description is missing");
        }
        int header = in[from] & 0xff;
        int symbols;
        int end;
        if (header < 128) {
            end = from + 1 + header;
            checkEnd(end, to);
            symbols = readCompressed(in, from + 1, end);
        } else {
            symbols = header - 127;
            end = from + 1 + (symbols + 1) / 2;
            checkEnd(end, to);
            for (int i = 0; i < symbols; i++) {
                int pair = in[from + 1 + i / 2];
                weights[i] = (byte) ((i & 1) == 0 ? pair >> 4 & 0xf : pair & 0xf);
            }
        }
        build(complete(symbols));
        return end;
    }

    private static void checkEnd(int end, int to) throws ZstdException {
        if (end > to) {
            throw ZstdException.corrupt("huffman tree description is truncated");
        }
    }

    /** Two states alternate until one has too few bits left; then the other has one more weight. */
    private int readCompressed(byte[] in, int from, int to) throws ZstdException {
        int at = weightDistribution.read(in, from, to, MAX_WEIGHTS + 1, MAX_WEIGHT_ACCURACY_LOG);
        weightTable.build(weightDistribution, WEIGHT_MEANINGS);
        long[] table = weightTable.cells;
        Bitstream stream = new Bitstream(in, at, to);
        long cell = table[stream.read(weightTable.accuracyLog)];
        long other = table[stream.read(weightTable.accuracyLog)];
        if (stream.isOverread()) {
            throw ZstdException.corrupt("huffman weights have no initial states");
        }
        int symbols = 0;
        while (true) {
            if (symbols >= MAX_WEIGHTS - 1) {
                throw ZstdException.corrupt("more than " + MAX_WEIGHTS + " huffman weights");
            }
            weights[symbols++] = (byte) FseTable.baseline(cell);
            int next = FseTable.nextState(cell) + stream.read(FseTable.stateBits(cell));
            if (stream.isOverread()) {
                weights[symbols++] = (byte) FseTable.baseline(other);
                return symbols;
            }
            cell = other;
            other = table[next];
        }
    }

    /** Adds the last weight, which completes the sum to a power of two, and counts the weights. */
    private int complete(int symbols) throws ZstdException {
        Arrays.fill(count, 0);
        int sum = 0;
        for (int i = 0; i < symbols; i++) {
            if ((weights[i] & 0xff) > LOG) {
                throw ZstdException.corrupt("huffman weight is " + (weights[i] & 0xff) + ", above " + LOG);
            }
            count[weights[i]]++;
            sum += 1 << weights[i] >> 1;
        }
        int maxBits = 32 - Integer.numberOfLeadingZeros(sum);
        int rest = (1 << maxBits) - sum;
        if (sum == 0 || maxBits > LOG || Integer.bitCount(rest) != 1) {
            throw ZstdException.corrupt("huffman weights add up to " + sum + ", which no single weight completes");
        }
        int last = 32 - Integer.numberOfLeadingZeros(rest);
        weights[symbols] = (byte) last;
        count[last]++;
        if (count[1] < 2) {
            throw ZstdException.corrupt("huffman tree has fewer than two longest codes");
        }
        return symbols + 1;
    }

    private void build(int symbols) {
        int sum = 0;
        // From the longest codes, which have the lowest values, to the shortest.
        for (int weight = 1; weight <= LOG; weight++) {
            int begin = sum;
            sum += count[weight] << (weight - 1);
            count[weight] = begin;
        }
        int maxBits = 31 - Integer.numberOfLeadingZeros(sum);
        int scale = LOG - maxBits;
        for (int symbol = 0; symbol < symbols; symbol++) {
            int weight = weights[symbol];
            if (weight > 0) {
                int begin = count[weight];
                int end = begin + (1 << (weight - 1));
                count[weight] = end;
                short cell = (short) (symbol << 8 | maxBits + 1 - weight);
                Arrays.fill(cells, begin << scale, end << scale, cell);
            }
        }
    }
}
