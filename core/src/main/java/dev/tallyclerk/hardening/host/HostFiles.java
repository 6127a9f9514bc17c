package dev.tallyclerk.hardening.host;

import java.util.List;

/**
 * The files of a host, for {@link HostSubject#builder}.
 *
 * <p>{@link dev.tallyclerk.host.FolderHostFiles} reads those of this machine and {@link HostListing} those of a
 * listing; an embedder may implement others, for example over SSH. All paths are absolute and have {@code /} as
 * separator, whatever the program runs on. Every method is called with paths whose parents are no symbolic links: the
 * caller resolves links one by one, within this root. A method does not throw; its answer says what went wrong.
 */
public interface HostFiles {
    /**
     * {@return what is at a path; a symbolic link itself, not its target}
     *
     * @param path the path, normalised
     */
    HostAnswer<HostEntry> entry(String path);

    /**
     * {@return the names in a folder, in any order}
     *
     * @param folder the path of a folder
     */
    HostAnswer<List<String>> names(String folder);

    /**
     * {@return the bytes of a regular file}
     *
     * @param path the path of a regular file
     * @param maxBytes the most bytes to return; a longer file is {@link HostAnswer#failed}, never cut
     */
    HostAnswer<byte[]> content(String path, int maxBytes);
}
