package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdStreamTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    // Frames

    @Test
    void decodesBlocksThatAreStoredOrRepeatAByte() throws IOException {
        byte[] frame = Frames.withWindow(10)
                .raw(false, HELLO)
                .rle(false, '!', 3)
                .raw(true, NOTHING)
                .build();
        assertArrayEquals("hello!!!".getBytes(StandardCharsets.US_ASCII), Zstds.decode(frame));
    }

    @Test
    void decodesAnEmptyFrame() throws IOException {
        assertEquals(0, Zstds.decode(Frames.singleSegment(0).raw(true, NOTHING).build()).length);
    }

    @Test
    void decodesFramesOneAfterTheOther() throws IOException {
        byte[] frames = Frames.withWindow(10)
                .raw(true, HELLO)
                .bytes(Frames.singleSegment(5).raw(true, HELLO).build())
                .bytes(Frames.singleSegment(0).raw(true, NOTHING).build())
                .build();
        assertArrayEquals("hellohello".getBytes(StandardCharsets.US_ASCII), Zstds.decode(frames));
    }

    @Test
    void passesOverSkippableFramesWhereverTheyAre() throws IOException {
        byte[] frames = Frames.of()
                .skippable(0, new byte[300_000])
                .bytes(Frames.singleSegment(5).raw(true, HELLO).build())
                .skippable(15, NOTHING)
                .bytes(Frames.singleSegment(5).raw(true, HELLO).build())
                .skippable(7, new byte[] {1, 2, 3})
                .build();
        assertArrayEquals("hellohello".getBytes(StandardCharsets.US_ASCII), Zstds.decode(frames));
    }

    @Test
    void decodesSkippableFramesAloneToNothing() throws IOException {
        assertEquals(0, Zstds.decode(Frames.of().skippable(3, HELLO).build()).length);
    }

    @Test
    void refusesWhatIsNoFrame() {
        refuses(Reason.NOT_ZSTD, HELLO);
        refuses(Reason.NOT_ZSTD, new byte[] {0x1f, (byte) 0x8b, 8, 0});
        refuses(Reason.NOT_ZSTD, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfc});
        refuses(Reason.NOT_ZSTD, new byte[] {0x1f});
    }

    @ParameterizedTest
    @ValueSource(ints = {0xFD2FB51E, 0xFD2FB522, 0xFD2FB523, 0xFD2FB524, 0xFD2FB525, 0xFD2FB526, 0xFD2FB527})
    void refusesFormatsBeforeTheFirstStableOne(int magic) {
        refuses(
                Reason.NOT_ZSTD,
                Frames.of().number(magic, 4).bytes(new byte[20]).build());
    }

    @Test
    void refusesAnEmptyStreamAsTruncated() {
        refuses(Reason.TRUNCATED, NOTHING);
    }

    @Test
    void refusesEveryBeginningOfAFrameAsTruncated() {
        byte[] frames = Frames.of()
                .skippable(0, HELLO)
                .bytes(Zstds.compress(Zstds.mixedContent(new Random(1), 3000), 3))
                .build();
        for (int length = 0; length < frames.length; length++) {
            if (length != 8 + HELLO.length) {
                refuses(Reason.TRUNCATED, Arrays.copyOf(frames, length));
            }
        }
    }

    @Test
    void refusesWhatFollowsTheLastFrame() {
        Frames frame = Frames.singleSegment(5).raw(true, HELLO);
        refuses(Reason.TRAILING_DATA, frame.bytes(0).build());
        refuses(Reason.TRAILING_DATA, frame.bytes(0, 0, 0, 0, 0).build());
        refuses(Reason.TRAILING_DATA, Frames.of().skippable(1, HELLO).bytes(1).build());
    }

    @Test
    void refusesATruncatedSecondFrame() {
        byte[] frame = Frames.singleSegment(5).raw(true, HELLO).build();
        for (int length = 1; length < frame.length; length++) {
            refuses(
                    Reason.TRUNCATED,
                    Frames.of().bytes(frame).bytes(Arrays.copyOf(frame, length)).build());
        }
        refuses(Reason.TRUNCATED, Frames.of().bytes(frame).bytes(0x5f, 0x2a).build());
    }

    @Test
    void refusesASkippableFrameThatIsLongerThanTheStream() {
        refuses(
                Reason.TRUNCATED,
                Frames.of()
                        .number(Frames.SKIPPABLE_MAGIC, 4)
                        .number(0xffff_ffffL, 4)
                        .bytes(HELLO)
                        .build());
    }

    @Test
    void takesNoLongerForEmptyFramesAndBlocksThanForOthers() throws IOException {
        Frames frames = Frames.of();
        byte[] empty = Frames.singleSegment(0).raw(true, NOTHING).build();
        for (int i = 0; i < 100_000; i++) {
            frames.bytes(empty).skippable(2, NOTHING);
        }
        frames.bytes(Frames.withWindow(10).build());
        for (int i = 0; i < 300_000; i++) {
            frames.rle(false, 0, 0);
        }
        assertArrayEquals(HELLO, Zstds.decode(frames.raw(true, HELLO).build()));
    }

    // Frame headers

    @Test
    void readsContentSizesOfEveryLength() throws IOException {
        for (int flag = 0; flag < 4; flag++) {
            int length = 1 << flag;
            byte[] content = Zstds.mixedContent(new Random(1), 300);
            long size = flag == 0 ? 5 : flag == 1 ? 300 - 256 : 300;
            byte[] frame = Frames.of()
                    .number(Frames.MAGIC, 4)
                    .bytes(flag << 6 | 1 << 5)
                    .number(size, length)
                    .raw(true, flag == 0 ? HELLO : content)
                    .build();
            assertArrayEquals(flag == 0 ? HELLO : content, Zstds.decode(frame));
        }
    }

    @Test
    void refusesAReservedBit() {
        refuses(
                Reason.CORRUPT,
                Frames.of()
                        .number(Frames.MAGIC, 4)
                        .bytes(0b1000, 0)
                        .raw(true, HELLO)
                        .build());
    }

    @Test
    void doesNotMindTheUnusedBit() throws IOException {
        byte[] frame = Frames.of()
                .number(Frames.MAGIC, 4)
                .bytes(0b1_0000, 0)
                .raw(true, HELLO)
                .build();
        assertArrayEquals(HELLO, Zstds.decode(frame));
    }

    @Test
    void refusesADictionaryAndTakesTheNumberZeroForNone() throws IOException {
        for (int flag = 1; flag < 4; flag++) {
            int length = 1 << (flag - 1);
            Frames header = Frames.of().number(Frames.MAGIC, 4).bytes(flag, 0);
            refuses(
                    Reason.NEEDS_DICTIONARY,
                    Frames.of()
                            .bytes(header.build())
                            .number(1L << (8 * length - 1), length)
                            .raw(true, HELLO)
                            .build());
            assertArrayEquals(
                    HELLO,
                    Zstds.decode(header.number(0, length).raw(true, HELLO).build()));
        }
    }

    @Test
    void refusesAContentThatIsNotAsLongAsPromised() {
        refuses(Reason.CORRUPT, Frames.singleSegment(6).raw(true, HELLO).build());
        refuses(
                Reason.CORRUPT,
                Frames.singleSegment(4).raw(false, NOTHING).raw(true, HELLO).build());
        Frames unsigned =
                Frames.of().number(Frames.MAGIC, 4).bytes(0b1100_0000, 0).number(-1, 8);
        refuses(Reason.CORRUPT, unsigned.raw(true, HELLO).build());
    }

    @Test
    void refusesMoreContentThanPromisedBeforeTheFrameEnds() throws IOException {
        byte[] begin = Frames.of()
                .number(Frames.MAGIC, 4)
                .bytes(0b1000_0000, 0)
                .number(4, 4)
                .raw(false, HELLO)
                .build();
        InputStream stream = new SequenceInputStream(new ByteArrayInputStream(begin), new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("there was enough to see");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return read();
            }
        });
        ZstdStream zstd = ZstdStream.of(stream, 1 << 20);
        var e = assertThrows(ZstdException.class, zstd::next);
        assertEquals(Reason.CORRUPT, e.reason());
    }

    @Test
    void refusesAWrongChecksum() {
        byte[] frame = Zstds.compress(HELLO, 3);
        for (int i = 1; i <= 4; i++) {
            byte[] wrong = frame.clone();
            wrong[frame.length - i] ^= 1;
            refuses(Reason.CHECKSUM, wrong);
        }
    }

    // Windows

    @Test
    void refusesALargerWindowThanIsAllowed() throws IOException {
        byte[] frame = Frames.of()
                .number(Frames.MAGIC, 4)
                .bytes(0, 10 << 3 | 1)
                .raw(true, HELLO)
                .build();
        int window = (1 << 20) + (1 << 17);
        assertArrayEquals(HELLO, Zstds.decode(new ByteArrayInputStream(frame), window));
        refuses(Reason.WINDOW_TOO_LARGE, frame, window - 1);
        refuses(Reason.WINDOW_TOO_LARGE, Frames.withWindow(31).raw(true, HELLO).build(), Integer.MAX_VALUE);
        refuses(Reason.WINDOW_TOO_LARGE, Frames.withWindow(41).raw(true, HELLO).build(), Integer.MAX_VALUE);
    }

    @Test
    void takesTheSizeOfASingleSegmentForItsWindow() throws IOException {
        byte[] frame = Frames.singleSegment(5).raw(true, HELLO).build();
        assertArrayEquals(HELLO, Zstds.decode(new ByteArrayInputStream(frame), 5));
        refuses(Reason.WINDOW_TOO_LARGE, frame, 4);
        Frames unsigned = Frames.of().number(Frames.MAGIC, 4).bytes(0b1110_0000).number(-1, 8);
        refuses(Reason.WINDOW_TOO_LARGE, unsigned.raw(true, HELLO).build(), Integer.MAX_VALUE);
    }

    @Test
    void doesNotPayForAWindowThatIsNotUsed() throws IOException {
        byte[] frame = Frames.withWindow(30).raw(true, HELLO).build();
        ZstdStream stream = ZstdStream.of(new ByteArrayInputStream(frame), Integer.MAX_VALUE);
        assertTrue(stream.next());
        assertTrue(stream.array().length < 1 << 20, stream.array().length + " bytes");
    }

    @Test
    void keepsLittleMoreThanTheWindow() throws IOException {
        Frames frame = Frames.withWindow(20);
        for (int i = 0; i < 1000; i++) {
            frame.rle(false, i, 128 * 1024);
        }
        byte[] stream = frame.raw(true, NOTHING).build();
        ZstdStream zstd = ZstdStream.of(new ByteArrayInputStream(stream), 1 << 20);
        long size = 0;
        int largest = 0;
        while (zstd.next()) {
            size += zstd.length();
            largest = Math.max(largest, zstd.array().length);
        }
        assertEquals(1000 * 128 * 1024, size);
        assertTrue(largest < (1 << 20) + 4 * 128 * 1024, largest + " bytes");
    }

    // Blocks

    @Test
    void refusesBlocksThatAreTooLong() throws IOException {
        byte[] most = new byte[128 * 1024];
        assertArrayEquals(
                most, Zstds.decode(Frames.withWindow(20).raw(true, most).build()));
        byte[] more = new byte[128 * 1024 + 1];
        refuses(Reason.CORRUPT, Frames.withWindow(20).raw(true, more).build());
        refuses(
                Reason.CORRUPT,
                Frames.withWindow(20).rle(true, 0, 128 * 1024 + 1).build());
        refuses(Reason.CORRUPT, Frames.withWindow(20).compressed(true, more).build());
        refuses(Reason.CORRUPT, Frames.withWindow(10).rle(true, 0, 1025).build());
        refuses(Reason.CORRUPT, Frames.withWindow(10).raw(true, new byte[1025]).build());
    }

    @Test
    void refusesTheReservedTypeOfBlock() {
        refuses(Reason.CORRUPT, Frames.withWindow(10).blockHeader(true, 3, 0).build());
    }

    // The stream

    @Test
    void isAnInputStream() throws IOException {
        byte[] content = Zstds.mixedContent(new Random(1), 300_000);
        ZstdStream stream = ZstdStream.of(new ByteArrayInputStream(Zstds.compress(content, 3)), 2 << 20);
        assertEquals(content[0] & 0xff, stream.read());
        assertTrue(stream.available() > 0);
        assertEquals(0, stream.read(new byte[0]));
        assertArrayEquals(Arrays.copyOfRange(content, 1, content.length), stream.readAllBytes());
        assertEquals(-1, stream.read());
        assertFalse(stream.next());
    }

    @Test
    void staysBrokenAfterAFailure() throws IOException {
        byte[] frame = Frames.withWindow(10)
                .raw(false, HELLO)
                .blockHeader(false, 3, 0)
                .raw(true, HELLO)
                .build();
        ZstdStream stream = ZstdStream.of(new ByteArrayInputStream(frame), 1 << 20);
        assertTrue(stream.next());
        assertThrows(ZstdException.class, stream::next);
        assertThrows(IOException.class, stream::next);
        assertThrows(IOException.class, stream::read);
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        InputStream in = InputStream.nullInputStream();
        assertThrows(IllegalArgumentException.class, () -> ZstdStream.of(in, 0));
    }

    private static void refuses(Reason reason, byte[] stream) {
        refuses(reason, stream, Zstds.MAX_WINDOW);
    }

    private static void refuses(Reason reason, byte[] stream, int maxWindow) {
        var e = assertThrows(ZstdException.class, () -> Zstds.decode(new ByteArrayInputStream(stream), maxWindow));
        assertEquals(reason, e.reason(), e.getMessage());
    }
}
