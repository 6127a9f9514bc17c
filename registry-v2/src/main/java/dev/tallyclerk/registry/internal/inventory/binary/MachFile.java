package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.Cells;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a program for macOS.
 *
 * @see <a href="https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h">Mach-O,
 *     loader.h</a>
 */
final class MachFile {
    private static final long MAGIC = 0xfeedface;
    private static final long WIDE_MAGIC = 0xfeedfacf;
    private static final int COMMANDS_AT = 16;
    private static final int SEGMENT = 1;
    private static final int WIDE_SEGMENT = 0x19;
    private static final int WRITABLE = 2;

    private MachFile() {}

    /** {@return whether the four bytes at a position are the first ones of a program for macOS} */
    static boolean isMach(byte[] bytes, int offset) {
        return isMagic((int) Cells.u32be(bytes, offset)) || isMagic((int) Cells.u32le(bytes, offset));
    }

    private static boolean isMagic(int number) {
        return number == (int) MAGIC || number == (int) WIDE_MAGIC;
    }

    /** {@return the segments of the file that starts with these bytes; none if its headers are not there} */
    static List<Segment> segments(byte[] start) {
        List<Segment> segments = new ArrayList<>();
        boolean bigEndian = isMagic((int) Cells.u32be(start, 0));
        boolean wide = (start[bigEndian ? 3 : 0] & 0xff) == (WIDE_MAGIC & 0xff);
        ElfNumbers numbers = new ElfNumbers(start, wide, bigEndian);
        long at = wide ? 32 : 28;
        int least = wide ? 72 : 56;
        for (long left = numbers.u32(COMMANDS_AT); left > 0 && at <= start.length - least; left--) {
            int command = (int) at;
            if (numbers.u32(command) == (wide ? WIDE_SEGMENT : SEGMENT)) {
                int addresses = command + 24;
                int width = wide ? 8 : 4;
                long position = numbers.address(addresses + 2 * width);
                Segment segment = new Segment(
                        position,
                        position + numbers.address(addresses + 3 * width),
                        numbers.address(addresses),
                        (numbers.u32(addresses + 4 * width + 4) & WRITABLE) != 0);
                if (segment.isPlausible()) {
                    segments.add(segment);
                }
            }
            long length = numbers.u32(command + 4);
            if (length < 8) {
                break;
            }
            at += length;
        }
        return segments;
    }
}
