package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed blocks, written by hand: literals, prefix codes and sequences. */
class CompressedBlockTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    @Test
    void refusesACompressedBlockThatHasNotBothSections() throws IOException {
        refuses(Reason.CORRUPT, block(Frames.of()));
        refuses(Reason.CORRUPT, block(Frames.of().bytes(0)));
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO)));
        assertEquals(0, Zstds.decode(block(Frames.of().bytes(0, 0))).length);
        assertArrayEquals(
                HELLO, Zstds.decode(block(Frames.of().rawLiterals(HELLO).bytes(0))));
    }

    @Test
    void refusesBytesAfterNoSequences() {
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).bytes(0, 0)));
    }

    @Test
    void takesZeroSequencesInTwoBytes() throws IOException {
        assertArrayEquals(
                HELLO, Zstds.decode(block(Frames.of().rawLiterals(HELLO).bytes(0x80, 0))));
    }

    @Test
    void refusesLiteralsThatAreLongerThanTheirBlock() {
        refuses(Reason.CORRUPT, block(Frames.of().bytes(5 << 3, 'h', 'e', 'l', 'l')));
        refuses(Reason.CORRUPT, block(Frames.of().bytes(0b0101, 0)));
        refuses(Reason.CORRUPT, block(Frames.of().bytes(0b1101, 0)));
        refuses(Reason.CORRUPT, block(Frames.of().bytes(5 << 3 | 1, 0)));
        refuses(
                Reason.CORRUPT,
                block(Frames.of().huffmanLiterals(true, 3, new byte[10]).bytes(0), 2));
        byte[] more = Frames.of().number(1025 << 4 | 0b1101, 3).bytes(7, 0).build();
        refuses(Reason.CORRUPT, Frames.withWindow(10).compressed(true, more).build());
    }

    // Prefix codes

    /** Weights 1 for '\0' and, by completion, '\1'; both have codes of one bit. */
    private static final byte[] TWO_LITERALS = {(byte) 128, 0x10};

    @Test
    void decodesLiteralsOfOneBit() throws IOException {
        byte[] stream = Frames.Bits.of().add(0b01101, 5).build();
        assertArrayEquals(
                new byte[] {0, 1, 1, 0, 1},
                Zstds.decode(block(Frames.of()
                        .huffmanLiterals(true, 5, concat(TWO_LITERALS, stream))
                        .bytes(0))));
    }

    @Test
    void repeatsATreeOfAnEarlierBlockOnly() throws IOException {
        byte[] stream = Frames.Bits.of().add(0b01101, 5).build();
        byte[] first = Frames.of()
                .huffmanLiterals(true, 5, concat(TWO_LITERALS, stream))
                .bytes(0)
                .build();
        byte[] second = Frames.of().huffmanLiterals(false, 5, stream).bytes(0).build();
        assertEquals(
                10,
                Zstds.decode(Frames.withWindow(10)
                                .compressed(false, first)
                                .raw(false, NOTHING)
                                .compressed(true, second)
                                .build())
                        .length);
        refuses(Reason.CORRUPT, Frames.withWindow(10).compressed(true, second).build());
        refuses(
                Reason.CORRUPT,
                Frames.withWindow(10)
                        .compressed(true, first)
                        .bytes(Frames.withWindow(10).compressed(true, second).build())
                        .build());
    }

    @Test
    void refusesLiteralsThatDoNotEndAtTheirFirstBit() {
        for (int bits = 4; bits <= 6; bits += 2) {
            byte[] stream = Frames.Bits.of().add(0, bits).build();
            refuses(
                    Reason.CORRUPT,
                    block(Frames.of()
                            .huffmanLiterals(true, 5, concat(TWO_LITERALS, stream))
                            .bytes(0)));
        }
    }

    @Test
    void refusesALiteralsStreamWithoutEndMark() {
        refuses(
                Reason.CORRUPT,
                block(Frames.of()
                        .huffmanLiterals(true, 5, concat(TWO_LITERALS, new byte[] {1, 0}))
                        .bytes(0)));
    }

    @Test
    void refusesTreesThatAreNotComplete() {
        byte[] stream = Frames.Bits.of().add(0, 5).build();
        byte[][] trees = {
            {(byte) 128, 0x00}, // all weights 0
            {(byte) 129, 0x31}, // 4 + 1, and nothing makes that a power of two
            {(byte) 128, (byte) 0xc0}, // a weight of 12
            {(byte) 128, 0x20}, // no code is among the longest
            {(byte) 130, 0x11}, // takes the stream for weights
            {},
        };
        for (byte[] tree : trees) {
            refuses(
                    Reason.CORRUPT,
                    block(Frames.of()
                            .huffmanLiterals(true, 5, concat(tree, stream))
                            .bytes(0)));
        }
    }

    @Test
    void refusesFourStreamsThatDoNotFit() {
        byte[] tree = TWO_LITERALS;
        byte[] streams = Frames.of()
                .number(1, 2)
                .number(1, 2)
                .number(1, 2)
                .bytes(0b100, 0b100, 0b100, 0b100)
                .build();
        // Eight literals of two each are right; then five, a first stream that takes all, and one that is empty.
        assertEquals(
                8, Zstds.reference(block(fourStreams(8, concat(tree, streams)))).orElseThrow().length);
        refuses(Reason.CORRUPT, block(fourStreams(5, concat(tree, streams))));
        streams[0] = 4;
        refuses(Reason.CORRUPT, block(fourStreams(8, concat(tree, streams))));
        streams[0] = 0;
        refuses(Reason.CORRUPT, block(fourStreams(8, concat(tree, streams))));
        refuses(Reason.CORRUPT, block(fourStreams(8, concat(tree, Arrays.copyOf(streams, 9)))));
    }

    // Sequences. Code 5 of literals lengths is 5, code 0 of match lengths 3; codes of offsets have that many bits.

    @Test
    void copiesMatches() throws IOException {
        // Offset 5 is the value 8: code 3 and no bits.
        byte[] bits = Frames.Bits.of().add(0, 3).build();
        assertArrayEquals(
                "hellohel".getBytes(StandardCharsets.US_ASCII),
                Zstds.decode(block(Frames.of().rawLiterals(HELLO).sequences(5, 3, 0, bits, 1))));
    }

    @Test
    void knowsTheOffsetsThatAFrameBeginsWith() throws IOException {
        // Values 1, 2 and 3 after literals: 1, 4, 8 back.
        assertMatches("helloooo", Frames.Bits.of(), 5, 0);
        assertMatches("helloell", Frames.Bits.of().add(0, 1), 5, 1);
        assertMatches("hello worldlo ", Frames.Bits.of().add(1, 1), 11, 1);
    }

    @Test
    void countsRepeatedOffsetsFromTheSecondWhereThereAreNoLiterals() throws IOException {
        byte[] literals = "hello world".getBytes(StandardCharsets.US_ASCII);
        // Without literals the values 1 and 2 are 4 and 8 back.
        byte[] first = Frames.of().rawLiterals(literals).bytes(0).build();
        byte[][] bits = {Frames.Bits.of().build(), Frames.Bits.of().add(0, 1).build()};
        String[] expected = {"hello worldorl", "hello worldlo "};
        for (int value = 1; value <= 2; value++) {
            byte[] second = Frames.of()
                    .bytes(0)
                    .sequences(0, value - 1, 0, bits[value - 1], 1)
                    .build();
            assertArrayEquals(
                    expected[value - 1].getBytes(StandardCharsets.US_ASCII),
                    Zstds.decode(Frames.withWindow(10)
                            .compressed(false, first)
                            .compressed(true, second)
                            .build()));
        }
    }

    @Test
    void refusesAnOffsetOfZero() {
        // The value 3 without literals is one less than the newest offset, which is 1.
        byte[] bits = Frames.Bits.of().add(1, 1).build();
        byte[] second = Frames.of().bytes(0).sequences(0, 1, 0, bits, 1).build();
        refuses(
                Reason.CORRUPT,
                Frames.withWindow(10).raw(false, HELLO).compressed(true, second).build());
    }

    @Test
    void refusesAMatchFromBeforeTheFrame() {
        byte[] bits = Frames.Bits.of().add(1, 3).build();
        Frames block = Frames.of().rawLiterals(HELLO).sequences(5, 3, 0, bits, 1);
        refuses(Reason.CORRUPT, block(block));
        refuses(
                Reason.CORRUPT,
                Frames.withWindow(10)
                        .raw(true, new byte[1000])
                        .bytes(block(block))
                        .build());
    }

    @Test
    void refusesAMatchFromBeforeTheWindow() throws IOException {
        for (int beyond = 0; beyond <= 1; beyond++) {
            // 1024 + 3 is code 10.
            byte[] bits = Frames.Bits.of().add(3 + beyond, 10).build();
            byte[] block = Frames.of().bytes(0).sequences(0, 10, 0, bits, 1).build();
            byte[] frame = Frames.withWindow(10)
                    .raw(false, new byte[1024])
                    .raw(false, new byte[1024])
                    .compressed(true, block)
                    .build();
            if (beyond == 0) {
                assertEquals(2051, Zstds.decode(frame).length);
            } else {
                refuses(Reason.CORRUPT, frame);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, (1L << 31) - 1, (1L << 31) - 2, 1L << 30})
    void refusesOffsetsOfThirtyTwoBits(long low) {
        byte[] bits = Frames.Bits.of().add(low, 31).build();
        for (int literals = 0; literals <= 1; literals++) {
            Frames block = Frames.of().rawLiterals(HELLO).sequences(5 * literals, 31, 0, bits, 1);
            byte[] frame = Frames.withWindow(30).compressed(true, block.build()).build();
            refuses(Reason.CORRUPT, frame, Integer.MAX_VALUE);
        }
    }

    @Test
    void readsTheLongestFieldsThereAre() throws IOException {
        // Literals lengths and offsets with 16 additional bits, which are too many for one word with the states.
        byte[] literals = Zstds.mixedContent(new Random(1), 65536 + 60000);
        byte[] bits =
                Frames.Bits.of().add(60000 + 3, 16).add(5, 11).add(60000, 16).build();
        byte[] block =
                Frames.of().rawLiterals(literals).sequences(35, 16, 47, bits, 1).build();
        byte[] expected = Arrays.copyOf(literals, literals.length + 2051 + 5);
        System.arraycopy(literals, literals.length - 125536, expected, literals.length, 2056);
        byte[] actual =
                Zstds.decode(Frames.withWindow(20).compressed(true, block).build());
        assertArrayEquals(expected, actual);
    }

    @Test
    void refusesMoreLiteralsThanThereAre() {
        byte[] bits = Frames.Bits.of().add(0, 3).build();
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).sequences(6, 3, 0, bits, 1)));
    }

    @Test
    void refusesABlockThatBecomesTooLong() {
        // Code 52 of match lengths is 65539 and 16 bits.
        byte[] bits = Frames.Bits.of().add(0, 3).add(65535, 16).build();
        Frames block = Frames.of().rawLiterals(HELLO).sequences(5, 3, 52, bits, 1);
        refuses(
                Reason.CORRUPT,
                Frames.withWindow(20).compressed(true, block.build()).build());
        byte[] literals = new byte[1024];
        Frames toLiterals = Frames.of()
                .rawLiterals(literals)
                .sequences(5, 0, 0, Frames.Bits.of().build(), 1);
        refuses(
                Reason.CORRUPT,
                Frames.withWindow(10).compressed(true, toLiterals.build()).build());
    }

    @Test
    void refusesSequencesThatDoNotEndAtTheirFirstBit() {
        for (int bits = 2; bits <= 4; bits += 2) {
            byte[] stream = Frames.Bits.of().add(0, bits).build();
            refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).sequences(5, 3, 0, stream, 1)));
        }
        byte[] none = {};
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).sequences(5, 3, 0, none, 1)));
        byte[] noMark = {0};
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).sequences(5, 3, 0, noMark, 1)));
        byte[] short1 = Frames.Bits.of().add(0, 3).build();
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).sequences(1, 3, 0, short1, 100)));
    }

    @Test
    void refusesCodesThatDoNotExist() {
        byte[] bits = Frames.Bits.of().add(0, 3).build();
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).sequences(36, 3, 0, bits, 1)));
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).sequences(5, 32, 0, bits, 1)));
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).sequences(5, 3, 53, bits, 1)));
    }

    @Test
    void refusesReservedModes() {
        refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).bytes(1, 1, 0, 0, 0, 1)));
    }

    @Test
    void refusesSequencesThatAreCutOff() {
        for (int[] section : new int[][] {{200}, {255}, {255, 1}, {1}, {1, 0b01_00_00_00}, {1, 0b00_01_00_00}}) {
            refuses(Reason.CORRUPT, block(Frames.of().rawLiterals(HELLO).bytes(section)));
        }
    }

    @Test
    void repeatsTablesOfAnEarlierBlockOnly() throws IOException {
        byte[] bits = Frames.Bits.of().add(0, 3).build();
        byte[] first =
                Frames.of().rawLiterals(HELLO).sequences(5, 3, 0, bits, 1).build();
        byte[] between = Frames.of().rawLiterals(HELLO).bytes(0).build();
        byte[] second = Frames.of()
                .rawLiterals(HELLO)
                .sequencesHeader(1, Frames.REPEAT, Frames.REPEAT, Frames.REPEAT)
                .bytes(bits)
                .build();
        assertArrayEquals(
                "hellohelhellohellohel".getBytes(StandardCharsets.US_ASCII),
                Zstds.decode(Frames.withWindow(10)
                        .compressed(false, first)
                        .compressed(false, between)
                        .compressed(true, second)
                        .build()));
        refuses(
                Reason.CORRUPT,
                Frames.withWindow(10)
                        .compressed(false, between)
                        .compressed(true, second)
                        .build());
    }

    private static void assertMatches(String expected, Frames.Bits bits, int literals, int code) throws IOException {
        byte[] bytes = expected.substring(0, literals).getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals(
                expected.getBytes(StandardCharsets.US_ASCII),
                Zstds.decode(block(Frames.of().rawLiterals(bytes).sequences(literals, code, 0, bits.build(), 1))));
    }

    private static byte[] block(Frames content) {
        return block(content, 0);
    }

    private static byte[] block(Frames content, int cut) {
        byte[] bytes = content.build();
        return Frames.withWindow(11)
                .compressed(true, Arrays.copyOf(bytes, bytes.length - cut))
                .build();
    }

    private static Frames fourStreams(int regenerated, byte[] content) {
        return Frames.of()
                .number(2 | 1 << 2 | regenerated << 4 | (long) content.length << 14, 3)
                .bytes(content)
                .bytes(0);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return Frames.of().bytes(first).bytes(second).build();
    }

    private static void refuses(Reason reason, byte[] stream) {
        refuses(reason, stream, Zstds.MAX_WINDOW);
    }

    private static void refuses(Reason reason, byte[] stream, int maxWindow) {
        var e = assertThrows(ZstdException.class, () -> Zstds.decode(new ByteArrayInputStream(stream), maxWindow));
        assertEquals(reason, e.reason(), e.getMessage());
    }
}
