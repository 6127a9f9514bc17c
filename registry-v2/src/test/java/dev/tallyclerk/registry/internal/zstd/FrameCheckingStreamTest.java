package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder proper decides what is right: the checks must refuse what it refuses, except in blocks. */
class FrameCheckingStreamTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 100, 100_000})
    void givesTheBytesAsTheyAre(int piece) throws IOException {
        byte[] stream = stream();
        InputStream in = new FrameCheckingStream(new ByteArrayInputStream(stream), Zstds.MAX_WINDOW);
        ByteArrayOutputStream actual = new ByteArrayOutputStream();
        byte[] buffer = new byte[piece];
        int n;
        while ((n = in.read(buffer)) >= 0) {
            actual.write(buffer, 0, n);
        }
        assertEquals(-1, in.read());
        assertArrayEquals(stream, actual.toByteArray());
    }

    @Test
    void refusesAsTheDecoderDoes() throws IOException {
        Random random = new Random(1);
        byte[] stream = stream();
        int[] headers = {0, 4, 5, 6, 7, 8, 9, 10, 16, 17, 18, 19, 20, 21, 22, 23};
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = stream.clone();
            int at = random.nextBoolean() ? headers[random.nextInt(headers.length)] : random.nextInt(stream.length);
            mutated[at] ^= (byte) (1 << random.nextInt(8));
            if (random.nextInt(4) == 0) {
                mutated = Arrays.copyOf(mutated, random.nextInt(mutated.length + 10));
            }
            Optional<Reason> decoder = outcome(ZstdStream.of(new ByteArrayInputStream(mutated), 1 << 20));
            Optional<Reason> checks = outcome(new FrameCheckingStream(new ByteArrayInputStream(mutated), 1 << 20));
            if (decoder.isEmpty()) {
                assertEquals(decoder, checks);
            } else if (decoder.get() != Reason.CORRUPT && decoder.get() != Reason.CHECKSUM) {
                assertEquals(decoder, checks);
                refused++;
            }
        }
        assertTrue(refused > 1000, refused + " refused");
    }

    @Test
    void skipsByReading() throws IOException {
        byte[] frame = Frames.withWindow(10).raw(true, new byte[100]).bytes(1).build();
        InputStream in = new FrameCheckingStream(new ByteArrayInputStream(frame), 1 << 20);
        var e = assertThrows(ZstdException.class, () -> {
            while (in.skip(10) > 0) {
                // Until what follows the frame is found.
            }
        });
        assertEquals(Reason.TRAILING_DATA, e.reason());
    }

    private static Optional<Reason> outcome(InputStream in) throws IOException {
        try {
            in.readAllBytes();
            return Optional.empty();
        } catch (ZstdException e) {
            return Optional.of(e.reason());
        }
    }

    /** A skippable frame of 8 bytes, and two others. */
    private static byte[] stream() {
        byte[] content = Zstds.mixedContent(new Random(1), 700);
        return Frames.of()
                .skippable(4, new byte[8])
                .bytes(Zstds.compress(content, new Zstds.Settings(3, 10, true, 300, false)))
                .bytes(Zstds.compress(content, 19))
                .build();
    }
}
