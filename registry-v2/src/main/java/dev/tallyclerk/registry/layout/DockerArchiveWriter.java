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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Writes images into a new tar file that {@code docker load} and {@code podman load} take: images first, then
 * {@link #finish}.
 *
 * <p>The file is what Docker 25 and later save: a {@code manifest.json} for all that read docker archives, and an OCI
 * image layout around the same blobs for those that can use the original manifests. Layers stay compressed as they are,
 * which all of them take. It holds images of one platform each: no indexes, no artifacts, and no other digests of
 * configurations and diffIDs than SHA-256.
 *
 * <p>What is written goes to a temporary file beside the one that is asked for, and is verified on the way. Only
 * {@code finish} gives it the name; if anything fails, nothing is left. An image that broke off while it was written
 * ends the writer: it takes no other one, and {@link #finish} refuses. What a process that was killed left of its
 * temporary file is taken away by the next writer of the same name, on file systems that have locks. The same images in
 * the same order give the same bytes. Memory use does not depend on the size of layers. Not safe for use by several
 * threads.
 *
 * @see <a
 *     href="https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format">
 *     Docker image specification v1.3.1, Combined Image JSON + Filesystem Changeset Format</a>
 */
public final class DockerArchiveWriter implements Closeable {
    private final ArchiveFile archive;
    private final DocumentLimits limits;
    private final Map<Digest, Item> items = new LinkedHashMap<>();
    private IndexDocument index = IndexDocument.empty();

    private record Item(String config, Set<Reference> names, List<String> layers) {}

    private DockerArchiveWriter(ArchiveFile archive, DocumentLimits limits) {
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
    public static DockerArchiveWriter create(Path file) throws IOException {
        return create(file, LayoutLimits.defaults());
    }

    /**
     * {@return a writer of that file, which it replaces if it is there}
     *
     * <p>A symbolic link is followed: what it leads to is replaced. What is no regular file, such as a folder, a pipe
     * or a device, is not replaced.
     *
     * @param file where the archive will be; its folder must exist
     * @param limits what configurations, which have to be read, may cost, and what the archive's own documents may
     *     become
     * @throws java.nio.file.FileSystemException if what is there is no regular file
     * @throws IOException if the folder cannot be written to
     */
    public static DockerArchiveWriter create(Path file, LayoutLimits limits) throws IOException {
        Objects.requireNonNull(limits, "limits");
        return new DockerArchiveWriter(ArchiveFile.create(file, true), limits.documents());
    }

    /**
     * {@return a writer of a new file, with the default limits}
     *
     * @param file where the archive will be; its folder must exist
     * @throws java.nio.file.FileAlreadyExistsException if anything has the name, if only a link that leads nowhere
     * @throws IOException if the folder cannot be written to
     */
    public static DockerArchiveWriter createNew(Path file) throws IOException {
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
     * @param limits what configurations, which have to be read, may cost, and what the archive's own documents may
     *     become
     * @throws java.nio.file.FileAlreadyExistsException if anything has the name, if only a link that leads nowhere
     * @throws IOException if the folder cannot be written to
     */
    public static DockerArchiveWriter createNew(Path file, LayoutLimits limits) throws IOException {
        Objects.requireNonNull(limits, "limits");
        return new DockerArchiveWriter(ArchiveFile.create(file, false), limits.documents());
    }

    /**
     * {@return a place for an image}
     *
     * <p>The archive is there once the writer's {@code finish} has been called, and not before.
     *
     * <p>An image that was given one of the names before loses it.
     *
     * @param names how the image will be called, each with a tag and without a digest; none is allowed
     * @throws IllegalArgumentException if a name lacks a tag or the registry, as one that is not normalised does, or
     *     has a digest
     */
    public ImageDestination destination(Reference... names) {
        for (Reference name : names) {
            if (name.tag().isEmpty()
                    || name.digest().isPresent()
                    || name.domain().isEmpty()) {
                throw new IllegalArgumentException("not a whole name with a tag and without a digest: " + name);
            }
        }
        return new ArchiveDestination(List.of(names));
    }

    /**
     * Writes the archive's documents, and gives the file its name; then closes this writer.
     *
     * @throws LayoutException if a document has become larger than what can be read again
     * @throws java.nio.file.FileAlreadyExistsException if the file was to be new, and something has got its name
     * @throws IOException if the file cannot be written
     * @throws IllegalStateException if this writer is closed, or an image broke off while it was written
     */
    public void finish() throws IOException {
        archive.requireUsable();
        SortedMap<String, byte[]> documents = new TreeMap<>();
        documents.put(LayoutFiles.MARKER, LayoutFiles.marker());
        documents.put(LayoutFiles.INDEX, index.bytes(archive.path(), limits));
        documents.put(DockerManifest.FILE, manifest());
        archive.finish(documents);
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
            throw new LayoutException(
                    LayoutException.Reason.LIMIT_EXCEEDED,
                    archive.path() + ": manifest.json has become larger than " + limits.maxManifestBytes() + " bytes");
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

    /** Ends the work; of a file that is not finished nothing is left. */
    @Override
    public void close() throws IOException {
        archive.close();
    }

    private final class ArchiveDestination implements ImageDestination {
        private final List<Reference> names;

        ArchiveDestination(List<Reference> names) {
            this.names = names;
        }

        @Override
        public String name() {
            return names.isEmpty()
                    ? archive.path().toString()
                    : archive.path() + ":" + names.get(0).familiar();
        }

        @Override
        public Session begin(ImageContent image, CompletionStage<?> end) throws ImageException {
            if (!(image.rootDocument() instanceof ImageManifest manifest) || !manifest.isImage()) {
                boolean index = image.rootDocument() instanceof ImageIndex;
                throw new ImageException(
                        Reason.UNSUPPORTED,
                        image.root().digest(),
                        index
                                ? "a docker archive holds images of one platform, and " + image.source()
                                        + " is an index; choose a platform"
                                : "a docker archive holds container images, and " + image.source()
                                        + " is another artifact; write it to an OCI layout");
            }
            return new DockerSession(image, manifest, root -> enter(root, manifest));
        }

        private void enter(Descriptor root, ImageManifest manifest) {
            for (Item other : items.values()) {
                names.forEach(other.names()::remove);
            }
            List<String> layers = new ArrayList<>();
            for (Descriptor layer : manifest.layers()) {
                layers.add(LayoutFiles.blobPath(layer.digest()));
            }
            String config = LayoutFiles.blobPath(manifest.config().digest());
            items.computeIfAbsent(root.digest(), digest -> new Item(config, new LinkedHashSet<>(), layers))
                    .names()
                    .addAll(names);
            if (names.isEmpty()) {
                index = index.with(root);
            }
            for (Reference name : names) {
                Map<String, String> tag =
                        Map.of(LayoutFiles.REF_NAME, name.tag().orElseThrow());
                index = index.with(root, new IndexDocument.Name(LayoutFiles.IMAGE_NAME, name.toString(), tag));
            }
        }
    }

    /** Takes the configuration first: whether the image fits is known before anything is written. */
    private final class DockerSession extends ArchiveSession {
        private final ImageManifest manifest;
        private final List<Descriptor> order;

        DockerSession(ImageContent image, ImageManifest manifest, Consumer<Descriptor> entry) {
            super(archive, image, entry);
            this.manifest = manifest;
            this.order = image.blobs().stream()
                    .sorted(Comparator.comparing(blob -> !isConfig(blob)))
                    .toList();
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
            Descriptor descriptor = manifest.config();
            if (descriptor.size() > limits.maxConfigBytes()) {
                throw MalformedDocumentException.tooLarge(
                        "image configuration", descriptor.digest(), descriptor.size(), limits.maxConfigBytes());
            }
            Optional<VerifyingInputStream> content = blob.open();
            if (content.isEmpty()) {
                return Outcome.LEFT_OUT;
            }
            byte[] bytes;
            try (VerifyingInputStream in = content.get()) {
                bytes = in.readAllBytes();
            }
            requireFit(ImageConfig.parse(bytes, descriptor.mediaType(), limits));
            document(descriptor.digest(), bytes);
            return Outcome.COPIED;
        }

        private void requireFit(ImageConfig config) throws ImageException {
            if (config.diffIds().size() != manifest.layers().size()) {
                throw new ImageException(
                        Reason.CONTRADICTION,
                        manifest.config().digest(),
                        "the configuration has " + config.diffIds().size() + " layers, the manifest has "
                                + manifest.layers().size());
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
                    Reason.UNSUPPORTED, "a docker archive has SHA-256 digests only, and the image has " + digest);
        }
    }
}
