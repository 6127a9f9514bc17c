package dev.tallyclerk.registry.layout;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The files of an uncompressed tar file, found by one walk over its headers and read where they lie. */
final class TarFile implements FileTree {
    private static final int MAX_LINKS = 8;

    private final FileChannel channel;
    private final Map<String, TarEntry> entries;

    private TarFile(FileChannel channel, Map<String, TarEntry> entries) {
        this.channel = channel;
        this.entries = entries;
    }

    static TarFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new LayoutException(Reason.NOT_AN_IMAGE, "there is no file " + file);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            refuseCompressed(channel, file);
            Map<String, TarEntry> entries = new HashMap<>();
            TarHeaders headers = new TarHeaders(channel);
            for (Optional<TarEntry> next = headers.next(); next.isPresent(); next = headers.next()) {
                TarEntry entry = next.get();
                TarEntry other = entries.put(entry.path(), entry);
                // Two entries of one name: which is read depends on the reader. Folders hold nothing to read.
                if (other != null && (isContent(entry) || isContent(other))) {
                    throw new LayoutException(
                            Reason.MALFORMED_ARCHIVE, "archive has two entries " + Quoted.quote(entry.path()));
                }
            }
            refuseEntriesBelowOthers(entries);
            return new TarFile(channel, entries);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean isContent(TarEntry entry) {
        return entry.type() != TarEntry.Type.FOLDER;
    }

    /** Who extracts an entry below a link writes through the link, and over the entry that lies there. */
    private static void refuseEntriesBelowOthers(Map<String, TarEntry> entries) throws LayoutException {
        for (String path : entries.keySet()) {
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                TarEntry above = entries.get(path.substring(0, slash));
                if (above != null && isContent(above)) {
                    throw new LayoutException(
                            Reason.MALFORMED_ARCHIVE,
                            "archive has " + Quoted.quote(path) + " below an entry that is no folder");
                }
            }
        }
    }

    private static void refuseCompressed(FileChannel channel, Path file) throws IOException {
        ByteBuffer magic = ByteBuffer.allocate(4);
        channel.read(magic, 0);
        int first = magic.getShort(0) & 0xffff;
        if (first == 0x1f8b || magic.getInt(0) == 0x28b52ffd) {
            throw new LayoutException(
                    Reason.UNSUPPORTED, file + " is compressed, which is not supported yet; decompress it first");
        }
    }

    @Override
    public Optional<InputStream> open(String path) throws IOException {
        return find(path).map(entry -> new EntryStream(channel, entry));
    }

    @Override
    public Optional<Long> size(String path) throws IOException {
        return find(path).map(TarEntry::size);
    }

    /**
     * docker save links a layer that two images share. A link that leads nowhere here may lead somewhere for who
     * extracts the archive, so it is not the same as an entry that is not there.
     */
    private Optional<TarEntry> find(String path) throws LayoutException {
        TarEntry entry = entries.get(path);
        if (entry == null || entry.type() == TarEntry.Type.FOLDER) {
            return Optional.empty();
        }
        for (int i = 0; i < MAX_LINKS && entry != null; i++) {
            switch (entry.type()) {
                case FILE -> {
                    return Optional.of(entry);
                }
                case SYMBOLIC_LINK ->
                    entry = entry.link().startsWith("/")
                            ? null
                            : entries.get(TarEntry.normalize(folderOf(entry.path()) + entry.link()));
                case HARD_LINK -> entry = entries.get(TarEntry.normalize(entry.link()));
                default -> entry = null;
            }
        }
        throw new LayoutException(
                Reason.MALFORMED_ARCHIVE, "archive has " + Quoted.quote(path) + ", which leads to no file in it");
    }

    private static String folderOf(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** One entry's bytes; reads by position, so that several streams do not disturb each other. */
    private static final class EntryStream extends InputStream {
        private final FileChannel channel;
        private long position;
        private long remaining;

        EntryStream(FileChannel channel, TarEntry entry) {
            this.channel = channel;
            this.position = entry.offset();
            this.remaining = entry.size();
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
