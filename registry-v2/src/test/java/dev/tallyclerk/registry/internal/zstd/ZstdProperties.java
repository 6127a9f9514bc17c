package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.zstd.Zstds.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ZstdProperties {
    @Property
    void decodesWhatTheReferenceCompressed(@ForAll byte[] content, @ForAll @IntRange(min = -7, max = 9) int level)
            throws IOException {
        assertArrayEquals(content, Zstds.decode(Zstds.compress(content, level)));
    }

    @Property(tries = 300)
    void doesNotMindHowTheInputIsCut(@ForAll("settings") Settings settings, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] content = Zstds.mixedContent(random, random.nextInt(20_000));
        byte[] stream = Zstds.compress(content, settings);
        assertArrayEquals(content, Zstds.decode(new InPieces(stream, random), Zstds.MAX_WINDOW));
    }

    @Property(tries = 300)
    void doesNotMindHowTheOutputIsRead(@ForAll("settings") Settings settings, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] content = Zstds.mixedContent(random, random.nextInt(20_000));
        ZstdStream in = ZstdStream.of(new ByteArrayInputStream(Zstds.compress(content, settings)), Zstds.MAX_WINDOW);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 + random.nextInt(3_000)];
        int n;
        do {
            int offset = random.nextInt(buffer.length);
            n = in.read(buffer, offset, buffer.length - offset);
            out.write(buffer, offset, Math.max(0, n));
        } while (n >= 0);
        assertArrayEquals(content, out.toByteArray());
    }

    @Property
    void failsInTheSameWayHoweverTheInputIsCut(@ForAll @Size(max = 200) byte[] tail, @ForAll long seed) {
        byte[] stream = Frames.withWindow(10).bytes(tail).build();
        Object whole = outcome(new ByteArrayInputStream(stream));
        Object cut = outcome(new InPieces(stream, new Random(seed)));
        assertEquals(whole, cut);
    }

    @Property(tries = 3000)
    void anyBytesAfterAHeaderAreDecodedOrRefusedWithABoundedMessage(
            @ForAll("headers") byte[] header, @ForAll @Size(max = 100) byte[] tail) throws IOException {
        byte[] stream = Frames.of().bytes(header).bytes(tail).build();
        try {
            assertTrue(Zstds.decode(stream).length <= stream.length * 128L * 1024);
        } catch (ZstdException e) {
            assertTrue(e.toString().length() < 250, e::toString);
        }
    }

    @Provide
    Arbitrary<Settings> settings() {
        return Combinators.combine(
                        Arbitraries.integers().between(-7, 9),
                        Arbitraries.of(0, 10, 12, 17),
                        Arbitraries.of(true, false),
                        Arbitraries.of(10, 500, 4_000, Integer.MAX_VALUE),
                        Arbitraries.of(true, false))
                .as(Settings::new);
    }

    /**
     * A frame's begin; a compressed block's; one with a literals section of each kind; one with sequences of each mode.
     */
    @Provide
    Arbitrary<byte[]> headers() {
        Arbitrary<byte[]> frames =
                Arbitraries.just(Frames.of().number(Frames.MAGIC, 4).build());
        Arbitrary<byte[]> blocks = Arbitraries.integers()
                .between(0, 3)
                .map(type -> Frames.withWindow(20).blockHeader(true, type, 80).build());
        Arbitrary<byte[]> literals = Arbitraries.integers()
                .between(0, 15)
                .map(kind -> Frames.withWindow(20)
                        .blockHeader(true, 2, 80)
                        .bytes(kind | 0x40, 0x01)
                        .build());
        Arbitrary<byte[]> sequences = Combinators.combine(
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(0, 63))
                .as((count, modes) -> Frames.withWindow(20)
                        .blockHeader(true, 2, 60)
                        .rawLiterals(Arrays.copyOf(new byte[] {1, 2, 3, 4, 5}, 20))
                        .bytes(count, modes << 2)
                        .build());
        return Arbitraries.oneOf(frames, blocks, literals, sequences);
    }

    private static Object outcome(InputStream stream) {
        try {
            return Arrays.hashCode(Zstds.decode(stream, Zstds.MAX_WINDOW));
        } catch (ZstdException e) {
            return e.reason();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives fewer bytes than were asked for. */
    private static final class InPieces extends InputStream {
        private final byte[] bytes;
        private final Random random;
        private int position;

        InPieces(byte[] bytes, Random random) {
            this.bytes = bytes;
            this.random = random;
        }

        @Override
        public int read() {
            return position < bytes.length ? bytes[position++] & 0xff : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (position == bytes.length) {
                return -1;
            }
            int n = Math.min(Math.min(length, bytes.length - position), 1 + random.nextInt(random.nextInt(200) + 1));
            System.arraycopy(bytes, position, buffer, offset, n);
            position += n;
            return n;
        }
    }
}
