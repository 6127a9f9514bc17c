package dev.tallyclerk.registry.filesystem;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open folder. Where the system allows, operations are relative to the opened folder, whatever is at its path since;
 * links are never followed.
 */
final class Folder implements Closeable {
    private static final Set<OpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** Permissions of a folder that only its owner may enter. */
    static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

    private final Path path;
    private final boolean posix;

    /** Null where the system accesses folders only by path. */
    private final @Nullable SecureDirectoryStream<Path> handle;

    private Folder(Path path, boolean posix, @Nullable SecureDirectoryStream<Path> handle) {
        this.path = path;
        this.posix = posix;
        this.handle = handle;
    }

    /**
     * {@return an existing folder, opened}
     *
     * @param byHandle whether to open the folder where the system can, or to use its path
     */
    @SuppressWarnings("StreamResourceLeak") // closed by the Folder
    static Folder open(Path path, boolean byHandle) throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        DirectoryStream<Path> stream = Files.newDirectoryStream(path);
        if (byHandle && stream instanceof SecureDirectoryStream<Path> secure) {
            return new Folder(path, posix, secure);
        }
        stream.close();
        return new Folder(path, posix, null);
    }

    /** {@return a folder in this one, opened} */
    Folder open(Path name) throws IOException {
        return new Folder(
                path.resolve(name),
                posix,
                handle == null ? null : handle.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    Path path() {
        return path;
    }

    /** Fails if the folder is no longer at its path. */
    void requireInPlace() throws IOException {
        if (handle != null) {
            Object opened = handle.getFileAttributeView(BasicFileAttributeView.class)
                    .readAttributes()
                    .fileKey();
            Object there = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            if (!Objects.equals(opened, there)) {
                throw new ImageFileSystemException(
                        ImageFileSystemException.Reason.TARGET_NOT_SAFE, "another process has replaced " + path);
            }
        }
    }

    boolean hasHandle() {
        return handle != null;
    }

    /** {@return a new file that only its owner may read} */
    SeekableByteChannel newFile(Path name) throws IOException {
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return handle == null
                ? Files.newByteChannel(path.resolve(name), NEW_FILE, attributes)
                : handle.newByteChannel(name, NEW_FILE, attributes);
    }

    /** Moves an entry into another folder, where an entry of the new name is replaced or makes the move fail. */
    void move(Path name, Folder into, Path newName) throws IOException {
        if (handle != null && into.handle != null) {
            handle.move(name, into.handle, newName);
        } else {
            Files.move(path.resolve(name), into.path.resolve(newName));
        }
    }

    boolean isFolder(Path name) throws IOException {
        return attributes(name).isDirectory();
    }

    boolean contains(Path name) throws IOException {
        try {
            attributes(name);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private BasicFileAttributes attributes(Path name) throws IOException {
        return view(name, BasicFileAttributeView.class).readAttributes();
    }

    private <V extends FileAttributeView> V view(Path name, Class<V> type) {
        return handle == null
                ? Files.getFileAttributeView(path.resolve(name), type, LinkOption.NOFOLLOW_LINKS)
                : handle.getFileAttributeView(name, type, LinkOption.NOFOLLOW_LINKS);
    }

    /** Gives this process all permissions on a folder in this one. */
    void own(Path name) throws IOException {
        if (!posix) {
            return;
        }
        try {
            view(name, PosixFileAttributeView.class).setPermissions(OWN);
        } catch (AccessDeniedException e) {
            // An unreadable folder cannot be opened, so its path is used.
            requireInPlace();
            Files.setPosixFilePermissions(path.resolve(name), OWN);
        }
    }

    void deleteFile(Path name) throws IOException {
        if (handle == null) {
            Files.delete(path.resolve(name));
        } else {
            handle.deleteFile(name);
        }
    }

    void deleteFolder(Path name) throws IOException {
        if (handle == null) {
            Files.delete(path.resolve(name));
        } else {
            handle.deleteDirectory(name);
        }
    }

    /** Visits the names in a folder. */
    @FunctionalInterface
    interface Visitor {
        void visit(Path name) throws IOException;
    }

    /** Visits the entries of the folder, and returns how many there are. */
    int forEach(Visitor visitor) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> stream = handle == null
                ? Files.newDirectoryStream(path)
                : handle.newDirectoryStream(path.getFileSystem().getPath("."), LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : stream) {
                visitor.visit(entry.getFileName());
                count++;
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        if (handle != null) {
            handle.close();
        }
    }
}
