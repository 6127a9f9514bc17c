package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code docker save} writes: a tar file with {@code manifest.json}, configurations and layers of one or more
 * images.
 *
 * <p>Such an archive promises less than a registry does. It has no registry manifest, so nobody outside can have
 * vouched for its digest; what holds it together is the configuration, whose digest is the image ID, and the diffIDs in
 * it. The {@link ImageSource} makes an OCI manifest from what the archive says, as other tools do that read it. For a
 * compressed layer whose digest the archive does not say, asking for an image reads the whole layer.
 *
 * <p>A layer may be a link to another file of the archive, as Docker writes one that two images share; a document may
 * not, because programs follow links in an archive differently. An archive that has an {@code index.json} too must lead
 * to the same images by it, with the same layers, because some engines load it by that. What Docker 25.0.0 has saved is
 * refused: there the layers are in another order, so these engines load another image.
 *
 * <p>A file that is compressed with gzip is decompressed when it is opened, within the {@link LayoutLimits}, into a
 * temporary file that only the owner may open and that is gone when the archive is closed. An archive of the oldest
 * form, from before Docker 1.10, has no configurations and promises nothing, so it is not read.
 *
 * <p>Safe for use by several threads. It is closed by whoever opened it, and gives images until then: closing one of
 * them leaves it open. Closing it ends the streams that its images gave. So does an interrupt of a thread that reads
 * one of them, for all threads: the runtime closes the file, and the archive has to be opened again.
 *
 * @see <a
 *     href="https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format">
 *     Docker image specification v1.3.1, Combined Image JSON + Filesystem Changeset Format</a>
 */
public final class DockerArchive implements Closeable {
    static final String MANIFEST = "manifest.json";
    static final String REPOSITORIES = "repositories";

    private static final Set<String> MEMBERS = Set.of("Config", "RepoTags", "Layers", "LayerSources", "Parent");

    private final Path path;
    private final FileTree files;
    private final List<Item> items;
    private final DocumentLimits limits;
    private final boolean forOneImage;

    /**
     * One image of {@code manifest.json}.
     *
     * @param config the path of its configuration within the archive
     * @param tags its names
     * @param layers the paths of its layers within the archive, the lowest first
     */
    record Item(String config, List<Reference> tags, List<String> layers) {}

    private DockerArchive(Path path, FileTree files, List<Item> items, DocumentLimits limits, boolean forOneImage) {
        this.path = path;
        this.files = files;
        this.items = items;
        this.limits = limits;
        this.forOneImage = forOneImage;
    }

    /**
     * Opens an archive within the {@linkplain LayoutLimits#defaults default limits}; a compressed one is decompressed
     * into the folder in which it lies.
     *
     * @throws LayoutException if {@code file} is not a tar file with a {@code manifest.json} that can be read
     * @throws IOException if it cannot be read
     */
    public static DockerArchive open(Path file) throws IOException {
        return open(file, LayoutLimits.defaults(), Folders.of(file));
    }

    /**
     * Opens an archive.
     *
     * @param temporaryFolder where a compressed file is decompressed
     * @throws LayoutException if {@code file} is not a tar file with a {@code manifest.json} that can be read
     * @throws IOException if it cannot be read, or decompressed
     */
    public static DockerArchive open(Path file, LayoutLimits limits, Path temporaryFolder) throws IOException {
        FileTree files = TarFile.open(file, limits, temporaryFolder);
        try {
            Optional<List<Item>> items = readItems(file, files, limits);
            if (items.isEmpty()) {
                throw files.size(REPOSITORIES).isPresent()
                        ? new LayoutException(
                                Reason.UNSUPPORTED,
                                file + " is of the form from before Docker 1.10, which promises no digests; load it"
                                        + " and save it again")
                        : new LayoutException(
                                Reason.NOT_AN_IMAGE, file + " has no manifest.json, so it is no docker archive");
            }
            Optional<ImageIndex> index = OciLayout.readIndex(file, files, limits);
            if (index.isPresent()) {
                requireWhole(file, ArchiveAgreement.require(files, items.get(), index.get(), false, limits));
            }
            return new DockerArchive(file, files, items.get(), limits.documents(), false);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * Here nobody says for which platform, so an engine that reads index.json could load another image than this one.
     */
    private static void requireWhole(Path path, Map<Descriptor, Set<Digest>> hidden) throws LayoutException {
        if (!hidden.isEmpty()) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE,
                    path
                            + " leads in index.json by some of its names to more images than in manifest.json; read it as an"
                            + " OCI archive, for one platform");
        }
    }

