package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An image of a {@code docker save} archive, as an OCI image.
 *
 * <p>The manifest is made here. The configuration gets the digest that its file name claims, if any, and a plain layer
 * gets the diffID from the configuration, so verifying the content against the manifest verifies what the archive says
 * about itself. Only the digest of a compressed layer, which the archive may not say, is computed.
 */
final class DockerArchiveImage implements ImageSource {
    /** Stands for its algorithm. */
    private static final Digest NOTHING = Digest.sha256Of(new byte[0]);

    private static final String BLOBS = LayoutFiles.BLOBS + "/sha256/";

    private final String name;
    private final Optional<Reference> reference;
    private final FileTree files;
    private final boolean ownsFiles;
    private final byte[] config;
    private final Map<Digest, String> layerPaths = new HashMap<>();
    private final ImageManifest manifest;

    DockerArchiveImage(
            String name,
            Optional<Reference> reference,
            FileTree files,
            boolean ownsFiles,
            DockerManifest.Item item,
            DocumentLimits limits)
            throws IOException {
        this.name = name;
        this.reference = reference;
        this.files = files;
        this.ownsFiles = ownsFiles;
        this.config = files.readDocument(item.config(), limits.maxConfigBytes())
                .orElseThrow(() -> malformed("no file " + Quoted.quote(item.config())));
        if (config.length > limits.maxConfigBytes()) {
            throw LayoutException.limit(
                    files.path() + " has a configuration of more than " + limits.maxConfigBytes() + " bytes");
        }
        this.manifest = manifest(item);
    }

    private LayoutException malformed(String what) {
        return LayoutException.malformed(files.path() + " has " + what);
    }

    /** OCI manifests should have a layer; Docker manifests may have none, as those of images from scratch. */
    private ImageManifest manifest(DockerManifest.Item item) throws IOException {
        List<Digest> diffIds = diffIds();
        boolean empty = diffIds.isEmpty();
        Digest id = item.claimedId().orElseGet(() -> Digest.sha256Of(config));
        ImageManifest.Builder builder = ImageManifest.builder(
                        Descriptor.of(empty ? MediaType.DOCKER_CONFIG : MediaType.OCI_CONFIG, id, config.length))
                .mediaType(empty ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST);
        layers(item, diffIds).forEach(builder::layer);
        return builder.build();
    }

    private List<Descriptor> layers(DockerManifest.Item item, List<Digest> diffIds) throws IOException {
        if (item.layers().size() != diffIds.size()) {
            throw new LayoutException(
                    Reason.MALFORMED_DOCUMENT,
                    files.path() + " has " + item.layers().size() + " layers, its configuration has " + diffIds.size());
        }
        Map<String, Descriptor> compressed = new HashMap<>();
        Set<String> compared = new HashSet<>();
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            String path = locate(item.layers().get(i));
            Descriptor layer = compressed.get(path);
            if (layer == null) {
                layer = layer(path, diffIds.get(i));
                if (!layer.mediaType().equals(MediaType.OCI_LAYER)) {
                    compressed.put(path, layer);
                }
            }
            layers.add(layer);
            String other = layerPaths.putIfAbsent(layer.digest(), path);
            // Only one of two files of one digest will be read later, so the other one is compared now.
            if (other != null
                    && !other.equals(path)
                    && compared.add(path)
                    && !hash(path, layer.digest()).equals(layer.digest())) {
                throw malformed(
                        "two different files for one layer: " + Quoted.quote(other) + ", " + Quoted.quote(path));
            }
        }
        return layers;
    }

    /** {@return the path where links end, so that a file of many names is read once} */
    private String locate(String path) throws IOException {
        return files.locate(path).orElseThrow(() -> malformed("no layer " + Quoted.quote(path)));
    }

    private Descriptor layer(String path, Digest diffId) throws IOException {
        String compression;
        try (InputStream in = files.open(path).orElseThrow()) {
            compression = Compression.of(in.readNBytes(Compression.MAX_MAGIC))
                    .map(Compression::suffix)
                    .orElse("");
        }
        Digest digest = diffId;
        if (!compression.isEmpty()) {
            // In an archive that is an OCI layout too, the file name is a promise that will be verified.
            Optional<Digest> claimed = path.startsWith(BLOBS) ? DockerManifest.claimedDigest(path) : Optional.empty();
            digest = claimed.isPresent() ? claimed.get() : hash(path, NOTHING);
        }
        return Descriptor.of(
                MediaType.OCI_LAYER + compression, digest, files.size(path).orElse(0L));
    }

    /** {@return the file's digest, by the algorithm of {@code like}} */
    private Digest hash(String path, Digest like) throws IOException {
        MessageDigest hash = like.algorithm()
                .newMessageDigest()
                .orElseThrow(() ->
                        LayoutException.unsupported(files.path() + " needs the unsupported algorithm of " + like));
        try (InputStream in = new DigestInputStream(files.open(path).orElseThrow(), hash)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.ofHash(like.algorithm(), hash.digest());
    }

    /** Reads only the diffIDs; the configuration is validated with the image. */
    private List<Digest> diffIds() throws LayoutException {
        List<Digest> diffIds = new ArrayList<>();
        try {
            JsonCursor rootfs = JsonCursor.parse(config, JsonLimits.ofBytes(Math.max(1, config.length)))
                    .required("rootfs");
            // Docker leaves it out of an image without layers.
            Optional<JsonCursor> member = rootfs.optional("diff_ids");
            for (String diffId : member.isPresent() ? member.get().strings() : List.<String>of()) {
                diffIds.add(Digest.parse(diffId));
            }
            return diffIds;
        } catch (JsonException | IllegalArgumentException e) {
            throw new LayoutException(
                    Reason.MALFORMED_DOCUMENT, files.path() + ": configuration: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Reference> reference() {
        return reference;
    }

    @Override
    public ResolvedDigest resolve() throws IOException {
        boolean isLayout = files.size(LayoutFiles.INDEX).isPresent()
                && files.size(LayoutFiles.MARKER).isPresent();
        String layout = isLayout ? "; the file has one if it is read as oci-archive" : "";
        return ResolvedDigest.of(manifest.digest(), "nobody: a docker archive has no registry manifest" + layout);
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) {
        return digest.equals(manifest.digest())
                ? Optional.of(FetchedManifest.of(manifest.bytes(), manifest.mediaType()))
                : Optional.empty();
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        if (descriptor.digest().equals(manifest.config().digest())) {
            return Optional.of(new ByteArrayInputStream(config));
        }
        String path = layerPaths.get(descriptor.digest());
        return path == null ? Optional.empty() : files.open(path);
    }

    @Override
    public void close() throws IOException {
        if (ownsFiles) {
            files.close();
        }
    }
}
