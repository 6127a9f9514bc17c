package dev.tallyclerk.registry.filesystem;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.testing.SmallDisk;
import dev.tallyclerk.verify.VerificationException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.text.Normalizer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageExtractorTest {
    @TempDir
    Path folder = Path.of("");

    private Path target = Path.of("");

    /** A folder that belongs to somebody else, with what an attacker would like to change. */
    private Path outside = Path.of("");

    private Map<String, String> before = Map.of();

    @BeforeEach
    void makeSomethingToAttack() throws IOException {
        target = folder.resolve("target");
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.createDirectory(
                outside.resolve("dir"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        Files.writeString(outside.resolve("passwd"), "root:x:0:0");
        Files.writeString(outside.resolve("dir/secret"), "secret");
        before = Trees.describeAll(outside);
    }

    @AfterEach
    void nothingOutsideHasChangedAndNothingIsLeft() throws IOException {
        assertEquals(before, Trees.describeAll(outside));
        Set<String> left = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> left.add(file.getFileName().toString()));
        }
        left.removeAll(Set.of("target", "outside", "moved"));
        assertEquals(Set.of(), left);
    }

    private String read(String path) throws IOException {
        return Files.readString(target.resolve(path));
    }

    private void assertRefused(Reason reason, TestTar... layers) {
        assertRefused(reason, ExtractionOptions.defaults(), layers);
    }

    private void assertRefused(Reason reason, ExtractionOptions options, TestTar... layers) {
        ImageFileSystemException e = assertThrows(
                ImageFileSystemException.class, () -> TestImage.of(layers).extract(target, options));
        assertEquals(reason, e.reason());
        assertFalse(Files.exists(target, LinkOption.NOFOLLOW_LINKS), "there is nothing at the target");
    }

    /** Type and mode of something that was written, as {@link Trees} writes them. */
    private static void assertLine(Path root, String path, String start) throws IOException {
        String line = Trees.describe(root).getOrDefault(path, "nothing");
        assertTrue(line.startsWith(start), path + " is " + line);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Test
    void makesAnEmptyFolderOfAnImageWithoutLayers() throws IOException {
        TestImage.of().extract(target, ExtractionOptions.defaults());
        assertEquals(Set.of("."), Trees.describe(target).keySet());
        assertLine(target, ".", "40000 755");
    }

    @Test
    void writesWhatTheLayersMake() throws IOException {
        ExtractionResult result = TestImage.of(
                        new TestTar()
                                .directory("etc/")
                                .file("etc/motd", "old")
                                .file("etc/gone", "")
                                .entry(Header.of("bin/sh", '0').mode(0755).size(3), TestTar.latin1("elf")),
                        new TestTar()
                                .file("etc/motd", "new")
                                .whiteout("etc/.wh.gone")
                                .entry(Header.of("bin/bash", '1').link("bin/sh").mode(0755))
                                .symbolicLink("etc/link", "../../../etc/passwd"))
                .extract(target);
        assertEquals("new", read("etc/motd"));
        assertEquals("elf", read("bin/bash"));
        assertEquals(Path.of("../../../etc/passwd"), Files.readSymbolicLink(target.resolve("etc/link")));
        assertEquals(
                Set.of(".", "bin/", "bin/bash", "bin/sh", "etc/", "etc/link", "etc/motd"),
                Trees.describe(target).keySet());
        assertEquals(
                Files.getAttribute(target.resolve("bin/sh"), "unix:ino"),
                Files.getAttribute(target.resolve("bin/bash"), "unix:ino"));
        assertEquals(2, Files.getAttribute(target.resolve("bin/sh"), "unix:nlink"));
        assertEquals(2, result.files());
        assertEquals(3, result.directories());
        assertEquals(1, result.symbolicLinks());
        assertEquals(1, result.hardLinks());
        assertEquals(6, result.bytes());
        assertEquals(List.of(), result.omissions());
        assertTrue(result.fileSystem().file("etc/motd").isPresent());
    }

    @Test
    void keepsPermissionsAndTimes() throws IOException {
        TestImage.of(new TestTar()
                        .entry(Header.of("./", '5').mode(0711).time(5))
                        .entry(Header.of("tmp", '5').mode(01777).time(1_000_000_000))
                        .entry(Header.of("readonly", '5').mode(0555).time(7))
                        .pax('x', TestTar.record("mtime", "1600000000.25"))
                        .entry(Header.of("readonly/file", '0').mode(0440))
                        .entry(Header.of("readonly/link", '2').link("file").time(9))
                        .pax('x', TestTar.record("mtime", "-1.5"))
                        .entry(Header.of("readonly/old", '0'))
                        .entry(Header.of("none", '0').mode(0)))
                .extract(target);
        assertLine(target, ".", "40000 711");
        assertLine(target, "tmp/", "40000 1777");
        assertLine(target, "readonly/", "40000 555");
        assertLine(target, "readonly/file", "100000 440");
        assertLine(target, "none", "100000 0 ");
        assertEquals(FileTime.from(Instant.ofEpochSecond(5)), Files.getLastModifiedTime(target));
        assertEquals(FileTime.from(Instant.ofEpochSecond(7)), Files.getLastModifiedTime(target.resolve("readonly")));
        assertEquals(
                FileTime.from(Instant.ofEpochSecond(1_600_000_000, 250_000_000)),
                Files.getLastModifiedTime(target.resolve("readonly/file")));
        assertEquals(
                FileTime.from(Instant.ofEpochSecond(9)),
                Files.getLastModifiedTime(target.resolve("readonly/link"), LinkOption.NOFOLLOW_LINKS));
        assertEquals(
                FileTime.from(Instant.ofEpochSecond(-2)), Files.getLastModifiedTime(target.resolve("readonly/old")));
        Path owner = target.resolve("none");
        assertEquals(Files.getAttribute(folder.resolve("outside"), "unix:uid"), Files.getAttribute(owner, "unix:uid"));
    }

    @Test
    void leavesTimesOutIfAsked() throws IOException {
        TestImage.of(new TestTar().file("a", ""))
                .extract(target, ExtractionOptions.defaults().withTimes(false));
        assertTrue(Files.getLastModifiedTime(target.resolve("a")).toMillis() > 1_000_000_000_000L);
    }

    @Test
    void dropsSetIdBitsUnlessAskedAndSaysSo() throws IOException {
        TestImage image = TestImage.of(new TestTar()
                .entry(Header.of("su", '0').mode(04755))
                .entry(Header.of("dir", '5').mode(02775)));
        ExtractionResult result = image.extract(target);
        assertLine(target, "su", "100000 755");
        assertLine(target, "dir/", "40000 775");
        assertEquals(
                List.of(
                        new Omission("su", Omission.Kind.SET_ID_BITS, ""),
                        new Omission("dir", Omission.Kind.SET_ID_BITS, "")),
                result.omissions());
        Path kept = folder.resolve("moved");
        assertEquals(
                List.of(),
                image.extract(kept, ExtractionOptions.defaults().withSetId(true))
                        .omissions());
        assertLine(kept, "su", "100000 4755");
        assertLine(kept, "dir/", "40000 2775");
    }

    @Test
    void keepsOwnersIfAsked() throws IOException {
        assumeTrue(isRoot(), "only root may give files away");
        ExtractionOptions options =
                ExtractionOptions.defaults().withOwnership(true).withSetId(true);
        TestImage.of(new TestTar()
                        .entry(Header.of("./", '5').mode(0755).owner(3, 4))
                        .pax('x', TestTar.record("uid", "4294967294"))
                        .entry(Header.of("file", '0').mode(06755).owner(0, 7))
                        .entry(Header.of("link", '2').link("/etc/passwd").owner(5, 6)))
                .extract(target, options);
        assertEquals(3, Files.getAttribute(target, "unix:uid"));
        assertEquals(-2, Files.getAttribute(target.resolve("file"), "unix:uid"));
        assertEquals(7, Files.getAttribute(target.resolve("file"), "unix:gid"));
        assertLine(target, "file", "100000 6755");
        assertEquals(5, Files.getAttribute(target.resolve("link"), "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void reportsWhatItCannotWrite() throws IOException {
        byte[] value = {1, 2, 3};
        TestImage image = TestImage.of(new TestTar()
                .entry(Header.of("dev/null", '3').device(1, 3))
                .entry(Header.of("dev/sda", '4').device(8, 0))
                .entry(Header.of("pipe", '6'))
                .pax(
                        'x',
                        TestTar.record("SCHILY.xattr.user.note", value),
                        TestTar.record("SCHILY.xattr.security.capability", value))
                .file("ping", "")
                .symbolicLink("slashes", "a//b/"));
        ExtractionResult result = image.extract(target);
        assertEquals(
                List.of(
                        new Omission("dev/null", Omission.Kind.DEVICE, "1:3"),
                        new Omission("dev/sda", Omission.Kind.DEVICE, "8:0"),
                        new Omission("ping", Omission.Kind.EXTENDED_ATTRIBUTE, "user.note"),
                        new Omission("ping", Omission.Kind.EXTENDED_ATTRIBUTE, "security.capability"),
                        new Omission("pipe", Omission.Kind.FIFO, ""),
                        new Omission("slashes", Omission.Kind.LINK_SLASHES, "a//b/")),
                result.omissions());
        assertEquals(
                Set.of(".", "dev/", "ping", "slashes"), Trees.describe(target).keySet());
        assertEquals(Path.of("a/b"), Files.readSymbolicLink(target.resolve("slashes")));
    }

    @Test
    void keepsUsersAttributesIfAsked() throws IOException {
        assumeTrue(
                Files.getFileStore(folder).supportsFileAttributeView(UserDefinedFileAttributeView.class),
                "no extended attributes here");
        byte[] value = {1, 0, 3};
        ExtractionResult result = TestImage.of(new TestTar()
                        .pax(
                                'x',
                                TestTar.record("SCHILY.xattr.user.note", value),
                                TestTar.record("SCHILY.xattr.trusted.x", value))
                        .entry(Header.of("a", '0').mode(0400)))
                .extract(target, ExtractionOptions.defaults().withUserAttributes(true));
        assertEquals(List.of(new Omission("a", Omission.Kind.EXTENDED_ATTRIBUTE, "trusted.x")), result.omissions());
        var view = Files.getFileAttributeView(target.resolve("a"), UserDefinedFileAttributeView.class);
        assertEquals(List.of("note"), view.list());
        assertEquals(3, view.size("note"));
    }

    @Test
    void reportsTimesThatTheFileSystemDoesNotHave() throws IOException {
        Instant farAway = Instant.ofEpochSecond(99_999_999_999L);
        byte[] far = TestTar.record("mtime", "99999999999");
        byte[] possible = TestTar.record("mtime", "1");
        ExtractionResult result = TestImage.of(new TestTar()
                        .pax('x', far)
                        .file("a", "")
                        .pax('x', possible)
                        .file("b", ""))
                .extract(target);
        // The year 5138, which ext4 does not have, and XFS and tmpfs do.
        Path probe = Files.createFile(folder.resolve("probe"));
        Files.setLastModifiedTime(probe, FileTime.from(farAway));
        FileTime had = Files.getLastModifiedTime(probe);
        Files.delete(probe);
        boolean kept = had.toInstant().equals(farAway);
        Omission lost = new Omission("a", Omission.Kind.TIME, farAway.toString());
        assertEquals(kept ? List.of() : List.of(lost), result.omissions());
        assertEquals(had, Files.getLastModifiedTime(target.resolve("a")));
    }

    @Test
    void namesTheFileOfTheImageThatCannotBeWritten() {
        assumeTrue(supportsUserAttributes(), "no extended attributes here");
        byte[] tooLong = TestTar.record("SCHILY.xattr.user." + "n".repeat(300), "x");
        TestImage image = TestImage.of(new TestTar().pax('x', tooLong).file("etc/a", ""));
        FileSystemException e = assertThrows(
                FileSystemException.class,
                () -> image.extract(target, ExtractionOptions.defaults().withUserAttributes(true)));
        assertEquals(target.toAbsolutePath() + "/etc/a", e.getFile());
    }

    private boolean supportsUserAttributes() {
        try {
            return Files.getFileStore(folder).supportsFileAttributeView(UserDefinedFileAttributeView.class);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void refusesAMountPointBeforeAnythingIsRead() {
        Optional<Path> mounted = Stream.of("/dev/mqueue", "/dev/shm", "/run/lock", "/media", "/mnt")
                .map(Path::of)
                .filter(ImageExtractorTest::isEmptyMountPoint)
                .findFirst();
        assumeTrue(mounted.isPresent(), "no empty mount point here");
        TestImage image = TestImage.of(new TestTar().file("a", "")).replacing(0);
        assertEquals(
                Reason.TARGET_IS_MOUNT_POINT,
                assertThrows(ImageFileSystemException.class, () -> image.extract(mounted.get()))
                        .reason());
    }

    private static boolean isEmptyMountPoint(Path folder) {
        String[] there = folder.toFile().list();
        try {
            return there != null
                    && there.length == 0
                    && !Files.getAttribute(folder, "unix:dev")
                            .equals(Files.getAttribute(folder.getParent(), "unix:dev"));
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void reportsAttributesWhoseNamesCannotBeWritten() throws IOException {
        byte[] notUtf8 = TestTar.latin1("25 SCHILY.xattr.user.\u00ff=x\n");
        ExtractionResult result = TestImage.of(new TestTar().pax('x', notUtf8).file("a", ""))
                .extract(target, ExtractionOptions.defaults().withUserAttributes(true));
        assertEquals(List.of(new Omission("a", Omission.Kind.EXTENDED_ATTRIBUTE, "user.\udcff")), result.omissions());
    }

    @Test
    void keepsNamesByteForByteWhateverTheLocale() throws IOException {
        byte[] name = {'a', (byte) 0xff, (byte) 0xc3, (byte) 0xa4, '%', '?'};
        TestImage.of(new TestTar()
                        .entry(Header.of("", '0').put(0, 100, name))
                        .entry(Header.of("l", '2').put(157, 100, name))
                        .entry(Header.of("m", '2').put(157, 100, TestTar.latin1("/\u00ff/../x"))))
                .extract(target);
        Path file =
                Path.of(URI.create("file://" + target.toUri().getRawPath().replaceAll("/$", "") + "/a%FF%C3%A4%25%3F"));
        assertTrue(Files.exists(file));
        assertEquals(file.getFileName(), Files.readSymbolicLink(target.resolve("l")));
        assertEquals(Path.of(URI.create("file:///%FF/../x")), Files.readSymbolicLink(target.resolve("m")));
    }

    @Test
    void anEmptyFolderMayBeThere() throws IOException {
        Files.createDirectory(target);
        TestImage.of(new TestTar().file("a", "x")).extract(target);
        assertEquals("x", read("a"));
    }

    @Test
    void aFolderThatIsNotEmptyOrNoFolderMayNot() throws IOException {
        TestImage image = TestImage.of(new TestTar().file("a", "x"));
        Files.createDirectory(target);
        Files.writeString(target.resolve("b"), "mine");
        assertNotEmpty(image);
        assertEquals("mine", read("b"));
        Files.delete(target.resolve("b"));
        Files.delete(target);
        Files.createSymbolicLink(target, outside);
        assertNotEmpty(image);
        Files.delete(target);
        Files.writeString(target, "a file");
        assertNotEmpty(image);
    }

    private void assertNotEmpty(TestImage image) {
        assertEquals(
                Reason.TARGET_NOT_EMPTY,
                assertThrows(ImageFileSystemException.class, () -> image.extract(target))
                        .reason());
    }

    @Test
    void aTargetThatDoesNotFitIsNamedAndNothingOfItIsLeft() throws IOException {
        try (SmallDisk disk = SmallDisk.on(Files.createDirectory(folder.resolve("moved")), "1m")) {
            Path full = disk.folder().resolve("target");
            TestImage image = TestImage.of(new TestTar().file("dir/a", "x".repeat(2 << 20)));
            FileSystemException e = assertThrows(FileSystemException.class, () -> image.extract(full));
            assertEquals(full.toString(), e.getFile());
            assertArrayEquals(new String[0], disk.folder().toFile().list());
        }
    }

    @Test
    void aTargetThatIsNoNameIsTheCallersMistake() {
        TestImage image = TestImage.of(new TestTar().file("a", "x"));
        assertThrows(IllegalArgumentException.class, () -> image.extract(Path.of("/")));
        assertThrows(IOException.class, () -> image.extract(folder.resolve("no/such")));
    }

    @Test
    void refusesATargetThatAnybodyMayRename() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertRefused(Reason.TARGET_NOT_SAFE, new TestTar().file("a", ""));
        Files.setAttribute(folder, "unix:mode", 01777);
        TestImage.of(new TestTar().file("a", "")).extract(target);
    }

    @Test
    void aLayerThatIsNotThePromisedOneLeavesNothing() {
        TestImage image = TestImage.of(new TestTar().file("a", "good"), new TestTar().file("b", "good"))
                .replacing(1, new TestTar().file("b", "evil").finish());
        assertThrows(VerificationException.class, () -> image.extract(target));
        assertFalse(Files.exists(target));
    }

    @Test
    void aLayerThatIsBrokenAtItsEndLeavesNothing() {
        byte[] broken = new TestTar()
                .file("b", "x")
                .raw(TestTar.latin1("x".repeat(512)))
                .finish();
        TestImage image =
                TestImage.ofArchives(List.of(new TestTar().file("a", "").finish(), broken));
        assertEquals(
                LayerException.Reason.MALFORMED_ARCHIVE,
                assertThrows(LayerException.class, () -> image.extract(target)).reason());
        assertFalse(Files.exists(target));
    }

    @Test
    void aFailureInTheMiddleOfATreeRemovesWhatIsThere() {
        TestTar tar = new TestTar();
        for (int i = 0; i < 20; i++) {
            tar.entry(Header.of("d" + i + "/e/f", '5').mode(0)).file("d" + i + "/e/file", "x");
            tar.symbolicLink("d" + i + "/link", outside.toString());
        }
        tar.directory("z/")
                .file("z/" + "n".repeat(100) + "/" + "x", "")
                .pax('x', TestTar.record("path", "n".repeat(256)));
        assertRefused(Reason.NAME_NOT_POSSIBLE, tar.file("long", ""));
    }

    /** CVE-2021-21272 of oras, CVE-2024-24579 of stereoscope, CVE-2021-3762 of claircore. */
    @ParameterizedTest
    @ValueSource(strings = {"../evil", "../../evil", "a/../../evil", "/../evil", "./../evil", ".."})
    void cve202121272RefusesPathsOutOfTheImage(String path) {
        assertRefused(Reason.OUTSIDE_ROOT, new TestTar().file(path, "evil"));
        assertRefused(Reason.OUTSIDE_ROOT, new TestTar().directory(path));
        assertRefused(Reason.OUTSIDE_ROOT, new TestTar().symbolicLink(path, "x"));
    }

    @Test
    void absoluteNamesAndDriveLettersAndBackslashesStayInside() throws IOException {
        TestImage.of(new TestTar()
                        .file(outside + "/passwd", "evil")
                        .file("//etc/shadow", "evil")
                        .file("C:\\windows", "evil")
                        .file("..\\..\\evil", "evil"))
                .extract(target);
        assertEquals("evil", read(outside.toString().substring(1) + "/passwd"));
        assertEquals("evil", read("etc/shadow"));
        assertEquals("evil", read("..\\..\\evil"));
    }

    /** CVE-2026-50162 of oras-go, CVE-2021-29136 of umoci. */
    @Test
    void cve202650162WritesThroughNoSymbolicLink() {
        assertRefused(
                Reason.THROUGH_SYMBOLIC_LINK,
                new TestTar().symbolicLink("x", outside.toString()).file("x/passwd", "evil"));
        assertRefused(
                Reason.THROUGH_SYMBOLIC_LINK,
                new TestTar().symbolicLink("x", outside.toString()),
                new TestTar().file("x/passwd", "evil"));
        assertRefused(
                Reason.THROUGH_SYMBOLIC_LINK,
                new TestTar().symbolicLink("x", "../outside").file("x/new/file", "evil"));
        assertRefused(
                Reason.THROUGH_SYMBOLIC_LINK,
                new TestTar()
                        .symbolicLink("x", outside.toString())
                        .entry(Header.of("y", '1').link("x").mode(0777))
                        .file("y/passwd", "evil"));
    }

    @Test
    void aSymbolicLinkIsFollowedInsideOnly() throws IOException {
        assertRefused(
                Reason.THROUGH_SYMBOLIC_LINK,
                new TestTar().symbolicLink("x", outside.toString()).file("x/passwd", "evil"));
        TestImage.of(new TestTar()
                        .directory("outside/")
                        .symbolicLink("x", "../../../outside")
                        .file("x/passwd", "evil"))
                .extract(target);
        assertEquals("evil", read("outside/passwd"));
    }

    @Test
    void aFileAtALinksPlaceTakesThePlaceAndDoesNotWriteThroughIt() throws IOException {
        TestImage.of(
                        new TestTar()
                                .symbolicLink("a", outside + "/passwd")
                                .symbolicLink("b", outside + "/passwd")
                                .file("a", "evil"),
                        new TestTar().file("b", "evil"))
                .extract(target);
        assertEquals("evil", read("a"));
        assertEquals("evil", read("b"));
        assertFalse(Files.isSymbolicLink(target.resolve("a")));
    }

    /** CVE-2021-32760 of containerd. */
    @Test
    void cve202132760SetsNoModesTimesAndOwnersThroughALink() throws IOException {
        TestImage.of(
                        new TestTar().symbolicLink("x", outside + "/dir").symbolicLink("y", outside + "/passwd"),
                        new TestTar()
                                .entry(Header.of("x", '5').mode(0777).time(1))
                                .entry(Header.of("y", '2')
                                        .link(outside + "/passwd")
                                        .mode(0777)
                                        .time(1)))
                .extract(target);
        assertTrue(Files.isDirectory(target.resolve("x"), LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.isSymbolicLink(target.resolve("y")));
    }

    /** What containerd did for it: it made the hard link, and then changed the mode of what that leads to. */
    @Test
    void cve202132760SetsNoModeThroughAHardLinkToASymbolicLink() throws IOException {
        for (int mode : new int[] {06755, 0666, 0644}) {
            assertRefused(
                    Reason.AMBIGUOUS_LINK,
                    new TestTar()
                            .symbolicLink("etc/passwd", outside + "/passwd")
                            .entry(Header.of("b", '1').link("etc/passwd").mode(mode)));
        }
        for (int mode : new int[] {06755, 0666, 02755}) {
            assertRefused(
                    Reason.AMBIGUOUS_LINK,
                    new TestTar()
                            .entry(Header.of("etc/passwd", '2')
                                    .link(outside + "/passwd")
                                    .mode(mode))
                            .entry(Header.of("b", '1').link("etc/passwd").mode(mode)));
        }
        TestImage.of(new TestTar()
                        .entry(Header.of("etc/passwd", '2')
                                .link(outside + "/passwd")
                                .mode(0755))
                        .entry(Header.of("b", '1').link("etc/passwd").mode(0777))
                        .entry(Header.of("c", '1').link("b").mode(0755)))
                .extract(target);
        assertTrue(Files.isSymbolicLink(target.resolve("c")));
    }

    @Test
    void aWhiteoutDoesNotRemoveThroughALink() {
        TestTar link = new TestTar().symbolicLink("x", outside.toString()).symbolicLink("y", "../outside/dir");
        assertRefused(Reason.THROUGH_SYMBOLIC_LINK, link, new TestTar().whiteout("x/.wh.passwd"));
        assertRefused(Reason.THROUGH_SYMBOLIC_LINK, link, new TestTar().whiteout("y/.wh..wh..opq"));
        assertRefused(Reason.OUTSIDE_ROOT, new TestTar().whiteout("../outside/.wh.passwd"));
        assertEquals(
                LayerException.Reason.MALFORMED_WHITEOUT,
                assertThrows(
                                LayerException.class,
                                () -> TestImage.of(new TestTar().whiteout("a/.wh..."))
                                        .extract(target))
                        .reason());
    }

    @Test
    void aWhiteoutOfALinkRemovesTheLink() throws IOException {
        TestImage.of(new TestTar().symbolicLink("x", outside.toString()).file("a", ""), new TestTar().whiteout(".wh.x"))
                .extract(target);
        assertEquals(Set.of(".", "a"), Trees.describe(target).keySet());
    }

    /** CVE-2026-50163 of oras-go. */
    @Test
    void cve202650163AHardLinkLeadsToTheImagesFileAndToNoOther() throws IOException {
        String absolute = outside + "/passwd";
        assertRefused(Reason.LINK_TARGET_MISSING, new TestTar().hardLink("x", absolute));
        assertRefused(Reason.LINK_TARGET_MISSING, new TestTar().hardLink("x", "outside/passwd"));
        assertRefused(Reason.OUTSIDE_ROOT, new TestTar().hardLink("x", "../outside/passwd"));
        assertRefused(Reason.OUTSIDE_ROOT, new TestTar().directory("a").hardLink("a/x", "../../outside/passwd"));
        assertRefused(
                Reason.THROUGH_SYMBOLIC_LINK,
                new TestTar().symbolicLink("l", outside.toString()).hardLink("x", "l/passwd"));
        // Something that is there where the process runs, and not in the image.
        assertRefused(Reason.LINK_TARGET_MISSING, new TestTar().hardLink("x", "pom.xml"));
        TestImage.of(new TestTar().file("etc/passwd", "the image's").hardLink("x", "/etc/passwd"))
                .extract(target);
        assertEquals("the image's", read("x"));
    }

    @Test
    void aFileIsNotWrittenThroughAHardLinkToASymbolicLink() throws IOException {
        TestImage.of(
                        new TestTar()
                                .symbolicLink("l", outside + "/passwd")
                                .entry(Header.of("h", '1').link("l").mode(0777))
                                .entry(Header.of("i", '1').link("l").mode(0777)),
                        new TestTar().file("h", "evil"))
                .extract(target);
        assertEquals("evil", read("h"));
        assertTrue(Files.isSymbolicLink(target.resolve("i")));
    }

    /** CVE-2021-29136 of umoci. */
    @Test
    void cve202129136TheRootIsNoLink() {
        for (String root : List.of(".", "./", "/")) {
            assertRefused(
                    Reason.ROOT_NOT_A_DIRECTORY,
                    new TestTar().symbolicLink(root, outside.toString()).file("passwd", "evil"));
        }
    }

    @Test
    void aFolderThatBecomesALinkBetweenTwoFilesIsNoWayOut() {
        TestTar swap = new TestTar()
                .directory("d/")
                .file("d/first", "")
                .symbolicLink("d", outside.toString())
                .file("d/passwd", "evil");
        assertRefused(Reason.THROUGH_SYMBOLIC_LINK, swap);
        assertRefused(
                Reason.THROUGH_SYMBOLIC_LINK,
                new TestTar().directory("d/").file("d/first", ""),
                new TestTar().whiteout(".wh.d").symbolicLink("d", outside.toString()),
                new TestTar().file("d/passwd", "evil"));
    }

    @Test
    void aLinkThatBecomesAFolderIsOne() throws IOException {
        TestImage.of(new TestTar()
                        .symbolicLink("d", outside.toString())
                        .directory("d/")
                        .file("d/passwd", "inside"))
                .extract(target);
        assertEquals("inside", read("d/passwd"));
        assertTrue(Files.isDirectory(target.resolve("d"), LinkOption.NOFOLLOW_LINKS));
    }

    /** Runs something when the first bytes of a layer are read, and so in the middle of an extraction. */
    private static InputStream attacking(InputStream in, Runnable attack) {
        return new FilterInputStream(in) {
            private boolean done;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (!done) {
                    done = true;
                    attack.run();
                }
                return super.read(buffer, offset, length);
            }
        };
    }

    /** Replaces the folder that is being written by a link to the folder outside. */
    private void swapStagingFolder() {
        try (Stream<Path> files = Files.list(folder)) {
            Path staging = files.filter(file -> file.getFileName().toString().startsWith(".tallyclerk-"))
                    .findAny()
                    .orElseThrow();
            if (!Files.isSymbolicLink(staging)) {
                Files.move(staging, folder.resolve("moved"));
                Files.createSymbolicLink(staging, outside);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** CVE-2025-47290 of containerd: between the check and the use. */
    @Test
    void cve202547290FollowsNoFolderThatIsSwappedForALink() throws IOException {
        TestImage image = TestImage.of(
                        new TestTar().file("a", "content").directory("dir").file("dir/b", ""),
                        new TestTar().file("passwd", "evil").whiteout(".wh.a"))
                .reading(in -> attacking(in, this::swapStagingFolder));
        assertEquals(
                Reason.TARGET_NOT_SAFE,
                assertThrows(ImageFileSystemException.class, () -> image.extract(target))
                        .reason());
        assertFalse(Files.exists(target));
        try (Stream<Path> left = Files.list(folder.resolve("moved"))) {
            assertEquals(List.of(), left.toList(), "what was written has been removed where it was");
        }
        // The attacker's link stays, and what it leads to is as it was.
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void namesThatTheTargetTakesForOneAreRefused() {
        TestTar cases = new TestTar().file("d/README", "first").file("d/readme", "second");
        TestTar folders = new TestTar().file("Dir/a", "").file("dir/b", "");
        TestTar unicode = new TestTar()
                .pax('x', TestTar.record("path", "caf\u00e9"))
                .file("a", "")
                .pax('x', TestTar.record("path", "cafe\u0301"))
                .file("b", "");
        for (boolean byHandle : new boolean[] {true, false}) {
            for (TestTar tar : List.of(cases, folders, unicode)) {
                TestImage image = TestImage.of(tar);
                ImageExtractor extractor =
                        new ImageExtractor(ExtractionOptions.defaults(), byHandle, system -> new FoldingNames());
                ImageFileSystemException e = assertThrows(
                        ImageFileSystemException.class,
                        () -> extractor.extract(image.source(), image.manifest(), image.config(), target));
                assertEquals(Reason.NAMES_COLLIDE, e.reason());
                assertFalse(Files.exists(target));
            }
        }
    }

    /** Names as a file system takes them that knows neither case nor how a character is composed. */
    private static final class FoldingNames extends TargetNames {
        FoldingNames() {
            super(FileSystems.getDefault());
        }

        @Override
        Path name(Node node) {
            String folded = Normalizer.normalize(node.name(), Normalizer.Form.NFD);
            return Path.of(folded.toLowerCase(Locale.ROOT).replace("\u0301", "'"));
        }
    }

    @Test
    void windowsHasFewerNames() {
        for (String name :
                List.of("a:b", "a\\b", "nul", "COM1.txt", "con ", "a.", "a ", "a\u0001", "a*", "lpt9.tar.gz")) {
            assertFalse(TargetNames.isPossibleOnWindows(name), name);
        }
        for (String name : List.of("a", ".profile", "nullable", "com10", "a b", "\u00e4")) {
            assertTrue(TargetNames.isPossibleOnWindows(name), name);
        }
    }

    @Test
    void doesTheSameWhereThereAreNoOpenFolders() throws IOException {
        TestImage image = TestImage.of(
                new TestTar()
                        .directory("etc/")
                        .entry(Header.of("etc/readonly", '5').mode(0555))
                        .file("etc/readonly/a", "x")
                        .hardLink("etc/b", "etc/readonly/a")
                        .symbolicLink("c", "etc"),
                new TestTar().whiteout(".wh.c").file("d/e", "f"));
        image.extract(target);
        Path other = folder.resolve("moved");
        Files.createDirectory(other);
        new ImageExtractor(ExtractionOptions.defaults(), false, TargetNames::new)
                .extract(image.source(), image.manifest(), image.config(), other);
        assertEquals(Trees.describeAll(target), Trees.describeAll(other));
        assertThrows(
                ImageFileSystemException.class,
                () -> new ImageExtractor(ExtractionOptions.defaults(), false, TargetNames::new)
                        .extract(
                                TestImage.of(new TestTar().file("../x", "")).source(),
                                TestImage.of(new TestTar().file("../x", "")).manifest(),
                                TestImage.of(new TestTar().file("../x", "")).config(),
                                folder.resolve("third")));
    }

    @Test
    void contentThatNoPathLeadsToTakesNoRoom() throws IOException {
        TestTar many = new TestTar();
        for (int i = 0; i < 50; i++) {
            many.file("a", "x".repeat(i));
        }
        Set<Integer> sizes = new TreeSet<>();
        TestImage image = TestImage.of(many, new TestTar().whiteout(".wh.a"), new TestTar().file("b", ""))
                .reading(in -> attacking(in, () -> sizes.add(filesInStaging())));
        image.extract(target);
        assertEquals(Set.of(0, 1), sizes);
    }

    private int filesInStaging() {
        try (Stream<Path> files = Files.list(folder)) {
            Path staging = files.filter(file -> file.getFileName().toString().startsWith(".tallyclerk-"))
                    .findAny()
                    .orElseThrow();
            try (Stream<Path> contents = Files.list(staging)) {
                return (int) contents.count();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void onlyTheOwnerMayLookWhileItIsWritten() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        Set<String> permissions = new TreeSet<>();
        TestImage image = TestImage.of(new TestTar().file("a", "x"))
                .reading(in -> attacking(in, () -> {
                    try (Stream<Path> files = Files.list(folder)) {
                        for (Path file : files.toList()) {
                            if (file.getFileName().toString().startsWith(".tallyclerk-")) {
                                permissions.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                            }
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
        image.extract(target);
        assertEquals(Set.of("rwx------"), permissions);
    }

    @Test
    void foldersMayBeDeeperThanAPathMayBeLong() throws IOException {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            path.append("d".repeat(200)).append('/');
        }
        var options = ExtractionOptions.defaults();
        var limits = options.merge().layerLimits().withMaxNameBytes(10_000);
        options = options.withMerge(options.merge().withLayerLimits(limits));
        TestImage image = TestImage.of(
                new TestTar().pax('x', TestTar.record("path", path + "file")).file("a", "deep"));
        ExtractionResult result = image.extract(target, options);
        assertEquals(31, result.directories());
        // Too deep for the test's own clean-up, which goes by paths.
        new ProcessBuilder("rm", "-rf", target.toString()).start().onExit().join();
        assertFalse(Files.exists(target));
    }
}
