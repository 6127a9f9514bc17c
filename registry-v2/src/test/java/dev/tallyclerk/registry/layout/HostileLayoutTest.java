package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.TestImages;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts in folders that a stranger has made; the names say which advisories the attacks are from. */
class HostileLayoutTest {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder = Path.of("");

    private Path layout = Path.of("");

    @BeforeEach
    void write() throws IOException {
        layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
    }

    private Reason refusal() {
        return assertTimeoutPreemptively(
                SOON,
                () -> assertThrows(
                                LayoutException.class,
                                () -> OciLayout.open(layout).close())
                        .reason());
    }

    private static ImageManifest manifest(OciLayout layout) throws IOException {
        ImageSource image = layout.requireImage();
        return (ImageManifest) image.manifest(image.resolve(), LIMITS).orElseThrow();
    }

    private Path blob(Digest digest) {
        return layout.resolve("blobs").resolve(digest.algorithm().name()).resolve(digest.encoded());
    }

    private static Exception readingFails(ImageSource image, Descriptor blob) {
        return assertTimeoutPreemptively(
                SOON,
                () -> assertThrows(IOException.class, () -> {
                    try (InputStream in = image.blob(blob).orElseThrow()) {
                        in.readAllBytes();
                    }
                }));
    }

    private static Reason reason(Exception e) {
        return ((LayoutException) e).reason();
    }

    @Test
    void givesNoBlobThatIsNotThePromisedOne() throws IOException {
        try (OciLayout open = OciLayout.open(layout)) {
            Descriptor layer = manifest(open).layers().get(0);
            byte[] good = Files.readAllBytes(blob(layer.digest()));
            byte[] flipped = good.clone();
            flipped[good.length / 2] ^= 1;
            Files.write(blob(layer.digest()), flipped);
            var other = (VerificationException) readingFails(open.requireImage(), layer);
            assertEquals(VerificationException.Reason.DIGEST_MISMATCH, other.reason());
            Files.write(blob(layer.digest()), new byte[good.length + 10]);
            var longer = (VerificationException) readingFails(open.requireImage(), layer);
            assertEquals(VerificationException.Reason.TOO_LONG, longer.reason());
            Files.write(blob(layer.digest()), new byte[0]);
            var shorter = (VerificationException) readingFails(open.requireImage(), layer);
            assertEquals(VerificationException.Reason.TOO_SHORT, shorter.reason());
        }
    }

