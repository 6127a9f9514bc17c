package dev.tallyclerk.registry.internal.zstd;

import java.util.Arrays;

/** The literals of a compressed block (RFC 8878, section 3.1.1.3.1). */
final class LiteralsSection {
    private static final int RAW = 0;
    private static final int RLE = 1;
    private static final int COMPRESSED = 2;

    private final HuffmanTable table = new HuffmanTable();
    private boolean hasTable;

    /** The number of literals in the last section. */
    int length;

    void startFrame() {
        hasTable = false;
    }

    /**
     * Reads the section that starts at {@code from}, in a block that ends at {@code to}, and decodes its literals to
     * the start of {@code out}.
     *
     * @return the end of the section
     */
    int read(byte[] in, int from, int to, byte[] out, int maxBlock) throws ZstdException {
        int type = in[from] & 0b11;
        return type == RAW || type == RLE
                ? readPlain(in, from, to, out, maxBlock)
                : readCompressed(in, from, to, out, maxBlock);
    }

    private int readPlain(byte[] in, int from, int to, byte[] out, int maxBlock) throws ZstdException {
        int format = in[from] >> 2 & 0b11;
        int begin = from + (format == 1 ? 2 : format == 3 ? 3 : 1);
        checkEnd(begin, to);
        length = switch (format) {
            case 1 -> Words.get16(in, from) >> 4;
            case 3 -> Words.get24(in, from) >> 4;
            default -> (in[from] & 0xff) >> 3;
        };
        checkLength(maxBlock);
        boolean raw = (in[from] & 0b11) == RAW;
        int end = begin + (raw ? length : 1);
        checkEnd(end, to);
        if (raw) {
            System.arraycopy(in, begin, out, 0, length);
        } else {
            Arrays.fill(out, 0, length, in[begin]);
        }
        return end;
    }

    private int readCompressed(byte[] in, int from, int to, byte[] out, int maxBlock) throws ZstdException {
        int format = in[from] >> 2 & 0b11;
        int sizeBits = format <= 1 ? 10 : 6 + 4 * format;
        int begin = from + (4 + 2 * sizeBits) / 8;
        checkEnd(begin, to);
        long sizes = Words.getLong(in, from) >>> 4;
        int mask = (1 << sizeBits) - 1;
        length = (int) sizes & mask;
        int end = begin + ((int) (sizes >>> sizeBits) & mask);
        checkLength(maxBlock);
        checkEnd(end, to);
        int streams = begin;
        if ((in[from] & 0b11) == COMPRESSED) {
            streams = table.read(in, begin, end);
            hasTable = true;
        } else if (!hasTable) {
            throw ZstdException.corrupt("literals repeat a huffman tree, and there is none before them");
        }
        if (format == 0) {
            HuffmanStreams.decode1(in, streams, end, table.cells, out, length);
        } else {
            HuffmanStreams.decode4(in, streams, end, table.cells, out, length);
        }
        return end;
    }

    private void checkLength(int maxBlock) throws ZstdException {
        if (length > maxBlock) {
            throw ZstdException.corrupt(length + " literals in a block of at most " + maxBlock + " bytes");
        }
    }

    private static void checkEnd(int end, int to) throws ZstdException {
        if (end > to) {
            throw ZstdException.corrupt("literals are " + (end - to) + " bytes longer than their block");
        }
    }
}
