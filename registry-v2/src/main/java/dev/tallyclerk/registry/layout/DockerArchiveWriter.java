package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageDestination.Outcome;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageException.Reason;
import dev.tallyclerk.registry.image.SourceBlob;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes images into a new tar file for {@code docker load} and {@code podman load}: first the images, then
 * {@link #finish}.
 *
 * <p>The file has the form of Docker 25 and later: a {@code manifest.json} for all readers of docker archives, and an
 * OCI image layout around the same blobs for those that can use the original manifests. Layers stay compressed as they
 * are, which all readers accept. It holds images of one platform each: no indexes, no artifacts, and no digests of
 * configurations and diffIDs other than SHA-256.
 *
 * <p>The writer writes to a temporary file beside the target and verifies on the way. Only {@code finish} publishes the
 * file under its name; if anything fails, nothing remains. After an image failed, the writer takes no other image and
 * {@link #finish} refuses. The next writer of the same name removes the temporary file of a killed process, on file
 * systems with locks. The same images in the same order give the same bytes. Memory use does not depend on the size of
 * layers. Not safe for use by several threads.
 *
 * @see <a
 *     href="https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format">
 *     Docker image specification v1.3.1, Combined Image JSON + Filesystem Changeset Format</a>
 */
public final class DockerArchiveWriter implements Closeable {
    private final ArchiveFile archive;
    private final DocumentLimits limits;
    private final Map<Digest, Item> items = new LinkedHashMap<>();

    private record Item(String config, Set<Reference> names, List<String> layers) {}

    private DockerArchiveWriter(ArchiveFile archive) {
        this.archive = archive;
        this.limits = archive.limits();
    }

    /**
     * {@return a writer that creates or replaces {@code file}, with the default limits}
     *
     * @param file its folder must exist
     * @throws java.nio.file.FileSystemException if something other than a regular file has the name
     * @throws IOException if the folder cannot be written to
     */
    public static DockerArchiveWriter create(Path file) throws IOException {
        return create(file, LayoutLimits.defaults());
    }

    /**
     * {@return a writer that creates or replaces {@code file}}
     *
     * <p>Follows a symbolic link and replaces its target. Replaces only regular files, no folders, pipes or devices.
     *
     * @param file its folder must exist
     * @param limits limits on configurations, which have to be read, and on the archive's own documents
     * @throws java.nio.file.FileSystemException if something other than a regular file has the name
     * @throws IOException if the folder cannot be written to
     */
    public static DockerArchiveWriter create(Path file, LayoutLimits limits) throws IOException {
        return new DockerArchiveWriter(ArchiveFile.create(file, true, limits));
    }

    /**
     * {@return a writer that creates {@code file}, with the default limits}
     *
     * @param file its folder must exist
     * @throws java.nio.file.FileAlreadyExistsException if anything has the name, even a link that leads nowhere
     * @throws IOException if the folder cannot be written to
     */
    public static DockerArchiveWriter createNew(Path file) throws IOException {
        return createNew(file, LayoutLimits.defaults());
    }

    /**
     * {@return a writer that creates {@code file}}
     *
     * <p>A file that appears under the name meanwhile is not replaced either: {@link #finish} fails with the same
     * exception. On file systems without hard links, a file created at the very moment of publication is replaced.
     *
     * @param file its folder must exist
     * @param limits limits on configurations, which have to be read, and on the archive's own documents
     * @throws java.nio.file.FileAlreadyExistsException if anything has the name, even a link that leads nowhere
     * @throws IOException if the folder cannot be written to
     */
    public static DockerArchiveWriter createNew(Path file, LayoutLimits limits) throws IOException {
        return new DockerArchiveWriter(ArchiveFile.create(file, false, limits));
    }

    /**
     * {@return a destination for an image}
     *
     * <p>An earlier image that has one of the names loses that name. The archive appears when {@link #finish} is
     * called.
     *
     * @param names the image's names, each with a registry and a tag and without a digest; may be none
     * @throws IllegalArgumentException if a name lacks the tag or the registry (is not normalised), or has a digest
     */
    public ImageDestination destination(Reference... names) {
        for (Reference name : names) {
            if (name.tag().isEmpty()
                    || name.digest().isPresent()
                    || name.domain().isEmpty()) {
                throw new IllegalArgumentException("not a full name with a tag and without a digest: " + name);
            }
        }
        List<Reference> all = List.of(names);
        String name = archive.path() + (all.isEmpty() ? "" : ":" + all.get(0).familiar());
        return new NamedDestination(name, image -> new DockerSession(image, imageManifest(image), all));
    }

    private static ImageManifest imageManifest(ImageContent image) throws ImageException {
        if (image.rootDocument() instanceof ImageManifest manifest && manifest.isImage()) {
            return manifest;
        }
        String why = image.rootDocument() instanceof ImageIndex
                ? "a docker archive holds images of one platform, and " + image.source()
                        + " is an index; choose a platform"
                : "a docker archive holds container images, and " + image.source()
                        + " is another artifact; write it to an OCI layout";
        throw new ImageException(Reason.UNSUPPORTED, image.root().digest(), why);
    }

    /**
     * Writes the archive's documents and publishes the file under its name, and then closes this writer.
     *
     * @throws LayoutException if a document exceeds the limits
     * @throws java.nio.file.FileAlreadyExistsException if the file was to be new, and something has its name now
     * @throws IOException if the file cannot be written
     * @throws IllegalStateException if this writer is closed, or an image failed
     */
    public void finish() throws IOException {
        archive.requireUsable();
        archive.finish(Map.of(DockerManifest.FILE, manifest()));
    }

    private byte[] manifest() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter json = JsonWriter.compact(out).beginArray();
        for (Item item : items.values()) {
            json.beginObject().member("Config", item.config()).name("RepoTags");
            if (item.names().isEmpty()) {
                json.nullValue();
            } else {
                strings(json, item.names().stream().map(Reference::familiar).toList());
            }
            strings(json.name("Layers"), item.layers());
            json.endObject();
        }
        json.endArray().finish();
        if (out.size() > limits.maxManifestBytes()) {
            throw LayoutException.limit(
                    archive.path() + ": manifest.json is larger than " + limits.maxManifestBytes() + " bytes");
        }
        return out.toByteArray();
    }

    private static void strings(JsonWriter json, List<String> values) throws IOException {
        json.beginArray();
        for (String value : values) {
            json.value(value);
        }
        json.endArray();
    }

    /** Closes this writer; nothing remains of a file that is not finished. */
    @Override
    public void close() throws IOException {
        archive.close();
    }

    /** Adds an image to the archive's lists, and returns the index with it. */
    private IndexDocument enter(IndexDocument index, Descriptor root, ImageManifest manifest, List<Reference> names) {
        items.values().forEach(other -> names.forEach(other.names()::remove));
        String config = LayoutFiles.blobPath(manifest.config().digest());
        List<String> layers = manifest.layers().stream()
                .map(layer -> LayoutFiles.blobPath(layer.digest()))
                .toList();
        items.computeIfAbsent(root.digest(), same -> new Item(config, new LinkedHashSet<>(), layers))
                .names()
                .addAll(names);
        IndexDocument entered = names.isEmpty() ? index.with(root) : index;
        for (Reference name : names) {
            Map<String, String> tag = Map.of(LayoutFiles.REF_NAME, name.tag().orElseThrow());
            entered = entered.with(root, new IndexDocument.Name(LayoutFiles.IMAGE_NAME, name.toString(), tag));
        }
        return entered;
    }

    /** Takes the configuration first, so that nothing is written of an image that does not fit. */
    private final class DockerSession extends ArchiveSession {
        private final ImageManifest manifest;
        private final List<Descriptor> order = new ArrayList<>();

        DockerSession(ImageContent image, ImageManifest manifest, List<Reference> names) {
            super(archive, image, index -> enter(index, image.root(), manifest, names));
            this.manifest = manifest;
            for (Descriptor blob : image.blobs()) {
                order.add(isConfig(blob) ? 0 : order.size(), blob);
            }
        }

        private boolean isConfig(Descriptor blob) {
            return blob.digest().equals(manifest.config().digest());
        }

        @Override
        public List<Descriptor> order() {
            return order;
        }

        @Override
        public Outcome take(SourceBlob blob) throws IOException {
            Outcome outcome = isConfig(blob.descriptor()) ? takeConfig(blob) : super.take(blob);
            if (outcome == Outcome.LEFT_OUT) {
                throw ImageException.notFound("the source", blob.descriptor().digest());
            }
            return outcome;
        }

        private Outcome takeConfig(SourceBlob blob) throws IOException {
            Descriptor config = manifest.config();
            MalformedDocumentException.requireWithin(
                    "image configuration", config.digest(), config.size(), limits.maxConfigBytes());
            Optional<VerifyingInputStream> content = blob.open();
            if (content.isEmpty()) {
                return Outcome.LEFT_OUT;
            }
            byte[] bytes;
            try (VerifyingInputStream in = content.get()) {
                bytes = in.readAllBytes();
            }
            requireFit(ImageConfig.parse(bytes, config.mediaType(), limits));
            document(config.digest(), bytes);
            return Outcome.COPIED;
        }

        private void requireFit(ImageConfig config) throws ImageException {
            int layers = manifest.layers().size();
            if (config.diffIds().size() != layers) {
                throw new ImageException(
                        Reason.CONTRADICTION,
                        manifest.config().digest(),
                        "the configuration has " + config.diffIds().size() + " layers, the manifest has " + layers);
            }
            requireSha256(manifest.config().digest());
            for (Digest diffId : config.diffIds()) {
                requireSha256(diffId);
            }
        }
    }

    private static void requireSha256(Digest digest) throws ImageException {
        if (!digest.algorithm().equals(DigestAlgorithm.SHA256)) {
            throw new ImageException(
                    Reason.UNSUPPORTED, "docker archives support SHA-256 digests only, and the image has " + digest);
        }
    }
}
