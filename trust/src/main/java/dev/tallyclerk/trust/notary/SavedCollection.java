package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.notary.internal.RootFile;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The verified files of a collection with the roots before the newest, to be kept after the server is gone.
 *
 * <pre>{@code
 * try (OutputStream out = Files.newOutputStream(Path.of("app.zip"))) {
 *     client.save(client.update()).write(out);
 * }
 * NotaryClient offline = NotaryClient.of(gun, NotaryFiles.ofArchive(Path.of("app.zip")), trust);
 * }</pre>
 *
 * <p>Readers verify the archive as they verify a server. Its timestamp is soon expired: read it by
 * {@link NotaryClient#updateAllowingExpired}. Immutable.
 */
public final class SavedCollection {
    /** ZIP cannot express earlier times. One time for all makes the same archive of the same files. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final NotaryCollection collection;
    private final SortedMap<Long, RootFile> roots;

    private SavedCollection(NotaryCollection collection, SortedMap<Long, RootFile> roots) {
        this.collection = collection;
        this.roots = roots;
    }

    static SavedCollection of(NotaryCollection collection, RootChain chain) throws NotaryException {
        return new SavedCollection(collection, chain.upTo(collection.root()));
    }

    /** {@return the collection} */
    public NotaryCollection collection() {
        return collection;
    }

    /**
     * {@return the versions of the root that the server does not have}
     *
     * <p>A client whose trusted root is older than one of these may not get to the newest.
     */
    public List<Long> missingRoots() {
        return LongStream.range(1, collection.root().version())
                .boxed()
                .filter(version -> !roots.containsKey(version))
                .toList();
    }

    /** {@return the names of the files, in their order in the archive} */
    public List<String> fileNames() {
        return List.copyOf(files().keySet());
    }

    private Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>(collection.files());
        roots.forEach(
                (version, root) -> files.put(version + ".root.json", root.file().bytes()));
        return files;
    }

    /**
     * Writes a ZIP archive for {@link NotaryFiles#ofArchive}. The same files make the same bytes.
     *
     * @param out the stream, not closed
     * @throws IOException if the stream cannot be written
     */
    public void write(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        for (Map.Entry<String, byte[]> file : files().entrySet()) {
            ZipEntry entry = new ZipEntry(file.getKey());
            entry.setTimeLocal(TIME);
            zip.putNextEntry(entry);
            zip.write(file.getValue());
            zip.closeEntry();
        }
        zip.finish();
        zip.flush();
    }

    /** {@return the name of the collection, the number of files, and until when it is valid} */
    @Override
    public String toString() {
        return files().size() + " files of " + collection;
    }
}
