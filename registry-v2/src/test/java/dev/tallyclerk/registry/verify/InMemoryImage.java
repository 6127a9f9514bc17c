package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** An image of two layers whose every part a test can replace. */
final class InMemoryImage implements ImageSource {
    static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

    private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    private final Map<Digest, FetchedManifest> manifests = new LinkedHashMap<>();
    private final Map<Digest, byte[]> elsewhere = new LinkedHashMap<>();
    private Digest root = Digest.sha256Of(new byte[0]);
    private String platform = "\"os\":\"linux\",\"architecture\":\"amd64\"";
    private Optional<Reference> reference = Optional.empty();
    private final List<Digest> diffIds = new ArrayList<>();
    private Consumer<Digest> onOpen = digest -> {};
    private int blobsOpened;
    private int blobsClosed;
    private final List<String> layers = new ArrayList<>();

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    /** {@return a layer's archive with one file} */
    static byte[] tar(String name) {
        return new TestTar().file(name, "content of " + name).finish();
    }

    static String describe(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.sha256Of(content) + "\",\"size\":"
                + content.length + "}";
    }

    /** An image of two gzip layers. */
    static InMemoryImage create() throws IOException {
        return new InMemoryImage()
                .layer(GZIP, gzip(tar("first")), tar("first"))
                .layer(GZIP, gzip(tar("second")), tar("second"))
                .assemble();
    }

    InMemoryImage platform(String members) {
        platform = members;
        return this;
    }

    InMemoryImage layer(String mediaType, byte[] blob, byte[] content) {
        blobs.put(Digest.sha256Of(blob), blob);
        diffIds.add(Digest.sha256Of(content));
        layers.add(describe(mediaType, blob));
        return this;
    }

    /** Writes configuration and manifest for the layers so far. */
    InMemoryImage assemble() {
        String ids = diffIds.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(","));
        return assemble(
                utf8("{" + platform + ",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + ids + "]}}"));
    }

    InMemoryImage assemble(byte[] config) {
        blobs.put(Digest.sha256Of(config), config);
        return root(
                MediaType.OCI_MANIFEST,
                utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                        + describe(MediaType.OCI_CONFIG, config) + ",\"layers\":[" + String.join(",", layers) + "]}"));
    }

    /** Makes {@code document} what the name stands for. */
    InMemoryImage root(String mediaType, byte[] document) {
        root = Digest.sha256Of(document);
        return manifest(root, mediaType, document);
    }

    /** Answers requests for {@code digest} with {@code document}. */
    InMemoryImage manifest(Digest digest, String mediaType, byte[] document) {
        manifests.put(digest, FetchedManifest.of(document, mediaType));
        return this;
    }

    InMemoryImage blob(Digest digest, byte[] content) {
        blobs.put(digest, content);
        return this;
    }

    /** Puts a blob where only a descriptor with addresses leads. */
    InMemoryImage blobElsewhere(byte[] content) {
        elsewhere.put(Digest.sha256Of(content), content);
        return this;
    }

    void forget(Digest digest) {
        blobs.remove(digest);
    }

    /** Calls {@code action} with the digest of each blob before it is opened. */
    void onOpen(Consumer<Digest> action) {
        onOpen = action;
    }

    int blobsOpened() {
        return blobsOpened;
    }

    int blobsClosed() {
        return blobsClosed;
    }

    Digest root() {
        return root;
    }

    byte[] rootDocument() {
        FetchedManifest manifest = manifests.get(root);
        return manifest == null ? new byte[0] : manifest.bytes();
    }

    /** Gives the image a whole name. */
    InMemoryImage named(String name) {
        reference = Optional.of(Reference.parse(name));
        return this;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Optional<Reference> reference() {
        return reference;
    }

    @Override
    public ResolvedDigest resolve() {
        return ResolvedDigest.of(root, "the test");
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) {
        return Optional.ofNullable(manifests.get(digest))
                .map(found -> FetchedManifest.of(
                        Arrays.copyOf(found.bytes(), Math.min(found.bytes().length, maxBytes + 1)), found.mediaType()));
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) {
        byte[] blob = descriptor.urls().isEmpty() ? null : elsewhere.get(descriptor.digest());
        blob = blobs.getOrDefault(descriptor.digest(), blob);
        if (blob == null) {
            return Optional.empty();
        }
        blobsOpened++;
        onOpen.accept(descriptor.digest());
        return Optional.of(new ByteArrayInputStream(blob) {
            private boolean closed;

            @Override
            public void close() {
                blobsClosed += closed ? 0 : 1;
                closed = true;
            }
        });
    }

    @Override
    public void close() {}
}
