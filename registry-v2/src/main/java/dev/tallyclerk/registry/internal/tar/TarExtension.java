package dev.tallyclerk.registry.internal.tar;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The extended headers of an entry: pax records, or GNU's long names. */
final class TarExtension {
    private static final String SCHILY_XATTR = "SCHILY.xattr.";
    private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
    private static final String SCHILY_SIZE = "SCHILY.realsize";
    private static final String SOLARIS_HOLES = "SUN.holesdata";

    /** Keys that are ambiguous in a global header. */
    private static final Set<String> SINGLE_ENTRY_KEYS = Set.of(
            "path",
            "linkpath",
            "size",
            "uid",
            "gid",
            "uname",
            "gname",
            "mtime",
            "hdrcharset",
            SCHILY_SIZE,
            SOLARIS_HOLES);

    private static final Set<String> CHARSETS = Set.of("BINARY", "ISO-IR 10646 2000 UTF-8");

    private final int maxBytes;
    byte[] bytes = new byte[1024];
    private int used;
    private boolean pax;

    /** The ranges of the name and the link's target in {@link #bytes}; -1 if the header's own are used. */
    int nameStart;

    int nameEnd;
    int linkStart;
    int linkEnd;

    private long size;
    private @Nullable SparseRecords sparse;
    private long schilySize;
    boolean hasTime;
    long seconds;
    int nanos;
    private @Nullable Long userId;
    private @Nullable Long groupId;
    private @Nullable String userName;
    private @Nullable String groupName;
    private Map<String, byte[]> xattrs = Map.of();
    private Map<String, String> records = Map.of();

    TarExtension(int maxBytes) {
        this.maxBytes = maxBytes;
        reset();
    }

    final void reset() {
        used = 0;
        pax = false;
        nameStart = -1;
        linkStart = -1;
        size = -1;
        sparse = null;
        schilySize = -1;
        hasTime = false;
        userId = null;
        groupId = null;
        userName = null;
        groupName = null;
        xattrs = Map.of();
        records = Map.of();
    }

    /** {@return whether there is a header for the next entry} */
    boolean isPending() {
        return pax || nameStart >= 0 || linkStart >= 0;
    }

    /**
     * Reads an extended header. A second one of a kind, or one of each kind, is refused, because some tar readers
     * replace the first and others merge both.
     */
    void read(char type, long length, TarInput in) throws IOException {
        if (type == 'g' ? isPending() : pax || (type == 'x' && isPending())) {
            throw TarException.ambiguous("has two extended headers for one entry");
        }
        int start = load(length, in);
        switch (type) {
            case 'x' -> {
                pax = true;
                readPax(start);
            }
            case 'g' -> {
                requireHarmless(new PaxRecords(bytes, start, used));
                used = start;
            }
            case 'L' -> {
                requireFirst(nameStart);
                nameStart = start;
                nameEnd = longText(start);
            }
            default -> {
                requireFirst(linkStart);
                linkStart = start;
                linkEnd = longText(start);
            }
        }
    }

    private static void requireFirst(int start) throws TarException {
        if (start >= 0) {
            throw TarException.ambiguous("has two long names for one entry");
        }
    }

    /** {@return whether the last header's content ends with a NUL} */
    boolean endsWithNul() {
        return used > 0 && bytes[used - 1] == 0;
    }

