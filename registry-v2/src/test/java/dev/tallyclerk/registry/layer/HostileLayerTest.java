package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.JavaProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Layers that a stranger has made; the names say which advisories the attacks are from. */
class HostileLayerTest {
    private static final String TAR = "application/vnd.oci.image.layer.v1.tar";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MIB = 1 << 20;

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] repeated(byte[] bytes, int times) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    /** The layer is the promised one, so that nothing but what it decompresses to is wrong with it. */
    private static Reason refusal(String compression, byte[] blob) {
        Descriptor layer = Descriptor.of(TAR + compression, Digest.sha256Of(blob), blob.length);
        Digest any = Digest.sha256Of(new byte[0]);
        return assertTimeoutPreemptively(
                SOON,
                () -> assertThrows(
                                LayerException.class,
                                () -> LayerVerifier.create()
                                        .withLimits(LayerLimits.defaults().withRatioFreeBytes(64 * MIB))
                                        .verify(new ByteArrayInputStream(blob), layer, any))
                        .reason());
    }

    private static Reason archiveRefusal(byte[] tar) {
        return assertTimeoutPreemptively(
                SOON,
                () -> assertThrows(LayerException.class, () -> LayerReaderTest.read(tar))
                        .reason());
    }

    /** A gibibyte of zeros in a thousandth of that, in one member and in many. */
    @Test
    void podmanDesktop18757StopsABombOfGzip() throws IOException {
        byte[] member = gzip(new byte[64 * MIB]);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("+gzip", repeated(member, 16)));
        byte[] small = gzip(new byte[MIB]);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("+gzip", repeated(small, 1024)));
    }

    /** No bomb: a file of 1.5 GiB of zeros, which all engines load. */
    @Test
    void takesAFileOfZeros() throws IOException {
        int members = 24;
        byte[] zeros = new byte[64 * MIB];
        byte[] header =
                Header.of("zeros", '0').size((long) members * zeros.length).bytes();
        byte[] blob = TestTar.concatenated(gzip(header), repeated(gzip(zeros), members));
        ContentHash content = new ContentHash();
        content.add(header, 1);
        content.add(zeros, members);
        Descriptor layer = Descriptor.of(TAR + "+gzip", Digest.sha256Of(blob), blob.length);
        try (LayerReader reader =
                LayerReader.open(new ByteArrayInputStream(blob), layer, content.digest(), LayerVerifier.create())) {
            assertEquals(
                    (long) members * zeros.length, reader.next().orElseThrow().size());
            assertTrue(reader.next().isEmpty());
        }
    }

    private static final class ContentHash {
        private final MessageDigest sha256;

        ContentHash() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        void add(byte[] bytes, int times) {
            for (int i = 0; i < times; i++) {
                sha256.update(bytes);
            }
        }

        Digest digest() {
            return Digest.parse("sha256:" + HexFormat.of().formatHex(sha256.digest()));
        }
    }

    /** A gibibyte of zeros in 32 KiB: blocks of one byte and how often it stands there. */
    @Test
    void podmanDesktop18757StopsABombOfZstd() {
        byte[] header = HexFormat.of().parseHex("28b52ffd" + "0038");
        byte[] block = HexFormat.of().parseHex("02001000");
        byte[] last = HexFormat.of().parseHex("03001000");
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes(header);
        bomb.writeBytes(repeated(block, 8191));
        bomb.writeBytes(last);
        assertTrue(bomb.size() < 1 << 16);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("+zstd", bomb.toByteArray()));
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(header);
        frames.writeBytes(last);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("+zstd", repeated(frames.toByteArray(), 8192)));
    }

    @Test
    void podmanDesktop18757RefusesAWindowOfTwoGibibytes() {
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("+zstd", windowOfTwoGibibytes()));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("+zstd", HexFormat.of().parseHex("28b52ffd00ff010000")));
    }

    private static byte[] windowOfTwoGibibytes() {
        return HexFormat.of().parseHex("28b52ffd00a8010000");
    }

    /** In a process of 48 MiB, so that it shows on a machine with much memory. */
    @Test
    void nothingIsAllocatedForAWindowThatIsOnlySaid() throws IOException, InterruptedException {
        Process process = JavaProcess.start(HostileLayerTest.class);
        try (InputStream in = process.getInputStream()) {
            assertEquals("LIMIT_EXCEEDED TRAILING_DATA", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
        assertEquals(0, process.waitFor());
    }

    /** Refuses a window that is not allowed, and what trails a frame that says 128 MiB, which are, and has nothing. */
    public static void main(String[] arguments) {
        byte[] allowed = HexFormat.of().parseHex("28b52ffd008801000000");
        System.out.print(refusal("+zstd", windowOfTwoGibibytes()) + " " + refusal("+zstd", allowed));
    }

    @Test
    void podmanDesktop18757RefusesWhatTrailsTheLastMember() throws IOException {
        byte[] tar = new TestTar().file("a", "x").finish();
        for (String trailing : new String[] {"x", "\0x", "\u001f", "trailing text"}) {
            byte[] more = trailing.getBytes(StandardCharsets.ISO_8859_1);
            byte[] member = gzip(tar);
            byte[] blob = Arrays.copyOf(member, member.length + more.length);
            System.arraycopy(more, 0, blob, member.length, more.length);
            assertEquals(Reason.TRAILING_DATA, refusal("+gzip", blob));
        }
    }

    /** CVE-2017-14992 of tar-split, CVE-2024-25710 and CVE-2024-26308 of commons-compress. */
    @Test
    void cve201714992RefusesExtendedHeadersThatCostTooMuch() {
        byte[] large = new byte[MIB + 1];
        Arrays.fill(large, (byte) 'a');
        for (char type : new char[] {'x', 'g', 'L', 'K'}) {
            assertEquals(
                    Reason.LIMIT_EXCEEDED,
                    archiveRefusal(new TestTar()
                            .entry(Header.of("pax_global_header", type).size(large.length), large)
                            .finish()));
            // Nothing is allocated for a size that is only said.
            byte[] said = new byte[] {(byte) 0x80, 0, 0, 0, 127, -1, -1, -1, -1, -1, -1, -1};
            assertEquals(
                    Reason.LIMIT_EXCEEDED,
                    archiveRefusal(new TestTar()
                            .entry(Header.of("pax_global_header", type).put(124, 12, said))
                            .finish()));
        }
    }

    /** Of commons-compress: a name of a size that no file has. */
    @Test
    void cve202342503RefusesSizesThatNoFileHas() {
        for (byte first : new byte[] {(byte) 0x80, (byte) 0xff}) {
            byte[] size = new byte[12];
            Arrays.fill(size, (byte) 0xff);
            size[0] = first;
            Reason reason = archiveRefusal(
                    new TestTar().entry(Header.of("a", '0').put(124, 12, size)).finish());
            assertEquals(Reason.MALFORMED_ARCHIVE, reason);
        }
        Reason said = archiveRefusal(
                new TestTar().entry(Header.of("a", '0').size(0777_7777_7777L)).finish());
        assertEquals(Reason.MALFORMED_ARCHIVE, said);
    }

    /** CVE-2024-26308 and similar: sparse files, which are nearly nothing and say that they are everything. */
    @Test
    void cve202426308RefusesSparseBombs() {
        Header old = Header.of("bomb", 'S').magic("ustar  \0").octal(483, 12, 0777_7777_7777L);
        assertEquals(
                Reason.UNSUPPORTED_ENTRY,
                archiveRefusal(new TestTar().entry(old).finish()));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                archiveRefusal(new TestTar()
                        .pax(
                                'x',
                                TestTar.record("GNU.sparse.major", "1"),
                                TestTar.record("GNU.sparse.minor", "0"),
                                TestTar.record("GNU.sparse.name", "bomb"),
                                TestTar.record("GNU.sparse.realsize", "999999999999999999"))
                        .file("bomb", "1\n0\n0\n" + "\0".repeat(506))
                        .finish()));
    }
}
