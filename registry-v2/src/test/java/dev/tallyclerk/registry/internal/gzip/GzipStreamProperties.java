package dev.tallyclerk.registry.internal.gzip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.Deflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class GzipStreamProperties {
    /**
     * The content, or a refusal; nothing else may come out. What is broken in two ways may be called corrupt by the one
     * and cut by the other.
     */
    private static String outcome(Engine engine, byte[] stream) {
        try {
            return summary(engine.decode(stream));
        } catch (GzipException e) {
            boolean broken = e.reason() == Reason.CORRUPT || e.reason() == Reason.TRUNCATED;
            return broken ? "broken" : e.reason().toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String summary(byte[] content) {
        return content.length + " bytes, " + GzipStreams.crc(content);
    }

    @Provide
    Arbitrary<byte[]> contents() {
        return Arbitraries.longs()
                .flatMap(seed -> Arbitraries.integers()
                        .between(0, 120_000)
                        .flatMap(size -> Arbitraries.of(GzipStreams.random(seed, size), GzipStreams.text(seed, size))));
    }

    @Property(tries = 300)
    void givesBackWhatWasCompressed(
            @ForAll("contents") byte[] content,
            @ForAll @IntRange(max = 9) int level,
            @ForAll @IntRange(max = 2) int strategy,
            @ForAll @IntRange(min = 50, max = 200_000) int flushEvery,
            @ForAll @IntRange(min = 1, max = 70_000) int chunk,
            @ForAll @IntRange(min = 1, max = 70_000) int mostRead)
            throws IOException {
        byte[] stream = GzipStreams.gzip(content, level, strategy, flushEvery);
        var source = new ByteArrayInputStream(stream) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, mostRead));
            }
        };
        assertArrayEquals(content, Engine.OWN.decode(source, chunk));
    }

    @Property(tries = 3000)
    void agreesWithTheRuntimeAboutChangedStreams(@ForAll long seed) {
        Random random = new Random(seed);
        int size = random.nextInt(3000);
        byte[] content = random.nextBoolean() ? GzipStreams.text(seed, size) : GzipStreams.random(seed, size / 8);
        int strategy = random.nextInt(3) == 0 ? Deflater.HUFFMAN_ONLY : Deflater.DEFAULT_STRATEGY;
        byte[] stream = GzipStreams.gzip(content, 1 + random.nextInt(9), strategy, 1 + random.nextInt(5000));
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            // Mostly near the beginning, where the codes are described.
            int at = random.nextInt(3) > 0
                    ? 10 + random.nextInt(Math.min(80, stream.length - 10))
                    : random.nextInt(stream.length);
            stream[at] ^= (byte) (1 << random.nextInt(8));
        }
        assertEquals(outcome(Engine.RUNTIME, stream), outcome(Engine.OWN, stream));
    }

    @Property(tries = 3000)
    void agreesWithTheRuntimeAboutAnyBits(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] deflated = GzipStreams.random(seed, 1 + random.nextInt(400));
        // The last block, and of a type that leads somewhere.
        deflated[0] = (byte) ((deflated[0] & ~7) | 1 | ((1 + random.nextInt(2)) << 1));
        byte[] stream = GzipStreams.member(deflated, new byte[0]);
        assertEquals(outcome(Engine.RUNTIME, stream), outcome(Engine.OWN, stream));
    }
}