    /** {@return what {@code manifest.json} says, or nothing if there is none} */
    static Optional<List<Item>> readItems(Path path, FileTree files, LayoutLimits limits) throws IOException {
        int maxBytes = limits.documents().maxManifestBytes();
        Optional<byte[]> document = files.readDocument(MANIFEST, maxBytes);
        if (document.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<JsonCursor> elements = JsonCursor.parse(document.get(), JsonLimits.ofBytes(maxBytes))
                    .elements();
            if (elements.size() > limits.maxImages()) {
                throw new LayoutException(
                        Reason.LIMIT_EXCEEDED,
                        path + " holds " + elements.size() + " images, " + limits.maxImages() + " allowed");
            }
            List<Item> items = new ArrayList<>();
            for (JsonCursor element : elements) {
                items.add(item(element));
            }
            return Optional.of(List.copyOf(items));
        } catch (JsonException e) {
            throw LayoutException.of(path + ": manifest.json", e);
        }
    }

    private static Item item(JsonCursor json) throws JsonException {
        json.refuseCaseVariants(MEMBERS);
        List<Reference> tags = new ArrayList<>();
        Optional<JsonCursor> repoTags = json.optional("RepoTags");
        if (repoTags.isPresent()) {
            for (JsonCursor tag : repoTags.get().elements()) {
                try {
                    tags.add(Reference.parseNormalized(tag.string()));
                } catch (MalformedReferenceException e) {
                    throw tag.badValue("not an image reference: " + e.reason());
                }
            }
        }
        List<String> layers = new ArrayList<>();
        // Docker writes null for an image without layers.
        Optional<JsonCursor> paths = json.optional("Layers");
        for (JsonCursor layer : paths.isPresent() ? paths.get().elements() : List.<JsonCursor>of()) {
            layers.add(innerPath(layer));
        }
        return new Item(innerPath(json.required("Config")), List.copyOf(tags), List.copyOf(layers));
    }

    private static String innerPath(JsonCursor json) throws JsonException {
        String text = json.string();
        String normalized = TarEntry.normalize(text);
        // A single slash before it is that of an absolute name in the archive, as buildpacks write it.
        if (normalized.isEmpty()
                || text.startsWith("//")
                || List.of(text.split("/", -1)).contains("..")) {
            throw json.badValue("not a path within the archive: " + Quoted.quote(text));
        }
        return normalized;
    }

    /**
     * {@return this archive for whoever reads one image of it and no more}
     *
     * <p>Closing an image of what is returned closes the archive.
     */
    public DockerArchive forOneImage() {
        return new DockerArchive(path, files, items, limits, true);
    }

    /** {@return the names of the archive's images, in document order} */
    public List<Reference> references() {
        return items.stream().flatMap(item -> item.tags().stream()).toList();
    }

    /**
     * {@return the only image of the archive}
     *
     * <p>It need not be closed.
     *
     * @throws LayoutException if there is none, or more than one, or its configuration cannot be read
     * @throws IOException if the archive cannot be read
     */
    public ImageSource image() throws IOException {
        if (items.isEmpty()) {
            throw new LayoutException(Reason.NO_SUCH_IMAGE, path + " holds no image");
        }
        if (items.size() > 1) {
            throw new LayoutException(
                    Reason.SEVERAL_IMAGES, path + " holds " + items.size() + " images; name one of " + names());
        }
        return image(path.toString(), items.get(0));
    }

    private ImageSource image(String name, Item item) throws IOException {
        List<Reference> tags = item.tags();
        Optional<Reference> reference = tags.size() == 1 ? Optional.of(tags.get(0)) : Optional.empty();
        return image(name, reference, item);
    }

