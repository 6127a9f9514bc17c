import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Writes the command's container image into an OCI layout. Run as a source file, with the command's jar on the class
 * path.
 *
 * <p>Arguments: the folder of the layout, the version, and the layers as tar files compressed with gzip.
 */
final class ContainerImage {
    private static final String HOME = "/opt/tallyclerk/lib";

    private ContainerImage() {}

    public static void main(String[] args) throws IOException {
        Path layout = Path.of(args[0]);
        String version = args[1];
        ImageConfig.Builder config = ImageConfig.builder(platform())
                // Fixed, so that equal files make equal images.
                .created(Instant.EPOCH)
                .user("65532:65532")
                .env("PATH", HOME + "/runtime/bin")
                .env("LC_ALL", "C.UTF-8")
                .env("HOME", "/work")
                .workingDir("/work")
                .entrypoint(List.of(
                        HOME + "/runtime/bin/java",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-XX:SharedArchiveFile=" + HOME + "/app/tallyclerk.jsa",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "-Xlog:cds*=off:stderr",
                        "-jar",
                        HOME + "/app/tallyclerk.jar"))
                .command(List.of("--help"))
                .label("org.opencontainers.image.title", "tallyclerk")
                .label("org.opencontainers.image.description", "Decides whether a container image is safe to load.")
                .label("org.opencontainers.image.version", version)
                .label("org.opencontainers.image.licenses", "Apache-2.0");
        Map<Digest, BlobContent> contents = new HashMap<>();
        List<String> steps = List.of("packaging/base, from packages of Debian", "packaging/build, the program and its Java");
        Descriptor[] layers = new Descriptor[args.length - 2];
        for (int i = 0; i < layers.length; i++) {
            Path file = Path.of(args[i + 2]);
            try (InputStream compressed = Files.newInputStream(file);
                    InputStream tar = new GZIPInputStream(Files.newInputStream(file))) {
                layers[i] = Descriptor.of(MediaType.OCI_LAYER_GZIP, sha256(compressed), Files.size(file));
                config.layer(sha256(tar));
                config.history(HistoryEntry.of(steps.get(i)).withCreated(Instant.EPOCH));
            }
            contents.put(layers[i].digest(), BlobContent.ofFile(file));
        }
        ImageConfig built = config.build();
        contents.put(built.digest(), BlobContent.of(built.bytes()));
        ImageManifest.Builder manifest = ImageManifest.builder(built.descriptor());
        for (Descriptor layer : layers) {
            manifest.layer(layer);
        }
        ImageManifest image = manifest.build();
        ImageCopier.create()
                .copy(
                        BuiltImage.of("the build", image, contents),
                        OciLayoutWriter.create(layout, Clock.systemUTC()).destination(version));
        System.out.println(image.digest());
    }

    private static Platform platform() {
        String machine = System.getProperty("os.arch");
        return Platform.of("linux", machine.equals("aarch64") ? "arm64" : machine.equals("x86_64") ? "amd64" : machine);
    }

    private static Digest sha256(InputStream in) throws IOException {
        try {
            DigestInputStream hashed = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
            hashed.transferTo(java.io.OutputStream.nullOutputStream());
            return Digest.parse("sha256:" + HexFormat.of().formatHex(hashed.getMessageDigest().digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
