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
 * A temporary file beside its target, to be renamed when it is complete. {@link #removeLeftovers} deletes those of
 * killed processes.
 *
 * <p>A lock shows that a process is still writing. On POSIX systems any close of a file drops all locks of the process
 * on it, so the name contains the process, and a process never opens its own files again. Without file locks, nothing
 * is deleted. For one thread.
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
     * Creates a file with the default permissions of new files.
     *
     * @param folder a folder on the file system of the target, because only there a rename is atomic
     * @param prefix the beginning of its name
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
        throw new FileSystemException(folder.toString(), null, "each new file was deleted at once by another process");
    }

    private static FileChannel open(Path path, Path folder) throws IOException {
        try {
            return FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(folder.toString());
        }
    }

    /** {@return whether no other process deleted the file as a leftover before it was locked} */
    private static boolean isKept(FileChannel channel, Path path) {
        try {
            return channel.tryLock() != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return true; // a file system without locks, where nothing is deleted
        }
    }

    /**
     * Deletes the files of killed processes; a file that cannot be deleted is no error. Lists the folder once.
     *
     * @param prefix the beginning of their names
     */
    public static void removeLeftovers(Path folder, String prefix) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, file -> isLeftover(String.valueOf(file.getFileName()), prefix))) {
            for (Path file : files) {
                removeIfNobodyHolds(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return; // the folder cannot be listed
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
        // Opened for reading too, because opening a pipe for writing would wait for a reader.
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                @Nullable FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            return; // owned by another user, or in use
        }
    }

    /** {@return its temporary name} */
    public Path path() {
        return path;
    }

    /** {@return the channel to write it} Closing the channel drops the lock, so rename the file before. */
    public FileChannel channel() {
        return channel;
    }

    /** Closes the file, and deletes it if it still has its temporary name. */
    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(path);
        } finally {
            channel.close();
        }
    }
}
