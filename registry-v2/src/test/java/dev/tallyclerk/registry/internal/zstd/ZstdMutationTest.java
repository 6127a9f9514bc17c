package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdDecompressCtx;
import dev.tallyclerk.registry.internal.zstd.Zstds.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Streams with some bytes changed: each is decoded as the reference implementation decodes it, or refused. */
class ZstdMutationTest {
    private static final int STREAMS = 40_000;

    @Test
    void whatTheReferenceRefusesIsRefusedAndWhatItTakesIsTheSame() throws IOException {
        Random random = new Random(1);
        List<byte[]> streams = streams(random);
        int decoded = 0;
        int refused = 0;
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            for (int i = 0; i < STREAMS; i++) {
                byte[] mutated = mutate(streams.get(random.nextInt(streams.size())), random);
                try {
                    byte[] actual = Zstds.decode(mutated);
                    Optional<byte[]> expected = Zstds.reference(mutated, context);
                    assertTrue(
                            expected.isPresent(),
                            () -> "decoded " + HexFormat.of().formatHex(mutated));
                    assertArrayEquals(
                            expected.get(), actual, () -> HexFormat.of().formatHex(mutated));
                    decoded++;
                } catch (ZstdException e) {
                    assertTrue(
                            Zstds.isStricter(e)
                                    || Zstds.reference(mutated, context).isEmpty(),
                            () -> e.getMessage() + ": " + HexFormat.of().formatHex(mutated));
                    refused++;
                }
            }
        }
        assertTrue(decoded > STREAMS / 20 && refused > STREAMS / 2, decoded + " decoded, " + refused + " refused");
    }

    private static List<byte[]> streams(Random random) {
        List<byte[]> streams = new ArrayList<>();
        for (int level : new int[] {-5, 1, 3, 9, 19, 22}) {
            for (int length : new int[] {0, 10, 100, 700, 2_000, 5_000}) {
                for (int windowLog : new int[] {0, 10}) {
                    byte[] content = Zstds.mixedContent(random, length);
                    // Mostly without checksums, which would find everything.
                    streams.add(compress(content, level, windowLog, false, Integer.MAX_VALUE, false));
                    streams.add(compress(content, level, windowLog, false, 300, false));
                    streams.add(compress(content, level, windowLog, true, 300, true));
                }
            }
        }
        return streams;
    }

    private static byte[] compress(
            byte[] content, int level, int windowLog, boolean checksum, int flushEvery, boolean frameAFlush) {
        return Zstds.compress(content, new Settings(level, windowLog, checksum, flushEvery, frameAFlush));
    }

    private static byte[] mutate(byte[] stream, Random random) {
        byte[] mutated = stream.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            // What decides most is in the headers, and those of small streams are near their beginning.
            int at = random.nextInt(random.nextBoolean() ? Math.min(40, mutated.length) : mutated.length);
            switch (random.nextInt(16)) {
                case 0 -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
                case 1 -> mutated = Arrays.copyOf(mutated, mutated.length + 1 + random.nextInt(4));
                case 2, 3, 4, 5 -> mutated[at] = (byte) random.nextInt();
                case 6, 7 -> {
                    int from = random.nextInt(stream.length);
                    int n = Math.min(random.nextInt(8), Math.min(stream.length - from, mutated.length - at));
                    System.arraycopy(stream, from, mutated, at, n);
                }
                default -> mutated[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return mutated;
    }
}
