package dev.tallyclerk.testing;

import java.util.Locale;
import dev.tallyclerk.digest.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small images for tests, as OCI layouts. */
public final class TestImages {
    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;

    private TestImages() {}

    /** Writes a layout with one image of one gzip layer, named {@code 1.0}, and returns the folder. */
    public static Path writeLayout(Path folder) throws IOException {
        return writeLayout(folder, Digest.sha256Of(content()), "[{\"created_by\":\"COPY a b\"}]");
    }

    /** Writes the same with another diffID in the configuration. */
    public static Path writeLayout(Path folder, Digest diffId) throws IOException {
        return writeLayout(folder, diffId, "[{\"created_by\":\"COPY a b\"}]");
    }

    /** Writes the same with a configuration that says nothing of how the image was built. */
    public static Path writeLayoutWithoutHistory(Path folder) throws IOException {
        return writeLayout(folder, Digest.sha256Of(content()), "null");
    }

    private static byte[] content() {
        byte[] file = new byte[8_192];
        for (int i = 0; i < file.length; i++) {
            file[i] = (byte) (i * 31 % 251);
        }
        byte[] tar = new byte[10_240];
        System.arraycopy(header("app/data", file.length), 0, tar, 0, BLOCK);
        System.arraycopy(file, 0, tar, BLOCK, file.length);
        return tar;
    }

    /** {@return the header of a file in a POSIX archive} */
    private static byte[] header(String name, int size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0" + "0001750\0" + "0001750\0");
        put(header, 124, String.format(Locale.ROOT, "%011o\0%011o\0", size, 0));
        put(header, CHECKSUM, " ".repeat(CHECKSUM_LENGTH) + "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, CHECKSUM, String.format(Locale.ROOT, "%06o\0", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static Path writeLayout(Path folder, Digest diffId, String history) throws IOException {
        byte[] layer = blob(folder, gzip(content()));
        byte[] config = blob(
                folder,
                utf8("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"User\":\"1000\"},\"rootfs\":{\"type\":\"layers\","
                        + "\"diff_ids\":[\"" + diffId + "\"]},\"history\":" + history + "}"));
        byte[] manifest = blob(
                folder,
                utf8("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + describe("application/vnd.oci.image.config.v1+json", config) + "},\"layers\":["
                        + describe("application/vnd.oci.image.layer.v1.tar+gzip", layer) + "}]}"));
        Files.writeString(
                folder.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":["
                        + describe("application/vnd.oci.image.manifest.v1+json", manifest)
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"1.0\"}}]}");
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return folder;
    }

    private static byte[] blob(Path folder, byte[] content) throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.write(blobs.resolve(Digest.sha256Of(content).encoded()), content);
        return content;
    }

    private static String describe(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.sha256Of(content) + "\",\"size\":"
                + content.length;
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
