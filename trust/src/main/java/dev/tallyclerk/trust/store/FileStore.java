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
     * The folders that threads of this process use, by their real paths, and which those are. Shared by all stores,
     * because the locks are: on POSIX systems any close of a file drops all that the process has on it, so no thread
     * opens a lock file that another one holds. That does not reach to another class loader's copy of this class, as
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
            // One byte more than wanted tells "too long" from "just fits" without trusting the file's size.
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
        // In the same folder, because only a rename within one file system is atomic.
        Path temporary = createIncomplete();
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer content = ByteBuffer.wrap(metadata);
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                // Before the rename: else a crash could leave the new name on an empty file.
                channel.force(true);
            }
            Files.move(temporary, path(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        known.sync(directory);
    }

    /** Tried once, and before the first change. */
    private DurableNames names() throws IOException {
        DurableNames known = names;
        if (known == null) {
            known = DurableNames.of(directory);
            names = known;
        }
        return known;
    }

    /**
     * Begins a file of its own, which nobody but its owner may read or write. Its name is not by chance, for which the
     * runtime would take a new process as long as for a signature.
     */
    private Path createIncomplete() throws IOException {
        FileAttribute<?>[] attributes = only(OWNERS_FILE);
        for (long number = System.nanoTime(); ; number++) {
            try {
                return Files.createFile(directory.resolve(TEMPORARY_PREFIX + Long.toHexString(number)), attributes);
            } catch (FileAlreadyExistsException e) {
                // Somebody else's.
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

    /** Of a folder that this process may not write, a lock for readers, if anybody has ever locked it. */
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
                        directory.toString(), null, "this thread uses the metadata store already");
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

    /** Whoever may open the lock can hold it, and earlier versions made it one that everybody may open. */
    private void keepOthersOut(Path file) throws IOException {
        if (isPosix() && !OWNERS_FILE.containsAll(Files.getPosixFilePermissions(file))) {
            try {
                Files.setPosixFilePermissions(file, OWNERS_FILE);
            } catch (FileSystemException e) {
                // It is somebody else's, who shares the folder.
            }
        }
    }

    /** Before the next look, because no lock of a file can be waited for with a limit. */
    private void pause(long start) throws IOException {
        if (Duration.ofNanos(System.nanoTime() - start).compareTo(claimTimeout) >= 0) {
            throw new FileSystemException(
                    directory.toString(), null, "another client has used this metadata store for " + claimTimeout);
        }
        try {
            TimeUnit.MILLISECONDS.sleep(LOCK_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before another client was done with " + directory);
        }
    }

    private static boolean takesLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by other code of this process
        }
    }

    /** A process that died between writing and renaming left its file; with the lock held nobody is writing one. */
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
