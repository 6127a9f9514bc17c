package dev.tallyclerk.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the comparison once, so that it does not rot; measures nothing. */
class ZstdComparisonTest {
    @Test
    void runs() throws Exception {
        Comparison comparison = new Comparison(Effort.SMOKE);
        ZstdComparison.run(comparison);
        assertEquals(4, comparison.sections().get(0).ratios().size());
    }

    @Test
    void samplesAreArchivesOfTheSizeThatIsAskedFor(@TempDir Path folder) throws IOException, InterruptedException {
        Path tar = LayerSamples.tar(folder.resolve("layer"), 3 << 20);
        long size = Files.size(tar);
        assertTrue(size > 1 << 20 && size <= (3 << 20) + (16 << 10), size + " bytes");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(LayerSamples.gzip(tar, 6)))) {
            assertEquals(size, in.readAllBytes().length);
        }
    }
}
