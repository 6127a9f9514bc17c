package dev.tallyclerk.verify.store;

import dev.tallyclerk.internal.file.DurableNames;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What the store needs of folders: that they are no symbolic links, and that their entries survive a power failure. */
final class Folders {
    private Folders() {}

    /** Creates a folder, and those above it, where they are missing, durably. */
    static void createAll(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (Files.isDirectory(folder) || parent == null) {
            return;
        }
        createAll(parent);
        try {
            Files.createDirectory(folder);
            DurableNames.sync(parent);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** Creates {@code parent/name} where it is missing, durably; {@code parent} exists. */
    static Path create(Path parent, String name) throws IOException {
        Path folder = parent.resolve(name);
        try {
            Files.createDirectory(folder);
            DurableNames.sync(parent);
        } catch (FileAlreadyExistsException e) {
            requireNoLink(folder);
        }
        return folder;
    }

    /**
     * Fails where something else than a folder is.
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