    /** Appends the header's content to {@link #bytes}, so that it outlives the input's buffer. */
    private int load(long length, TarInput in) throws IOException {
        if (length > maxBytes - used) {
            throw TarException.beyondLimit("has more than " + maxBytes + " bytes of extended headers for one entry");
        }
        int start = used;
        int end = start + (int) length;
        // Grows by the bytes that arrive, not by the size in the header.
        while (used < end) {
            if (used == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(maxBytes, bytes.length * 2));
            }
            int n = in.read(bytes, used, Math.min(end, bytes.length) - used);
            if (n < 0) {
                throw TarException.malformed("ends inside an extended header");
            }
            used += n;
        }
        return start;
    }

    /** GNU's long names end with NULs; some readers cut the name at an inner NUL, others keep it. */
    private int longText(int start) throws TarException {
        int end = TarBlock.textEnd(bytes, start, used - start);
        for (int i = end; i < used; i++) {
            if (bytes[i] != 0) {
                throw TarException.ambiguous("has a long name with a NUL");
            }
        }
        if (end == start) {
            throw TarException.ambiguous("has an empty long name");
        }
        return end;
    }

    private void requireHarmless(PaxRecords global) throws TarException {
        while (global.next()) {
            String key = global.key;
            if (SINGLE_ENTRY_KEYS.contains(key)
                    || key.startsWith(SCHILY_XATTR)
                    || key.startsWith(LIBARCHIVE_XATTR)
                    || key.startsWith(SparseRecords.PREFIX)) {
                throw TarException.ambiguous(
                        "sets " + Quoted.quote(key) + " for all entries, which some tar readers ignore");
            }
        }
    }

    private void readPax(int start) throws TarException {
        PaxRecords record = new PaxRecords(bytes, start, used);
        while (record.next()) {
            switch (record.key) {
                case "path" -> {
                    requireOnce(record, nameStart >= 0);
                    if (sparse != null && sparse.nameStart >= 0) {
                        // Written by GNU tar for long names in form 0.1; the others use the name before.
                        throw TarException.ambiguous("has a sparse file with two names, of which Python uses the last");
                    }
                    record.requireName();
                    nameStart = record.valueStart;
                    nameEnd = record.valueEnd;
                }
                case "linkpath" -> {
                    requireOnce(record, linkStart >= 0);
                    record.requireName();
                    linkStart = record.valueStart;
                    linkEnd = record.valueEnd;
                }
                case "size" -> {
                    requireOnce(record, size >= 0);
                    size = record.number();
                    if (size < 0) {
                        throw TarException.malformed("has an entry of negative size");
                    }
                }
                default -> readDetail(record);
            }
        }
    }

    /** The last record of a key counts, and an empty value means the header's own. */
    private void readDetail(PaxRecords record) throws TarException {
        String key = record.key;
        if (key.startsWith(SparseRecords.PREFIX)) {
            if (sparse == null) {
                sparse = new SparseRecords();
            }
            sparse.read(record);
            return;
        }
        boolean there = !record.isEmpty();
        switch (key) {
            case "uid" -> userId = there ? (Long) record.number() : null;
            case "gid" -> groupId = there ? (Long) record.number() : null;
            case "uname" -> userName = there ? record.name() : null;
            case "gname" -> groupName = there ? record.name() : null;
            case "mtime" -> {
                hasTime = there;
                seconds = there ? record.seconds() : 0;
                nanos = there ? record.nanos() : 0;
            }
            case "atime", "ctime" -> {
                // Access and change times are useless in an image, but must be valid.
                if (there) {
                    record.requireTime();
                }
            }
            case SCHILY_SIZE -> {
                if (schilySize >= 0 || !there) {
                    throw TarException.ambiguous("has an empty or a second record " + SCHILY_SIZE);
                }
                schilySize = SparseMap.number(bytes, record.valueStart, record.valueEnd);
            }
            case SOLARIS_HOLES ->
                throw TarException.ambiguous("has a sparse file of Solaris, whose map most tar readers ignore");
            case "hdrcharset" -> {
                if (there && !CHARSETS.contains(record.text())) {
                    throw TarException.ambiguous("has names in a character set that few tar readers support");
                }
            }
            default -> readOther(key, record);
        }
    }

    private void readOther(String key, PaxRecords record) throws TarException {
        if (key.startsWith(SCHILY_XATTR)) {
            byte[] value = Arrays.copyOfRange(bytes, record.valueStart, record.valueEnd);
            addXattr(key.substring(SCHILY_XATTR.length()), value);
        } else if (key.startsWith(LIBARCHIVE_XATTR)) {
            try {
                // The name is percent-encoded, but a plus sign is literal.
                String name = key.substring(LIBARCHIVE_XATTR.length()).replace("+", "%2B");
                addXattr(
                        URLDecoder.decode(name, StandardCharsets.UTF_8),
                        Base64.getDecoder().decode(record.text()));
            } catch (IllegalArgumentException e) {
                throw TarException.malformed("has a malformed extended attribute");
            }
        } else {
            if (records.isEmpty()) {
                records = new LinkedHashMap<>();
            }
            records.put(key, record.text());
        }
    }

    private void addXattr(String name, byte[] value) throws TarException {
        if (xattrs.isEmpty()) {
            xattrs = new LinkedHashMap<>();
        }
        byte[] before = xattrs.put(name, value);
        if (before != null && !Arrays.equals(before, value)) {
            throw TarException.ambiguous("has two values for the extended attribute " + Quoted.quote(name));
        }
    }

    private static void requireOnce(PaxRecords record, boolean before) throws TarException {
        if (before) {
            throw TarException.ambiguous("has two pax records " + record.key + " for one entry");
        }
        if (record.isEmpty()) {
            throw TarException.ambiguous("has an empty pax record " + record.key);
        }
    }

    /** {@return the records of a sparse file, or null} */
    @Nullable SparseRecords sparse() {
        return sparse;
    }

    /** Refuses a second size that differs from the entry's: libarchive uses it, the others ignore it. */
    void requireSchilySize(long entry) throws TarException {
        if (schilySize >= 0 && schilySize != entry) {
            throw TarException.ambiguous(
                    "has an entry with two sizes, " + entry + " and in " + SCHILY_SIZE + " " + schilySize);
        }
    }

    boolean hasName() {
        return nameStart >= 0;
    }

    boolean hasLink() {
        return linkStart >= 0;
    }

    boolean hasSize() {
        return size >= 0;
    }

    /** {@return the size, or {@code own} if no record has it} */
    long sizeOr(long own) {
        return size >= 0 ? size : own;
    }

    /** {@return the owner, with missing parts from {@code own}} */
    TarOwner ownerOr(TarOwner own) {
        if (userId == null && groupId == null && userName == null && groupName == null) {
            return own;
        }
        return new TarOwner(
                userId == null ? own.userId() : userId,
                groupId == null ? own.groupId() : groupId,
                userName == null ? own.userName() : userName,
                groupName == null ? own.groupName() : groupName);
    }

    Map<String, byte[]> xattrs() {
        return xattrs.isEmpty() ? Map.of() : Collections.unmodifiableMap(xattrs);
    }

    Map<String, String> records() {
        return records.isEmpty() ? Map.of() : Collections.unmodifiableMap(records);
    }
}
