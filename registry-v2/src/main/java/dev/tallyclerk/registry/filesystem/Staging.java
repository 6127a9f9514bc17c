package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.internal.stream.NamedOutput;
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
 * A folder of our own beside the target, in which a tree is put together before it gets its name.
 *
 * <p>Only we may enter it. What is in it has names that we choose; a name from the image is only given inside a folder
 * that we have just made, so no name of the image ever leads anywhere.
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
     * Makes a staging folder beside a target that does not exist or is an empty folder.
     *
     * @param byHandle whether to open folders where the system can, or to go by their paths
     */
    static Staging create(Path target, boolean byHandle) throws IOException {
        boolean dots = target.endsWith(".") || target.endsWith("..");
        Path absolute = dots ? target.toRealPath() : target.toAbsolutePath();
        Path name = absolute.getFileName();
        Path above = absolute.getParent();
        if (name == null || above == null) {
            throw new IllegalArgumentException("not a folder that could be made: " + target);
        }
        Path real = above.toRealPath();
        requireEmpty(real.resolve(name));
        boolean posix = real.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            requireSafe(real);
        }
        Folder parent = Folder.open(real, byHandle);
        try {
            // Made for us alone, where the system has permissions.
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
            throw new ImageFileSystemException(Reason.TARGET_NOT_EMPTY, target + " is there, and is no folder");
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
                    target + " is a mount point, which no other folder can replace; name a new folder in it");
        }
    }

    private static Object device(Path folder) throws IOException {
        return Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }

    /** Where anybody may rename what others own, our folder could be another one from one step to the next. */
    private static void requireSafe(Path above) throws IOException {
        boolean anybody = Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_WRITE);
        boolean sticky = above.getFileSystem().supportedFileAttributeViews().contains("unix")
                && ((Integer) Files.getAttribute(above, "unix:mode") & STICKY) != 0;
        if (anybody && !sticky) {
            throw new ImageFileSystemException(
                    Reason.TARGET_NOT_SAFE, "anybody may rename what is in " + Quoted.quote(above.toString()));
        }
    }

    boolean isPosix() {
        return posix;
    }

    Path target() {
        return parent.path().resolve(target);
    }

    /** {@return the path of something in the staging folder} */
    Path path(Path name) {
        return folder.path().resolve(name);
    }

    /**
     * {@return the same, for something that can only be done by path}
     *
     * @throws ImageFileSystemException if something else is at the staging folder's path now
     */
    Path safePath(Path name) throws IOException {
        folder.requireInPlace();
        return path(name);
    }

    /** {@return a name that nothing in the staging folder has} */
    Path newName() {
        return name("t" + numbers++);
    }

    Path name(String name) {
        return folder.path().getFileSystem().getPath(name);
    }

    /** {@return a new file; where it cannot be made or written, people are told of the target} */
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

    /** Moves something out of the staging folder into one that was made in it. */
    void adopt(Path name, Folder into, Path newName) throws IOException {
        folder.move(name, into, newName);
    }

    /** Removes what is left but a finished folder, and gives that the target's name. */
    void publish(Path name) throws IOException {
        removeAllBut(name);
        if (!parent.hasHandle() && Files.isDirectory(target(), LinkOption.NOFOLLOW_LINKS)) {
            // By handle an empty folder is replaced in one step.
            parent.deleteFolder(target);
        }
        folder.move(name, parent, target);
    }

    /** Removes the staging folder and all that is still in it. */
    @Override
    public void close() throws IOException {
        try (parent;
                folder) {
            removeAllBut(name(""));
            parent.deleteFolder(folder.path().getFileName());
        }
    }

    /** Folders come up to the staging folder before they are emptied, so that no depth matters. */
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
