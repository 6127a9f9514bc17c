package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** Writes many images into one OCI layout, each with the oddities that a test chooses. */
final class CorpusLayout {
    static final String OCI = "application/vnd.oci.image.layer.v1.tar";
    static final String DOCKER = "application/vnd.docker.image.rootfs.diff.tar";

    private final Path folder;
    private final Path blobs;
    private final Map<String, String> manifests = new LinkedHashMap<>();

    CorpusLayout(Path folder) throws IOException {
        this.folder = folder;
        this.blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    /** A layer: the archive that its diffID is of, and the blob that is stored. */
    static final class Layer {
        private final byte[] content;
        private final byte[] blob;
        private final String mediaType;

        Layer(byte[] content, byte[] blob, String mediaType) {
            this.content = content;
            this.blob = blob;
            this.mediaType = mediaType;
        }

        byte[] content() {
            return content;
        }

        byte[] blob() {
            return blob;
        }

        String mediaType() {
            return mediaType;
        }

        static Layer plain(byte[] tar) {
            return new Layer(tar, tar, OCI);
        }

        static Layer gzip(byte[] tar) throws IOException {
            return new Layer(tar, gzipped(tar), OCI + "+gzip");
        }
    }

    static byte[] gzipped(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    CorpusLayout add(String name, List<Layer> layers) throws IOException {
        return add(name, layers, UnaryOperator.identity(), UnaryOperator.identity());
    }

    /** Adds an image; the operators change the text of its documents. */
    CorpusLayout add(String name, List<Layer> layers, UnaryOperator<String> config, UnaryOperator<String> manifest)
            throws IOException {
        List<String> diffIds = new ArrayList<>();
        List<String> descriptors = new ArrayList<>();
        for (Layer layer : layers) {
            diffIds.add("\"" + Digest.sha256Of(layer.content()) + "\"");
            descriptors.add(describe(layer.mediaType(), layer.blob()));
        }
        boolean docker = layers.stream().anyMatch(layer -> layer.mediaType().startsWith(DOCKER));
        String configuration =
                config.apply("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Labels\":{\"n\":\""
                        + name + "\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + String.join(",", diffIds)
                        + "]},\"history\":[]}");
        String type = docker
                ? "application/vnd.docker.distribution.manifest.v2+json"
                : "application/vnd.oci.image.manifest.v1+json";
        String configType =
                docker ? "application/vnd.docker.container.image.v1+json" : "application/vnd.oci.image.config.v1+json";
        String document = manifest.apply("{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"config\":"
                + describe(configType, configuration.getBytes(StandardCharsets.UTF_8)) + ",\"layers\":["
                + String.join(",", descriptors) + "]}");
        manifests.put(name, describe(type, document.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    private String describe(String mediaType, byte[] content) throws IOException {
        Digest digest = Digest.sha256Of(content);
        Files.write(blobs.resolve(digest.encoded()), content);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + content.length + "}";
    }

    /** Adds the image that another program has written into a layout of its own. */
    void addOf(String name, Path layout) throws IOException {
        try (var files = Files.list(layout.resolve("blobs/sha256"))) {
            for (Path blob : files.toList()) {
                Path copy = blobs.resolve(blob.getFileName());
                if (!Files.exists(copy)) {
                    Files.copy(blob, copy);
                }
            }
        }
        String index = Files.readString(layout.resolve("index.json"));
        var matcher =
                Pattern.compile("\\{[^{}]*\"digest\":\"sha256:([0-9a-f]{64})\"").matcher(index.replaceAll("\\s", ""));
        if (!matcher.find()) {
            throw new IOException("no manifest in " + index);
        }
        byte[] manifest = Files.readAllBytes(blobs.resolve(matcher.group(1)));
        String text = new String(manifest, StandardCharsets.UTF_8);
        String type = text.contains("vnd.docker.distribution.manifest.v2")
                ? "application/vnd.docker.distribution.manifest.v2+json"
                : "application/vnd.oci.image.manifest.v1+json";
        manifests.put(name, describe(type, manifest));
    }

    /** {@return whether the image's manifest is Docker's, which umoci does not read, nor podman in a layout} */
    boolean isDocker(String name) {
        return String.valueOf(manifests.get(name)).contains("vnd.docker.distribution.manifest");
    }

    /** Writes one image as a folder of the transport {@code dir}, which podman reads with any manifest. */
    Path writeFolder(String name, Path into) throws IOException {
        Files.createDirectories(into);
        Files.writeString(into.resolve("version"), "Directory Transport Version: 1.1\n");
        String manifest = String.valueOf(manifests.get(name));
        String digest = manifest.replaceAll(".*sha256:([0-9a-f]{64}).*", "$1");
        Path document = blobs.resolve(digest);
        Files.copy(document, into.resolve("manifest.json"));
        var digests = Pattern.compile("sha256:([0-9a-f]{64})").matcher(Files.readString(document));
        while (digests.find()) {
            Path copy = into.resolve(digests.group(1));
            if (!Files.exists(copy)) {
                Files.copy(blobs.resolve(digests.group(1)), copy);
            }
        }
        return into;
    }

    Path write() throws IOException {
        List<String> entries = new ArrayList<>();
        manifests.forEach((name, descriptor) -> entries.add(descriptor.substring(0, descriptor.length() - 1)
                + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name + "\"}}"));
        Files.writeString(
                folder.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[" + String.join(",\n", entries) + "]}");
        return folder;
    }

    List<String> names() {
        return List.copyOf(manifests.keySet());
    }
}
