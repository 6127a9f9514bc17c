package dev.tallyclerk.registry.internal.zstd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian access to byte arrays, and word copies. */
final class Words {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private Words() {}

    static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    private static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static int get16(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) & 0xffff;
    }

    static int get24(byte[] bytes, int at) {
        return get16(bytes, at) | (bytes[at + 2] & 0xff) << 16;
    }

    /**
     * Copies {@code length} bytes and up to 16 undefined ones after them, which the array must have room for. Copies
     * forward in steps of 8 bytes, so {@code to} must be at least 8 after {@code from}, or before it.
     */
    static void copy(byte[] bytes, int from, int to, int length) {
        putLong(bytes, to, getLong(bytes, from));
        putLong(bytes, to + 8, getLong(bytes, from + 8));
        if (length > 16) {
            putLong(bytes, to + 16, getLong(bytes, from + 16));
            putLong(bytes, to + 24, getLong(bytes, from + 24));
            if (length > 32) {
                copyFrom32(bytes, from, to, length);
            }
        }
    }

    private static void copyFrom32(byte[] bytes, int from, int to, int length) {
        for (int i = 32; i < length; i += 16) {
            putLong(bytes, to + i, getLong(bytes, from + i));
            putLong(bytes, to + i + 8, getLong(bytes, from + i + 8));
        }
    }
}
