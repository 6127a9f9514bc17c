package dev.tallyclerk.trust.store;

import dev.tallyclerk.internal.file.DurableNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A store on the files of one folder. */
final class FileStore implements MetadataStore {
    private static final String LOCK_FILE = ".lock";
    private static final String TEMPORARY_PREFIX = ".incomplete-";
    private static final long LOCK_POLL_MILLIS = 10;
    private static final Set<PosixFilePermission> OWNERS_FILE =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> OWNERS_FOLDER = PosixFilePermissions.fromString("rwx------");

    /**
     * The threads that hold claims, by the real path of the folder. Static, because file locks belong to the process:
     * on POSIX systems, closing any handle of a file releases all of the process's locks on it, so no thread may open a
     * lock file that another thread holds. Does not cover another class loader's copy of this class, as
     * {@link MetadataStore#inDirectory(Path, Duration)} says.
     */
    private static final Map<Path, Thread> HELD = new ConcurrentHashMap<>();

    private final Path directory;
    private final Duration claimTimeout;
    private volatile @Nullable DurableNames names;

    FileStore(Path directory, Duration claimTimeout) {
        this.directory = Objects.requireNonNull(directory, "directory");
        if (claimTimeout.isNegative()) {
            throw new IllegalArgumentException("claimTimeout is negative: " + claimTimeout);
        }
        this.claimTimeout = claimTimeout;
    }

    @Override
    public Optional<byte[]> load(StoredName name, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(path(name))) {
            // Reads one byte more than allowed, instead of trusting the file's size.
            byte[] bytes = in.readNBytes(maxBytes == Integer.MAX_VALUE ? maxBytes : maxBytes + 1);
            return bytes.length > maxBytes ? Optional.empty() : Optional.of(bytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void store(StoredName name, byte[] metadata) throws IOException {
        makeDirectory();
        DurableNames known = names();
        // In the same folder, because a rename is atomic only within one file system.
        Path temporary = createIncomplete();
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer content = ByteBuffer.wrap(metadata);
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                // Before the rename: otherwise a crash could leave the new name on an empty file.
                channel.force(true);
            }
            Files.move(temporary, path(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        known.sync(directory);
    }

    /** Determined once, before the first change. */
    private DurableNames names() throws IOException {
        DurableNames known = names;
        if (known == null) {
            known = DurableNames.of(directory);
            names = known;
        }
        return known;
    }

    /**
     * Creates a temporary file that only its owner can read and write. Uses no random name: SecureRandom would double
     * the startup time.
     */
    private Path createIncomplete() throws IOException {
        FileAttribute<?>[] attributes = only(OWNERS_FILE);
        for (long number = System.nanoTime(); ; number++) {
            try {
                return Files.createFile(directory.resolve(TEMPORARY_PREFIX + Long.toHexString(number)), attributes);
            } catch (FileAlreadyExistsException e) {
                // Another process has that name.
            }
        }
    }

    private boolean isPosix() {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private FileAttribute<?>[] only(Set<PosixFilePermission> permissions) {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private void makeDirectory() throws IOException {
        Files.createDirectories(directory, only(OWNERS_FOLDER));
    }

    @Override
    public void remove(StoredName name) throws IOException {
        DurableNames known = names();
        if (Files.deleteIfExists(path(name))) {
            known.sync(directory);
        }
    }

    @Override
    public Claim claim() throws IOException {
        makeDirectory();
        return claim(false);
    }

    /** In a read-only folder, takes a shared lock if there is a lock file. */
    @Override
    public Claim claimToRead() throws IOException {
        if (Files.isWritable(directory)) {
            return claim();
        }
        return Files.exists(directory.resolve(LOCK_FILE)) ? claim(true) : () -> {};
    }

    private Claim claim(boolean toRead) throws IOException {
        long start = System.nanoTime();
        Path key = directory.toRealPath();
        Thread self = Thread.currentThread();
        for (Thread user = HELD.putIfAbsent(key, self); user != null; user = HELD.putIfAbsent(key, self)) {
            if (user == self) {
                throw new FileSystemException(
                        directory.toString(), null, "this thread has already claimed the metadata store");
            }
            pause(start);
        }
        try {
            return locked(key, toRead, start);
        } catch (IOException | RuntimeException | Error e) {
            HELD.remove(key);
            throw e;
        }
    }

    private Claim locked(Path key, boolean toRead, long start) throws IOException {
        Path file = directory.resolve(LOCK_FILE);
        FileChannel channel = toRead
                ? FileChannel.open(file, StandardOpenOption.READ)
                : FileChannel.open(
                        file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), only(OWNERS_FILE));
        try {
            if (!toRead) {
                keepOthersOut(file);
            }
            while (!takesLock(channel, toRead)) {
                pause(start);
            }
            if (!toRead) {
                removeIncomplete();
            }
            return () -> release(key, channel);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static void release(Path key, FileChannel channel) throws IOException {
        if (channel.isOpen()) {
            try {
                channel.close();
            } finally {
                HELD.remove(key);
            }
        }
    }

    /** Anybody who can open the lock file can hold the lock, and earlier versions made it readable to all. */
    private void keepOthersOut(Path file) throws IOException {
        if (isPosix() && !OWNERS_FILE.containsAll(Files.getPosixFilePermissions(file))) {
            try {
                Files.setPosixFilePermissions(file, OWNERS_FILE);
            } catch (FileSystemException e) {
                // Another user owns the lock file in a shared folder.
            }
        }
    }

    /** Waits before the next attempt, because waiting for a file lock has no timeout. */
    private void pause(long start) throws IOException {
        if (Duration.ofNanos(System.nanoTime() - start).compareTo(claimTimeout) >= 0) {
            throw new FileSystemException(
                    directory.toString(), null, "another client has claimed this metadata store for " + claimTimeout);
        }
        try {
            TimeUnit.MILLISECONDS.sleep(LOCK_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another client had claimed " + directory);
        }
    }

    private static boolean takesLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
        } catch (OverlappingFileLockException e) {
            return false; // other code of this process holds it
        }
    }

    /** Deletes temporary files of killed processes. While the lock is held, no process is writing one. */
    private void removeIncomplete() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (file.getFileName().toString().startsWith(TEMPORARY_PREFIX)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private Path path(StoredName name) {
        return directory.resolve(name.fileName());
    }
}
