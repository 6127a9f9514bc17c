package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.internal.tar.TarText;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reader beside Go's archive/tar: what we take Go takes too, for the same entries. What only Go takes is refused
 * with a reason that {@link LayerReader} documents.
 */
class GoArchiveTarTest {
    private static final int MUTATIONS = 20_000;

    /** What no writer writes and Go takes for something; {@link LayerReader} says that it is refused. */
    private static final Pattern STRICTER = Pattern.compile(
            "archive (has a header whose [\\w ]+ is not an octal number|has a header that fails its checksum"
                    + "|has a pax record \\w+ that is not a number of 63 bits|has an entry without a name"
                    + "|has a link without a target.*|ends after an extended header)");

    @TempDir
    static Path programs;

    @TempDir
    Path folder = Path.of("");

    private static GoArchiveTar go;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        go = GoArchiveTar.start(programs);
    }

    @AfterAll
    static void stop() throws IOException {
        if (go != null) {
            go.close();
        }
    }

    /** {@return a line for each entry, as the program in Go writes it} */
    private static List<String> ours(byte[] tar) throws IOException {
        List<String> entries = new ArrayList<>();
        try (LayerReader reader = LayerReader.openArchive(new ByteArrayInputStream(tar), LayerLimits.defaults())) {
            for (Optional<LayerEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                entries.add(line(next.get(), reader.content().readAllBytes()));
            }
        }
        return entries;
    }

    private static String line(LayerEntry entry, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        Instant time = entry.modified();
        LayerEntry.Device device = entry.device().orElse(new LayerEntry.Device(0, 0));
        return String.format(
                Locale.ROOT,
                "entry %s name=%s link=%s size=%d mode=%o owner=%d:%d names=%s:%s time=%d.%09d device=%d,%d"
                        + " content=%d,%08x%s",
                SeenEntry.flag(entry.type()),
                hex(entry.rawPath()),
                hex(entry.linkTarget()),
                entry.size(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                hex(entry.userName()),
                hex(entry.groupName()),
                time.getEpochSecond(),
                time.getNano(),
                device.major(),
                device.minor(),
                content.length,
                crc.getValue(),
                xattrs(entry));
    }

    private static String xattrs(LayerEntry entry) {
        return entry.xattrNames().stream()
                .map(name -> " xattr:" + hex(name) + "="
                        + HexFormat.of().formatHex(entry.xattr(name).orElseThrow()))
                .sorted()
                .collect(Collectors.joining());
    }

    private static String hex(String name) {
        return HexFormat.of().formatHex(TarText.encode(name));
    }

    /** {@return Go's lines with what means nothing in an entry of its type left out} */
    private static List<String> comparable(List<String> lines) {
        return lines.stream().map(GoArchiveTarTest::comparable).toList();
    }

    private static String comparable(String line) {
        char type = line.charAt("entry ".length());
        String told = type == '1' || type == '2' ? line : line.replaceFirst(" link=[0-9a-f]*", " link=");
        told = type == '0' ? told : told.replaceFirst(" size=[0-9]+", " size=0");
        return type == '3' || type == '4' ? told : told.replaceFirst(" device=-?[0-9]+,-?[0-9]+", " device=0,0");
    }

    private static void assertSame(byte[] tar) throws IOException {
        GoArchiveTar.Answer theirs = go.read(tar);
        assertEquals("", theirs.error());
        assertEquals(comparable(theirs.entries()), ours(tar));
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox-gzip", "ed-gzip", "ed-plain", "cosign-saved", "multiarch"})
    void readsTheLayersOfFixturesAsGoDoes(String name) throws IOException {
        int layers = 0;
        try (Stream<Path> blobs =
                Files.list(SharedData.require("registry/fixtures/layouts/" + name + "/blobs/sha256"))) {
            for (Path blob : blobs.sorted().toList()) {
                byte[] bytes = Files.readAllBytes(blob);
                if (bytes[0] == 0x1f) {
                    try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                        bytes = gzip.readAllBytes();
                    }
                }
                if (bytes[0] != '{') {
                    assertSame(bytes);
                    layers++;
                }
            }
        }
        assertTrue(layers > 0);
    }

    /** A folder with what a format may have to write in more than one way. */
    private Path tree() throws IOException, InterruptedException {
        Path tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("etc"));
        Files.writeString(tree.resolve("etc/passwd"), "root:x:0:0\n");
        Files.createLink(tree.resolve("etc/copy"), tree.resolve("etc/passwd"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("etc/passwd"));
        Files.writeString(tree.resolve("empty"), "");
        Files.writeString(tree.resolve("block"), "x".repeat(512));
        Peers.run(tree, Peers.require("mkfifo").toString(), "pipe");
        Peers.run(tree, Peers.require("chmod").toString(), "6755", "empty");
        return tree;
    }

    private byte[] gnuTar(Path tree, String... options) throws IOException, InterruptedException {
        Path archive = folder.resolve("archive.tar");
        Files.deleteIfExists(archive);
        List<String> command =
                new ArrayList<>(List.of(Peers.require("tar").toString(), "-c", "-f", archive.toString()));
        command.addAll(List.of(options));
        command.add(".");
        Peers.run(tree, command.toArray(String[]::new));
        return Files.readAllBytes(archive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v7", "oldgnu", "gnu", "ustar", "posix"})
    void readsEveryFormatOfGnuTarAsGoDoes(String format) throws IOException, InterruptedException {
        Path tree = tree();
        if (format.equals("v7")) {
            Files.delete(tree.resolve("pipe"));
        } else {
            Path deep = Files.createDirectories(tree.resolve("deep/".repeat(20) + "n".repeat(90)));
            Files.writeString(deep.resolve("file"), "deep");
        }
        assertSame(gnuTar(tree, "--format=" + format, "--mtime=2026-01-02 03:04:05.678"));
        assertSame(gnuTar(tree, "--format=" + format, "--mtime=@0", "--owner=somebody:1234567", "--group=:1"));
        if (!format.equals("v7") && !format.equals("ustar")) {
            Files.createSymbolicLink(tree.resolve("l".repeat(200)), Path.of("t".repeat(300)));
            Files.writeString(tree.resolve("\u00e4".repeat(100)), "long");
            assertSame(gnuTar(tree, "--format=" + format, "--owner=:3000000", "--mtime=1960-05-06 07:08:09"));
        }
    }

    @Test
    void readsExtendedAttributesAsGoDoes() throws IOException, InterruptedException {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Path file = Files.writeString(tree.resolve("file"), "x");
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        assumeTrue(
                view != null && Files.getFileStore(file).supportsFileAttributeView("user"), "no extended attributes");
        view.write("note", ByteBuffer.wrap(new byte[] {0, 1, '=', '\n', -1}));
        byte[] tar = gnuTar(tree, "--format=posix", "--xattrs", "--xattrs-include=*");
        assertSame(tar);
        assertEquals(
                List.of("user.note"),
                List.copyOf(LayerReaderTest.read(tar).get(1).xattrNames()));
    }

    /** Archives of GNU tar with devices, attributes and holes, and what somebody hostile writes. */
    @Test
    void takesNoSeedOfTheFuzzTargetThatGoDoesNot() throws IOException, URISyntaxException {
        Path seeds = Path.of(Objects.requireNonNull(getClass().getResource("LayerReaderFuzzTestInputs/read"), "seeds")
                .toURI());
        int taken = 0;
        try (Stream<Path> files = Files.list(seeds)) {
            for (Path seed : files.sorted().toList()) {
                taken += compare(Files.readAllBytes(seed)).isEmpty() ? 1 : 0;
            }
        }
        assertTrue(taken >= 10, taken + " taken");
    }

    @Test
    void readsDevicesAsGoDoes() throws IOException {
        assertSame(new TestTar()
                .entry(Header.of("null", '3').device(1, 3))
                .entry(Header.of("sda", '4').device(8, 1).magic("ustar  \0"))
                .finish());
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '5', '6'})
    void ignoresTheSizeOfWhatHasNoContentAsGoDoes(char type) throws IOException {
        Header header = Header.of("a", type).link("b").size(700);
        if (type == '1' || type == '5') {
            assertSame(new TestTar().entry(header).file("c", "content").finish());
        }
        assertSame(new TestTar().file("c", "content").entry(header).finish());
    }

    /** A folder with a file that has holes at both ends, and one that is nothing but a hole. */
    private Path sparseTree() throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        try (var sparse = new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(1 << 20);
            sparse.seek(1 << 19);
            sparse.write(1);
        }
        try (var hole = new RandomAccessFile(tree.resolve("hole").toFile(), "rw")) {
            hole.setLength(1 << 20);
        }
        return tree;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0", "0.1", "1.0"})
    void readsSparseFilesOfPaxAsGoDoes(String version) throws IOException, InterruptedException {
        byte[] tar = gnuTar(sparseTree(), "--format=posix", "--sparse", "--sparse-version=" + version);
        assertSame(tar);
        assertTrue(tar.length < 1 << 18);
        assertTrue(LayerReaderTest.read(tar).stream().anyMatch(LayerEntry::isSparse));
    }

    /** umoci, podman and containerd do not know their type, although Go fills them with zeros. */
    @ParameterizedTest
    @ValueSource(strings = {"gnu", "oldgnu"})
    void refusesSparseFilesOfGnuWhoseTypeEnginesRefuse(String format) throws IOException, InterruptedException {
        byte[] tar = gnuTar(sparseTree(), "--format=" + format, "--sparse");
        assertTrue(go.read(tar).isAccepted());
        assertEquals(Reason.UNSUPPORTED_ENTRY, compare(tar).orElseThrow().reason());
    }

    /** {@return why we refuse the archive, or nothing if we take it, which Go then does too} */
    private static Optional<LayerException> compare(byte[] tar) throws IOException {
        List<String> ours;
        try {
            ours = ours(tar);
        } catch (LayerException e) {
            return Optional.of(e);
        }
        GoArchiveTar.Answer theirs = go.read(tar);
        assertTrue(theirs.isAccepted(), () -> "Go refuses what we take for " + ours + ": " + theirs.error());
        assertEquals(comparable(theirs.entries()), ours);
        return Optional.empty();
    }

    @Test
    void whatIsTakenOfChangedArchivesGoTakesForTheSameEntries() throws IOException {
        Random random = new Random(1);
        byte[] sample = MutatedTar.sample();
        assertEquals(Optional.empty(), compare(sample));
        int taken = 0;
        Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
        Set<String> looser = new TreeSet<>();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] tar = MutatedTar.of(sample, random);
            Optional<LayerException> refusal = compare(tar);
            if (refusal.isEmpty()) {
                taken++;
            } else {
                refused.merge(refusal.get().reason(), 1, Integer::sum);
                String message = String.valueOf(refusal.get().getMessage());
                if (refusal.get().reason() == Reason.MALFORMED_ARCHIVE
                        && !STRICTER.matcher(message).matches()
                        && go.read(tar).isAccepted()) {
                    looser.add(message.replaceAll("\".*", "…"));
                }
            }
        }
        assertEquals(Set.of(), looser);
        assertTrue(taken > MUTATIONS / 20, taken + " taken, refused: " + refused);
        assertTrue(refused.getOrDefault(Reason.AMBIGUOUS_ARCHIVE, 0) > MUTATIONS / 100, refused::toString);
    }
}
