package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.gzip;
import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.analysis.AnalyzedImage;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.analysis.ImageAnalysis;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.analysis.LayerAnalysis;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Analyzers see each entry of each layer once, in the pass that verifies the layers. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ImageAnalysisTest {
    private static final ImageAnalyzer<List<AnalyzedLayer<List<String>>>> PATHS = paths(entry -> Optional.empty());

    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** {@return an analyzer that lists the entries as they are written} */
    private static ImageAnalyzer<List<AnalyzedLayer<List<String>>>> paths(
            Function<LayerEntry, Optional<ContentConsumer>> content) {
        return () -> ImageAnalysis.of(
                () -> LayerAnalysis.<List<String>>of(new ArrayList<>(), (entry, paths) -> {
                    paths.add(entry.rawPath());
                    return content.apply(entry);
                }),
                (image, layers) -> layers);
    }

    private static InMemoryImage image(TestTar... layers) throws IOException {
        InMemoryImage image = new InMemoryImage();
        for (TestTar layer : layers) {
            byte[] content = layer.finish();
            image.layer(InMemoryImage.GZIP, gzip(content), content);
        }
        return image.assemble();
    }

    private ImageVerifier verifier(int parallel) {
        ImageVerifier verifier = ImageVerifier.create();
        return parallel == 1 ? verifier : verifier.withExecutor(threads, parallel);
    }

    private static List<List<String>> values(ImageVerification image) {
        return image.result(PATHS).orElseThrow().stream()
                .map(layer -> layer.value().orElseThrow())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void seesEachEntryOnceAndInTheOrderOfLayers(int parallel) throws IOException {
        InMemoryImage image = image(
                new TestTar().directory("d").file("d/x", "1").file("d/y", "2"),
                new TestTar().file("d/x", "3").whiteout("d/.wh.y"),
                new TestTar().symbolicLink("s", "d"));

        ImageVerification verified = verifier(parallel).withAnalyzer(PATHS).verify(image);

        assertEquals(Verdict.VERIFIED, verified.verdict());
        assertEquals(
                List.of(List.of("d/", "d/x", "d/y"), List.of("d/x", "d/.wh.y"), List.of("s")),
                values(verified).stream()
                        .map(paths -> paths.stream()
                                .map(path -> path.equals("d") ? "d/" : path)
                                .toList())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void readsALayerThatIsRepeatedOnce(int parallel) throws IOException {
        AtomicInteger started = new AtomicInteger();
        ImageAnalyzer<Integer> counting = () -> ImageAnalysis.of(
                () -> {
                    started.incrementAndGet();
                    return LayerAnalysis.of("", (entry, nothing) -> Optional.empty());
                },
                (image, layers) -> layers.size());
        InMemoryImage image =
                image(new TestTar().file("a", ""), new TestTar().file("a", ""), new TestTar().file("b", ""));

        ImageVerification verified =
                verifier(parallel).withAnalyzer(counting).withAnalyzer(counting).verify(image);

        assertEquals(2, started.get());
        assertEquals(Optional.of(3), verified.result(counting));
    }

    @Test
    void handsContentOverInChunksUntilItIsDeclined() throws IOException {
        String large = "x".repeat(2 * ContentConsumer.CHUNK_BYTES) + "end";
        List<String> got = new ArrayList<>();
        ImageAnalyzer<?> whole =
                paths(entry -> Optional.of(ContentConsumer.whole(bytes -> got.add(entry.path() + bytes.length))));
        List<Integer> chunks = new ArrayList<>();
        ImageAnalyzer<?> first = paths(entry -> Optional.of(new ContentConsumer() {
            @Override
            public boolean update(byte[] buffer, int offset, int length) {
                chunks.add(length);
                return length < ContentConsumer.CHUNK_BYTES;
            }

            @Override
            public void finish() {
                chunks.add(0);
            }
        }));
        InMemoryImage image = image(new TestTar()
                .file("large", large)
                .file("small", "abc")
                .file("empty", "")
                .directory("directory")
                .file("last", "z"));

        ImageVerification verified =
                verifier(1).withAnalyzer(whole).withAnalyzer(first).verify(image);

        assertEquals(Verdict.VERIFIED, verified.verdict());
        assertEquals(List.of("large" + large.length(), "small3", "empty0", "last1"), got);
        assertEquals(List.of(ContentConsumer.CHUNK_BYTES, 3, 0, 0, 1, 0), chunks);
    }

    @Test
    void handsOverTheContentOfTheRightFile() throws IOException {
        List<String> got = new ArrayList<>();
        ImageAnalyzer<?> second = paths(entry -> entry.path().equals("b")
                ? Optional.of(ContentConsumer.whole(bytes -> got.add(new String(bytes, StandardCharsets.UTF_8))))
                : Optional.empty());

        verifier(1)
                .withAnalyzer(second)
                .verify(image(new TestTar().file("a", "1").file("b", "2").file("c", "3")));

        assertEquals(List.of("2"), got);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void seesLayersThatCannotBeMerged(int parallel) throws IOException {
        InMemoryImage image = image(
                new TestTar().file("a", ""),
                new TestTar().file("../escaped", "").hardLink("h", "../../etc/passwd"),
                new TestTar().file("b", ""));

        ImageVerification verified = verifier(parallel).withAnalyzer(PATHS).verify(image);

        assertEquals(Verdict.FAILED, verified.verdict());
        assertEquals(List.of(List.of("a"), List.of("../escaped", "h"), List.of("b")), values(verified));
    }

    @Test
    void seesAllEntriesBeyondTheLimitOnMergedFiles() throws IOException {
        InMemoryImage image =
                image(new TestTar().file("a", "").file("b", "").file("c", "").file("d", ""));

        ImageVerification verified = ImageVerifier.create()
                .withMergeOptions(MergeOptions.defaults().withMaxEntries(2))
                .withAnalyzer(PATHS)
                .verify(image);

        assertEquals(Verdict.INCOMPLETE, verified.verdict());
        assertEquals(List.of(List.of("a", "b", "c", "d")), values(verified));
    }

    @Test
    void saysWhyALayerWasNotReadToItsEnd() throws IOException {
        byte[] good = new TestTar().file("a", "").file("b", "").finish();
        byte[] cut = java.util.Arrays.copyOf(good, 700);
        InMemoryImage image =
                new InMemoryImage().layer(InMemoryImage.GZIP, gzip(cut), cut).assemble();

        ImageVerification verified = ImageVerifier.create().withAnalyzer(PATHS).verify(image);

        assertEquals(Verdict.FAILED, verified.verdict());
        AnalyzedLayer<List<String>> layer = verified.result(PATHS).orElseThrow().get(0);
        assertEquals(Optional.of(List.of("a")), layer.value());
        assertTrue(layer.problem().isPresent());
    }

    @Test
    void hasNoValueForBytesThatAreNotThePromisedOnes() throws IOException {
        byte[] content = new TestTar().file("a", "").finish();
        byte[] other = gzip(new TestTar().file("planted", "").finish());
        InMemoryImage image = new InMemoryImage()
                .layer(InMemoryImage.GZIP, gzip(content), content)
                .assemble()
                .blob(Digest.sha256Of(gzip(content)), other);

        AnalyzedLayer<List<String>> layer = ImageVerifier.create()
                .withAnalyzer(PATHS)
                .verify(image)
                .result(PATHS)
                .orElseThrow()
                .get(0);

        assertTrue(layer.value().isEmpty());
        assertTrue(layer.problem().isPresent());
    }

    @Test
    void aLayerWithAnotherPromiseIsAProblemOfThatLayerOnly() throws IOException {
        byte[] content = new TestTar().file("a", "").finish();
        InMemoryImage image = new InMemoryImage()
                .layer(InMemoryImage.GZIP, gzip(content), content)
                .layer(InMemoryImage.GZIP, gzip(content), utf8("something else"))
                .assemble();

        List<AnalyzedLayer<List<String>>> layers = ImageVerifier.create()
                .withAnalyzer(PATHS)
                .verify(image)
                .result(PATHS)
                .orElseThrow();

        assertTrue(layers.get(0).problem().isEmpty());
        assertTrue(layers.get(1).problem().isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aBrokenAnalyzerEndsTheVerification(int parallel) throws IOException {
        IllegalStateException broken = new IllegalStateException("broken");
        ImageAnalyzer<?> failing = paths(entry -> {
            throw broken;
        });
        InMemoryImage image = image(new TestTar().file("a", ""), new TestTar().file("b", ""));
        ImageVerifier verifier = verifier(parallel).withAnalyzer(failing);

        assertSame(broken, assertThrows(IllegalStateException.class, () -> verifier.verify(image)));
    }

    @Test
    void hasNoResultWithoutLayersOrForAnUnknownAnalyzer() throws IOException {
        InMemoryImage image = image(new TestTar().file("a", ""));

        ImageVerifier verifier = ImageVerifier.create().withAnalyzer(PATHS);

        assertTrue(verifier.withoutLayers().verify(image).result(PATHS).isEmpty());
        assertTrue(ImageVerifier.create().verify(image).result(PATHS).isEmpty());
        assertFalse(verifier.verify(image).withoutFiles().result(PATHS).isEmpty());
    }

    @Test
    void namesTheStepThatMadeALayer() throws IOException {
        byte[] a = new TestTar().file("a", "").finish();
        byte[] b = new TestTar().file("b", "").finish();
        String steps = "[{\"created_by\":\"1\"},{\"created_by\":\"2\",\"empty_layer\":true},{\"created_by\":\"3\"}]";
        String ids = "\"" + Digest.sha256Of(a) + "\",\"" + Digest.sha256Of(b) + "\"";
        InMemoryImage image = new InMemoryImage()
                .layer(InMemoryImage.GZIP, gzip(a), a)
                .layer(InMemoryImage.GZIP, gzip(b), b)
                .assemble(utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"history\":" + steps
                        + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + ids + "]}}"));
        ImageAnalyzer<AnalyzedImage> described = () -> ImageAnalysis.of(
                () -> LayerAnalysis.of("", (entry, nothing) -> Optional.empty()), (analyzed, layers) -> analyzed);

        AnalyzedImage analyzed = ImageVerifier.create()
                .withAnalyzer(described)
                .verify(image)
                .result(described)
                .orElseThrow();

        assertEquals(OptionalInt.of(0), analyzed.historyOf(0));
        assertEquals(OptionalInt.of(2), analyzed.historyOf(1));
        assertEquals(OptionalInt.empty(), analyzed.historyOf(2));
        assertTrue(analyzed.files().isPresent());
    }
}
