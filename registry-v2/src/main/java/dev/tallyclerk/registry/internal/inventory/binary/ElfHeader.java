package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.Cells;
import java.util.Optional;

/**
 * Where an ELF file has its tables.
 *
 * @see <a href="https://gabi.xinuos.com/elf/02-eheader.html">System V ABI, ELF header</a>
 */
record ElfHeader(
        boolean wide,
        boolean bigEndian,
        long segments,
        int segmentSize,
        int segmentCount,
        long sections,
        int sectionSize,
        int sectionCount,
        int sectionNames) {
    static final int LENGTH = 64;

    private static final long MAGIC = 0x7f454c46;
    private static final int MIN_SEGMENT = 32;
    private static final int MIN_SECTION = 40;
    private static final int NARROW = 1;
    private static final int WIDE = 2;

    /** {@return whether the four bytes at a position are the first ones of an ELF file} */
    static boolean isElf(byte[] bytes, int offset) {
        return Cells.u32be(bytes, offset) == MAGIC;
    }

    /** {@return the header in the first {@value #LENGTH} bytes of an ELF file; nothing if it has none} */
    static Optional<ElfHeader> parse(byte[] bytes) {
        int width = bytes[4];
        int order = bytes[5];
        if ((width != NARROW && width != WIDE) || (order != 1 && order != 2)) {
            return Optional.empty();
        }
        boolean wide = width == WIDE;
        ElfNumbers numbers = new ElfNumbers(bytes, wide, order == 2);
        int tail = wide ? 54 : 42;
        ElfHeader header = new ElfHeader(
                wide,
                order == 2,
                numbers.address(wide ? 32 : 28),
                numbers.u16(tail),
                numbers.u16(tail + 2),
                numbers.address(wide ? 40 : 32),
                numbers.u16(tail + 4),
                numbers.u16(tail + 6),
                numbers.u16(tail + 8));
        boolean plausible = header.segments >= 0
                && header.sections >= 0
                && (header.segmentCount == 0 || header.segmentSize >= (wide ? 56 : MIN_SEGMENT))
                && (header.sectionCount == 0 || header.sectionSize >= (wide ? 64 : MIN_SECTION));
        return plausible ? Optional.of(header) : Optional.empty();
    }

    /** {@return the numbers of a table of this file} */
    ElfNumbers numbers(byte[] bytes) {
        return new ElfNumbers(bytes, wide, bigEndian);
    }
}
