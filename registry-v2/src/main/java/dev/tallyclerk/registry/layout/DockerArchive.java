package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.DockerManifest.Item;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the output of {@code docker save}: a tar file with {@code manifest.json}, configurations and layers of one or
 * more images.
 *
 * <p>Such an archive promises less than a registry does. It has no registry manifest, so nobody outside can vouch for
 * its digest; the configuration, whose digest is the image ID, and the diffIDs in it hold the image together. The
 * {@link ImageSource} makes an OCI manifest from the archive's content, as other tools do. If the archive does not say
 * the digest of a compressed layer, opening the image reads the whole layer.
 *
 * <p>A layer may be a link to another file of the archive; Docker writes one where two images share a layer. A document
 * may not be a link, because programs follow links in an archive differently. If the archive has an {@code index.json}
 * too, both must lead to the same images with the same layers, because some engines load by that. Archives saved by
 * Docker 25.0.0 are refused: their {@code index.json} has the layers in another order, so these engines load another
 * image.
 *
 * <p>A file compressed with gzip or Zstandard is decompressed when it is opened, within the {@link LayoutLimits}, into
 * a temporary file that only the owner may open and that is deleted on close. An archive from before Docker 1.10 has no
 * configurations and promises nothing, so it is refused.
 *
 * <p>Safe for use by several threads. The caller closes the archive; closing an image leaves it open. Closing the
 * archive ends the streams of its images. So does an interrupt of a thread that reads one of them, for all threads: the
 * Java runtime closes the file, and the archive must be opened again.
 *
 * @see <a
 *     href="https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format">
 *     Docker image specification v1.3.1, Combined Image JSON + Filesystem Changeset Format</a>
 */
public final class DockerArchive implements Closeable {
    private final Path path;
    private final FileTree files;
    private final List<Item> items;
    private final DocumentLimits limits;
    private final boolean forOneImage;

    private DockerArchive(FileTree files, List<Item> items, DocumentLimits limits, boolean forOneImage) {
        this.path = files.path();
        this.files = files;
        this.items = items;
        this.limits = limits;
        this.forOneImage = forOneImage;
    }

    /**
     * Opens an archive within the {@linkplain LayoutLimits#defaults default limits}; a compressed one is decompressed
     * into the folder of {@code file}.
     *
     * @throws LayoutException if {@code file} is not a tar file with a readable {@code manifest.json}
     * @throws IOException if it cannot be read
     */
    public static DockerArchive open(Path file) throws IOException {
        return open(file, LayoutLimits.defaults(), Folders.of(file));
    }

    /**
     * Opens an archive.
     *
     * @param temporaryFolder where a compressed file is decompressed
     * @throws LayoutException if {@code file} is not a tar file with a readable {@code manifest.json}
     * @throws IOException if it cannot be read or decompressed
     */
    public static DockerArchive open(Path file, LayoutLimits limits, Path temporaryFolder) throws IOException {
        return of(TarFile.open(file, limits, temporaryFolder), limits);
    }

