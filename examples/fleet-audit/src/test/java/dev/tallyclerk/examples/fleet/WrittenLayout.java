package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** A layout whose entries a test chooses, with the content of the image that the project ships. */
final class WrittenLayout {
    /** The manifest of the shipped image. */
    static final Digest HELLO = Digest.parse("sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b");

    private static final Path SHIPPED = Path.of("images/hello/blobs/sha256");

    private final Path folder;
    private final List<String> entries = new ArrayList<>();

    private WrittenLayout(Path folder) {
        this.folder = folder;
    }

    /** Begins a layout without entries. */
    static WrittenLayout in(Path folder) throws IOException {
        WrittenLayout layout = new WrittenLayout(folder);
        Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        try (Stream<Path> blobs = Files.list(SHIPPED)) {
            for (Path blob : blobs.toList()) {
                layout.blob(Files.readAllBytes(blob));
            }
        }
        return layout;
    }

    /** {@return the manifest of the shipped image} */
    static String hello() throws IOException {
        return Files.readString(SHIPPED.resolve(HELLO.encoded()));
    }

    /** {@return digest and size of a blob, as members of a descriptor} */
    String blob(byte[] content) throws IOException {
        Digest digest = Digest.sha256Of(content);
        Files.write(folder.resolve("blobs/sha256").resolve(digest.encoded()), content);
        return "\"digest\":\"" + digest + "\",\"size\":" + content.length;
    }

    String blob(String content) throws IOException {
        return blob(content.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds an entry; {@code more} are members of its descriptor, each after a comma. */
    WrittenLayout entry(String name, String manifest, String more) throws IOException {
        entries.add("{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"," + blob(manifest)
                + ",\"annotations\":{\"org.opencontainers.image.ref.name\":" + new Json().text(name) + "}" + more
                + "}");
        Files.writeString(
                folder.resolve("index.json"),
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                        + String.join(",", entries) + "]}");
        return this;
    }

    /** Writes the layout as a compressed archive. */
    void archive(Path file) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                SyntheticRegistry.file(folder.relativize(each).toString(), Files.readAllBytes(each), "0000644", tar);
            }
        }
        tar.writeBytes(new byte[1024]);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            tar.writeTo(out);
        }
    }
}
