package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.file.UnfinishedFile;
import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.internal.stream.NamedOutput;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /**
     * Adds the blobs and manifests that the file does not have yet, in the order of their paths.
     *
     * @param known contents that were read and verified already, by their digests' paths
     * @param mayLeaveOut whether a layer that is not to be distributed may be missing
     */
    void add(ImageContent content, Map<String, byte[]> known, boolean mayLeaveOut) throws IOException {
        requireUsable();
        broken = true;
        SortedMap<String, Descriptor> contents = new TreeMap<>(Comparator.naturalOrder());
        Map<String, byte[]> documents = new HashMap<>(known);
        for (Descriptor blob : content.blobs()) {
            contents.put(OciLayout.blobPath(blob.digest()), blob);
        }
        for (Descriptor manifest : content.manifests()) {
            String path = OciLayout.blobPath(manifest.digest());
            contents.put(path, manifest);
            documents.put(path, content.manifest(manifest));
        }
        for (Map.Entry<String, Descriptor> entry : contents.entrySet()) {
            String path = entry.getKey();
            byte[] document = documents.get(path);
            if (written.contains(path)) {
                continue;
            }
            if (document != null) {
                folders(path);
                tar.file(path, document);
                written.add(path);
            } else {
                add(path, entry.getValue(), content, mayLeaveOut);
            }
        }
        broken = false;
    }

    private void add(String path, Descriptor blob, ImageContent content, boolean mayLeaveOut) throws IOException {
        Optional<VerifyingInputStream> source = content.open(blob);
        if (source.isEmpty()) {
            if (!mayLeaveOut) {
                throw content.missing(blob);
            }
            return;
        }
        try (VerifyingInputStream in = source.get()) {
            folders(path);
            tar.file(path, in, blob.size());
            written.add(path);
        }
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
