package dev.tallyclerk.registry.layout;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Walks over the headers of a tar file: POSIX ustar and pax (IEEE Std 1003.1, pax, "ustar Interchange Format"), and
 * GNU's long names and large sizes.
 *
 * <p>Readers of tar disagree in many corners, and a file that two of them read differently holds two images. So
 * whatever they disagree about is refused, although some reader would take it.
 */
final class TarHeaders {
    private static final int BLOCK = 512;

    private static final Set<String> NAMING_KEYS = Set.of("path", "linkpath", "size");

    private final FileChannel channel;
    private final LayoutLimits limits;
    private final long fileSize;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
    private final Map<String, String> next = new HashMap<>();
    private boolean extendedByPax;
    private long position;
    private int headers;

    TarHeaders(FileChannel channel, LayoutLimits limits) throws IOException {
        this.channel = channel;
        this.limits = limits;
        this.fileSize = channel.size();
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
            headers++;
            if (headers > limits.maxEntries()) {
                throw limit("has more than " + limits.maxEntries() + " headers");
            }
            long size = sizeField();
            char type = (char) (block.get(156) & 0xff);
            long content = position;
            switch (type) {
                case 'x' -> extendByPax(extended(content, size));
                case 'g' -> global(extended(content, size));
                case 'L' -> extendByGnu("path", extended(content, size));
                case 'K' -> extendByGnu("linkpath", extended(content, size));
                default -> {
                    return Optional.of(entry(type, content, size));
                }
            }
            position = end(content, size);
        }
    }

    /** A second header of the kind, or one of each, is replaced, merged or ignored, depending on the reader. */
    private void extendByPax(byte[] records) throws LayoutException {
        if (!next.isEmpty() || extendedByPax) {
            throw malformed("has two extended headers for one entry");
        }
        extendedByPax = true;
        for (Map.Entry<String, String> record : pax(records).entrySet()) {
            if (NAMING_KEYS.contains(record.getKey())) {
                next.put(record.getKey(), record.getValue());
            }
        }
    }

    private void extendByGnu(String key, byte[] text) throws LayoutException {
        if (extendedByPax || next.put(key, wholeCString(text)) != null) {
            throw malformed("has two extended headers for one entry");
        }
    }

    private void global(byte[] records) throws LayoutException {
        if (!next.isEmpty() || extendedByPax) {
            throw malformed("has a global header between an extended one and its entry");
        }
        Map<String, String> global = pax(records);
        for (String key : NAMING_KEYS) {
            if (global.containsKey(key)) {
                throw malformed("sets " + key + " for all entries, which readers take differently");
            }
        }
    }

    private Optional<TarEntry> end() throws LayoutException {
        if (headers == 0) {
            throw new LayoutException(Reason.NOT_AN_IMAGE, "the file is empty, or no tar file");
        }
        if (!next.isEmpty() || extendedByPax) {
            throw malformed("ends after an extended header");
        }
        return Optional.empty();
    }

    private long end(long content, long size) throws LayoutException {
        if (size > fileSize - content) {
            throw malformed("has an entry that ends after the file");
        }
        return (content + size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private TarEntry entry(char type, long content, long headerSize) throws LayoutException {
        String paxSize = next.get("size");
        long size = paxSize == null ? headerSize : decimal(paxSize);
        String own = headerPath();
        String path = next.getOrDefault("path", own);
        String link = next.getOrDefault("linkpath", field(157, 100));
        next.clear();
        extendedByPax = false;
        refuseOddNames(path, link);
        TarEntry.Type entryType = type(type, path, size);
        if (type >= '1' && type <= '6' && size != 0) {
            throw malformed("has a link, device or folder with a size, which readers take differently");
        }
        position = end(content, size);
        return new TarEntry(TarEntry.normalize(path), entryType, link, content, size);
    }

    private static TarEntry.Type type(char type, String path, long size) throws LayoutException {
        return switch (type) {
            case '0', '\0', '7' -> {
                if (!path.endsWith("/")) {
                    yield TarEntry.Type.FILE;
                }
                if (size != 0) {
                    throw malformed("has a folder with a size, which readers take differently");
                }
                yield TarEntry.Type.FOLDER;
            }
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '5' -> TarEntry.Type.FOLDER;
            case 'S' -> throw malformed("has a sparse file");
            case 'M', 'N', 'V', 'X' -> throw malformed("has an entry of the obsolete type " + type);
            default -> TarEntry.Type.OTHER;
        };
    }

    private void refuseOddNames(String path, String link) throws LayoutException {
        int max = limits.maxNameLength();
        if (path.length() > max || link.length() > max) {
            throw limit("has a name of more than " + max + " characters");
        }
        if (path.startsWith("/") || List.of(path.split("/", -1)).contains("..")) {
            throw malformed("has an entry outside itself: " + Quoted.quote(path));
        }
    }

    private String headerPath() throws LayoutException {
        String name = field(0, 100);
        if (field(257, 5).equals("ustar") && block.get(262) == 0) {
            if (field(508, 4).equals("tar")) {
                throw malformed("has a header of star, whose prefix readers take differently");
            }
            return block.get(345) == 0 ? name : field(345, 155) + "/" + name;
        }
        // GNU has times here where POSIX has a prefix; where they are none, some readers take them for a prefix.
        for (int i = 345; i < 500; i++) {
            byte b = block.get(i);
            boolean time = i < 369 && (b == ' ' || (b >= '0' && b <= '7'));
            if (b != 0 && !time) {
                throw malformed("has a prefix in a header that may have none");
            }
        }
        return name;
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
            throw headers == 0
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

    /** Blanks, digits, then blanks or NULs: what stands in another order is read as different numbers. */
    private long octal(int offset, int length) throws LayoutException {
        long value = 0;
        int at = offset;
        int end = offset + length;
        while (at < end && block.get(at) == ' ') {
            at++;
        }
        for (; at < end && block.get(at) >= '0' && block.get(at) <= '7'; at++) {
            value = value << 3 | (block.get(at) - '0');
        }
        for (; at < end; at++) {
            if (block.get(at) != ' ' && block.get(at) != 0) {
                throw headers == 0
                        ? new LayoutException(Reason.NOT_AN_IMAGE, "the file is no tar file")
                        : malformed("has a number that is not octal");
            }
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

    /** GNU's long names end with NULs; one within is cut there by some readers and kept by others. */
    private static String wholeCString(byte[] bytes) throws LayoutException {
        String text = cString(bytes, 0, bytes.length);
        for (int i = text.getBytes(StandardCharsets.UTF_8).length; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                throw malformed("has a name with a NUL in it");
            }
        }
        if (text.isEmpty()) {
            throw malformed("has an empty name");
        }
        return text;
    }

    private byte[] extended(long offset, long size) throws IOException {
        end(offset, size);
        if (size > limits.maxExtendedHeaderBytes()) {
            throw limit("has an extended header of more than " + limits.maxExtendedHeaderBytes() + " bytes");
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
    private static Map<String, String> pax(byte[] records) throws LayoutException {
        Map<String, String> into = new HashMap<>();
        int at = 0;
        while (at < records.length) {
            int blank = at;
            long length = 0;
            while (blank < records.length
                    && records[blank] >= '0'
                    && records[blank] <= '9'
                    && length <= records.length) {
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
            String value = record.substring(equals + 1);
            boolean naming = NAMING_KEYS.contains(key);
            if (naming && (value.isEmpty() || value.indexOf('\0') >= 0)) {
                throw malformed("has a pax record that is empty or has a NUL in it");
            }
            if (into.put(key, value) != null && naming) {
                throw malformed("has two pax records " + Quoted.quote(key));
            }
            at = (int) end;
        }
        return into;
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

    private static LayoutException limit(String what) {
        return new LayoutException(Reason.LIMIT_EXCEEDED, "archive " + what);
    }

    private static LayoutException malformed(String what) {
        return new LayoutException(Reason.MALFORMED_ARCHIVE, "archive " + what);
    }
}
