package dev.tallyclerk.registry.internal.inventory;

/** Reads numbers from bytes. The caller checks that they exist. */
public final class Cells {
    private Cells() {}

    public static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    public static int u16be(byte[] bytes, int at) {
        return u8(bytes, at) << 8 | u8(bytes, at + 1);
    }

    public static int u16le(byte[] bytes, int at) {
        return u8(bytes, at) | u8(bytes, at + 1) << 8;
    }

    public static long u32be(byte[] bytes, int at) {
        return (long) u16be(bytes, at) << 16 | u16be(bytes, at + 2);
    }

    public static long u32le(byte[] bytes, int at) {
        return u16le(bytes, at) | (long) u16le(bytes, at + 2) << 16;
    }

    public static long u64le(byte[] bytes, int at) {
        return u32le(bytes, at) | u32le(bytes, at + 4) << 32;
    }
}