    private ImageSource image(String name, Optional<Reference> reference, Item item) throws IOException {
        return new DockerArchiveImage(name, reference, files, forOneImage, item, limits);
    }

    /**
     * {@return the image at that place in the archive's list, which also one without a name has}
     *
     * <p>It need not be closed.
     *
     * @param place 0 for the first one
     * @throws LayoutException if there are not so many, or its configuration cannot be read
     * @throws IOException if the archive cannot be read
     */
    public ImageSource image(int place) throws IOException {
        if (place < 0 || place >= items.size()) {
            throw new LayoutException(Reason.NO_SUCH_IMAGE, path + " holds no image @" + place + "; it has " + names());
        }
        return image(path + ":@" + place, items.get(place));
    }

    /**
     * {@return the image of that ID, which also one without a name has}
     *
     * <p>It need not be closed.
     *
     * @param id the digest of its configuration
     * @throws LayoutException if there is none, or more than one, or its configuration cannot be read
     * @throws IOException if the archive cannot be read
     */
    public ImageSource image(Digest id) throws IOException {
        List<Item> found = new ArrayList<>();
        for (Item item : items) {
            if (id(item).filter(id::equals).isPresent()) {
                found.add(item);
            }
        }
        if (found.isEmpty()) {
            throw new LayoutException(
                    Reason.NO_SUCH_IMAGE, path + " holds no image of the ID " + id + "; it has " + names());
        }
        if (found.size() > 1) {
            throw new LayoutException(
                    Reason.SEVERAL_IMAGES,
                    path + " holds " + found.size() + " images of the ID " + id + ", one is @"
                            + items.indexOf(found.get(0)));
        }
        return image(path + ":" + id, found.get(0));
    }

    /** {@return the digest of its configuration, by the file's name or else by its content, if it can be had} */
    private Optional<Digest> id(Item item) throws IOException {
        Optional<Digest> claimed = claimedDigest(item.config());
        return claimed.isPresent()
                ? claimed
                : files.readDocument(item.config(), limits.maxConfigBytes())
                        .filter(config -> config.length <= limits.maxConfigBytes())
                        .map(Digest::sha256Of);
    }

    /**
     * {@return the image of that name}
     *
     * <p>It need not be closed.
     *
     * @param reference the name, normalised, with the tag that it has in the archive
     * @throws LayoutException if there is none, or more than one, or its configuration cannot be read
     * @throws IOException if the archive cannot be read
     */
    public ImageSource image(Reference reference) throws IOException {
        List<Item> named =
                items.stream().filter(item -> item.tags().contains(reference)).toList();
        if (named.isEmpty()) {
            throw new LayoutException(
                    Reason.NO_SUCH_IMAGE, path + " holds no image " + reference.familiar() + "; it has " + names());
        }
        if (named.size() > 1) {
            throw new LayoutException(
                    Reason.SEVERAL_IMAGES,
                    path + " holds " + named.size() + " images " + reference.familiar() + ", one is @"
                            + items.indexOf(named.get(0)));
        }
        return image(path + ":" + reference.familiar(), Optional.of(reference), named.get(0));
    }

    /** {@return the names that there are, and the places and IDs of images that have none} */
    private String names() {
        List<String> names = new ArrayList<>();
        for (int place = 0; place < items.size(); place++) {
            Item item = items.get(place);
            item.tags().forEach(tag -> names.add(tag.familiar()));
            if (item.tags().isEmpty()) {
                names.add("@" + place);
                claimedDigest(item.config()).ifPresent(id -> names.add(id.toString()));
            }
        }
        return RefNames.listed(names);
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    /** {@return the digest that a file's name claims, as Docker and others name configurations} */
    static Optional<Digest> claimedDigest(String innerPath) {
        String name = innerPath.substring(innerPath.lastIndexOf('/') + 1);
        String hex = name.startsWith("sha256:") ? name.substring("sha256:".length()) : name;
        if (hex.endsWith(".json")) {
            hex = hex.substring(0, hex.length() - ".json".length());
        }
        return hex.matches("[0-9a-f]{64}") ? Optional.of(Digest.parse("sha256:" + hex)) : Optional.empty();
    }
}
