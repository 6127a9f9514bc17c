package dev.tallyclerk.verify.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * A file name in the quarantine that one writer holds, until {@link #close} or the end of its process.
 *
 * <p>A lock file beside the content marks it as held. No one else opens the content before the lock is free, and no
 * writer locks a freed lock again, because the name has a random part. The lock is not on the content itself: on POSIX
 * systems, any close of a file drops all locks that the process has on it, and content changes hands. For the same
 * reason the name identifies the process, and no process opens its own lock files a second time.
 */
final class Claim implements Closeable {
    static final String CONTENT = ".writing";
    static final String LOCK = ".lock";
    static final String NEW_LOCK = ".newlock";
    static final String PARTIAL = ".partial";

    private static final int ATTEMPTS = 16;

    private final Path folder;
    private final String name;
    private final FileChannel lock;

    private Claim(Path folder, String name, FileChannel lock) {
        this.folder = folder;
        this.name = name;
        this.lock = lock;
    }

    /** Claims a name that was never used before. */
    static Claim take(Path folder, String prefix, String processSuffix) throws IOException {
        AccessDeniedException denied = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            String name = prefix + UUID.randomUUID() + processSuffix;
            Path newLock = folder.resolve(name + NEW_LOCK);
            FileChannel channel = open(newLock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                // Locked before the rename, so that under the final name it is locked, or its process is dead.
                if (isLocked(channel, newLock)) {
                    Files.move(newLock, folder.resolve(name + LOCK), StandardCopyOption.ATOMIC_MOVE);
                    return new Claim(folder, name, channel);
                }
                channel.close();
            } catch (NoSuchFileException e) {
                channel.close(); // a clean-up removed it as left by a crash
            } catch (IOException | RuntimeException e) {
                giveUp(channel, newLock, e);
                if (!(e instanceof AccessDeniedException last) || Folders.isPosix(folder)) {
                    throw e;
                }
                denied = last; // Windows does not rename a file that a scanner has open
            }
        }
        if (denied != null) {
            throw denied;
        }
        throw new FileSystemException(folder.toString(), null, "new lock files disappear");
    }

    private static FileChannel open(Path file, OpenOption... options) throws IOException {
        try {
            return FileChannel.open(file, options);
        } catch (UnsupportedOperationException e) {
            throw typed(file, "the file system has no file channels, which a store needs", e);
        }
    }

    /** {@return whether this process now has the lock} */
    private static boolean isLocked(FileChannel channel, Path file) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (ClosedChannelException | FileSystemException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            throw typed(file, "cannot be locked, but a store needs file locks: " + e.getMessage(), e);
        }
    }

    /** {@return a failure of the disk} Any other exception would be taken for one of the content's source. */
    private static FileSystemException typed(Path file, String reason, Exception cause) {
        FileSystemException typed = new FileSystemException(file.toString(), null, reason);
        typed.initCause(cause);
        return typed;
    }

    private static void giveUp(FileChannel channel, Path newLock, Exception cause) {
        try (channel) {
            Files.deleteIfExists(newLock);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Runs {@code whenDead} and deletes a lock file, if the process that had it locked is dead. */
    static void removeIfDead(Path lockFile, IoAction whenDead) throws IOException {
        try (FileChannel channel = open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (isLocked(channel, lockFile)) {
                whenDead.run();
                Files.deleteIfExists(lockFile);
            }
        } catch (NoSuchFileException | OverlappingFileLockException | AccessDeniedException e) {
            // Released, checked by another thread, or another user's, whose processes clean it up.
        }
    }

    Path content() {
        return folder.resolve(name + CONTENT);
    }

    /**
     * Takes over a partial file, for which only one claim can win. A file with another hard link is not taken: the
     * owner of that link could change the blob later.
     */
    boolean adopt(Path partial) throws IOException {
        try {
            if (hasOtherNames(partial)) {
                return false;
            }
            Files.move(partial, content(), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean hasOtherNames(Path file) throws IOException {
        // User-space file systems that do not count links may report 0.
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                && !(Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) instanceof Integer count
                        && count <= 1);
    }

    /** Releases the name. Content that is still there becomes a partial file, or is deleted if it is short. */
    @Override
    public void close() throws IOException {
        try (lock) {
            try {
                freeContent(folder, name);
            } finally {
                Files.deleteIfExists(folder.resolve(name + LOCK));
            }
        }
    }

    /** {@return the partial file that the content of an unheld claim became, if it is long enough} */
    static Optional<Path> freeContent(Path folder, String name) throws IOException {
        Path content = folder.resolve(name + CONTENT);
        Path partial = folder.resolve(name.substring(0, name.lastIndexOf('-')) + PARTIAL);
        try {
            if (Files.size(content) >= StoreLimits.SMALLEST_PARTIAL) {
                Files.move(content, partial, StandardCopyOption.ATOMIC_MOVE);
                return Optional.of(partial);
            }
            Files.deleteIfExists(content);
        } catch (NoSuchFileException e) {
            // It was committed, refused or taken over.
        }
        return Optional.empty();
    }

    /** An action that may fail with an I/O error. */
    interface IoAction {
        void run() throws IOException;
    }
}
