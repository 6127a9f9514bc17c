package dev.tallyclerk.examples.program;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.CachedCredentials;
import dev.tallyclerk.registry.auth.DockerConfig;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Pushes an image that was just built: one layer, which is a tar archive in a file, and a command to start in it.
 *
 * <p>A build tool has a manifest, a configuration and layers, and no place yet that holds them together.
 * {@link BuiltImage} is one, and what takes a source takes them: this program verifies the image before it pushes it,
 * so that nobody else is the first to find a layer that tools read in different ways.
 *
 * <pre>{@code
 * java -cp examples/programs/target/classes:examples/command/target/tallyclerk.jar \
 *     dev.tallyclerk.examples.program.BuiltImagePush \
 *     layer.tar registry.example.org/team/hello:1.0 /hello
 * }</pre>
 */
public final class BuiltImagePush {
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private BuiltImagePush() {}

    /** Puts an image together; the layer is read from its file when somebody asks for it. */
    static ImageSource build(Path layer, List<String> entrypoint) throws IOException {
        // A layer that is not compressed has one digest, as a blob and as content. One that is compressed has two.
        Digest digest = digestOf(layer);
        ImageConfig config = ImageConfig.builder(Platform.of("linux", "amd64"))
                .user("65532:65532")
                .entrypoint(entrypoint)
                .layer(digest)
                .history(HistoryEntry.of("COPY " + layer.getFileName() + " /"))
                .build();
        ImageManifest manifest = ImageManifest.builder(Descriptor.ofContent(MediaType.OCI_CONFIG, config.bytes()))
                .layer(Descriptor.of(LAYER, digest, Files.size(layer)))
                .build();
        Map<Digest, BlobContent> contents =
                Map.of(config.digest(), BlobContent.of(config.bytes()), digest, BlobContent.ofFile(layer));
        return BuiltImage.of(layer.toString(), manifest, contents);
    }

    /**
     * Pushes an image that holds, and returns what its manifest's digest is.
     *
     * @throws IOException also if the image is not one that everybody reads alike
     */
    static Digest push(ImageSource image, ImageDestination destination) throws IOException {
        ImageVerification verification = ImageVerifier.create().verify(image);
        if (verification.verdict() != ImageVerification.Verdict.VERIFIED) {
            throw new IOException(
                    "not pushed: " + verification.problems().get(0).describe());
        }
        // By its digest, or a file that changed meanwhile would make it another image.
        return ImageCopier.create()
                .copy(image, verification.resolved(), destination)
                .root()
                .digest();
    }

    private static Digest digestOf(Path file) throws IOException {
        MessageDigest hash = DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), hash)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.ofHash(DigestAlgorithm.SHA256, hash.digest());
    }

    /**
     * Pushes an image to a registry, and prints the name by which to pull exactly it.
     *
     * @param args the file of the layer, the image's name, and the words of the command
     * @throws IOException if the layer cannot be read, or the image not be pushed
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 3) {
            System.err.println("usage: BuiltImagePush LAYER.tar IMAGE COMMAND...");
            System.exit(1);
        }
        Reference name = Reference.parseNormalized(args[1]).withDefaultTag();
        List<String> entrypoint = Arrays.asList(args).subList(2, args.length);
        RegistryClient registry = RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()))
                .withCredentials(CachedCredentials.of(
                        DockerConfig.ofEnvironment(System.getenv()), Duration.ofMinutes(5), Clock.systemUTC()));
        try (ImageSource image = build(Path.of(args[0]), entrypoint)) {
            System.out.println(name.withDigest(push(image, registry.destination(name))));
        }
    }
}
