package dev.tallyclerk.internal.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes file names durable, so that they survive a power failure, by fsync of their folders.
 *
 * <p>Some file systems cannot fsync a folder, such as folders that a virtual machine shares with its host, and report
 * that like a failing disk. So an fsync is tried before anything changes: if it fails, the file system counts as one
 * that cannot do it; a later failure is an error. A disk that fails already counts as such a file system too, but most
 * of those fail when the file content is synced, which is never skipped. Immutable.
 */
public final class DurableNames {
    private static final DurableNames NONE = new DurableNames(false);

    private final boolean possible;

    private DurableNames(boolean possible) {
        this.possible = possible;
    }

    /**
     * Tries whether the file system of {@code folder} can make names durable.
     *
     * <p>Call it before the change that is to be durable. It costs as much as {@link #sync}.
     *
     * @throws ClosedChannelException if the thread is interrupted, which says nothing about the file system
     * @throws IOException if the folder cannot be closed
     */
    public static DurableNames of(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            return new DurableNames(isForced(channel));
        } catch (ClosedChannelException e) {
            throw e;
        } catch (AccessDeniedException | NoSuchFileException e) {
            return new DurableNames(true); // a matter of the folder, not of the file system
        } catch (UnsupportedOperationException e) {
            return new DurableNames(false);
        } catch (IOException e) {
            // Operating systems open any folder, or deny it. Other file systems may open files only.
            return new DurableNames(folder.getFileSystem() == FileSystems.getDefault());
        }
    }

    /** {@return an instance that never syncs, for callers that do not need durable names} */
    public static DurableNames none() {
        return NONE;
    }

    private static boolean isForced(FileChannel channel) throws ClosedChannelException {
        try {
            channel.force(true);
            return true;
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * Makes additions, renames and deletions in a folder durable, but not the files' content. Does nothing where the
     * file system cannot do it.
     *
     * @throws AccessDeniedException if this user may not read the folder, which POSIX systems require
     * @throws IOException if the folder cannot be opened, or the disk fails
     */
    public void sync(Path folder) throws IOException {
        if (!possible) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows does not open folders, and journals renames.
            if (isPosix(folder)) {
                AccessDeniedException typed = new AccessDeniedException(
                        folder.toString(), null, "the folder must be readable to make its file names durable");
                typed.initCause(e);
                throw typed;
            }
        }
    }

    private static boolean isPosix(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
