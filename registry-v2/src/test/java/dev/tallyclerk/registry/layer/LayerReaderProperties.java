package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.internal.tar.TarText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
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

    /**
     * What a reader says of an entry, as far as the two can say it: names that are no UTF-8 are question marks, and of
     * the numbers of owners the other one has 32 bits.
     */
    record Seen(
            char type, String path, String link, long size, int mode, int uid, int gid, Instant time, String content) {
        Seen(
                char type,
                String path,
                String link,
                long size,
                int mode,
                long uid,
                long gid,
                Instant time,
                byte[] content) {
            this(
                    type,
                    comparable(path),
                    comparable(link),
                    size,
                    mode,
                    (int) uid,
                    (int) gid,
                    time,
                    new String(content, StandardCharsets.ISO_8859_1));
        }

        private static final String NOT_UTF8 = "?";

        private static String comparable(String name) {
            return TarText.isUtf8(name) ? name : NOT_UTF8;
        }

        /** {@return this, with names left out that are not comparable in the other one} */
        Seen comparableWith(Seen other) {
            return new Seen(
                    type,
                    other.path().equals(NOT_UTF8) ? NOT_UTF8 : path,
                    other.link().equals(NOT_UTF8) ? NOT_UTF8 : link,
                    size,
                    mode,
                    uid,
                    gid,
                    time,
                    content);
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
                Arbitraries.longs().between(0, 100), Arbitraries.longs().between(0, 0xffff_ffffL));
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

    private static List<Seen> ours(byte[] tar) throws IOException {
        List<Seen> seen = new ArrayList<>();
        try (LayerReader reader = LayerReader.ofArchive(new ByteArrayInputStream(tar), LayerLimits.defaults())) {
            for (Optional<LayerEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                LayerEntry entry = next.get();
                seen.add(new Seen(
                        flag(entry.type()),
                        entry.path(),
                        entry.linkTarget(),
                        entry.size(),
                        entry.mode(),
                        entry.uid(),
                        entry.gid(),
                        entry.modified(),
                        reader.content().readAllBytes()));
            }
        }
        return seen;
    }

    private static char flag(LayerEntry.Type type) {
        return switch (type) {
            case FILE -> '0';
            case HARD_LINK -> '1';
            case SYMBOLIC_LINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
        };
    }

    /** {@return what commons-compress reads, with paths in our form} */
    private static List<Seen> theirs(byte[] tar) throws IOException {
        List<Seen> seen = new ArrayList<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new ByteArrayInputStream(tar), StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                char type = (char) entry.getLinkFlag();
                if (type == '\0' || type == '7') {
                    type = entry.getName().endsWith("/") ? '5' : '0';
                }
                seen.add(new Seen(
                        type,
                        normalised(entry.getName()),
                        entry.isLink() || entry.isSymbolicLink() ? entry.getLinkName() : "",
                        entry.getSize(),
                        entry.getMode() & 07777,
                        entry.getLongUserId(),
                        entry.getLongGroupId(),
                        entry.getLastModifiedTime().toInstant(),
                        in.readAllBytes()));
            }
        }
        return seen;
    }

    private static String normalised(String path) {
        List<String> names = new ArrayList<>(Arrays.asList(path.split("/", -1)));
        names.removeIf(name -> name.isEmpty() || name.equals("."));
        return String.join("/", names);
    }

    @Property(tries = 300)
    void readsWhatCommonsCompressWrites(@ForAll("archives") List<Wanted> wanted, @ForAll boolean posix)
            throws IOException {
        byte[] tar = write(
                wanted,
                posix ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_GNU,
                posix ? TarArchiveOutputStream.BIGNUMBER_POSIX : TarArchiveOutputStream.BIGNUMBER_STAR);
        List<Seen> seen = ours(tar);
        assertEquals(wanted.size(), seen.size());
        for (int i = 0; i < wanted.size(); i++) {
            Wanted each = wanted.get(i);
            Seen entry = seen.get(i);
            boolean link = each.type() == TarConstants.LF_SYMLINK || each.type() == TarConstants.LF_LINK;
            Instant time =
                    posix ? each.time() : Instant.ofEpochSecond(each.time().getEpochSecond());
            assertEquals(
                    new Seen(
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

    /** What both take they take for the same; what only one takes says nothing. */
    private static void assertSameIfBothAccept(byte[] tar) throws IOException {
        List<Seen> ours;
        try {
            ours = ours(tar);
        } catch (LayerException e) {
            return;
        }
        List<Seen> theirs;
        try {
            theirs = theirs(tar);
        } catch (IOException | IllegalArgumentException e) {
            return;
        }
        assertEquals(theirs.size(), ours.size());
        for (int i = 0; i < ours.size(); i++) {
            assertEquals(theirs.get(i).comparableWith(ours.get(i)), ours.get(i));
        }
    }

    @Property
    void anyBytesAreEntriesOrOneRefusal(@ForAll byte[] bytes) throws IOException {
        assertSameIfBothAccept(bytes);
    }

    /** An archive that has most of what an archive can have. */
    private static byte[] sample() {
        return new TestTar()
                .pax('g', TestTar.record("comment", "0123456789"))
                .directory("./")
                .directory("./etc/")
                .file("./etc/passwd", "root:x:0:0")
                .pax(
                        'x',
                        TestTar.record("path", "long/\u00e4" + "n".repeat(120)),
                        TestTar.record("mtime", "1700000000.5"),
                        TestTar.record("uid", "3000000"),
                        TestTar.record("SCHILY.xattr.user.a", "b"),
                        TestTar.record("size", "6"))
                .entry(Header.of("long", '0').size(6).prefix("pre/fix"), TestTar.latin1("abcdef"))
                .gnu('L', "g".repeat(150))
                .gnu('K', "k".repeat(150))
                .entry(Header.of("g", '2').link("k").magic("ustar  \0"))
                .hardLink("etc/shadow", "./etc/passwd")
                .entry(Header.of("dev/null", '3').device(1, 3))
                .entry(Header.of("old/", '\0').magic(""))
                .entry(Header.of("big", '0')
                        .magic("ustar  \0")
                        .put(124, 12, new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3})
                        .put(108, 8, new byte[] {(byte) 0x80, 0, 0, 1, 0, 0, 0, 0}))
                .content(TestTar.latin1("xyz"))
                .whiteout("etc/.wh.group")
                .finish();
    }

    @Property(tries = 20_000)
    void anyMutationIsEntriesOrOneRefusalAndNoOtherReadersArchive(@ForAll long seed) throws IOException {
        byte[] tar = mutated(sample(), new Random(seed));
        assertSameIfBothAccept(tar);
    }

    /** Changes some bytes, mostly in headers whose checksums are then made right again. */
    private static byte[] mutated(byte[] tar, Random random) {
        byte[] bytes = tar;
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int block = random.nextInt(bytes.length / 512) * 512;
            switch (random.nextInt(8)) {
                case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length / 512) * 512 + random.nextInt(513));
                case 1 -> {
                    byte[] from = Arrays.copyOfRange(bytes, block, block + 512);
                    System.arraycopy(from, 0, bytes, random.nextInt(bytes.length / 512) * 512, 512);
                }
                default -> {
                    byte[] interesting = {
                        0, ' ', '0', '7', '8', '/', '.', 'x', 'g', 'L', 'K', '1', '5', '=', '\n', -1, -128
                    };
                    int at = block + random.nextInt(512);
                    bytes[at] = interesting[random.nextInt(interesting.length)];
                    if (random.nextBoolean()) {
                        bytes[block + 156] = interesting[random.nextInt(interesting.length)];
                    }
                }
            }
            if (bytes.length < 512) {
                return bytes;
            }
            if (block + 512 <= bytes.length && random.nextInt(10) > 0) {
                repair(bytes, block);
            }
        }
        return bytes;
    }

    private static void repair(byte[] bytes, int block) {
        Arrays.fill(bytes, block + 148, block + 156, (byte) ' ');
        int sum = 0;
        for (int i = block; i < block + 512; i++) {
            sum += bytes[i] & 0xff;
        }
        byte[] text = TestTar.latin1(String.format(java.util.Locale.ROOT, "%06o\0 ", sum));
        System.arraycopy(text, 0, bytes, block + 148, 8);
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
            LayerReaderTest.read(mutated(sample(), new Random(seed)));
        } catch (LayerException e) {
            assertTrue(e.toString().length() < 400, e.toString());
        }
    }
}
