package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.WatchedDisk;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.store.StoreLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciLayoutWriterTest {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");

    @TempDir
    Path temp = Path.of("");

    private Path folder() {
        return temp.resolve("layout");
    }

    private OciLayoutWriter writer() throws IOException {
        return OciLayoutWriter.create(folder(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static MemorySource image(String... layers) {
        MemorySource source = new MemorySource();
        return source.root(source.image("linux/amd64", layers));
    }

    private static CopyResult copy(ImageSource source, ImageDestination destination) throws IOException {
        return ImageCopier.create().copy(source, destination);
    }

    private static Reason reason(Exception e) {
        return ((LayoutException) e).reason();
    }

    private Path blob(Digest digest) {
        return folder().resolve(LayoutFiles.blobPath(digest));
    }

    /** {@return none, too few, as many and too many bytes instead of the layer "layer"} */
    private static List<byte[]> wrongLayers() {
        byte[] layer = MemorySource.layer("layer");
        return List.of(
                new byte[0],
                Arrays.copyOf(layer, layer.length - 1),
                MemorySource.layer("wrong"),
                Arrays.copyOf(layer, layer.length + 1));
    }

    private void assertVerified(String name) throws IOException {
        try (OciLayout layout = OciLayout.open(folder())) {
            assertEquals(
                    Verdict.VERIFIED,
                    ImageVerifier.create().verify(layout.requireImage(name)).verdict());
        }
    }

    @Test
    void makesAnEmptyFolderALayoutWithoutImages() throws IOException {
        writer();
        try (OciLayout layout = OciLayout.open(folder())) {
            assertEquals(List.of(), layout.index().manifests());
            assertEquals(List.of(), layout.blobs());
        }
        assertEquals("{\"imageLayoutVersion\":\"1.0.0\"}", Files.readString(folder().resolve("oci-layout")));
    }

    @Test
    void writesEveryByteAsItIs() throws IOException {
        MemorySource source = image("one", "two", "one");
        CopyResult result = copy(source, writer().destination("1.0"));
        assertVerified("1.0");
        for (Map.Entry<Digest, byte[]> content : source.contents().entrySet()) {
            assertArrayEquals(content.getValue(), Files.readAllBytes(blob(content.getKey())));
        }
        assertEquals(source.resolve().digest(), result.root().digest());
        assertEquals(3, result.copied().size());
        assertEquals(List.of(), result.alreadyThere());
        assertEquals(List.of(result.root()), result.manifests());
        try (OciLayout layout = OciLayout.open(folder())) {
            assertEquals(4, layout.blobs().size());
        }
    }

    @Test
    void writesDigestsOfOtherAlgorithms() throws IOException {
        MemorySource source = new MemorySource(DigestAlgorithm.SHA512);
        copy(source.root(source.image("linux/amd64", "layer")), writer().destination("1.0"));
        assertVerified("1.0");
    }

    @Test
    void readsNothingThatIsThereAlready() throws IOException {
        copy(image("one", "two"), writer().destination("a"));
        MemorySource again = image("one", "two");
        CopyResult result = copy(again, writer().destination("b"));
        assertEquals(0, again.opened());
        assertEquals(3, result.alreadyThere().size());
        assertEquals(List.of(), result.copied());
        assertVerified("a");
        assertVerified("b");
        byte[] before = Files.readAllBytes(folder().resolve("index.json"));
        copy(again, writer().destination("b"));
        assertArrayEquals(before, Files.readAllBytes(folder().resolve("index.json")));
    }

    /** What another program left half-written under a digest's name is not believed. */
    @Test
    void replacesABlobThatIsNotWhatItsNameSays() throws IOException {
        MemorySource source = image("layer");
        copy(source, writer().destination("a"));
        Digest layer = Digest.sha256Of(MemorySource.layer("layer"));
        for (byte[] wrong : wrongLayers()) {
            Files.write(blob(layer), wrong);
            CopyResult result = copy(source, writer().destination("a"));
            assertEquals(1, result.copied().size());
            assertVerified("a");
        }
    }

    /** A descriptor that lies about a size must not cost the layout a blob that others need. */
    @Test
    void aLieAboutABlobThatIsThereDoesNotDeleteIt() throws IOException {
        copy(image("layer"), writer().destination("good"));
        for (long size : new long[] {1, 5000}) {
            MemorySource liar = new MemorySource();
            Descriptor config = liar.add("application/vnd.oci.empty.v1+json", MemorySource.utf8("{}"));
            Digest layer = Digest.sha256Of(MemorySource.layer("layer"));
            liar.root(liar.manifest(config, List.of(Descriptor.of(MemorySource.LAYER, layer, size))));
            assertThrows(VerificationException.class, () -> copy(liar, writer().destination("evil")));
            assertVerified("good");
            try (OciLayout layout = OciLayout.open(folder())) {
                assertEquals(1, layout.index().manifests().size());
            }
        }
    }

    @Test
    void refusesContentThatIsNotThePromisedOneAndKeepsWhatWasThere() throws IOException {
        copy(image("old"), writer().destination("1.0"));
        byte[] index = Files.readAllBytes(folder().resolve("index.json"));
        Digest layer = Digest.sha256Of(MemorySource.layer("layer"));
        for (byte[] wrong : wrongLayers()) {
            MemorySource source = image("layer").replace(layer, wrong);
            assertThrows(VerificationException.class, () -> copy(source, writer().destination("1.0")));
            assertFalse(Files.exists(blob(layer)));
            assertArrayEquals(index, Files.readAllBytes(folder().resolve("index.json")));
            assertEquals(List.of("index.lock"), quarantine());
        }
        MemorySource endless = image("layer");
        ImageSource broken = new Delegate(endless) {
            @Override
            public Optional<InputStream> unverifiedBlob(Descriptor descriptor) {
                return endless.unverifiedBlob(descriptor).map(in -> new FilterInputStream(in) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        throw new IOException("the connection is gone");
                    }
                });
            }
        };
        assertThrows(IOException.class, () -> copy(broken, writer().destination("1.0")));
        assertEquals(List.of("index.lock"), quarantine());
        assertVerified("1.0");
    }

    @Test
    void aFirstCopyThatFailsLeavesALayoutWithoutImagesThatTakesTheNextOne() throws IOException {
        Digest layer = Digest.sha256Of(MemorySource.layer("layer"));
        MemorySource wrong = image("layer").replace(layer, MemorySource.layer("wrong"));
        assertThrows(VerificationException.class, () -> copy(wrong, writer().destination("1.0")));
        try (OciLayout layout = OciLayout.open(folder())) {
            assertEquals(List.of(), layout.index().manifests());
            assertFalse(layout.blobs().contains(layer));
            assertFalse(layout.blobs().contains(wrong.resolve().digest()));
        }
        copy(image("layer"), writer().destination("1.0"));
        assertVerified("1.0");
    }

    /** What is left beside the blobs, but for the lock. */
    private List<String> quarantine() throws IOException {
        try (Stream<Path> files = Files.list(folder().resolve("quarantine"))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    @Test
    void aNameMovesAndTheImageThatHadItStays() throws IOException {
        OciLayoutWriter writer = writer();
        MemorySource first = image("first");
        MemorySource second = image("second");
        copy(first, writer.destination("latest"));
        copy(second, writer.destination("latest"));
        try (OciLayout layout = OciLayout.open(folder())) {
            assertEquals(
                    second.resolve().digest(),
                    layout.requireImage("latest").resolve().digest());
            assertEquals(2, layout.index().manifests().size());
            assertEquals(Map.of(), layout.index().manifests().get(0).annotations());
            assertEquals(
                    Verdict.VERIFIED,
                    ImageVerifier.create()
                            .verify(layout.image(first.resolve().digest()))
                            .verdict());
        }
        copy(first, writer.destination("latest"));
        try (OciLayout layout = OciLayout.open(folder())) {
            assertEquals(2, layout.index().manifests().size());
            assertEquals(
                    first.resolve().digest(),
                    layout.requireImage("latest").resolve().digest());
        }
    }

    @Test
    void anImageMayHaveSeveralNamesOrNone() throws IOException {
        OciLayoutWriter writer = writer();
        MemorySource source = image("layer");
        copy(source, writer.destination());
        copy(source, writer.destination("a"));
        copy(source, writer.destination("b"));
        copy(source, writer.destination());
        try (OciLayout layout = OciLayout.open(folder())) {
            assertEquals(2, layout.index().manifests().size());
            assertEquals(
                    layout.requireImage("a").resolve().digest(),
                    layout.requireImage("b").resolve().digest());
        }
    }

    @Test
    void keepsWhatOthersWroteIntoTheIndex() throws IOException {
        writer();
        Digest other = Digest.parse("unknown:abc");
        String entry = "{\"mediaType\":\"a/b\",\"digest\":\"" + other + "\",\"size\":12345678901234,\"x\":[1.50,null],"
                + "\"annotations\":{\"org.opencontainers.image.ref.name\":\"1.0\",\"k\":\"v\\u00e9\"}}";
        Files.writeString(
                folder().resolve("index.json"),
                "{\"first\":{\"a\":[true]},\"schemaVersion\":2,\"manifests\":[" + entry
                        + "],\"annotations\":{\"o\":\"p\"},\"zzz\":1e3}");
        copy(image("layer"), writer().destination("1.0"));
        String text = Files.readString(folder().resolve("index.json"));
        String kept =
                "{\"first\":{\"a\":[true]},\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\""
                        + other + "\",\"size\":12345678901234,\"x\":[1.50,null],\"annotations\":{\"k\":\"v\\u00E9\"}},";
        assertTrue(text.startsWith(kept), text);
        assertTrue(text.contains("],\"annotations\":{\"o\":\"p\"},\"zzz\":1e3}"), text);
        assertVerified("1.0");
    }

    @Test
    void refusesAFolderThatIsSomethingElse() throws IOException {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("photo.jpg"), "");
        assertEquals(Reason.NOT_AN_IMAGE, reason(assertThrows(LayoutException.class, this::writer)));
        assertEquals(1, folder().toFile().list().length);
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThrows(LayoutException.class, () -> OciLayoutWriter.create(file, Clock.fixed(NOW, ZoneOffset.UTC)));
    }

    @Test
    void refusesALayoutThatItCannotRead() throws IOException {
        writer();
        Files.writeString(folder().resolve("index.json"), "{}");
        assertEquals(Reason.MALFORMED_DOCUMENT, reason(assertThrows(LayoutException.class, this::writer)));
        assertEquals("{}", Files.readString(folder().resolve("index.json")));
        Files.writeString(folder().resolve("oci-layout"), "{\"imageLayoutVersion\":\"2.0.0\"}");
        assertEquals(Reason.UNSUPPORTED, reason(assertThrows(LayoutException.class, this::writer)));
    }

    @Test
    void completesALayoutThatACrashHasLeftBeforeItWasOne() throws IOException {
        Files.createDirectories(folder().resolve("blobs/sha256"));
        Files.createDirectories(folder().resolve("quarantine"));
        Files.writeString(folder().resolve("quarantine/index.new"), "half");
        writer();
        Files.delete(folder().resolve("index.json"));
        copy(image("layer"), writer().destination("1.0"));
        assertVerified("1.0");
    }

    @Test
    void writersThatMakeTheSameFolderALayoutAtOnceDoNotRefuseEachOther() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < 100; i++) {
                Path folder = temp.resolve("layout" + i);
                List<Future<OciLayoutWriter>> writers = new ArrayList<>();
                for (int j = 0; j < 4; j++) {
                    writers.add(pool.submit(() -> OciLayoutWriter.create(folder, Clock.fixed(NOW, ZoneOffset.UTC))));
                }
                for (Future<OciLayoutWriter> writer : writers) {
                    writer.get();
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** CVE-2021-29136 and similar: writing through links that lie in the layout. */
    @Test
    void cve202129136WritesThroughNoLink() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.createDirectories(folder());
        Files.createSymbolicLink(folder().resolve("blobs"), outside);
        assertThrows(NotDirectoryException.class, this::writer);
        Files.delete(folder().resolve("blobs"));
        writer();
        Files.createSymbolicLink(folder().resolve("blobs/sha256"), outside);
        assertThrows(NotDirectoryException.class, () -> copy(image("layer"), writer().destination("1.0")));
        Files.delete(folder().resolve("blobs/sha256"));
        Path victim = Files.writeString(outside.resolve("victim"), "as it was");
        Files.deleteIfExists(folder().resolve("quarantine/index.new"));
        Files.createSymbolicLink(folder().resolve("quarantine/index.new"), victim);
        var link = assertThrows(FileSystemException.class, () -> copy(image("layer"), writer().destination("1.0")));
        assertEquals(FileSystemException.class, link.getClass(), "too many links, and nothing more particular");
        assertTrue(Files.isSymbolicLink(folder().resolve("quarantine/index.new")), "it is still in the way");
        Files.delete(folder().resolve("quarantine/index.new"));
        Files.delete(folder().resolve("index.json"));
        Files.createSymbolicLink(folder().resolve("index.json"), victim);
        assertEquals(Reason.NOT_A_FILE, reason(assertThrows(LayoutException.class, this::writer)));
        assertEquals("as it was", Files.readString(victim));
        assertEquals(1, outside.toFile().list().length);
    }

    @Test
    void anIndexThatWouldBecomeTooLargeStaysAsItIs() throws IOException {
        writer();
        byte[] before = Files.readAllBytes(folder().resolve("index.json"));
        LayoutLimits limits = LayoutLimits.defaults()
                .withDocuments(DocumentLimits.defaults().withMaxManifestBytes(before.length + 10));
        OciLayoutWriter small =
                OciLayoutWriter.create(folder(), limits, StoreLimits.defaults(), Clock.fixed(NOW, ZoneOffset.UTC));
        var e = assertThrows(LayoutException.class, () -> copy(image("layer"), small.destination("1.0")));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        assertArrayEquals(before, Files.readAllBytes(folder().resolve("index.json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "a", "A-b_c.d:e@f+g", "a/b", "a--b", "registry.example.org:5000/team/app:1.0"})
    void takesNamesOfTheSpecification(String name) throws IOException {
        copy(image("layer"), writer().destination(name));
        assertVerified(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "a..b", "a---b", "a b", "a\nb", "a\0", "é", "/a", "a//b", "a/", "../a"})
    void refusesNamesThatAreNone(String name) throws IOException {
        OciLayoutWriter writer = writer();
        assertThrows(IllegalArgumentException.class, () -> writer.destination(name));
        assertThrows(IllegalArgumentException.class, () -> writer.destination("a".repeat(256)));
    }

    @Test
    void threadsAndWritersThatAddAtOnceLoseNothing() throws Exception {
        int threads = 8;
        int images = 12;
        writer();
        for (int i = 0; i < images; i++) {
            // What several of them will find broken is made right once, and stays so.
            Path broken = blob(Digest.sha256Of(MemorySource.layer("shared " + i)));
            Files.createDirectories(Folders.of(broken));
            Files.writeString(broken, "broken");
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            OciLayoutWriter shared = writer();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                running.add(pool.submit(() -> {
                    OciLayoutWriter mine = thread % 2 == 0 ? shared : writer();
                    for (int i = 0; i < images; i++) {
                        // Half the layers are shared, so that writers of one blob meet.
                        copy(image("shared " + i, thread + " " + i), mine.destination(thread + "." + i));
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            pool.shutdownNow();
        }
        try (OciLayout layout = OciLayout.open(folder())) {
            assertEquals(threads * images, layout.index().manifests().size());
            for (int t = 0; t < threads; t++) {
                for (int i = 0; i < images; i++) {
                    assertEquals(
                            Verdict.VERIFIED,
                            ImageVerifier.create()
                                    .verify(layout.requireImage(t + "." + i))
                                    .verdict());
                }
            }
        }
        assertEquals(
                List.of("index.lock"),
                quarantine().stream().filter(file -> !file.endsWith(".new")).toList());
    }

    /** A source whose behaviour a test changes. */
    private static class Delegate implements ImageSource {
        private final MemorySource source;

        Delegate(MemorySource source) {
            this.source = source;
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public ResolvedDigest resolve() {
            return source.resolve();
        }

        @Override
        public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) {
            return source.unverifiedManifest(digest, maxBytes);
        }

        @Override
        public Optional<InputStream> unverifiedBlob(Descriptor descriptor) {
            return source.unverifiedBlob(descriptor);
        }

        @Override
        public void close() {}
    }

    /** As some that a virtual machine shares with its host. */
    @Test
    void worksWhereTheFileSystemCannotForceFolders() throws IOException {
        WatchedDisk disk = new WatchedDisk(Files.createDirectories(folder()));
        disk.fault = (step, path) -> {
            if (step == WatchedDisk.Step.FORCE && Files.isDirectory(path)) {
                throw new IOException("Invalid argument");
            }
        };
        MemorySource source = image("layer");
        OciLayoutWriter writer = OciLayoutWriter.create(disk.folder(), Clock.fixed(NOW, ZoneOffset.UTC));
        copy(source, writer.destination("1.0"));
        assertEquals(2, copy(source, writer.destination("1.0")).alreadyThere().size());
    }

    /** Who has put them there may have crashed before that was so. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "names are not made durable there")
    void makesTheNamesOfBlobsDurableThatItFindsThere() throws IOException {
        WatchedDisk disk = new WatchedDisk(Files.createDirectories(folder()));
        MemorySource source = image("layer");
        OciLayoutWriter writer = OciLayoutWriter.create(disk.folder(), Clock.fixed(NOW, ZoneOffset.UTC));
        copy(source, writer.destination("1.0"));
        disk.steps.clear();
        assertEquals(2, copy(source, writer.destination("1.0")).alreadyThere().size());
        assertEquals(3, disk.steps.stream().filter("force blobs/sha256"::equals).count(), disk.steps::toString);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "names are not made durable there")
    void forcesNoBlobToTheDiskWhereThatIsLeftToTheSystem() throws IOException {
        WatchedDisk disk = new WatchedDisk(Files.createDirectories(folder()));
        OciLayoutWriter writer = OciLayoutWriter.create(disk.folder(), Clock.fixed(NOW, ZoneOffset.UTC))
                .withFsync(false);
        disk.steps.clear();
        copy(image("layer"), writer.destination("1.0"));
        assertEquals(
                List.of("force quarantine/index.new", "force ", "force "),
                disk.steps.stream().filter(step -> step.startsWith("force")).toList());
        assertVerified("1.0");
    }
}
