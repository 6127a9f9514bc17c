package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.internal.record.RecordReader;
import dev.tallyclerk.registry.internal.record.RecordWriter;
import dev.tallyclerk.registry.internal.tar.TarName;
import dev.tallyclerk.registry.internal.tar.TarOwner;
import dev.tallyclerk.registry.internal.tar.TarReader;
import dev.tallyclerk.registry.internal.tar.TarText;
import dev.tallyclerk.text.Quoted;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a layer's archive, without its content.
 *
 * <p>Names in an archive are bytes. Here they are text: bytes that are not UTF-8 become the lone surrogates U+DC80 (for
 * 0x80) to U+DCFF, so that names and texts correspond one to one; {@link #nameBytes} returns the bytes.
 *
 * <p>An entry has not been checked against other entries: its path may contain {@code ..}, or lead through a link.
 * {@link dev.tallyclerk.registry.filesystem} checks that. Immutable, and about 150 bytes large with a path of 50
 * characters.
 */
public final class LayerEntry {
    private static final int SET_UID = 04000;
    private static final int SET_GID = 02000;
    private static final int STICKY = 01000;
    private static final String CAPABILITY = "security.capability";

    /** The memory of an entry; that of its details, or of one map entry, with the text objects. */
    private static final int BASE_BYTES = 72;

    private static final int DETAILS_BYTES = 128;

    private static final byte DOT_SLASH = 1;
    private static final byte SLASH_BEFORE = 2;
    private static final byte SLASH_AFTER = 4;
    private static final byte PARENT_REFERENCE = 8;
    private static final byte OWNER_SHARED = 16;
    private static final byte SPARSE = 32;

    private final int position;
    private final String path;
    private final Type type;
    private final String link;
    private final TarOwner owner;
    private final long size;
    private final long seconds;
    private final int nanos;
    private final short mode;
    private final byte flags;

    /** Properties that few entries have; null if an entry has none. */
    private final @Nullable Details details;

    /** The kinds of files. */
    public enum Type {
        /** A file with content. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A symbolic link. */
        SYMBOLIC_LINK,
        /**
         * Another name of a file of an earlier entry or of a lower layer; not every engine loads links to lower layers.
         */
        HARD_LINK,
        /** A character device. */
        CHARACTER_DEVICE,
        /** A block device. */
        BLOCK_DEVICE,
        /** A named pipe. */
        FIFO
    }

    /**
     * The numbers of a device.
     *
     * @param major the driver, from 0 to 4,095
     * @param minor the device, from 0 to 1,048,575
     */
    public record Device(long major, long minor) {}

    private record Details(
            @Nullable String rawPath,
            String linkPath,
            @Nullable Device device,
            @Nullable Whiteout whiteout,
            Map<String, byte[]> xattrs,
            Map<String, String> paxRecords) {}

    LayerEntry(int position, TarReader tar, @Nullable Whiteout whiteout) {
        TarName name = tar.name();
        this.position = position;
        this.path = name.path();
        this.type = typeOf(tar.type());
        this.link = tar.link();
        this.owner = tar.owner();
        this.size = tar.size();
        this.seconds = tar.seconds();
        this.nanos = tar.nanos();
        this.mode = (short) tar.mode();
        boolean hardLink = type == Type.HARD_LINK;
        this.flags = (byte) ((name.startsWithDotSlash() ? DOT_SLASH : 0)
                | (name.startsWithSlash() ? SLASH_BEFORE : 0)
                | (name.endsWithSlash() ? SLASH_AFTER : 0)
                | (name.hasParentReference() || (hardLink && tar.linkName().hasParentReference())
                        ? PARENT_REFERENCE
                        : 0)
                | (tar.sharesOwner() ? OWNER_SHARED : 0)
                | (tar.isSparse() ? SPARSE : 0));
        boolean device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
        if (name.odd() == null
                && !hardLink
                && !device
                && whiteout == null
                && tar.xattrs().isEmpty()
                && tar.records().isEmpty()) {
            this.details = null;
        } else {
            this.details = new Details(
                    name.odd(),
                    hardLink ? tar.linkName().path() : "",
                    device ? new Device(tar.deviceMajor(), tar.deviceMinor()) : null,
                    whiteout,
                    tar.xattrs(),
                    tar.records());
        }
    }

    /** Reads an entry, which shares its owner with the one before if it is the same. */
    private LayerEntry(RecordReader in, @Nullable LayerEntry before) throws IOException {
        this.position = in.number();
        this.path = in.text();
        this.type = in.constant(Type.class);
        this.link = in.text();
        TarOwner read = new TarOwner(in.large(), in.large(), in.text(), in.text());
        this.owner = before != null && before.owner.equals(read) ? before.owner : read;
        this.size = in.large();
        this.seconds = in.large();
        this.nanos = in.number();
        this.mode = (short) in.number();
        this.flags = (byte) in.number();
        this.details = in.flag()
                ? new Details(
                        in.optionalText(),
                        in.text(),
                        in.flag() ? new Device(in.large(), in.large()) : null,
                        whiteout(in),
                        Collections.unmodifiableMap(in.each(in::text, in::bytes)),
                        Collections.unmodifiableMap(in.each(in::text, in::text)))
                : null;
    }

    private static @Nullable Whiteout whiteout(RecordReader in) throws IOException {
        int kind = in.number();
        return switch (kind) {
            case 0 -> null;
            case 1 -> new Whiteout.Removes(in.text());
            case 2 -> new Whiteout.Opaque(in.text());
            case 3 -> new Whiteout.Leftover(in.text());
            default -> throw new IOException("not a kind of whiteout: " + kind);
        };
    }

    private static void whiteout(@Nullable Whiteout whiteout, RecordWriter out) throws IOException {
        out.number(whiteout == null ? 0 : whiteout.<Integer>fold(removes -> 1, opaque -> 2, leftover -> 3));
        if (whiteout != null) {
            out.text(
                    whiteout.<String>fold(Whiteout.Removes::path, Whiteout.Opaque::directory, Whiteout.Leftover::path));
        }
    }

    /**
     * Writes this entry for {@link #readFrom(DataInput)} of the same version of the library.
     *
     * <p>For {@linkplain dev.tallyclerk.registry.analysis.LayerResultFormat analyzers} whose results have entries.
     */
    public void writeTo(DataOutput out) throws IOException {
        RecordWriter record = new RecordWriter(out);
        record.number(position);
        record.text(path);
        record.constant(type);
        record.text(link);
        record.large(owner.userId());
        record.large(owner.groupId());
        record.text(owner.userName());
        record.text(owner.groupName());
        record.large(size);
        record.large(seconds);
        record.number(nanos);
        record.number(mode);
        record.number(flags);
        record.flag(details != null);
        if (details != null) {
            record.optionalText(details.rawPath());
            record.text(details.linkPath());
            Device device = details.device();
            record.flag(device != null);
            if (device != null) {
                record.large(device.major());
                record.large(device.minor());
            }
            whiteout(details.whiteout(), record);
            record.each(details.xattrs(), record::text, record::bytes);
            record.each(details.paxRecords(), record::text, record::text);
        }
    }

    /**
     * {@return the entry that {@link #writeTo} wrote}
     *
     * @throws IOException if {@code in} cannot be read, or has something else
     * @throws IllegalArgumentException if {@code in} has something else
     */
    public static LayerEntry readFrom(DataInput in) throws IOException {
        return new LayerEntry(new RecordReader(in), null);
    }

    /**
     * {@return the entry that {@link #writeTo} wrote after another one}
     *
     * @param before the entry before it, with which it shares an equal owner, so that it takes as little memory as
     *     {@link #memoryBytes} counts
     * @throws IOException if {@code in} cannot be read, or has something else
     * @throws IllegalArgumentException if {@code in} has something else
     */
    public static LayerEntry readFrom(DataInput in, LayerEntry before) throws IOException {
        return new LayerEntry(new RecordReader(in), before);
    }

    private static Type typeOf(char flag) {
        return switch (flag) {
            case '0' -> Type.FILE;
            case '1' -> Type.HARD_LINK;
            case '2' -> Type.SYMBOLIC_LINK;
            case '3' -> Type.CHARACTER_DEVICE;
            case '4' -> Type.BLOCK_DEVICE;
            case '5' -> Type.DIRECTORY;
            case '6' -> Type.FIFO;
            default -> throw new IllegalStateException("a type that the reader does not give: " + flag);
        };
    }

    /** {@return the position of this entry in the layer, from 0; the same in each reading of the layer} */
    public int position() {
        return position;
    }

    /**
     * {@return the path relative to the image's root, without slashes at its ends and without {@code .} components}
     *
     * <p>Empty for the root itself. May contain {@code ..}, see {@link #hasParentReference}.
     */
    public String path() {
        return path;
    }

    /** {@return the path as written in the archive, for example {@code ./etc/} or {@code /etc/passwd}} */
    public String rawPath() {
        if (details != null && details.rawPath() != null) {
            return details.rawPath();
        }
        String before = (flags & DOT_SLASH) != 0 ? "./" : (flags & SLASH_BEFORE) != 0 ? "/" : "";
        return before + path + ((flags & SLASH_AFTER) != 0 ? "/" : "");
    }

    /** {@return whether {@code ..} is a component of the path, or of the target path of a hard link} */
    public boolean hasParentReference() {
        return (flags & PARENT_REFERENCE) != 0;
    }

    /** {@return the kind of file} */
    public Type type() {
        return type;
    }

    /** {@return the content's size in bytes; 0 for all types except files} */
    public long size() {
        return size;
    }

    /** {@return whether the archive has only parts of the file; its size and content include the holes, as zeros} */
    public boolean isSparse() {
        return (flags & SPARSE) != 0;
    }

    /** {@return the twelve bits of the mode: permissions, set-user-ID, set-group-ID, sticky} */
    public int mode() {
        return mode;
    }

    /** {@return whether the set-user-ID bit is set} */
    public boolean isSetUid() {
        return (mode & SET_UID) != 0;
    }

    /** {@return whether the set-group-ID bit is set} */
    public boolean isSetGid() {
        return (mode & SET_GID) != 0;
    }

    /** {@return whether the sticky bit is set} */
    public boolean isSticky() {
        return (mode & STICKY) != 0;
    }

    /** {@return the user ID of the owner, from 0 to 4,294,967,294} */
    public long uid() {
        return owner.userId();
    }

    /** {@return the group ID, likewise} */
    public long gid() {
        return owner.groupId();
    }

    /** {@return the owner's name on the build host, which engines ignore; empty if the archive has none} */
    public String userName() {
        return owner.userName();
    }

    /** {@return the group's name, likewise} */
    public String groupName() {
        return owner.groupName();
    }

    /** {@return the modification time} */
    public Instant modified() {
        return Instant.ofEpochSecond(seconds, nanos);
    }

    /** {@return the target of a symbolic or hard link, as written in the archive; otherwise empty} */
    public String linkTarget() {
        return link;
    }

    /** {@return the normalised target path of a hard link, relative to the image's root; otherwise empty} */
    public String hardLinkPath() {
        return details == null ? "" : details.linkPath();
    }

    /** {@return the device numbers, if this is a device} */
    public Optional<Device> device() {
        return details == null ? Optional.empty() : Optional.ofNullable(details.device());
    }

    /** {@return the whiteout, if the entry is one and so not a file of the image} */
    public Optional<Whiteout> whiteout() {
        return details == null ? Optional.empty() : Optional.ofNullable(details.whiteout());
    }

    /**
     * {@return the names of the extended attributes, in the archive's order}
     *
     * <p>From the pax records {@code SCHILY.xattr.*}, which engines apply, and {@code LIBARCHIVE.xattr.*}.
     */
    public Set<String> xattrNames() {
        return details == null ? Set.of() : details.xattrs().keySet();
    }

    /** {@return a copy of an extended attribute's value, if the entry has the attribute} */
    public Optional<byte[]> xattr(String name) {
        byte[] value = details == null ? null : details.xattrs().get(name);
        return value == null ? Optional.empty() : Optional.of(value.clone());
    }

    /**
     * {@return the file's capabilities, if it has any}
     *
     * <p>Empty also if the attribute {@code security.capability} is malformed, which Linux ignores.
     */
    public Optional<FileCapabilities> capabilities() {
        byte[] value = details == null ? null : details.xattrs().get(CAPABILITY);
        return value == null ? Optional.empty() : FileCapabilities.parse(value);
    }

    /** {@return the pax records not interpreted here, such as {@code SCHILY.acl.access}, in the archive's order} */
    public Map<String, String> paxRecords() {
        return details == null ? Map.of() : details.paxRecords();
    }

    /** {@return the bytes of a name in an archive, from its text here} */
    public static byte[] nameBytes(String name) {
        return TarText.encode(name);
    }

    /**
     * {@return the approximate memory use, in bytes}
     *
     * <p>An owner shared by consecutive entries is counted with the first of them.
     */
    public long memoryBytes() {
        long bytes = BASE_BYTES + TarText.memoryBytes(path) + TarText.memoryBytes(link);
        bytes += (flags & OWNER_SHARED) != 0 ? 0 : owner.memoryBytes();
        if (details != null) {
            bytes += DETAILS_BYTES + TarText.storedBytes(details.linkPath());
            bytes += details.rawPath() == null ? 0 : TarText.storedBytes(details.rawPath());
            // A whiteout's path is a copy of a part of this one.
            bytes += details.whiteout() == null ? 0 : TarText.storedBytes(path);
            for (Map.Entry<String, byte[]> xattr : details.xattrs().entrySet()) {
                bytes += DETAILS_BYTES + TarText.storedBytes(xattr.getKey()) + xattr.getValue().length;
            }
            for (Map.Entry<String, String> record : details.paxRecords().entrySet()) {
                bytes += DETAILS_BYTES + TarText.storedBytes(record.getKey()) + TarText.storedBytes(record.getValue());
            }
        }
        return bytes;
    }

    /** {@return type and path} */
    @Override
    public String toString() {
        return type + " " + Quoted.quote(path);
    }
}
