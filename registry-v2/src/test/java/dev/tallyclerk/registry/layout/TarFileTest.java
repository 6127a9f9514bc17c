package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.layout.LayoutException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarFileTest {
    @TempDir
    Path folder = Path.of("");

    private TarFile open(byte[] archive) throws IOException {
        return TarFile.open(Files.write(folder.resolve("a.tar"), archive), LayoutLimits.defaults(), folder);
    }

    private Reason refusal(byte[] archive) {
        return assertThrows(LayoutException.class, () -> open(archive).close()).reason();
    }

    private static String read(TarFile tar, String path) throws IOException {
        try (InputStream in = tar.open(path).orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void readsFilesWhereTheyLie() throws IOException {
        byte[] big = new byte[100_000];
        new Random(1).nextBytes(big);
        try (TarFile tar = open(new TestArchives()
                .file("./a", "first")
                .file("b/c", big)
                .file("empty", "")
                .finish())) {
            assertEquals("first", read(tar, "a"));
            assertEquals(5, tar.size("a").orElseThrow());
            try (InputStream in = tar.open("b/c").orElseThrow()) {
                assertArrayEquals(big, in.readAllBytes());
                assertEquals(-1, in.read());
            }
            assertEquals("", read(tar, "empty"));
            assertTrue(tar.open("b").isEmpty());
            assertTrue(tar.open("missing").isEmpty());
        }
    }

    @Test
    void followsLinksWithinTheArchiveOnly() throws IOException {
        try (TarFile tar = open(new TestArchives()
                .file("layers/one.tar", "layer")
                .symbolicLink("id/layer.tar", "../layers/one.tar")
                .symbolicLink("id2/layer.tar", "../id/layer.tar")
                .hardLink("hard", "layers/one.tar")
                .symbolicLink("out", "../../../../etc/passwd")
                .symbolicLink("absolute", "/layers/one.tar")
                .symbolicLink("d", "layers")
                .symbolicLink("through", "d/one.tar")
                .symbolicLink("over/root", "../../layers/one.tar")
                .symbolicLink("again/up", "../layers/../layers/one.tar")
                .symbolicLink("plain", "./layers//one.tar")
                .hardLink("hard2", "./hard")
                .hardLink("hardAbsolute", "/layers/one.tar")
                .hardLink("hardUp", "layers/../layers/one.tar")
                .finish())) {
            assertEquals("layer", read(tar, "id/layer.tar"));
            assertEquals("layer", read(tar, "id2/layer.tar"));
            assertEquals("layer", read(tar, "hard"));
            assertEquals("layer", read(tar, "hard2"));
            assertEquals("layer", read(tar, "plain"));
            for (String odd :
                    List.of("out", "absolute", "through", "d", "over/root", "again/up", "hardAbsolute", "hardUp")) {
                var e = assertThrows(LayoutException.class, () -> tar.open(odd), odd);
                assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            }
        }
    }

    /** On a disk each leads to the file at the root; by the text alone, to the one in the folder, or the reverse. */
    @Test
    void refusesALinkThatLeadsElsewhereOnceItIsExtracted() throws IOException {
        try (TarFile tar = open(new TestArchives()
                .file("f", "root")
                .file("s/f", "in a folder")
                .symbolicLink("s/link", "f")
                .hardLink("hard", "s/link")
                .file("s/d/other", "")
                .symbolicLink("l", "s/d")
                .symbolicLink("up", "l/../f")
                .finish())) {
            assertEquals("in a folder", read(tar, "s/link"));
            for (String odd : List.of("hard", "up")) {
                var e = assertThrows(LayoutException.class, () -> tar.open(odd), odd);
                assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            }
        }
    }

    @Test
    void aDocumentIsNoLink() throws IOException {
        try (TarFile tar = open(new TestArchives()
                .file("f", "document")
                .symbolicLink("soft", "f")
                .hardLink("hard", "f")
                .finish())) {
            assertEquals("document", new String(tar.readDocument("f", 100).orElseThrow(), StandardCharsets.UTF_8));
            assertTrue(tar.readDocument("missing", 100).isEmpty());
            for (String link : List.of("soft", "hard")) {
                assertEquals("document", read(tar, link));
                var e = assertThrows(LayoutException.class, () -> tar.readDocument(link, 100), link);
                assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            }
        }
    }

    @Test
    void refusesALoopOfLinks() throws IOException {
        try (TarFile tar = open(
                new TestArchives().symbolicLink("a", "b").symbolicLink("b", "a").finish())) {
            var e = assertThrows(LayoutException.class, () -> tar.open("a"));
            assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
        }
    }

    @Test
    void readsPaxAndGnuExtensions() throws IOException {
        String longName = "x".repeat(120) + "/" + "y".repeat(130);
        try (TarFile tar = open(new TestArchives()
                .entry("h", 'x', "", TestArchives.paxRecord("path", longName))
                .file("short", "pax")
                .entry("././@LongLink", 'L', "", ("gnu/" + longName + "\0").getBytes(StandardCharsets.UTF_8))
                .file("short", "gnu")
                .finish())) {
            assertEquals("pax", read(tar, longName));
            assertEquals("gnu", read(tar, "gnu/" + longName));
        }
    }

    @Test
    void aPaxSizeCountsInsteadOfTheHeaders() throws IOException {
        byte[] header = TestArchives.header("f", '0', "", 0);
        try (TarFile tar = open(new TestArchives()
                .entry("h", 'x', "", TestArchives.paxRecord("size", "5"))
                .raw(header, "12345".getBytes(StandardCharsets.UTF_8))
                .file("after", "after")
                .finish())) {
            assertEquals("12345", read(tar, "f"));
            assertEquals("after", read(tar, "after"));
        }
    }

    /** What Go's reader, which engines use, and others take differently: one file would be two images. */
    @Test
    void refusesWhatReadersTakeDifferently() {
        byte[] named = TestArchives.paxRecord("path", "other");
        byte[] text = "other\0".getBytes(StandardCharsets.UTF_8);
        byte[] leadingNul = TestArchives.header("f", '0', "", 0);
        System.arraycopy("00000000005".getBytes(StandardCharsets.UTF_8), 0, leadingNul, 125, 11);
        leadingNul[124] = 0;
        TestArchives.withChecksum(leadingNul);
        byte[] gnuWithPrefix = TestArchives.header("f", '0', "", 0);
        System.arraycopy("ustar  \0".getBytes(StandardCharsets.UTF_8), 0, gnuWithPrefix, 257, 8);
        System.arraycopy("prefix".getBytes(StandardCharsets.UTF_8), 0, gnuWithPrefix, 345, 6);
        TestArchives.withChecksum(gnuWithPrefix);
        byte[] star = TestArchives.header("f", '0', "", 0);
        System.arraycopy("p".repeat(131).getBytes(StandardCharsets.UTF_8), 0, star, 345, 131);
        System.arraycopy("tar\0".getBytes(StandardCharsets.UTF_8), 0, star, 508, 4);
        TestArchives.withChecksum(star);
        List<TestArchives> archives = List.of(
                new TestArchives().entry("h", 'L', "", text).entry("h", 'x', "", named),
                new TestArchives().entry("h", 'x', "", named).entry("h", 'L', "", text),
                new TestArchives().entry("h", 'x', "", named).entry("h", 'x', "", named),
                new TestArchives().entry("h", 'L', "", text).entry("h", 'L', "", text),
                new TestArchives().entry("h", 'x', "", TestArchives.paxRecord("path", "")),
                new TestArchives().entry("h", 'x', "", TestArchives.paxRecord("path", "a\0b")),
                new TestArchives().entry("h", 'L', "", "a\0b\0".getBytes(StandardCharsets.UTF_8)),
                new TestArchives()
                        .entry("h", 'x', "", named)
                        .entry("pax_global_header", 'g', "", TestArchives.paxRecord("comment", "x")),
                new TestArchives()
                        .entry("h", 'L', "", text)
                        .entry("pax_global_header", 'g', "", TestArchives.paxRecord("comment", "x")),
                new TestArchives().raw(gnuWithPrefix, new byte[0]),
                new TestArchives().raw(star, new byte[0]),
                new TestArchives().entry("h", 'X', "", named),
                new TestArchives().entry("l", '1', "f", new byte[512]),
                new TestArchives().entry("l", '2', "f", new byte[512]),
                new TestArchives().entry("d", '5', "", new byte[512]),
                new TestArchives().entry("pax_global_header", 'g', "", named),
                new TestArchives().entry("pax_global_header", 'g', "", TestArchives.paxRecord("size", "5")),
                new TestArchives().raw(leadingNul, "12345".getBytes(StandardCharsets.UTF_8)),
                new TestArchives().entry("d/", '\0', "", new byte[512]),
                new TestArchives().file("../f", "1"),
                new TestArchives().file("a/../f", "1"),
                new TestArchives().file("//f", "1"));
        for (int i = 0; i < archives.size(); i++) {
            byte[] archive = archives.get(i).file("after", "1").finish();
            var e = assertThrows(LayoutException.class, () -> open(archive).close(), "archive " + i);
            assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            assertTrue(
                    String.valueOf(e.getMessage()).startsWith(folder.resolve("a.tar") + ": archive "), e.getMessage());
        }
    }

    @Test
    void readsGlobalHeadersThatNameNothing() throws IOException {
        try (TarFile tar = open(new TestArchives()
                .entry("pax_global_header", 'g', "", TestArchives.paxRecord("comment", "made by git archive"))
                .entry("h", 'x', "", TestArchives.paxRecord("mtime", "1.5"))
                .file("a", "1")
                .finish())) {
            assertEquals("1", read(tar, "a"));
        }
    }

    @Test
    void refusesEntriesBelowALinkOrAFile() {
        for (TestArchives archive : List.of(
                new TestArchives().symbolicLink("a", "b").file("a/f", "1").file("b/f", "2"),
                new TestArchives().file("a/b/f", "1").symbolicLink("a", "b"),
                new TestArchives().file("a", "1").file("a/f", "2"),
                new TestArchives().entry("a", '5', "", new byte[0]).file("a", "1"))) {
            assertEquals(Reason.MALFORMED_ARCHIVE, refusal(archive.finish()));
        }
    }

    @Test
    void refusesAnEntryThatEndsAfterTheFile() {
        for (long size : new long[] {1 << 20, Long.MAX_VALUE - 512, Long.MAX_VALUE}) {
            byte[] pax = new TestArchives()
                    .entry("h", 'x', "", TestArchives.paxRecord("size", Long.toString(size)))
                    .raw(TestArchives.header("f", '0', "", 0), new byte[0])
                    .finish();
            assertEquals(Reason.MALFORMED_ARCHIVE, refusal(pax));
            byte[] header = TestArchives.header("f", '0', "", 0);
            ByteBuffer.wrap(header).put(124, (byte) 0x80).putInt(125, 0).putLong(128, size);
            assertEquals(
                    Reason.MALFORMED_ARCHIVE,
                    refusal(new TestArchives()
                            .raw(TestArchives.withChecksum(header), new byte[0])
                            .finish()));
        }
    }

    @Test
    void takesTwoEntriesOfOneFolder() throws IOException {
        try (TarFile tar = open(new TestArchives()
                .entry("d/", '5', "", new byte[0])
                .entry("d", '5', "", new byte[0])
                .file("d/f", "1")
                .finish())) {
            assertEquals("1", read(tar, "d/f"));
        }
    }

    /** As crane writes a configuration, for each tag that an image has. */
    @Test
    void takesTwoEntriesOfOneNameAndTheSameBytes() throws IOException {
        try (TarFile tar = open(new TestArchives()
                .file("sha256:c", "config")
                .file("layer", "layer")
                .file("sha256:c", "config")
                .finish())) {
            assertEquals("config", read(tar, "sha256:c"));
        }
        TestArchives third =
                new TestArchives().file("c", "config").file("c", "config").file("c", "confic");
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(third.finish()));
    }

    /** As Jib writes a layer that an image has twice. */
    @Test
    void comparesTwoEntriesOfOneNameToTheirEnds() throws IOException {
        byte[] layer = new byte[(4 << 20) + 1];
        byte[] other = layer.clone();
        other[layer.length - 1] = 1;
        try (TarFile tar =
                open(new TestArchives().file("l", layer).file("l", layer).finish())) {
            assertEquals(layer.length, tar.size("l").orElseThrow());
        }
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives().file("l", layer).file("l", other).finish()));
    }

    @Test
    void aNameWithASlashBeforeItIsTheOneWithout() throws IOException {
        try (TarFile tar = open(new TestArchives()
                .entry("/", '5', "", new byte[0])
                .file("/a", "1")
                .file("a", "1")
                .file("/d/b", "2")
                .finish())) {
            assertEquals("1", read(tar, "a"));
            assertEquals("2", read(tar, "d/b"));
        }
        for (TestArchives hostile : List.of(
                new TestArchives().file("/a", "1").file("a", "2"),
                new TestArchives().symbolicLink("/a", "b").file("a", "1"),
                new TestArchives().file("//a", "1"),
                new TestArchives().file("/../a", "1"),
                new TestArchives().file("/", "1"))) {
            assertEquals(Reason.MALFORMED_ARCHIVE, refusal(hostile.finish()));
        }
    }

    @Test
    void refusesTwoEntriesOfOneName() {
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives().file("a", "1").file("./a", "2").finish()));
    }

    @Test
    void refusesAWrongChecksum() {
        byte[] header = TestArchives.header("b", '0', "", 0);
        header[0] = 'c';
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives()
                        .file("a", "1")
                        .raw(header, new byte[0])
                        .finish()));
    }

    @Test
    void refusesAHeaderAfterTheEnd() {
        byte[] archive = new TestArchives()
                .file("a", "1")
                .bytes(new byte[512])
                .file("b", "2")
                .finish();
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(archive));
    }

    /** Who reads on, or begins there, finds another image. */
    @Test
    void refusesWhatIsBehindTheEnd() {
        byte[] second = new TestArchives().file("a", "2").finish();
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives()
                        .file("a", "1")
                        .bytes(new byte[1024])
                        .bytes(second)
                        .finish()));
    }

    /** Contents are passed over, and not read, until somebody wants one. */
    @Test
    void findsAnEntryBehindOneOfManyGibibytes() throws IOException {
        long size = 1L << 32;
        Path file = folder.resolve("sparse.tar");
        try (RandomAccessFile tar = new RandomAccessFile(file.toFile(), "rw")) {
            tar.write(TestArchives.header("huge", '0', "", size));
            tar.seek(512 + size);
            tar.write(new TestArchives().file("after", "here").finish());
        }
        try (TarFile tar = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> TarFile.open(file, LayoutLimits.defaults(), folder))) {
            assertEquals("here", read(tar, "after"));
            assertEquals(size, tar.size("huge").orElseThrow());
        }
    }

    @Test
    void refusesImpossibleSizes() {
        byte[] huge = TestArchives.header("a", '0', "", 0);
        Arrays.fill(huge, 124, 136, (byte) 0xff);
        byte[] negative = TestArchives.header("a", '0', "", 0);
        Arrays.fill(negative, 124, 136, (byte) 0xff);
        huge[124] = (byte) 0x80;
        for (byte[] header : new byte[][] {huge, negative}) {
            TestArchives.withChecksum(header);
            assertEquals(
                    Reason.MALFORMED_ARCHIVE,
                    refusal(new TestArchives().raw(header, new byte[0]).finish()));
        }
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(new TestArchives()
                        .raw(TestArchives.header("h", 'x', "", 1L << 32), new byte[0])
                        .finish()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "5 a=b\n", "99 a=b\n", "6 a=bc", "0 a=b\n", "4 a\n\n", "99999999999999999999 a=b\n"})
    void refusesABrokenPaxRecord(String record) {
        byte[] archive = new TestArchives()
                .entry("h", 'x', "", record.getBytes(StandardCharsets.UTF_8))
                .file("a", "1")
                .finish();
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(archive));
    }

    @Test
    void refusesSparseFiles() {
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives()
                        .file("0", "")
                        .entry("a", 'S', "", new byte[0])
                        .finish()));
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives()
                        .entry("h", 'x', "", TestArchives.paxRecord("GNU.sparse.major", "1"))
                        .file("a", "1")
                        .finish()));
    }

    @Test
    void refusesWhatIsNoTarFile() {
        assertEquals(Reason.NOT_AN_IMAGE, refusal(new byte[0]));
        assertEquals(Reason.NOT_AN_IMAGE, refusal(new byte[2048]));
        assertEquals(Reason.NOT_AN_IMAGE, refusal("x".repeat(2048).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anArchiveCutAnywhereIsRefusedOrGivesShortContent() throws IOException {
        byte[] whole =
                new TestArchives().file("a", "1".repeat(600)).file("b", "2").finish();
        for (int length = 0; length < whole.length; length += 7) {
            byte[] cut = Arrays.copyOf(whole, length);
            try (TarFile tar = open(cut)) {
                if (tar.open("a").isPresent()) {
                    assertTrue(read(tar, "a").length() <= 600);
                }
            } catch (LayoutException e) {
                assertTrue(e.reason() == Reason.NOT_AN_IMAGE || e.reason() == Reason.MALFORMED_ARCHIVE);
            }
        }
    }

    @Test
    void aChangedByteNeverCrashesTheReader() throws IOException {
        byte[] whole = new TestArchives()
                .entry("h", 'x', "", TestArchives.paxRecord("path", "long"))
                .file("a", "1")
                .symbolicLink("l", "a")
                .finish();
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] = (byte) (i % 2 == 0 ? 0xff : changed[i] ^ (1 << i % 8));
            try (TarFile tar = open(changed)) {
                tar.open("l");
            } catch (LayoutException e) {
                assertTrue(e.reason() != Reason.SEVERAL_IMAGES);
            }
        }
    }
}
