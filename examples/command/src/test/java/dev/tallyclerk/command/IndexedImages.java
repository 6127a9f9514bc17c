package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An OCI layout whose {@code 1.0} is an index with an image for amd64, and an index with the same and one for arm64.
 *
 * @param folder the layout as the command names it
 * @param root the index
 * @param nested the index in it
 * @param amd the image for amd64
 * @param arm the image for arm64
 */
record IndexedImages(String folder, Digest root, Digest nested, Digest amd, Digest arm) {
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /** {@return the whole name} */
    String source() {
        return folder + ":1.0";
    }

    static IndexedImages write(Path folder) throws IOException {
        TestImages.writeLayout(Files.createDirectories(folder));
        Path blobs = folder.resolve("blobs/sha256");
        String amd = Files.readString(folder.resolve("index.json"))
                .replaceFirst("(?s).*?\"digest\":\"sha256:([0-9a-f]*)\".*", "$1");
        byte[] image = Files.readAllBytes(blobs.resolve(amd));
        // The same image for another platform has another manifest.
        byte[] other = bytes(new String(image, StandardCharsets.UTF_8)
                .replaceFirst("}]}$", "}],\"annotations\":{\"platform\":\"arm64\"}}"));
        String first = entry(MANIFEST, image, platform("amd64"));
        byte[] nested = index(first + "," + entry(MANIFEST, store(blobs, other), platform("arm64")));
        byte[] root = index(first + "," + entry(INDEX, store(blobs, nested), ""));
        Files.writeString(
                folder.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":["
                        + entry(
                                INDEX,
                                store(blobs, root),
                                ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"1.0\"}")
                        + "]}");
        return new IndexedImages(
                "oci:" + folder,
                Digest.sha256Of(root),
                Digest.sha256Of(nested),
                Digest.sha256Of(image),
                Digest.sha256Of(other));
    }

    private static byte[] index(String entries) {
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":[" + entries + "]}");
    }

    private static String platform(String architecture) {
        return ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}";
    }

    private static String entry(String mediaType, byte[] content, String more) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.sha256Of(content) + "\",\"size\":"
                + content.length + more + "}";
    }

    private static byte[] store(Path blobs, byte[] content) throws IOException {
        Files.write(blobs.resolve(Digest.sha256Of(content).encoded()), content);
        return content;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
