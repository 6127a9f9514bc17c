package dev.tallyclerk.registry.internal.zstd;

/**
 * The frequency of each symbol, on a scale of {@code 1 << accuracyLog} (RFC 8878, section 4.1.1). Reused for each
 * description.
 */
final class FseDistribution {
    /** The probability "less than 1", which counts as 1. */
    static final int LESS_THAN_ONE = -1;

    private final short[] probabilities;
    int symbols;
    int accuracyLog;

    FseDistribution(int maxSymbols) {
        this.probabilities = new short[maxSymbols];
    }

    private FseDistribution(int accuracyLog, short[] probabilities) {
        this.probabilities = probabilities;
        this.symbols = probabilities.length;
        this.accuracyLog = accuracyLog;
    }

    static FseDistribution of(int accuracyLog, int... probabilities) {
        short[] copy = new short[probabilities.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = (short) probabilities[i];
        }
        return new FseDistribution(accuracyLog, copy);
    }

    int probability(int symbol) {
        return probabilities[symbol];
    }

    /**
     * Reads a description.
     *
     * @param maxSymbols the most symbols
     * @return the end of the description
     */
    int read(byte[] in, int from, int to, int maxSymbols, int maxAccuracyLog) throws ZstdException {
        accuracyLog = bits(in, from * 8, to, 4) + 5;
        if (accuracyLog > maxAccuracyLog) {
            throw ZstdException.corrupt("accuracy log is " + accuracyLog + ", above " + maxAccuracyLog);
        }
        int bit = from * 8 + 4;
        int left = 1 << accuracyLog;
        int symbol = 0;
        while (left > 0) {
            if (symbol == maxSymbols) {
                throw ZstdException.corrupt("probabilities of all " + maxSymbols + " symbols do not add up");
            }
            // Of the values of this width, the lowest are encoded with one bit less.
            int width = 32 - Integer.numberOfLeadingZeros(left + 1);
            int shorter = (1 << width) - 2 - left;
            int value = bits(in, bit, to, width);
            int low = value & (1 << (width - 1)) - 1;
            if (low < shorter) {
                value = low;
                bit += width - 1;
            } else {
                bit += width;
                if (value >= 1 << (width - 1)) {
                    value -= shorter;
                }
            }
            int probability = value - 1;
            left -= Math.abs(probability);
            probabilities[symbol++] = (short) probability;
            if (probability == 0) {
                int zeros;
                do {
                    zeros = bits(in, bit, to, 2);
                    bit += 2;
                    if (symbol + zeros > maxSymbols) {
                        throw ZstdException.corrupt("more than " + maxSymbols + " symbols have a probability");
                    }
                    for (int i = 0; i < zeros; i++) {
                        probabilities[symbol++] = 0;
                    }
                } while (zeros == 3);
            }
        }
        symbols = symbol;
        int end = (bit + 7) >> 3;
        if (end > to) {
            throw ZstdException.corrupt("description of probabilities is truncated");
        }
        return end;
    }

    /** {@return {@code count} bits, at most 16; bits after the end are zero} */
    private static int bits(byte[] in, int bit, int to, int count) {
        int at = bit >> 3;
        int word = 0;
        for (int i = 0; i < 3 && at + i < to; i++) {
            word |= (in[at + i] & 0xff) << (8 * i);
        }
        return word >>> (bit & 7) & (1 << count) - 1;
    }
}
