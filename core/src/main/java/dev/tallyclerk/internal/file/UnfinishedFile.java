package dev.tallyclerk.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file beside the one that it will become. What a process that was killed left of an earlier one goes with
 * {@link #removeLeftovers}.
 *
 * <p>A lock says that somebody is still writing. On POSIX systems any close of a file drops all locks that the process
 * has on it, so the name says which process that is, and no process opens one of its own a second time. Where locks
 * cannot be had, nothing is taken away. For one thread.
 */
public final class UnfinishedFile implements Closeable {
    private static final int ATTEMPTS = 16;
    private static final String SUFFIX = ".part";
    private static final Pattern MIDDLE =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-[0-9]+\\.[0-9a-f]+)");

    private final Path path;
    private final FileChannel channel;

    private UnfinishedFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates one, which others may read as they may any new file of this process.
     *
     * @param folder where, which is on the file system of what it will become: only there a rename is atomic
     * @param prefix what its name begins with
     * @throws NoSuchFileException if there is no such folder
     * @throws IOException if no file can be created there
     */
    public static UnfinishedFile create(Path folder, String prefix) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Path path = folder.resolve(prefix + UUID.randomUUID() + ThisProcess.SUFFIX + SUFFIX);
            FileChannel channel = open(path, folder);
            try {
                if (isKept(channel, path)) {
                    return new UnfinishedFile(path, channel);
                }
                channel.close();
            } catch (IOException | RuntimeException e) {
                channel.close();
                Files.deleteIfExists(path);
                throw e;
            }
        }
        throw new FileSystemException(folder.toString(), null, "no new file stays where it was created");
    }

    private static FileChannel open(Path path, Path folder) throws IOException {
        try {
            return FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(folder.toString());
        }
    }

    /** {@return whether nobody took the file for a leftover before it was locked} */
    private static boolean isKept(FileChannel channel, Path path) {
        try {
            return channel.tryLock() != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return true; // a file system without locks, where nobody else gets one either
        }
    }

    /**
     * Removes what processes have left that ended before they were done; what keeps a leftover from going away is no
     * error. It costs a listing of the folder.
     *
     * @param folder where to look
     * @param prefix what the names of the leftovers begin with
     */
    public static void removeLeftovers(Path folder, String prefix) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, file -> isLeftover(String.valueOf(file.getFileName()), prefix))) {
            for (Path file : files) {
                removeIfNobodyHolds(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return; // a folder that cannot be listed
        }
    }

    private static boolean isLeftover(String name, String prefix) {
        int length = name.length() - prefix.length() - SUFFIX.length();
        if (length <= 0 || !name.startsWith(prefix) || !name.endsWith(SUFFIX)) {
            return false;
        }
        String middle = name.substring(prefix.length(), prefix.length() + length);
        return MIDDLE.matcher(middle).matches() && !middle.endsWith(ThisProcess.SUFFIX);
    }

    private static void removeIfNobodyHolds(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        // For reading too: opening a pipe that took its place meanwhile would wait for a reader.
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                @Nullable FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            return; // somebody else's, or in use
        }
    }

    /** {@return its first name} */
    public Path path() {
        return path;
    }

    /**
     * {@return what it is written with} Whoever closes it gives up the lock, and should not before the file has its
     * last name.
     */
    public FileChannel channel() {
        return channel;
    }

    /** Closes it, and takes it away where it still has its first name. */
    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(path);
        } finally {
            channel.close();
        }
    }
}
