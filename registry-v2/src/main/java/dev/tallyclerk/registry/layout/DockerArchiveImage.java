package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
 * One image of a {@code docker save} archive, shown as an OCI image.
 *
 * <p>The manifest is made here. Its configuration's digest is the one that the archive's file name claims, where it
 * claims one, and a plain layer's is the diffID that the configuration promises: so that verifying the content against
 * the manifest verifies what the archive says of itself. Only of a compressed layer does the archive say nothing, so
 * its digest is computed.
 */
final class DockerArchiveImage implements ImageSource {
    /** Stands for its algorithm. */
    private static final Digest NOTHING = Digest.sha256Of(new byte[0]);

    private static final String BLOBS = OciLayout.BLOBS + "/sha256/";

    private final String name;
    private final Optional<Reference> reference;
    private final FileTree files;
    private final boolean ownsFiles;
    private final byte[] config;
    private final Map<Digest, String> layerPaths = new HashMap<>();
    private final byte[] manifest;
    private final Descriptor configDescriptor;

    DockerArchiveImage(
            String name,
            Optional<Reference> reference,
            FileTree files,
            boolean ownsFiles,
            DockerArchive.Item item,
            DocumentLimits limits)
            throws IOException {
        this.name = name;
        this.reference = reference;
        this.files = files;
        this.ownsFiles = ownsFiles;
        this.config = files.readDocument(item.config(), limits.maxConfigBytes())
                .orElseThrow(() -> new LayoutException(
                        Reason.MALFORMED_ARCHIVE, files.path() + " has no " + Quoted.quote(item.config())));
        if (config.length > limits.maxConfigBytes()) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED,
                    files.path() + " has a configuration of more than " + limits.maxConfigBytes() + " bytes");
        }
        Digest configDigest = DockerArchive.claimedDigest(item.config()).orElseGet(() -> Digest.sha256Of(config));
        List<Digest> diffIds = diffIds();
        String type = diffIds.isEmpty() ? MediaType.DOCKER_CONFIG : MediaType.OCI_CONFIG;
        this.configDescriptor = Descriptor.of(type, configDigest, config.length);
        this.manifest = manifest(configDescriptor, layers(item, diffIds));
    }

    private List<Descriptor> layers(DockerArchive.Item item, List<Digest> diffIds) throws IOException {
        if (item.layers().size() != diffIds.size()) {
            throw new LayoutException(
                    Reason.MALFORMED_DOCUMENT,
                    files.path() + " has " + item.layers().size() + " layers, its configuration promises "
                            + diffIds.size());
        }
        Map<String, Descriptor> compressed = new HashMap<>();
        Set<String> seen = new HashSet<>();
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
            // Of two files for one digest only one will be looked at later, so the other one is looked at now.
            if (other != null
                    && !other.equals(path)
                    && seen.add(path)
                    && !hash(path, layer.digest()).equals(layer.digest())) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        files.path() + " has two different files for one layer: " + Quoted.quote(other) + ", "
                                + Quoted.quote(path));
            }
        }
        return layers;
    }

    /** Where links end, so that a file with many names is looked at once. */
    private String locate(String path) throws IOException {
        return files.locate(path)
                .orElseThrow(() -> new LayoutException(
                        Reason.MALFORMED_ARCHIVE, files.path() + " has no layer " + Quoted.quote(path)));
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
            // In an archive that is an OCI layout too, the name is a promise that will be verified.
            Optional<Digest> claimed = path.startsWith(BLOBS) ? DockerArchive.claimedDigest(path) : Optional.empty();
            digest = claimed.isPresent() ? claimed.get() : hash(path, NOTHING);
        }
        return Descriptor.of(
                MediaType.OCI_LAYER + compression, digest, files.size(path).orElse(0L));
    }

    /** {@return the file's digest, by the algorithm of another} */
    private Digest hash(String path, Digest like) throws IOException {
        Optional<MessageDigest> hash = like.algorithm().newMessageDigest();
        if (hash.isEmpty()) {
            throw new LayoutException(Reason.UNSUPPORTED, "nothing can be verified with the algorithm of " + like);
        }
        try (InputStream in = new DigestInputStream(files.open(path).orElseThrow(), hash.get())) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.ofHash(like.algorithm(), hash.get().digest());
    }

    /** Reads no more of the configuration than is needed here; whether it is a valid one is checked with the image. */
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

    /** Every part is a digest, a number or a constant, so nothing needs escaping. */
    private static byte[] manifest(Descriptor config, List<Descriptor> layers) {
        StringBuilder out = new StringBuilder(
                "{\"schemaVersion\":2,\"mediaType\":\"" + manifestType(layers.isEmpty()) + "\",\"config\":");
        append(config, out);
        out.append(",\"layers\":[");
        for (int i = 0; i < layers.size(); i++) {
            out.append(i == 0 ? "" : ",");
            append(layers.get(i), out);
        }
        return out.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** OCI's manifests should have a layer; Docker's may have none, as an image from scratch has. */
    private static String manifestType(boolean withoutLayers) {
        return withoutLayers ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST;
    }

    private static void append(Descriptor descriptor, StringBuilder out) {
        out.append("{\"mediaType\":\"").append(descriptor.mediaType());
        out.append("\",\"digest\":\"").append(descriptor.digest());
        out.append("\",\"size\":").append(descriptor.size()).append('}');
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
        boolean isLayout = files.size(OciLayout.INDEX).isPresent()
                && files.size(OciLayout.MARKER).isPresent();
        String layout = isLayout ? "; the file has one if it is read as oci-archive" : "";
        return ResolvedDigest.of(
                Digest.sha256Of(manifest), "nobody: a docker archive has no registry manifest" + layout);
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) {
        return digest.equals(Digest.sha256Of(manifest))
                ? Optional.of(FetchedManifest.of(manifest, manifestType(layerPaths.isEmpty())))
                : Optional.empty();
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        if (descriptor.digest().equals(configDescriptor.digest())) {
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
