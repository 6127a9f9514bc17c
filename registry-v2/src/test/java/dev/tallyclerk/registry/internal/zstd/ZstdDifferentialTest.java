package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.registry.internal.zstd.Zstds.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decodes what the reference implementation makes of many kinds of content, in all the ways that it can be told. */
class ZstdDifferentialTest {
    @ParameterizedTest
    @ValueSource(ints = {-100, -5, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22})
    void decodesEveryLevel(int level) throws IOException {
        Random random = new Random(level);
        for (int length : new int[] {0, 1, 2, 7, 63, 64, 255, 256, 1000, 5_000, 300_000}) {
            assertDecoded(Zstds.mixedContent(random, length), Settings.level(level));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22})
    void decodesEveryWindow(int windowLog) throws IOException {
        // Some times the least that the history is, so that matches reach across where it begins again.
        byte[] content = Zstds.mixedContent(new Random(windowLog), 2_000_000);
        for (int level : new int[] {1, 5, 13}) {
            assertDecoded(content, new Settings(level, windowLog, true, Integer.MAX_VALUE, false));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "17, false", "17, true", "1000, false", "1000, true", "130000, false"})
    void decodesBlocksAndFramesThatEndAnywhere(int flushEvery, boolean frameAFlush) throws IOException {
        byte[] content = Zstds.mixedContent(new Random(flushEvery), Math.min(500_000, 4000 * flushEvery));
        for (int level : new int[] {-5, 3, 19}) {
            assertDecoded(content, new Settings(level, 0, true, flushEvery, frameAFlush));
            assertDecoded(content, new Settings(level, 12, false, flushEvery, frameAFlush));
        }
    }

    @Test
    void decodesContentOfFewAndOfManySymbols() throws IOException {
        Random random = new Random(1);
        for (int symbols = 1; symbols <= 256; symbols = symbols * 5 / 4 + 1) {
            byte[] content = new byte[100_000];
            for (int i = 0; i < content.length; i++) {
                // From even to very uneven.
                content[i] = (byte) (Math.pow(random.nextDouble(), 1 + i / 10_000) * symbols);
            }
            for (int level : new int[] {1, 7, 19}) {
                assertDecoded(content, new Settings(level, 0, false, 9_999, false));
            }
        }
    }

    @Test
    void decodesRunsOfEveryShortPeriod() throws IOException {
        Random random = new Random(2);
        for (int period = 1; period <= 40; period++) {
            byte[] content = new byte[20_000];
            int at = 0;
            while (at < content.length) {
                int n = Math.min(content.length - at, period + random.nextInt(200));
                for (int i = 0; i < n; i++) {
                    content[at + i] = i < period ? (byte) random.nextInt() : content[at + i - period];
                }
                at += n;
            }
            assertDecoded(content, Settings.level(3));
        }
    }

    @Test
    void decodesBytesThatCannotBeCompressed() throws IOException {
        byte[] content = new byte[1_000_000];
        new Random(3).nextBytes(content);
        assertDecoded(content, Settings.level(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lib/modules", "lib/server/libjvm.so", "lib/tzdb.dat", "release"})
    void decodesFilesOfTheJavaRuntime(String name) throws IOException {
        Path file = Path.of(System.getProperty("java.home"), name);
        assumeTrue(Files.isRegularFile(file), () -> "there is no " + name);
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(8_000_000);
        }
        for (int level : new int[] {1, 3, 6}) {
            assertDecoded(content, Settings.level(level));
        }
        byte[] begin = Arrays.copyOf(content, Math.min(content.length, 1_000_000));
        assertDecoded(begin, Settings.level(19));
        assertDecoded(begin, new Settings(12, 27, true, 50_000, false));
    }

    private static void assertDecoded(byte[] content, Settings settings) throws IOException {
        byte[] stream = Zstds.compress(content, settings);
        assertFalse(stream.length == 0);
        assertArrayEquals(content, Zstds.decode(stream), settings::toString);
    }
}
