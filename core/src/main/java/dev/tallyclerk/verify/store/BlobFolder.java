package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.file.DurableNames;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The folder of trusted names: {@code blobs/<algorithm>/<encoded>}. The grammar of digests has no name that escapes the
 * folder.
 */
final class BlobFolder {
    /** The longest file name on all systems that Java supports; the characters of a digest are one byte each. */
    private static final int LONGEST_NAME = 255;

    private final Path blobs;
    private final boolean forced;

    /** The algorithms whose folders are known to be durable, even if another process made them. */
    private final Set<String> durable = ConcurrentHashMap.newKeySet();

    private volatile @Nullable DurableNames names;

    /** Takes the folder, and whether new names are to be durable. */
    BlobFolder(Path blobs, boolean forced) {
        this.blobs = blobs;
        this.forced = forced;
    }

    BlobFolder withFsync(boolean fsync) {
        return new BlobFolder(blobs, fsync);
    }

    /** {@return whether content must be synced before it is admitted} */
    boolean isForced() {
        return forced;
    }

    /** {@return the size of a blob in bytes, or nothing if it does not exist} */
    OptionalLong size(Digest digest) throws IOException {
        if (isLonger(digest.algorithm().name()) || isLonger(digest.encoded())) {
            return OptionalLong.empty();
        }
        Path blob = path(digest);
        try {
            Folders.requireNoLink(blobs);
            Folders.requireNoLink(folder(digest));
            var attributes = Files.readAttributes(blob, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw new FileSystemException(blob.toString(), null, "not a regular file");
            }
            return OptionalLong.of(attributes.size());
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    /** {@return what has a trusted name and is a file} */
    List<StoredBlob> list() throws IOException {
        List<StoredBlob> found = new ArrayList<>();
        Folders.requireNoLink(blobs);
        try (DirectoryStream<Path> algorithms = Files.newDirectoryStream(blobs)) {
            for (Path algorithm : algorithms) {
                if (Files.isDirectory(algorithm, LinkOption.NOFOLLOW_LINKS)) {
                    addAll(algorithm, found);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return List.copyOf(found);
    }

    private static void addAll(Path algorithm, List<StoredBlob> found) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(algorithm)) {
            for (Path file : files) {
                try {
                    Digest digest = Digest.parse(algorithm.getFileName() + ":" + file.getFileName());
                    var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                    if (attributes.isRegularFile()) {
                        found.add(new StoredBlob(
                                digest,
                                attributes.size(),
                                attributes.lastModifiedTime().toInstant()));
                    }
                } catch (MalformedDigestException | NoSuchFileException e) {
                    // Not a blob, or deleted meanwhile.
                }
            }
        }
    }

    private static boolean isLonger(String name) {
        return name.length() > LONGEST_NAME;
    }

    Path path(Digest digest) {
        return folder(digest).resolve(digest.encoded());
    }

    /** Gives a verified file its trusted name; with fsync, its content must be durable already. */
    void admit(Path verified, Digest digest, long size) throws IOException {
        String algorithm = digest.algorithm().name();
        Folders.requireNoLink(blobs);
        DurableNames known = names();
        Folders.create(blobs, algorithm, known);
        makeFolderDurable(algorithm, known);
        try {
            // May replace the file of a faster writer, which has the same content.
            Files.move(verified, path(digest), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (FileSystemException e) {
            // Windows replaces no open file. Then the faster writer's file stays, which is verified too.
            if (Folders.isPosix(blobs) || !isThere(digest, size)) {
                throw e;
            }
            Files.deleteIfExists(verified);
            if (forced) {
                // The faster writer may not have synced it.
                throughInterrupts(() -> forceContent(path(digest)));
            }
        }
        makeNameDurable(digest);
    }

    private void makeFolderDurable(String algorithm, DurableNames known) throws IOException {
        if (durable.contains(algorithm)) {
            return;
        }
        Path store = blobs.getParent();
        if (store != null) {
            Folders.makeNameDurable(store, known);
            known.sync(store);
        }
        known.sync(blobs);
        durable.add(algorithm);
    }

    /** Tried once, before the first change; a store that is only read opens faster without. */
    private DurableNames names() throws IOException {
        DurableNames known = names;
        if (known == null) {
            known = forced ? DurableNames.of(blobs) : DurableNames.none();
            names = known;
        }
        return known;
    }

    private boolean isThere(Digest digest, long size) {
        try {
            return size(digest).equals(OptionalLong.of(size));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Makes an existing blob durable: the process that wrote it may not have synced it, or not yet.
     *
     * @return whether it still exists
     */
    boolean settle(Digest digest) throws IOException {
        if (forced && Files.isWritable(folder(digest))) {
            try {
                throughInterrupts(() -> forceContent(path(digest)));
                throughInterrupts(() -> makeFolderDurable(digest.algorithm().name(), names()));
            } catch (NoSuchFileException e) {
                return false;
            } catch (AccessDeniedException e) {
                // Left to the users who may read the folders above.
            }
            makeNameDurable(digest);
        }
        return true;
    }

    private void forceContent(Path blob) throws IOException {
        // Windows syncs only files open for writing, and reports nothing otherwise.
        OpenOption how = Folders.isPosix(blobs) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(blob, how, LinkOption.NOFOLLOW_LINKS)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Left to the users who may open it.
        }
    }

    /** If this fails, the blob stays: others may have found it, and its content matches. */
    private void makeNameDurable(Digest digest) throws IOException {
        try {
            throughInterrupts(() -> names().sync(folder(digest)));
        } catch (IOException e) {
            FileSystemException typed = new FileSystemException(
                    path(digest).toString(),
                    null,
                    "the blob is verified and stored, but a power failure may lose its name; write it again to retry: "
                            + e.getMessage());
            typed.initCause(e);
            throw typed;
        }
    }

    boolean delete(Digest digest) throws IOException {
        if (size(digest).isEmpty()) {
            return false;
        }
        throughInterrupts(this::names);
        if (!Files.deleteIfExists(path(digest))) {
            return false;
        }
        throughInterrupts(() -> names().sync(folder(digest)));
        return true;
    }

    /**
     * Retries after an interrupt, which ends every use of a channel: the rename or deletion has happened, and the
     * interrupt is for whatever comes next.
     */
    private static void throughInterrupts(Claim.IoAction sync) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    sync.run();
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Path folder(Digest digest) {
        return blobs.resolve(digest.algorithm().name());
    }
}
