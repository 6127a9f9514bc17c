package dev.tallyclerk.hardening.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a host, for {@link HostSubject#read}.
 *
 * <p>All paths are absolute and have {@code /} as separator, whatever the program runs on. Every method is called with
 * paths whose parents are no symbolic links: the caller resolves links one by one, within this root.
 *
 * <p>The exceptions tell why something is missing, and the verdicts depend on them:
 *
 * <ul>
 *   <li>{@link java.nio.file.NoSuchFileException} only if the file certainly does not exist;
 *   <li>{@link java.nio.file.AccessDeniedException} if the program may not look, so that the file may or may not exist;
 *   <li>{@link NotListedException} if this source does not cover the path;
 *   <li>any other {@link IOException} if reading fails.
 * </ul>
 */
public interface HostFiles {
    /**
     * {@return the files below a folder, such as {@code /} for the running host, or where its disk is mounted}
     *
     * <p>Reads the folder and never writes. A symbolic link is never followed out of it. Works on POSIX file systems.
     *
     * @param root the folder
     */
    static HostFiles below(Path root) {
        return new FolderFiles(root);
    }

    /**
     * {@return what is at a path; a symbolic link itself, not its target}
     *
     * @param path the path, normalised
     * @throws IOException if it does not exist or cannot be determined, as described above
     */
    HostEntry entry(String path) throws IOException;

    /**
     * {@return the names in a folder, in any order}
     *
     * @param folder the path of a folder
     * @throws IOException if it does not exist or cannot be determined, as described above
     */
    List<String> names(String folder) throws IOException;

    /**
     * {@return the bytes of a regular file}
     *
     * @param path the path of a regular file
     * @param maxBytes the most bytes to return; a longer file is an {@link IOException}, never cut
     * @throws IOException if it does not exist, is longer or cannot be read, as described above
     */
    byte[] content(String path, int maxBytes) throws IOException;
}
