package dev.tallyclerk.host;

import dev.tallyclerk.hardening.host.HostAnswer;
import dev.tallyclerk.hardening.host.HostEntry;
import dev.tallyclerk.hardening.host.HostFiles;
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
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files below a folder of this machine: {@code /} for the running host, or where the disk of another is mounted.
 *
 * <p>It reads and never writes, opens regular files only, and follows no symbolic link. It works on POSIX file systems.
 * Thread-safe.
 */
public final class FolderHostFiles implements HostFiles {
    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET = 0140000;
    private static final int PERMISSIONS = 07777;

    /** More names than a folder of settings has; the largest that is read is that of processes. */
    private static final int MAX_NAMES = 100_000;

    private final Path root;

    private FolderHostFiles(Path root) {
        this.root = root;
    }

    /**
     * {@return the files below a folder}
     *
     * @param root the folder, which may be reached by symbolic links itself
     */
    public static FolderHostFiles of(Path root) {
        return new FolderHostFiles(root.toAbsolutePath());
    }

    private interface Reading<T> {
        T read(Path file) throws IOException;
    }

    private <T> HostAnswer<T> answer(String path, Reading<T> reading) {
        try {
            return HostAnswer.found(reading.read(inside(path)));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return HostAnswer.absent();
        } catch (AccessDeniedException e) {
            return HostAnswer.denied();
        } catch (FileSystemException e) {
            return HostAnswer.failed(Optional.ofNullable(e.getReason()).orElse("input or output failed"));
        } catch (IOException e) {
            return HostAnswer.failed(String.valueOf(e.getMessage()));
        } catch (UnsupportedOperationException e) {
            return HostAnswer.failed("this file system has no POSIX modes and owners");
        }
    }

    @Override
    public HostAnswer<HostEntry> entry(String path) {
        return answer(path, FolderHostFiles::entry);
    }

    private static HostEntry entry(Path file) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(file, "unix:mode,uid,gid,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
        if (Boolean.TRUE.equals(found.get("isSymbolicLink"))) {
            return HostEntry.link(Files.readSymbolicLink(file).toString());
        }
        int mode = number(found, "mode");
        return HostEntry.of(
                type(file, mode),
                mode & PERMISSIONS,
                Integer.toUnsignedLong(number(found, "uid")),
                Integer.toUnsignedLong(number(found, "gid")));
    }

    private static int number(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof Number number) {
            return number.intValue();
        }
        throw new IOException("the file system does not tell the " + name);
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
    public HostAnswer<List<String>> names(String folder) {
        return answer(folder, FolderHostFiles::names);
    }

    private static List<String> names(Path folder) throws IOException {
        if (Files.isSymbolicLink(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (names.size() == MAX_NAMES) {
                    throw new IOException("the folder has more than " + MAX_NAMES + " entries");
                }
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public HostAnswer<byte[]> content(String path, int maxBytes) {
        return answer(path, file -> content(file, maxBytes));
    }

    private static byte[] content(Path file, int maxBytes) throws IOException {
        // Opening a pipe or a device would wait or have effects.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.readAttributes(file, "isRegularFile", LinkOption.NOFOLLOW_LINKS);
            throw new IOException("no regular file");
        }
        try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (bytes.length == maxBytes && in.read() >= 0) {
                throw new IOException("longer than " + maxBytes + " bytes");
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
            throw new FileSystemException(path, null, "the path leads out of " + root);
        }
        Optional<Path> parent = Optional.ofNullable(file.getParent()).filter(above -> above.startsWith(real));
        if (parent.isPresent() && !parent.get().toRealPath().equals(parent.get())) {
            throw new FileSystemException(path, null, "a folder in the path is a symbolic link");
        }
        return file;
    }
}
