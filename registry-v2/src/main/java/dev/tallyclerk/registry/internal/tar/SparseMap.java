package dev.tallyclerk.registry.internal.tar;

import java.util.Arrays;

/** The parts of a sparse file that the archive has; the rest is zeros. */
final class SparseMap {
    /** Sums of two such numbers fit 63 bits. */
    private static final int MAX_DIGITS = 18;

    private long[] offsets = new long[4];
    private long[] lengths = new long[4];
    private int count;
    private long end;
    private long stored;

    void add(long offset, long length) throws TarException {
        boolean ordered = count == 0 || offset >= offsets[count - 1] + lengths[count - 1];
        if (!ordered) {
            throw TarException.ambiguous("has a sparse file with parts that overlap or are not in order");
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        offsets[count] = offset;
        lengths[count] = length;
        count++;
        stored += length;
    }

    void end(long realSize) {
        end = realSize;
    }

    /** {@return the file's size with its holes, in bytes} */
    long realSize() {
        return end;
    }

    int count() {
        return count;
    }

    void requireFit(long storedSize, String name) throws TarException {
        if (stored != storedSize || (count > 0 && offsets[count - 1] + lengths[count - 1] > end)) {
            throw TarException.ambiguous("has a sparse file whose parts do not fit its size: " + name);
        }
    }

    /** {@return the first byte of a part} */
    long offset(int part) {
        return part < count ? offsets[part] : end;
    }

    /** {@return the first byte behind a part} */
    long endOf(int part) {
        return part < count ? offsets[part] + lengths[part] : end;
    }

    /** {@return a number of decimal digits only} */
    static long number(byte[] bytes, int start, int end) throws TarException {
        if (start == end || end - start > MAX_DIGITS) {
            throw malformed();
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw malformed();
            }
            value = value * 10 + digit;
        }
        return value;
    }

    static TarException malformed() {
        return TarException.malformed("has a sparse file with a malformed map");
    }
}
