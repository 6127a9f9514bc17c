package dev.tallyclerk.registry.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.analysis.ImageAnalysis;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.analysis.LayerAnalysis;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerResultsTest {
    private final KnownLayers known = new KnownLayers();
    private final ImageVerifier verifier = ImageVerifier.create().withLayerResults(known);

    private static List<Reason> reasons(ImageVerification image) {
        return image.problems().stream()
                .map(check -> ((ContentResult.Failed) check.result()).reason())
                .toList();
    }

    private static byte[] tar(String name) {
        return InMemoryImage.tar(name);
    }

    @Test
    void aKnownLayerIsNotOpenedAndItsFilesAreMerged() throws IOException {
        assertEquals(
                ImageVerification.Verdict.VERIFIED,
                verifier.verify(InMemoryImage.create()).verdict());
        InMemoryImage again = InMemoryImage.create();
        ImageVerification image = verifier.verify(again);
        assertEquals(ImageVerification.Verdict.VERIFIED, image.verdict());
        assertEquals(1, again.blobsOpened(), "the configuration");
        assertTrue(image.files().orElseThrow().file("first").isPresent());
        assertEquals(
                1, image.files().orElseThrow().origin("second").orElseThrow().index());
    }

    @Test
    void layersOfSeveralThreadsAreKnownToo() throws IOException {
        ImageVerifier parallel = verifier.withExecutor(Runnable::run, 4);
        parallel.verify(InMemoryImage.create());
        InMemoryImage again = InMemoryImage.create();
        assertEquals(ImageVerification.Verdict.VERIFIED, parallel.verify(again).verdict());
        assertEquals(1, again.blobsOpened());
    }

    @Test
    void wrongBytesAreNotSaved() throws IOException {
        InMemoryImage wrong = InMemoryImage.create();
        Digest layer = Digest.sha256Of(InMemoryImage.gzip(tar("second")));
        byte[] changed = InMemoryImage.gzip(tar("second"));
        changed[changed.length / 2]++;
        wrong.blob(layer, changed);
        assertEquals(List.of(Reason.DIGEST_MISMATCH), reasons(verifier.verify(wrong)));
        assertEquals(1, known.results().size());
        assertEquals(
                ImageVerification.Verdict.VERIFIED,
                verifier.verify(InMemoryImage.create()).verdict());
        assertEquals(2, known.results().size());
    }

    @Test
    void whatIsWrongWithALayerIsKnownForEveryImage() throws IOException {
        byte[] archive = Arrays.copyOf(tar("cut"), 520);
        for (int expected : new int[] {2, 1}) {
            InMemoryImage image = new InMemoryImage()
                    .layer(InMemoryImage.GZIP, InMemoryImage.gzip(archive), archive)
                    .assemble();
            assertEquals(List.of(Reason.MALFORMED_LAYER), reasons(verifier.verify(image)));
            assertEquals(expected, image.blobsOpened());
        }
    }

    @Test
    void anotherDiffIdIsComparedForItself() throws IOException {
        byte[] blob = InMemoryImage.gzip(tar("first"));
        for (int i = 0; i < 2; i++) {
            InMemoryImage lying = new InMemoryImage()
                    .layer(InMemoryImage.GZIP, blob, tar("other"))
                    .assemble();
            assertEquals(List.of(Reason.DIFF_ID_MISMATCH), reasons(verifier.verify(lying)));
        }
        assertEquals(
                ImageVerification.Verdict.VERIFIED,
                verifier.verify(InMemoryImage.create()).verdict());
    }

    @Test
    void aDamagedResultCountsAsNone() throws IOException {
        verifier.verify(InMemoryImage.create());
        known.results().replaceAll((key, result) -> Arrays.copyOf(result, result.length / 2));
        InMemoryImage image = InMemoryImage.create();
        assertEquals(ImageVerification.Verdict.VERIFIED, verifier.verify(image).verdict());
        assertEquals(3, image.blobsOpened());
    }

    @Test
    void layersAreReadForAnAnalyzerWhoseResultsCannotBeStored() throws IOException {
        ImageAnalyzer<Integer> counting = () -> ImageAnalysis.of(
                () -> LayerAnalysis.<int[]>of(new int[1], (entry, count) -> {
                    count[0]++;
                    return Optional.empty();
                }),
                (image, layers) -> layers.stream()
                        .mapToInt(layer -> layer.value().orElseThrow()[0])
                        .sum());
        for (int i = 0; i < 2; i++) {
            InMemoryImage image = InMemoryImage.create();
            assertEquals(
                    2,
                    verifier.withAnalyzer(counting)
                            .verify(image)
                            .result(counting)
                            .orElseThrow());
            assertEquals(3, image.blobsOpened());
        }
        assertEquals(Map.of(), known.results());
    }

    @Test
    void aStoreThatFailsEndsTheVerification() {
        LayerResults failing = new LayerResults() {
            @Override
            public Optional<InputStream> find(String key) throws IOException {
                throw new IOException("full");
            }

            @Override
            public void save(String key, Content content) {}
        };
        assertThrows(
                IOException.class,
                () -> ImageVerifier.create().withLayerResults(failing).verify(InMemoryImage.create()));
    }
}
