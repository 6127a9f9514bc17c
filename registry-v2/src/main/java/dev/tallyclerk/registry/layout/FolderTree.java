package dev.tallyclerk.registry.layout;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files of a folder whose content may come from an attacker.
 *
 * <p>Links within the folder are followed. A link that leads out of it is refused, because it would let the attacker
 * choose which file of this machine is read. A pipe or a device is refused before it is opened, because opening may
 * block forever.
 */
final class FolderTree implements FileTree {
    /** The longest name of common file systems. */
    private static final int MAX_NAME = 255;

    private final Path folder;
    private final Path real;
    private final LayoutLimits limits;

    private FolderTree(Path folder, Path real, LayoutLimits limits) {
        this.folder = folder;
        this.real = real;
        this.limits = limits;
    }

    static FolderTree of(Path folder, LayoutLimits limits) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw LayoutException.notAnImage(
                    Files.exists(folder)
                            ? folder + " is no folder; if it is a tar file, open it as an archive"
                            : "there is no folder " + folder);
        }
        // The caller chose the folder, so it may be a link; links inside are the attacker's.
        return new FolderTree(folder, folder.toRealPath(), limits);
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public Optional<InputStream> open(String path) throws IOException {
        Optional<Path> file = find(path);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(Files.newInputStream(file.get(), LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public OptionalLong size(String path) throws IOException {
        Optional<Path> file = find(path);
        return file.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Files.size(file.get()));
    }

    @Override
    public Optional<String> locate(String path) throws IOException {
        return find(path).map(file -> slashed(real.relativize(file)));
    }

    /** Does nothing: all programs follow links in a folder as the system does, and reads refuse those that lead out. */
    @Override
    public void requireNoLink(String path) {}

    @Override
    public List<String> list(String path) throws IOException {
        List<String> files = new ArrayList<>();
        if (Files.exists(real.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
            list(real.resolve(path), 0, files);
        }
        return files;
    }

    /** Blobs are one folder deep; a deeper folder counts as a file, and is refused as no plain file. */
    private void list(Path path, int depth, List<String> into) throws IOException {
        requireWithin(path.toRealPath(), path);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (depth < 1 && Files.isDirectory(entry)) {
                    list(entry, depth + 1, into);
                } else if (find(entry).isPresent()) {
                    if (into.size() == limits.maxEntries()) {
                        throw LayoutException.limit(folder + " has more than " + limits.maxEntries() + " files");
                    }
                    into.add(slashed(real.relativize(entry)));
                }
            }
        } catch (NotDirectoryException e) {
            throw noFile(path, "is no folder");
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private Optional<Path> find(String path) throws IOException {
        for (String name : path.split("/", -1)) {
            if (name.length() > MAX_NAME) {
                return Optional.empty();
            }
        }
        try {
            return find(real.resolve(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** {@return the file, links followed, or empty if there is none} */
    private Optional<Path> find(Path file) throws IOException {
        Path found;
        try {
            found = file.toRealPath();
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(file)) {
                throw noFile(file, "is a link that leads nowhere");
            }
            return Optional.empty();
        } catch (AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            throw noFile(file, "leads to no file: " + e.getReason());
        }
        requireWithin(found, file);
        if (!Files.readAttributes(found, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw noFile(file, "is no plain file");
        }
        return Optional.of(found);
    }

    private void requireWithin(Path found, Path file) throws LayoutException {
        if (!found.startsWith(real)) {
            throw noFile(file, "is a link out of the folder");
        }
    }

    private LayoutException noFile(Path file, String what) {
        String name = Quoted.quote(slashed(real.relativize(file)));
        return new LayoutException(LayoutException.Reason.NOT_A_FILE, folder + ": " + name + " " + what);
    }

    private static String slashed(Path path) {
        return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    @Override
    public void close() {
        // Nothing is open between reads.
    }
}
