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

/**
 * The {@code index.json} of a layout in a folder, replaced as a whole by one writer after the other, whichever thread
 * or process they are in.
 */
final class LayoutIndex {
    /**
     * Locks for the folders of this process, several folders sharing one. A file's lock is held by a process and not by
     * a thread, and on POSIX systems any close of the file drops it; so within a process only one thread at a time may
     * have the lock file open, and what sees to that has to be one for the process too.
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
     * Does not touch anything yet.
     *
     * @param folder the layout's real path
     * @param workFolder a folder on the same file system for the lock and for what is not finished
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
                Folders.replace(folder.resolve(LayoutFiles.MARKER), LayoutFiles.marker(), workFolder.resolve(NEW));
            }
            if (read(files).isEmpty()) {
                write(IndexDocument.empty());
            }
        });
    }

    /** Changes the index, unless the change is none. */
    void update(UnaryOperator<IndexDocument> change) throws IOException {
        locked(() -> {
            IndexDocument index = read(FolderTree.of(folder, limits))
                    .orElseThrow(
                            () -> new LayoutException(Reason.NOT_AN_IMAGE, folder + " has no index.json any more"));
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
        byte[] document = index.bytes(folder, limits.documents());
        Folders.replace(folder.resolve(LayoutFiles.INDEX), document, workFolder.resolve(NEW));
    }

    /** Does something while no other writer of the layout, in whichever process, does so too. */
    void locked(IoAction action) throws IOException {
        ReentrantLock lock = IN_PROCESS[Math.floorMod(folder.hashCode(), IN_PROCESS.length)];
        Path file = workFolder.resolve(LOCK);
        lock.lock();
        try {
            // Else opening a pipe would wait for somebody at its other end.
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new LayoutException(Reason.NOT_A_FILE, file + " is no plain file, so nothing is written");
            }
            locked(file, action);
        } finally {
            lock.unlock();
        }
    }

    private static void locked(Path file, IoAction action) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            lock(channel); // closing the channel gives it back
            action.run();
        }
    }

    /** Waits for other processes, and for this class where another class loader of the process has it again. */
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
