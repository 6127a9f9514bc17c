package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerReaderTest {
    private static final String TAR = "application/vnd.oci.image.layer.v1.tar";

    static List<LayerEntry> read(byte[] tar) throws IOException {
        return read(tar, LayerLimits.defaults());
    }

    private static List<LayerEntry> read(byte[] tar, LayerLimits limits) throws IOException {
        List<LayerEntry> entries = new ArrayList<>();
        try (LayerReader reader = LayerReader.openArchive(new ByteArrayInputStream(tar), limits)) {
            for (Optional<LayerEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                entries.add(entry.get());
            }
        }
        return entries;
    }

    private static LayerEntry only(TestTar tar) throws IOException {
        List<LayerEntry> entries = read(tar.finish());
        assertEquals(1, entries.size());
        return entries.get(0);
    }

    private static Reason refusal(byte[] tar) {
        return refusal(tar, LayerLimits.defaults());
    }

    private static Reason refusal(byte[] tar, LayerLimits limits) {
        return assertThrows(LayerException.class, () -> read(tar, limits)).reason();
    }

    private static Reason refusal(TestTar tar) {
        return refusal(tar.finish());
    }

    @Test
    void readsEveryType() throws IOException {
        List<LayerEntry> entries = read(new TestTar()
                .directory("dev/")
                .file("etc/motd", "hello")
                .symbolicLink("etc/issue", "../etc/motd")
                .hardLink("etc/copy", "./etc/motd")
                .entry(Header.of("dev/null", '3').device(1, 3))
                .entry(Header.of("dev/sda", '4').device(8, 0))
                .entry(Header.of("run/pipe", '6'))
                .finish());
        assertEquals(
                List.of(
                        LayerEntry.Type.DIRECTORY,
                        LayerEntry.Type.FILE,
                        LayerEntry.Type.SYMBOLIC_LINK,
                        LayerEntry.Type.HARD_LINK,
                        LayerEntry.Type.CHARACTER_DEVICE,
                        LayerEntry.Type.BLOCK_DEVICE,
                        LayerEntry.Type.FIFO),
                entries.stream().map(LayerEntry::type).toList());
        assertEquals(
                List.of("dev", "etc/motd", "etc/issue", "etc/copy", "dev/null", "dev/sda", "run/pipe"),
                entries.stream().map(LayerEntry::path).toList());
        assertEquals(5, entries.get(1).size());
        assertEquals("../etc/motd", entries.get(2).linkTarget());
        assertFalse(entries.get(2).hasParentReference(), "what a symbolic link says is no path of the archive");
        assertEquals("./etc/motd", entries.get(3).linkTarget());
        assertEquals("etc/motd", entries.get(3).hardLinkPath());
        assertEquals(Optional.of(new LayerEntry.Device(1, 3)), entries.get(4).device());
        assertEquals(Optional.of(new LayerEntry.Device(8, 0)), entries.get(5).device());
        assertEquals(Optional.empty(), entries.get(1).device());
        assertEquals(6, entries.get(6).position());
    }

    @Test
    void readsModesOwnersAndTimes() throws IOException {
        LayerEntry entry = only(new TestTar()
                .entry(Header.of("su", '0')
                        .mode(0106755)
                        .owner(01234567, 7)
                        .names("somebody", "wheel")
                        .time(1_700_000_000)));
        assertEquals(06755, entry.mode(), "the bits that say the type of file are not of the mode");
        assertTrue(entry.isSetUid() && entry.isSetGid());
        assertFalse(entry.isSticky());
        assertEquals(01234567, entry.uid());
        assertEquals(7, entry.gid());
        assertEquals("somebody", entry.userName());
        assertEquals("wheel", entry.groupName());
        assertEquals(Instant.ofEpochSecond(1_700_000_000), entry.modified());
        assertTrue(only(new TestTar().entry(Header.of("tmp", '5').mode(01777))).isSticky());
    }

    @Test
    void readsPaxRecords() throws IOException {
        LayerEntry entry = only(new TestTar()
                .pax(
                        'x',
                        TestTar.record("path", "ä/".repeat(100) + "file"),
                        TestTar.record("uid", "4294967294"),
                        TestTar.record("gid", "2147483648"),
                        TestTar.record("uname", "müller"),
                        TestTar.record("gname", ""),
                        TestTar.record("mtime", "1700000000.123456789123"),
                        TestTar.record("atime", "1"),
                        TestTar.record("size", "3"),
                        TestTar.record("comment", "made by hand"),
                        TestTar.record("RHT.security.selinux", "system_u:object_r:bin_t:s0"))
                .entry(Header.of("short", '0').names("nobody", "nogroup"))
                .content(TestTar.latin1("abc")));
        assertEquals("ä/".repeat(100) + "file", entry.path());
        assertEquals(4_294_967_294L, entry.uid());
        assertEquals(2_147_483_648L, entry.gid());
        assertEquals("müller", entry.userName());
        assertEquals("nogroup", entry.groupName(), "an empty record stands for the header's own value");
        assertEquals(Instant.ofEpochSecond(1_700_000_000, 123_456_789), entry.modified());
        assertEquals(3, entry.size());
        assertEquals(
                Map.of("comment", "made by hand", "RHT.security.selinux", "system_u:object_r:bin_t:s0"),
                entry.paxRecords());
    }

    @Test
    void refusesASizeThatTheHeaderContradicts() throws IOException {
        for (TestTar tar : List.of(
                new TestTar()
                        .pax('x', TestTar.record("size", "3"))
                        .entry(Header.of("a", '0').size(1000), new byte[1000]),
                new TestTar()
                        .pax('x', TestTar.record("size", "1000"))
                        .entry(Header.of("a", '0').size(3), new byte[1000]),
                new TestTar()
                        .pax('x', TestTar.record("size", "0"))
                        .entry(Header.of("a", '0').size(512), new byte[512]),
                new TestTar()
                        .pax('x', TestTar.record("size", "0"))
                        .entry(Header.of("a", '5').size(512)))) {
            assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(tar));
        }
        for (long size : new long[] {0, 1000}) {
            LayerEntry entry = only(new TestTar()
                    .pax('x', TestTar.record("size", "1000"))
                    .entry(Header.of("a", '0').size(size), new byte[1000]));
            assertEquals(1000, entry.size());
        }
        // What does not fit into the header may be cut off there: the archive only ends too early here.
        TestTar large = new TestTar()
                .pax('x', TestTar.record("size", "8589934592"))
                .entry(Header.of("a", '0').size(077777777777L));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(large));
    }

    private static List<LayerEntry> entries(TestTar tar) throws IOException {
        List<LayerEntry> entries = new ArrayList<>();
        try (LayerReader reader =
                LayerReader.openArchive(new ByteArrayInputStream(tar.finish()), LayerLimits.defaults())) {
            for (Optional<LayerEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                entries.add(next.get());
            }
        }
        return entries;
    }

    @Test
    void countsTheMemoryOfEachTextOnce() throws IOException {
        String name = "n".repeat(1000);
        List<LayerEntry> entries = entries(new TestTar()
                .file("f", "")
                .pax('x', TestTar.record("path", name))
                .file("f", "")
                .pax('x', TestTar.record("path", name.replace('n', '\u4e00')))
                .file("f", "")
                .pax('x', TestTar.record("linkpath", name))
                .symbolicLink("f", "")
                .pax('x', TestTar.record("uname", name), TestTar.record("gname", name))
                .file("f", "")
                .pax('x', TestTar.record("uname", name), TestTar.record("gname", name))
                .file("f", "")
                .pax('x', TestTar.record("path", ".wh." + name))
                .file("f", ""));
        long least = entries.get(0).memoryBytes();
        assertTrue(least < 200, least + " bytes");
        long[] more = entries.stream()
                .mapToLong(entry -> (entry.memoryBytes() - least) / 900)
                .toArray();
        assertArrayEquals(new long[] {0, 1, 2, 1, 2, 0, 2}, more);
    }

    @ParameterizedTest
    @CsvSource({"-1.5, -2, 500000000", "-1, -1, 0", "-0.25, -1, 750000000", "0.000000001, 0, 1", "7., 7, 0"})
    void readsTimesBefore1970(String text, long seconds, int nanos) throws IOException {
        LayerEntry entry =
                only(new TestTar().pax('x', TestTar.record("mtime", text)).file("a", ""));
        assertEquals(Instant.ofEpochSecond(seconds, nanos), entry.modified());
    }

    @Test
    void whatPaxSaysOfOneEntryDoesNotReachTheNext() throws IOException {
        List<LayerEntry> entries = read(new TestTar()
                .pax('x', TestTar.record("path", "long"), TestTar.record("uid", "5"), TestTar.record("mtime", "9"))
                .file("short", "")
                .file("other", "")
                .finish());
        assertEquals("other", entries.get(1).path());
        assertEquals(0, entries.get(1).uid());
        assertEquals(Instant.EPOCH, entries.get(1).modified());
    }

    @Test
    void readsGnusLongNamesInEitherOrder() throws IOException {
        String name = "n".repeat(300);
        String link = "l".repeat(300);
        for (TestTar tar : List.of(
                new TestTar().gnu('L', name).gnu('K', link),
                new TestTar().gnu('K', link).gnu('L', name))) {
            LayerEntry entry = only(tar.entry(Header.of("n".repeat(100), '2').link("l".repeat(100))));
            assertEquals(name, entry.path());
            assertEquals(link, entry.linkTarget());
        }
    }

    @Test
    void readsPrefixes() throws IOException {
        assertEquals(
                "a/b/c",
                only(new TestTar().entry(Header.of("c", '0').prefix("a/b"))).path());
        assertEquals(
                "p".repeat(155) + "/" + "n".repeat(100),
                only(new TestTar().entry(Header.of("n".repeat(100), '0').prefix("p".repeat(155))))
                        .path());
    }

    @Test
    void readsStarsPrefixWhereItEndsBeforeTheTimes() throws IOException {
        Header header = Header.of("c", '0').prefix("a/b").octal(476, 12, 1).octal(488, 12, 2);
        header.put(508, 4, TestTar.latin1("tar\0"));
        assertEquals("a/b/c", only(new TestTar().entry(header)).path());
        Header full = Header.of("c", '0').put(345, 131, TestTar.latin1("p".repeat(131)));
        full.octal(476, 12, 1).put(508, 4, TestTar.latin1("tar\0"));
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(full)));
    }

    @Test
    void readsHeadersFromBeforePosix() throws IOException {
        LayerEntry directory = only(new TestTar().entry(Header.of("bin/", '\0').magic("")));
        assertEquals(LayerEntry.Type.DIRECTORY, directory.type());
        LayerEntry file =
                only(new TestTar().entry(Header.of("bin/sh", '\0').magic("").names("x", "y")));
        assertEquals(LayerEntry.Type.FILE, file.type());
        assertEquals("", file.userName());
    }

    @Test
    void readsALongNameWhoseOwnHeaderIsNamedAsAFolder() throws IOException {
        TestTar tar = new TestTar()
                .entry(Header.of("old/", 'L').size(5), TestTar.latin1("star\0"))
                .file("big", "");
        assertEquals("star", only(tar).path());
    }

    @Test
    void readsGnusTimesInThePrefixsPlaceWherePythonDoesNotTakeThemForAName() throws IOException {
        Header header = Header.of("a", '0').magic("ustar  \0").octal(357, 12, 6);
        assertEquals("a", only(new TestTar().entry(header)).path());
        header.octal(345, 12, 5);
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(header)));
        assertEquals("b", only(new TestTar().gnu('L', "b").entry(header)).path());
        assertEquals(
                "c",
                only(new TestTar().pax('x', TestTar.record("path", "c")).entry(header))
                        .path());
    }

    @Test
    void readsBinaryNumbers() throws IOException {
        Header header = Header.of("a", '0')
                .put(108, 8, new byte[] {(byte) 0x80, 0, 0, 0, -1, -1, -1, -2})
                .put(116, 8, new byte[] {(byte) 0x80, 0, 0, 0, 1, 0, 0, 0})
                .put(136, 12, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -10});
        LayerEntry entry = only(new TestTar().entry(header));
        assertEquals(4_294_967_294L, entry.uid());
        assertEquals(1 << 24, entry.gid());
        assertEquals(Instant.ofEpochSecond(-10), entry.modified());
    }

    @Test
    void readsSignedChecksums() throws IOException {
        byte[] header = Header.of("\u00e4", '0').bytes();
        int unsigned = Integer.parseInt(new String(header, 148, 6, StandardCharsets.US_ASCII), 8);
        assertEquals(
                1,
                read(new TestTar()
                                .raw(Header.of("\u00e4", '0').bytes(unsigned - 256))
                                .finish())
                        .size());
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestTar().raw(Header.of("\u00e4", '0').bytes(unsigned - 255))));
    }

    @ParameterizedTest
    @CsvSource({
        "./etc/passwd, etc/passwd",
        "/etc/passwd, etc/passwd",
        "etc//passwd, etc/passwd",
        "././etc/./passwd, etc/passwd",
        "//etc/passwd, etc/passwd",
        "../etc/passwd, ../etc/passwd",
        "etc/../passwd, etc/../passwd",
        "..., ...",
        "a/.b/..c, a/.b/..c",
    })
    void normalisesPathsAndKeepsThemAsTheyWere(String raw, String path) throws IOException {
        LayerEntry entry = only(new TestTar().file(raw, ""));
        assertEquals(path, entry.path());
        assertEquals(raw, entry.rawPath());
        assertEquals(List.of(path.split("/")).contains(".."), entry.hasParentReference());
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "./", "/", "//", "./.", "././"})
    void theRootHasAnEmptyPath(String raw) throws IOException {
        LayerEntry entry = only(new TestTar().directory(raw));
        assertEquals("", entry.path());
        assertEquals(raw, entry.rawPath());
        assertEquals(LayerEntry.Type.DIRECTORY, entry.type());
    }

    @Test
    void keepsBytesThatAreNoUtf8() throws IOException {
        byte[] raw = {
            'a', (byte) 0xff, (byte) 0xc3, (byte) 0xa4, (byte) 0xed, (byte) 0xa0, (byte) 0x80, (byte) 0xe2, 'z'
        };
        LayerEntry entry = only(new TestTar().entry(Header.of("", '0').put(0, 100, raw)));
        assertEquals("a\udcff\u00e4\udced\udca0\udc80\udce2z", entry.path());
        LayerEntry pax =
                only(new TestTar().pax('x', TestTar.record("path", raw)).file("a", ""));
        assertEquals(entry.path(), pax.path());
    }

    @Test
    void findsTheParentReferenceOfAHardLink() throws IOException {
        assertTrue(only(new TestTar().hardLink("a", "../b")).hasParentReference());
        assertTrue(only(new TestTar().hardLink("a", "b/../c")).hasParentReference());
        assertFalse(only(new TestTar().hardLink("a", "/b")).hasParentReference());
        assertEquals("b", only(new TestTar().hardLink("a", "/b")).hardLinkPath());
    }

    @Test
    void readsExtendedAttributesAndCapabilities() throws IOException {
        byte[] ping = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        LayerEntry entry = only(new TestTar()
                .pax(
                        'x',
                        TestTar.record("SCHILY.xattr.security.capability", ping),
                        TestTar.record(
                                "LIBARCHIVE.xattr.user.a%25b+c",
                                Base64.getEncoder().encodeToString(ping)))
                .file("ping", ""));
        assertEquals(Set.of("security.capability", "user.a%b+c"), entry.xattrNames());
        assertArrayEquals(ping, entry.xattr("security.capability").orElseThrow());
        assertArrayEquals(ping, entry.xattr("user.a%b+c").orElseThrow());
        assertEquals(Optional.empty(), entry.xattr("user.other"));
        FileCapabilities capabilities = entry.capabilities().orElseThrow();
        assertTrue(capabilities.permits(13) && capabilities.effective());
        assertEquals("cap_net_raw=ep", capabilities.toString());
    }

    @Test
    void theSameAttributeInBothFormsHasToBeTheSame() throws IOException {
        byte[] same = TestTar.record("LIBARCHIVE.xattr.user.a", "Yg");
        assertEquals(
                1,
                only(new TestTar()
                                .pax('x', TestTar.record("SCHILY.xattr.user.a", "b"), same)
                                .file("f", ""))
                        .xattrNames()
                        .size());
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .pax('x', TestTar.record("SCHILY.xattr.user.a", "c"), same)
                        .file("f", "")));
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestTar()
                        .pax('x', TestTar.record("LIBARCHIVE.xattr.user.a", "!"))
                        .file("f", "")));
    }

    @Test
    void theContentIsBoundedAndPassedOverWhereItIsNotRead() throws IOException {
        String large = "0123456789".repeat(50_000);
        byte[] tar = new TestTar()
                .file("a", large)
                .file("b", "second")
                .file("c", large)
                .file("d", "")
                .finish();
        try (LayerReader reader = LayerReader.openArchive(new OneByOne(tar), LayerLimits.defaults())) {
            reader.next();
            InputStream first = reader.content();
            assertEquals(large.substring(0, 7), new String(first.readNBytes(7), StandardCharsets.US_ASCII));
            reader.next();
            assertThrows(IllegalStateException.class, first::read);
            assertEquals('s', reader.content().read());
            assertEquals("econd", new String(reader.content().readAllBytes(), StandardCharsets.US_ASCII));
            assertEquals(-1, reader.content().read());
            reader.next();
            assertEquals(large, new String(reader.content().readAllBytes(), StandardCharsets.US_ASCII));
            reader.next();
            assertEquals(-1, reader.content().read());
            assertEquals(Optional.empty(), reader.next());
            assertEquals(Optional.empty(), reader.next());
        }
    }

    @Test
    void anArchiveMayEndWithoutItsMarkerOrWithMoreZeros() throws IOException {
        TestTar tar = new TestTar().file("a", "x");
        byte[] bare = tar.unfinished();
        assertEquals(0, read(new byte[0]).size());
        assertEquals(0, read(new byte[1024]).size());
        for (int zeros : new int[] {0, 512, 1024, 1025, 10_240, 300_000}) {
            assertEquals(1, read(Arrays.copyOf(bare, bare.length + zeros)).size(), () -> zeros + " zeros");
        }
        assertEquals(1, read(Arrays.copyOf(bare, bare.length - 511)).size(), "the padding may be missing");
        for (int zeros : new int[] {1, 511, 513, 1023}) {
            assertEquals(Reason.MALFORMED_ARCHIVE, refusal(Arrays.copyOf(bare, bare.length + zeros)));
        }
    }

    @Test
    void refusesWhatIsBehindTheEnd() {
        for (int at : new int[] {1024, 1025, 1536, 200_000}) {
            byte[] tar = Arrays.copyOf(new TestTar().file("a", "x").unfinished(), 1024 + at + 1);
            tar[1024 + at] = 1;
            assertEquals(Reason.TRAILING_DATA, refusal(tar));
        }
        assertEquals(
                Reason.TRAILING_DATA,
                refusal(new TestTar().file("a", "").raw(new byte[1024]).file("hidden", "")));
    }

    @Test
    void refusesAHeaderBehindASingleZeroBlock() {
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().file("a", "").raw(new byte[512]).file("hidden", "")));
    }

    @Test
    void refusesAnArchiveThatEndsEarly() {
        byte[] tar = new TestTar().file("a", "x".repeat(600)).unfinished();
        for (int length : new int[] {1, 511, 512, 513, 1111}) {
            assertEquals(Reason.MALFORMED_ARCHIVE, refusal(Arrays.copyOf(tar, length)));
        }
        byte[] pax = new TestTar().pax('x', TestTar.record("path", "a")).unfinished();
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(pax), "ends after an extended header");
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(Arrays.copyOf(pax, 515)), "ends inside one");
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(Arrays.copyOf(pax, pax.length + 1024)));
    }

    @Test
    void refusesWhatIsNoArchive() {
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(TestTar.latin1("no tar file".repeat(100))));
        byte[] header = Header.of("a", '0').bytes();
        header[0] = 'b';
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().raw(header)));
    }

    @Test
    void refusesEntriesWithoutANameAndLinksToNowhere() {
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().file("", "")));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().symbolicLink("a", "")));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().hardLink("a", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0000000000x", "00000000 01", "\0" + "0000000001", "+0000000001", "-0000000001", "0x000000001"})
    void refusesASizeThatIsNoOctalNumber(String size) {
        Header header = Header.of("a", '0').put(124, 12, TestTar.latin1(size));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().entry(header)));
    }

    @Test
    void refusesNegativeHugeAndAmbiguousBinarySizes() {
        byte[] negative = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
        byte[] overflowing = {(byte) 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] wide = {(byte) 0x80, 0, 0, 0, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0};
        byte[] huge = {(byte) 0x80, 0, 0, 0, 0x7f, -1, -1, -1, -1, -1, -1, -1};
        byte[] odd = {(byte) 0x81, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        Header header = Header.of("a", '0');
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().entry(header.put(124, 12, negative))));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().entry(header.put(124, 12, overflowing))));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().entry(header.put(124, 12, wide))));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().entry(header.put(124, 12, huge))), "ends early");
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(header.put(124, 12, odd))));
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestTar().pax('x', TestTar.record("size", "-1")).file("a", "")));
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestTar()
                        .pax('x', TestTar.record("size", "9223372036854775808"))
                        .file("a", "")));
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '5', '6'})
    void refusesContentWhereThereIsNone(char type) {
        Header header = Header.of("a", type).link("b").size(512);
        byte[] content = TestTar.latin1("content".repeat(73));
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(header, content)));
        TestTar zeros = new TestTar().entry(header, new byte[512]).file("c", "");
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(zeros));
        TestTar pax = new TestTar().pax('x', TestTar.record("size", "512")).entry(header);
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(pax.file("c", "")));
    }

    /** What Bazel's rules wrote, and Go's reader takes for a link without content. */
    @ParameterizedTest
    @ValueSource(chars = {'1', '5'})
    void ignoresTheSizeOfHardLinksAndFolders(char type) throws IOException {
        Header header = Header.of("a", type).link("b").size(700);
        List<LayerEntry> entries = read(new TestTar()
                .entry(header)
                .entry(header)
                .pax('x', TestTar.record("mtime", "1"))
                .file("c", "content")
                .entry(header)
                .finish());
        assertEquals(
                List.of("a", "a", "c", "a"),
                entries.stream().map(LayerEntry::path).toList());
        assertEquals(
                List.of(0L, 0L, 7L, 0L), entries.stream().map(LayerEntry::size).toList());
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '5', '6'})
    void ignoresTheSizeOfWhatHasNoContentAtTheEnd(char type) throws IOException {
        Header header = Header.of("a", type).link("b").size(700);
        assertEquals(0, only(new TestTar().entry(header)).size());
        assertEquals(1, read(new TestTar().entry(header).unfinished()).size());
    }

    /** GNU tar passes over a size's bytes, and so does libarchive for hard links once there was a pax header. */
    @Test
    void refusesASizeBehindWhichOneReaderDoesNotSeeTheNextEntry() throws IOException {
        for (char type : new char[] {'2', '3', '4', '6'}) {
            Header header = Header.of("a", type).link("b").size(1);
            assertEquals(
                    Reason.AMBIGUOUS_ARCHIVE,
                    refusal(new TestTar().entry(header).file("hidden", "")));
            assertEquals(
                    Reason.AMBIGUOUS_ARCHIVE,
                    refusal(new TestTar().entry(header).pax('x', TestTar.record("path", "hidden"))));
        }
        Header hardLink = Header.of("a", '1').link("b").size(1);
        byte[] time = TestTar.record("mtime", "1");
        assertEquals(
                2, read(new TestTar().entry(hardLink).file("c", "").finish()).size());
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('x', time).entry(hardLink).file("hidden", "")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('g', time).entry(hardLink).file("hidden", "")));
    }

    @Test
    void refusesASecondSizeThatDiffers() throws IOException {
        String key = "SCHILY.realsize";
        assertEquals(
                5,
                only(new TestTar().pax('x', TestTar.record(key, "5")).file("a", "hello"))
                        .size());
        for (String size : List.of("4", "6", "0", "")) {
            assertEquals(
                    Reason.AMBIGUOUS_ARCHIVE,
                    refusal(new TestTar().pax('x', TestTar.record(key, size)).file("a", "hello")));
        }
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('g', TestTar.record(key, "5")).file("a", "hello")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .pax('x', TestTar.record("SUN.holesdata", " 0 5"))
                        .file("a", "hello")));
    }

    @ParameterizedTest
    @CsvSource({"100, 8", "108, 8", "116, 8", "124, 12", "136, 12"})
    void refusesABlankNumberThatReadersTakeForDifferentOnes(int at, int length) throws IOException {
        Header header = Header.of("a", '0').put(at, length, TestTar.latin1(" ".repeat(length)));
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(header)));
        header.put(at, length, TestTar.latin1(" ".repeat(length - 1)));
        assertEquals("a", only(new TestTar().entry(header)).path());
    }

    @Test
    void readsBlankDeviceNumbersWhereThereIsNoDevice() throws IOException {
        byte[] blank = TestTar.latin1(" ".repeat(8));
        assertEquals(
                "a",
                only(new TestTar().entry(Header.of("a", '0').put(329, 8, blank).put(337, 8, blank)))
                        .path());
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .entry(Header.of("a", '3').put(329, 8, blank).put(337, 8, blank))));
    }

    /** Python looks at these bytes in each header and silently ends the archive. */
    @Test
    void refusesOldHeadersWithSomethingElseInPlaceOfADevice() {
        Header header = Header.of("a", '0').magic("").put(329, 8, TestTar.latin1("+x"));
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(header)));
    }

    /** Python reads whole blocks of extended headers. */
    @Test
    void refusesExtendedHeadersThatGoOnInTheRestOfTheirBlock() throws IOException {
        byte[] content = TestTar.latin1("name" + "more" + "\0".repeat(504));
        Header header = Header.of("././@LongLink", 'L').magic("ustar  \0");
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().entry(header.size(4), content).file("a", "")));
        assertEquals(
                "namemore",
                only(new TestTar().entry(header.size(8), content).file("a", "")).path());
        byte[] record = TestTar.record("comment", "1");
        byte[] records = TestTar.concatenated(record, TestTar.record("path", "other"), new byte[512]);
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .entry(Header.of("pax", 'x').size(record.length), Arrays.copyOf(records, 512))
                        .file("a", "")));
    }

    /** Python looks at the header's own name to see whether an entry without a type is a folder. */
    @Test
    void refusesAFolderByOnlyOneOfItsNames() throws IOException {
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().gnu('L', "a").entry(Header.of("b/", '\0'))));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().gnu('L', "a/").entry(Header.of("b", '\0'))));
        assertEquals(
                LayerEntry.Type.DIRECTORY,
                only(new TestTar().gnu('L', "a/").entry(Header.of("b/", '\0'))).type());
    }

    @Test
    void refusesAFileWithTheNameOfAFolder() {
        for (String name : List.of("a/", "a/.", ".", "./", "/")) {
            assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().file(name, "")));
        }
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().entry(Header.of("a/", '\0').size(1), new byte[1])));
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(Header.of(".", '\0'))));
    }

    @ParameterizedTest
    @ValueSource(chars = {'7', 'D', 'M', 'N', 'S', 'V', 'X', 'A', 'Z', '8', '9', 'q', '\u00ff'})
    void refusesTypesThatEnginesRefuse(char type) {
        assertEquals(Reason.UNSUPPORTED_ENTRY, refusal(new TestTar().entry(Header.of("a", type))));
    }

    private static byte[] sparse(String key, Object value) {
        return TestTar.record("GNU.sparse." + key, value.toString());
    }

    private static TestTar sparse1(long realSize, String content) {
        return new TestTar()
                .pax('x', sparse("major", 1), sparse("minor", 0), sparse("name", "a"), sparse("realsize", realSize))
                .file("GNUSparseFile.1/a", content);
    }

    private static byte[] content(byte[] tar) throws IOException {
        try (LayerReader reader = LayerReader.openArchive(new ByteArrayInputStream(tar), LayerLimits.defaults())) {
            LayerEntry entry = reader.next().orElseThrow();
            assertTrue(entry.isSparse());
            assertEquals("a", entry.path());
            byte[] content = reader.content().readAllBytes();
            assertEquals(entry.size(), content.length);
            assertEquals("next", reader.next().orElseThrow().path());
            assertTrue(reader.next().isEmpty());
            return content;
        }
    }

    /** Each form as GNU tar writes it, with holes before, between and behind the parts. */
    @Test
    void readsSparseFilesOfPax() throws IOException {
        byte[] expected = TestTar.latin1("\0\0\0ab\0\0cde\0\0");
        TestTar form0 = new TestTar()
                .pax(
                        'x',
                        sparse("size", 12),
                        sparse("numblocks", 2),
                        sparse("offset", 3),
                        sparse("numbytes", 2),
                        sparse("offset", 7),
                        sparse("numbytes", 3))
                .file("a", "abcde");
        assertArrayEquals(expected, content(form0.file("next", "x").finish()));
        TestTar form01 = new TestTar()
                .pax(
                        'x',
                        sparse("size", 12),
                        sparse("numblocks", 3),
                        sparse("name", "a"),
                        sparse("map", "3,2,7,3,12,0"))
                .file("GNUSparseFile.1/a", "abcde");
        assertArrayEquals(expected, content(form01.file("next", "x").finish()));
        String map = "2\n3\n2\n7\n3\n";
        TestTar form1 = sparse1(12, map + "\0".repeat(512 - map.length()) + "abcde");
        assertArrayEquals(expected, content(form1.file("next", "x").finish()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size=5",
                "name=a",
                "realsize=5",
                "size=5 numblocks=1",
                "size=5 numblocks=2 offset=0 numbytes=5",
                "size=5 numblocks=1 offset=0 offset=1 numbytes=5",
                "size=5 numblocks=1 numbytes=5",
                "size=5 numblocks=1 offset=0 numbytes=5 offset=5",
                "size=5 numblocks=1 offset=0 numbytes=4",
                "size=5 numblocks=1 offset=1 numbytes=5",
                "size=5 size=5 numblocks=1 offset=0 numbytes=5",
                "size=9 numblocks=2 offset=3 numbytes=2 offset=0 numbytes=3",
                "size=9 numblocks=2 offset=0 numbytes=3 offset=2 numbytes=2",
                "size=5 numblocks=1 map=0,5",
                "size=5 numblocks=1 map=0,5 name=b offset=0 numbytes=5",
                "size=5 numblocks=1 map=0,5,5 name=b",
                "size=5 numblocks=1 map=0,5 name=b other=1",
                "major=0 minor=1 size=5 numblocks=1 map=0,5 name=b",
                "major=1 minor=1 name=b realsize=5",
                "major=1 minor=0 realsize=5",
                "major=1 minor=0 name=b",
                "major=1 minor=0 name=b realsize=5 size=5",
            })
    void refusesSparseFilesThatReadersTakeForDifferentOnes(String records) {
        byte[][] parsed = Arrays.stream(records.split(" ", -1))
                .map(record -> record.split("=", -1))
                .map(record -> sparse(record[0], record[1]))
                .toArray(byte[][]::new);
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().pax('x', parsed).file("a", "hello")));
    }

    /** Python takes the last of both names, and GNU tar, Go and libarchive that of the sparse file. */
    @Test
    void refusesASparseFileWithAnotherNameBehindItsOwn() throws IOException {
        byte[][] records = {
            sparse("size", 5),
            sparse("numblocks", 1),
            sparse("name", "a"),
            sparse("map", "0,5"),
            TestTar.record("path", "b")
        };
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('x', records).file("b", "hello")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .pax('x', Arrays.copyOf(records, 4))
                        .entry(Header.of("b", '5').size(0))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\n0\n", "x\n", "\n", "-1\n", "1\n0\n5", "1000000000000000000\n"})
    void refusesBrokenMapsOfSparseFiles(String map) {
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(sparse1(5, map)));
    }

    @Test
    void refusesASparseBombBeforeItIsUnpacked() {
        // 512 bytes that say they are 8 EiB of zeros.
        Header header = Header.of("bomb", 'S').magic("ustar  \0").octal(483, 12, 0777_7777_7777L);
        assertEquals(Reason.UNSUPPORTED_ENTRY, refusal(new TestTar().entry(header)));
        String map = "1\n0\n0\n" + "\0".repeat(506);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(sparse1(999_999_999_999_999_999L, map)));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(sparse1(5L << 30, map)));
        LayerLimits limits = LayerLimits.defaults();
        TestTar many = sparse1(3L << 30, map).raw(sparse1(3L << 30, map).unfinished());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(many.finish(), limits));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(sparse1(1L << 20, map).finish(), limits.withMaxUncompressedBytes(1 << 20)));
        assertEquals(
                Reason.LIMIT_EXCEEDED, refusal(sparse1(1L << 20, map).finish(), limits.withRatioFreeBytes(1 << 10)));
    }

    @Test
    void refusesTwoExtendedHeadersForOneEntry() {
        byte[] path = TestTar.record("path", "b");
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('x', path).pax('x', path).file("a", "")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('x', path).gnu('L', "c").file("a", "")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().gnu('L', "c").pax('x', path).file("a", "")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().gnu('L', "c").gnu('L', "d").file("a", "")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().gnu('K', "c").gnu('K', "d").file("a", "")));
        byte[] comment = TestTar.record("comment", "x");
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('x', path).pax('g', comment).file("a", "")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('x', path, path).file("a", "")));
    }

    @Test
    void readsGlobalHeadersThatSayNothingOfFiles() throws IOException {
        assertEquals(
                "a",
                only(new TestTar()
                                .pax('g', TestTar.record("comment", "0123456789abcdef"))
                                .file("a", ""))
                        .path());
    }

    private static TestTar globalHeader(String name) {
        byte[] comment = TestTar.record("comment", "x");
        return new TestTar().entry(Header.of(name, 'g').size(comment.length), comment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pax_global_header", "././@PaxHeader", "GlobalHead.4711.1"})
    void readsGlobalHeadersOfTheNamesThatWritersGiveThem(String name) throws IOException {
        byte[] tar = globalHeader(name).file("a", "").finish();
        try (LayerReader reader = LayerReader.openArchive(new ByteArrayInputStream(tar), LayerLimits.defaults())) {
            assertEquals(Set.of(), reader.globalHeaders());
            assertEquals("a", reader.next().orElseThrow().path());
            assertEquals(Set.of(name.replace("./", "")), reader.globalHeaders());
            assertEquals(Optional.empty(), reader.next());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".wh.etc",
                "etc/.wh..wh..opq",
                "etc/shadow",
                "a",
                "",
                ".",
                "pax_global_header/",
                "d/pax_global_header",
                "/tmp/GlobalHead.4711.1",
                "GlobalHead.1"
            })
    void refusesGlobalHeadersThatSomeReadersTakeForFilesOrWhiteouts(String name) {
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(globalHeader(name).file("b", "")));
    }

    @Test
    void refusesGlobalHeadersOfManyNames() {
        TestTar many = new TestTar();
        for (int i = 0; i < 101; i++) {
            byte[] comment = TestTar.record("comment", "x");
            many.entry(Header.of("GlobalHead.1." + i, 'g').size(comment.length), comment);
        }
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(many.file("a", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"path", "linkpath", "size", "uid", "gid", "uname", "mtime", "SCHILY.xattr.user.a"})
    void refusesGlobalHeadersThatReadersApplyOrNot(String key) {
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('g', TestTar.record(key, "1")).file("a", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 path=ab", // no newline
                "12 path=ab\n", // too long
                "10 path=ab\n", // too short
                "path=ab\n",
                "-1 path=ab\n",
                "+11 path=ab\n",
                "99999999999 path=ab\n",
                "3 \n",
                "5 ab\n", // no equals sign
                "5 =b\n", // no key
                "7 a\0b=\n",
                "12 path=a\0b\n",
                "11 uid=abc\n",
                "9 uid=-\n",
                "10 size=x\n",
                "14 mtime=1.2.3\n",
                "12 mtime=1x\n",
                "12 mtime=.5\n",
                "11 atime=x\n",
                "13 atime=1.x\n",
                "14 ctime=1.2.3\n",
            })
    void refusesBrokenPaxRecords(String records) {
        byte[] content = TestTar.latin1(records);
        Header header = Header.of("pax", 'x').size(content.length);
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestTar().entry(header, content).file("a", "")));
    }

    @Test
    void refusesTimesBeyondWhatJavaHas() {
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestTar()
                        .pax('x', TestTar.record("mtime", "4000000000000000000"))
                        .file("a", "")));
    }

    @Test
    void refusesEmptyRecordsForNames() {
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('x', TestTar.record("path", "")).file("a", "")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().pax('x', TestTar.record("size", "")).file("a", "")));
    }

    @Test
    void refusesNamesOfOtherCharacterSets() throws IOException {
        only(new TestTar().pax('x', TestTar.record("hdrcharset", "BINARY")).file("a", ""));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .pax('x', TestTar.record("hdrcharset", "ISO-IR 8859 1 1998"))
                        .file("a", "")));
    }

    @Test
    void refusesLongNamesWithSomethingBehindTheirEnd() {
        byte[] name = TestTar.latin1("good\0evil\0");
        Header header = Header.of("long", 'L').size(name.length);
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().entry(header, name).file("a", "")));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .entry(Header.of("long", 'L').size(1), new byte[1])
                        .file("a", "")));
    }

    @Test
    void refusesAPrefixWhereReadersDiffer() {
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().entry(Header.of("a", '0').magic("").prefix("b"))));
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .entry(Header.of("a", '0').magic("ustar  \0").prefix("b"))));
    }

    /** Go's reader takes malformed times for a prefix. */
    @Test
    void refusesGnusTimesThatAreNone() {
        for (String times : List.of("1 2", "7777 7", " 1\0002")) {
            assertEquals(
                    Reason.AMBIGUOUS_ARCHIVE,
                    refusal(new TestTar()
                            .entry(Header.of("a", '0').magic("ustar  \0").prefix(times))),
                    times);
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 8", "108, 8", "116, 8", "136, 12", "329, 8", "337, 8"})
    void refusesNumbersThatAreNoneWhereverTheyStand(int at, int length) {
        byte[] wrong = TestTar.latin1("1x");
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestTar().entry(Header.of("a", '0').put(at, length, wrong))));
        byte[] records = TestTar.record("comment", "x");
        Header pax = Header.of("pax", 'x').size(records.length).put(at, length, wrong);
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestTar().entry(pax, records).file("a", "")));
    }

    @Test
    void refusesStarsTimesThatAreNone() {
        for (int at : new int[] {476, 488}) {
            Header header =
                    Header.of("a", '0').put(at, 12, TestTar.latin1("1x")).put(508, 4, TestTar.latin1("tar\0"));
            assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestTar().entry(header)));
        }
    }

    @Test
    void refusesADeviceInAHeaderFromBeforeThereWereAny() {
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar().entry(Header.of("a", '3').magic("").device(1, 3))));
    }

    /** Engines keep 32 bits of the first and take the second for an order to change nothing: both become root. */
    @ParameterizedTest
    @ValueSource(strings = {"4294967296", "4294967295", "-1", "-2", "4611686018427387903"})
    void refusesOwnersThatNoSystemHas(String id) throws IOException {
        for (String key : List.of("uid", "gid")) {
            TestTar tar = new TestTar().file("first", "").pax('x', TestTar.record(key, id));
            assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(tar.file("a", "")));
        }
        byte[] own = ByteBuffer.allocate(8).putLong(Long.parseLong(id)).array();
        own[0] = (byte) (own[0] < 0 ? 0xff : 0x80);
        for (int at : new int[] {108, 116}) {
            Header header = Header.of("a", '0').put(at, 8, own);
            assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(header)));
            LayerEntry entry = only(new TestTar()
                    .pax('x', TestTar.record("uid", "1"), TestTar.record("gid", "2"))
                    .entry(header));
            assertEquals(List.of(1L, 2L), List.of(entry.uid(), entry.gid()), "what the header says does not count");
        }
    }

    @Test
    void theLastRecordOfAKeyCountsAndAnEmptyOneStandsForTheHeadersOwn() throws IOException {
        LayerEntry entry = only(new TestTar()
                .pax(
                        'x',
                        TestTar.record("uid", "5"),
                        TestTar.record("uid", ""),
                        TestTar.record("gid", "6"),
                        TestTar.record("gid", "7"),
                        TestTar.record("mtime", "8"),
                        TestTar.record("mtime", ""))
                .entry(Header.of("a", '0').owner(1, 2).time(3)));
        assertEquals(1, entry.uid());
        assertEquals(7, entry.gid());
        assertEquals(Instant.ofEpochSecond(3), entry.modified());
    }

    /** As they come to the disk, the third would be 8 and 0, and the others a mark that hides files below. */
    @ParameterizedTest
    @CsvSource({"010000, 0", "0, 04000000", "010010, 0", "07777777, 07777777"})
    void refusesDevicesThatEnginesCutToOtherOnes(String major, String minor) throws IOException {
        Header header = Header.of("a", '3').device(Integer.parseInt(major, 8), Integer.parseInt(minor, 8));
        assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(header)));
        assertEquals(
                Optional.empty(),
                only(new TestTar().entry(header.put(156, 1, TestTar.latin1("0"))))
                        .device());
    }

    @Test
    void refusesDevicesOfNegativeNumbersAndReadsThoseThatLinuxHas() throws IOException {
        for (int at : new int[] {329, 337}) {
            Header header = Header.of("a", '4').put(at, 8, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
            assertEquals(Reason.AMBIGUOUS_ARCHIVE, refusal(new TestTar().entry(header)));
        }
        Header last = Header.of("a", '4').device(0xfff, 0xfffff);
        assertEquals(
                Optional.of(new LayerEntry.Device(0xfff, 0xfffff)),
                only(new TestTar().entry(last)).device());
    }

    @Test
    void refusesADeviceWithTwoNumbers() {
        assertEquals(
                Reason.AMBIGUOUS_ARCHIVE,
                refusal(new TestTar()
                        .pax('x', TestTar.record("SCHILY.devmajor", "1"))
                        .entry(Header.of("a", '3').device(8, 0))));
    }

    @Test
    void refusesHeaderBombs() {
        LayerLimits limits = LayerLimits.defaults()
                .withMaxExtendedHeaderBytes(10_000)
                .withMaxNameBytes(1000)
                .withMaxDepth(10)
                .withMaxEntries(3);
        byte[] bomb = new byte[10_001];
        Arrays.fill(bomb, (byte) 'a');
        for (char type : new char[] {'x', 'g', 'L', 'K'}) {
            assertEquals(
                    Reason.LIMIT_EXCEEDED,
                    refusal(
                            new TestTar()
                                    .entry(Header.of("pax_global_header", type).size(bomb.length), bomb)
                                    .finish(),
                            limits));
            // Nothing is allocated for what is only said.
            Header header = Header.of("pax_global_header", type).size(0777_7777_7777L);
            assertEquals(
                    Reason.LIMIT_EXCEEDED, refusal(new TestTar().entry(header).finish(), LayerLimits.defaults()));
        }
        String half = "a".repeat(6000);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(
                        new TestTar()
                                .gnu('L', half)
                                .gnu('K', half)
                                .file("a", "")
                                .finish(),
                        limits),
                "together they are too long");
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(new TestTar().gnu('L', "a".repeat(1001)).file("a", "").finish(), limits));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(
                        new TestTar()
                                .gnu('K', "a".repeat(1001))
                                .symbolicLink("a", "b")
                                .finish(),
                        limits));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(new TestTar().file("a/a/a/a/a/a/a/a/a/a/a", "").finish(), limits));
        TestTar many = new TestTar();
        for (int i = 0; i < 4; i++) {
            many.file("f" + i, "");
        }
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(many.finish(), limits));
    }

    @Test
    void knowsWhiteouts() throws IOException {
        List<LayerEntry> entries = read(new TestTar()
                .whiteout("etc/.wh.passwd")
                .whiteout("./etc/.wh..wh..opq")
                .whiteout(".wh..wh..opq")
                .directory(".wh..wh.plnk/")
                .whiteout(".wh..wh.plnk/123.45")
                .whiteout("etc/.wh.a.wh.b")
                .file("etc/x.wh.y", "")
                .finish());
        assertEquals(
                List.of(
                        Optional.of(new Whiteout.Removes("etc/passwd")),
                        Optional.of(new Whiteout.Opaque("etc")),
                        Optional.of(new Whiteout.Opaque("")),
                        Optional.of(new Whiteout.Leftover(".wh..wh.plnk")),
                        Optional.of(new Whiteout.Leftover(".wh..wh.plnk/123.45")),
                        Optional.of(new Whiteout.Removes("etc/a.wh.b")),
                        Optional.empty()),
                entries.stream().map(LayerEntry::whiteout).toList());
        assertEquals(
                "opaque",
                entries.get(1).whiteout().orElseThrow().<String>fold(r -> "removes", o -> "opaque", l -> "leftover"));
    }

    @Test
    void readsWhatAufsLeft() throws IOException {
        List<LayerEntry> entries = read(new TestTar()
                .whiteout(".wh..wh.aufs")
                .directory(".wh..wh.orph/")
                .directory(".wh..wh.orph/7")
                .directory(".wh..wh.plnk/")
                .file(".wh..wh.plnk/1.2", "x")
                .hardLink(".wh..wh.plnk/3.4", ".wh..wh.plnk/1.2")
                .symbolicLink(".wh..wh.plnk/5.6", "1.2")
                .finish());
        for (LayerEntry entry : entries) {
            assertEquals(new Whiteout.Leftover(entry.path()), entry.whiteout().orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".wh..wh.x",
                ".wh..wh.x/evil",
                ".wh..wh.aufs/x",
                ".wh..wh.plnk/a/b",
                ".wh..wh.plnk/.wh.a",
                ".wh..wh.plnk/.wh..wh..opq",
                ".wh..wh.plnk/.wh..wh.x/a",
                "etc/.wh..wh.orph",
                "etc/.wh..wh.aufs"
            })
    void refusesLeftoversThatAufsDidNotLeave(String name) {
        assertEquals(Reason.MALFORMED_WHITEOUT, refusal(new TestTar().file(name, "")));
    }

    @Test
    void refusesLeftoversThatDoSomethingWhereTheyAreFiles() {
        String name = ".wh..wh.plnk/1.2";
        for (TestTar tar : List.of(
                new TestTar().entry(Header.of(name, '0').mode(04755)),
                new TestTar().entry(Header.of(name, '0').mode(02755)),
                new TestTar()
                        .pax('x', TestTar.record("SCHILY.xattr.security.capability", "x"))
                        .file(name, ""),
                new TestTar().hardLink(name, "etc/passwd"),
                new TestTar().hardLink(name, ".wh..wh.orph/1"),
                new TestTar().hardLink(".wh..wh.aufs", "shadow"),
                new TestTar().symbolicLink(name, "../etc"),
                new TestTar().symbolicLink(name, ".."),
                new TestTar().symbolicLink(".wh..wh.plnk", "etc"),
                new TestTar().file(".wh..wh.plnk", ""),
                new TestTar().directory(".wh..wh.aufs"),
                new TestTar().entry(Header.of(name, '3').device(1, 5)),
                new TestTar().entry(Header.of(name, '6')))) {
            assertEquals(Reason.MALFORMED_WHITEOUT, refusal(tar));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", "etc/.wh.", "etc/.wh..", "etc/.wh...", "etc/.wh.d/x", "a/.wh..wh..opq/b"})
    void refusesWhiteoutsThatNameNothing(String name) {
        assertEquals(Reason.MALFORMED_WHITEOUT, refusal(new TestTar().whiteout(name)));
    }

    @Test
    void failsAgainOnceItHasFailed() {
        LayerReader reader = LayerReader.openArchive(
                new ByteArrayInputStream(
                        new TestTar().whiteout(".wh.").file("a", "").finish()),
                LayerLimits.defaults());
        LayerException first = assertThrows(LayerException.class, reader::next);
        assertSame(first, assertThrows(LayerException.class, reader::next));
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static void readVerified(byte[] blob, Descriptor layer, Digest diffId) throws IOException {
        try (LayerReader reader =
                LayerReader.open(new ByteArrayInputStream(blob), layer, diffId, LayerVerifier.create())) {
            while (reader.next().isPresent()) {
                reader.content().readAllBytes();
            }
        }
    }

    @Test
    void endsOnlyAfterTheLayerWasVerified() throws IOException {
        byte[] tar = new TestTar().file("a", "content").finish();
        for (byte[] blob : List.of(tar, gzip(tar))) {
            String type = blob == tar ? TAR : TAR + "+gzip";
            Descriptor layer = Descriptor.of(type, Digest.sha256Of(blob), blob.length);
            readVerified(blob, layer, Digest.sha256Of(tar));
            LayerException e = assertThrows(
                    LayerException.class, () -> readVerified(blob, layer, Digest.sha256Of(new byte[] {1})));
            assertEquals(Reason.DIFF_ID_MISMATCH, e.reason());
            Descriptor other = Descriptor.of(type, Digest.sha256Of(new byte[] {1}), blob.length);
            assertThrows(VerificationException.class, () -> readVerified(blob, other, Digest.sha256Of(tar)));
        }
    }

    @Test
    void aLayerThatIsNotThePromisedOneIsReportedAsThatAndNotAsABrokenArchive() {
        byte[] tar = new TestTar().file("a", "content").finish();
        Descriptor layer = Descriptor.of(TAR, Digest.sha256Of(tar), tar.length);
        byte[] flipped = tar.clone();
        flipped[0] ^= 1;
        assertThrows(VerificationException.class, () -> readVerified(flipped, layer, Digest.sha256Of(tar)));
        Descriptor promised = Descriptor.of(TAR, Digest.sha256Of(flipped), flipped.length);
        LayerException e =
                assertThrows(LayerException.class, () -> readVerified(flipped, promised, Digest.sha256Of(flipped)));
        assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
    }

    /** Gives a byte at a time, and sometimes none. */
    private static final class OneByOne extends ByteArrayInputStream {
        OneByOne(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, pos % 3 == 0 ? Math.min(length, 1) : Math.min(length, 1000));
        }
    }
}
