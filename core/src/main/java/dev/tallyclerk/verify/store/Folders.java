package dev.tallyclerk.verify.store;

import dev.tallyclerk.internal.file.DurableNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** Checks that folders are not symbolic links, and makes their entries durable. */
final class Folders {
    private Folders() {}

    /** Creates a folder and its parents where they are missing, durably. */
    static void createAll(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (Files.isDirectory(folder) || parent == null) {
            return;
        }
        createAll(parent);
        DurableNames names = DurableNames.of(parent);
        try {
            Files.createDirectory(folder);
            names.sync(parent);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** Creates {@code parent/name} where it is missing, durably; {@code parent} exists. */
    static Path create(Path parent, String name) throws IOException {
        Path folder = parent.resolve(name);
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            requireNoLink(folder);
            return folder;
        }
        return create(parent, name, DurableNames.of(parent));
    }

    /** Creates {@code parent/name} where it is missing; {@code parent} exists. */
    static Path create(Path parent, String name, DurableNames names) throws IOException {
        Path folder = parent.resolve(name);
        try {
            Files.createDirectory(folder);
            names.sync(parent);
        } catch (FileAlreadyExistsException e) {
            requireNoLink(folder);
        }
        return folder;
    }

    /**
     * Makes the name of an existing folder durable, as far as this user may. A user who may not read the parent did not
     * create the name, and a mount point has no entry in it.
     */
    static void makeNameDurable(Path folder, DurableNames names) throws IOException {
        Path parent = folder.getParent();
        if (parent == null || isMount(folder, parent)) {
            return;
        }
        try {
            names.sync(parent);
        } catch (AccessDeniedException e) {
            // Left to the users who may read it.
        }
    }

    static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static boolean isMount(Path folder, Path parent) throws IOException {
        return folder.getFileSystem().supportedFileAttributeViews().contains("unix")
                && !Objects.equals(Files.getAttribute(folder, "unix:dev"), Files.getAttribute(parent, "unix:dev"));
    }

    /**
     * Fails unless a folder is there.
     *
     * @throws java.nio.file.NoSuchFileException if nothing is there
     */
    static void requireNoLink(Path folder) throws IOException {
        BasicFileAttributes found = Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isDirectory()) {
            throw new NotDirectoryException(folder.toString());
        }
    }
}
