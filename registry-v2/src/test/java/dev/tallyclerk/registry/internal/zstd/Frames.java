package dev.tallyclerk.registry.internal.zstd;

import java.io.ByteArrayOutputStream;

/** Writes Zstandard frames by hand, right ones and wrong ones. */
final class Frames {
    static final int MAGIC = 0xFD2FB528;
    static final int SKIPPABLE_MAGIC = 0x184D2A50;

    static final int PREDEFINED = 0;
    static final int RLE = 1;
    static final int FSE = 2;
    static final int REPEAT = 3;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static Frames of() {
        return new Frames();
    }

    /** A frame whose window is {@code 1 << windowLog}, of unknown size and without a checksum. */
    static Frames withWindow(int windowLog) {
        return of().number(MAGIC, 4).bytes(0, (windowLog - 10) << 3);
    }

    /** A frame that promises its size in four bytes and is its own window. */
    static Frames singleSegment(long size) {
        return of().number(MAGIC, 4).bytes(0b1010_0000).number(size, 4);
    }

    Frames bytes(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    Frames bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    Frames number(long value, int length) {
        for (int i = 0; i < length; i++) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    Frames skippable(int kind, byte[] content) {
        return number(SKIPPABLE_MAGIC + kind, 4).number(content.length, 4).bytes(content);
    }

    Frames blockHeader(boolean last, int type, int size) {
        return number(size << 3 | type << 1 | (last ? 1 : 0), 3);
    }

    Frames raw(boolean last, byte[] content) {
        return blockHeader(last, 0, content.length).bytes(content);
    }

    Frames rle(boolean last, int value, int count) {
        return blockHeader(last, 1, count).bytes(value);
    }

    Frames compressed(boolean last, byte[] content) {
        return blockHeader(last, 2, content.length).bytes(content);
    }

    /** A literals section whose literals stand as they are. */
    Frames rawLiterals(byte[] literals) {
        return number((long) literals.length << 4 | 0b1100, 3).bytes(literals);
    }

    /** A literals section in a single stream, of sizes that fit into ten bits. */
    Frames huffmanLiterals(boolean withTree, int regenerated, byte[] treeAndStream) {
        long header = (withTree ? 2 : 3) | regenerated << 4 | (long) treeAndStream.length << 14;
        return number(header, 3).bytes(treeAndStream);
    }

    /** The header of a sequences section, with the modes of literals lengths, offsets and match lengths. */
    Frames sequencesHeader(int count, int llMode, int ofMode, int mlMode) {
        return bytes(count, llMode << 6 | ofMode << 4 | mlMode << 2);
    }

    /**
     * A sequences section in which each of the three parts has one code only, so that the bitstream is nothing but
     * additional bits.
     */
    Frames sequences(int llCode, int ofCode, int mlCode, byte[] bitstream, int count) {
        return sequencesHeader(count, RLE, RLE, RLE)
                .bytes(llCode, ofCode, mlCode)
                .bytes(bitstream);
    }

    byte[] build() {
        return out.toByteArray();
    }

    /** Writes bits that are read in the order in which they are written, as descriptions of probabilities are. */
    static final class Forward {
        private final StringBuilder bits = new StringBuilder();

        static Forward of() {
            return new Forward();
        }

        Forward add(int value, int count) {
            for (int i = 0; i < count; i++) {
                bits.append(value >>> i & 1);
            }
            return this;
        }

        byte[] build() {
            byte[] bytes = new byte[(bits.length() + 7) / 8];
            for (int i = 0; i < bits.length(); i++) {
                bytes[i / 8] |= (byte) ((bits.charAt(i) - '0') << (i % 8));
            }
            return bytes;
        }
    }

    /** Writes a bitstream that will be read from its end: the first field here is the first that is read. */
    static final class Bits {
        private final StringBuilder bits = new StringBuilder();

        static Bits of() {
            return new Bits();
        }

        Bits add(long value, int count) {
            for (int i = count - 1; i >= 0; i--) {
                bits.append(value >>> i & 1);
            }
            return this;
        }

        byte[] build() {
            StringBuilder all = new StringBuilder("1").append(bits);
            while (all.length() % 8 != 0) {
                all.insert(0, '0');
            }
            byte[] bytes = new byte[all.length() / 8];
            for (int i = 0; i < bytes.length; i++) {
                bytes[bytes.length - 1 - i] = (byte) Integer.parseInt(all.substring(8 * i, 8 * i + 8), 2);
            }
            return bytes;
        }
    }
}
