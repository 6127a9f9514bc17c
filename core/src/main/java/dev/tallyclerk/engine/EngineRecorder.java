package dev.tallyclerk.engine;

import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes the documents about an engine into a folder, for {@link RecordedEngine}.
 *
 * <p>The folder appears with its whole content or not at all, and only its owner may read it. Secrets that the rules
 * recognise are replaced by their kind, so that an audit of the folder finds the same; join tokens and the content of
 * configurations are left out. Other values stay: the folder remains confidential.
 *
 * <p>Immutable.
 */
public final class EngineRecorder {
    private final EngineLimits limits;

    private EngineRecorder(EngineLimits limits) {
        this.limits = limits;
    }

    /** {@return a recorder with the limits of {@link EngineLimits#defaults}} */
    public static EngineRecorder create() {
        return new EngineRecorder(EngineLimits.defaults());
    }

    /**
     * {@return this recorder with other limits}
     *
     * @param limits of which only the longest document counts
     */
    public EngineRecorder withLimits(EngineLimits limits) {
        return new EngineRecorder(Objects.requireNonNull(limits, "limits"));
    }

    /**
     * Writes all documents. One at a time is in memory.
     *
     * @param documents the documents, mostly a {@link LiveEngine}
     * @param folder a folder that does not exist yet, or is empty; its parent exists
     * @throws IOException if the folder has content or cannot be written, or a document is malformed
     */
    public void record(EngineDocuments documents, Path folder) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        refuseContent(target);
        Path parent = Objects.requireNonNullElse(target.getParent(), target);
        Path unfinished = Files.createTempDirectory(parent, "." + target.getFileName() + "-");
        try {
            new Writing(documents, unfinished, limits.maxDocumentBytes()).all();
            publish(unfinished, target);
        } finally {
            deleteIfExists(unfinished);
        }
    }

    private static void refuseContent(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            try (Stream<Path> content = Files.list(target)) {
                if (content.findAny().isPresent()) {
                    throw new DirectoryNotEmptyException(target.toString());
                }
            }
        } else if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString(), null, "not a folder");
        }
    }

    private static void publish(Path unfinished, Path target) throws IOException {
        // An empty folder would not be replaced on every system.
        Files.deleteIfExists(target);
        try {
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(unfinished, target);
        }
    }

    private static void deleteIfExists(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** One recording. */
    private static final class Writing {
        private final EngineDocuments documents;
        private final Path folder;
        private final int maxBytes;
        private final Map<String, JsonValue> unread = new TreeMap<>();

        Writing(EngineDocuments documents, Path folder, int maxBytes) {
            this.documents = documents;
            this.folder = folder;
            this.maxBytes = maxBytes;
        }

        void all() throws IOException {
            for (String name : RecordingNames.OF_ENGINE) {
                copy(name);
            }
            for (String container : documents.containers()) {
                copy(container);
                String base = RecordingNames.base(container);
                if (!unread.containsKey(container)) {
                    copy(RecordingNames.changes(base));
                    copy(RecordingNames.processes(base));
                    copy(RecordingNames.execs(base));
                }
            }
            for (String image : documents.images()) {
                copy(image);
            }
            if (!unread.isEmpty()) {
                write(RecordingNames.UNREAD, JsonText.write(new JsonObject(unread)));
            }
        }

        private void copy(String name) throws IOException {
            EngineDocument document = documents.read(name);
            if (document.whyUnread().isPresent()) {
                unread.put(name, new JsonString(document.whyUnread().get()));
            } else if (document.content().isPresent()) {
                try {
                    write(name, Redaction.apply(document.content().get(), maxBytes));
                } catch (JsonException e) {
                    throw new IOException(name + ": " + e.problem(), e);
                }
            }
        }

        private void write(String name, byte[] content) throws IOException {
            Path file = folder.resolve(name);
            Path parent = Objects.requireNonNull(file.getParent());
            Files.createDirectories(parent, privately(parent, "rwx------"));
            try (SeekableByteChannel channel = Files.newByteChannel(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    privately(file, "rw-------"))) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }

        private static FileAttribute<?>[] privately(Path file, String permissions) {
            List<FileAttribute<?>> attributes =
                    file.getFileSystem().supportedFileAttributeViews().contains("posix")
                            ? List.of(
                                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))
                            : List.of();
            return attributes.toArray(FileAttribute<?>[]::new);
        }
    }
}
