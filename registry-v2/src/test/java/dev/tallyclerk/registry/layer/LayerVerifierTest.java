package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerVerifierTest {
    private static final String TAR = "application/vnd.oci.image.layer.v1.tar";
    private static final String GZIP = TAR + "+gzip";
    private static final byte[] CONTENT =
            "the content of a layer, as long as it is wide".getBytes(StandardCharsets.US_ASCII);

    private static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static Descriptor describe(String mediaType, byte[] blob) {
        return Descriptor.of(mediaType, Digest.sha256Of(blob), blob.length);
    }

    private static VerifiedLayer verify(String mediaType, byte[] blob, byte[] content) throws IOException {
        return verify(new ByteArrayInputStream(blob), describe(mediaType, blob), Digest.sha256Of(content));
    }

    private static VerifiedLayer verify(InputStream blob, Descriptor layer, Digest diffId) throws IOException {
        return LayerVerifier.create().verify(blob, layer, diffId);
    }

    private static Reason refusal(String mediaType, byte[] blob, byte[] content) {
        return assertThrows(LayerException.class, () -> verify(mediaType, blob, content))
                .reason();
    }

    @Test
    void verifiesPlainAndGzipLayers() throws IOException {
        assertEquals(CONTENT.length, verify(TAR, CONTENT, CONTENT).uncompressedSize());
        assertEquals(CONTENT.length, verify(GZIP, gzip(CONTENT), CONTENT).uncompressedSize());
    }

    @Test
    void verifiesADiffIdOfAnotherAlgorithmThanTheBlobs() throws IOException {
        Digest diffId = Digest.of(DigestAlgorithm.SHA512, CONTENT);
        assertEquals(
                diffId,
                verify(new ByteArrayInputStream(CONTENT), describe(TAR, CONTENT), diffId)
                        .diffId());
        byte[] blob = gzip(CONTENT);
        assertEquals(
                diffId,
                verify(new ByteArrayInputStream(blob), describe(GZIP, blob), diffId)
                        .diffId());
    }

    /** A stream that says how often it was closed. */
    private static final class Closing extends ByteArrayInputStream {
        private int closed;

        Closing(byte[] content) {
            super(content);
        }

        @Override
        public void close() {
            closed++;
        }
    }

    @Test
    void closesWhatItWasGivenIfItGivesNothingToClose() throws IOException {
        byte[] blob = gzip(CONTENT);
        Digest diffId = Digest.sha256Of(CONTENT);
        Digest unknown = Digest.parse("blake3:" + "0".repeat(64));
        Map<Descriptor, Digest> refused = Map.of(
                describe("application/vnd.example", blob), diffId,
                describe(TAR, blob), diffId,
                describe(GZIP, blob), unknown,
                Descriptor.of(GZIP, unknown, blob.length), diffId);
        for (Map.Entry<Descriptor, Digest> each : refused.entrySet()) {
            Closing stream = new Closing(blob);
            assertThrows(IOException.class, () -> LayerVerifier.create().open(stream, each.getKey(), each.getValue()));
            assertTrue(stream.closed > 0, each.toString());
            Closing entries = new Closing(blob);
            assertThrows(
                    IOException.class,
                    () -> LayerReader.open(entries, each.getKey(), each.getValue(), LayerVerifier.create()));
            assertTrue(entries.closed > 0, each.toString());
        }
        Closing good = new Closing(blob);
        LayerReader reader = LayerReader.open(good, describe(GZIP, blob), diffId, LayerVerifier.create());
        assertEquals(0, good.closed);
        reader.close();
        assertTrue(good.closed > 0);
    }

    @Test
    void readsSeveralGzipMembersAsOneStream() throws IOException {
        byte[] blob = concat(
                gzip(Arrays.copyOf(CONTENT, 7)),
                gzip(new byte[0]),
                gzip(Arrays.copyOfRange(CONTENT, 7, CONTENT.length)));
        assertEquals(CONTENT.length, verify(GZIP, blob, CONTENT).uncompressedSize());
    }

    @Test
    void readsAHeaderWithEveryOptionalField() throws IOException {
        byte[] plain = gzip(CONTENT);
        byte[] header = concat(
                new byte[] {0x1f, (byte) 0x8b, 8, 0b1_1110, 1, 2, 3, 4, 0, 3, 2, 0, 'x', 'y'},
                "name\0comment\0".getBytes(StandardCharsets.US_ASCII));
        var crc = new CRC32();
        crc.update(header);
        byte[] headerCrc = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
        byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
        assertEquals(
                CONTENT.length,
                verify(GZIP, concat(header, headerCrc, body), CONTENT).uncompressedSize());
        headerCrc[0]++;
        assertEquals(Reason.MALFORMED, refusal(GZIP, concat(header, headerCrc, body), CONTENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "\0\0\0\0x", "\u001fx"})
    void refusesDataAfterTheLastMember(String garbage) throws IOException {
        byte[] blob = concat(gzip(CONTENT), garbage.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(Reason.TRAILING_DATA, refusal(GZIP, blob, CONTENT));
    }

    @Test
    void passesOverZerosAfterTheLastMember() throws IOException {
        byte[] blob = concat(gzip(CONTENT), new byte[1000]);
        assertEquals(CONTENT.length, verify(GZIP, blob, CONTENT).uncompressedSize());
    }

    @Test
    void refusesWhatIsNotGzip() {
        assertEquals(Reason.MALFORMED, refusal(GZIP, CONTENT, CONTENT));
        assertEquals(Reason.MALFORMED, refusal(GZIP, new byte[0], new byte[0]));
    }

    @Test
    void refusesATruncatedMemberWhoseBlobIsTheOnePromised() throws IOException {
        byte[] whole = gzip(CONTENT);
        for (int length = 1; length < whole.length; length++) {
            assertEquals(Reason.MALFORMED, refusal(GZIP, Arrays.copyOf(whole, length), CONTENT));
        }
    }

    @Test
    void refusesAWrongChecksumOrSizeInTheTrailer() throws IOException {
        for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
            byte[] blob = gzip(CONTENT);
            blob[blob.length - fromEnd] ^= 1;
            assertEquals(Reason.MALFORMED, refusal(GZIP, blob, CONTENT));
        }
    }

    @Test
    void namesBothDigestsWhenTheDiffIdIsWrong() throws IOException {
        byte[] blob = gzip(CONTENT);
        Digest wrong = Digest.sha256Of(new byte[] {1});
        var e = assertThrows(
                LayerException.class, () -> verify(new ByteArrayInputStream(blob), describe(GZIP, blob), wrong));
        assertEquals(Reason.DIFF_ID_MISMATCH, e.reason());
        String message = String.valueOf(e.getMessage());
        assertTrue(
                message.contains(wrong.toString())
                        && message.contains(Digest.sha256Of(CONTENT).toString()),
                message);
        assertEquals(Reason.DIFF_ID_MISMATCH, refusal(TAR, CONTENT, new byte[] {1}));
    }

    @Test
    void blamesTheBlobAndNotItsDecompressionWhenTheBlobIsWrong() throws IOException {
        byte[] blob = gzip(CONTENT);
        Descriptor promised = describe(GZIP, blob);
        for (int i = 0; i < blob.length; i++) {
            byte[] flipped = blob.clone();
            flipped[i] ^= 0x10;
            var e = assertThrows(
                    VerificationException.class,
                    () -> verify(new ByteArrayInputStream(flipped), promised, Digest.sha256Of(CONTENT)));
            assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
        }
        var e = assertThrows(
                VerificationException.class,
                () -> verify(new ByteArrayInputStream(blob, 0, blob.length - 3), promised, Digest.sha256Of(CONTENT)));
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
    }

    @Test
    void stopsABombAtTheRatioAndAtTheSize() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                gzip.write(zeros);
            }
        }
        byte[] bomb = out.toByteArray();
        Digest any = Digest.sha256Of(CONTENT);
        var harmless = assertThrows(
                LayerException.class, () -> verify(new ByteArrayInputStream(bomb), describe(GZIP, bomb), any));
        assertEquals(Reason.DIFF_ID_MISMATCH, harmless.reason());
        LayerVerifier strict =
                LayerVerifier.create().withLimits(LayerLimits.defaults().withRatioFreeBytes(64 << 20));
        var ratio = assertThrows(
                LayerException.class, () -> strict.verify(new ByteArrayInputStream(bomb), describe(GZIP, bomb), any));
        assertEquals(Reason.LIMIT_EXCEEDED, ratio.reason());
        LayerVerifier small =
                LayerVerifier.create().withLimits(LayerLimits.defaults().withMaxUncompressedBytes(1000));
        var size = assertThrows(
                LayerException.class, () -> small.verify(new ByteArrayInputStream(bomb), describe(GZIP, bomb), any));
        assertEquals(Reason.LIMIT_EXCEEDED, size.reason());
    }

    @Test
    void saysThatItCannotReadUnknownLayers() {
        assertEquals(Reason.UNSUPPORTED, refusal("text/plain", CONTENT, new byte[] {1}));
    }

    @Test
    void refusesWhatIsNotZstd() throws IOException {
        assertEquals(Reason.MALFORMED, refusal(TAR + "+zstd", CONTENT, CONTENT));
        assertEquals(Reason.MALFORMED, refusal(TAR + "+zstd", gzip(CONTENT), CONTENT));
        byte[] wideWindow = HexFormat.of().parseHex("28b52ffd00a8010000");
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(TAR + "+zstd", wideWindow, new byte[0]));
    }

    @Test
    void refusesAPlainLayerThatAnEngineWouldDecompress() throws IOException {
        byte[] gzipped = gzip(CONTENT);
        assertEquals(Reason.AMBIGUOUS_COMPRESSION, refusal(TAR, gzipped, gzipped));
        assertEquals(
                Reason.AMBIGUOUS_COMPRESSION,
                refusal(TAR, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1}, CONTENT));
        assertEquals(Reason.UNSUPPORTED, refusal("text/plain", gzipped, gzipped));
    }

    @ParameterizedTest
    @ValueSource(strings = {"502a4d1800000000", "5f2a4d18"})
    void refusesAPlainLayerThatBeginsWithWhatZstandardSkips(String hex) {
        byte[] layer = HexFormat.of().parseHex(hex);
        assertEquals(Reason.AMBIGUOUS_COMPRESSION, refusal(TAR, layer, layer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4f2a4d18", "602a4d18", "d02a4d18", "502a4d19", "502a4d"})
    void takesAPlainLayerThatOnlyLooksLikeACompressedOne(String hex) throws IOException {
        byte[] layer = HexFormat.of().parseHex(hex);
        assertEquals(layer.length, verify(TAR, layer, layer).uncompressedSize());
    }

    /** The content in one block that is not compressed. */
    private static byte[] zstd(byte[] content) {
        int block = content.length << 3 | 1;
        byte[] header = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x20, (byte) content.length};
        return concat(header, new byte[] {(byte) block, (byte) (block >> 8), (byte) (block >> 16)}, content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gzip", ".zstd"})
    void goesByTheFirstBytesOfALayerOfDockersTypes(String suffix) throws IOException {
        byte[] compressed = gzip(CONTENT);
        for (String kind : List.of("", "foreign.")) {
            String type = "application/vnd.docker.image.rootfs." + kind + "diff.tar" + suffix;
            for (byte[] blob : List.of(compressed, CONTENT, zstd(CONTENT))) {
                assertEquals(CONTENT.length, verify(type, blob, CONTENT).uncompressedSize(), type);
                assertEquals(Reason.DIFF_ID_MISMATCH, refusal(type, blob, new byte[] {1}));
            }
            assertEquals(0, verify(type, new byte[0], new byte[0]).uncompressedSize());
            assertEquals(Reason.DIFF_ID_MISMATCH, refusal(type, compressed, compressed), "it decompresses to another");
            assertEquals(Reason.MALFORMED, refusal(type, Arrays.copyOf(compressed, 9), CONTENT));
            assertEquals(
                    Reason.AMBIGUOUS_COMPRESSION, refusal(type, concat(new byte[] {'B', 'Z', 'h'}, CONTENT), CONTENT));
            byte[] skippable = concat(new byte[] {0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0}, zstd(CONTENT));
            if (suffix.equals(".zstd")) {
                assertEquals(CONTENT.length, verify(type, skippable, CONTENT).uncompressedSize());
            } else {
                assertEquals(Reason.AMBIGUOUS_COMPRESSION, refusal(type, skippable, CONTENT));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6, 7})
    void findsTheFirstBytesHoweverTheyCome(int atATime) throws IOException {
        String type = "application/vnd.docker.image.rootfs.diff.tar";
        for (byte[] blob : List.of(gzip(CONTENT), CONTENT, Arrays.copyOf(CONTENT, 5), new byte[] {1})) {
            byte[] content = blob[0] == 0x1f ? CONTENT : blob;
            InputStream dripping = new ByteArrayInputStream(blob) {
                @Override
                public int read(byte[] into, int offset, int length) {
                    return super.read(into, offset, Math.min(length, atATime));
                }
            };
            assertEquals(
                    content.length,
                    verify(dripping, describe(type, blob), Digest.sha256Of(content))
                            .uncompressedSize());
        }
        byte[] blob = gzip(CONTENT);
        Descriptor longer = Descriptor.of(type, Digest.sha256Of(blob), 3);
        assertEquals(
                VerificationException.Reason.TOO_LONG,
                assertThrows(
                                VerificationException.class,
                                () -> verify(new ByteArrayInputStream(blob), longer, Digest.sha256Of(CONTENT)))
                        .reason());
    }

    @Test
    void endsWhateverSizeIsPromised() throws IOException {
        Descriptor endless = Descriptor.of(TAR, Digest.sha256Of(CONTENT), Long.MAX_VALUE);
        var e = assertThrows(
                VerificationException.class,
                () -> verify(new ByteArrayInputStream(CONTENT), endless, Digest.sha256Of(CONTENT)));
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
    }

    @Test
    void needsNoFormatWhereTheUncompressedContentIsTheBlobItself() throws IOException {
        assertEquals(CONTENT.length, verify("text/plain", CONTENT, CONTENT).uncompressedSize());
    }

    @Property(tries = 100)
    void decodesWhateverTheJdkEncodes(
            @ForAll @Size(max = 5000) byte[] noise, @ForAll @IntRange(max = 300_000) int repeated, @ForAll long seed)
            throws IOException {
        byte[] random = new byte[repeated / 7];
        new Random(seed).nextBytes(random);
        byte[] content = concat(noise, new byte[repeated], random, noise);
        assertEquals(content.length, verify(GZIP, gzip(content), content).uncompressedSize());
    }

    @Property(tries = 500)
    void anyBytesAreRefusedWithAReason(@ForAll @Size(max = 200) byte[] tail) throws IOException {
        byte[] blob = concat(Arrays.copyOf(gzip(CONTENT), 10), tail);
        assertTrue(refusal(GZIP, blob, CONTENT) != Reason.UNSUPPORTED);
    }
}
