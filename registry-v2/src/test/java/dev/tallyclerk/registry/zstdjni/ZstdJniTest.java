package dev.tallyclerk.registry.zstdjni;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.tallyclerk.registry.internal.zstd.ZstdException;
import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import dev.tallyclerk.registry.internal.zstd.ZstdStream;
import dev.tallyclerk.registry.layer.LayerDecompressor;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdJniTest {
    private static final int MAX_WINDOW = 8 << 20;
    private static final byte[] CONTENT = content(200_000);
    private static final byte[] SKIPPABLE = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};

    private final ZstdJni zstd = ZstdJni.create();

    @ParameterizedTest
    @ValueSource(ints = {-5, 1, 3, 9, 19})
    void decodesWhatIsCompressed(int level) throws IOException {
        assertArrayEquals(CONTENT, decode(Zstd.compress(CONTENT, level)));
    }

    @Test
    void decodesFramesOneAfterTheOtherAndPassesOverSkippableOnes() throws IOException {
        byte[] frame = frame();
        byte[] empty = Zstd.compress(new byte[0], 3);
        byte[] stream = concat(SKIPPABLE, frame, empty, SKIPPABLE, frame, SKIPPABLE, SKIPPABLE);
        assertArrayEquals(concat(CONTENT, CONTENT), decode(stream));
        assertEquals(0, decode(SKIPPABLE).length);
        assertEquals(0, decode(empty).length);
    }

    @Test
    void readsOneByteAtATime() throws IOException {
        try (InputStream in = zstd.open(new OneByOne(frame()), limits(MAX_WINDOW))) {
            for (byte expected : CONTENT) {
                assertEquals(expected & 0xff, in.read());
            }
            assertEquals(-1, in.read());
            assertEquals(-1, in.read());
        }
    }

    @Test
    void refusesWhatIsNoFrame() {
        refuses(Reason.NOT_ZSTD, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0});
        refuses(Reason.NOT_ZSTD, new byte[] {0x1f});
        // Version 0.7, which zstd can be built to read.
        refuses(Reason.NOT_ZSTD, concat(new byte[] {0x27, (byte) 0xb5, 0x2f, (byte) 0xfd}, new byte[20]));
    }

    @Test
    void refusesWhatFollowsTheLastFrame() {
        for (int length = 1; length < 10; length++) {
            refuses(Reason.TRAILING_DATA, concat(frame(), new byte[length]));
            refuses(Reason.TRAILING_DATA, concat(frame(), SKIPPABLE, new byte[length]));
        }
    }

    @Test
    void refusesEveryBeginningAsTruncated() {
        byte[] frame = compressed(Arrays.copyOf(CONTENT, 1000));
        for (int length = 0; length < frame.length; length++) {
            refuses(Reason.TRUNCATED, Arrays.copyOf(frame, length));
            if (length > 0) {
                refuses(Reason.TRUNCATED, concat(frame, Arrays.copyOf(frame, length)));
            }
        }
    }

    @Test
    void refusesAWrongChecksum() {
        byte[] frame = frame();
        frame[frame.length - 1] ^= 1;
        refuses(Reason.CHECKSUM, frame);
    }

    @Test
    void refusesBlocksThatAreBroken() {
        byte[] frame = frame();
        Arrays.fill(frame, 20, 60, (byte) 0xff);
        refuses(Reason.CORRUPT, frame);
        // A reserved bit of the header.
        refuses(Reason.CORRUPT, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 8, 0, 1, 0, 0});
    }

    @Test
    void refusesADictionary() {
        refuses(Reason.NEEDS_DICTIONARY, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 0, 7, 1, 0, 0});
    }

    @Test
    void refusesExactlyTheWindowsThatAreTooLarge() throws IOException {
        // A window of 1.25 MiB, and a single segment of 300 bytes.
        byte[] large = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 10 << 3 | 2, 1, 0, 0};
        assertEquals(0, decode(large, 5 << 18).length);
        refuses(Reason.WINDOW_TOO_LARGE, large, (5 << 18) - 1);
        byte[] segment = Zstd.compress(new byte[300]);
        assertEquals(300, decode(segment, 300).length);
        refuses(Reason.WINDOW_TOO_LARGE, segment, 299);
        byte[] huge = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 1, 0, 0};
        refuses(Reason.WINDOW_TOO_LARGE, huge, Integer.MAX_VALUE);
    }

    @Test
    void takesWhatTheBuiltInDecoderTakes() throws IOException {
        Random random = new Random(1);
        byte[] frame = compressed(Arrays.copyOf(CONTENT, 3000));
        frame = concat(frame, SKIPPABLE, frame);
        int taken = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] mutated = frame.clone();
            mutated[random.nextInt(random.nextBoolean() ? 20 : frame.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] expected;
            try {
                expected = ZstdStream.of(new ByteArrayInputStream(mutated), MAX_WINDOW)
                        .readAllBytes();
            } catch (ZstdException e) {
                continue;
            }
            assertArrayEquals(expected, decode(mutated));
            taken++;
        }
        assertFalse(taken == 0);
    }

    @Test
    void passesOnWhyTheSourceCannotBeRead() throws IOException {
        IOException failure = new IOException("connection lost");
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw failure;
            }
        };
        try (InputStream in = zstd.open(broken, limits(MAX_WINDOW))) {
            assertEquals(failure, assertThrows(IOException.class, in::read));
            assertThrows(IOException.class, in::read);
        }
    }

    @Test
    void doesNotCloseTheSource() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream source = new ByteArrayInputStream(frame()) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        InputStream in = zstd.open(source, limits(MAX_WINDOW));
        in.close();
        assertFalse(closed.get());
        assertThrows(IOException.class, in::read);
    }

    private static LayerLimits limits(int maxWindow) {
        return LayerLimits.defaults().withMaxWindowBytes(maxWindow);
    }

    private void refuses(Reason reason, byte[] stream) {
        refuses(reason, stream, MAX_WINDOW);
    }

    private void refuses(Reason reason, byte[] stream, int maxWindow) {
        var e = assertThrows(LayerException.class, () -> decode(stream, maxWindow));
        assertEquals(reason, assertInstanceOf(ZstdException.class, e.getCause()).reason(), e.getMessage());
        // What an embedder sees is the same as with the decoder that is built in.
        var builtIn = assertThrows(
                LayerException.class,
                () -> LayerDecompressor.zstd()
                        .open(new ByteArrayInputStream(stream), limits(maxWindow))
                        .readAllBytes());
        assertEquals(builtIn.reason(), e.reason());
    }

    private byte[] decode(byte[] stream) throws IOException {
        return decode(stream, MAX_WINDOW);
    }

    private byte[] decode(byte[] stream, int maxWindow) throws IOException {
        try (InputStream in = zstd.open(new ByteArrayInputStream(stream), limits(maxWindow))) {
            return in.readAllBytes();
        }
    }

    private static byte[] frame() {
        return compressed(CONTENT);
    }

    private static byte[] compressed(byte[] content) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            return context.setLevel(3).setChecksum(true).compress(content);
        }
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        Random random = new Random(1);
        for (int i = 0; i < length; i++) {
            content[i] = i > 1000 && random.nextInt(20) > 0
                    ? content[i - 1000 + random.nextInt(2)]
                    : (byte) ('a' + Math.abs(random.nextGaussian()) * 5);
        }
        return content;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Gives one byte at a time. */
    private static final class OneByOne extends ByteArrayInputStream {
        OneByOne(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, 1));
        }
    }
}
