package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.internal.tar.TarText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** The reader beside the one of commons-compress, on archives that it wrote, that we wrote, and that are broken. */
class LayerReaderProperties {
    /** An entry to write. */
    record Wanted(byte type, String path, String link, String content, int mode, long uid, long gid, Instant time) {
        boolean isFile() {
            return type == TarConstants.LF_NORMAL;
        }
    }

    @Provide
    Arbitrary<List<Wanted>> archives() {
        Arbitrary<String> names = Arbitraries.strings()
                .withCharRange('a', 'e')
                .withChars("\u00e4\u20ac\ud83d\ude00 .'")
                .ofMinLength(1)
                .ofMaxLength(60)
                .map(name -> name.replaceAll("^\\.+|[\\ud800-\\udfff]", "x"));
        Arbitrary<String> paths = names.list().ofMinSize(1).ofMaxSize(6).map(each -> String.join("/", each));
        Arbitrary<Byte> types = Arbitraries.of(
                TarConstants.LF_NORMAL,
                TarConstants.LF_DIR,
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_FIFO,
                TarConstants.LF_CHR);
        Arbitrary<String> contents =
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(1500);
        Arbitrary<Integer> modes = Arbitraries.integers().between(0, 07777);
        Arbitrary<Long> ids = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 100), Arbitraries.longs().between(0, 0xffff_fffeL));
        Arbitrary<Instant> times = Arbitraries.longs()
                .between(-100_000_000_000L, 9_000_000_000_000L)
                .map(Instant::ofEpochMilli);
        return Combinators.combine(types, paths, paths, contents, modes, ids, ids, times)
                .as(Wanted::new)
                .list()
                .ofMaxSize(8);
    }

    private static byte[] write(List<Wanted> wanted, int longFiles, int bigNumbers) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
            out.setLongFileMode(longFiles);
            out.setBigNumberMode(bigNumbers);
            out.setAddPaxHeadersForNonAsciiNames(longFiles == TarArchiveOutputStream.LONGFILE_POSIX);
            for (Wanted each : wanted) {
                TarArchiveEntry entry = new TarArchiveEntry(each.path(), each.type());
                entry.setMode(each.mode());
                entry.setUserId(each.uid());
                entry.setGroupId(each.gid());
                entry.setLastModifiedTime(java.nio.file.attribute.FileTime.from(each.time()));
                entry.setSize(each.isFile() ? each.content().length() : 0);
                if (each.type() == TarConstants.LF_SYMLINK || each.type() == TarConstants.LF_LINK) {
                    entry.setLinkName(each.link());
                }
                out.putArchiveEntry(entry);
                if (each.isFile()) {
                    out.write(TestTar.latin1(each.content()));
                }
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Property(tries = 300)
    void readsWhatCommonsCompressWrites(@ForAll("archives") List<Wanted> wanted, @ForAll boolean posix)
            throws IOException {
        byte[] tar = write(
                wanted,
                posix ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_GNU,
                posix ? TarArchiveOutputStream.BIGNUMBER_POSIX : TarArchiveOutputStream.BIGNUMBER_STAR);
        List<SeenEntry> seen = SeenEntry.ours(tar);
        assertEquals(wanted.size(), seen.size());
        for (int i = 0; i < wanted.size(); i++) {
            Wanted each = wanted.get(i);
            SeenEntry entry = seen.get(i);
            boolean link = each.type() == TarConstants.LF_SYMLINK || each.type() == TarConstants.LF_LINK;
            Instant time =
                    posix ? each.time() : Instant.ofEpochSecond(each.time().getEpochSecond());
            assertEquals(
                    new SeenEntry(
                            (char) each.type(),
                            each.path(),
                            link ? each.link() : "",
                            each.isFile() ? each.content().length() : 0,
                            each.mode(),
                            each.uid(),
                            each.gid(),
                            time,
                            each.isFile() ? TestTar.latin1(each.content()) : new byte[0]),
                    entry);
        }
    }

    /** By themselves they are hardly ever an archive, so they are put into one as well. */
    @Property
    @StatisticsReport(StatisticsReportMode.OFF)
    void anyBytesAreEntriesOrOneRefusal(@ForAll byte[] bytes, @ForAll @IntRange(max = 1 << 20) int place)
            throws IOException {
        SeenEntry.assertSameIfBothAccept(bytes);
        byte[] tar = MutatedTar.sample();
        int at = place % tar.length;
        System.arraycopy(bytes, 0, tar, at, Math.min(bytes.length, tar.length - at));
        TestTar.repairChecksum(tar, at / 512 * 512);
        assertOftenCompared(SeenEntry.assertSameIfBothAccept(tar));
    }

    /** Else the two readers agree because one of them has nothing to say. */
    private static void assertOftenCompared(boolean compared) {
        Statistics.label("compared").collect(compared);
        Statistics.label("compared").coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 5);
            coverage.check(false).percentage(share -> share > 5);
        });
    }

    @Property(tries = 20_000)
    @StatisticsReport(StatisticsReportMode.OFF)
    void anyMutationIsEntriesOrOneRefusalAndNoOtherReadersArchive(@ForAll long seed) throws IOException {
        byte[] tar = MutatedTar.of(MutatedTar.sample(), new Random(seed));
        assertOftenCompared(SeenEntry.assertSameIfBothAccept(tar));
    }

    @Property
    void everySequenceOfBytesHasOneText(@ForAll byte[] bytes) {
        byte[] name = bytes.clone();
        for (int i = 0; i < name.length; i++) {
            name[i] = name[i] == 0 || name[i] == '/' ? (byte) 'a' : name[i];
        }
        if (name.length == 0 || Arrays.equals(name, new byte[] {'.'}) || name.length > 100) {
            return;
        }
        byte[] tar = new TestTar().entry(Header.of("", '5').put(0, 100, name)).finish();
        try {
            List<LayerEntry> entries = LayerReaderTest.read(tar);
            assertArrayEquals(name, TarText.encode(entries.get(0).path()));
            assertEquals(
                    Arrays.equals(name, new String(name, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8)),
                    TarText.isUtf8(entries.get(0).path()));
        } catch (LayerException e) {
            assertEquals(LayerException.Reason.MALFORMED_WHITEOUT, e.reason());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 200)
    void aRefusalNeverQuotesALot(@ForAll long seed) throws IOException {
        try {
            LayerReaderTest.read(MutatedTar.of(MutatedTar.sample(), new Random(seed)));
        } catch (LayerException e) {
            assertTrue(e.toString().length() < 400, e.toString());
        }
    }
}
