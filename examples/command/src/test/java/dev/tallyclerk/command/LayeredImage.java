package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes OCI layouts with layers built entry by entry. */
final class LayeredImage {
    private final List<byte[]> layers = new ArrayList<>();
    private ByteArrayOutputStream layer = new ByteArrayOutputStream();
    private String config = "{}";

    /** Sets the execution parameters, as JSON. */
    LayeredImage config(String json) {
        config = json;
        return this;
    }

    LayeredImage file(String name, String content) {
        return entry(name, '0', 0644, "", content.getBytes(StandardCharsets.UTF_8));
    }

    LayeredImage entry(String name, char type, int mode, String link) {
        return entry(name, type, mode, link, new byte[0]);
    }

    LayeredImage entry(String name, char type, int mode, String link, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, String.format(Locale.ROOT, "%07o", mode));
        put(header, 108, "0001750");
        put(header, 116, "0000000");
        put(header, 124, String.format(Locale.ROOT, "%011o", content.length));
        put(header, 136, String.format(Locale.ROOT, "%011o", 1_700_000_000));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        layer.writeBytes(header);
        layer.writeBytes(content);
        layer.writeBytes(new byte[-content.length & 511]);
        return this;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** What follows goes into the next layer. */
    LayeredImage next() {
        layer.writeBytes(new byte[1024]);
        layers.add(layer.toByteArray());
        layer = new ByteArrayOutputStream();
        return this;
    }

    /** {@return the files since the last layer, as an archive} */
    byte[] archive() {
        next();
        return layers.get(layers.size() - 1);
    }

    /** Writes the layout, with the layers so far, and returns how the command names it. */
    String write(Path folder) throws IOException {
        next();
        StringBuilder diffIds = new StringBuilder();
        StringBuilder descriptors = new StringBuilder();
        for (byte[] each : layers) {
            String separator = diffIds.isEmpty() ? "" : ",";
            diffIds.append(separator).append('"').append(Digest.sha256Of(each)).append('"');
            descriptors.append(separator).append(blob(folder, "application/vnd.oci.image.layer.v1.tar", each));
        }
        String config = blob(
                folder,
                "application/vnd.oci.image.config.v1+json",
                utf8("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":" + this.config
                        + ",\"rootfs\":{\"type\":\"layers\"," + "\"diff_ids\":[" + diffIds + "]}}"));
        String manifest = blob(
                folder,
                "application/vnd.oci.image.manifest.v1+json",
                utf8("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + config + ",\"layers\":[" + descriptors + "]}"));
        Files.writeString(folder.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + manifest + "]}");
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return "oci:" + folder;
    }

    /** Writes a layout with one index of these images, all for linux/amd64, and returns how the command names it. */
    static String writeIndex(Path folder, LayeredImage... images) throws IOException {
        List<String> entries = new ArrayList<>();
        for (LayeredImage image : images) {
            image.write(folder);
            String index = Files.readString(folder.resolve("index.json"));
            String entry = index.substring(index.indexOf('[') + 1, index.lastIndexOf(']'));
            entries.add(entry.substring(0, entry.length() - 1)
                    + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"
                    // Some engines prefer layers in Zstandard.
                    + (entries.isEmpty()
                            ? "}"
                            : ",\"annotations\":{\"io.github.containers.compression.zstd\":\"true\"}}"));
        }
        String index = blob(
                folder,
                "application/vnd.oci.image.index.v1+json",
                utf8("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                        + String.join(",", entries) + "]}"));
        Files.writeString(folder.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + index + "]}");
        return "oci:" + folder;
    }

    /** {@return the file of a layer in a layout that was written} */
    Path layerFile(Path folder, int index) {
        return folder.resolve("blobs/sha256")
                .resolve(Digest.sha256Of(layers.get(index)).encoded());
    }

    private static String blob(Path folder, String mediaType, byte[] content) throws IOException {
        Digest digest = Digest.sha256Of(content);
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.write(blobs.resolve(digest.encoded()), content);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + content.length + "}";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
