package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.layout.LayoutException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Walks over the headers of a tar file: POSIX ustar and pax (IEEE Std 1003.1, pax, "ustar Interchange Format"), and
 * GNU's long names and large sizes.
 */
final class TarHeaders {
    private static final int BLOCK = 512;
    private static final int MAX_ENTRIES = 100_000;
    private static final int MAX_EXTENDED = 1 << 20;

    private final FileChannel channel;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
    private final Map<String, String> global = new HashMap<>();
    private final Map<String, String> next = new HashMap<>();
    private long position;
    private int count;

    TarHeaders(FileChannel channel) {
        this.channel = channel;
    }

    /** {@return the next entry, or nothing at the end} */
    Optional<TarEntry> next() throws IOException {
        while (true) {
            if (!readBlock()) {
                return end();
            }
            if (isZero()) {
                if (!readBlock() || isZero()) {
                    return end();
                }
                throw malformed("has a header after a zero block");
            }
            verifyChecksum();
            long size = sizeField();
            char type = (char) (block.get(156) & 0xff);
            long content = position;
            position = Math.addExact(content, roundUp(size));
            switch (type) {
                case 'x' -> pax(extended(content, size), next);
                case 'g' -> pax(extended(content, size), global);
                case 'L' -> next.put("path", cString(extended(content, size), 0, (int) size));
                case 'K' -> next.put("linkpath", cString(extended(content, size), 0, (int) size));
                default -> {
                    return Optional.of(entry(type, content, size));
                }
            }
        }
    }

    private Optional<TarEntry> end() throws LayoutException {
        if (count == 0) {
            throw new LayoutException(Reason.NOT_AN_IMAGE, "the file is empty, or no tar file");
        }
        if (!next.isEmpty()) {
            throw malformed("ends after an extended header");
        }
        return Optional.empty();
    }

    private TarEntry entry(char type, long content, long headerSize) throws LayoutException {
        count++;
        if (count > MAX_ENTRIES) {
            throw malformed("has more than " + MAX_ENTRIES + " entries");
        }
        long size = headerSize;
        String paxSize = next.getOrDefault("size", global.getOrDefault("size", ""));
        if (!paxSize.isEmpty()) {
            size = decimal(paxSize);
            position = Math.addExact(content, roundUp(size));
        }
        String path = next.getOrDefault("path", global.getOrDefault("path", headerPath()));
        String link = next.getOrDefault("linkpath", global.getOrDefault("linkpath", field(157, 100)));
        next.clear();
        TarEntry.Type entryType = switch (type) {
            case '0', '\0', '7' -> path.endsWith("/") ? TarEntry.Type.FOLDER : TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '5' -> TarEntry.Type.FOLDER;
            case 'S' -> throw malformed("has a sparse file");
            default -> TarEntry.Type.OTHER;
        };
        if (type >= '1' && type <= '6') {
            if (type == '1' && size != 0) {
                throw malformed("has a hard link with a size, which readers take differently");
            }
            // Links, devices and folders have no content, whatever size some writers note for them.
            position = content;
            size = 0;
        }
        return new TarEntry(TarEntry.normalize(path), entryType, link, content, size);
    }

    private String headerPath() {
        boolean ustar = field(257, 5).equals("ustar");
        // GNU's magic is "ustar  ": it uses the prefix field for times.
        boolean hasPrefix = ustar && block.get(262) == 0 && block.get(345) != 0;
        return (hasPrefix ? field(345, 155) + "/" : "") + field(0, 100);
    }

    private boolean readBlock() throws IOException {
        block.clear();
        while (block.hasRemaining()) {
            int n = channel.read(block, position + block.position());
            if (n < 0) {
                if (block.position() == 0) {
                    return false;
                }
                throw malformed("ends inside a header");
            }
        }
        position += BLOCK;
        return true;
    }

    private boolean isZero() {
        for (int i = 0; i < BLOCK; i++) {
            if (block.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private void verifyChecksum() throws LayoutException {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : block.get(i) & 0xff;
        }
        if (octal(148, 8) != sum) {
            throw count == 0
                    ? new LayoutException(Reason.NOT_AN_IMAGE, "the file is no tar file")
                    : malformed("has a header that fails its checksum");
        }
    }

    private long sizeField() throws LayoutException {
        if ((block.get(124) & 0x80) == 0) {
            return octal(124, 12);
        }
        // GNU: a binary number, big endian, with the first bit set; more than 63 bits cannot be a file.
        long value = 0;
        for (int i = 125; i < 136; i++) {
            if (value >>> 55 != 0) {
                throw malformed("has an entry of impossible size");
            }
            value = value << 8 | (block.get(i) & 0xff);
        }
        if (block.get(124) != (byte) 0x80) {
            throw malformed("has an entry of impossible size");
        }
        return value;
    }

    private long octal(int offset, int length) throws LayoutException {
        String text = field(offset, length).strip();
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 7) {
                throw count == 0
                        ? new LayoutException(Reason.NOT_AN_IMAGE, "the file is no tar file")
                        : malformed("has a number that is not octal");
            }
            value = value << 3 | digit;
        }
        return value;
    }

    private String field(int offset, int length) {
        return cString(block.array(), offset, length);
    }

    private static String cString(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }

    private byte[] extended(long offset, long size) throws IOException {
        if (size > MAX_EXTENDED) {
            throw malformed("has an extended header of more than " + MAX_EXTENDED + " bytes");
        }
        ByteBuffer content = ByteBuffer.allocate((int) size);
        while (content.hasRemaining()) {
            if (channel.read(content, offset + content.position()) < 0) {
                throw malformed("ends inside an extended header");
            }
        }
        return content.array();
    }

    /** Records are "LENGTH KEY=VALUE\n", where LENGTH counts the whole record in bytes. */
    private static void pax(byte[] records, Map<String, String> into) throws LayoutException {
        int at = 0;
        while (at < records.length) {
            int blank = at;
            long length = 0;
            while (blank < records.length && records[blank] >= '0' && records[blank] <= '9' && length < MAX_EXTENDED) {
                length = length * 10 + records[blank] - '0';
                blank++;
            }
            long end = at + length;
            if (blank == at
                    || blank >= records.length
                    || records[blank] != ' '
                    || end > records.length
                    || end <= blank + 1
                    || records[(int) end - 1] != '\n') {
                throw malformed("has a broken pax record");
            }
            String record = new String(records, blank + 1, (int) end - blank - 2, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals < 1) {
                throw malformed("has a broken pax record");
            }
            String key = record.substring(0, equals);
            if (key.startsWith("GNU.sparse.")) {
                throw malformed("has a sparse file");
            }
            into.put(key, record.substring(equals + 1));
            at = (int) end;
        }
    }

    private static long decimal(String text) throws LayoutException {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message for both.
        }
        throw malformed("has a pax size that is no number");
    }

    private static long roundUp(long size) throws LayoutException {
        if (size > Long.MAX_VALUE - BLOCK) {
            throw malformed("has an entry of impossible size");
        }
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private static LayoutException malformed(String what) {
        return new LayoutException(Reason.MALFORMED_ARCHIVE, "archive " + what);
    }
}
