package dev.tallyclerk.trust.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** The files of a repository in a folder of this machine. */
final class FolderFiles {
    /** In bytes. No file system has longer names, but some do not report such a file as missing. */
    private static final int MAX_NAME = 255;

    private final Path folder;

    FolderFiles(Path folder) {
        this.folder = Objects.requireNonNull(folder, "folder");
    }

    /** Tries the percent-encoded name, as on a server, then the plain name, which most tools write. */
    Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException {
        String segment = FileNames.segment(fileName);
        Optional<byte[]> found = segment.length() > MAX_NAME ? Optional.empty() : read(segment, fileName, maxBytes);
        boolean hasPlainName = !segment.equals(fileName) && isPlain(fileName);
        return found.isPresent() || !hasPlainName ? found : read(fileName, fileName, maxBytes);
    }

    /** A name that is invalid on this system, such as {@code *} on Windows, counts as absent. */
    private Optional<byte[]> read(String name, String shown, int maxBytes) throws IOException {
        try {
            Path file = folder.resolve(name);
            // Opening a pipe would block until something writes to it.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new FileSystemException(file.toString(), null, "not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(HttpFiles.readWhole(in, shown, maxBytes));
            }
        } catch (InvalidPathException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    Optional<InputStream> open(String path) throws IOException {
        FileNames.requireNoDots(path);
        try {
            // A leading slash would make the path absolute. Over HTTP, such a path is below the base.
            Path file = folder.resolve(path.replaceFirst("^/+", "")).normalize();
            if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
                return Optional.empty();
            }
            return Optional.of(Files.newInputStream(file));
        } catch (InvalidPathException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * {@return whether a name is a file in the folder itself on every system, and not the encoded name of another file}
     */
    private static boolean isPlain(String fileName) {
        return fileName.chars().noneMatch(c -> c < ' ' || "/\\:%".indexOf(c) >= 0)
                && !fileName.endsWith(".")
                && !fileName.endsWith(" ");
    }
}
