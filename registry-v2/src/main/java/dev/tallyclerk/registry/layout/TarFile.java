package dev.tallyclerk.registry.layout;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.internal.tar.TarException;
import dev.tallyclerk.registry.internal.tar.TarLimits;
import dev.tallyclerk.registry.internal.tar.TarName;
import dev.tallyclerk.registry.internal.tar.TarReader;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The files of a tar file, found by one walk over its headers and read where they lie. */
final class TarFile implements FileTree {
    private static final int BUFFER = 64 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final Map<String, TarEntry> entries;
    private final LayoutLimits limits;

    private TarFile(Path file, FileChannel channel, Map<String, TarEntry> entries, LayoutLimits limits) {
        this.file = file;
        this.channel = channel;
        this.entries = entries;
        this.limits = limits;
    }

    /**
     * Opens a file, decompressed first where it is compressed.
     *
     * @param temporaryFolder where it is decompressed
     */
    static TarFile open(Path file, LayoutLimits limits, Path temporaryFolder) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new LayoutException(
                    Reason.NOT_AN_IMAGE,
                    Files.isDirectory(file)
                            ? file + " is a folder; open it as a layout"
                            : Files.exists(file)
                                    ? file
                                            + " is a pipe or a device, and an archive is read more than once; write it to a"
                                            + " file first"
                                    : "there is no file " + file);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            Optional<Compression> compression = Compression.of(channel);
            if (compression.isPresent()) {
                try (FileChannel compressed = channel) {
                    channel = compression.get().decompress(compressed, file, limits, temporaryFolder);
                }
            }
            return new TarFile(file, channel, walk(file, channel, limits), limits);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Map<String, TarEntry> walk(Path file, FileChannel channel, LayoutLimits limits) throws IOException {
        try {
            return entries(
                    TarReader.skipping(new Range(channel, 0, channel.size()), tarLimits(limits)), channel, limits);
        } catch (TarException e) {
            Reason reason = switch (e.reason()) {
                case NOT_TAR -> Reason.NOT_AN_IMAGE;
                case LIMIT_EXCEEDED -> Reason.LIMIT_EXCEEDED;
                case MALFORMED, AMBIGUOUS, UNSUPPORTED, TRAILING_DATA -> Reason.MALFORMED_ARCHIVE;
            };
            throw new LayoutException(reason, file + ": " + e.getMessage(), e);
        } catch (LayoutException e) {
            throw new LayoutException(e.reason(), file + ": " + e.getMessage(), e);
        }
    }

    /** A character of a name has at most four bytes; how many names a path has does not matter here. */
    private static TarLimits tarLimits(LayoutLimits limits) {
        return new TarLimits(
                limits.maxEntries(),
                (int) Math.min(Integer.MAX_VALUE, 4L * limits.maxNameLength()),
                limits.maxExtendedHeaderBytes(),
                Integer.MAX_VALUE);
    }

