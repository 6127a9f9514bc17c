package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.Cells;
import dev.tallyclerk.registry.internal.inventory.HashedPath;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The header of an rpm package as the stores hold it: the number of index entries and of data bytes, the index, the
 * data.
 *
 * @see <a href="https://rpm-software-management.github.io/rpm/manual/format_header.html">RPM v4 header format</a>
 */
final class RpmHeader {
    static final int NAME = 1000;
    static final int VERSION = 1001;
    static final int RELEASE = 1002;
    static final int EPOCH = 1003;
    static final int ARCHITECTURE = 1022;
    static final int SOURCE_RPM = 1044;
    static final int FILE_DIGESTS = 1035;
    static final int DIRECTORY_INDEXES = 1116;
    static final int BASE_NAMES = 1117;
    static final int DIRECTORY_NAMES = 1118;
    static final int MODULARITY_LABEL = 5096;

    private static final int PREFIX = 8;
    private static final int ENTRY = 16;
    private static final int MAX_ENTRIES = 0xffff;
    private static final int INT32 = 4;
    private static final int STRING = 6;
    private static final int STRING_ARRAY = 8;
    private static final int MAX_TEXT = 4096;
    private static final int MAX_FOLDERS = 1 << 18;

    private final byte[] bytes;
    private final int data;
    private final int dataLength;
    private final Map<Integer, Entry> index = new HashMap<>();

    private record Entry(int type, long offset, long count) {}

    private RpmHeader(byte[] bytes, int entries, int dataLength) {
        this.bytes = bytes;
        this.data = PREFIX + ENTRY * entries;
        this.dataLength = dataLength;
    }

    /** {@return the header that fills the bytes, which must not be changed} */
    static RpmHeader parse(byte[] bytes) throws UnreadableException {
        if (bytes.length < PREFIX) {
            throw UnreadableException.malformed("a package header has only " + bytes.length + " bytes");
        }
        long entries = Cells.u32be(bytes, 0);
        long dataLength = Cells.u32be(bytes, 4);
        if (entries < 1 || entries > MAX_ENTRIES) {
            throw UnreadableException.limit(
                    "a package header has " + entries + " index entries, and 1 to " + MAX_ENTRIES + " are allowed");
        }
        if (PREFIX + ENTRY * entries + dataLength != bytes.length) {
            throw UnreadableException.malformed("a package header of " + entries + " entries and " + dataLength
                    + " bytes of data does not fill its " + bytes.length + " bytes");
        }
        RpmHeader header = new RpmHeader(bytes, (int) entries, (int) dataLength);
        for (int i = 0; i < entries; i++) {
            int at = PREFIX + ENTRY * i;
            // As for rpm, an entry behind the signed region replaces one in it.
            header.index.put(
                    (int) Cells.u32be(bytes, at),
                    new Entry(
                            (int) Cells.u32be(bytes, at + 4), Cells.u32be(bytes, at + 8), Cells.u32be(bytes, at + 12)));
        }
        return header;
    }

    /** {@return the text under a tag; empty if there is none} */
    String text(int tag) throws UnreadableException {
        Entry entry = index.get(tag);
        if (entry == null || entry.count < 1 || (entry.type != STRING && entry.type != STRING_ARRAY)) {
            return "";
        }
        int start = position(tag, entry, 1);
        int end = end(tag, start);
        if (end - start > MAX_TEXT) {
            throw UnreadableException.limit("tag " + tag + " has " + (end - start) + " bytes of text");
        }
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /** {@return the number under a tag, if there is one} */
    OptionalLong number(int tag) throws UnreadableException {
        Entry entry = index.get(tag);
        if (entry == null || entry.count < 1 || entry.type != INT32) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Cells.u32be(bytes, position(tag, entry, 4)));
    }

    /** Receives files. */
    @FunctionalInterface
    interface Files {
        /**
         * Receives a file.
         *
         * @param checksum its checksum in hexadecimal; empty for folders and links, and where there are none
         */
        void add(HashedPath path, String checksum) throws UnreadableException;
    }

    /** Gives the package's files. */
    void files(Files files) throws UnreadableException {
        Entry names = index.get(BASE_NAMES);
        Entry folders = index.get(DIRECTORY_NAMES);
        Entry indexes = index.get(DIRECTORY_INDEXES);
        if (names == null || folders == null || indexes == null) {
            return;
        }
        if (names.type != STRING_ARRAY
                || folders.type != STRING_ARRAY
                || indexes.type != INT32
                || names.count != indexes.count
                || folders.count > names.count
                || indexes.count > dataLength / 4) {
            throw UnreadableException.malformed("the lists of files of a package do not fit each other");
        }
        if (folders.count > MAX_FOLDERS) {
            throw UnreadableException.limit("a package has files in more than " + MAX_FOLDERS + " folders");
        }
        List<HashedPath> all = new ArrayList<>();
        int at = position(DIRECTORY_NAMES, folders, 1);
        for (long i = 0; i < folders.count; i++) {
            int end = end(DIRECTORY_NAMES, at);
            all.add(HashedPath.of(new String(bytes, at, end - at, StandardCharsets.UTF_8)));
            at = end + 1;
        }
        int folder = position(DIRECTORY_INDEXES, indexes, 4 * indexes.count);
        int name = position(BASE_NAMES, names, 1);
        Entry listed = index.get(FILE_DIGESTS);
        Entry checksums = listed != null && listed.type == STRING_ARRAY && listed.count == names.count ? listed : null;
        int checksum = checksums == null ? 0 : position(FILE_DIGESTS, checksums, 1);
        for (int i = 0; i < names.count; i++) {
            int end = end(BASE_NAMES, name);
            long number = Cells.u32be(bytes, folder + 4 * i);
            if (number >= all.size()) {
                throw UnreadableException.malformed("a file lies in folder " + number + " of " + all.size());
            }
            int checksumEnd = checksums != null ? end(FILE_DIGESTS, checksum) : 0;
            files.add(
                    all.get((int) number).file(new String(bytes, name, end - name, StandardCharsets.UTF_8)),
                    new String(bytes, checksum, checksumEnd - checksum, StandardCharsets.ISO_8859_1));
            name = end + 1;
            checksum = checksums != null ? checksumEnd + 1 : 0;
        }
    }

    private int position(int tag, Entry entry, long length) throws UnreadableException {
        if (entry.offset + length > dataLength) {
            throw UnreadableException.malformed("tag " + tag + " points to byte " + entry.offset + " of " + dataLength);
        }
        return data + (int) entry.offset;
    }

    private int end(int tag, int start) throws UnreadableException {
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        throw UnreadableException.malformed("a text of tag " + tag + " has no end");
    }
}
