package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** An image in memory, of layers that are not compressed. */
final class TestImage {
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private final List<byte[]> layers;
    private final byte[] configBytes;
    private final byte[] manifestBytes;
    private final Map<Digest, byte[]> blobs = new HashMap<>();
    private UnaryOperator<InputStream> wrapper = UnaryOperator.identity();

    private TestImage(List<byte[]> layers) {
        this.layers = layers;
        StringBuilder diffIds = new StringBuilder();
        StringBuilder descriptors = new StringBuilder();
        for (byte[] layer : layers) {
            String separator = diffIds.isEmpty() ? "" : ",";
            diffIds.append(separator).append('"').append(put(layer)).append('"');
            descriptors.append(separator).append(describe(LAYER, layer));
        }
        configBytes = utf8("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}");
        manifestBytes = utf8("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"config\":" + describe("application/vnd.oci.image.config.v1+json", configBytes) + ",\"layers\":["
                + descriptors + "]}");
        put(configBytes);
        put(manifestBytes);
    }

    static TestImage of(TestTar... layers) {
        List<byte[]> finished = new ArrayList<>();
        for (TestTar layer : layers) {
            finished.add(layer.finish());
        }
        return new TestImage(finished);
    }

    static TestImage ofArchives(List<byte[]> layers) {
        return new TestImage(layers);
    }

    /** Passes what is read of each blob through a stream of the test's. */
    TestImage reading(UnaryOperator<InputStream> through) {
        wrapper = through;
        return this;
    }

    /** Loses a layer, or puts another one in its place. */
    TestImage replacing(int layer, byte... content) {
        Digest digest = Digest.sha256Of(layers.get(layer));
        if (content.length == 0) {
            blobs.remove(digest);
        } else {
            blobs.put(digest, content);
        }
        return this;
    }

    ImageSource source() {
        Map<Digest, BlobContent> contents = new HashMap<>();
        blobs.forEach((digest, blob) -> contents.put(digest, () -> wrapper.apply(new ByteArrayInputStream(blob))));
        return BuiltImage.of("a test's image", manifest(), contents);
    }

    ImageFileSystem merged() throws IOException {
        return merged(MergeOptions.defaults());
    }

    ImageFileSystem merged(MergeOptions options) throws IOException {
        return ImageFileSystem.of(source(), manifest(), config(), options);
    }

    ExtractionResult extract(Path target) throws IOException {
        return extract(target, ExtractionOptions.defaults());
    }

    ExtractionResult extract(Path target, ExtractionOptions options) throws IOException {
        return ImageExtractor.of(options).extract(source(), manifest(), config(), target);
    }

    /** Reads the layers as archives, without an image around them. */
    static ImageFileSystem mergedArchives(MergeOptions options, List<byte[]> layers) throws IOException {
        ImageFileSystem.Builder builder = ImageFileSystem.builder(options);
        for (byte[] layer : layers) {
            try (LayerReader reader =
                    LayerReader.openArchive(new ByteArrayInputStream(layer), LayerLimits.defaults())) {
                builder.addLayer(Digest.sha256Of(layer), reader);
            }
        }
        return builder.build();
    }

    ImageManifest manifest() {
        try {
            return (ImageManifest) Manifest.parse(manifestBytes, DocumentLimits.defaults());
        } catch (MalformedDocumentException e) {
            throw new AssertionError(e);
        }
    }

    ImageConfig config() {
        try {
            return ImageConfig.parse(configBytes);
        } catch (MalformedDocumentException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes the image as an OCI layout, under the name {@code test}. */
    Path writeLayout(Path folder) throws IOException {
        Path files = Files.createDirectories(folder.resolve("blobs/sha256"));
        for (Map.Entry<Digest, byte[]> blob : blobs.entrySet()) {
            Files.write(files.resolve(blob.getKey().encoded()), blob.getValue());
        }
        String manifest = describe("application/vnd.oci.image.manifest.v1+json", manifestBytes);
        Files.writeString(
                folder.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[" + manifest.substring(0, manifest.length() - 1)
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"test\"}}]}");
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return folder;
    }

    private Digest put(byte[] blob) {
        Digest digest = Digest.sha256Of(blob);
        blobs.put(digest, blob);
        return digest;
    }

    private static String describe(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.sha256Of(content) + "\",\"size\":"
                + content.length + "}";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