    private static Map<String, TarEntry> entries(TarReader tar, FileChannel channel, LayoutLimits limits)
            throws IOException {
        Map<String, TarEntry> entries = new HashMap<>();
        long names = 0;
        while (tar.next()) {
            TarEntry entry = entry(tar, limits.maxNameLength());
            names += entry.path().length() + entry.link().length();
            if (names > limits.maxNamesLength()) {
                throw new LayoutException(
                        Reason.LIMIT_EXCEEDED,
                        "archive has names of more than " + limits.maxNamesLength() + " characters");
            }
            if (entry.path().isEmpty() && isContent(entry)) {
                throw new LayoutException(Reason.MALFORMED_ARCHIVE, "archive has a root that is no folder");
            }
            TarEntry other = entries.put(entry.path(), entry);
            // Two entries of one name: which is read depends on the reader, if they are not the same. Folders hold
            // nothing to read.
            if (other != null && (isContent(entry) || isContent(other)) && !areSame(other, entry, channel)) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE, "archive has two entries " + Quoted.quote(entry.path()));
            }
        }
        if (entries.isEmpty()) {
            throw new LayoutException(Reason.NOT_AN_IMAGE, "archive has no entries, or is no tar file");
        }
        refuseEntriesBelowOthers(entries);
        return entries;
    }

    /**
     * {@return whether both are files of the same bytes}
     *
     * <p>crane writes a configuration for each of its tags so, and Jib a layer that an image has twice. Each entry is
     * compared with the one of its name before it, so none is read more than twice.
     */
    private static boolean areSame(TarEntry one, TarEntry other, FileChannel channel) throws IOException {
        if (one.type() != TarEntry.Type.FILE || other.type() != TarEntry.Type.FILE || one.size() != other.size()) {
            return false;
        }
        try (InputStream left = new Range(channel, one.offset(), one.size());
                InputStream right = new Range(channel, other.offset(), other.size())) {
            for (long compared = 0; compared < one.size(); ) {
                byte[] piece = left.readNBytes(BUFFER);
                if (piece.length == 0) {
                    throw new LayoutException(Reason.MALFORMED_ARCHIVE, "archive ends within an entry");
                }
                if (!Arrays.equals(piece, right.readNBytes(piece.length))) {
                    return false;
                }
                compared += piece.length;
            }
        }
        return true;
    }

    private static TarEntry entry(TarReader tar, int maxNameLength) throws LayoutException {
        TarName name = tar.name();
        // Buildpacks write absolute names. Nothing is written where they say, and with the slash it is the same file.
        if (name.hasParentReference() || isBeyondRoot(name)) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, "archive has an entry outside itself: " + Quoted.quote(name.path()));
        }
        if (name.path().length() > maxNameLength || tar.link().length() > maxNameLength) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED, "archive has a name of more than " + maxNameLength + " characters");
        }
        TarEntry.Type type = switch (tar.type()) {
            case '0' -> TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '5' -> TarEntry.Type.FOLDER;
            default -> TarEntry.Type.OTHER;
        };
        return new TarEntry(name.path(), type, tar.link(), tar.offset(), tar.size());
    }

    private static boolean isBeyondRoot(TarName name) {
        String odd = name.odd();
        return odd != null && odd.startsWith("//");
    }

    private static boolean isContent(TarEntry entry) {
        return entry.type() != TarEntry.Type.FOLDER;
    }

    /** Who extracts an entry below a link writes through the link, and over the entry that lies there. */
    private static void refuseEntriesBelowOthers(Map<String, TarEntry> entries) throws LayoutException {
        List<String> paths = new ArrayList<>(entries.keySet());
        // With the slash before everything else, what lies below an entry comes right after it.
        paths.sort(TarFile::compareByFolders);
        for (int i = 1; i < paths.size(); i++) {
            TarEntry above = Objects.requireNonNull(entries.get(paths.get(i - 1)));
            if (isContent(above) && paths.get(i).startsWith(above.path() + "/")) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        "archive has " + Quoted.quote(paths.get(i)) + " below an entry that is no folder");
            }
        }
    }

    private static int compareByFolders(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char left = a.charAt(i);
            char right = b.charAt(i);
            if (left != right) {
                return left == '/' ? -1 : right == '/' ? 1 : Character.compare(left, right);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    @Override
    public Path path() {
        return file;
    }

    @Override
    public Optional<InputStream> open(String path) throws IOException {
        return find(path).map(entry -> new Range(channel, entry.offset(), entry.size()));
    }

    @Override
    public OptionalLong size(String path) throws IOException {
        Optional<TarEntry> entry = find(path);
        return entry.isPresent() ? OptionalLong.of(entry.get().size()) : OptionalLong.empty();
    }

    @Override
    public Optional<String> locate(String path) throws IOException {
        return find(path).map(TarEntry::path);
    }

    @Override
    public List<String> list(String folder) throws IOException {
        List<String> files = new ArrayList<>();
        for (String path : entries.keySet()) {
            if (path.startsWith(folder + "/") && find(path).isPresent()) {
                files.add(path);
            }
        }
        return files;
    }

    @Override
    public void requireNoLink(String path) throws LayoutException {
        TarEntry entry = entries.get(path);
        if (entry != null && (entry.type() == TarEntry.Type.SYMBOLIC_LINK || entry.type() == TarEntry.Type.HARD_LINK)) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE,
                    file + " has " + Quoted.quote(path)
                            + " as a link, which programs follow differently; pack the file itself");
        }
    }

    /**
     * docker save links a layer that two images share. A link that leads nowhere here may lead somewhere when the
     * archive is extracted, so it is not the same as an entry that is not there.
     */
    private Optional<TarEntry> find(String path) throws LayoutException {
        TarEntry entry = entries.get(path);
        if (entry == null || entry.type() == TarEntry.Type.FOLDER) {
            return Optional.empty();
        }
        for (int i = 0; i <= limits.maxLinks() && entry != null; i++) {
            switch (entry.type()) {
                case FILE -> {
                    return Optional.of(entry);
                }
                case SYMBOLIC_LINK -> entry = target(folderOf(entry.path()), entry.link());
                case HARD_LINK -> {
                    entry = target("", entry.link());
                    if (entry != null && entry.type() == TarEntry.Type.SYMBOLIC_LINK) {
                        // On a disk the text of that link leads on from the folder of this one.
                        entry = null;
                    }
                }
                default -> entry = null;
            }
        }
        throw new LayoutException(
                Reason.MALFORMED_ARCHIVE, file + " has " + Quoted.quote(path) + ", which leads to no file in it");
    }

    /**
     * {@return where a link leads that leads there by its text as on a disk, or nothing}
     *
     * <p>Nothing lies below an entry that is no folder, so only what goes up again behind a name needs to be known for
     * a folder, and no program writes that.
     */
    private @Nullable TarEntry target(String folder, String link) {
        String from = folder;
        String rest = link;
        while (rest.startsWith("../") && !from.isEmpty()) {
            from = folderOf(from.substring(0, from.length() - 1));
            rest = rest.substring("../".length());
        }
        boolean isPlain = !rest.startsWith("/") && !List.of(rest.split("/", -1)).contains("..");
        return isPlain ? entries.get(TarEntry.normalize(from + rest)) : null;
    }

    private static String folderOf(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Some bytes of the file; read by position, so that several streams do not disturb each other. */
    private static final class Range extends InputStream {
        private final FileChannel channel;
        private long position;
        private long remaining;

        Range(FileChannel channel, long position, long size) {
            this.channel = channel;
            this.position = position;
            this.remaining = size;
        }

        @Override
        public long skip(long n) {
            long skipped = Math.max(0, Math.min(n, remaining));
            position += skipped;
            remaining -= skipped;
            return skipped;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            if (length == 0) {
                return 0;
            }
            if (remaining == 0) {
                return -1;
            }
            int n = channel.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, remaining)), position);
            if (n < 0) {
                // The file was cut: whoever compares sizes sees the content end early.
                remaining = 0;
                return -1;
            }
            position += n;
            remaining -= n;
            return n;
        }
    }
}
