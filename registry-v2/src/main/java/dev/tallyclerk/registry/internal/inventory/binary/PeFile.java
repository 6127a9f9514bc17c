package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.Cells;
import java.util.ArrayList;
import java.util.List;

/**
 * The sections of a program for Windows.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/debug/pe-format">PE Format</a>
 */
final class PeFile {
    private static final int DOS_MAGIC = 0x5a4d;
    private static final int HEADER_AT = 0x3c;
    private static final long MAGIC = 0x4550;
    private static final int COFF_HEADER = 24;
    private static final int WIDE = 0x20b;
    private static final int SECTION = 40;
    private static final long WRITABLE = 0x80000000L;

    private PeFile() {}

    /** {@return whether the two bytes at a position are the first ones of a program for DOS or Windows} */
    static boolean isPe(byte[] bytes, int offset) {
        return Cells.u16le(bytes, offset) == DOS_MAGIC;
    }

    /** {@return the sections of the file that starts with these bytes; none if its headers are not there} */
    static List<Segment> segments(byte[] start) {
        List<Segment> segments = new ArrayList<>();
        long header = start.length < HEADER_AT + 4 ? -1 : Cells.u32le(start, HEADER_AT);
        if (header < 0 || header > start.length - COFF_HEADER - 32 || Cells.u32le(start, (int) header) != MAGIC) {
            return segments;
        }
        int coff = (int) header;
        int optional = coff + COFF_HEADER;
        long base = Cells.u16le(start, optional) == WIDE
                ? Cells.u64le(start, optional + 24)
                : Cells.u32le(start, optional + 28);
        int at = optional + Cells.u16le(start, coff + 20);
        for (int i = Cells.u16le(start, coff + 6); i > 0 && at <= start.length - SECTION; i--) {
            long position = Cells.u32le(start, at + 20);
            Segment section = new Segment(
                    position,
                    position + Cells.u32le(start, at + 16),
                    base + Cells.u32le(start, at + 12),
                    (Cells.u32le(start, at + 36) & WRITABLE) != 0);
            if (section.isPlausible()) {
                segments.add(section);
            }
            at += SECTION;
        }
        return segments;
    }
}
