package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Images in memory whose every byte a test can choose. */
public class MemorySource implements ImageSource {
    public static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    private final Map<Digest, byte[]> contents = new LinkedHashMap<>();
    private final DigestAlgorithm algorithm;
    private Digest root = Digest.sha256Of(new byte[0]);
    private int opened;

    public MemorySource() {
        this(DigestAlgorithm.SHA256);
    }

    public MemorySource(DigestAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return the archive of a layer with one file, which holds {@code text}} */
    public static byte[] layer(String text) {
        return new TestTar().file("file", text).finish();
    }

    public static String json(Descriptor descriptor) {
        return "{\"mediaType\":\"" + descriptor.mediaType() + "\",\"digest\":\"" + descriptor.digest() + "\",\"size\":"
                + descriptor.size() + "}";
    }

    public static String json(List<Descriptor> descriptors) {
        return descriptors.stream().map(MemorySource::json).collect(Collectors.joining(",", "[", "]"));
    }

    /** Adds content and describes it. */
    public Descriptor add(String mediaType, byte[] content) {
        Digest digest = Digest.of(algorithm, content);
        contents.put(digest, content);
        return Descriptor.of(mediaType, digest, content.length);
    }

    /** Adds an image of such layers, which are not compressed. */
    public Descriptor image(String platform, String... layers) {
        List<Descriptor> described =
                Arrays.stream(layers).map(text -> add(LAYER, layer(text))).toList();
        String diffIds =
                described.stream().map(layer -> "\"" + layer.digest() + "\"").collect(Collectors.joining(","));
        String[] parts = platform.split("/", -1);
        Descriptor config = add(
                MediaType.OCI_CONFIG,
                utf8("{\"os\":\"" + parts[0] + "\",\"architecture\":\"" + parts[1]
                        + "\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}"));
        return manifest(config, described);
    }

    public Descriptor manifest(Descriptor config, List<Descriptor> layers) {
        boolean artifact = config.mediaType().equals(MediaType.OCI_EMPTY);
        String artifactType = artifact ? "\"artifactType\":\"application/vnd.example.thing\"," : "";
        return add(
                MediaType.OCI_MANIFEST,
                utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\"," + artifactType
                        + "\"config\":" + json(config)
                        + ",\"layers\":" + json(layers) + "}"));
    }

    /** Adds an index of images, each with the platform at the same place. */
    public Descriptor index(List<Descriptor> images, List<String> platforms) {
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < images.size(); i++) {
            String entry = json(images.get(i));
            if (i < platforms.size()) {
                String[] parts = platforms.get(i).split("/", -1);
                String variant = parts.length < 3 ? "" : "\",\"variant\":\"" + parts[2];
                entry = entry.substring(0, entry.length() - 1) + ",\"platform\":{\"os\":\"" + parts[0]
                        + "\",\"architecture\":\"" + parts[1] + variant + "\"}}";
            }
            entries.append(i == 0 ? "" : ",").append(entry);
        }
        return add(MediaType.OCI_INDEX, utf8(indexOf(entries.toString())));
    }

    public static String indexOf(String entries) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[" + entries + "]}";
    }

    public MemorySource root(Descriptor image) {
        root = image.digest();
        return this;
    }

    /** Replaces content. */
    public MemorySource replace(Digest digest, byte[] content) {
        contents.put(digest, content);
        return this;
    }

    public MemorySource remove(Digest digest) {
        contents.remove(digest);
        return this;
    }

    public Map<Digest, byte[]> contents() {
        return contents;
    }

    public byte[] content(Digest digest) {
        return Objects.requireNonNull(contents.get(digest), "content");
    }

    /** How many blobs were asked for and given. */
    public int opened() {
        return opened;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public ResolvedDigest resolve() {
        return ResolvedDigest.of(root, "the test");
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) {
        byte[] content = contents.get(digest);
        return content == null
                ? Optional.empty()
                : Optional.of(FetchedManifest.of(
                        Arrays.copyOf(content, (int) Math.min(content.length, maxBytes + 1L)), ""));
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) {
        byte[] content = contents.get(descriptor.digest());
        opened += content == null ? 0 : 1;
        return Optional.ofNullable(content).map(ByteArrayInputStream::new);
    }

    @Override
    public void close() {}
}
