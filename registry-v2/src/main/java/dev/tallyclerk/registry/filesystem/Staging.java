package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.internal.stream.NamedOutput;
import dev.tallyclerk.text.Quoted;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A staging folder beside the target, in which a tree is assembled before it is renamed to the target.
 *
 * <p>Only this process may enter it. Its entries have generated names; a name from the image is only created inside a
 * folder that was just made, so no name of the image ever leads anywhere.
 */
final class Staging implements Closeable {
    private static final int STICKY = 01000;

    private final Folder parent;
    private final Folder folder;
    private final Path target;
    private final boolean posix;
    private int numbers;
    private int removed;

    private Staging(Folder parent, Folder folder, Path target, boolean posix) {
        this.parent = parent;
        this.folder = folder;
        this.target = target;
        this.posix = posix;
    }

    /**
     * Creates a staging folder beside a target that does not exist or is an empty folder.
     *
     * @param byHandle whether to open folders where the system can, or to use their paths
     */
    static Staging create(Path target, boolean byHandle) throws IOException {
        boolean dots = target.endsWith(".") || target.endsWith("..");
        Path absolute = dots ? target.toRealPath() : target.toAbsolutePath();
        Path name = absolute.getFileName();
        Path above = absolute.getParent();
        if (name == null || above == null) {
            throw new IllegalArgumentException("not the name of a folder: " + target);
        }
        Path real = above.toRealPath();
        requireEmpty(real.resolve(name));
        boolean posix = real.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            requireSafe(real);
        }
        Folder parent = Folder.open(real, byHandle);
        try {
            // Created without permissions for others, where the system has permissions.
            Path made = Files.createTempDirectory(real, ".tallyclerk-");
            return new Staging(parent, parent.open(made.getFileName()), name, posix);
        } catch (IOException | RuntimeException e) {
            try (parent) {
                throw e;
            }
        }
    }

    private static void requireEmpty(Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new ImageFileSystemException(Reason.TARGET_NOT_EMPTY, target + " exists and is not a folder");
        }
        try (var files = Files.newDirectoryStream(target)) {
            if (files.iterator().hasNext()) {
                throw new ImageFileSystemException(Reason.TARGET_NOT_EMPTY, target + " is not empty");
            }
        }
        boolean unix = target.getFileSystem().supportedFileAttributeViews().contains("unix");
        if (unix && !device(target).equals(device(target.resolveSibling(".")))) {
            throw new ImageFileSystemException(
                    Reason.TARGET_IS_MOUNT_POINT,
                    target + " is a mount point, which cannot be replaced; choose a new folder inside it");
        }
    }

    private static Object device(Path folder) throws IOException {
        return Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Refuses a parent folder in which anyone may rename files of others: the staging folder could be replaced between
     * two steps.
     */
    private static void requireSafe(Path above) throws IOException {
        boolean anybody = Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_WRITE);
        boolean sticky = above.getFileSystem().supportedFileAttributeViews().contains("unix")
                && ((Integer) Files.getAttribute(above, "unix:mode") & STICKY) != 0;
        if (anybody && !sticky) {
            throw new ImageFileSystemException(
                    Reason.TARGET_NOT_SAFE, "anyone may rename files in " + Quoted.quote(above.toString()));
        }
    }

    Path target() {
        return parent.path().resolve(target);
    }

    /** {@return the path of an entry of the staging folder} */
    Path path(Path name) {
        return folder.path().resolve(name);
    }

    /**
     * {@return the path of an entry, for operations that need a path}
     *
     * @throws ImageFileSystemException if the staging folder was replaced
     */
    Path safePath(Path name) throws IOException {
        folder.requireInPlace();
        return path(name);
    }

    /** {@return an unused name in the staging folder} */
    Path newName() {
        return name("t" + numbers++);
    }

    Path name(String name) {
        return folder.path().getFileSystem().getPath(name);
    }

    /** {@return a new file} Failures to create or write it name the target. */
    WritableByteChannel newFile(Path name) throws IOException {
        try {
            return new NamedOutput(folder.newFile(name), target());
        } catch (FileSystemException e) {
            throw NamedOutput.named(e, target());
        }
    }

    void deleteFile(Path name) throws IOException {
        folder.deleteFile(name);
    }

    /** {@return a new folder, opened} */
    Folder newFolder(Path name) throws IOException {
        Path path = safePath(name);
        if (posix) {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(Folder.OWN));
        } else {
            Files.createDirectory(path);
        }
        return folder.open(name);
    }

    /** Moves an entry of the staging folder into a folder that was made in it. */
    void adopt(Path name, Folder into, Path newName) throws IOException {
        folder.move(name, into, newName);
    }

    /** Removes everything except a finished folder, and renames that to the target. */
    void publish(Path name) throws IOException {
        removeAllBut(name);
        if (!parent.hasHandle() && Files.isDirectory(target(), LinkOption.NOFOLLOW_LINKS)) {
            // By handle, the rename replaces an empty folder.
            parent.deleteFolder(target);
        }
        folder.move(name, parent, target);
    }

    /** Removes the staging folder and its contents. */
    @Override
    public void close() throws IOException {
        try (parent;
                folder) {
            removeAllBut(name(""));
            parent.deleteFolder(folder.path().getFileName());
        }
    }

    /** Moves folders up to the staging folder before they are emptied, so that depth does not matter. */
    private void removeAllBut(Path kept) throws IOException {
        boolean left = true;
        while (left) {
            int before = removed;
            folder.forEach(name -> {
                if (!name.equals(kept)) {
                    remove(name);
                    removed++;
                }
            });
            left = removed != before;
        }
    }

    private void remove(Path name) throws IOException {
        if (!folder.isFolder(name)) {
            folder.deleteFile(name);
            return;
        }
        folder.own(name);
        try (Folder below = folder.open(name)) {
            below.forEach(child -> {
                if (below.isFolder(child)) {
                    below.own(child);
                    below.move(child, folder, newName());
                } else {
                    below.deleteFile(child);
                }
            });
        }
        folder.deleteFolder(name);
    }
}
