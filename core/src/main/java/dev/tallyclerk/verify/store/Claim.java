package dev.tallyclerk.verify.store;

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
 * A file name in the quarantine that one writer holds, for as long as its process lives or until {@link #release}.
 *
 * <p>Beside the content lies a lock file. Nobody else opens the content before the lock is free, and a lock that became
 * free is never taken again by a writer, because the name has a random part. The lock is not on the content itself: on
 * POSIX systems any close of a file drops all locks that the process has on it, and content changes hands. For the same
 * reason the name says which process holds it, and no process ever opens a lock file of its own a second time.
 */
final class Claim {
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

    /** Takes a name that no one has had before. */
    static Claim take(Path folder, String prefix, String processSuffix) throws IOException {
        AccessDeniedException denied = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            String name = prefix + UUID.randomUUID() + processSuffix;
            Path newLock = folder.resolve(name + NEW_LOCK);
            FileChannel channel = open(newLock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                // Locked before it has the name that others look at: there it is locked, or its process is dead.
                if (isLocked(channel, newLock)) {
                    Files.move(newLock, folder.resolve(name + LOCK), StandardCopyOption.ATOMIC_MOVE);
                    return new Claim(folder, name, channel);
                }
                channel.close();
            } catch (NoSuchFileException e) {
                channel.close(); // a clean-up took it for one that a crash has left
            } catch (IOException | RuntimeException e) {
                giveUp(channel, newLock, e);
                if (!(e instanceof AccessDeniedException last) || isPosix(folder)) {
                    throw e;
                }
                denied = last; // Windows renames no file that a scanner has just opened
            }
        }
        if (denied != null) {
            throw denied;
        }
        throw new FileSystemException(folder.toString(), null, "no lock file stays where it was created");
    }

    private static FileChannel open(Path file, OpenOption... options) throws IOException {
        try {
            return FileChannel.open(file, options);
        } catch (UnsupportedOperationException e) {
            throw typed(file, "its file system has no channels of files, which a store writes with", e);
        }
    }

    /** {@return whether nobody else has the lock} */
    private static boolean isLocked(FileChannel channel, Path file) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (ClosedChannelException | FileSystemException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            throw typed(file, "cannot be locked, which a store needs of its file system: " + e.getMessage(), e);
        }
    }

    /** {@return a failure of the disk} Any other would be taken for one of the content's source. */
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

    private static boolean isPosix(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /**
     * {@return whether the lock file's process is dead, in which case {@code whenDead} has run and the file is gone}
     */
    static boolean removeIfDead(Path lockFile, IoAction whenDead) throws IOException {
        try (FileChannel channel = open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (!isLocked(channel, lockFile)) {
                return false;
            }
            whenDead.run();
            Files.deleteIfExists(lockFile);
            return true;
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            return false; // released, or another thread is looking at it
        } catch (AccessDeniedException e) {
            return false; // another user's, who looks after it
        }
    }

    Path content() {
        return folder.resolve(name + CONTENT);
    }

    /**
     * Takes a partial file over, of which only one claim can be the winner. One with another name besides is not: who
     * has that name could change the blob later.
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
        // Servers of user-space file systems may say 0, who do not count names.
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                && !(Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) instanceof Integer count
                        && count <= 1);
    }

    /** Gives the name up; content that still has it becomes a partial file, or goes if it is short. */
    void release() throws IOException {
        try {
            freeContent(folder, name);
        } finally {
            try {
                Files.deleteIfExists(folder.resolve(name + LOCK));
            } finally {
                lock.close();
            }
        }
    }

    /** {@return the partial file} that this makes of the content of a claim that nobody holds, if it is worth one. */
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
            // It was verified, refused or taken over.
        }
        return Optional.empty();
    }

    /** Something that may fail to read or write. */
    interface IoAction {
        void run() throws IOException;
    }
}