    /** GHSA-qv35-3gw6-8q4j, and what jib does today: another manifest for a digest that was asked for. */
    @Test
    void cve202524882GivesNoManifestThatIsNotThePinnedOne() throws IOException {
        try (OciLayout open = OciLayout.open(layout)) {
            Digest digest = open.index().manifests().get(0).digest();
            String text = Files.readString(blob(digest));
            Files.writeString(blob(digest), text.replace("schemaVersion", "schemaversion"));
            ImageSource image = open.image(digest);
            var e = assertThrows(VerificationException.class, () -> image.manifest(image.resolve(), LIMITS));
            assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
            Files.writeString(blob(digest), text + " ".repeat(5 << 20));
            var large = assertThrows(MalformedDocumentException.class, () -> image.manifest(image.resolve(), LIMITS));
            assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, large.reason());
        }
    }

    /** GHSA-mc8v-mgrf-8f4m and similar: a document that is a manifest to one reader and an index to another. */
    @Test
    void cve202141190RefusesAManifestThatIsAnIndexToo() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor image = source.image("linux/amd64", "layer");
        String text = new String(source.content(image.digest()), StandardCharsets.UTF_8);
        Map<String, MalformedDocumentException.Reason> evils = Map.of(
                text.replace("\"layers\":", "\"manifests\":[],\"layers\":"),
                MalformedDocumentException.Reason.AMBIGUOUS,
                text.replace("\"layers\":", "\"layers\":[],\"layers\":"),
                MalformedDocumentException.Reason.DUPLICATE_MEMBER,
                text.replace("\"layers\":", "\"Layers\":[],\"layers\":"),
                MalformedDocumentException.Reason.CASE_VARIANT_MEMBER,
                text.replace(MediaType.OCI_MANIFEST, MediaType.OCI_INDEX),
                MalformedDocumentException.Reason.AMBIGUOUS);
        evils.forEach((evil, reason) -> {
            Descriptor confused = source.add(MediaType.OCI_MANIFEST, MemorySource.utf8(evil));
            var e = assertThrows(MalformedDocumentException.class, () -> source.manifest(confused, LIMITS));
            assertEquals(reason, e.reason(), evil);
        });
    }

    /** GHSA-6wvf-f2vw-3425, and the digest that became a path in mise. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:../../../../etc/passwd",
                "../../sha256:aa",
                "sha256:",
                "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "sha256:e3b0",
                "sha256/../..:aa",
                "unknown:a/b",
                "unknown:..",
                "C:\\\\windows",
            })
    void cve20243727RefusesADigestThatCouldBeAPath(String digest) throws IOException {
        Files.writeString(
                layout.resolve("index.json"),
                MemorySource.indexOf(
                        "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + digest + "\",\"size\":1}"));
        assertEquals(Reason.MALFORMED_DOCUMENT, refusal());
    }

    @Test
    void refusesAnIndexThatIsALinkOutOfTheLayout() throws IOException {
        Path index = layout.resolve("index.json");
        Path outside = Files.move(index, folder.resolve("outside.json"));
        Files.createSymbolicLink(index, outside);
        assertEquals(Reason.NOT_A_FILE, refusal());
        Files.delete(index);
        Files.createSymbolicLink(index, Path.of("../outside.json"));
        assertEquals(Reason.NOT_A_FILE, refusal());
        Files.delete(index);
        Files.createSymbolicLink(index, Path.of("nowhere"));
        assertEquals(Reason.NOT_A_FILE, refusal());
        Files.delete(index);
        Files.createSymbolicLink(index, Path.of("index.json"));
        assertEquals(Reason.NOT_A_FILE, refusal());
    }

    @Test
    void followsALinkWithinTheLayoutAndOneToIt() throws IOException {
        Path index = layout.resolve("index.json");
        Files.move(index, layout.resolve("real.json"));
        Files.createSymbolicLink(index, Path.of("real.json"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), layout);
        try (OciLayout open = OciLayout.open(link)) {
            assertEquals(1, open.index().manifests().size());
            assertEquals(1, manifest(open).layers().size());
        }
    }

    @Test
    void refusesAnIndexThatIsAPipeADeviceOrAFolder() throws IOException, InterruptedException {
        Path index = layout.resolve("index.json");
        Files.delete(index);
        Peers.run(folder, Peers.require("mkfifo").toString(), index.toString());
        assertEquals(Reason.NOT_A_FILE, refusal());
        Files.delete(index);
        Files.createSymbolicLink(index, Path.of("/dev/zero"));
        assertEquals(Reason.NOT_A_FILE, refusal());
        Files.delete(index);
        Files.createDirectory(index);
        assertEquals(Reason.NOT_A_FILE, refusal());
    }

    @Test
    void refusesABlobThatIsNoPlainFileBeforeItIsOpened() throws IOException, InterruptedException {
        try (OciLayout open = OciLayout.open(layout)) {
            Descriptor layer = manifest(open).layers().get(0);
            Path blob = blob(layer.digest());
            Files.move(blob, folder.resolve("outside"));
            Peers.run(folder, Peers.require("mkfifo").toString(), blob.toString());
            assertEquals(Reason.NOT_A_FILE, reason(readingFails(open.requireImage(), layer)));
            for (Path target : List.of(folder.resolve("outside"), Path.of("/dev/zero"), Path.of("../.."))) {
                Files.delete(blob);
                Files.createSymbolicLink(blob, target);
                assertEquals(Reason.NOT_A_FILE, reason(readingFails(open.requireImage(), layer)), target.toString());
            }
            Files.delete(blob);
            Files.createDirectory(blob);
            assertEquals(Reason.NOT_A_FILE, reason(readingFails(open.requireImage(), layer)));
        }
    }

    @Test
    void refusesBlobsThatLieInAnotherFolder() throws IOException {
        Path outside = Files.move(layout.resolve("blobs"), folder.resolve("blobs"));
        Files.createSymbolicLink(layout.resolve("blobs"), outside);
        try (OciLayout open = OciLayout.open(layout)) {
            ImageSource image = open.requireImage();
            var e = assertThrows(LayoutException.class, () -> image.manifest(image.resolve(), LIMITS));
            assertEquals(Reason.NOT_A_FILE, e.reason());
            assertEquals(Reason.NOT_A_FILE, reason(assertThrows(LayoutException.class, open::blobs)));
        }
    }

    /** CVE-2020-1702 and similar: documents without end. */
    @Test
    void cve20201702ReadsNoMoreOfADocumentThanItsLimit() throws IOException {
        Path index = layout.resolve("index.json");
        String text = Files.readString(index);
        Files.writeString(index, text + " ".repeat(LIMITS.maxManifestBytes()));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal());
        Files.writeString(index, text);
        LayoutLimits small = LayoutLimits.defaults().withDocuments(LIMITS.withMaxManifestBytes(text.length() - 1));
        var e = assertThrows(LayoutException.class, () -> OciLayout.open(layout, small));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        Files.writeString(layout.resolve("oci-layout"), " ".repeat(1 << 20));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal());
    }

    /** Jackson's CVE-2025-52999 and similar. */
    @Test
    void cve202552999RefusesDocumentsOfManyLevels() throws IOException {
        String deep = "[".repeat(100_000);
        for (String document : List.of(deep, "{\"schemaVersion\":2,\"manifests\":" + deep, "{\"a\":".repeat(100_000))) {
            Files.writeString(layout.resolve("index.json"), document);
            assertEquals(Reason.LIMIT_EXCEEDED, refusal());
        }
    }

    @Test
    void listsEveryBlobWhateverReferencesIt() throws IOException {
        Digest loose = Digest.sha256Of(new byte[] {1});
        Files.write(blob(loose), new byte[] {1});
        Digest unknown = Digest.parse("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
        Files.createDirectories(blob(unknown).resolve(".."));
        Files.createDirectories(layout.resolve("blobs/multihash+base58"));
        Files.write(blob(unknown), new byte[] {2});
        try (OciLayout open = OciLayout.open(layout)) {
            List<Digest> blobs = open.blobs();
            assertEquals(5, blobs.size());
            assertTrue(blobs.contains(loose) && blobs.contains(unknown));
            assertEquals(blobs.stream().sorted().toList(), blobs);
            // Of an algorithm that nobody knows here it is kept, and never given as verified.
            var e = assertThrows(
                    VerificationException.class, () -> open.requireImage().blob(Descriptor.of("a/b", unknown, 1)));
            assertEquals(VerificationException.Reason.UNSUPPORTED_ALGORITHM, e.reason());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256/E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "sha256/e3b0c442",
                "sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.tmp",
                "SHA256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha512/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha256+/a",
                "unknown/a.b",
                "unknown/a b",
                "loose",
            })
    void refusesToListABlobWhoseNameIsNoDigest(String name) throws IOException {
        Path file = layout.resolve("blobs").resolve(name);
        Files.createDirectories(Folders.of(file));
        Files.write(file, new byte[0]);
        try (OciLayout open = OciLayout.open(layout)) {
            assertEquals(Reason.BAD_BLOB_NAME, reason(assertThrows(LayoutException.class, open::blobs)));
        }
        TestArchives tar = new TestArchives();
        try (Stream<Path> files = Files.walk(layout)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                tar.file(layout.relativize(each).toString(), Files.readAllBytes(each));
            }
        }
        try (OciLayout open = OciLayout.openArchive(Files.write(folder.resolve("a.tar"), tar.finish()))) {
            assertEquals(Reason.BAD_BLOB_NAME, reason(assertThrows(LayoutException.class, open::blobs)));
        }
    }

    @Test
    void refusesToListWhatIsNoFileAndMoreThanTheLimit() throws IOException {
        Path odd = Files.createDirectories(layout.resolve("blobs/sha256/folder"));
        try (OciLayout open = OciLayout.open(layout)) {
            assertEquals(Reason.NOT_A_FILE, reason(assertThrows(LayoutException.class, open::blobs)));
        }
        Files.delete(odd);
        try (OciLayout open = OciLayout.open(layout, LayoutLimits.defaults().withMaxEntries(2))) {
            assertEquals(Reason.LIMIT_EXCEEDED, reason(assertThrows(LayoutException.class, open::blobs)));
        }
        try (OciLayout open = OciLayout.open(layout, LayoutLimits.defaults().withMaxEntries(3))) {
            assertEquals(3, open.blobs().size());
        }
    }

    @Test
    void aBlobThatIsMissingOrOfAnImpossibleNameIsNotThere() throws IOException {
        Digest endless = Digest.parse("unknown:" + "a".repeat(100_000));
        try (OciLayout open = OciLayout.open(layout)) {
            assertTrue(open.requireImage()
                    .unverifiedBlob(Descriptor.of("a/b", endless, 1))
                    .isEmpty());
            assertTrue(open.image(endless).unverifiedManifest(endless, 10).isEmpty());
            Files.writeString(layout.resolve("blobs/file"), "");
            var below = Descriptor.of("a/b", Digest.parse("file:a"), 1);
            assertThrows(LayoutException.class, () -> open.requireImage().unverifiedBlob(below));
        }
    }

    /** No file system has such a name, so there is no such file. */
    @Test
    void aPathThatNoFileCanHaveIsOfNoFile() throws IOException {
        Files.writeString(layout.resolve("manifest.json"), "[{\"Config\":\"c\\u0000\",\"Layers\":[]}]");
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal());
        Files.writeString(
                layout.resolve("manifest.json"),
                "[{\"Config\":\"c\",\"Layers\":[\"l\\u0000\"],\"RepoTags\":[\"a:1\"]}]");
        Files.writeString(
                layout.resolve("c"),
                "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal());
    }

    @Test
    void aLayoutIsNotWrittenToByReading() throws IOException {
        try (Stream<Path> files = Files.walk(layout)) {
            long before = files.count();
            try (OciLayout open = OciLayout.open(layout)) {
                open.blobs();
            }
            try (Stream<Path> after = Files.walk(layout)) {
                assertEquals(before, after.count());
            }
        }
        assertFalse(Files.exists(layout.resolve("quarantine")));
    }
}
