package dev.tallyclerk.trust.internal.encoding;

import java.nio.ByteBuffer;

/** Writes DER (X.690, 10.1). */
public final class DerWriter {
    private DerWriter() {}

    /** {@return an element: its tag, its length in the shortest form, and its content in parts} */
    public static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length = Math.addExact(length, part.length);
        }
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(length);
        int lengthBytes = length < 0x80 ? 0 : (bits + Byte.SIZE - 1) / Byte.SIZE;
        ByteBuffer out = ByteBuffer.allocate(2 + lengthBytes + length);
        out.put((byte) tag).put((byte) (lengthBytes == 0 ? length : 0x80 | lengthBytes));
        for (int i = lengthBytes - 1; i >= 0; i--) {
            out.put((byte) (length >>> (Byte.SIZE * i)));
        }
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }
}
