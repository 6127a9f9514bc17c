package dev.tallyclerk.registry.internal.inventory.java;

import dev.tallyclerk.registry.internal.inventory.Cells;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.nio.charset.StandardCharsets;

/**
 * The header before an entry of a ZIP archive.
 *
 * @param compressedSize the size of the data in the archive; -1 if a descriptor after the data says it
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT, section 4.3.7</a>
 */
record ZipEntryHeader(String name, int method, boolean encrypted, long compressedSize) {
    static final int STORED = 0;
    static final int DEFLATED = 8;

    /** The length of the header without the name and the extra field. */
    static final int FIXED = 30;

    private static final int ENCRYPTED = 1;
    private static final int DESCRIPTOR_FOLLOWS = 8;
    private static final long IN_EXTRA = 0xffffffffL;

    /** {@return the length of the name and the extra field} */
    static int variableLength(byte[] fixed) {
        return Cells.u16le(fixed, 26) + Cells.u16le(fixed, 28);
    }

    static ZipEntryHeader parse(byte[] fixed, byte[] variable) throws UnreadableException {
        int flags = Cells.u16le(fixed, 6);
        int method = Cells.u16le(fixed, 8);
        int nameLength = Cells.u16le(fixed, 26);
        long size = Cells.u32le(fixed, 18);
        if (size == IN_EXTRA) {
            size = largeSize(variable, nameLength);
        }
        String name = new String(variable, 0, nameLength, StandardCharsets.UTF_8);
        boolean isEmpty = method == STORED && name.endsWith("/");
        boolean later = (flags & DESCRIPTOR_FOLLOWS) != 0 && size == 0 && !isEmpty;
        return new ZipEntryHeader(name, method, (flags & ENCRYPTED) != 0, later ? -1 : size);
    }

    /** {@return the compressed size of the ZIP64 field, which follows the uncompressed one; 0 if there is none} */
    private static long largeSize(byte[] variable, int start) throws UnreadableException {
        for (int at = start; at + 4 <= variable.length; at += 4 + Cells.u16le(variable, at + 2)) {
            if (Cells.u16le(variable, at) == 1 && at + 20 <= variable.length) {
                long size = Cells.u64le(variable, at + 12);
                if (size < 0) {
                    throw UnreadableException.malformed("an entry of the archive has a size of " + size);
                }
                return size;
            }
        }
        return 0;
    }
}
