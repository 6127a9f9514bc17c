package dev.tallyclerk.registry.internal.tar;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.internal.tar.TarBlock.Format;
import dev.tallyclerk.registry.internal.tar.TarException.Reason;
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
 * Walks over an archive as it comes. What it says of an entry holds until the next call of {@link #next}.
 *
 * <p>It is also the end of its input: {@link #next} is false only after the stream has ended, and so after a stream
 * that verifies itself has found everything right. Uses 128 KiB and the longest extended header. Not safe for use by
 * several threads.
 */
public final class TarReader {
    private static final int OWNER_IDS = TarBlock.GROUP_ID + TarBlock.NUMBER_LENGTH - TarBlock.USER_ID;
    private static final int OWNER_NAMES = 2 * TarBlock.OWNER_NAME_LENGTH;
    private static final int PERMISSIONS = 07777;

    /** The most that a header can say in octal digits. */
    private static final long MAX_OCTAL_SIZE = 077777777777L;

    /** The highest number of an owner; the one above means to the system that the owner is to stay. */
    private static final long MAX_OWNER = 0xffff_fffeL;

    /** The highest numbers of a device that Linux has; engines cut larger ones off, which makes another device. */
    private static final long MAX_DEVICE_MAJOR = 0xfff;

    private static final long MAX_DEVICE_MINOR = 0xfffff;

    /**
     * What writers call a global header: git, Python, and GNU tar where it is told to leave the folder out.
     *
     * <p>Engines that are written in Go take the header for an entry of that name until they look at its type: they
     * have removed a file for it by then, or what a whiteout would remove, and made folders for it.
     */
    private static final Pattern GLOBAL_HEADER =
            Pattern.compile("pax_global_header|@PaxHeader|GlobalHead\\.\\d+\\.\\d+");

    /** Few archives have global headers of more than one name, and names take memory. */
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

    /** Whether the entry's header says a size that only some readers go by. */
    private boolean hasIgnoredSize;

    private int headers;
    private boolean ended;
    private long offset;
    private long remaining;
    private int padding;

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

    /** {@return a reader that skips what is not read of a stream which skips no more bytes than it has} */
    public static TarReader skipping(InputStream in, TarLimits limits) {
        return new TarReader(new TarInput(in, true), limits);
    }

    /**
     * Moves to the next entry, over what is left of the current one.
     *
     * @return whether there is one; if not, the stream has been read to its end
     * @throws TarException if the archive is not one that every reader takes for the same files
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
                // Many writers leave the end marker out, or a part of it.
                requireAtEnd(available == 0);
                return false;
            }
            int at = in.position();
            int sum = TarBlock.sum(in.buffer(), at);
            if (sum == 0) {
                endMarker();
                return false;
            }
            if (!TarBlock.checksumHolds(in.buffer(), at, sum)) {
                throw noHeader();
            }
            first = false;
            hasIgnoredSize = false;
            char flag = (char) (in.buffer()[at + TarBlock.TYPE] & 0xff);
            if (flag == 'x' || flag == 'g' || flag == 'L' || flag == 'K') {
                readExtension(flag, at);
            } else {
                readEntry(flag, at);
                in.advance(TarBlock.SIZE);
                offset = in.offset();
                return true;
            }
        }
    }

    private TarException noHeader() {
        if (first) {
            return new TarException(Reason.NOT_TAR, "is no tar file");
        }
        return hasIgnoredSize
                ? new TarException(
                        Reason.AMBIGUOUS, "has a link, device or folder with a size and content: " + quotedName())
                : new TarException(Reason.MALFORMED, "has a header that fails its checksum");
    }

    private void requireAtEnd(boolean atBlock) throws TarException {
        if (!atBlock) {
            throw new TarException(Reason.MALFORMED, "ends inside a header");
        }
        if (extension.isPending()) {
            throw new TarException(Reason.MALFORMED, "ends after an extended header");
        }
        ended = true;
    }

    /** Two zero blocks end an archive, or one that is the last thing in it. */
    private void endMarker() throws IOException {
        in.advance(TarBlock.SIZE);
        int available = in.require(TarBlock.SIZE);
        if (available == TarBlock.SIZE && TarBlock.sum(in.buffer(), in.position()) != 0) {
            // Some readers end at the first zero block, some go on.
            throw new TarException(Reason.AMBIGUOUS, "has something behind a single zero block");
        }
        if (available > 0 && available < TarBlock.SIZE) {
            throw new TarException(Reason.MALFORMED, "ends inside its end marker");
        }
        if (!in.drainZeros()) {
            throw new TarException(Reason.TRAILING_DATA, "has something behind its end, where nobody looks");
        }
        requireAtEnd(true);
    }

    private void skipContent() throws IOException {
        if (in.skip(remaining) < remaining) {
            throw new TarException(Reason.MALFORMED, "ends inside the content of " + quotedName());
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
        Format format = TarBlock.format(in.buffer(), at);
        TarBlock.requireNumbers(in.buffer(), at, format);
        if (flag == 'g') {
            readGlobalName(in.buffer(), at, format);
        }
        long length = contentSize(at);
        in.advance(TarBlock.SIZE);
        extension.read(flag, length, in);
        in.skip(paddingOf(length));
    }

    private void readGlobalName(byte[] b, int at, Format format) throws TarException {
        int prefix = TarBlock.prefixLength(b, at, format);
        int end = TarBlock.textEnd(b, at + TarBlock.NAME, TarBlock.NAME_LENGTH);
        name.read(b, at + TarBlock.PREFIX, prefix, at, end);
        if (name.isFolder() || !GLOBAL_HEADER.matcher(name.path()).matches()) {
            throw new TarException(
                    Reason.AMBIGUOUS, "has a global header whose name some readers take for a file's: " + quotedName());
        }
        globalHeaders.add(name.path());
        if (globalHeaders.size() > MAX_GLOBAL_HEADERS) {
            throw new TarException(
                    Reason.LIMIT_EXCEEDED, "has global headers of more than " + MAX_GLOBAL_HEADERS + " names");
        }
    }

    private void readEntry(char flag, int at) throws IOException {
        countHeader();
        byte[] b = in.buffer();
        if (flag == 'S') {
            // GNU keeps its map of the holes where others have a prefix.
            name.read(b, at, TarBlock.textEnd(b, at, TarBlock.NAME_LENGTH));
            throw new TarException(Reason.UNSUPPORTED, "has a sparse file: " + quotedName());
        }
        Format format = TarBlock.format(b, at);
        readName(b, at, format);
        long ownSize = contentSize(at);
        size = extension.sizeOr(ownSize);
        requireOneSize(ownSize);
        type = type(flag);
        readLink(b, at);
        mode = (int) TarBlock.number(b, at + TarBlock.MODE, TarBlock.NUMBER_LENGTH, "mode") & PERMISSIONS;
        TarOwner described = extension.ownerOr(owner(b, at, format));
        sharesOwner = described.equals(owner);
        if (!sharesOwner) {
            requireOwner(described);
            owner = described;
        }
        long headerSeconds = TarBlock.number(b, at + TarBlock.TIME, TarBlock.LONG_NUMBER_LENGTH, "time");
        seconds = extension.hasTime() ? extension.seconds() : headerSeconds;
        nanos = extension.hasTime() ? extension.nanos() : 0;
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw new TarException(Reason.MALFORMED, "has an entry of an impossible time: " + quotedName());
        }
        TarBlock.requireFormatNumbers(b, at, format);
        readDevice(b, at, format);
        remaining = size;
        padding = paddingOf(size);
    }

    private void countHeader() throws TarException {
        headers++;
        if (headers > limits.maxEntries()) {
            throw new TarException(Reason.LIMIT_EXCEEDED, "has more than " + limits.maxEntries() + " headers");
        }
    }

    private long contentSize(int at) throws TarException {
        long value = TarBlock.number(in.buffer(), at + TarBlock.CONTENT_SIZE, TarBlock.LONG_NUMBER_LENGTH, "size");
        if (value < 0) {
            throw new TarException(Reason.MALFORMED, "has an entry of negative size");
        }
        return value;
    }

    /** Writers say a size twice or leave the header's at 0, unless it does not fit there; readers go by either. */
    private void requireOneSize(long own) throws TarException {
        if (own != 0 && own != size && size <= MAX_OCTAL_SIZE) {
            throw new TarException(
                    Reason.AMBIGUOUS, "has an entry of two sizes, " + own + " and " + size + ": " + quotedName());
        }
    }

    private static int paddingOf(long size) {
        return (int) (-size & (TarBlock.SIZE - 1));
    }

    private void readName(byte[] b, int at, Format format) throws TarException {
        int prefix = TarBlock.prefixLength(b, at, format);
        int length;
        if (extension.hasName()) {
            length = extension.nameEnd() - extension.nameStart();
            requireLength(length);
            name.read(extension.bytes(), extension.nameStart(), extension.nameEnd());
        } else {
            int end = TarBlock.textEnd(b, at + TarBlock.NAME, TarBlock.NAME_LENGTH);
            length = prefix + end - at;
            requireLength(length);
            name.read(b, at + TarBlock.PREFIX, prefix, at, end);
        }
        if (length == 0) {
            throw new TarException(Reason.MALFORMED, "has an entry without a name");
        }
        requireDepth(name);
    }

    private void readLink(byte[] b, int at) throws TarException {
        link = "";
        if (type != '1' && type != '2') {
            return;
        }
        byte[] from = extension.hasLink() ? extension.bytes() : b;
        int start = extension.hasLink() ? extension.linkStart() : at + TarBlock.LINK;
        int end = extension.hasLink() ? extension.linkEnd() : TarBlock.textEnd(b, start, TarBlock.NAME_LENGTH);
        requireLength(end - start);
        if (start == end) {
            throw new TarException(Reason.MALFORMED, "has a link that leads nowhere: " + quotedName());
        }
        link = TarText.decode(from, start, end);
        if (type == '1') {
            linkName.read(from, start, end);
            requireDepth(linkName);
        }
    }

    private void requireLength(int length) throws TarException {
        if (length > limits.maxNameBytes()) {
            throw new TarException(
                    Reason.LIMIT_EXCEEDED, "has a name of more than " + limits.maxNameBytes() + " bytes");
        }
    }

    private void requireDepth(TarName path) throws TarException {
        if (path.depth() > limits.maxDepth()) {
            throw new TarException(Reason.LIMIT_EXCEEDED, "has a path of more than " + limits.maxDepth() + " names");
        }
    }

    private char type(char flag) throws TarException {
        switch (flag) {
            case '0', '\0' -> {
                if (!name.isFolder()) {
                    return '0';
                }
                // Before there was a type for folders, a slash said it.
                if (flag == '\0' && size == 0 && name.isWrittenAsFolder()) {
                    return '5';
                }
                throw new TarException(Reason.AMBIGUOUS, "has a file whose name is one of a folder: " + quotedName());
            }
            case '1', '2', '3', '4', '5', '6' -> {
                ignoreSize();
                return flag;
            }
            default ->
                throw new TarException(
                        Reason.UNSUPPORTED,
                        "has an entry of the type " + Quoted.quote(String.valueOf(flag)) + ": " + quotedName());
        }
    }

    /**
     * Some writers give a link the size of its file and no content, and engines, with Go's reader, go by that. A size
     * in a pax record is refused: there may be content then by POSIX, which readers pass over that engines do not use.
     */
    private void ignoreSize() throws TarException {
        if (size != 0 && extension.hasSize()) {
            throw new TarException(Reason.AMBIGUOUS, "has a link, device or folder with a size: " + quotedName());
        }
        hasIgnoredSize = size != 0;
        size = 0;
    }

    /** Most entries have the owner of the one before. */
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
                throw new TarException(
                        Reason.AMBIGUOUS,
                        "has an entry that belongs to " + id + ", of which engines make another user or group, such as"
                                + " root: " + quotedName());
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
            throw new TarException(
                    Reason.AMBIGUOUS, "has a device in a header from before there were devices: " + quotedName());
        }
        if (extension.records().containsKey("SCHILY.devmajor")
                || extension.records().containsKey("SCHILY.devminor")) {
            throw new TarException(Reason.AMBIGUOUS, "has a device with two numbers: " + quotedName());
        }
        deviceMajor = TarBlock.number(b, at + TarBlock.DEVICE_MAJOR, TarBlock.NUMBER_LENGTH, "device");
        deviceMinor = TarBlock.number(b, at + TarBlock.DEVICE_MINOR, TarBlock.NUMBER_LENGTH, "device");
        if (deviceMajor < 0 || deviceMajor > MAX_DEVICE_MAJOR || deviceMinor < 0 || deviceMinor > MAX_DEVICE_MINOR) {
            throw new TarException(
                    Reason.AMBIGUOUS,
                    "has a device of the numbers " + deviceMajor + " and " + deviceMinor
                            + ", of which engines make others: " + quotedName());
        }
    }

    private String quotedName() {
        return Quoted.quote(name.path());
    }

    /**
     * Reads content of the current entry.
     *
     * @param length how much to read at most, at least 1
     * @return how many bytes were read, or -1 at the content's end
     */
    public int read(byte[] into, int offset, int length) throws IOException {
        if (remaining == 0) {
            return -1;
        }
        int n = in.read(into, offset, (int) Math.min(length, remaining));
        if (n < 0) {
            throw new TarException(Reason.MALFORMED, "ends inside the content of " + quotedName());
        }
        remaining -= n;
        return n;
    }

    /** {@return the names of the global headers so far, each of which is one name at the root and none of a file} */
    public Set<String> globalHeaders() {
        return Collections.unmodifiableSet(globalHeaders);
    }

    /** {@return how many bytes of the stream were read or passed over} */
    public long count() {
        return in.offset();
    }

    /** {@return where in the stream the current entry's content begins, in bytes} */
    public long offset() {
        return offset;
    }

    /** {@return how much of the current entry's content has not been read, in bytes} */
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

    /** {@return a link's target as the archive writes it, otherwise empty} */
    public String link() {
        return link;
    }

    /** {@return the path that a hard link links to; means nothing for other types} */
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

    /** {@return whether {@link #owner} is the object that the entry before had, and so needs no memory of its own} */
    public boolean sharesOwner() {
        return sharesOwner;
    }

    /** {@return the content's size in bytes} */
    public long size() {
        return size;
    }

    /** {@return the time of modification, in seconds since 1970} */
    public long seconds() {
        return seconds;
    }

    /** {@return the nanoseconds on top of {@link #seconds}} */
    public int nanos() {
        return nanos;
    }

    public long deviceMajor() {
        return deviceMajor;
    }

    public long deviceMinor() {
        return deviceMinor;
    }

    /** {@return the extended attributes by their names; the values are not copied} */
    public Map<String, byte[]> xattrs() {
        return extension.xattrs();
    }

    /** {@return the pax records that mean nothing here} */
    public Map<String, String> records() {
        return extension.records();
    }
}
