package dev.tallyclerk.examples.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.DockerRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltImagePushTest {
    private static final List<String> COMMAND = List.of("/hello", "world");

    @TempDir
    Path folder = Path.of("");

    /** {@return a file with the archive that is the upper layer of the image that the project ships} */
    private Path layer() throws IOException {
        Path file = folder.resolve("layer.tar");
        try (OciLayout layout = OciLayout.open(Path.of("images/hello"));
                ImageSource image = layout.requireImage("1.0")) {
            var manifest = ImageVerifier.create().verify(image).manifest().orElseThrow();
            try (InputStream in =
                    new GZIPInputStream(image.blob(manifest.layers().get(1)).orElseThrow())) {
                Files.copy(in, file);
            }
        }
        return file;
    }

    private static void assertIsTheImage(Digest pushed, ImageSource there) throws IOException {
        ImageVerification image = ImageVerifier.create().verify(there);
        assertEquals(ImageVerification.Verdict.VERIFIED, image.verdict());
        assertEquals(pushed, image.resolved().digest());
        assertEquals(COMMAND, image.config().orElseThrow().execution().entrypoint());
    }

    @Test
    void whatWasBuiltCanBeWrittenAsALayout() throws IOException {
        Path layout = folder.resolve("layout");
        Digest pushed = BuiltImagePush.push(
                BuiltImagePush.build(layer(), COMMAND),
                OciLayoutWriter.create(layout, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                        .destination("1.0"));
        try (OciLayout opened = OciLayout.open(layout);
                ImageSource there = opened.requireImage("1.0")) {
            assertIsTheImage(pushed, there);
        }
    }

    @Test
    void whatWasBuiltCanBePushed() throws IOException {
        RegistryClient client = RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()));
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            Reference name = Reference.parse(registry.host() + "/team/hello:1.0");
            Digest pushed = BuiltImagePush.push(BuiltImagePush.build(layer(), COMMAND), client.destination(name));
            try (ImageSource there = client.image(name)) {
                assertIsTheImage(pushed, there);
            }
        }
    }

    @Test
    void aFileThatIsNoLayerIsNotPushed() throws IOException {
        Path file = Files.writeString(folder.resolve("layer.tar"), "not an archive");
        Path layout = folder.resolve("layout");
        ImageSource image = BuiltImagePush.build(file, COMMAND);
        var destination = OciLayoutWriter.create(layout, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .destination("1.0");
        IOException refused = assertThrows(IOException.class, () -> BuiltImagePush.push(image, destination));
        assertTrue(String.valueOf(refused.getMessage()).contains("MALFORMED_LAYER"), refused::toString);
        assertFalse(Files.exists(layout.resolve("blobs/sha256")));
    }
}
