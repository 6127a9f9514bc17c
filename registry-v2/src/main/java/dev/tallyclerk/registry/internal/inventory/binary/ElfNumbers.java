package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.Cells;

/** Reads numbers in the width and byte order of an ELF file. Immutable as long as the bytes are. */
final class ElfNumbers {
    private final byte[] bytes;
    private final boolean wide;
    private final boolean bigEndian;

    ElfNumbers(byte[] bytes, boolean wide, boolean bigEndian) {
        this.bytes = bytes;
        this.wide = wide;
        this.bigEndian = bigEndian;
    }

    int u16(int at) {
        return bigEndian ? Cells.u16be(bytes, at) : Cells.u16le(bytes, at);
    }

    long u32(int at) {
        return bigEndian ? Cells.u32be(bytes, at) : Cells.u32le(bytes, at);
    }

    /** {@return an offset or size of the file's width; negative if it is too large for a file} */
    long address(int at) {
        if (!wide) {
            return u32(at);
        }
        return bigEndian ? u32(at) << 32 | u32(at + 4) : u32(at + 4) << 32 | u32(at);
    }
}
