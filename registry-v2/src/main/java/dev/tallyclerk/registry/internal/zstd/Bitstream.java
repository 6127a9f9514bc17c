package dev.tallyclerk.registry.internal.zstd;

/** A bitstream that is read from its last bit to its first (RFC 8878, section 4.1), for parts that need not be fast. */
final class Bitstream {
    private final byte[] bytes;
    private final int start;
    private int bit;

    /** The bytes before {@code from} must be readable, as those of {@link ZstdInput} are. */
    Bitstream(byte[] bytes, int from, int to) throws ZstdException {
        this.bytes = bytes;
        this.start = from * 8;
        this.bit = lastBit(bytes, from, to);
    }

    /** {@return the bit position after the last data bit of the stream in bytes {@code from} to {@code to}} */
    static int lastBit(byte[] bytes, int from, int to) throws ZstdException {
        if (from >= to || bytes[to - 1] == 0) {
            throw ZstdException.corrupt("bitstream has no end marker");
        }
        return to * 8 - 1 - Integer.numberOfLeadingZeros(bytes[to - 1] << 24);
    }

    /** {@return the next {@code count} bits, at most 32; bits before the first are undefined} */
    int read(int count) {
        bit -= count;
        if (bit < start) {
            return 0;
        }
        return (int) (Words.getLong(bytes, bit >> 3) >>> (bit & 7) & (1L << count) - 1);
    }

    /** {@return whether more bits were read than there are} */
    boolean isOverread() {
        return bit < start;
    }
}
