package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.file.UnfinishedFile;
import dev.tallyclerk.registry.internal.stream.NamedOutput;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** An OCI layout in a tar file that is published when it is complete. Used by one thread. */
final class ArchiveFile implements Closeable {
    /** In bytes. */
    private static final int LONGEST_NAME_SHOWN = 128;

    private final Path file;
    private final Path target;
    private final boolean replace;
    private final DocumentLimits limits;
    private final UnfinishedFile unfinished;
    private final TarWriter tar;
    private final Set<String> written = new HashSet<>();
    private IndexDocument index = IndexDocument.empty();
    private boolean broken;
    private boolean closed;

    private ArchiveFile(Path file, Path target, boolean replace, DocumentLimits limits, UnfinishedFile unfinished) {
        this.file = file;
        this.target = target;
        this.replace = replace;
        this.limits = limits;
        this.unfinished = unfinished;
        this.tar = new TarWriter(new NamedOutput(unfinished.channel(), file));
    }

    /**
     * Begins a file, which nobody sees under its name before {@link #finish}.
     *
     * @param replace whether to replace a plain file of that name, or the target of a link of that name
     * @throws java.nio.file.FileAlreadyExistsException if something has the name and is not to be replaced
     */
    static ArchiveFile create(Path file, boolean replace, LayoutLimits limits) throws IOException {
        DocumentLimits documents = limits.documents();
        Path target = replace ? Folders.replaceable(file) : Folders.free(file);
        Path folder = Folders.of(target);
        String prefix = prefix(String.valueOf(target.getFileName()));
        UnfinishedFile.removeLeftovers(folder, prefix);
        return new ArchiveFile(file, target, replace, documents, UnfinishedFile.create(folder, prefix));
    }

    /** File systems limit names to 255 bytes, the suffix of an unfinished file included. */
    private static String prefix(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        String shown = bytes.length <= LONGEST_NAME_SHOWN
                ? name
                : Digest.sha256Of(bytes).encoded().substring(0, 32);
        return "." + shown + ".";
    }

    Path path() {
        return file;
    }

    DocumentLimits limits() {
        return limits;
    }

    void requireUsable() {
        if (closed || broken) {
            throw new IllegalStateException(
                    file + (closed ? " is closed" : " failed while an image was written, so nothing can be added"));
        }
    }

    /** Marks the beginning of an image: until {@link #endImage}, a failure makes the file useless. */
    void beginImage() {
        requireUsable();
        broken = true;
    }

    void endImage() {
        broken = false;
    }

    /** Changes the index, which is written last. */
    void updateIndex(UnaryOperator<IndexDocument> change) {
        index = change.apply(index);
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
    void add(Descriptor blob, InputStream content) throws IOException {
        String path = LayoutFiles.blobPath(blob.digest());
        folders(path);
        tar.file(path, content, blob.size());
        written.add(path);
    }

    private void folders(String path) throws IOException {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (written.add(path.substring(0, slash))) {
                tar.folder(path.substring(0, slash));
            }
        }
    }

    /** Adds the documents of the layout and {@code others} by name, makes the file durable and publishes it. */
    void finish(Map<String, byte[]> others) throws IOException {
        requireUsable();
        SortedMap<String, byte[]> documents = new TreeMap<>(others);
        documents.put(LayoutFiles.MARKER, LayoutFiles.marker());
        documents.put(LayoutFiles.INDEX, index.bytes(file, limits));
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
            Folders.moveOverPlainFile(unfinished.path(), target);
        } else {
            Folders.moveToFreeName(unfinished.path(), target);
        }
        close();
    }

    /** Ends the work; nothing remains of a file that is not finished. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            unfinished.close();
        }
    }
}
