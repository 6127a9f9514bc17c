package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * Writes an OCI image layout into a new tar file: images first, then {@link #finish}.
 *
 * <pre>{@code
 * try (OciArchiveWriter archive = OciArchiveWriter.create(Path.of("images.tar"))) {
 *     ImageCopier.create().copy(source, archive.destination("1.0"));
 *     archive.finish();
 * }
 * }</pre>
 *
 * <p>What is written goes to a temporary file beside the one that is asked for, and is verified on the way. Only
 * {@code finish} gives it the name; if anything fails, nothing is left. An image that broke off while it was written
 * ends the writer: it takes no other one, and {@link #finish} refuses. What a process that was killed left of its
 * temporary file is taken away by the next writer of the same name, on file systems that have locks. The same images in
 * the same order give the same bytes: entries have no time and no owner, and blobs are in the order of their names.
 * Memory use does not depend on the size of blobs. Not safe for use by several threads.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
public final class OciArchiveWriter implements Closeable {
    private final ArchiveFile archive;
    private final LayoutLimits limits;
    private IndexDocument index = IndexDocument.empty();

    private OciArchiveWriter(ArchiveFile archive, LayoutLimits limits) {
        this.archive = archive;
        this.limits = limits;
    }

    /**
     * {@return a writer of that file, which it replaces if it is there, with the default limits}
     *
     * @param file where the archive will be; its folder must exist
     * @throws java.nio.file.FileSystemException if what is there is no regular file
     * @throws IOException if the folder cannot be written to
     */
    public static OciArchiveWriter create(Path file) throws IOException {
        return create(file, LayoutLimits.defaults());
    }

    /**
     * {@return a writer of that file, which it replaces if it is there}
     *
     * <p>A symbolic link is followed: what it leads to is replaced. What is no regular file, such as a folder, a pipe
     * or a device, is not replaced.
     *
     * @param file where the archive will be; its folder must exist
     * @param limits what {@code index.json} may become
     * @throws java.nio.file.FileSystemException if what is there is no regular file
     * @throws IOException if the folder cannot be written to
     */
    public static OciArchiveWriter create(Path file, LayoutLimits limits) throws IOException {
        Objects.requireNonNull(limits, "limits");
        return new OciArchiveWriter(ArchiveFile.create(file, true), limits);
    }

    /**
     * {@return a writer of a new file, with the default limits}
     *
     * @param file where the archive will be; its folder must exist
     * @throws java.nio.file.FileAlreadyExistsException if anything has the name, if only a link that leads nowhere
     * @throws IOException if the folder cannot be written to
     */
    public static OciArchiveWriter createNew(Path file) throws IOException {
        return createNew(file, LayoutLimits.defaults());
    }

    /**
     * {@return a writer of a new file}
     *
     * <p>What appears under the name while the archive is written is not replaced either: {@link #finish} fails with
     * the same exception, unless the file system has no hard links and a program creates the file in the instant in
     * which it gets its name.
     *
     * @param file where the archive will be; its folder must exist
     * @param limits what {@code index.json} may become
     * @throws java.nio.file.FileAlreadyExistsException if anything has the name, if only a link that leads nowhere
     * @throws IOException if the folder cannot be written to
     */
    public static OciArchiveWriter createNew(Path file, LayoutLimits limits) throws IOException {
        Objects.requireNonNull(limits, "limits");
        return new OciArchiveWriter(ArchiveFile.create(file, false), limits);
    }

    /**
     * {@return a place for an image without a name}
     *
     * <p>The archive is there once the writer's {@code finish} has been called, and not before.
     */
    public ImageDestination destination() {
        return new ArchiveDestination(archive.path().toString(), Optional.empty());
    }

    /**
     * {@return a place for an image whose annotation {@code org.opencontainers.image.ref.name} is {@code refName}}
     *
     * <p>An image that was given the name before loses it. The archive is there once the writer's {@code finish} has
     * been called, and not before.
     *
     * @throws IllegalArgumentException if {@code refName} is {@linkplain OciLayout#isRefName no such name}
     */
    public ImageDestination destination(String refName) {
        IndexDocument.Name name = IndexDocument.Name.of(RefNames.require(refName));
        return new ArchiveDestination(archive.path() + ":" + refName, Optional.of(name));
    }

    /**
     * Writes the index, and gives the file its name; then closes this writer.
     *
     * @throws LayoutException if the index has become larger than what can be read again
     * @throws java.nio.file.FileAlreadyExistsException if the file was to be new, and something has got its name
     * @throws IOException if the file cannot be written
     * @throws IllegalStateException if this writer is closed, or an image broke off while it was written
     */
    public void finish() throws IOException {
        archive.requireUsable();
        SortedMap<String, byte[]> documents = new TreeMap<>();
        documents.put(LayoutFiles.MARKER, LayoutFiles.marker());
        documents.put(LayoutFiles.INDEX, index.bytes(archive.path(), limits.documents()));
        archive.finish(documents);
    }

    /** Ends the work; of a file that is not finished nothing is left. */
    @Override
    public void close() throws IOException {
        archive.close();
    }

    private final class ArchiveDestination implements ImageDestination {
        private final String name;
        private final Optional<IndexDocument.Name> entryName;

        ArchiveDestination(String name, Optional<IndexDocument.Name> entryName) {
            this.name = name;
            this.entryName = entryName;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Session begin(ImageContent image, CompletionStage<?> end) {
            return new ArchiveSession(
                    archive,
                    image,
                    root -> index = entryName.isPresent() ? index.with(root, entryName.get()) : index.with(root));
        }
    }
}