    /**
     * {@return the only image of an archive that was written to be read once}
     *
     * <p>The archive is deleted when the image is closed, or is not one; where the system allows it, as soon as it is
     * open, so that a process that is killed leaves none.
     *
     * @param name what the image is called in messages
     * @param reference the name by which it was asked for, if it was by one; names in the archive do not count
     * @throws LayoutException if {@code file} is not an archive with one image
     * @throws IOException if it cannot be read
     * @see dev.tallyclerk.registry.location.ImageLocation#ofExport
     */
    public static ImageSource openExport(Path file, String name, Optional<Reference> reference) throws IOException {
        LayoutLimits limits = LayoutLimits.defaults();
        FileTree files;
        try {
            files = TarFile.open(file, limits, Folders.of(file), StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        DockerArchive archive = of(files, limits).forOneImage();
        try {
            archive.requireOne(archive.items, "");
            if (archive.items.isEmpty()) {
                throw archive.empty();
            }
            return archive.image(name, reference, archive.items.get(0));
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    /** {@return the archive with these files, which are closed if there is none} */
    private static DockerArchive of(FileTree files, LayoutLimits limits) throws IOException {
        Path file = files.path();
        try {
            Optional<List<Item>> items = DockerManifest.read(files, limits);
            if (items.isEmpty()) {
                throw files.size(DockerManifest.REPOSITORIES).isPresent()
                        ? LayoutException.unsupported(file
                                + " is an archive from before Docker 1.10, which has no digests; load it and save it"
                                + " again")
                        : LayoutException.notAnImage(file + " is no docker archive: no manifest.json");
            }
            Optional<ImageIndex> index = LayoutFiles.readIndex(files, limits);
            // The caller names no platform, so an engine that reads index.json could load another image than this one.
            if (index.isPresent()
                    && !ArchiveAgreement.require(files, items.get(), index.get(), false, limits)
                            .isEmpty()) {
                throw LayoutException.malformed(
                        file + " has more images in index.json than in manifest.json; read it as an OCI archive, for"
                                + " one platform");
            }
            return new DockerArchive(files, items.get(), limits.documents(), false);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * {@return this archive for reading one image only}
     *
     * <p>Closing an image of the returned archive closes the archive.
     */
    public DockerArchive forOneImage() {
        return new DockerArchive(files, items, limits, true);
    }

    /** {@return the names of the archive's images, in document order} */
    public List<Reference> references() {
        return items.stream().flatMap(item -> item.tags().stream()).toList();
    }

    /**
     * {@return the only image of the archive, or empty if there is none}
     *
     * <p>Need not be closed.
     *
     * @throws LayoutException if there are several, or the configuration cannot be read
     * @throws IOException if the archive cannot be read
     */
    public Optional<ImageSource> image() throws IOException {
        return only(items, path.toString(), "; name one of " + names());
    }

    /**
     * {@return the only image of the archive}
     *
     * @throws ImageException with {@link ImageException.Reason#NOT_FOUND} if there is none
     * @throws IOException as {@link #image()} does
     */
    public ImageSource requireImage() throws IOException {
        return image().orElseThrow(this::empty);
    }

    private ImageException empty() {
        return new ImageException(ImageException.Reason.NOT_FOUND, path + " has no image");
    }

    /**
     * {@return the image at a position of the archive's list, or empty if the list is shorter}
     *
     * <p>Images without a name have a position too. Need not be closed.
     *
     * @param position 0 for the first image
     * @throws LayoutException if the configuration cannot be read
     * @throws IOException if the archive cannot be read
     */
    public Optional<ImageSource> image(int position) throws IOException {
        return position < 0 || position >= items.size()
                ? Optional.empty()
                : Optional.of(image(path + ":@" + position, items.get(position)));
    }

    /**
     * {@return the image at a position of the archive's list}
     *
     * @throws ImageException with {@link ImageException.Reason#NOT_FOUND} if the list is shorter
     * @throws IOException as {@link #image(int)} does
     */
    public ImageSource requireImage(int position) throws IOException {
        return image(position).orElseThrow(() -> notFound("@" + position));
    }

    /**
     * {@return the image of an ID, or empty if there is none}
     *
     * <p>Images without a name have an ID too. Need not be closed.
     *
     * @param id the digest of its configuration
     * @throws LayoutException if there are several, or the configuration cannot be read
     * @throws IOException if the archive cannot be read
     */
    public Optional<ImageSource> image(Digest id) throws IOException {
        List<Item> found = new ArrayList<>();
        for (Item item : items) {
            if (id(item).filter(id::equals).isPresent()) {
                found.add(item);
            }
        }
        return only(found, path + ":" + id, position(" with the ID " + id, found));
    }

    /**
     * {@return the image of an ID}
     *
     * @throws ImageException with {@link ImageException.Reason#NOT_FOUND} if there is none
     * @throws IOException as {@link #image(Digest)} does
     */
    public ImageSource requireImage(Digest id) throws IOException {
        return image(id).orElseThrow(() -> notFound("with the ID " + id));
    }

    /** {@return the digest of the configuration, by its file name or else by its content, if that can be read} */
    private Optional<Digest> id(Item item) throws IOException {
        Optional<Digest> claimed = item.claimedId();
        return claimed.isPresent()
                ? claimed
                : files.readDocument(item.config(), limits.maxConfigBytes())
                        .filter(config -> config.length <= limits.maxConfigBytes())
                        .map(Digest::sha256Of);
    }

    /**
     * {@return the image of a name, or empty if there is none}
     *
     * <p>Need not be closed.
     *
     * @param reference the name, normalised, with the tag that it has in the archive
     * @throws LayoutException if there are several, or the configuration cannot be read
     * @throws IOException if the archive cannot be read
     */
    public Optional<ImageSource> image(Reference reference) throws IOException {
        List<Item> found =
                items.stream().filter(item -> item.tags().contains(reference)).toList();
        requireOne(found, position(" " + reference.familiar(), found));
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(image(path + ":" + reference.familiar(), Optional.of(reference), found.get(0)));
    }

    /**
     * {@return the image of a name}
     *
     * @throws ImageException with {@link ImageException.Reason#NOT_FOUND} if there is none
     * @throws IOException as {@link #image(Reference)} does
     */
    public ImageSource requireImage(Reference reference) throws IOException {
        return image(reference).orElseThrow(() -> notFound(reference.familiar()));
    }

    private Optional<ImageSource> only(List<Item> found, String name, String several) throws IOException {
        requireOne(found, several);
        return found.isEmpty() ? Optional.empty() : Optional.of(image(name, found.get(0)));
    }

    private void requireOne(List<Item> found, String several) throws LayoutException {
        if (found.size() > 1) {
            throw new LayoutException(Reason.SEVERAL_IMAGES, path + " has " + found.size() + " images" + several);
        }
    }

    private String position(String what, List<Item> found) {
        return found.isEmpty() ? what : what + "; one is @" + items.indexOf(found.get(0));
    }

    private ImageSource image(String name, Item item) throws IOException {
        List<Reference> tags = item.tags();
        return image(name, tags.size() == 1 ? Optional.of(tags.get(0)) : Optional.empty(), item);
    }

    private ImageSource image(String name, Optional<Reference> reference, Item item) throws IOException {
        return new DockerArchiveImage(name, reference, files, forOneImage, item, limits);
    }

    private ImageException notFound(String what) {
        return new ImageException(
                ImageException.Reason.NOT_FOUND, path + " has no image " + what + "; it has " + names());
    }

    /** {@return the names of the images, and the positions and IDs of images without one} */
    private String names() {
        List<String> names = new ArrayList<>();
        for (int position = 0; position < items.size(); position++) {
            Item item = items.get(position);
            item.tags().forEach(tag -> names.add(tag.familiar()));
            if (item.tags().isEmpty()) {
                names.add("@" + position);
                item.claimedId().ifPresent(id -> names.add(id.toString()));
            }
        }
        return RefNames.listed(names);
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
