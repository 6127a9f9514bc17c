package dev.tallyclerk.registry.internal.inventory.rpm;

import java.util.Arrays;

/** Bytes that come one page after the other. Takes memory for what has come, and not for what a file claims. */
final class GrowingBytes {
    private static final int START = 1 << 14;

    private final int length;
    private byte[] bytes;
    private int count;

    /** Creates an empty array that will have so many bytes. */
    GrowingBytes(int length) {
        this.length = length;
        this.bytes = new byte[Math.min(length, START)];
    }

    /** Adds bytes, but none beyond the length. */
    void add(byte[] from, int offset, int n) {
        int taken = Math.min(n, length - count);
        if (count + taken > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(length, Math.max(count + taken, 2 * bytes.length)));
        }
        System.arraycopy(from, offset, bytes, count, taken);
        count += taken;
    }

    boolean isFull() {
        return count == length;
    }

    /** {@return all bytes, once they have come} */
    byte[] bytes() {
        return bytes;
    }
}
