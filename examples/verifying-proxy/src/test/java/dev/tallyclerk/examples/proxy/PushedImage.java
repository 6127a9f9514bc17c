package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.testing.DockerRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * An image of one layer in a registry.
 *
 * @param manifest the digest of its manifest
 * @param manifestSize the length of that in bytes
 * @param layer the digest of its layer
 * @param bytes the layer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PushedImage(Digest manifest, int manifestSize, Digest layer, byte[] bytes) {
    private static final int BLOCK = 512;
    private static final String TYPE = "application/vnd.oci.image.";

    /** {@return an archive with one file of random letters, as large as that at least} */
    private static byte[] archive(long seed, int size) {
        byte[] content = new byte[size];
        Random random = new Random(seed);
        for (int i = 0; i < size; i++) {
            content[i] = (byte) ('a' + random.nextInt(26));
        }
        byte[] head = new byte[BLOCK];
        put(head, 0, "data");
        put(head, 100, "0000644\0" + "0000000\0" + "0000000\0");
        put(head, 124, String.format("%011o\0", size) + "00000000000\0" + "        0");
        put(head, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte each : head) {
            sum += each & 0xff;
        }
        put(head, 148, String.format("%06o\0 ", sum));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head);
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK - size % BLOCK) % BLOCK + 2 * BLOCK]);
        return out.toByteArray();
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }

    /** Pushes an image as {@code team/app} with a tag; the seed decides on its content. */
    static PushedImage push(DockerRegistry registry, Path folder, String tag, long seed, int size) throws IOException {
        RegistryClient client = RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()));
        return push(client, registry, folder, tag, seed, size);
    }

    /** Does the same with a client that has the registry's login. */
    static PushedImage push(
            RegistryClient client, DockerRegistry registry, Path folder, String tag, long seed, int size)
            throws IOException {
        byte[] layer = archive(seed, size);
        Path layout = Files.createTempDirectory(folder, "pushed");
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        Digest layerDigest = write(blobs, layer);
        byte[] config = ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"User\":\"1000\"},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + layerDigest + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + TYPE + "manifest.v1+json\",\"config\":"
                        + descriptor("config.v1+json", write(blobs, config), config.length) + ",\"layers\":["
                        + descriptor("layer.v1.tar", layerDigest, layer.length) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        Digest digest = write(blobs, manifest);
        String named = descriptor("manifest.v1+json", digest, manifest.length)
                .replaceFirst("}$", ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + tag + "\"}}");
        Files.writeString(layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + named + "]}");
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        try (ImageSource source = OciLayout.open(layout).image(tag).orElseThrow()) {
            ImageCopier.create()
                    .copy(source, client.destination(Reference.parse(registry.host() + "/team/app:" + tag)));
        }
        return new PushedImage(digest, manifest.length, layerDigest, layer);
    }

    private static Digest write(Path blobs, byte[] content) throws IOException {
        Digest digest = Digest.sha256Of(content);
        Files.write(blobs.resolve(digest.encoded()), content);
        return digest;
    }

    private static String descriptor(String type, Digest digest, int size) {
        return "{\"mediaType\":\"" + TYPE + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    byte[] part(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    String blobPath() {
        return "/v2/team/app/blobs/" + layer;
    }
}
