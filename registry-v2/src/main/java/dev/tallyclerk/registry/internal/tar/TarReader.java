package dev.tallyclerk.registry.internal.tar;

import dev.tallyclerk.registry.internal.tar.TarBlock.Format;
import dev.tallyclerk.registry.internal.tar.TarException.Reason;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive entry by entry. The properties of an entry hold until the next call of {@link #next}.
 *
 * <p>Also reads its input to the end: {@link #next} returns false only after the stream has ended, and so after a
 * verifying stream has verified everything. Uses 128 KiB and the longest extended header. Not safe for use by several
 * threads.
 */
public final class TarReader {
    private static final int OWNER_IDS = TarBlock.GROUP_ID + TarBlock.NUMBER_LENGTH - TarBlock.USER_ID;
    private static final int OWNER_NAMES = 2 * TarBlock.OWNER_NAME_LENGTH;
    private static final int PERMISSIONS = 07777;

    /** The largest size in octal digits. */
    private static final long MAX_OCTAL_SIZE = 077777777777L;

    /** The highest ID of an owner; the one above tells the system to keep the owner. */
    private static final long MAX_OWNER = 0xffff_fffeL;

    /** The highest device numbers of Linux; engines truncate larger ones to other devices. */
    private static final long MAX_DEVICE_MAJOR = 0xfff;

    private static final long MAX_DEVICE_MINOR = 0xfffff;

    /**
     * The names of global headers by git, Python, and GNU tar without the directory.
     *
     * <p>Engines written in Go treat the header as an entry of that name until they check its type: by then they have
     * removed a file of that name, or the target of a whiteout, and created directories.
     */
    private static final Pattern GLOBAL_HEADER =
            Pattern.compile("pax_global_header|@PaxHeader|GlobalHead\\.\\d+\\.\\d+");

    /** Limits memory; few archives have global headers of more than one name. */
    private static final int MAX_GLOBAL_HEADERS = 100;

    private final TarInput in;
    private final TarLimits limits;
    private final TarExtension extension;
    private final TarName name = new TarName();
    private final TarName linkName = new TarName();
    private final Set<String> globalHeaders = new LinkedHashSet<>();
    private final byte[] ownerBytes = new byte[OWNER_IDS + OWNER_NAMES];
    private Format ownerFormat = Format.OLD;
    private @Nullable TarOwner lastOwner;

    private boolean first = true;

    /** Whether the entry's header has a size that only some tar readers use. */
    private boolean hasIgnoredSize;

    private int headers;
    private boolean ended;
    private long offset;
    private long remaining;
    private int padding;

    /** The parts of a sparse file, or null. */
    private @Nullable SparseMap sparse;

    private int sparsePart;
    private long sparsePosition;
    private long holes;

    /** Whether the archive had a pax header, after which libarchive reads content of hard links. */
    private boolean hadPax;

    private char type;
    private TarOwner owner = new TarOwner(0, 0, "", "");
    private boolean sharesOwner;
    private String link = "";
    private int mode;
    private long size;
    private long seconds;
    private int nanos;
    private long deviceMajor;
    private long deviceMinor;

    private TarReader(TarInput in, TarLimits limits) {
        this.in = in;
        this.limits = limits;
        this.extension = new TarExtension(limits.maxExtendedHeaderBytes());
    }

    /** {@return a reader that reads all of the stream} */
    public static TarReader of(InputStream in, TarLimits limits) {
        return new TarReader(new TarInput(in, false), limits);
    }

    /** {@return a reader that skips unread content of a stream that never skips beyond its end} */
    public static TarReader skipping(InputStream in, TarLimits limits) {
        return new TarReader(new TarInput(in, true), limits);
    }

    /**
     * Moves to the next entry, and skips the rest of the current one.
     *
     * @return whether there is one; if not, the stream was read to its end
     * @throws TarException if tar readers would disagree on the archive's files
     * @throws IOException if the stream cannot be read, or does not verify
     */
    public boolean next() throws IOException {
        if (ended) {
            return false;
        }
        skipContent();
        extension.reset();
        while (true) {
            int available = in.require(TarBlock.SIZE);
            if (available < TarBlock.SIZE) {
                // Many writers omit the end marker, or a part of it.
                requireAtEnd(available == 0);
                return false;
            }
            int at = in.position;
            int sum = TarBlock.sum(in.buffer, at);
            if (sum == 0) {
                endMarker();
                return false;
            }
            if (!TarBlock.checksumHolds(in.buffer, at, sum)) {
                throw noHeader();
            }
            if (hasIgnoredSize && (type != '1' || hadPax) && type != '5') {
                throw TarException.ambiguous("has a link, device or FIFO with a size, and a header where its content"
                        + " would be, which some tar readers skip: " + quotedName());
            }
            first = false;
            hasIgnoredSize = false;
            char flag = (char) (in.buffer[at + TarBlock.TYPE] & 0xff);
            if (flag == 'x' || flag == 'g' || flag == 'L' || flag == 'K') {
                readExtension(flag, at);
            } else {
                readEntry(flag, at);
                return true;
            }
        }
    }

    private TarException noHeader() {
        if (first) {
            return new TarException(Reason.NOT_TAR, "is not a tar file");
        }
        return hasIgnoredSize
                ? TarException.ambiguous("has a link, device or directory with a size and content: " + quotedName())
                : TarException.malformed("has a header that fails its checksum");
    }

    private void requireAtEnd(boolean atBlock) throws TarException {
        if (!atBlock) {
            throw TarException.malformed("ends inside a header");
        }
        if (extension.isPending()) {
            throw TarException.malformed("ends after an extended header");
        }
        ended = true;
    }

    /** An archive ends with two zero blocks, or with one at the end of the stream. */
    private void endMarker() throws IOException {
        in.advance(TarBlock.SIZE);
        int available = in.require(TarBlock.SIZE);
        if (available == TarBlock.SIZE && TarBlock.sum(in.buffer, in.position) != 0) {
            // Some tar readers stop at the first zero block, others continue.
            throw TarException.ambiguous("has data after a single zero block");
        }
        if (available > 0 && available < TarBlock.SIZE) {
            throw TarException.malformed("ends inside its end marker");
        }
        if (!in.drainZeros()) {
            throw new TarException(Reason.TRAILING_DATA, "has data after its end");
        }
        requireAtEnd(true);
    }

    private void skipContent() throws IOException {
        if (in.skip(remaining) < remaining) {
            throw TarException.malformed("ends inside the content of " + quotedName());
        }
        remaining = 0;
        // The last entry's padding may be missing.
        in.skip(padding);
        padding = 0;
    }

    private void readExtension(char flag, int at) throws IOException {
        if (flag == 'g') {
            countHeader();
        }
        Format format = TarBlock.format(in.buffer, at);
        TarBlock.requireNumbers(in.buffer, at, format);
        if (flag == 'g') {
            readGlobalName(in.buffer, at, format);
        }
        long length = contentSize(at);
        hadPax |= flag == 'x' || flag == 'g';
        in.advance(TarBlock.SIZE);
        extension.read(flag, length, in);
        int fill = paddingOf(length);
        boolean goesOn = fill > 0 && in.require(1) > 0 && in.buffer[in.position] != 0;
        if (goesOn && (flag == 'x' || flag == 'g' || !extension.endsWithNul())) {
            throw TarException.ambiguous("has an extended header that Python continues into the rest of its block");
        }
        in.skip(fill);
    }

    private void readGlobalName(byte[] b, int at, Format format) throws TarException {
        int prefix = TarBlock.prefixLength(b, at, format);
        int end = TarBlock.textEnd(b, at + TarBlock.NAME, TarBlock.NAME_LENGTH);
        name.read(b, at + TarBlock.PREFIX, prefix, at, end);
        if (name.isFolder() || !GLOBAL_HEADER.matcher(name.path()).matches()) {
            throw TarException.ambiguous(
                    "has a global header whose name some tar readers treat as a file's: " + quotedName());
        }
        globalHeaders.add(name.path());
        if (globalHeaders.size() > MAX_GLOBAL_HEADERS) {
            throw TarException.beyondLimit("has global headers of more than " + MAX_GLOBAL_HEADERS + " names");
        }
    }

    private void readEntry(char flag, int at) throws IOException {
        countHeader();
        byte[] b = in.buffer;
        if (flag == 'S') {
            // GNU stores the map of holes in place of the prefix.
            name.read(b, at, TarBlock.textEnd(b, at, TarBlock.NAME_LENGTH));
            throw new TarException(Reason.UNSUPPORTED, "has a sparse file: " + quotedName());
        }
        Format format = TarBlock.format(b, at);
        SparseRecords records = extension.sparse();
        readName(b, at, format, records);
        long ownSize = contentSize(at);
        size = extension.sizeOr(ownSize);
        requireOneSize(ownSize);
        type = type(flag, at);
        readLink(b, at);
        mode = (int) TarBlock.number(b, at + TarBlock.MODE, TarBlock.NUMBER_LENGTH, "mode") & PERMISSIONS;
        TarOwner described = extension.ownerOr(owner(b, at, format));
        sharesOwner = described.equals(owner);
        if (!sharesOwner) {
            requireOwner(described);
            owner = described;
        }
        long headerSeconds = TarBlock.number(b, at + TarBlock.TIME, TarBlock.LONG_NUMBER_LENGTH, "time");
        seconds = extension.hasTime ? extension.seconds : headerSeconds;
        nanos = extension.hasTime ? extension.nanos : 0;
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw TarException.malformed("has an entry with an impossible time: " + quotedName());
        }
        TarBlock.requireFormatNumbers(b, at, format);
        readDevice(b, at, format);
        remaining = size;
        padding = paddingOf(size);
        in.advance(TarBlock.SIZE);
        sparse = null;
        if (records != null) {
            readSparse(records, format);
        }
        extension.requireSchilySize(size);
        offset = in.offset();
    }

    private void readSparse(SparseRecords records, Format format) throws IOException {
        if (type != '0' || format != Format.USTAR) {
            throw TarException.ambiguous("has a sparse file of another type or format: " + quotedName());
        }
        SparseMap map = records.finish();
        if (records.isMapInContent()) {
            readSparseMap(map);
        }
        map.requireFit(remaining, quotedName());
        holes += map.realSize() - remaining;
        boolean beyondRatio = holes > limits.freeHoleBytes() && holes / limits.maxHoleRatio() > in.offset();
        if (beyondRatio || holes > limits.maxContentBytes() - in.offset()) {
            throw TarException.beyondLimit("has sparse files with " + holes + " bytes of holes: " + quotedName());
        }
        sparse = map;
        sparsePart = 0;
        sparsePosition = 0;
        size = map.realSize();
    }

    /** Form 1.0: the number of parts and two numbers for each, one a line, and zeros to the end of the block. */
    private void readSparseMap(SparseMap map) throws IOException {
        long numbers = readSparseNumber();
        if (numbers > limits.maxExtendedHeaderBytes()) {
            throw TarException.beyondLimit("has a sparse file of " + numbers + " parts: " + quotedName());
        }
        for (long i = 0; i < numbers; i++) {
            long start = readSparseNumber();
            map.add(start, readSparseNumber());
        }
        int used = (int) (size - remaining) & (TarBlock.SIZE - 1);
        int fill = used == 0 ? 0 : TarBlock.SIZE - used;
        if (fill > remaining || in.skip(fill) < fill) {
            throw SparseMap.malformed();
        }
        remaining -= fill;
    }

    private long readSparseNumber() throws IOException {
        byte[] digits = new byte[20];
        int length = 0;
        while (true) {
            if (remaining == 0 || length == digits.length || in.read(digits, length, 1) < 1) {
                throw SparseMap.malformed();
            }
            remaining--;
            if (digits[length] == '\n') {
                return SparseMap.number(digits, 0, length);
            }
            length++;
        }
    }

    private void countHeader() throws TarException {
        headers++;
        if (headers > limits.maxEntries()) {
            throw TarException.beyondLimit("has more than " + limits.maxEntries() + " headers");
        }
    }

    private long contentSize(int at) throws TarException {
        long value = TarBlock.number(in.buffer, at + TarBlock.CONTENT_SIZE, TarBlock.LONG_NUMBER_LENGTH, "size");
        if (value < 0) {
            throw TarException.malformed("has an entry with a negative size");
        }
        return value;
    }

    /**
     * Writers repeat the size in both headers, or leave the entry's at 0 unless it does not fit there; tar readers use
     * either.
     */
    private void requireOneSize(long own) throws TarException {
        if (own != 0 && own != size && size <= MAX_OCTAL_SIZE) {
            throw TarException.ambiguous("has an entry with two sizes, " + own + " and " + size + ": " + quotedName());
        }
    }

    private static int paddingOf(long size) {
        return (int) (-size & (TarBlock.SIZE - 1));
    }

    private void readName(byte[] b, int at, Format format, @Nullable SparseRecords records) throws TarException {
        int prefix = TarBlock.prefixLength(b, at, format);
        int length;
        if (records != null && records.nameStart >= 0) {
            length = records.nameEnd - records.nameStart;
            requireLength(length);
            name.read(extension.bytes, records.nameStart, records.nameEnd);
        } else if (extension.hasName()) {
            length = extension.nameEnd - extension.nameStart;
            requireLength(length);
            name.read(extension.bytes, extension.nameStart, extension.nameEnd);
        } else {
            if (format == Format.GNU && b[at + TarBlock.PREFIX] != 0) {
                throw TarException.ambiguous("has times in place of the prefix, which Python adds to the name");
            }
            int end = TarBlock.textEnd(b, at + TarBlock.NAME, TarBlock.NAME_LENGTH);
            length = prefix + end - at;
            requireLength(length);
            name.read(b, at + TarBlock.PREFIX, prefix, at, end);
        }
        if (length == 0) {
            throw TarException.malformed("has an entry without a name");
        }
        requireDepth(name);
    }

    private void readLink(byte[] b, int at) throws TarException {
        link = "";
        if (type != '1' && type != '2') {
            return;
        }
        byte[] from = extension.hasLink() ? extension.bytes : b;
        int start = extension.hasLink() ? extension.linkStart : at + TarBlock.LINK;
        int end = extension.hasLink() ? extension.linkEnd : TarBlock.textEnd(b, start, TarBlock.NAME_LENGTH);
        requireLength(end - start);
        if (start == end) {
            throw TarException.malformed("has a link without a target: " + quotedName());
        }
        link = TarText.decode(from, start, end);
        if (type == '1') {
            linkName.read(from, start, end);
            requireDepth(linkName);
        }
    }

    private void requireLength(int length) throws TarException {
        if (length > limits.maxNameBytes()) {
            throw TarException.beyondLimit("has a name of more than " + limits.maxNameBytes() + " bytes");
        }
    }

    private void requireDepth(TarName path) throws TarException {
        if (path.depth() > limits.maxDepth()) {
            throw TarException.beyondLimit("has a path of more than " + limits.maxDepth() + " names");
        }
    }

    private static boolean endsWithSlash(byte[] b, int at) {
        int end = TarBlock.textEnd(b, at + TarBlock.NAME, TarBlock.NAME_LENGTH);
        return end > at && b[end - 1] == '/';
    }

    private char type(char flag, int at) throws TarException {
        switch (flag) {
            case '0', '\0' -> {
                if (flag == '\0' && endsWithSlash(in.buffer, at) != name.isWrittenAsFolder()) {
                    throw TarException.ambiguous(
                            "has a file with two names, one of which is a directory's: " + quotedName());
                }
                if (!name.isFolder()) {
                    return '0';
                }
                // Before directories had a type, a slash marked them.
                if (flag == '\0' && size == 0 && name.isWrittenAsFolder()) {
                    return '5';
                }
                throw TarException.ambiguous("has a file with the name of a directory: " + quotedName());
            }
            case '1', '2', '3', '4', '5', '6' -> {
                ignoreSize();
                return flag;
            }
            default ->
                throw new TarException(
                        Reason.UNSUPPORTED,
                        "has an entry of the unsupported type " + Quoted.quote(String.valueOf(flag)) + ": "
                                + quotedName());
        }
    }

    /**
     * Some writers give a link the size of its file but no content, and engines, using Go's reader, ignore the size. A
     * size in a pax record is refused: by POSIX content may follow, which tar readers skip that engines do not use.
     */
    private void ignoreSize() throws TarException {
        if (size != 0 && extension.hasSize()) {
            throw TarException.ambiguous("has a link, device or directory with a size: " + quotedName());
        }
        hasIgnoredSize = size != 0;
        size = 0;
    }

    /** Reuses the previous entry's owner, which most entries share. */
    private TarOwner owner(byte[] b, int at, Format format) throws TarException {
        int ids = at + TarBlock.USER_ID;
        int names = at + TarBlock.USER_NAME;
        TarOwner before = lastOwner;
        if (before != null
                && format == ownerFormat
                && Arrays.equals(b, ids, ids + OWNER_IDS, ownerBytes, 0, OWNER_IDS)
                && Arrays.equals(b, names, names + OWNER_NAMES, ownerBytes, OWNER_IDS, OWNER_IDS + OWNER_NAMES)) {
            return before;
        }
        long user = TarBlock.number(b, at + TarBlock.USER_ID, TarBlock.NUMBER_LENGTH, "user");
        long group = TarBlock.number(b, at + TarBlock.GROUP_ID, TarBlock.NUMBER_LENGTH, "group");
        boolean named = format != Format.OLD;
        TarOwner read =
                new TarOwner(user, group, named ? text(b, names) : "", named ? text(b, at + TarBlock.GROUP_NAME) : "");
        System.arraycopy(b, ids, ownerBytes, 0, OWNER_IDS);
        System.arraycopy(b, names, ownerBytes, OWNER_IDS, OWNER_NAMES);
        ownerFormat = format;
        lastOwner = read;
        return read;
    }

    private void requireOwner(TarOwner described) throws TarException {
        for (long id : new long[] {described.userId(), described.groupId()}) {
            if (id < 0 || id > MAX_OWNER) {
                throw TarException.ambiguous("has an entry that belongs to " + id
                        + ", which engines change to another user or group, such as" + " root: "
                        + quotedName());
            }
        }
    }

    private static String text(byte[] b, int at) {
        return TarText.decode(b, at, TarBlock.textEnd(b, at, TarBlock.OWNER_NAME_LENGTH));
    }

    private void readDevice(byte[] b, int at, Format format) throws TarException {
        if (type != '3' && type != '4') {
            return;
        }
        if (format == Format.OLD) {
            throw TarException.ambiguous("has a device in an old header format without devices: " + quotedName());
        }
        if (extension.records().containsKey("SCHILY.devmajor")
                || extension.records().containsKey("SCHILY.devminor")) {
            throw TarException.ambiguous("has a device with two sets of numbers: " + quotedName());
        }
        deviceMajor = TarBlock.number(b, at + TarBlock.DEVICE_MAJOR, TarBlock.NUMBER_LENGTH, "device");
        deviceMinor = TarBlock.number(b, at + TarBlock.DEVICE_MINOR, TarBlock.NUMBER_LENGTH, "device");
        if (deviceMajor < 0 || deviceMajor > MAX_DEVICE_MAJOR || deviceMinor < 0 || deviceMinor > MAX_DEVICE_MINOR) {
            throw TarException.ambiguous("has a device with the numbers " + deviceMajor + " and " + deviceMinor
                    + ", which engines change: " + quotedName());
        }
    }

    private String quotedName() {
        return Quoted.quote(name.path());
    }

    /**
     * Reads content of the current entry.
     *
     * @param length the most bytes to read, at least 1
     * @return how many bytes were read, or -1 at the content's end
     */
    public int read(byte[] into, int offset, int length) throws IOException {
        if (sparse != null) {
            int zeros = zeros(sparse, length);
            if (zeros > 0) {
                Arrays.fill(into, offset, offset + zeros, (byte) 0);
                return zeros;
            }
        }
        if (remaining == 0) {
            return -1;
        }
        long most = sparse == null ? remaining : sparse.endOf(sparsePart) - sparsePosition;
        int n = in.read(into, offset, (int) Math.min(length, most));
        if (n < 0) {
            throw TarException.malformed("ends inside the content of " + quotedName());
        }
        remaining -= n;
        sparsePosition += n;
        return n;
    }

    /** Returns how many zeros are next, at most {@code length}, and moves behind them. */
    private int zeros(SparseMap map, int length) {
        while (sparsePart < map.count() && sparsePosition == map.endOf(sparsePart)) {
            sparsePart++;
        }
        int zeros = (int) Math.min(length, Math.max(0, map.offset(sparsePart) - sparsePosition));
        sparsePosition += zeros;
        return zeros;
    }

    /** {@return whether the entry is a sparse file, of which the archive has only parts} */
    public boolean isSparse() {
        return sparse != null;
    }

    /** {@return the names of the global headers so far; each is at the root and not the name of a file} */
    public Set<String> globalHeaders() {
        return Collections.unmodifiableSet(globalHeaders);
    }

    /** {@return how many bytes of the stream were read or skipped} */
    public long count() {
        return in.offset();
    }

    /** {@return the offset of the current entry's content in the stream, in bytes; of a sparse file, of its parts} */
    public long offset() {
        return offset;
    }

    /** {@return how many bytes of the current entry's content are unread, without the holes of a sparse file} */
    public long remaining() {
        return remaining;
    }

    /**
     * {@return the type: '0' for a file, '1' hard link, '2' symbolic link, '3' and '4' devices, '5' folder, '6' FIFO}
     */
    public char type() {
        return type;
    }

    /** {@return the entry's path} */
    public TarName name() {
        return name;
    }

    /** {@return the target of a link, as written in the archive; otherwise empty} */
    public String link() {
        return link;
    }

    /** {@return the target path of a hard link; undefined for other types} */
    public TarName linkName() {
        return linkName;
    }

    /** {@return the twelve lowest bits of the mode} */
    public int mode() {
        return mode;
    }

    public TarOwner owner() {
        return owner;
    }

    /** {@return whether {@link #owner} is the previous entry's object, and so needs no memory of its own} */
    public boolean sharesOwner() {
        return sharesOwner;
    }

    /** {@return the content's size in bytes} */
    public long size() {
        return size;
    }

    /** {@return the modification time, in seconds since 1970} */
    public long seconds() {
        return seconds;
    }

    /** {@return the nanoseconds to add to {@link #seconds}} */
    public int nanos() {
        return nanos;
    }

    public long deviceMajor() {
        return deviceMajor;
    }

    public long deviceMinor() {
        return deviceMinor;
    }

    /** {@return the extended attributes by name; values are not copied} */
    public Map<String, byte[]> xattrs() {
        return extension.xattrs();
    }

    /** {@return the pax records not interpreted here} */
    public Map<String, String> records() {
        return extension.records();
    }
}
