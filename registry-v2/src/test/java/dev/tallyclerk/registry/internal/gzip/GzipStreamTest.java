package dev.tallyclerk.registry.internal.gzip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GzipStreamTest {
    private static void assertRefused(Reason reason, byte[] stream) {
        for (Engine engine : Engine.values()) {
            assertEquals(
                    reason,
                    assertThrows(GzipException.class, () -> engine.decode(stream))
                            .reason(),
                    engine::name);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsAllMembers(Engine engine) throws IOException {
        byte[] one = GzipStreams.random(1, 100_000);
        byte[] two = GzipStreams.text(2, 300_000);
        byte[] stream = GzipStreams.concat(
                GzipStreams.gzip(one, 6), GzipStreams.gzip(new byte[0], 6), GzipStreams.gzip(two, 9));
        assertArrayEquals(GzipStreams.concat(one, two), engine.decode(stream));
    }

    @ParameterizedTest
    @EnumSource
    void readsManyTinyMembers(Engine engine) throws IOException {
        byte[] member = GzipStreams.gzip(new byte[] {7}, 6);
        byte[] stream = new byte[5000 * member.length];
        for (int i = 0; i < 5000; i++) {
            System.arraycopy(member, 0, stream, i * member.length, member.length);
        }
        assertEquals(5000, engine.decode(stream).length);
    }

    @Test
    void aMemberCannotReferToTheOneBefore() throws IOException {
        byte[] first = GzipStreams.gzip(GzipStreams.text(1, 1000), 6);
        // A fixed block: a match of length 3 at distance 1, before there is a byte.
        byte[] second = GzipStreams.member(HexFormat.of().parseHex("030200"), new byte[0]);
        assertRefused(Reason.CORRUPT, GzipStreams.concat(first, second));
    }

    @Test
    void refusesWhatIsNotGzip() {
        assertRefused(Reason.NOT_GZIP, new byte[0]);
        assertRefused(Reason.NOT_GZIP, new byte[] {0x1f});
        assertRefused(Reason.NOT_GZIP, "ustar".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 5000})
    void refusesTrailingData(int length) throws IOException {
        byte[] stream = GzipStreams.gzip(GzipStreams.text(1, 100), 6);
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 1);
        assertRefused(Reason.TRAILING_DATA, GzipStreams.concat(stream, ones));
        assertRefused(Reason.TRAILING_DATA, GzipStreams.concat(stream, new byte[length], new byte[] {1}));
        assertRefused(Reason.TRAILING_DATA, GzipStreams.concat(stream, new byte[length], stream));
    }

    /** What bsdtar writes to a pipe, in whole blocks of a tape. */
    @ParameterizedTest
    @EnumSource
    void passesOverZerosBehindTheLastMember(Engine engine) throws IOException {
        byte[] content = GzipStreams.text(1, 100);
        byte[] stream = GzipStreams.gzip(content, 6);
        for (int zeros : new int[] {1, 2, 100, 10_240, 300_000}) {
            assertArrayEquals(content, engine.decode(Arrays.copyOf(stream, stream.length + zeros)));
        }
        assertRefused(Reason.NOT_GZIP, GzipStreams.concat(new byte[1], stream));
    }

    @Test
    void refusesAStreamThatIsCutAnywhere() throws IOException {
        byte[] stream = GzipStreams.gzip(GzipStreams.text(1, 2000), 6);
        for (int length = 2; length < stream.length; length++) {
            assertRefused(Reason.TRUNCATED, Arrays.copyOf(stream, length));
        }
    }

    @Test
    void refusesAWrongChecksumAndAWrongSize() throws IOException {
        byte[] stream = GzipStreams.gzip(GzipStreams.text(1, 2000), 6);
        for (int i = 1; i <= 8; i++) {
            byte[] changed = stream.clone();
            changed[stream.length - i] ^= 1;
            assertRefused(Reason.CORRUPT, changed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "07", // a block of type 3
                "0100000000", // stored, and the length's complement is not one
                "fde0ffff0000", // 286 literal and length symbols are the most
                "4b04feff00", // garbage behind fixed codes
            })
    void refusesBrokenBlocks(String deflated) {
        byte[] stream = GzipStreams.member(HexFormat.of().parseHex(deflated), new byte[0]);
        for (Engine engine : Engine.values()) {
            assertThrows(GzipException.class, () -> engine.decode(stream), engine::name);
        }
    }

    @Test
    void saysWhenTheSourceGivesNothingAndDoesNotEnd() {
        var stuck = new ByteArrayInputStream(new byte[0]) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                return 0;
            }
        };
        assertThrows(IOException.class, () -> GzipStream.of(stuck).decode(GzipStream.newBuffer(100)));
    }

    @Test
    void passesTheOptionalFieldsOfAHeader() throws IOException {
        byte[] plain = GzipStreams.gzip(new byte[] {1, 2, 3}, 6);
        byte[] header = HexFormat.of().parseHex("1f8b081c00000000000003" + "0200aabb" + "6e616d6500" + "6300");
        // 10 bytes, then the extra field, the name and the comment.
        byte[] fixed = GzipStreams.concat(Arrays.copyOf(header, 10), Arrays.copyOfRange(header, 11, header.length));
        byte[] stream = GzipStreams.concat(fixed, Arrays.copyOfRange(plain, 10, plain.length));
        for (Engine engine : Engine.values()) {
            assertArrayEquals(new byte[] {1, 2, 3}, engine.decode(stream), engine::name);
        }
    }

    @Test
    void checksTheHeadersChecksum() throws IOException {
        byte[] plain = GzipStreams.gzip(new byte[] {1, 2, 3}, 6);
        byte[] header = Arrays.copyOf(plain, 10);
        header[3] = 2;
        int crc = GzipStreams.crc(header) & 0xffff;
        byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
        byte[] right = GzipStreams.concat(header, new byte[] {(byte) crc, (byte) (crc >> 8)}, body);
        byte[] wrong = GzipStreams.concat(header, new byte[] {(byte) (crc + 1), (byte) (crc >> 8)}, body);
        for (Engine engine : Engine.values()) {
            assertArrayEquals(new byte[] {1, 2, 3}, engine.decode(right), engine::name);
        }
        assertRefused(Reason.CORRUPT, wrong);
    }
}
