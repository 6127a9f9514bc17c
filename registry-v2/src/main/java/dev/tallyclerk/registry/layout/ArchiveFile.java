package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.file.UnfinishedFile;
import dev.tallyclerk.registry.internal.stream.NamedOutput;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** A tar file of blobs that gets its name when it is complete. Used by one thread. */
final class ArchiveFile implements Closeable {
    /** In bytes. */
    private static final int LONGEST_NAME_TOLD = 128;

    private final Path file;
    private final Path place;
    private final boolean replace;

    private final UnfinishedFile unfinished;
    private final TarWriter tar;
    private final Set<String> written = new HashSet<>();
    private boolean broken;
    private boolean closed;

    private ArchiveFile(Path file, Path place, boolean replace, UnfinishedFile unfinished) {
        this.file = file;
        this.place = place;
        this.replace = replace;
        this.unfinished = unfinished;
        this.tar = new TarWriter(new NamedOutput(unfinished.channel(), file));
    }

    /**
     * Begins a file, of which nothing can be seen under its name before {@link #finish}.
     *
     * @param replace whether a plain file that has the name, or that a link of that name leads to, is replaced
     * @throws java.nio.file.FileAlreadyExistsException if there is something of that name that is not to be replaced
     */
    static ArchiveFile create(Path file, boolean replace) throws IOException {
        Path place = replace ? Folders.replaceable(file) : Folders.free(file);
        Path folder = Folders.of(place);
        String prefix = prefix(String.valueOf(place.getFileName()));
        UnfinishedFile.removeLeftovers(folder, prefix);
        return new ArchiveFile(file, place, replace, UnfinishedFile.create(folder, prefix));
    }

    /** File systems allow names of 255 bytes, and what an unfinished file has besides takes its part. */
    private static String prefix(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        String told = bytes.length <= LONGEST_NAME_TOLD
                ? name
                : Digest.sha256Of(bytes).encoded().substring(0, 32);
        return "." + told + ".";
    }

    Path path() {
        return file;
    }

    void requireUsable() {
        if (closed || broken) {
            throw new IllegalStateException(
                    file + (closed ? " is closed" : " broke off, so nothing more can be added"));
        }
    }

    /** Marks the beginning of an image, until {@link #endImage}: if it breaks off, the file is of no use. */
    void beginImage() {
        requireUsable();
        broken = true;
    }

    void endImage() {
        broken = false;
    }

    /** {@return whether the file has an entry of that path} */
    boolean has(String path) {
        return written.contains(path);
    }

    /** Adds a document, unless it is there already. */
    void add(String path, byte[] document) throws IOException {
        if (!has(path)) {
            folders(path);
            tar.file(path, document);
            written.add(path);
        }
    }

    /** Adds a blob that is not there yet. */
    void add(String path, InputStream content, long size) throws IOException {
        folders(path);
        tar.file(path, content, size);
        written.add(path);
    }

    private void folders(String path) throws IOException {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (written.add(path.substring(0, slash))) {
                tar.folder(path.substring(0, slash));
            }
        }
    }

    /** Adds the documents in the order of their names, makes the file durable and gives it its name. */
    void finish(SortedMap<String, byte[]> documents) throws IOException {
        requireUsable();
        broken = true;
        for (Map.Entry<String, byte[]> document : documents.entrySet()) {
            tar.file(document.getKey(), document.getValue());
        }
        tar.finish();
        try {
            unfinished.channel().force(true);
        } catch (IOException e) {
            throw NamedOutput.named(e, file);
        }
        // Not closed before: without its lock it would be taken for a leftover.
        if (replace) {
            Folders.moveOverPlainFile(unfinished.path(), place);
        } else {
            Folders.moveToFreeName(unfinished.path(), place);
        }
        close();
    }

    /** Ends the work; of a file that is not finished nothing is left. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            unfinished.close();
        }
    }
}
