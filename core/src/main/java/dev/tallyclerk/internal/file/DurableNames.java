package dev.tallyclerk.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Names of files that survive a power failure. */
public final class DurableNames {
    private DurableNames() {}

    /**
     * Makes the names in a folder durable, and that others have gone from it; of the files' content it says nothing.
     *
     * @throws AccessDeniedException if this user may not read the folder, which POSIX systems want for it
     * @throws IOException if the folder cannot be opened, or the disk fails
     */
    public static void sync(Path folder) throws IOException {
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
