package dev.tallyclerk.registry.internal.zstd;

/** The sequences of a compressed block (RFC 8878, section 3.1.1.3.2), and their execution (section 3.1.1.4). */
final class SequencesSection {
    /** The bits that a word surely has; up to 7 of its first bits are used already. */
    private static final int WORD_BITS = 57;
    /** The most bits of the next three states. */
    private static final int STATE_BITS = 9 + 9 + 8;

    private final long[] cells = new long[SequenceCodes.CELLS];
    private final SequenceCodes literalsLengths = SequenceCodes.ofLiteralsLengths(cells);
    private final SequenceCodes matchLengths = SequenceCodes.ofMatchLengths(cells);
    private final SequenceCodes offsets = SequenceCodes.ofOffsets(cells);

    private int newestOffset;
    /** The second newest offset in the lower half, and the third newest in the upper. */
    private long olderOffsets;

    void startFrame() {
        literalsLengths.startFrame();
        matchLengths.startFrame();
        offsets.startFrame();
        newestOffset = 1;
        olderOffsets = 8L << 32 | 4;
    }

    /**
     * Reads the section in bytes {@code from} to {@code to}, and builds a block from it and the literals at the start
     * of {@code history}, which has room for {@code maxBlock} bytes.
     *
     * @return the size of the block in bytes
     */
    int execute(byte[] in, int from, int to, int literals, History history, int maxBlock) throws ZstdException {
        checkEnd(from + 1, to);
        int first = in[from] & 0xff;
        int at = from + (first < 128 ? 1 : first < 255 ? 2 : 3);
        checkEnd(at, to);
        int count = first;
        if (first == 255) {
            count = Words.get16(in, from + 1) + 0x7f00;
        } else if (first >= 128) {
            count = (first - 128) << 8 | (in[from + 1] & 0xff);
        }
        int begin = history.position;
        int end = begin + maxBlock;
        if (count > 0) {
            return run(in, readTables(in, at, to), to, count, literals, history, end) - begin;
        }
        if (at != to) {
            throw ZstdException.corrupt("block has no sequences, and " + (to - at) + " bytes of them");
        }
        return append(history.bytes, 0, literals, begin, end) - begin;
    }

    private int readTables(byte[] in, int from, int to) throws ZstdException {
        checkEnd(from + 1, to);
        int modes = in[from];
        if ((modes & 0b11) != 0) {
            throw ZstdException.corrupt("modes of sequences have reserved bits set");
        }
        int at = literalsLengths.read(modes >> 6 & 0b11, in, from + 1, to);
        at = offsets.read(modes >> 4 & 0b11, in, at, to);
        return matchLengths.read(modes >> 2 & 0b11, in, at, to);
    }

