package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.testing.SharedData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the zstd command has made; see the README beside the files. */
class ZstdVectorsTest {
    private static final byte[] CONTENT = IntStream.rangeClosed(1, 2000)
            .mapToObj(i -> i + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(strings = {"fast5", "level3", "level19-no-check", "level22-stdin", "small-blocks", "long27"})
    void decodes(String name) throws IOException {
        assertArrayEquals(CONTENT, Zstds.decode(read(name)));
    }

    @Test
    void decodesAnEmptyFile() throws IOException {
        assertEquals(0, Zstds.decode(read("empty")).length);
    }

    @Test
    void decodesTwoFrames() throws IOException {
        byte[] twice = Frames.of().bytes(CONTENT).bytes(CONTENT).build();
        assertArrayEquals(twice, Zstds.decode(read("two-frames")));
    }

    @ParameterizedTest
    @CsvSource({
        "long28, WINDOW_TOO_LARGE",
        "long31, WINDOW_TOO_LARGE",
        "dictionary, NEEDS_DICTIONARY",
        "dictionary-unnamed, CORRUPT"
    })
    void refuses(String name, Reason reason) throws IOException {
        byte[] stream = read(name);
        var e = assertThrows(ZstdException.class, () -> Zstds.decode(stream));
        assertEquals(reason, e.reason());
    }

    @Test
    void decodesALargerWindowWhereItIsAllowed() throws IOException {
        byte[] stream = read("long28");
        assertArrayEquals(CONTENT, Zstds.decode(new ByteArrayInputStream(stream), 1 << 28));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed-zstd", "ed-mixed"})
    void decodesLayersToTheirDiffIds(String name) throws IOException {
        Path path = SharedData.require("registry/fixtures/layouts/" + name);
        try (OciLayout layout = OciLayout.open(path);
                ImageSource image = layout.requireImage()) {
            ImageManifest manifest = assertInstanceOf(
                    ImageManifest.class,
                    image.manifest(image.resolve(), DocumentLimits.defaults()).orElseThrow());
            List<Digest> diffIds = ImageConfig.parse(
                            readBlob(image, manifest.config()).readAllBytes())
                    .diffIds();
            int decoded = 0;
            for (int i = 0; i < diffIds.size(); i++) {
                Descriptor layer = manifest.layers().get(i);
                if (LayerFormat.of(layer.mediaType()) == LayerFormat.TAR_ZSTD) {
                    byte[] content = Zstds.decode(readBlob(image, layer), Zstds.MAX_WINDOW);
                    assertEquals(diffIds.get(i), Digest.sha256Of(content));
                    decoded++;
                }
            }
            assertTrue(decoded > 0);
        }
    }

    private static InputStream readBlob(ImageSource image, Descriptor descriptor) throws IOException {
        return image.blob(descriptor).orElseThrow();
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = ZstdVectorsTest.class.getResourceAsStream("testdata/" + name + ".zst")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
