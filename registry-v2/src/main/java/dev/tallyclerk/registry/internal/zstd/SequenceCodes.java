package dev.tallyclerk.registry.internal.zstd;

/**
 * One of the three parts of sequences: the meanings of its codes, and its current table (RFC 8878, section
 * 3.1.1.3.2.1).
 */
final class SequenceCodes {
    /** The number of cells of all three tables. */
    static final int CELLS = 512 + 512 + 256;

    private static final int PREDEFINED = 0;
    private static final int RLE = 1;
    private static final int FSE = 2;

    private static final long[] LITERALS_LENGTHS =
            lengths(0, 16, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    private static final long[] MATCH_LENGTHS =
            lengths(3, 32, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    private static final long[] OFFSETS = offsets();

    private static final FseTable PREDEFINED_LITERALS_LENGTHS = FseTable.of(
            FseDistribution.of(
                    6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
                    -1, -1, -1, -1),
            LITERALS_LENGTHS);
    private static final FseTable PREDEFINED_MATCH_LENGTHS = FseTable.of(
            FseDistribution.of(
                    6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1),
            MATCH_LENGTHS);
    private static final FseTable PREDEFINED_OFFSETS = FseTable.of(
            FseDistribution.of(
                    5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1),
            OFFSETS);

    private final String name;
    private final int maxAccuracyLog;
    private final long[] meanings;
    private final FseTable predefined;
    private final FseDistribution distribution;
    final FseTable table;
    private boolean hasTable;

    private SequenceCodes(String name, int maxAccuracyLog, long[] meanings, FseTable predefined, FseTable table) {
        this.name = name;
        this.maxAccuracyLog = maxAccuracyLog;
        this.meanings = meanings;
        this.predefined = predefined;
        this.distribution = new FseDistribution(meanings.length);
        this.table = table;
    }

    /** The three tables share one array, so that the loop that uses them has one address. */
    static SequenceCodes ofLiteralsLengths(long[] cells) {
        FseTable table = new FseTable(cells, 0);
        return new SequenceCodes("literals lengths", 9, LITERALS_LENGTHS, PREDEFINED_LITERALS_LENGTHS, table);
    }

    static SequenceCodes ofMatchLengths(long[] cells) {
        FseTable table = new FseTable(cells, 512);
        return new SequenceCodes("match lengths", 9, MATCH_LENGTHS, PREDEFINED_MATCH_LENGTHS, table);
    }

    static SequenceCodes ofOffsets(long[] cells) {
        FseTable table = new FseTable(cells, 1024);
        return new SequenceCodes("offsets", 8, OFFSETS, PREDEFINED_OFFSETS, table);
    }

    /** Codes for lengths from {@code least}: the first {@code plain} have no additional bits. */
    private static long[] lengths(int least, int plain, int... additionalBits) {
        long[] meanings = new long[plain + additionalBits.length];
        int baseline = least;
        for (int code = 0; code < meanings.length; code++) {
            int bits = code < plain ? 0 : additionalBits[code - plain];
            meanings[code] = FseTable.meaning(baseline, bits);
            baseline += 1 << bits;
        }
        return meanings;
    }

    /** Codes up to 31, as in the reference implementation; no allowed window has larger offsets. */
    private static long[] offsets() {
        long[] meanings = new long[32];
        for (int code = 0; code < meanings.length; code++) {
            meanings[code] = FseTable.meaning(1 << code, code);
        }
        return meanings;
    }

    void startFrame() {
        hasTable = false;
    }

    /**
     * Reads the table for this block.
     *
     * @return the end of its description
     */
    int read(int mode, byte[] in, int from, int to) throws ZstdException {
        int end = from;
        if (mode == PREDEFINED) {
            table.copy(predefined);
        } else if (mode == RLE) {
            if (from >= to) {
                throw ZstdException.corrupt("code of " + name + " is missing");
            }
            int code = in[from] & 0xff;
            if (code >= meanings.length) {
                throw ZstdException.corrupt("code of " + name + " is " + code + ", above " + (meanings.length - 1));
            }
            table.repeat(meanings[code]);
            end = from + 1;
        } else if (mode == FSE) {
            end = distribution.read(in, from, to, meanings.length, maxAccuracyLog);
            table.build(distribution, meanings);
        } else if (!hasTable) {
            throw ZstdException.corrupt(name + " repeat a table, and there is none before them");
        }
        hasTable = true;
        return end;
    }
}
