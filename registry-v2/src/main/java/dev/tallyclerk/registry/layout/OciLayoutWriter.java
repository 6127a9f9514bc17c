package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageDestination.Outcome;
import dev.tallyclerk.registry.image.SourceBlob;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
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
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * Adds images to an OCI image layout in a folder.
 *
 * <p>A blob gets its name when it is complete, verified and durable, and {@code index.json} is replaced as a whole,
 * last. So whatever crashes, and whenever, the folder is a layout that can be read, with the images that it had or
 * those and the new one, unless a writer is {@linkplain #withForcing told} not to force blobs to the disk. A crash
 * leaves at most files in the folder {@code quarantine} beside {@code blobs}, where unfinished files and locks lie; the
 * next start takes care of them.
 *
 * <p>What a source gave of a blob before it failed is kept in {@code quarantine}, within the {@link StoreLimits}, and
 * the next copy, of whichever process, goes on there. A blob that is in the folder already is read and hashed before
 * the index counts on it, for each image that has it.
 *
 * <p>An image that cannot be written whole, because the source lacks a part of it or has another one, gets no entry in
 * {@code index.json}, and no blob that is not right is kept. A folder that was made a layout for it stays one without
 * images, which takes the next image: removing it could remove what another writer is putting there.
 *
 * <p>Safe for use by several threads, several writers and several processes on one folder: none loses what another has
 * added. Another writer's change of the index is waited for without a limit of time. Programs of other people do not
 * know of the lock, so they may not write at the same time. Nothing has to be closed.
 *
 * <p>The folder must be on one local file system, or on one whose file locks hold for all its users. Only those who are
 * trusted may write into it. Symbolic links that lie where blobs are written are refused.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
public final class OciLayoutWriter {
    private static final String QUARANTINE = "quarantine";

    /** What a crash may have left of a layout that had not become one. */
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
        ContentStore store = ContentStore.at(folder, storeLimits, clock.instant());
        Path real = folder.toRealPath();
        LayoutIndex index = new LayoutIndex(real, real.resolve(QUARANTINE), limits);
        index.create();
        return new OciLayoutWriter(folder, store, index);
    }

    /**
     * {@return this writer, which forces the blobs that it writes to the disk, as by default, or leaves that to the
     * system}
     *
     * <p>Left to the system, images are written faster by what the disk takes for them. Then a power failure may leave
     * an {@code index.json}, which is forced in any case, with blobs that are not there, or not whole;
     * {@link OciLayout} finds that out when they are read. See {@link ContentStore#withForcing}.
     */
    public OciLayoutWriter withForcing(boolean forcing) {
        return new OciLayoutWriter(folder, store.withForcing(forcing), index);
    }

    /** A folder that was named by mistake is not filled with blobs. */
    private static void requireLayoutOrEmpty(Path folder) throws IOException {
        Path marker = folder.resolve(LayoutFiles.MARKER);
        if (!Files.exists(folder) || Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new LayoutException(Reason.NOT_AN_IMAGE, folder + " is no folder");
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                // Another writer may have made it a layout meanwhile: the marker comes before all that others see.
                if (!BEGINNINGS.contains(String.valueOf(file.getFileName()))
                        && !Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
                    throw new LayoutException(
                            Reason.NOT_AN_IMAGE,
                            folder + " is neither empty nor an OCI layout, so nothing is put there");
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** {@return a place for an image without a name, which is found by its digest} */
    public ImageDestination destination() {
        return new LayoutDestination(folder.toString(), IndexDocument::with);
    }

    /**
     * {@return a place for an image whose annotation {@code org.opencontainers.image.ref.name} is {@code refName}}
     *
     * <p>An image that has the name already loses it and stays in the layout.
     *
     * @throws IllegalArgumentException if {@code refName} is {@linkplain OciLayout#isRefName no such name}
     */
    public ImageDestination destination(String refName) {
        IndexDocument.Name name = IndexDocument.Name.of(RefNames.require(refName));
        return new LayoutDestination(folder + ":" + refName, (document, root) -> document.with(root, name));
    }

    /** Safe for use by several threads. */
    private final class LayoutDestination implements ImageDestination {
        private final String name;
        private final BiFunction<IndexDocument, Descriptor, IndexDocument> entry;

        LayoutDestination(String name, BiFunction<IndexDocument, Descriptor, IndexDocument> entry) {
            this.name = name;
            this.entry = entry;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Session begin(ImageContent image, CompletionStage<?> end) {
            return new LayoutSession(image, entry);
        }
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
     * Whether the layout has the content, which is not believed because of its name: other programs may have left half
     * of it there. What is not the content makes way for it. A promise that does not fit what is right is refused.
     */
    private boolean holds(Descriptor content) throws IOException {
        Digest digest = content.digest();
        if (!digest.algorithm().isSupported() || !store.contains(digest)) {
            return false;
        }
        OptionalLong size = sizeIfRight(digest);
        if (size.isEmpty()) {
            // Looked at again under the lock: another writer may have put there what is right.
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
        // Who has put it there may have crashed before its name was durable, and the index is about to count on it.
        return store.makeDurable(digest, content.size());
    }

    /**
     * {@return the size of the blob, or nothing if it is not there or is something else}
     *
     * <p>Read and not mapped, because other programs may be writing here in spite of all.
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
