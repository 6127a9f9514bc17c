package dev.tallyclerk.engine;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder with recorded documents about an engine; every one is optional, and what is not in it is unknown.
 *
 * <p>For one thread at a time; the folder is read as it is asked for.
 */
public final class RecordedEngine implements EngineDocuments {
    private static final int MAX_REASONS = 1024 * 1024;

    private final Path folder;
    private final int maxDocumentBytes;
    private final Map<String, String> unread;

    private RecordedEngine(Path folder, int maxDocumentBytes, Map<String, String> unread) {
        this.folder = folder;
        this.maxDocumentBytes = maxDocumentBytes;
        this.unread = unread;
    }

    /**
     * {@return the documents in a folder}
     *
     * @throws IOException if it is not a folder, or its list of unread documents is malformed
     */
    public static RecordedEngine open(Path folder) throws IOException {
        return open(folder, EngineLimits.defaults());
    }

    /**
     * {@return the documents in a folder, with other limits}
     *
     * @param folder the folder
     * @param limits of which only the longest document counts
     * @throws IOException if it is not a folder, or its list of unread documents is malformed
     */
    public static RecordedEngine open(Path folder, EngineLimits limits) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute)) {
            throw Files.exists(absolute)
                    ? new FileSystemException(absolute.toString(), null, "not a folder")
                    : new NoSuchFileException(absolute.toString());
        }
        return new RecordedEngine(absolute, limits.maxDocumentBytes(), reasons(absolute));
    }

    private static Map<String, String> reasons(Path folder) throws IOException {
        Path file = folder.resolve(RecordingNames.UNREAD);
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            return Map.copyOf(JsonCursor.parse(read(file, MAX_REASONS), JsonLimits.ofBytes(MAX_REASONS))
                    .stringMap());
        } catch (JsonException e) {
            throw new IOException(file + ": " + e.problem(), e);
        }
    }

    /** {@return the folder} */
    public Path folder() {
        return folder;
    }

    @Override
    public List<String> containers() throws IOException {
        return documents(RecordingNames.CONTAINERS);
    }

    @Override
    public List<String> images() throws IOException {
        return documents(RecordingNames.IMAGES).stream()
                .filter(name -> !name.endsWith(RecordingNames.HISTORY))
                .toList();
    }

    private List<String> documents(String kind) throws IOException {
        Collection<String> names = new TreeSet<>();
        Path documents = folder.resolve(kind);
        if (Files.isDirectory(documents)) {
            try (Stream<Path> files = Files.list(documents)) {
                files.map(file -> kind + '/' + file.getFileName())
                        .filter(name -> name.endsWith(RecordingNames.JSON))
                        .forEach(names::add);
            }
        }
        unread.keySet().stream()
                .filter(name -> name.startsWith(kind + '/') && name.endsWith(RecordingNames.JSON))
                .forEach(names::add);
        return List.copyOf(names);
    }

    @Override
    public EngineDocument read(String name) throws IOException {
        Path file = folder.resolve(name).normalize();
        // The name of a container is untrusted, and may be a path out of the folder.
        if (!file.startsWith(folder) || Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            String why = unread.get(name);
            return why == null ? EngineDocument.absent() : EngineDocument.unread(why);
        }
        if (!Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "not a regular file");
        }
        return EngineDocument.of(read(file, maxDocumentBytes));
    }

    private static byte[] read(Path file, int maxBytes) throws IOException {
        // Checked first, because reading to the end of a long file holds all of it in memory.
        if (Files.size(file) <= maxBytes) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(maxBytes + 1);
                if (content.length <= maxBytes) {
                    return content;
                }
            }
        }
        throw new IOException(file + ": LIMIT_EXCEEDED: longer than the limit of " + maxBytes + " bytes");
    }

    /** {@return the folder} */
    @Override
    public String toString() {
        return folder.toString();
    }
}
