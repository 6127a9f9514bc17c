package dev.tallyclerk.registry.hostile;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** A small image, and an honest registry that serves it as {@code team/app:1}. */
final class ServedImage implements HostileServer.Handler {
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";

    private final List<Descriptor> layers = new ArrayList<>();
    private final Map<String, byte[]> blobs = new LinkedHashMap<>();
    private final Descriptor config;
    private final byte[] manifest;

    private ServedImage(int seed, int... layerSizes) {
        Random random = new Random(seed);
        for (int size : layerSizes) {
            byte[] layer = new byte[size];
            random.nextBytes(layer);
            layers.add(add(LAYER, layer));
        }
        String diffIds =
                layers.stream().map(layer -> "\"" + layer.digest() + "\"").collect(Collectors.joining(","));
        config = add(
                CONFIG,
                utf8("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                        + diffIds + "]}}"));
        manifest = utf8(manifestText());
    }

    /** {@return an image whose layers have those sizes} */
    static ServedImage of(int... layerSizes) {
        return new ServedImage(1, layerSizes);
    }

    /** {@return another image of the same sizes} */
    static ServedImage other(int... layerSizes) {
        return new ServedImage(2, layerSizes);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Descriptor add(String mediaType, byte[] content) {
        Descriptor descriptor = Descriptor.of(mediaType, Digest.sha256Of(content), content.length);
        blobs.put(descriptor.digest().toString(), content);
        return descriptor;
    }

    /** {@return the manifest's text, for a test to spoil} */
    String manifestText() {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":" + json(config)
                + ",\"layers\":[" + layers.stream().map(ServedImage::json).collect(Collectors.joining(",")) + "]}";
    }

    private static String json(Descriptor descriptor) {
        return "{\"mediaType\":\"" + descriptor.mediaType() + "\",\"digest\":\"" + descriptor.digest() + "\",\"size\":"
                + descriptor.size() + "}";
    }

    byte[] manifest() {
        return manifest.clone();
    }

    Digest digest() {
        return Digest.sha256Of(manifest);
    }

    Descriptor layer(int index) {
        return layers.get(index);
    }

    /** {@return the configuration and all layers} */
    List<Descriptor> blobs() {
        List<Descriptor> all = new ArrayList<>(layers);
        all.add(config);
        return all;
    }

    byte[] content(Descriptor descriptor) {
        byte[] content = blobs.get(descriptor.digest().toString());
        if (content == null) {
            throw new IllegalArgumentException("no blob of this image");
        }
        return content.clone();
    }

    /** {@return the path of a blob} */
    static String path(Descriptor blob) {
        return "/v2/team/app/blobs/" + blob.digest();
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        String path = exchange.request().path();
        if (path.equals("/v2/team/app/manifests/1") || path.equals("/v2/team/app/manifests/" + digest())) {
            exchange.answer(
                    200, manifest, "Content-Type: " + MediaType.OCI_MANIFEST, "Docker-Content-Digest: " + digest());
            return;
        }
        byte[] blob = path.startsWith("/v2/team/app/blobs/") ? blobs.get(path.substring(19)) : null;
        if (blob == null) {
            exchange.answerText(404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\"}]}", "Content-Type: application/json");
            return;
        }
        String range = exchange.request().header("Range").orElse("");
        if (range.startsWith("bytes=")) {
            String[] bounds = range.substring(6).split("-", 2);
            int from = Integer.parseInt(bounds[0]);
            int to = bounds[1].isEmpty() ? blob.length - 1 : Math.min(Integer.parseInt(bounds[1]), blob.length - 1);
            exchange.answer(
                    206,
                    Arrays.copyOfRange(blob, from, to + 1),
                    "Content-Range: bytes " + from + "-" + to + "/" + blob.length);
            return;
        }
        exchange.answer(200, blob, "Content-Type: application/octet-stream");
    }
}
