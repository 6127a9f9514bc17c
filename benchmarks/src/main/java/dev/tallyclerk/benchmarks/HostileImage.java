package dev.tallyclerk.benchmarks;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A small image with one layer, and what an {@link Attack} makes of it.
 *
 * @param root the manifest or index that the tag leads to
 * @param child the image's manifest, if the root is an index; otherwise the root
 * @param contents all documents and blobs, by the digest under which they are served; some do not match it
 * @param attacked the digest whose content or description is wrong
 */
record HostileImage(Digest root, Digest child, Map<Digest, byte[]> contents, Digest attacked) {
    private static final String GZIP_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    static final int LAYER_BYTES = 200_000;

    static HostileImage of(Attack attack) throws IOException {
        byte[] tar = tar();
        byte[] layer = gzip(tar);
        Digest diffId = attack == Attack.DIFF_ID ? Digest.sha256Of(new byte[] {1}) : Digest.sha256Of(tar);
        ImageConfig config =
                ImageConfig.builder(Platform.of("linux", "amd64")).layer(diffId).build();
        Descriptor described = Descriptor.ofContent(GZIP_LAYER, layer);
        Descriptor stated = attack == Attack.STATED_SIZE
                ? Descriptor.of(GZIP_LAYER, described.digest(), described.size() - 1)
                : described;
        byte[] manifest =
                ImageManifest.builder(config.descriptor()).layer(stated).build().bytes();
        if (attack == Attack.TWO_LISTS) {
            String text = new String(manifest, StandardCharsets.UTF_8);
            manifest = text.replaceFirst("\"layers\":", "\"layers\":[],\"layers\":")
                    .getBytes(StandardCharsets.UTF_8);
        }
        Digest named = Digest.sha256Of(manifest);
        Map<Digest, byte[]> contents = new LinkedHashMap<>();
        contents.put(named, attack == Attack.MANIFEST || attack == Attack.CHILD ? otherSpaces(manifest) : manifest);
        contents.put(config.digest(), attack == Attack.CONFIG ? flipped(config.bytes()) : config.bytes());
        contents.put(described.digest(), attack == Attack.LAYER ? flipped(layer) : layer);
        Digest attacked = switch (attack) {
            case MANIFEST, CHILD, TWO_LISTS, CLAIMED_DIGEST -> named;
            case CONFIG -> config.digest();
            default -> described.digest();
        };
        Digest root = named;
        if (attack == Attack.CHILD) {
            byte[] index = ImageIndex.builder()
                    .manifest(Descriptor.of(MediaType.OCI_MANIFEST, named, manifest.length)
                            .withPlatform(Platform.of("linux", "amd64")))
                    .build()
                    .bytes();
            root = Digest.sha256Of(index);
            contents.put(root, index);
        }
        return new HostileImage(root, named, contents, attacked);
    }

    private static byte[] tar() throws IOException {
        byte[] file = new byte[LAYER_BYTES];
        new Random(1).nextBytes(file);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("data");
            entry.setSize(file.length);
            entry.setModTime(0); // the same image in every run
            tar.putArchiveEntry(entry);
            tar.write(file);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    /** {@return the same with another byte in the middle} */
    private static byte[] flipped(byte[] content) {
        byte[] other = content.clone();
        other[other.length / 2] ^= 1;
        return other;
    }

    /** {@return a document of the same meaning and size, and another digest} */
    private static byte[] otherSpaces(byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8);
        return text.replaceFirst("\"schemaVersion\":2,(.*)\\}$", "$1,\"schemaVersion\":2}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
