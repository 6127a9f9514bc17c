package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageDestination.Outcome;
import dev.tallyclerk.registry.image.SourceBlob;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import dev.tallyclerk.verify.store.BlobWriter;
import dev.tallyclerk.verify.store.ContentStore;
import dev.tallyclerk.verify.store.StoreLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Adds images to an OCI image layout in a folder.
 *
 * <p>A blob is published when it is complete, verified and durable (fsync), and {@code index.json} is replaced
 * atomically, last. So after a crash at any time, the folder is a readable layout, with or without the new image,
 * unless {@linkplain #withFsync fsync} is off. A crash leaves at most files in the folder {@code quarantine} beside
 * {@code blobs}, where unfinished files and locks are; the next start cleans them up.
 *
 * <p>When a source fails within a blob, the partial blob stays in {@code quarantine}, within the {@link StoreLimits},
 * and the next copy, by any process, resumes it. A blob that is in the folder already is read and hashed before the
 * index refers to it, for each image that has it.
 *
 * <p>If the source lacks a part of an image or has a wrong one, the image gets no entry in {@code index.json}, and no
 * wrong blob is kept. A folder that was made a layout for it stays a layout without images: removing it could remove
 * the files of another writer.
 *
 * <p>Safe for use by several threads, writers and processes on one folder: none loses an image of another. Waiting for
 * another writer of the index has no time limit. Other programs do not know the lock, so they must not write at the
 * same time. Need not be closed.
 *
 * <p>The folder must be on one local file system, or on one whose file locks hold for all its users. Only trusted users
 * may write into it. Symbolic links where blobs are written are refused.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
public final class OciLayoutWriter {
    private static final String QUARANTINE = "quarantine";

    /** The folders that a crash leaves of a layout that was not complete. */
    private static final Set<String> BEGINNINGS = Set.of(LayoutFiles.BLOBS, QUARANTINE);

    private final Path folder;
    private final ContentStore store;
    private final LayoutIndex index;

    private OciLayoutWriter(Path folder, ContentStore store, LayoutIndex index) {
        this.folder = folder;
        this.store = store;
        this.index = index;
    }

    /**
     * Opens the layout in {@code folder} for writing, with the default limits.
     *
     * @param folder becomes a layout without images if it is missing or empty
     * @param clock tells the age of files that crashed writers left behind
     * @throws LayoutException if there are files in {@code folder} and it is not a layout of version 1.0.0
     * @throws IOException if it cannot be read or written to
     */
    public static OciLayoutWriter create(Path folder, Clock clock) throws IOException {
        return create(folder, LayoutLimits.defaults(), StoreLimits.defaults(), clock);
    }

    /**
     * Opens the layout in {@code folder} for writing.
     *
     * @param folder becomes a layout without images if it is missing or empty
     * @param limits limits on {@code index.json}
     * @param storeLimits limits on partial blobs that are kept
     * @param clock tells the age of files that crashed writers left behind
     * @throws LayoutException if there are files in {@code folder} and it is not a layout of version 1.0.0
     * @throws IOException if it cannot be read or written to
     */
    public static OciLayoutWriter create(Path folder, LayoutLimits limits, StoreLimits storeLimits, Clock clock)
            throws IOException {
        Objects.requireNonNull(limits, "limits");
        requireLayoutOrEmpty(folder);
        ContentStore store = ContentStore.of(folder, storeLimits, clock);
        Path real = folder.toRealPath();
        LayoutIndex index = new LayoutIndex(real, real.resolve(QUARANTINE), limits);
        index.create();
        return new OciLayoutWriter(folder, store, index);
    }

    /**
     * {@return this writer, with or without fsync of the blobs that it writes; the default is with}
     *
     * <p>Without fsync, images are written faster. A power failure may then leave an {@code index.json}, which is
     * synced in any case, with missing or incomplete blobs; {@link OciLayout} detects those when they are read. See
     * {@link ContentStore#withFsync}.
     */
    public OciLayoutWriter withFsync(boolean fsync) {
        return new OciLayoutWriter(folder, store.withFsync(fsync), index);
    }

    /** Refuses a folder with other files, which was probably named by mistake. */
    private static void requireLayoutOrEmpty(Path folder) throws IOException {
        Path marker = folder.resolve(LayoutFiles.MARKER);
        if (!Files.exists(folder) || Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw LayoutException.notAnImage(folder + " is no folder");
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                // Another writer may have made it a layout meanwhile; the marker comes before all other files.
                if (!BEGINNINGS.contains(String.valueOf(file.getFileName()))
                        && !Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
                    throw LayoutException.notAnImage(
                            folder + " is neither empty nor an OCI layout, so nothing is written there");
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** {@return a destination for an image without a name, which is found by its digest} */
    public ImageDestination destination() {
        return beside(new NamedDestination(folder.toString(), image -> new LayoutSession(image, IndexDocument::with)));
    }

    /**
     * {@return a destination for an image whose annotation {@code org.opencontainers.image.ref.name} is
     * {@code refName}}
     *
     * <p>Another image of that name loses the name and stays in the layout.
     *
     * @throws IllegalArgumentException if {@code refName} is {@linkplain OciLayout#isRefName no valid name}
     */
    public ImageDestination destination(String refName) {
        IndexDocument.Name name = IndexDocument.Name.of(RefNames.require(refName));
        return beside(new NamedDestination(
                folder + ":" + refName,
                image -> new LayoutSession(image, (document, root) -> document.with(root, name))));
    }

    private ImageDestination beside(NamedDestination destination) {
        return new LayoutDestination(destination, this::destination, this::destination);
    }

    private final class LayoutSession implements ImageDestination.Session {
        private final ImageContent image;
        private final BiFunction<IndexDocument, Descriptor, IndexDocument> entry;

        LayoutSession(ImageContent image, BiFunction<IndexDocument, Descriptor, IndexDocument> entry) {
            this.image = image;
            this.entry = entry;
        }

        @Override
        public boolean isParallel() {
            return true;
        }

        @Override
        public List<Descriptor> order() {
            return image.blobs();
        }

        @Override
        public Outcome take(SourceBlob blob) throws IOException {
            return holds(blob.descriptor()) ? Outcome.ALREADY_THERE : copy(blob);
        }

        @Override
        public Digest commit() throws IOException {
            for (Descriptor manifest : image.manifests()) {
                if (!holds(manifest)) {
                    store.store(manifest.digest(), manifest.size(), new ByteArrayInputStream(image.manifest(manifest)));
                }
            }
            index.update(document -> entry.apply(document, image.root()));
            return image.root().digest();
        }
    }

    /**
     * {@return whether the layout has the content}
     *
     * <p>The name alone is not trusted, because other programs may have left half a blob; a wrong blob is deleted.
     *
     * @throws VerificationException if the blob is right and the promised size is wrong
     */
    private boolean holds(Descriptor content) throws IOException {
        Digest digest = content.digest();
        if (!digest.algorithm().isSupported() || !store.contains(digest)) {
            return false;
        }
        OptionalLong size = sizeIfRight(digest);
        if (size.isEmpty()) {
            // Checked again under the lock: another writer may have replaced it meanwhile.
            index.locked(() -> {
                if (sizeIfRight(digest).isEmpty()) {
                    store.delete(digest);
                }
            });
            size = sizeIfRight(digest);
        }
        if (size.isEmpty()) {
            return false;
        }
        ContentVerifier.requireSize(digest, content.size(), size.getAsLong());
        // Its writer may have crashed before the name was durable, and the index is about to refer to it.
        return store.makeDurable(digest, content.size());
    }

    /**
     * {@return the size of the blob, or empty if it is missing or wrong}
     *
     * <p>Read, not mapped, because other programs may write here against the rules.
     */
    private OptionalLong sizeIfRight(Digest digest) throws IOException {
        try {
            long size = Files.size(folder.resolve(LayoutFiles.blobPath(digest)));
            try (VerifyingInputStream in = store.open(digest, size)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return OptionalLong.of(size);
        } catch (VerificationException | NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    /** Copies a blob, resuming a partial copy. */
    private Outcome copy(SourceBlob blob) throws IOException {
        Descriptor promised = blob.descriptor();
        Optional<BlobWriter> absent = store.resume(promised.digest(), promised.size());
        if (absent.isEmpty()) {
            return Outcome.ALREADY_THERE; // another writer was faster
        }
        boolean resumed = absent.get().offset() > 0;
        try {
            return copy(blob, absent.get());
        } catch (VerificationException e) {
            if (!e.meansWrongContent()) {
                throw e;
            }
            // Either the partial copy or the source's bytes are wrong; nobody can tell which.
            blob.foundWrong();
            if (!resumed && !blob.isWorthAskingAgain()) {
                throw e;
            }
            Optional<BlobWriter> again = store.write(promised.digest(), promised.size());
            return again.isEmpty() ? Outcome.ALREADY_THERE : copy(blob, again.get());
        }
    }

    private static Outcome copy(SourceBlob blob, BlobWriter writer) throws IOException {
        Descriptor promised = blob.descriptor();
        try {
            Optional<InputStream> source = blob.openUnverified(writer.offset());
            if (source.isEmpty()) {
                return Outcome.LEFT_OUT;
            }
            try (InputStream in = source.get()) {
                writer.writeAll(in);
            }
            ContentVerifier.requireSize(promised.digest(), promised.size(), writer.offset());
            writer.commit();
            return Outcome.COPIED;
        } catch (VerificationException e) {
            writer.discard();
            throw e;
        } finally {
            writer.close(); // keeps the partial copy if the source failed
        }
    }
}
