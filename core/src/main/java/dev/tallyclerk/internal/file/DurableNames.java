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
 * How names of files survive a power failure on one file system: folders are forced to the disk, where it can do that.
 *
 * <p>Some cannot, such as folders that a virtual machine shares with its host, and say so by the same exceptions as a
 * disk that fails. So it is tried before anything changes: what fails then is not there to be had, and what fails later
 * is an error. A disk that fails then already is taken for one that cannot do it; that content is forced to the disk
 * before it gets a name, which is never passed over, tells of most of those. Immutable.
 */
public final class DurableNames {
    private static final DurableNames NONE = new DurableNames(false);

    private final boolean possible;

    private DurableNames(boolean possible) {
        this.possible = possible;
    }

    /**
     * {@return how names are made durable on the file system of {@code folder}, which is tried on that}
     *
     * <p>Asked for before the change that is to be durable. It costs what {@link #sync} costs.
     *
     * @throws ClosedChannelException if the thread is interrupted, which says nothing about the file system
     * @throws IOException if the folder cannot be closed again
     */
    public static DurableNames of(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            return new DurableNames(isForced(channel));
        } catch (ClosedChannelException e) {
            throw e;
        } catch (AccessDeniedException | NoSuchFileException e) {
            return new DurableNames(true); // says the folder and not the file system
        } catch (UnsupportedOperationException e) {
            return new DurableNames(false);
        } catch (IOException e) {
            // The systems that Java runs on open any folder, or deny it. Others may have files alone to open.
            return new DurableNames(folder.getFileSystem() == FileSystems.getDefault());
        }
    }

    /** {@return what leaves names to the system: for who wants no name to survive a power failure} */
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
     * Makes the names in a folder durable, and that others have gone from it; of the files' content it says nothing.
     * Does nothing where the file system has no such thing.
     *
     * @throws AccessDeniedException if this user may not read the folder, which POSIX systems want for it
     * @throws IOException if the folder cannot be opened, or the disk fails
     */
    public void sync(Path folder) throws IOException {
        if (!possible) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows does not open folders; there the rename itself is journalled.
            if (isPosix(folder)) {
                AccessDeniedException typed = new AccessDeniedException(
                        folder.toString(), null, "the folder has to be readable for its names to be made durable");
                typed.initCause(e);
                throw typed;
            }
        }
    }

    private static boolean isPosix(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
