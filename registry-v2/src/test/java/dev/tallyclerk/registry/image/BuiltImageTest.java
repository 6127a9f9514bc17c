package dev.tallyclerk.registry.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that a program has just built, and holds in memory or in files of its own. */
class BuiltImageTest {
    private static final Platform PLATFORM = Platform.of("linux", "amd64");

    private final byte[] layer = new TestTar().file("hello", "hello").finish();
    private final ImageConfig config =
            ImageConfig.builder(PLATFORM).layer(Digest.sha256Of(layer)).build();
    private final Descriptor layerDescriptor = Descriptor.ofContent("application/vnd.oci.image.layer.v1.tar", layer);
    private final ImageManifest manifest = ImageManifest.builder(
                    Descriptor.ofContent(MediaType.OCI_CONFIG, config.bytes()))
            .layer(layerDescriptor)
            .build();
    private final Map<Digest, BlobContent> contents = new HashMap<>(
            Map.of(layerDescriptor.digest(), BlobContent.of(layer), config.digest(), BlobContent.of(config.bytes())));

    @TempDir
    Path folder = Path.of("");

    private ImageSource image() {
        return BuiltImage.of("the build", manifest, contents);
    }

    @Test
    void whatWasBuiltIsVerifiedLikeAnyOtherImage() throws IOException {
        assertEquals(Verdict.VERIFIED, ImageVerifier.create().verify(image()).verdict());
        contents.put(layerDescriptor.digest(), BlobContent.of(new byte[layer.length]));
        assertEquals(Verdict.FAILED, ImageVerifier.create().verify(image()).verdict());
        contents.remove(layerDescriptor.digest());
        assertEquals(Verdict.FAILED, ImageVerifier.create().verify(image()).verdict());
    }

    @Test
    void itIsWrittenAsALayoutAndPushed() throws IOException {
        Path layout = folder.resolve("layout");
        ImageCopier.create()
                .copy(
                        image(),
                        OciLayoutWriter.create(layout, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                                .destination("1.0"));
        try (OciLayout written = OciLayout.open(layout);
                ImageSource source = written.requireImage("1.0")) {
            assertEquals(Verdict.VERIFIED, ImageVerifier.create().verify(source).verdict());
            assertEquals(manifest.digest(), source.resolve().digest());
        }
        MemoryRegistry registry = new MemoryRegistry();
        ImageCopier.create().copy(image(), registry.client().destination(Reference.parse("registry.example.org/a:1")));
        assertArrayEquals(
                layer,
                registry.repository("a").content(layerDescriptor.digest()).orElseThrow());
        assertEquals(manifest.digest(), registry.repository("a").tagged("1").orElseThrow());
    }

    @Test
    void aLayerInAFileIsReadAnewEachTime() throws IOException {
        Path file = Files.write(folder.resolve("layer.tar"), layer);
        contents.put(layerDescriptor.digest(), BlobContent.ofFile(file));
        ImageSource image = image();
        for (int i = 0; i < 2; i++) {
            assertEquals(Verdict.VERIFIED, ImageVerifier.create().verify(image).verdict());
        }
        Files.writeString(file, "something else", StandardCharsets.UTF_8);
        assertThrows(
                VerificationException.class,
                () -> ImageCopier.create()
                        .copy(
                                image,
                                OciLayoutWriter.create(
                                                folder.resolve("layout"), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                                        .destination("1.0")));
    }

    @Test
    void anIndexHasItsManifestsAmongTheContents() throws IOException {
        ImageIndex index = ImageIndex.builder()
                .manifest(Descriptor.ofContent(manifest.mediaType(), manifest.bytes())
                        .withPlatform(PLATFORM))
                .build();
        ImageSource image = BuiltImage.of("the build", index, contents);
        assertEquals(Verdict.FAILED, ImageVerifier.create().verify(image).verdict());
        contents.put(manifest.digest(), BlobContent.of(manifest.bytes()));
        assertEquals(
                Verdict.VERIFIED,
                ImageVerifier.create()
                        .verify(BuiltImage.of("the build", index, contents))
                        .verdict());
    }

    @Test
    void whatTheCallerChangesLaterChangesNothing() throws IOException {
        byte[] bytes = layer.clone();
        contents.put(layerDescriptor.digest(), BlobContent.of(bytes));
        ImageSource image = image();
        bytes[0] ^= 1;
        contents.clear();
        assertTrue(ImageVerifier.create().verify(image).problems().isEmpty());
    }
}
