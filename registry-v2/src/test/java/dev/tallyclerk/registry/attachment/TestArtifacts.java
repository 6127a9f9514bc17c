package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes images with attached artifacts, and writes them into layouts. */
public final class TestArtifacts {
    public static final String SIGNATURE = "application/vnd.example.signature";

    private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    private final List<Descriptor> entries = new ArrayList<>();

    /** Begins without blobs. */
    public TestArtifacts() {}

    /** {@return a blob} */
    public Descriptor blob(String mediaType, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        Descriptor descriptor = Descriptor.ofContent(mediaType, bytes);
        blobs.put(descriptor.digest(), bytes);
        return descriptor;
    }

    /** {@return a manifest} */
    public Descriptor manifest(Manifest manifest) {
        blobs.put(manifest.digest(), manifest.bytes());
        return manifest.descriptor();
    }

    /** {@return an image of one layer} */
    public Descriptor image(String layer) {
        Descriptor content = blob(MediaType.OCI_LAYER, layer);
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + content.digest() + "\"]}}";
        return manifest(ImageManifest.builder(blob(MediaType.OCI_CONFIG, config))
                .layer(content)
                .build());
    }

    /** {@return an artifact that names its subject} */
    public Descriptor referrer(Descriptor subject, String content) {
        return manifest(ImageManifest.builder(blob(MediaType.OCI_EMPTY, "{}"))
                .artifactType(SIGNATURE)
                .layer(blob("text/plain", content))
                .subject(subject)
                .annotation("org.example.note", content)
                .build());
    }

    /** {@return a manifest as cosign writes it under a tag, without a subject} */
    public Descriptor tagged(String content) {
        return manifest(ImageManifest.builder(blob(MediaType.OCI_CONFIG, "{}"))
                .layer(blob("application/vnd.dev.cosign.simplesigning.v1+json", content)
                        .withAnnotations(Map.of("dev.cosignproject.cosign/signature", "c2ln")))
                .build());
    }

    /** {@return an index as a registry without the referrers API has it} */
    public Descriptor fallback(Descriptor... referrers) {
        ImageIndex.Builder index = ImageIndex.builder();
        for (Descriptor referrer : referrers) {
            index.manifest(referrer);
        }
        return manifest(index.build());
    }

    /** {@return the tag that a digest begins} */
    public static String tag(Descriptor subject, String suffix) {
        return "sha256-" + subject.digest().encoded() + suffix;
    }

    /** Lists a manifest in {@code index.json}. */
    public TestArtifacts entry(Descriptor manifest) {
        entries.add(manifest);
        return this;
    }

    /** Lists a manifest in {@code index.json} under a name. */
    public TestArtifacts entry(Descriptor manifest, String refName) {
        return entry(manifest.withAnnotations(Map.of("org.opencontainers.image.ref.name", refName)));
    }

    /** Forgets a blob. */
    public void forget(Digest digest) {
        blobs.remove(digest);
    }

    /** Has other bytes under a digest. */
    public void replace(Digest digest, String content) {
        blobs.put(digest, content.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return the folder, which is a layout now} */
    public Path write(Path folder) throws IOException {
        Path sha256 = Files.createDirectories(folder.resolve("blobs/sha256"));
        for (Map.Entry<Digest, byte[]> blob : blobs.entrySet()) {
            Files.write(sha256.resolve(blob.getKey().encoded()), blob.getValue());
        }
        ImageIndex.Builder index = ImageIndex.builder();
        entries.forEach(index::manifest);
        Files.write(folder.resolve("index.json"), index.build().bytes());
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return folder;
    }
}
