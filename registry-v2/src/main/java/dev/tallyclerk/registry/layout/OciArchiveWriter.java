package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.image.ImageDestination;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes an OCI image layout into a new tar file: first the images, then {@link #finish}.
 *
 * <pre>{@code
 * try (OciArchiveWriter archive = OciArchiveWriter.create(Path.of("images.tar"))) {
 *     ImageCopier.create().copy(source, archive.destination("1.0"));
 *     archive.finish();
 * }
 * }</pre>
 *
 * <p>The writer writes to a temporary file beside the target and verifies on the way. Only {@code finish} publishes the
 * file under its name; if anything fails, nothing remains. After an image failed, the writer takes no other image and
 * {@link #finish} refuses. The next writer of the same name removes the temporary file of a killed process, on file
 * systems with locks. The same images in the same order give the same bytes: entries have no time and no owner, and
 * blobs are sorted by name. Memory use does not depend on the size of blobs. Not safe for use by several threads.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
public final class OciArchiveWriter implements Closeable {
    private final ArchiveFile archive;

    private OciArchiveWriter(ArchiveFile archive) {
        this.archive = archive;
    }

    /**
     * {@return a writer that creates or replaces {@code file}, with the default limits}
     *
     * @param file its folder must exist
     * @throws java.nio.file.FileSystemException if something other than a regular file has the name
     * @throws IOException if the folder cannot be written to
     */
    public static OciArchiveWriter create(Path file) throws IOException {
        return create(file, LayoutLimits.defaults());
    }

    /**
     * {@return a writer that creates or replaces {@code file}}
     *
     * <p>Follows a symbolic link and replaces its target. Replaces only regular files, no folders, pipes or devices.
     *
     * @param file its folder must exist
     * @param limits limits on {@code index.json}
     * @throws java.nio.file.FileSystemException if something other than a regular file has the name
     * @throws IOException if the folder cannot be written to
     */
    public static OciArchiveWriter create(Path file, LayoutLimits limits) throws IOException {
        return new OciArchiveWriter(ArchiveFile.create(file, true, limits));
    }

    /**
     * {@return a writer that creates {@code file}, with the default limits}
     *
     * @param file its folder must exist
     * @throws java.nio.file.FileAlreadyExistsException if anything has the name, even a link that leads nowhere
     * @throws IOException if the folder cannot be written to
     */
    public static OciArchiveWriter createNew(Path file) throws IOException {
        return createNew(file, LayoutLimits.defaults());
    }

    /**
     * {@return a writer that creates {@code file}}
     *
     * <p>A file that appears under the name meanwhile is not replaced either: {@link #finish} fails with the same
     * exception. On file systems without hard links, a file created at the very moment of publication is replaced.
     *
     * @param file its folder must exist
     * @param limits limits on {@code index.json}
     * @throws java.nio.file.FileAlreadyExistsException if anything has the name, even a link that leads nowhere
     * @throws IOException if the folder cannot be written to
     */
    public static OciArchiveWriter createNew(Path file, LayoutLimits limits) throws IOException {
        return new OciArchiveWriter(ArchiveFile.create(file, false, limits));
    }

    /**
     * {@return a destination for an image without a name}
     *
     * <p>The archive appears when {@link #finish} is called.
     */
    public ImageDestination destination() {
        return beside(new NamedDestination(
                archive.path().toString(),
                image -> new ArchiveSession(archive, image, index -> index.with(image.root()))));
    }

    /**
     * {@return a destination for an image whose annotation {@code org.opencontainers.image.ref.name} is
     * {@code refName}}
     *
     * <p>An earlier image of that name loses the name. The archive appears when {@link #finish} is called.
     *
     * @throws IllegalArgumentException if {@code refName} is {@linkplain OciLayout#isRefName no valid name}
     */
    public ImageDestination destination(String refName) {
        IndexDocument.Name name = IndexDocument.Name.of(RefNames.require(refName));
        return beside(new NamedDestination(
                archive.path() + ":" + refName,
                image -> new ArchiveSession(archive, image, index -> index.with(image.root(), name))));
    }

    private ImageDestination beside(NamedDestination destination) {
        return new LayoutDestination(destination, this::destination, this::destination);
    }

    /**
     * Writes the index and publishes the file under its name, and then closes this writer.
     *
     * @throws LayoutException if the index exceeds the limits
     * @throws java.nio.file.FileAlreadyExistsException if the file was to be new, and something has its name now
     * @throws IOException if the file cannot be written
     * @throws IllegalStateException if this writer is closed, or an image failed
     */
    public void finish() throws IOException {
        archive.finish(Map.of());
    }

    /** Closes this writer; nothing remains of a file that is not finished. */
    @Override
    public void close() throws IOException {
        archive.close();
    }
}
