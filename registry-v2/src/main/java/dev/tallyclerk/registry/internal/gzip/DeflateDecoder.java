package dev.tallyclerk.registry.internal.gzip;

import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decodes one DEFLATE stream (RFC 1951) at a time.
 *
 * <p>Between symbols, {@link #bits} holds the next {@link #count} bits before the input's position. The loop over
 * symbols tracks the position of the next bit instead, and loads a word from there as often as the longest codes
 * require, without checking whether it is necessary. All tables share one array. With few variables and arrays, the
 * compiler keeps the important ones in registers.
 */
final class DeflateDecoder implements Inflation {
    private static final int PRIMARY_BITS = 11;
    private static final int DISTANCE_BITS = 9;
    private static final int PRIMARY_MASK = (1 << PRIMARY_BITS) - 1;
    private static final int DISTANCE_MASK = (1 << DISTANCE_BITS) - 1;

    /** The start of the distances' table in the entries. */
    private static final int DISTANCES = CodeTable.sizeOfLiteralsAndLengths(PRIMARY_BITS);

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] CODE_LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    private static final int END_OF_BLOCK = 256;

    private enum Block {
        NONE,
        STORED,
        CODED
    }

    private final ByteInput in;
    private final long[] entries = new long[DISTANCES + CodeTable.sizeOfDistances(DISTANCE_BITS)];
    private final CodeTable symbols = CodeTable.ofLiteralsAndLengths(PRIMARY_BITS, entries, 0);
    private final CodeTable distances = CodeTable.ofDistances(DISTANCE_BITS, entries, DISTANCES);
    private final long[] codeLengthEntries = new long[CodeTable.CODE_LENGTHS_SIZE];
    private final CodeTable codeLengths = CodeTable.ofCodeLengths(codeLengthEntries);
    private final byte[] lengths = new byte[288 + 32];
    private final byte[] lengthsOfCodeLengths = new byte[19];

    private long bits;
    private int count;
    private Block block = Block.NONE;
    private boolean lastBlock;
    private int storedLeft;

    DeflateDecoder(ByteInput in) {
        this.in = in;
    }

    @Override
    public void close() {
        // Holds only heap memory.
    }

    @Override
    public void start() {
        bits = 0;
        count = 0;
        block = Block.NONE;
        lastBlock = false;
    }

    @Override
    public boolean isOver() {
        return lastBlock && block == Block.NONE;
    }

    @Override
    public int decode(byte[] out, int begin, int position, int end) throws IOException {
        int at = position;
        while (at < end && !isOver()) {
            switch (block) {
                case NONE -> startBlock();
                case STORED -> at = copyStored(out, at, end);
                case CODED -> at = decodeSymbols(out, begin, at, end);
            }
        }
        return at;
    }

    private void startBlock() throws IOException {
        lastBlock = take(1) == 1;
        int type = take(2);
        switch (type) {
            case 0 -> startStored();
            case 1 -> {
                fixedCodes();
                block = Block.CODED;
            }
            case 2 -> {
                dynamicCodes();
                block = Block.CODED;
            }
            default -> throw corrupt("has a block of a type that does not exist");
        }
    }

    private void startStored() throws IOException {
        in.requireReal(count);
        giveBack();
        int length = in.readByte() | in.readByte() << 8;
        int complement = in.readByte() | in.readByte() << 8;
        if ((length ^ complement) != 0xffff) {
            throw corrupt("has a stored block whose length fails its check");
        }
        storedLeft = length;
        block = Block.STORED;
        endStored();
    }

    private int copyStored(byte[] out, int position, int end) throws IOException {
        if (!in.hasByte()) {
            throw ByteInput.truncated();
        }
        int n = Math.min(Math.min(storedLeft, end - position), in.limit - in.position);
        System.arraycopy(in.buffer, in.position, out, position, n);
        in.position += n;
        storedLeft -= n;
        endStored();
        return position + n;
    }

    private void endStored() {
        if (storedLeft == 0) {
            block = Block.NONE;
        }
    }

    private void fixedCodes() throws GzipException {
        for (int i = 0; i < 288; i++) {
            lengths[i] = (byte) (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
        }
        symbols.build(lengths, 0, 288);
        for (int i = 0; i < 32; i++) {
            lengths[i] = 5;
        }
        distances.build(lengths, 0, 32);
    }

    private void dynamicCodes() throws IOException {
        int symbolCount = take(5) + 257;
        int distanceCount = take(5) + 1;
        int codeLengthCount = take(4) + 4;
        if (symbolCount > 286 || distanceCount > 30) {
            throw corrupt("has too many length or distance symbols");
        }
        for (int i = 0; i < lengthsOfCodeLengths.length; i++) {
            lengthsOfCodeLengths[CODE_LENGTH_ORDER[i]] = i < codeLengthCount ? (byte) take(3) : 0;
        }
        in.requireReal(count);
        codeLengths.build(lengthsOfCodeLengths, 0, lengthsOfCodeLengths.length);
        readLengths(symbolCount + distanceCount);
        in.requireReal(count);
        if (lengths[END_OF_BLOCK] == 0) {
            throw corrupt("has a block that cannot end");
        }
        symbols.build(lengths, 0, symbolCount);
        distances.build(lengths, symbolCount, distanceCount);
    }

    private void readLengths(int wanted) throws IOException {
        int i = 0;
        while (i < wanted) {
            need(7 + 7);
            long entry = codeLengthEntries[(int) bits & (CodeTable.CODE_LENGTHS_SIZE - 1)];
            drop((int) entry & 0x3f);
            if ((entry & CodeTable.SPECIAL) != 0) {
                throw corrupt("has a code length that does not exist");
            }
            int symbol = (int) entry >>> 16;
            if (symbol < 16) {
                lengths[i++] = (byte) symbol;
                continue;
            }
            if (symbol == 16 && i == 0) {
                throw corrupt("repeats a code length before there is one");
            }
            byte value = symbol == 16 ? lengths[i - 1] : 0;
            int repeat = switch (symbol) {
                case 16 -> 3 + take(2);
                case 17 -> 3 + take(3);
                default -> 11 + take(7);
            };
            if (repeat > wanted - i) {
                throw corrupt("repeats a code length too often");
            }
            for (int end = i + repeat; i < end; i++) {
                lengths[i] = value;
            }
        }
    }

    private int decodeSymbols(byte[] out, int begin, int position, int end) throws IOException {
        int at = position;
        while (true) {
            in.fill();
            at = decodeFast(out, begin, at, end);
            in.requireReal(count);
            if (block == Block.NONE || at >= end) {
                return at;
            }
        }
    }

    /** Decodes symbols as long as two words can be loaded. Nearly all time is spent in this loop. */
    private int decodeFast(byte[] out, int begin, int position, int end) throws GzipException {
        final byte[] input = in.buffer;
        final long[] table = entries;
        final int last = in.lastPosition() << 3 | 7;
        int next = (in.position << 3) - count;
        int at = position;
        boolean ended = false;
        String problem = "";
        long word = wordAt(input, next);
        while (next <= last && at < end) {
            // A word has at least 57 bits. At most 37 were used since it was loaded, so it still has the 11 bits to
            // look up the next symbol while the next word is loaded.
            long entry = table[(int) word & PRIMARY_MASK];
            word = wordAt(input, next);
            if (entry < 0) {
                word >>>= (int) entry;
                next += CodeTable.bits(entry);
                // Bytes after the literal are overwritten later.
                WORDS.set(out, at++, entry >>> 16);
                entry = table[(int) word & PRIMARY_MASK];
                if (entry < 0) {
                    word >>>= (int) entry;
                    next += CodeTable.bits(entry);
                    WORDS.set(out, at++, entry >>> 16);
                    entry = table[(int) word & PRIMARY_MASK];
                    if (entry < 0) {
                        word >>>= (int) entry;
                        next += CodeTable.bits(entry);
                        WORDS.set(out, at++, entry >>> 16);
                        continue;
                    }
                }
            }
            if ((entry & CodeTable.SPECIAL) != 0) {
                if (CodeTable.isLonger(entry)) {
                    int index = (int) (word >>> PRIMARY_BITS) & (int) (entry >>> 32) & 0xffff;
                    entry = table[((int) entry >>> 16) + index];
                    if (entry < 0) {
                        word >>>= (int) entry;
                        next += CodeTable.bits(entry);
                        WORDS.set(out, at++, entry >>> 16);
                        continue;
                    }
                }
                if ((entry & CodeTable.SPECIAL) != 0) {
                    next += CodeTable.bits(entry);
                    ended = CodeTable.isEnd(entry);
                    if (!ended) {
                        problem = "has a literal or length that does not exist";
                    }
                    break;
                }
            }
            int length = ((int) entry >>> 16) + ((int) (word >>> (int) (entry >>> 8)) & (int) (entry >>> 32));
            word >>>= (int) entry;
            next += CodeTable.bits(entry);
            // Two literals and a length have up to 42 bits, which leaves enough to look up the distance.
            entry = table[DISTANCES + ((int) word & DISTANCE_MASK)];
            word = wordAt(input, next);
            if ((entry & CodeTable.SPECIAL) != 0) {
                if (CodeTable.isLonger(entry)) {
                    int index = (int) (word >>> DISTANCE_BITS) & (int) (entry >>> 32) & 0xffff;
                    entry = table[((int) entry >>> 16) + index];
                }
                if ((entry & CodeTable.SPECIAL) != 0) {
                    next += CodeTable.bits(entry);
                    problem = "has a distance that does not exist";
                    break;
                }
            }
            int distance = ((int) entry >>> 16) + ((int) (word >>> (int) (entry >>> 8)) & (int) (entry >>> 32));
            word >>>= (int) entry;
            next += CodeTable.bits(entry);
            int source = at - distance;
            if (source < begin) {
                problem = "refers to bytes before its beginning";
                break;
            }
            int to = at;
            at += length;
            if (distance >= Long.BYTES) {
                WORDS.set(out, to, (long) WORDS.get(out, source));
                WORDS.set(out, to + 8, (long) WORDS.get(out, source + 8));
                if (length > 16) {
                    WORDS.set(out, to + 16, (long) WORDS.get(out, source + 16));
                    WORDS.set(out, to + 24, (long) WORDS.get(out, source + 24));
                    if (length > 32) {
                        copy(out, source + 32, to + 32, at);
                    }
                }
            } else {
                repeat(out, source, to, at);
            }
        }
        in.position = (next + 7) >>> 3;
        count = (in.position << 3) - next;
        bits = count == 0 ? 0 : (input[next >>> 3] & 0xffL) >>> (next & 7);
        if (!problem.isEmpty()) {
            throw corrupt(problem);
        }
        if (ended) {
            endBlock();
        }
        return at;
    }

    /** {@return the bits from position {@code bit} on, at least 57} */
    private static long wordAt(byte[] input, int bit) {
        return (long) WORDS.get(input, bit >>> 3) >>> (bit & 7);
    }

    /** Copies bytes to a position at least a word after them. */
    private static void copy(byte[] out, int from, int position, int end) {
        int at = position;
        for (int source = from; at < end; at += Long.BYTES, source += Long.BYTES) {
            WORDS.set(out, at, (long) WORDS.get(out, source));
        }
    }

    /** Copies bytes to a position so close after them that a word would be read before it is written. */
    private static void repeat(byte[] out, int from, int position, int end) {
        int distance = position - from;
        int at = position;
        if (distance == 1) {
            long word = (out[from] & 0xffL) * 0x0101_0101_0101_0101L;
            for (; at < end; at += Long.BYTES) {
                WORDS.set(out, at, word);
            }
            return;
        }
        // Each word adds as many correct bytes as the distance.
        for (int source = from; at < end; at += distance, source += distance) {
            WORDS.set(out, at, (long) WORDS.get(out, source));
        }
    }

    private void endBlock() throws GzipException {
        in.requireReal(count);
        block = Block.NONE;
        if (lastBlock) {
            giveBack();
        }
    }

    /** Returns the unused whole bytes to the input. */
    private void giveBack() {
        in.position -= count >>> 3;
        bits = 0;
        count = 0;
    }

    private int take(int wanted) throws IOException {
        need(wanted);
        int value = (int) bits & ((1 << wanted) - 1);
        drop(wanted);
        return value;
    }

    private void drop(int used) {
        bits >>>= used;
        count -= used;
    }

    private void need(int wanted) throws IOException {
        if (count < wanted) {
            in.fill();
            bits |= (long) WORDS.get(in.buffer, in.position) << count;
            in.position += (~count & 63) >>> 3;
            count |= 56;
            in.requireReal(count);
        }
    }

    /**
     * {@return the exception} If the error is due to the zeros after the end, the stream is truncated and not corrupt.
     */
    private GzipException corrupt(String what) throws GzipException {
        in.requireReal(count);
        return new GzipException(Reason.CORRUPT, "gzip member " + what);
    }
}
