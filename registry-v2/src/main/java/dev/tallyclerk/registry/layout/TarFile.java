package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.internal.tar.TarException;
import dev.tallyclerk.registry.internal.tar.TarLimits;
import dev.tallyclerk.registry.internal.tar.TarName;
import dev.tallyclerk.registry.internal.tar.TarReader;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of a tar file: found in one walk over the headers, and read in place. */
final class TarFile implements FileTree {
    private static final int BUFFER = 64 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final LayoutLimits limits;
    private final Map<String, TarEntry> entries = new HashMap<>();

    private TarFile(Path file, FileChannel channel, LayoutLimits limits) {
        this.file = file;
        this.channel = channel;
        this.limits = limits;
    }

    /**
     * Opens a file, after decompressing it if it is compressed.
     *
     * @param temporaryFolder where it is decompressed
     * @param options how it is opened, besides for reading
     */
    static TarFile open(Path file, LayoutLimits limits, Path temporaryFolder, OpenOption... options)
            throws IOException {
        requireRegularFile(file);
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(StandardOpenOption.READ);
        FileChannel channel = FileChannel.open(file, all);
        try {
            Optional<Compression> compression = Compression.of(channel);
            if (compression.isPresent()) {
                try (FileChannel compressed = channel) {
                    channel = compression.get().decompress(compressed, file, limits, temporaryFolder);
                }
            }
            TarFile tar = new TarFile(file, channel, limits);
            tar.walk();
            return tar;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void requireRegularFile(Path file) throws LayoutException {
        if (Files.isDirectory(file)) {
            throw LayoutException.notAnImage(file + " is a folder; open it as a layout");
        }
        if (!Files.exists(file)) {
            throw LayoutException.notAnImage("there is no file " + file);
        }
        if (!Files.isRegularFile(file)) {
            throw LayoutException.notAnImage(file
                    + " is a pipe or a device; an archive is read more than once, so write" + " it to a file first");
        }
    }

    private void walk() throws IOException {
        try {
            // A character has at most four bytes in a name; the number of names in a path does not matter here.
            TarLimits headers = new TarLimits(
                    limits.maxEntries(),
                    (int) Math.min(Integer.MAX_VALUE, 4L * limits.maxNameLength()),
                    limits.maxExtendedHeaderBytes(),
                    Integer.MAX_VALUE,
                    Long.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Long.MAX_VALUE);
            TarReader tar = TarReader.skipping(new Range(channel, 0, channel.size()), headers);
            long names = 0;
            while (tar.next()) {
                TarEntry entry = entry(tar);
                names += entry.path().length() + entry.link().length();
                if (names > limits.maxNamesLength()) {
                    throw limit("names of more than " + limits.maxNamesLength() + " characters together");
                }
                add(entry);
            }
        } catch (TarException e) {
            LayoutException.Reason reason = switch (e.reason()) {
                case NOT_TAR -> LayoutException.Reason.NOT_AN_IMAGE;
                case LIMIT_EXCEEDED -> LayoutException.Reason.LIMIT_EXCEEDED;
                case MALFORMED, AMBIGUOUS, UNSUPPORTED, TRAILING_DATA -> LayoutException.Reason.MALFORMED_ARCHIVE;
            };
            throw new LayoutException(reason, file + ": " + e.getMessage(), e);
        }
        if (entries.isEmpty()) {
            throw LayoutException.notAnImage(file + " has no entries, or is no tar file");
        }
        refuseEntriesBelowOthers();
    }

    private TarEntry entry(TarReader tar) throws LayoutException {
        TarName name = tar.name();
        String odd = name.odd();
        // Buildpacks write absolute names, which mean the same file. Nothing is written where they point.
        if (name.hasParentReference() || (odd != null && odd.startsWith("//"))) {
            throw malformed("an entry outside itself: " + Quoted.quote(name.path()));
        }
        if (tar.isSparse()) {
            throw malformed("a sparse file: " + Quoted.quote(name.path()));
        }
        int longest = limits.maxNameLength();
        if (name.path().length() > longest || tar.link().length() > longest) {
            throw limit("a name of more than " + longest + " characters");
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

    private void add(TarEntry entry) throws IOException {
        if (entry.path().isEmpty() && !entry.isFolder()) {
            throw malformed("a root that is no folder");
        }
        TarEntry other = entries.put(entry.path(), entry);
        // Readers differ in which of two entries of one name they take. Folders hold nothing to read.
        if (other != null && !(entry.isFolder() && other.isFolder()) && !areSame(other, entry)) {
            throw malformed("two entries " + Quoted.quote(entry.path()));
        }
    }

    /**
     * {@return whether both are files of the same bytes}
     *
     * <p>crane writes a configuration once for each tag, and Jib repeats a layer that an image has twice. Each entry is
     * compared with the previous one of its name, so none is read more than twice.
     */
    private boolean areSame(TarEntry one, TarEntry other) throws IOException {
        if (one.type() != TarEntry.Type.FILE || other.type() != TarEntry.Type.FILE || one.size() != other.size()) {
            return false;
        }
        try (InputStream left = range(one);
                InputStream right = range(other)) {
            for (long compared = 0; compared < one.size(); ) {
                byte[] piece = left.readNBytes(BUFFER);
                if (piece.length == 0) {
                    throw malformed("an entry that the file ends within");
                }
                if (!Arrays.equals(piece, right.readNBytes(piece.length))) {
                    return false;
                }
                compared += piece.length;
            }
        }
        return true;
    }

    /** An extractor writes an entry below a link through the link, over the entry that is there. */
    private void refuseEntriesBelowOthers() throws LayoutException {
        // With NUL, which no name has, for the slash, the entries below an entry are sorted right after it.
        List<String> paths = entries.keySet().stream()
                .map(path -> path.replace('/', '\0'))
                .sorted()
                .toList();
        for (int i = 1; i < paths.size(); i++) {
            String path = paths.get(i).replace('\0', '/');
            TarEntry above = entries.get(paths.get(i - 1).replace('\0', '/'));
            if (above != null && !above.isFolder() && path.startsWith(above.path() + "/")) {
                throw malformed(Quoted.quote(path) + " below an entry that is no folder");
            }
        }
    }

    private LayoutException malformed(String what) {
        return LayoutException.malformed(file + ": archive has " + what);
    }

    private LayoutException limit(String what) {
        return LayoutException.limit(file + ": archive has " + what);
    }

    @Override
    public Path path() {
        return file;
    }

    @Override
    public Optional<InputStream> open(String path) throws IOException {
        return find(path).map(this::range);
    }

    private InputStream range(TarEntry entry) {
        return new Range(channel, entry.offset(), entry.size());
    }

    @Override
    public OptionalLong size(String path) throws IOException {
        return find(path).map(entry -> OptionalLong.of(entry.size())).orElse(OptionalLong.empty());
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
            throw malformed(Quoted.quote(path) + " as a link, which programs follow differently; pack the file itself");
        }
    }

    /**
     * {@return the file that a path leads to, links followed, or empty if there is no such entry}
     *
     * <p>docker save writes a link for a layer that two images share. A link that leads nowhere is refused, because it
     * may lead somewhere when the archive is extracted.
     */
    private Optional<TarEntry> find(String path) throws LayoutException {
        TarEntry entry = entries.get(path);
        if (entry == null || entry.isFolder()) {
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
                        entry = null; // on a disk it would start from the folder of this link
                    }
                }
                default -> entry = null;
            }
        }
        throw malformed(Quoted.quote(path) + ", which leads to no file in it");
    }

    /**
     * {@return the target of a link, if it is the same as on a disk}
     *
     * <p>Nothing is below an entry that is no folder, so only {@code ..} behind a name would need a look at folders,
     * and no program writes that.
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

    /** A part of the file, read by position, so that streams do not disturb each other. */
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
            int n = remaining == 0
                    ? -1
                    : channel.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, remaining)), position);
            // Of a truncated file the content ends early, which the comparison of sizes notices.
            position += Math.max(0, n);
            remaining = n < 0 ? 0 : remaining - n;
            return n;
        }
    }
}