    /**
     * Decodes and executes the sequences in one loop. It is long because separate methods would have to return several
     * values, and has few variables because the compiler spills those that exceed the registers, and the next step
     * waits for them.
     *
     * <p>A word has its next bits on top: {@code word >>> 1 >>> ~n} are the first n of them, also for n = 0, and
     * {@code word <<= n} drops them. Shifts use only the lowest 6 bits of their distance, which in a cell are the
     * number of additional bits.
     *
     * @return the end of the block
     */
    private int run(byte[] in, int from, int to, int count, int literals, History history, int end)
            throws ZstdException {
        final long[] cells = this.cells;
        final byte[] bytes = history.bytes;
        final int nearest = history.nearest(end);
        final int firstBit = from * 8;
        int newest = newestOffset;
        long older = olderOffsets;
        int literalsAt = 0;
        int at = history.position;

        FseTable ofTable = offsets.table;
        FseTable mlTable = matchLengths.table;
        FseTable llTable = literalsLengths.table;
        int bit = Bitstream.lastBit(in, from, to);
        long word = wordBefore(in, bit);
        int ll = llTable.first + (int) (word >>> 1 >>> ~llTable.accuracyLog);
        word <<= llTable.accuracyLog;
        int of = ofTable.first + (int) (word >>> 1 >>> ~ofTable.accuracyLog);
        word <<= ofTable.accuracyLog;
        int ml = mlTable.first + (int) (word >>> 1 >>> ~mlTable.accuracyLog);
        bit -= llTable.accuracyLog + ofTable.accuracyLog + mlTable.accuracyLog;
        int used = bit;

        for (int left = count; left > 0; left--) {
            long llCell = cells[ll];
            long mlCell = cells[ml];
            long ofCell = cells[of];
            // No byte overflows: additional bits are at most 31 + 16 + 16, those of states 8 + 9 + 9.
            int bits = (int) ofCell + (int) mlCell + (int) llCell;
            word = wordBefore(in, bit);

            int offset = FseTable.baseline(ofCell) + (int) (word >>> 1 >>> ~(int) ofCell);
            word <<= (int) ofCell;
            int matchLength = FseTable.baseline(mlCell) + (int) (word >>> 1 >>> ~(int) mlCell);
            word <<= (int) mlCell;
            if ((bits & 0xff) > WORD_BITS - STATE_BITS) {
                word = wordBefore(in, bit - ((int) ofCell & 0xff) - ((int) mlCell & 0xff));
            }
            int literalsLength = FseTable.baseline(llCell) + (int) (word >>> 1 >>> ~(int) llCell);
            word <<= (int) llCell;
            used = bit - (bits & 0xff);

            int llBits = (int) llCell >>> 8;
            ll = FseTable.nextState(llCell) + (int) (word >>> 1 >>> ~llBits);
            word <<= llBits;
            int mlBits = (int) mlCell >>> 8;
            ml = FseTable.nextState(mlCell) + (int) (word >>> 1 >>> ~mlBits);
            word <<= mlBits;
            int ofBits = (int) ofCell >>> 8;
            of = FseTable.nextState(ofCell) + (int) (word >>> 1 >>> ~ofBits);
            bit = used - (bits >>> 8 & 0xff);

            if (offset > 3) {
                offset -= 3;
                older = older << 32 | newest;
                newest = offset;
            } else {
                int repeat = literalsLength == 0 ? offset + 1 : offset;
                offset = newest;
                if (repeat != 1) {
                    if (repeat == 2) {
                        offset = (int) older;
                        older = (older & (-1L << 32)) | newest;
                    } else {
                        offset = repeat == 3 ? (int) (older >>> 32) : newest - 1;
                        older = older << 32 | newest;
                        // Numbers beyond an int are negative here, or 0.
                        if (repeat <= 0 || offset == 0) {
                            throw ZstdException.corrupt("match has an offset of 0, or of more than 31 bits");
                        }
                    }
                    newest = offset;
                }
            }

            int matchAt = at + literalsLength;
            int next = matchAt + matchLength;
            if ((used - firstBit | literals - literalsAt - literalsLength | end - next) < 0) {
                throw ZstdException.corrupt("sequences use more bits or literals than there are, or produce too much");
            }
            Words.copy(bytes, literalsAt, at, literalsLength);
            literalsAt += literalsLength;
            int source = matchAt - offset;
            if (source < nearest) {
                history.copyFar(offset, matchAt, matchLength);
            } else if (offset >= 8) {
                Words.copy(bytes, source, matchAt, matchLength);
            } else {
                copyNear(bytes, source, matchAt, matchLength);
            }
            at = next;
        }
        newestOffset = newest;
        olderOffsets = older;
        // The bits of the states after the last sequence do not exist.
        if (used != firstBit) {
            throw ZstdException.corrupt("sequences end " + (used - firstBit) + " bits from their first bit");
        }
        return append(bytes, literalsAt, literals, at, end);
    }

    /** {@return the bits before {@code bit}, at least 57, with the last one on top} */
    private static long wordBefore(byte[] in, int bit) {
        return Words.getLong(in, ((bit + 7) >> 3) - 8) << (-bit & 7);
    }

    private static void copyNear(byte[] bytes, int from, int to, int length) {
        if (length > 8) {
            History.copyOverlapping(bytes, from, to, length);
            return;
        }
        bytes[to] = bytes[from];
        bytes[to + 1] = bytes[from + 1];
        bytes[to + 2] = bytes[from + 2];
        bytes[to + 3] = bytes[from + 3];
        bytes[to + 4] = bytes[from + 4];
        bytes[to + 5] = bytes[from + 5];
        bytes[to + 6] = bytes[from + 6];
        bytes[to + 7] = bytes[from + 7];
    }

    /** Appends the remaining literals, and returns their end. */
    private static int append(byte[] bytes, int from, int literals, int at, int end) throws ZstdException {
        int rest = literals - from;
        if (rest > end - at) {
            throw ZstdException.corrupt("block has " + rest + " literals to end with, and room for " + (end - at));
        }
        System.arraycopy(bytes, from, bytes, at, rest);
        return at + rest;
    }

    private static void checkEnd(int end, int to) throws ZstdException {
        if (end > to) {
            throw ZstdException.corrupt("sequences are truncated");
        }
    }
}
