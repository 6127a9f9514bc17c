package dev.tallyclerk.registry.filesystem;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.filesystem.FileChange.Kind;
import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileSystemTest {
    private static ImageFileSystem merged(TestTar... layers) throws IOException {
        return TestImage.of(layers).merged();
    }

    private static List<String> paths(ImageFileSystem files) {
        return files.walk().map(ImageFile::path).toList();
    }

    private static Reason refusal(TestTar... layers) {
        return refusal(MergeOptions.defaults(), layers);
    }

    private static Reason refusal(MergeOptions options, TestTar... layers) {
        return assertThrows(
                        ImageFileSystemException.class,
                        () -> TestImage.of(layers).merged(options))
                .reason();
    }

    private static ImageFile file(ImageFileSystem files, String path) {
        return files.file(path).orElseThrow();
    }

    @Test
    void anEntryTakesThePlaceOfWhatLowerLayersHave() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().directory("etc/").file("etc/motd", "one").file("etc/issue", "a"),
                new TestTar().file("etc/motd", "second").directory("var/"));
        assertEquals(List.of("etc", "etc/issue", "etc/motd", "var"), paths(files));
        assertEquals(6, file(files, "etc/motd").size());
        assertEquals(1, files.origin("etc/motd").orElseThrow().index());
        assertEquals(0, files.origin("/etc/issue").orElseThrow().index());
        assertEquals(files.layers().get(0), files.origin("etc").orElseThrow());
        assertEquals(Optional.empty(), files.origin("etc/nothing"));
    }

    private static final class Counting implements Executor {
        private int tasks;

        @Override
        public void execute(Runnable task) {
            tasks++;
            new Thread(task).start();
        }
    }

    @Test
    void readsLayersWithTheVerifierOfTheOptions() throws IOException {
        TestImage image = TestImage.of(new TestTar().file("a", "one"), new TestTar().file("b", "two"));
        Counting executor = new Counting();
        LayerVerifier verifier = LayerVerifier.create().withExecutor(executor);
        MergeOptions options = MergeOptions.defaults().withLayerVerifier(verifier);
        assertEquals(List.of("a", "b"), paths(image.merged(options)));
        assertEquals(2, executor.tasks);
    }

    @Test
    void theLimitsOfLayersAreThoseThatWereSetLast() {
        LayerLimits one = LayerLimits.defaults().withMaxEntries(1);
        LayerLimits two = LayerLimits.defaults().withMaxEntries(2);
        LayerVerifier verifier = LayerVerifier.create().withLimits(two).withExecutor(new Counting());
        MergeOptions options = MergeOptions.defaults().withLayerLimits(one);
        assertEquals(one, options.layerLimits());
        assertEquals(two, options.withLayerVerifier(verifier).layerLimits());
        MergeOptions both = options.withLayerVerifier(verifier).withLayerLimits(one);
        assertEquals(one, both.layerLimits());
        assertEquals(verifier.withLimits(one), both.layerVerifier());
        assertEquals(MergeOptions.defaults().withLayerLimits(one), options);
    }

    private static byte[] read(TestImage image, ImageFileSystem files, String path, int maxBytes) throws IOException {
        return ImageLayers.of(image.source(), image.manifest(), image.config(), LayerVerifier.create())
                .read(file(files, path), maxBytes);
    }

    private static String text(TestImage image, String path) throws IOException {
        return new String(read(image, image.merged(), path, 100), StandardCharsets.UTF_8);
    }

    @Test
    void readsOneFileOfAVerifiedLayer() throws IOException {
        TestImage image = TestImage.of(
                new TestTar().file("a", "old").file("b", "the content"),
                new TestTar().file("a", "passed over").hardLink("c", "b").file("a", "new"));
        assertEquals("new", text(image, "a"));
        assertEquals("the content", text(image, "b"));
        assertEquals("the content", text(image, "c"));
        assertEquals(11, read(image, image.merged(), "b", 11).length);
    }

    @Test
    void readsNoFileOfALayerThatIsNotThePromisedOneFurtherBack() throws IOException {
        byte[] good = new TestTar().file("a", "good").file("b", "one").finish();
        TestImage image = TestImage.ofArchives(List.of(good));
        ImageFileSystem files = image.merged();
        image.replacing(0, new TestTar().file("a", "good").file("b", "two").finish());
        var e = assertThrows(VerificationException.class, () -> read(image, files, "a", 100));
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
        image.replacing(0);
        var missing = assertThrows(ImageFileSystemException.class, () -> read(image, files, "a", 100));
        assertEquals(Reason.MISSING_LAYER, missing.reason());
    }

    @Test
    void readsOnlyFilesOfTheImageThatAreNotTooLarge() throws IOException {
        TestImage image =
                TestImage.of(new TestTar().file("a", "content").directory("b").symbolicLink("c", "a"));
        ImageFileSystem files = image.merged();
        var large = assertThrows(ImageFileSystemException.class, () -> read(image, files, "a", 6));
        assertEquals(Reason.LIMIT_EXCEEDED, large.reason());
        assertThrows(IllegalArgumentException.class, () -> read(image, files, "a", -1));
        assertThrows(IllegalArgumentException.class, () -> read(image, files, "b", 100));
        assertThrows(IllegalArgumentException.class, () -> read(image, files, "c", 100));
        TestImage other = TestImage.of(new TestTar().file("a", "another"));
        assertThrows(IllegalArgumentException.class, () -> read(other, files, "a", 100));
    }

    @Test
    void aFolderThatComesAgainKeepsWhatIsInIt() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().directory("etc/").file("etc/motd", ""),
                new TestTar().entry(Header.of("etc/", '5').mode(0700)));
        assertEquals(List.of("etc", "etc/motd"), paths(files));
        assertEquals(0700, file(files, "etc").mode());
        assertEquals(1, file(files, "etc").origin().index());
    }

    @Test
    void aFileInTheFoldersPlaceTakesAllThatIsInIt() throws IOException {
        ImageFileSystem files = merged(
                new TestTar()
                        .directory("a/")
                        .directory("a/b/")
                        .file("a/b/c", "")
                        .file("a/d", ""),
                new TestTar().file("a", "now a file"));
        assertEquals(List.of("a"), paths(files));
        FileChange gone = files.history("a/b/c").get(1);
        assertEquals(Kind.DELETED, gone.kind());
        assertEquals("a", gone.cause());
    }

    @Test
    void aFolderMayTakeAFilesPlace() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().file("a", ""), new TestTar().directory("a/").file("a/b", ""));
        assertEquals(List.of("a", "a/b"), paths(files));
        files = merged(
                new TestTar().symbolicLink("a", "/tmp"),
                new TestTar().directory("a").file("a/b", ""));
        assertEquals(List.of("a", "a/b"), paths(files));
    }

    @Test
    void ofTwoEntriesForOnePathInOneLayerTheLastCounts() throws IOException {
        ImageFileSystem files = merged(new TestTar()
                .file("a", "first")
                .directory("b/")
                .file("b/c", "")
                .file("a", "second!")
                .file("b", ""));
        assertEquals(List.of("a", "b"), paths(files));
        assertEquals(7, file(files, "a").size());
        assertEquals(
                List.of(Kind.ADDED, Kind.REPLACED),
                files.history("a").stream().map(FileChange::kind).toList());
    }

    @Test
    void aRefusalSaysWhichLayerAndPathItIsAbout() throws IOException {
        TestTar lower = new TestTar().directory("d/").file("d/secret", "");
        for (TestTar upper : List.of(
                new TestTar().file("d", "").directory("d/"),
                new TestTar().whiteout(".wh.d").file("d/x", ""))) {
            var e = assertThrows(ImageFileSystemException.class, () -> merged(lower, upper));
            assertEquals(OptionalInt.of(1), e.layer(), e.getMessage());
            assertEquals(Optional.of("d"), e.path().map(path -> path.replace("/", "")), e.getMessage());
            assertTrue(String.valueOf(e.getMessage()).startsWith("layer 2: "), e.getMessage());
        }
        MergeOptions one = MergeOptions.defaults().withMaxEntries(1);
        TestImage image = TestImage.of(new TestTar().file("a", "").file("b", ""));
        var large = assertThrows(ImageFileSystemException.class, () -> image.merged(one));
        assertEquals(OptionalInt.empty(), large.layer());
        assertEquals(Optional.empty(), large.path());
        image.replacing(0);
        var missing = assertThrows(ImageFileSystemException.class, image::merged);
        assertEquals(OptionalInt.of(0), missing.layer());
        assertEquals(Optional.empty(), missing.path());
    }

    /** Where a mount puts the layers together, a folder shows the lower one, whatever was in its place before. */
    @Test
    void refusesAFolderAndSomethingElseForOnePathOverWhatLowerLayersHave() throws IOException {
        TestTar lower = new TestTar().file("d/secret", "");
        for (TestTar upper : List.of(
                new TestTar().file("d", "").directory("d/"),
                new TestTar().symbolicLink("d", "/tmp").directory("d/"),
                new TestTar().file("f", "").hardLink("d", "f").directory("d/"),
                new TestTar().directory("d/").file("d", ""),
                new TestTar().file("d/x", "").file("d", "").directory("d/"))) {
            assertEquals(Reason.AMBIGUOUS_REPLACEMENT, refusal(lower, upper));
        }
        TestTar both = new TestTar().file("d", "").directory("d/");
        assertEquals(List.of("d"), paths(merged(both)));
        TestTar removed = new TestTar().whiteout(".wh.d").directory("d/").file("d", "");
        assertEquals(List.of("d"), paths(merged(lower, removed)));
        TestTar twice =
                new TestTar().directory("d/").directory("d/").file("e", "").file("e", "");
        assertEquals(List.of("d", "d/secret", "e"), paths(merged(lower, twice)));
    }

    /** A mount merges the new folder with the lower one, because the whiteout has given way to it. */
    @Test
    void refusesAFolderThatItsLayerRemovesAndMakesAnewOverALowerFolder() {
        TestTar lower = new TestTar().file("d/secret", "").file("a/b/secret", "");
        for (TestTar upper : List.of(
                new TestTar().whiteout(".wh.d").directory("d/"),
                new TestTar().whiteout(".wh.d").file("d/new", ""),
                new TestTar().whiteout(".wh.d").whiteout("d/.wh.secret").directory("d/"),
                new TestTar().whiteout(".wh.d").file("d", "").directory("d/"),
                new TestTar()
                        .whiteout(".wh.d")
                        .directory("d/")
                        .whiteout("d/.wh..wh..opq")
                        .file("d", "")
                        .directory("d/"),
                new TestTar()
                        .whiteout(".wh.d")
                        .directory("d/")
                        .directory("d/e/")
                        .whiteout("d/e/.wh..wh..opq"),
                new TestTar().whiteout(".wh.a").directory("a/b/"),
                new TestTar().whiteout("a/.wh.b").directory("a/").directory("a/b/"),
                new TestTar()
                        .whiteout(".wh.a")
                        .whiteout(".wh.d")
                        .directory("d/")
                        .whiteout(".wh..wh..opq"))) {
            assertEquals(Reason.AMBIGUOUS_REPLACEMENT, refusal(lower, upper));
        }
    }

    @Test
    void aFolderThatItsLayerRemovesAndMakesAnewIsEmptyIfItIsOpaque() throws IOException {
        TestTar lower = new TestTar().file("d/e/secret", "");
        for (TestTar upper : List.of(
                new TestTar()
                        .whiteout(".wh.d")
                        .directory("d/")
                        .whiteout("d/.wh..wh..opq")
                        .directory("d/e/"),
                new TestTar()
                        .whiteout(".wh.d")
                        .directory("d/")
                        .directory("d/e/")
                        .whiteout("d/.wh..wh..opq"),
                new TestTar().whiteout("d/.wh.e").directory("d/e/").whiteout("d/.wh..wh..opq"),
                new TestTar().whiteout("d/.wh..wh..opq").whiteout("d/.wh.e").directory("d/e/"))) {
            assertEquals(List.of("d", "d/e"), paths(merged(lower, upper)));
        }
    }

    @Test
    void aFolderMayBeMadeWhereItsLayerRemovesAFileOrNothing() throws IOException {
        TestTar upper = new TestTar()
                .whiteout(".wh.d")
                .directory("d/")
                .whiteout(".wh.e")
                .file("e/f", "");
        assertEquals(List.of("d", "e", "e/f"), paths(merged(new TestTar().file("d", ""), upper)));
        TestTar folder = new TestTar().file("d/secret", "");
        assertEquals(List.of("d", "e", "e/f"), paths(merged(folder, new TestTar().whiteout(".wh.d"), upper)));
        assertEquals(List.of("d", "e", "e/f"), paths(merged(folder, new TestTar().file("d", ""), upper)));
    }

    @Test
    void foldersThatNobodyNamedAreImplied() throws IOException {
        ImageFileSystem files = merged(new TestTar().file("a/b/c", ""), new TestTar().file("a/d", ""));
        assertEquals(List.of("a", "a/b", "a/b/c", "a/d"), paths(files));
        ImageFile implied = file(files, "a/b");
        assertEquals(LayerEntry.Type.DIRECTORY, implied.type());
        assertEquals(0755, implied.mode());
        assertEquals(Optional.empty(), implied.entry());
        assertEquals(Instant.EPOCH, implied.modified());
        assertEquals(0, implied.origin().index());
        assertEquals("b", implied.name());
    }

    @Test
    void theRootHasWhatTheLayersSayOfIt() throws IOException {
        assertEquals(0755, file(merged(new TestTar().file("a", "")), "").mode());
        assertEquals(
                0711,
                file(merged(new TestTar().entry(Header.of("./", '5').mode(0711))), "/")
                        .mode());
    }

    @Test
    void refusesAFileOfAGlobalHeadersName() throws IOException {
        byte[] comment = TestTar.record("comment", "made by git archive");
        assertEquals(List.of("a"), paths(merged(new TestTar().pax('g', comment).file("a", ""))));
        TestTar lower = new TestTar().file("pax_global_header", "");
        for (List<TestTar> layers : List.of(
                List.of(lower, new TestTar().pax('g', comment).file("a", "")),
                List.of(lower, new TestTar().file("a", "").pax('g', comment)),
                List.of(lower, new TestTar().pax('g', comment).whiteout(".wh.pax_global_header")),
                List.of(new TestTar().pax('g', comment).file("pax_global_header", "")),
                List.of(new TestTar()
                        .file("pax_global_header", "")
                        .pax('g', comment)
                        .file("a", "")))) {
            assertEquals(Reason.GLOBAL_HEADER_NAMES_FILE, refusal(layers.toArray(TestTar[]::new)));
        }
    }

    @Test
    void anImageWithoutLayersHasNoFiles() throws IOException {
        ImageFileSystem files = TestImage.mergedArchives(MergeOptions.defaults(), List.of());
        assertEquals(Optional.empty(), files.file(""));
        assertEquals(Optional.empty(), files.resolve("/"));
        assertEquals(List.of(), paths(files));
        assertEquals(List.of(), files.list(""));
    }

    @Test
    void aWhiteoutRemovesWhatLowerLayersHaveAndIsNotThere() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().file("etc/passwd", "").file("etc/dir/x", "").file("etc/kept", ""),
                new TestTar().whiteout("etc/.wh.passwd").whiteout("etc/.wh.dir").whiteout("etc/.wh.never-was"));
        assertEquals(List.of("etc", "etc/kept"), paths(files));
        assertEquals(Optional.empty(), files.file("etc/.wh.passwd"));
    }

    @Test
    void aWhiteoutMakesTheFolderThatItIsIn() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().file("f", ""),
                new TestTar()
                        .whiteout("a/b/.wh.c")
                        .whiteout("d/.wh..wh..opq")
                        .whiteout("g/.wh.x")
                        .file("g/x", ""),
                new TestTar().whiteout("e/.wh.x").directory("e/"));
        assertEquals(List.of("a", "a/b", "d", "e", "f", "g", "g/x"), paths(files));
        assertEquals(1, file(files, "a/b").origin().index());
        assertEquals(Optional.empty(), file(files, "a/b").entry());
        assertTrue(file(files, "e").entry().isPresent());
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(MergeOptions.defaults().withMaxEntries(2), new TestTar().whiteout("a/b/.wh.c")));
    }

    @Test
    void refusesAWhiteoutInAFolderThatItsOwnLayerRemoves() {
        TestTar lower = new TestTar().file("a/b/c", "").file("d/e/f", "");
        for (TestTar upper : List.of(
                new TestTar().whiteout(".wh.a").whiteout("a/b/.wh..wh..opq"),
                new TestTar().whiteout(".wh.a").whiteout("a/.wh..wh..opq"),
                new TestTar().whiteout("d/.wh..wh..opq").whiteout("d/e/.wh.f"),
                new TestTar().whiteout("a/.wh.b").whiteout(".wh.a"),
                new TestTar().whiteout("d/e/.wh.f").whiteout("d/.wh..wh..opq"),
                new TestTar().whiteout("d/e/.wh..wh..opq").whiteout("d/.wh..wh..opq"),
                new TestTar().whiteout("n/.wh.o").whiteout(".wh.n"))) {
            assertEquals(Reason.AMBIGUOUS_WHITEOUT, refusal(lower, upper));
        }
    }

    /** As umoci writes it for a folder that is removed with what is in it. */
    @Test
    void aWhiteoutInAFolderThatItsOwnLayerHasRemovedSaysNothingNew() throws IOException {
        TestTar lower = new TestTar().file("a/b/c", "").file("d", "");
        for (TestTar upper : List.of(
                new TestTar().whiteout(".wh.a").whiteout("a/.wh.b"),
                new TestTar().whiteout(".wh.a").whiteout("a/.wh.b").whiteout("a/b/.wh.c"),
                new TestTar().whiteout(".wh.a").whiteout("a/b/.wh.c").whiteout("a/.wh.never-was"),
                new TestTar().whiteout(".wh.a").whiteout("a/.wh.b").whiteout(".wh.a"))) {
            assertEquals(List.of("d"), paths(merged(lower, upper)));
        }
        assertEquals(
                Reason.PARENT_NOT_A_DIRECTORY,
                refusal(lower, new TestTar().whiteout(".wh.a").file("a", "").whiteout("a/.wh.b")));
    }

    @Test
    void aWhiteoutLeavesWhatItsOwnLayerHasBehindIt() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().file("a", "old").file("d/x", "").file("d/y", ""),
                new TestTar()
                        .whiteout(".wh.a")
                        .file("a", "newer")
                        .whiteout(".wh.d")
                        .directory("d/")
                        .whiteout("d/.wh..wh..opq")
                        .file("d/y", "!"));
        assertEquals(List.of("a", "d", "d/y"), paths(files));
        assertEquals(5, file(files, "a").size());
        assertEquals(1, file(files, "d").origin().index());
    }

    @Test
    void refusesAWhiteoutBehindWhatItsOwnLayerHasThere() {
        TestTar lower = new TestTar().file("a", "old").file("d/x", "");
        for (TestTar upper : List.of(
                new TestTar().file("a", "new").whiteout(".wh.a"),
                new TestTar().directory("d/").whiteout(".wh.d"),
                new TestTar().file("d/y", "").whiteout(".wh.d"),
                new TestTar().file("d/e/f/y", "").whiteout("d/.wh.e"),
                new TestTar().file("new", "").whiteout(".wh.new"),
                new TestTar().file("d/e/y", "").file("d", "").whiteout(".wh.d"))) {
            assertEquals(Reason.AMBIGUOUS_WHITEOUT, refusal(lower, upper));
        }
    }

    @Test
    void refusesAnOpaqueWhiteoutBehindAFolderThatItsOwnLayerOnlyImplies() throws IOException {
        TestTar lower = new TestTar().file("etc/cron.d/old", "").file("other", "");
        for (TestTar upper : List.of(
                new TestTar().file("etc/cron.d/job", "").whiteout("etc/.wh..wh..opq"),
                new TestTar().directory("etc/").file("etc/cron.d/job", "").whiteout("etc/.wh..wh..opq"),
                new TestTar().file("etc/cron.d/job", "").whiteout(".wh..wh..opq"),
                new TestTar().file("etc/new", "").file("etc/a/b/c", "").whiteout("etc/.wh..wh..opq"),
                new TestTar()
                        .directory("etc/")
                        .directory("etc/a")
                        .file("etc/a/b/c", "")
                        .whiteout("etc/.wh..wh..opq"))) {
            assertEquals(Reason.AMBIGUOUS_WHITEOUT, refusal(lower, upper));
        }
        assertEquals(
                List.of("etc", "etc/cron.d", "etc/cron.d/job", "other"),
                paths(merged(
                        lower,
                        new TestTar()
                                .directory("etc/cron.d/")
                                .file("etc/cron.d/job", "")
                                .whiteout("etc/cron.d/.wh..wh..opq")
                                .whiteout("etc/.wh..wh..opq"))));
    }

    @Test
    void anOpaqueWhiteoutRemovesAllOfTheFolderThatLowerLayersHaveWhereverItStands() throws IOException {
        TestTar lower = new TestTar()
                .directory("d/")
                .file("d/x", "")
                .file("d/sub/z", "")
                .file("e", "");
        for (TestTar upper : List.of(
                new TestTar().whiteout("d/.wh..wh..opq").file("d/y", "").file("d/sub/new", ""),
                new TestTar()
                        .file("d/y", "")
                        .directory("d/sub/")
                        .file("d/sub/new", "")
                        .whiteout("d/.wh..wh..opq"),
                new TestTar().file("d/y", "").whiteout("d/.wh..wh..opq").file("d/sub/new", ""))) {
            ImageFileSystem files = merged(lower, upper);
            assertEquals(List.of("d", "d/sub", "d/sub/new", "d/y", "e"), paths(files));
            assertEquals(0, file(files, "d").origin().index(), "the folder itself stays");
            assertEquals(1, file(files, "d/sub").origin().index());
        }
    }

    /** On overlayfs the root of a layer is never opaque, so some engines show what others have removed. */
    @Test
    void refusesARootThatIsOpaqueOverSomething() throws IOException {
        TestTar lower = new TestTar().file("d/a", "");
        for (TestTar upper : List.of(
                new TestTar().whiteout(".wh..wh..opq").file("b", ""),
                new TestTar().directory("d/").whiteout(".wh..wh..opq"),
                new TestTar().whiteout("d/.wh.a").whiteout(".wh..wh..opq"))) {
            assertEquals(Reason.AMBIGUOUS_WHITEOUT, refusal(lower, upper));
        }
        TestTar opaque = new TestTar().whiteout(".wh..wh..opq").file("b", "").whiteout(".wh..wh..opq");
        assertEquals(List.of("b"), paths(merged(opaque)));
        assertEquals(List.of("b"), paths(merged(lower, new TestTar().whiteout(".wh.d"), opaque)));
        assertEquals(
                List.of("c"),
                paths(merged(
                        lower, new TestTar().whiteout(".wh.d").file("c", "").whiteout(".wh..wh..opq"))));
    }

    @Test
    void aWhiteoutReachesOnlyTheLayersBelow() throws IOException {
        assertEquals(
                List.of("a"),
                paths(merged(
                        new TestTar().file("a", ""), new TestTar().whiteout(".wh.a"), new TestTar().file("a", ""))));
    }

    @Test
    void whatAufsLeftIsSkipped() throws IOException {
        assertEquals(
                List.of("a"),
                paths(merged(new TestTar()
                        .whiteout(".wh..wh.aufs")
                        .directory(".wh..wh.plnk/")
                        .file(".wh..wh.plnk/1.2", "x")
                        .directory(".wh..wh.orph/")
                        .file("a", ""))));
    }

    @Test
    void aDeletedSecretIsFoundInItsLayer() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().directory("root/"),
                new TestTar()
                        .entry(Header.of("root/.ssh/id_rsa", '0').mode(0600).size(3), TestTar.latin1("key")),
                new TestTar().whiteout("root/.ssh/.wh.id_rsa"));
        assertEquals(Optional.empty(), files.file("root/.ssh/id_rsa"));
        List<FileChange> history = files.history("root/.ssh/id_rsa");
        assertEquals(
                List.of(Kind.ADDED, Kind.DELETED),
                history.stream().map(FileChange::kind).toList());
        assertEquals(1, history.get(0).layer().index());
        assertEquals(2, history.get(1).layer().index());
        assertEquals("root/.ssh/.wh.id_rsa", history.get(1).cause());
        FileChange deleted = files.deleted().get(0);
        assertEquals("root/.ssh/id_rsa", deleted.path());
        assertEquals(1, files.deleted().size());
        assertEquals(1, deleted.entryLayer().index(), "the layer that still has it");
        assertEquals(3, deleted.entry().orElseThrow().size());
        assertEquals(0, deleted.entry().orElseThrow().position());
    }

    @Test
    void aSecretInADeletedFolderAndAReplacedOneAreFoundToo() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().file("app/.git/config", "token").file("app/.env", "PASSWORD=x"),
                new TestTar().whiteout("app/.wh..git").file("app/.env", ""));
        FileChange config = files.history("app/.git/config").get(1);
        assertEquals("app/.wh..git", config.cause());
        assertEquals(0, config.entryLayer().index());
        List<FileChange> env = files.history("app/.env");
        assertEquals(
                List.of(Kind.ADDED, Kind.REPLACED),
                env.stream().map(FileChange::kind).toList());
        assertEquals(10, env.get(0).entry().orElseThrow().size());
    }

    @Test
    void historyHasEveryTurn() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().file("a", "1"),
                new TestTar().whiteout(".wh.a"),
                new TestTar().file("b", ""),
                new TestTar().file("a", "22"),
                new TestTar().directory("a/"),
                new TestTar().whiteout(".wh.a").whiteout(".wh.b"));
        List<FileChange> history = files.history("/a/");
        assertEquals(
                List.of("ADDED 0", "DELETED 1", "ADDED 3", "REPLACED 4", "DELETED 5"),
                history.stream()
                        .map(change -> change.kind() + " " + change.layer().index())
                        .toList());
        assertEquals(List.of(), files.history("never"));
        assertEquals(
                List.of("a", "b"),
                files.deleted().stream().map(FileChange::path).toList());
    }

    @Test
    void hardLinksAreOneFile() throws IOException {
        ImageFileSystem files = merged(new TestTar()
                .entry(Header.of("bin/su", '0').mode(04755).owner(0, 3).time(9).size(2), new byte[2])
                .entry(Header.of("bin/sudo", '1').link("bin/su").mode(04755).owner(0, 3))
                .entry(Header.of("bin/third", '1').link("/bin/sudo").mode(04755).owner(0, 3)));
        for (String path : List.of("bin/su", "bin/sudo", "bin/third")) {
            ImageFile file = file(files, path);
            assertEquals(LayerEntry.Type.FILE, file.type());
            assertEquals(2, file.size());
            assertEquals(04755, file.mode());
            assertEquals(3, file.gid());
            assertEquals(Instant.ofEpochSecond(9), file.modified());
            assertEquals(3, file.linkCount());
            assertEquals("bin/su", file.content().orElseThrow().path());
        }
        assertEquals(
                LayerEntry.Type.HARD_LINK,
                file(files, "bin/sudo").entry().orElseThrow().type());
    }

    @Test
    void aFileStaysWhileALinkToItDoes() throws IOException {
        ImageFileSystem files = merged(
                new TestTar().file("a", "content").hardLink("b", "a"),
                new TestTar().hardLink("c", "b"),
                new TestTar().whiteout(".wh.a").file("b", ""));
        ImageFile left = file(files, "c");
        assertEquals(7, left.size());
        assertEquals(1, left.linkCount());
        assertEquals(1, left.origin().index());
        assertEquals(0, left.contentOrigin().index());
        assertEquals(0, file(files, "b").size());
        assertEquals(2, file(files, "b").contentOrigin().index());
    }

    @Test
    void aLinkMayBeMadeAgain() throws IOException {
        ImageFileSystem files =
                merged(new TestTar().file("a", "x").hardLink("b", "a"), new TestTar().hardLink("b", "a"));
        assertEquals(2, file(files, "a").linkCount());
        assertEquals(2, file(files, "b").linkCount());
    }

    @Test
    void aHardLinkToASymbolicLinkIsOne() throws IOException {
        TestTar tar = new TestTar()
                .symbolicLink("a", "/etc/passwd")
                .entry(Header.of("b", '1').link("a").mode(0777));
        ImageFile link = file(merged(tar), "b");
        assertEquals(LayerEntry.Type.SYMBOLIC_LINK, link.type());
        assertEquals("/etc/passwd", link.linkTarget());
    }

    @Test
    void aHardLinkMayRepeatTheFilesAttributesOrLeaveThemOut() throws IOException {
        byte[] attribute = TestTar.record("SCHILY.xattr.user.a", "b");
        ImageFileSystem files = merged(new TestTar()
                .pax('x', attribute)
                .file("a", "")
                .pax('x', attribute)
                .hardLink("b", "a")
                .hardLink("c", "b"));
        assertEquals(3, file(files, "a").linkCount());
    }

    @Test
    void reportsAHardLinkWithAnotherModeOrOwnerThanItsFile() throws IOException {
        for (Header header : List.of(
                Header.of("b", '1').mode(0666).link("a"),
                Header.of("b", '1').owner(1, 0).link("a"),
                Header.of("b", '1').owner(0, 1).link("a"))) {
            for (ImageFileSystem files : List.of(
                    merged(new TestTar().file("a", "").entry(header)),
                    merged(new TestTar().file("a", ""), new TestTar().entry(header)))) {
                assertEquals(
                        List.of("b"),
                        files.unequalLinks().stream().map(ImageFile::path).toList());
                assertEquals(file(files, "a").mode(), file(files, "b").mode());
            }
        }
        ImageFileSystem later = merged(
                new TestTar().file("a", "").entry(Header.of("b", '1').mode(0666).link("a")),
                new TestTar().whiteout(".wh.b"));
        assertEquals(List.of(), later.unequalLinks());
    }

    @Test
    void refusesAHardLinkThatGivesTheFileAnotherAttribute() {
        for (byte[] attribute : List.of(
                TestTar.record("SCHILY.xattr.user.a", "c"),
                TestTar.record("SCHILY.xattr.user.b", "b"),
                TestTar.record("LIBARCHIVE.xattr.security.capability", "AAAA"))) {
            assertEquals(
                    Reason.AMBIGUOUS_LINK,
                    refusal(new TestTar()
                            .pax('x', TestTar.record("SCHILY.xattr.user.a", "b"))
                            .file("a", "")
                            .pax('x', attribute)
                            .hardLink("b", "a")));
        }
    }

    @Test
    void refusesAHardLinkThatMakesAFileRunAsSomebodyElse() {
        TestTar setUid =
                new TestTar().file("a", "").entry(Header.of("b", '1').link("a").mode(04755));
        assertEquals(Reason.AMBIGUOUS_LINK, refusal(setUid));
        TestTar owner = new TestTar()
                .entry(Header.of("a", '0').mode(04755).owner(5, 5))
                .entry(Header.of("b", '1').link("a").mode(04755));
        assertEquals(Reason.AMBIGUOUS_LINK, refusal(owner));
    }

    @Test
    void refusesAFolderThatHasLostAnAttributeWhenItsLayerNamesItAgain() throws IOException {
        byte[] acl = TestTar.record("SCHILY.xattr.system.posix_acl_access", "1");
        byte[] other = TestTar.record("SCHILY.xattr.system.posix_acl_access", "2");
        byte[] more = TestTar.record("SCHILY.xattr.user.more", "3");
        for (TestTar again : List.of(
                new TestTar().pax('x', acl).directory("srv/").directory("./srv"),
                new TestTar()
                        .pax('x', acl, more)
                        .directory("srv/")
                        .pax('x', acl)
                        .directory("srv/"),
                new TestTar().pax('x', acl).directory("./").directory("./"))) {
            assertEquals(Reason.AMBIGUOUS_REPLACEMENT, refusal(again));
        }
        ImageFileSystem files = merged(new TestTar()
                .directory("srv/")
                .pax('x', acl)
                .directory("srv/")
                .pax('x', more, other)
                .directory("srv/"));
        LayerEntry last = file(files, "srv").content().orElseThrow();
        assertEquals(2, last.xattrNames().size());
        assertArrayEquals(
                TestTar.latin1("2"),
                last.xattr("system.posix_acl_access").orElseThrow(),
                "all engines overwrite the first one's");
        TestTar lower = new TestTar().pax('x', acl).directory("srv/");
        assertEquals(
                Set.of(),
                file(merged(lower, new TestTar().directory("srv/")), "srv")
                        .content()
                        .orElseThrow()
                        .xattrNames());
        TestTar file = new TestTar().pax('x', acl).file("a", "").file("a", "");
        assertEquals(Set.of(), file(merged(file), "a").content().orElseThrow().xattrNames());
    }

    private static TestTar marked(String attribute) {
        return new TestTar().pax('x', TestTar.record(attribute, "y"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SCHILY.xattr.trusted.overlay.redirect",
                "SCHILY.xattr.user.overlay.redirect",
                "SCHILY.xattr.trusted.overlay.metacopy",
                "LIBARCHIVE.xattr.user.overlay%2emetacopy",
                "SCHILY.xattr.user.fuseoverlayfs.redirect",
                "SCHILY.xattr.user.fuseoverlayfs.metacopy",
                "SCHILY.xattr.user.fuseoverlayfs.override_stat",
                "SCHILY.xattr.security.fuseoverlayfs.override_stat",
                "SCHILY.xattr.user.containers.override_stat"
            })
    void refusesWhatOverlayfsFindsElsewhere(String attribute) {
        TestTar tar = new TestTar().pax('x', TestTar.record(attribute, "AAAA"));
        assertEquals(Reason.OVERLAY_MARK, refusal(tar.directory("etc")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SCHILY.xattr.trusted.overlay.opaque",
                "SCHILY.xattr.user.overlay.opaque",
                "LIBARCHIVE.xattr.trusted.overlay.opaque",
                "SCHILY.xattr.user.fuseoverlayfs.opaque"
            })
    void refusesAnOpaqueFolderOfOverlayfsThatCoversALowerOne(String attribute) throws IOException {
        TestTar upper =
                new TestTar().pax('x', TestTar.record(attribute, "AAAA")).directory("etc");
        assertEquals(Reason.OVERLAY_MARK, refusal(new TestTar().file("etc/a", ""), upper));
        assertEquals(
                Reason.OVERLAY_MARK,
                refusal(
                        new TestTar().directory("etc"),
                        new TestTar()
                                .file("etc/b", "")
                                .pax('x', TestTar.record(attribute, "AAAA"))
                                .directory("etc")));
        assertEquals(List.of("etc"), paths(merged(upper)));
        assertEquals(List.of("etc", "etc/a"), paths(merged(upper, new TestTar().file("etc/a", ""))));
    }

    @Test
    void refusesAWhiteoutOfOverlayfsWhereItCoversSomething() throws IOException {
        TestTar lower = new TestTar().file("etc/shadow", "");
        TestTar device = new TestTar().entry(Header.of("etc/shadow", '3'));
        assertEquals(Reason.OVERLAY_MARK, refusal(lower, device));
        assertEquals(
                Reason.OVERLAY_MARK,
                refusal(lower, new TestTar().file("etc/shadow", "").entry(Header.of("etc/shadow", '3'))));
        assertEquals(
                Reason.OVERLAY_MARK,
                refusal(lower, new TestTar().entry(Header.of("zero", '3')).hardLink("etc/shadow", "zero")));
        assertEquals(
                Reason.OVERLAY_MARK,
                refusal(lower, marked("SCHILY.xattr.user.overlay.whiteout").file("etc/shadow", "")));
        assertEquals(
                Reason.OVERLAY_MARK,
                refusal(
                        lower,
                        marked("SCHILY.xattr.user.fuseoverlayfs.whiteout").file("etc/shadow", "")));
        assertEquals(List.of("etc", "etc/shadow"), paths(merged(device)));
        assertEquals(
                List.of("etc", "etc/shadow"), paths(merged(lower, new TestTar().whiteout("etc/.wh.shadow"), device)));
        assertEquals(
                List.of("etc", "etc/shadow"),
                paths(merged(
                        lower, new TestTar().entry(Header.of("etc/shadow", '3').device(1, 3)))));
    }

    @Test
    void followsLinksAsAProcessInAContainerWould() throws IOException {
        ImageFileSystem files = merged(new TestTar()
                .file("usr/lib/libc.so.6", "elf")
                .symbolicLink("lib", "usr/lib")
                .symbolicLink("usr/lib64", "../lib/./")
                .symbolicLink("usr/lib/libc.so", "libc.so.6")
                .symbolicLink("abs", "/usr/lib/../lib/libc.so")
                .symbolicLink("out", "../../../../usr")
                .symbolicLink("dangling", "/nowhere")
                .symbolicLink("loop", "loop2")
                .symbolicLink("loop2", "loop")
                .symbolicLink("file", "/usr/lib/libc.so.6/"));
        for (String path : List.of(
                "lib/libc.so",
                "/usr/lib64/libc.so.6",
                "abs",
                "out/lib/libc.so",
                "lib/../../lib/libc.so",
                "//lib//libc.so")) {
            assertEquals("usr/lib/libc.so.6", files.resolve(path).orElseThrow().path(), path);
        }
        assertEquals("", files.resolve("/").orElseThrow().path());
        assertEquals("usr/lib", files.resolve("lib").orElseThrow().path());
        for (String path : List.of("dangling", "loop", "file", "usr/lib/libc.so.6/x", "nowhere/..", "usr/nothing")) {
            assertEquals(Optional.empty(), files.resolve(path), path);
        }
        assertEquals(Optional.empty(), files.file("lib/libc.so"), "links are not followed");
    }

    @Test
    void followsFortyLinksAndNotMore() throws IOException {
        TestTar tar = new TestTar().file("f", "").symbolicLink("l1", "f");
        for (int i = 2; i <= 41; i++) {
            tar.symbolicLink("l" + i, "l" + (i - 1));
        }
        ImageFileSystem files = merged(tar);
        assertTrue(files.resolve("l40").isPresent());
        assertFalse(files.resolve("l41").isPresent());
    }

    @Test
    void listsAFolderSorted() throws IOException {
        ImageFileSystem files = merged(new TestTar()
                .file("d/b", "")
                .file("d/a.x", "")
                .file("d/a/y", "")
                .file("c", ""));
        assertEquals(
                List.of("d/a", "d/a.x", "d/b"),
                files.list("d").stream().map(ImageFile::path).toList());
        assertEquals(
                List.of("c", "d"), files.list("/").stream().map(ImageFile::name).toList());
        assertEquals(List.of(), files.list("c"));
        assertEquals(List.of(), files.list("nothing"));
        assertEquals(List.of("c", "d", "d/a", "d/a/y", "d/a.x", "d/b"), paths(files));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc/passwd", "a/../../b", "a/..", "..", "/../a"})
    void refusesPathsThatLeadOutside(String path) {
        assertEquals(Reason.OUTSIDE_ROOT, refusal(new TestTar().directory(path)));
        assertEquals(Reason.OUTSIDE_ROOT, refusal(new TestTar().file("x", "").hardLink("y", path)));
    }

    @Test
    void refusesWhiteoutsThatLeadOutside() {
        assertEquals(Reason.OUTSIDE_ROOT, refusal(new TestTar().whiteout("../.wh.etc")));
        assertEquals(Reason.OUTSIDE_ROOT, refusal(new TestTar().whiteout("a/../../.wh..wh..opq")));
    }

    @Test
    void refusesARootThatIsNoFolder() {
        assertEquals(Reason.ROOT_NOT_A_DIRECTORY, refusal(new TestTar().symbolicLink(".", "/etc")));
        assertEquals(Reason.ROOT_NOT_A_DIRECTORY, refusal(new TestTar().symbolicLink("./", "/etc")));
        assertEquals(Reason.ROOT_NOT_A_DIRECTORY, refusal(new TestTar().entry(Header.of("/", '6'))));
        assertEquals(
                Reason.ROOT_NOT_A_DIRECTORY, refusal(new TestTar().file("a", "").hardLink("/", "a")));
    }

    @Test
    void refusesPathsThroughSymbolicLinksThatLeadToNoDirectory() {
        TestTar link = new TestTar().symbolicLink("lib", "usr/lib").directory("usr/");
        for (TestTar upper : List.of(
                new TestTar().file("lib/x", ""),
                new TestTar().directory("lib/sub/"),
                new TestTar().hardLink("y", "lib/x"),
                new TestTar().whiteout("lib/.wh.x"),
                new TestTar().whiteout("lib/.wh..wh..opq"))) {
            assertEquals(Reason.THROUGH_SYMBOLIC_LINK, refusal(link, upper));
        }
        assertEquals(
                Reason.THROUGH_SYMBOLIC_LINK,
                refusal(new TestTar().symbolicLink("a", "/tmp").file("a/b", "")),
                "in one layer too");
        assertEquals(
                Reason.THROUGH_SYMBOLIC_LINK,
                refusal(new TestTar()
                        .symbolicLink("a", "/tmp")
                        .entry(Header.of("h", '1').link("a").mode(0777))
                        .file("h/b", "")),
                "by another name");
    }

    @Test
    void followsSymbolicLinksInPaths() throws IOException {
        ImageFileSystem files = TestImage.of(
                        new TestTar()
                                .directory("usr/lib/")
                                .file("usr/lib/old", "")
                                .file("usr/lib/kept", "")
                                .symbolicLink("lib", "usr/lib")
                                .symbolicLink("abs", "/../usr/lib"),
                        new TestTar()
                                .file("lib/x", "")
                                .file("abs/deep/y", "")
                                .hardLink("lib/z", "abs/x")
                                .whiteout("lib/.wh.old"))
                .merged();
        assertEquals(
                List.of(
                        "abs",
                        "lib",
                        "usr",
                        "usr/lib",
                        "usr/lib/deep",
                        "usr/lib/deep/y",
                        "usr/lib/kept",
                        "usr/lib/x",
                        "usr/lib/z"),
                paths(files));
        assertEquals(2, file(files, "usr/lib/x").linkCount());
        assertEquals(
                Reason.THROUGH_SYMBOLIC_LINK,
                refusal(new TestTar().symbolicLink("a", "nowhere").file("a/b", "")));
        assertEquals(
                Reason.THROUGH_SYMBOLIC_LINK,
                refusal(new TestTar().symbolicLink("a", "a").file("a/b", "")));
        assertEquals(
                Reason.THROUGH_SYMBOLIC_LINK,
                refusal(new TestTar().file("f", "").symbolicLink("a", "f").file("a/b", "")));
    }

    @Test
    void followsAsManyLinksForOnePathAsLinuxDoes() throws IOException {
        TestTar links = new TestTar().symbolicLink("l", ".").symbolicLink("m", "l");
        assertEquals(
                List.of("l", "m", "x"),
                paths(TestImage.of(links, new TestTar().file("l/".repeat(40) + "x", ""))
                        .merged()));
        for (String path : List.of("l/".repeat(41) + "x", "m/".repeat(21) + "x")) {
            assertEquals(Reason.THROUGH_SYMBOLIC_LINK, refusal(links, new TestTar().file(path, "")));
        }
    }

    @Test
    void followsLinksOverAsManyNamesAsAPathMayHave() throws IOException {
        TestTar far = new TestTar()
                .directory("d")
                .pax('x', TestTar.record("linkpath", "./".repeat(300) + "d"))
                .symbolicLink("l", "");
        assertEquals(
                List.of("d", "d/x", "l"),
                paths(TestImage.of(far, new TestTar().file("l/x", "")).merged()));
        assertEquals(
                Reason.THROUGH_SYMBOLIC_LINK,
                refusal(far, new TestTar().symbolicLink("d/back", "../l").file("l/back/x", "")));
    }

    @Test
    void refusesPathsThroughFiles() {
        TestTar lower = new TestTar().file("a", "");
        for (TestTar upper : List.of(
                new TestTar().file("a/b", ""),
                new TestTar().directory("a/b/c/"),
                new TestTar().whiteout("a/.wh.b"),
                new TestTar().hardLink("x", "a/b"))) {
            assertEquals(Reason.PARENT_NOT_A_DIRECTORY, refusal(lower, upper));
        }
    }

    @Test
    void refusesHardLinksToNothingAndToFolders() {
        assertEquals(Reason.LINK_TARGET_MISSING, refusal(new TestTar().hardLink("a", "b")));
        assertEquals(
                Reason.LINK_TARGET_MISSING,
                refusal(new TestTar().hardLink("a", "b").file("b", "")));
        assertEquals(
                Reason.LINK_TARGET_MISSING, refusal(new TestTar().file("a", "").hardLink("a", "a")));
        assertEquals(
                Reason.LINK_TARGET_MISSING,
                refusal(
                        new TestTar().file("b", ""),
                        new TestTar().whiteout(".wh.b").hardLink("a", "b")));
        assertEquals(
                Reason.LINK_TARGET_MISSING,
                refusal(new TestTar().file("a/b", "").hardLink("a", "a/b")),
                "its own folder's");
        assertEquals(Reason.LINK_TARGET_MISSING, refusal(new TestTar().hardLink("a", ".wh..wh.plnk/1.2")));
        assertEquals(
                Reason.LINK_TARGET_A_DIRECTORY,
                refusal(new TestTar().directory("d").hardLink("a", "d")));
        assertEquals(Reason.LINK_TARGET_A_DIRECTORY, refusal(new TestTar().hardLink("a", "/")));
    }

    @Test
    void stopsAtItsLimits() {
        TestTar tar = new TestTar().file("a/b/c", "12345");
        MergeOptions options = MergeOptions.defaults();
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(options.withMaxEntries(2), tar), "implied folders count");
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(options.withMaxContentBytes(9), tar, tar));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(options.withMaxMemoryBytes(300), tar));
        byte[] value = new byte[100_000];
        TestTar attributes = new TestTar()
                .pax('x', TestTar.record("SCHILY.xattr.user.a", value))
                .file("a", "");
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(options.withMaxMemoryBytes(100_000), attributes));
        TestTar owners = new TestTar();
        for (int i = 0; i < 3; i++) {
            owners.pax('x', TestTar.record("uname", i + "u".repeat(100_000))).file("a", "");
        }
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(options.withMaxMemoryBytes(250_000), owners));
        TestTar wide = new TestTar().pax('x', TestTar.record("path", "\u4e00".repeat(1000) + "/f"));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(options.withMaxMemoryBytes(4000), wide.file("a", "")));
        String far = "n".repeat(1000);
        TestTar links = new TestTar()
                .pax('x', TestTar.record("path", far))
                .directory("a")
                .pax('x', TestTar.record("linkpath", far))
                .symbolicLink("l", "");
        for (int i = 0; i < 10; i++) {
            links.file("l/" + i, "");
        }
        assertEquals(
                Reason.LIMIT_EXCEEDED, refusal(options.withMaxMemoryBytes(10_000), links), "a link makes it longer");
        LayerLimits limits = LayerLimits.defaults().withMaxDepth(3);
        TestTar deep =
                new TestTar().directory("a/b/c/").symbolicLink("l", "a/b/c").directory("l/d/");
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(options.withLayerLimits(limits), deep), "a link makes it deeper");
    }

    @Test
    void theWorkIsLinear() {
        TestTar lower = new TestTar();
        TestTar upper = new TestTar();
        for (int i = 0; i < 30_000; i++) {
            lower.file("d/" + i, "");
            upper.file("d/" + i + "x", "").whiteout("d/.wh..wh..opq").whiteout("d/.wh." + i);
        }
        TestTar again = new TestTar();
        for (int i = 0; i < 30_000; i++) {
            again.directory("e/").file("e/y", "").file("e", "").whiteout("x/.wh." + i);
        }
        again.directory("e/");
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> merged(lower, upper, again, upper, lower));
    }

    @Test
    void marksOfOverlayfsAreLookedUpOnceForALayer() {
        TestTar upper = new TestTar();
        for (int i = 0; i < 100_000; i++) {
            upper.entry(Header.of("x", '3'));
        }
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> merged(new TestTar().file("y", ""), upper));
    }

    @Test
    void whatTheSameLayerHasRemovedIsNotHiddenByAMark() throws IOException {
        TestTar lower = new TestTar().file("etc/shadow", "");
        TestTar upper = new TestTar().whiteout("etc/.wh.shadow").entry(Header.of("etc/shadow", '3'));
        assertEquals(List.of("etc", "etc/shadow"), paths(merged(lower, upper)));
    }

    @Test
    void namesThatDifferInTheirLastLetterAreFoundAtOnce() {
        TestTar tar = new TestTar();
        for (char prefix = 'a'; prefix < 'e'; prefix++) {
            for (char last = 0x4e00; last < 0x4e00 + 20_000; last++) {
                tar.pax('x', TestTar.record("path", prefix + "" + last)).file("x", "");
            }
        }
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> merged(tar));
    }

    @Test
    void aDeepPathCostsItsLengthOnce() {
        String folder = ("n".repeat(7) + "/").repeat(500);
        TestTar tar = new TestTar().pax('x', TestTar.record("path", folder)).directory("long");
        for (int i = 0; i < 10_000; i++) {
            tar.pax('x', TestTar.record("path", folder + "missing/.wh." + i)).file("long", "");
        }
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> merged(tar));
    }

    @Test
    void aMissingLayerIsReported() {
        TestImage image = TestImage.of(new TestTar().file("a", "")).replacing(0);
        assertEquals(
                Reason.MISSING_LAYER,
                assertThrows(ImageFileSystemException.class, image::merged).reason());
    }

    @Test
    void aLayerThatIsNotThePromisedOneIsReported() {
        byte[] other = new TestTar().file("b", "").finish();
        TestImage image = TestImage.of(new TestTar().file("a", "")).replacing(0, other);
        assertThrows(VerificationException.class, image::merged);
    }

    @Test
    void aLayerThatIsNoArchiveIsReported() {
        TestImage image = TestImage.ofArchives(List.of(TestTar.latin1("x".repeat(600))));
        assertEquals(
                LayerException.Reason.MALFORMED_ARCHIVE,
                assertThrows(LayerException.class, image::merged).reason());
    }

    @Test
    void saysWhichLayerIsNoArchive() {
        byte[] good = new TestTar().file("a", "").finish();
        TestImage image = TestImage.ofArchives(List.of(good, TestTar.latin1("x".repeat(600))));
        LayerException refusal = assertThrows(LayerException.class, image::merged);
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("layer 2: "), refusal::getMessage);
    }

    @Test
    void saysWhatALayerDecompressesToThatIsNotTheOneOfTheConfiguration() throws IOException {
        byte[] layer = new TestTar().file("a", "").finish();
        ImageConfig config = ImageConfig.builder(Platform.of("linux", "amd64"))
                .layer(Digest.sha256Of(new byte[0]))
                .build();
        ImageManifest manifest = ImageManifest.builder(
                        Descriptor.ofContent("application/vnd.oci.image.config.v1+json", config.bytes()))
                .layer(Descriptor.ofContent("application/vnd.oci.image.layer.v1.tar", layer))
                .build();
        ImageSource source = BuiltImage.of(
                "a test's image", manifest, Map.of(Digest.sha256Of(layer), () -> new ByteArrayInputStream(layer)));
        LayerException refusal = assertThrows(
                LayerException.class, () -> ImageFileSystem.of(source, manifest, config, MergeOptions.defaults()));
        assertEquals(LayerException.Reason.DIFF_ID_MISMATCH, refusal.reason());
        assertEquals(Optional.of(Digest.sha256Of(layer)), refusal.actualDiffId());
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("layer 1: "), refusal::getMessage);
    }

    @Test
    void aConfigurationOfAnotherImageIsTheCallersMistake() {
        TestImage one = TestImage.of(new TestTar().file("a", ""));
        TestImage other = TestImage.of(new TestTar().file("b", ""));
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageFileSystem.of(one.source(), one.manifest(), other.config(), MergeOptions.defaults()));
    }

    @Test
    void aBuilderThatFailedCannotBeUsed() {
        ImageFileSystem.Builder builder = ImageFileSystem.builder(MergeOptions.defaults());
        assertThrows(
                ImageFileSystemException.class,
                () -> builder.addLayer(
                        Digest.sha256Of(new byte[0]),
                        LayerReader.openArchive(
                                new ByteArrayInputStream(
                                        new TestTar().file("../a", "").finish()),
                                LayerLimits.defaults())));
        assertThrows(IllegalStateException.class, builder::build);
    }
}
