package dev.tallyclerk.hardening.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files below a folder of this machine. */
final class FolderFiles implements HostFiles {
    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET = 0140000;
    private static final int PERMISSIONS = 07777;

    /** More names than a folder of settings has; the largest that is read is that of processes. */
    private static final int MAX_NAMES = 100_000;

    private final Path root;

    FolderFiles(Path root) {
        this.root = root;
    }

    @Override
    public HostEntry entry(String path) throws IOException {
        Path file = inside(path);
        Map<String, Object> found;
        try {
            found = Files.readAttributes(file, "unix:mode,uid,gid,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this file system has no POSIX modes and owners", e);
        }
        if (Boolean.TRUE.equals(found.get("isSymbolicLink"))) {
            return HostEntry.link(target(file));
        }
        int mode = number(found, "mode").intValue();
        return HostEntry.of(
                type(file, mode),
                mode & PERMISSIONS,
                Integer.toUnsignedLong(number(found, "uid").intValue()),
                Integer.toUnsignedLong(number(found, "gid").intValue()));
    }

    private static Number number(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof Number number) {
            return number;
        }
        throw new IOException("the file system does not tell the " + name);
    }

    private static String target(Path link) throws IOException {
        return Files.readSymbolicLink(link).toString();
    }

    private static HostEntry.Type type(Path file, int mode) {
        if ((mode & TYPE_MASK) == SOCKET) {
            return HostEntry.Type.SOCKET;
        }
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return HostEntry.Type.FILE;
        }
        return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) ? HostEntry.Type.FOLDER : HostEntry.Type.OTHER;
    }

    @Override
    public List<String> names(String folder) throws IOException {
        Path file = inside(folder);
        if (Files.isSymbolicLink(file)) {
            throw new NotDirectoryException(folder);
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(file)) {
            for (Path entry : entries) {
                if (names.size() == MAX_NAMES) {
                    throw new IOException(folder + " has more than " + MAX_NAMES + " entries");
                }
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public byte[] content(String path, int maxBytes) throws IOException {
        Path file = inside(path);
        // Opening a pipe or a device would wait or have effects.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.readAttributes(file, "isRegularFile", LinkOption.NOFOLLOW_LINKS);
            throw new IOException(path + " is no regular file");
        }
        try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (bytes.length == maxBytes && in.read() >= 0) {
                throw new IOException(path + " is longer than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    /** {@return the file, after a check that no link was put in its way} */
    private Path inside(String path) throws IOException {
        Path real = root.toRealPath();
        Path file;
        try {
            file = real.resolve(path.substring(1)).normalize();
        } catch (InvalidPathException e) {
            throw new NoSuchFileException(path, null, "no name that this file system can have");
        }
        if (!file.startsWith(real)) {
            throw new IOException(path + " is outside of " + root);
        }
        Optional<Path> parent = Optional.ofNullable(file.getParent()).filter(above -> above.startsWith(real));
        if (parent.isPresent() && !parent.get().toRealPath().equals(parent.get())) {
            throw new FileSystemException(path, null, "a folder in the path is a symbolic link");
        }
        return file;
    }
}
