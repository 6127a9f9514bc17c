package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.DocumentLimits;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The {@code index.json} of a layout in a folder, replaced atomically by one writer of all processes at a time. */
final class LayoutIndex {
    /**
     * Locks of this process, each for many folders. A file lock belongs to the process, not to a thread, and on POSIX
     * systems any close of the file drops it; so only one thread of the process may have the lock file open.
     */
    private static final ReentrantLock[] IN_PROCESS =
            IntStream.range(0, 64).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);

    private static final String LOCK = "index.lock";
    private static final String NEW = "index.new";
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path folder;
    private final Path workFolder;
    private final LayoutLimits limits;

    /**
     * Touches nothing yet.
     *
     * @param folder the layout's real path
     * @param workFolder a folder on the same file system, for the lock and for unfinished files
     */
    LayoutIndex(Path folder, Path workFolder, LayoutLimits limits) {
        this.folder = folder;
        this.workFolder = workFolder;
        this.limits = limits;
    }

    /** Makes the folder a layout without images, unless it is a layout. */
    void create() throws IOException {
        locked(() -> {
            FileTree files = FolderTree.of(folder, limits);
            Optional<byte[]> marker = files.read(LayoutFiles.MARKER, LayoutFiles.MAX_MARKER_BYTES);
            if (marker.isPresent()) {
                LayoutFiles.requireVersion(folder, marker.get());
            } else {
                replace(LayoutFiles.MARKER, LayoutFiles.marker());
            }
            if (read(files).isEmpty()) {
                write(IndexDocument.empty());
            }
        });
    }

    /** Changes the index; an unchanged index is not written. */
    void update(UnaryOperator<IndexDocument> change) throws IOException {
        locked(() -> {
            IndexDocument index = read(FolderTree.of(folder, limits))
                    .orElseThrow(() -> LayoutException.notAnImage(folder + " has no index.json any more"));
            IndexDocument changed = change.apply(index);
            if (!changed.isSame(index)) {
                write(changed);
            }
        });
    }

    private Optional<IndexDocument> read(FileTree files) throws IOException {
        DocumentLimits documents = limits.documents();
        Optional<byte[]> document = files.read(LayoutFiles.INDEX, documents.maxManifestBytes());
        return document.isEmpty()
                ? Optional.empty()
                : Optional.of(IndexDocument.parse(folder, document.get(), documents));
    }

    private void write(IndexDocument index) throws IOException {
        replace(LayoutFiles.INDEX, index.bytes(folder, limits.documents()));
    }

    private void replace(String name, byte[] content) throws IOException {
        Folders.replace(folder.resolve(name), content, workFolder.resolve(NEW));
    }

    /** Runs an action while no other writer of the layout, in any process, does so. */
    void locked(IoAction action) throws IOException {
        ReentrantLock lock = IN_PROCESS[Math.floorMod(folder.hashCode(), IN_PROCESS.length)];
        Path file = workFolder.resolve(LOCK);
        lock.lock();
        try {
            // Opening a pipe would wait for its other end.
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new LayoutException(Reason.NOT_A_FILE, file + " is no plain file, so nothing is written");
            }
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                lock(channel); // closing the channel unlocks it
                action.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for other processes, and for copies of this class in other class loaders of this process. */
    private static void lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                channel.lock();
                return;
            } catch (OverlappingFileLockException e) {
                LockSupport.parkNanos(RETRY_NANOS);
                if (Thread.currentThread().isInterrupted()) {
                    throw new ClosedByInterruptException();
                }
            }
        }
    }

    /** Something that may fail to read or write. */
    interface IoAction {
        void run() throws IOException;
    }
}
