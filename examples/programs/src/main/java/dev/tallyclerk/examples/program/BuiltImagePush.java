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
 * Pushes an image that was just built, of one layer (a tar file) and a command.
 *
 * <p>A build tool has a manifest, a configuration and layers, but no layout or registry that holds them yet.
 * {@link BuiltImage} is one, and what takes a source takes them: this program verifies the image before it pushes it,
 * so that an ambiguous layer is found before anybody pulls it.
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

    /** Builds the image; the layer is read from its file when it is needed. */
    static ImageSource build(Path layer, List<String> entrypoint) throws IOException {
        // The blob digest and diffID of an uncompressed layer are the same; those of a compressed layer differ.
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
     * Verifies and pushes an image, and returns the digest of its manifest.
     *
     * @throws IOException also if verification fails
     */
    static Digest push(ImageSource image, ImageDestination destination) throws IOException {
        ImageVerification verification = ImageVerifier.create().verify(image);
        if (verification.verdict() != ImageVerification.Verdict.VERIFIED) {
            throw new IOException(
                    "not pushed: " + verification.problems().get(0).describe());
        }
        // By digest, because a file that changed meanwhile would make a different image.
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
     * Pushes an image to a registry, and prints the name with its digest.
     *
     * @param args the file of the layer, the image's name, and the words of the command
     * @throws IOException if the layer cannot be read, or the image cannot be pushed
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
