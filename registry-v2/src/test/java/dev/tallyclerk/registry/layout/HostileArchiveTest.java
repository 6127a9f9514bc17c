package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that a stranger has made; the names say which advisories the attacks are from. */
class HostileArchiveTest {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder = Path.of("");

    private static String config(String... diffIds) {
        String list = String.join("\",\"", diffIds);
        return "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + (diffIds.length == 0 ? "" : "\"" + list + "\"") + "]}}";
    }

    private DockerArchive docker(TestArchives tar) throws IOException {
        return docker(tar, LayoutLimits.defaults());
    }

    private DockerArchive docker(TestArchives tar, LayoutLimits limits) throws IOException {
        return DockerArchive.open(Files.write(folder.resolve("a.tar"), tar.finish()), limits, folder);
    }

    private Reason refusal(TestArchives tar) {
        return refusal(tar, LayoutLimits.defaults());
    }

    private Reason refusal(TestArchives tar, LayoutLimits limits) {
        return assertTimeoutPreemptively(
                SOON,
                () -> assertThrows(LayoutException.class, () -> {
                            try (DockerArchive archive = docker(tar, limits)) {
                                archive.requireImage();
                            }
                        })
                        .reason());
    }

    /** CVE-2021-21272, CVE-2024-24579, CVE-2021-3762: entries outside the archive. */
    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/../evil", "//etc/evil", "a/../../evil", "a/../evil", "..", "a/.."})
    void cve202121272RefusesEntriesOutsideTheArchive(String name) {
        TestArchives tar = new TestArchives().file(name, "evil").file("manifest.json", "[]");
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(tar));
        byte[] longName = (name + "\0").getBytes(StandardCharsets.UTF_8);
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives().entry("l", 'L', "", longName).file("good", "evil")));
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives()
                        .entry("x", 'x', "", TestArchives.paxRecord("path", name))
                        .file("good", "evil")));
    }

    /** Names that are paths elsewhere: nothing is ever written where an entry's name says. */
    @ParameterizedTest
    @ValueSource(strings = {"C:\\evil", "C:/evil", "\\\\host\\evil", "blobs\\sha256\\..\\..\\evil", "nul", "a\\..\\b"})
    void namesOfOtherSystemsAreNamesAndNothingElse(String name) throws IOException {
        MemorySource source = new MemorySource();
        source.root(source.image("linux/amd64", "layer"));
        Path good = folder.resolve("good.tar");
        try (OciArchiveWriter writer = OciArchiveWriter.create(good)) {
            ImageCopier.create().copy(source, writer.destination());
            writer.finish();
        }
        byte[] tar = Files.readAllBytes(good);
        byte[] evil = new TestArchives().file(name, "evil").unfinished();
        byte[] both = Arrays.copyOf(evil, evil.length + tar.length);
        System.arraycopy(tar, 0, both, evil.length, tar.length);
        Path target = folder.resolve("target");
        try (OciLayout layout = OciLayout.openArchive(Files.write(folder.resolve("both.tar"), both))) {
            ImageCopier.create()
                    .copy(
                            layout.requireImage(),
                            OciLayoutWriter.create(target, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination());
        }
        try (Stream<Path> files = Files.walk(folder)) {
            assertTrue(
                    files.noneMatch(file -> String.valueOf(file.getFileName()).contains("evil")));
        }
    }

    /** CVE-2026-50163: a hard link to a file of this machine. */
    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../../../../etc/passwd", "etc/passwd", "", ".", "manifest.json/../nothing"})
    void cve202650163FollowsNoLinkOutOfTheArchive(String target) {
        for (boolean hard : new boolean[] {true, false}) {
            TestArchives tar = new TestArchives();
            tar = hard ? tar.hardLink("layer.tar", target) : tar.symbolicLink("layer.tar", target);
            tar.file("c", config("" + Digest.sha256Of(new byte[0])))
                    .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[\"layer.tar\"]}]");
            assertEquals(Reason.MALFORMED_ARCHIVE, refusal(tar), target);
        }
    }

    /** CVE-2026-50162, CVE-2021-32760, CVE-2025-47290: entries through a link, and a root that is one. */
    @Test
    void cve202650162RefusesEntriesThroughALink() {
        for (TestArchives tar : List.of(
                new TestArchives().symbolicLink("blobs", "/tmp").file("blobs/sha256/x", "evil"),
                new TestArchives().file("blobs/sha256/x", "evil").symbolicLink("blobs", "/tmp"),
                new TestArchives().symbolicLink("blobs/sha256", "..").file("blobs/sha256/x", "evil"),
                new TestArchives().hardLink("a", "b").file("a/x", "evil"),
                new TestArchives().symbolicLink(".", "/tmp").file("x", "evil"),
                new TestArchives().symbolicLink("./", "/tmp").file("x", "evil"),
                new TestArchives().entry("d", '5', "", new byte[0]).symbolicLink("d", "/tmp"))) {
            assertEquals(Reason.MALFORMED_ARCHIVE, refusal(tar.file("manifest.json", "[]")));
        }
    }

    /** CVE-2017-14992, CVE-2024-25710, CVE-2024-26308, CVE-2023-42503: headers that cost memory or time. */
    @Test
    void cve201714992RefusesHeadersThatCostTooMuch() {
        byte[] large = new byte[(1 << 20) + 1];
        Arrays.fill(large, (byte) 'x');
        for (char type : new char[] {'x', 'g', 'L', 'K'}) {
            TestArchives tar = new TestArchives()
                    .entry("pax_global_header", type, "", large)
                    .file("manifest.json", "[]");
            assertEquals(Reason.LIMIT_EXCEEDED, refusal(tar), "type " + type);
            byte[] lie = TestArchives.header("pax_global_header", type, "", 0);
            ByteBuffer.wrap(lie).put(124, (byte) 0x80).putInt(125, 0).putLong(128, Long.MAX_VALUE);
            assertEquals(
                    Reason.LIMIT_EXCEEDED,
                    refusal(new TestArchives()
                            .raw(TestArchives.withChecksum(lie), new byte[0])
                            .file("a", "b")));
        }
        byte[] negative = TestArchives.header("a", '0', "", 0);
        Arrays.fill(negative, 124, 136, (byte) 0xff);
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives()
                        .raw(TestArchives.withChecksum(negative), new byte[0])
                        .file("a", "b")));
        assertEquals(
                Reason.MALFORMED_ARCHIVE,
                refusal(new TestArchives().file("a", "b").entry("sparse", 'S', "", new byte[0])));
    }

    @Test
    void refusesWhatPassesALimitAndTakesWhatReachesIt() throws IOException {
        TestArchives tar = new TestArchives().file("a", "1").file("b", "2").file("manifest.json", "[]");
        byte[] bytes = tar.unfinished();
        LayoutLimits defaults = LayoutLimits.defaults();
        LayoutLimits enough = defaults.withMaxEntries(3)
                .withMaxNameLength("manifest.json".length())
                .withMaxNamesLength(15);
        docker(new TestArchives().bytes(bytes), enough).close();
        for (LayoutLimits limits :
                List.of(enough.withMaxEntries(2), enough.withMaxNameLength(12), enough.withMaxNamesLength(14))) {
            assertEquals(Reason.LIMIT_EXCEEDED, refusal(new TestArchives().bytes(bytes), limits));
        }
        String item = "{\"Config\":\"a\",\"Layers\":[]}";
        TestArchives two = new TestArchives().file("manifest.json", "[" + item + "," + item + "]");
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(two, defaults.withMaxImages(1)));
        byte[] layer = MemorySource.layer("layer");
        TestArchives links = new TestArchives()
                .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[\"l2\"]}]")
                .file("c", config(Digest.sha256Of(layer).toString()))
                .file("layer.tar", layer)
                .symbolicLink("l1", "layer.tar")
                .symbolicLink("l2", "l1");
        byte[] linked = links.unfinished();
        docker(new TestArchives().bytes(linked), defaults.withMaxLinks(2)).close();
        try (DockerArchive archive = docker(new TestArchives().bytes(linked), defaults.withMaxLinks(2))) {
            assertEquals(
                    Verdict.VERIFIED,
                    ImageVerifier.create().verify(archive.requireImage()).verdict());
        }
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(new TestArchives().bytes(linked), defaults.withMaxLinks(1)));
        int small = config(Digest.sha256Of(layer).toString()).length() - 1;
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(
                        new TestArchives().bytes(linked),
                        defaults.withDocuments(defaults.documents().withMaxConfigBytes(small))));
    }

    /** A file under a thousand names is hashed once: work is in proportion to the archive, not to its documents. */
    @Test
    void aFileOfManyNamesIsReadOnce() throws IOException {
        byte[] file = new byte[8 << 20];
        new Random(1).nextBytes(file);
        byte[] layer = new TestTar()
                .entry(TestTar.Header.of("file", '0').size(file.length), file)
                .finish();
        var gzipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(layer);
        }
        int names = 3000;
        String[] diffIds = new String[names];
        Arrays.fill(diffIds, Digest.sha256Of(layer).toString());
        TestArchives tar = new TestArchives().file("layer.tar.gz", gzipped.toByteArray());
        StringBuilder layers = new StringBuilder();
        for (int i = 0; i < names; i++) {
            tar = i % 2 == 0 ? tar.hardLink("l" + i, "layer.tar.gz") : tar.symbolicLink("l" + i, "layer.tar.gz");
            layers.append(i == 0 ? "" : ",").append("\"l").append(i).append('"');
        }
        tar.file("c", config(diffIds)).file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[" + layers + "]}]");
        TestArchives whole = tar;
        assertTimeoutPreemptively(SOON, () -> {
            try (DockerArchive archive = docker(whole)) {
                assertEquals(
                        Verdict.VERIFIED,
                        ImageVerifier.create().verify(archive.requireImage()).verdict());
            }
        });
    }

    /** An archive that is a layout too is compared with itself once for each document. */
    @Test
    void anArchiveOfManyImagesIsComparedWithItselfOnce() {
        String config = config();
        String large = config.replace("{\"os", "{\"author\":\"" + "x".repeat(3 << 20) + "\",\"os");
        StringBuilder items = new StringBuilder();
        TestArchives tar = new TestArchives().file("c", large);
        for (int i = 0; i < 1000; i++) {
            items.append(i == 0 ? "" : ",").append("{\"Config\":\"c\",\"RepoTags\":[\"a:1\"],\"Layers\":[]}");
        }
        tar.file("manifest.json", "[" + items + "]")
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", MemorySource.indexOf(""));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(tar));
        TestArchives platforms = new TestArchives();
        items.setLength(0);
        for (int i = 0; i < 65; i++) {
            platforms.file("c" + i, config.replace("amd64", "a" + i));
            items.append(i == 0 ? "" : ",").append("{\"Config\":\"c").append(i).append("\",\"Layers\":[]}");
        }
        platforms
                .file("manifest.json", "[" + items + "]")
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", MemorySource.indexOf(""));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(platforms));
    }

    /** Many entries with many folders in their names: comparing them must not take time quadratic in their length. */
    @Test
    void longPathsAreComparedInLinearTime() throws IOException {
        TestArchives tar = new TestArchives();
        String deep = "a/".repeat(2000);
        for (int i = 0; i < 4000; i++) {
            tar.entry("x", 'x', "", TestArchives.paxRecord("path", deep + i)).file("f", "");
        }
        tar.file("manifest.json", "[]");
        assertTimeoutPreemptively(SOON, () -> docker(tar).close());
    }

    @Test
    void aLayerThatIsNotWhatALayoutsNameSaysIsRefused() throws IOException {
        byte[] layer = MemorySource.layer("layer");
        var gzipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(layer);
        }
        String right = "blobs/sha256/" + Digest.sha256Of(gzipped.toByteArray()).encoded();
        String wrong = "blobs/sha256/" + Digest.sha256Of(layer).encoded();
        for (String path : List.of(right, wrong)) {
            try (DockerArchive archive = docker(new TestArchives()
                    .file(path, gzipped.toByteArray())
                    .file("c", config(Digest.sha256Of(layer).toString()))
                    .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[\"" + path + "\"]}]"))) {
                Verdict verdict =
                        ImageVerifier.create().verify(archive.requireImage()).verdict();
                assertEquals(path.equals(right) ? Verdict.VERIFIED : Verdict.FAILED, verdict);
                Path target = folder.resolve("copy.tar");
                try (OciArchiveWriter writer = OciArchiveWriter.create(target)) {
                    if (path.equals(right)) {
                        ImageCopier.create().copy(archive.requireImage(), writer.destination());
                    } else {
                        assertThrows(
                                VerificationException.class,
                                () -> ImageCopier.create().copy(archive.requireImage(), writer.destination()));
                    }
                }
                assertFalse(Files.exists(target));
            }
        }
    }

    /** What Docker of several ages has in manifest.json beside the three members that count. */
    @Test
    void readsWhatDockerWroteOverTheYears() throws IOException {
        byte[] layer = MemorySource.layer("layer");
        String diffId = Digest.sha256Of(layer).toString();
        String hex = Digest.sha256Of(layer).encoded();
        String config = config(diffId);
        String configHex = Digest.sha256Of(MemorySource.utf8(config)).encoded();
        String sources = "\"LayerSources\":{\"" + diffId + "\":{\"mediaType\":\"" + MemorySource.LAYER
                + "\",\"size\":5,\"digest\":\"" + diffId + "\"}}";
        for (TestArchives tar : List.of(
                new TestArchives() // 1.10 to 24
                        .file(configHex + ".json", config)
                        .file("1d/layer.tar", layer)
                        .file("1d/VERSION", "1.0")
                        .file("1d/json", "{}")
                        .file("repositories", "{\"app\":{\"1\":\"1d\"}}")
                        .file(
                                "manifest.json",
                                "[{\"Config\":\"" + configHex
                                        + ".json\",\"RepoTags\":[\"app:1\"],\"Layers\":[\"1d/layer.tar\"],\"Parent\":\"sha256:"
                                        + configHex + "\"}]"),
                new TestArchives() // a layer that another image of the archive has too
                        .file(configHex + ".json", config)
                        .file("0d/layer.tar", layer)
                        .symbolicLink("1d/layer.tar", "../0d/layer.tar")
                        .file(
                                "manifest.json",
                                "[{\"Config\":\"" + configHex
                                        + ".json\",\"RepoTags\":[\"app:1\"],\"Layers\":[\"1d/layer.tar\"]}]"),
                new TestArchives() // podman, several images
                        .file("sha256:" + configHex, config)
                        .file(hex + ".tar", layer)
                        .hardLink("1d/layer.tar", hex + ".tar")
                        .file(
                                "manifest.json",
                                "[{\"Config\":\"sha256:" + configHex
                                        + "\",\"RepoTags\":[\"app:1\",\"other:2\"],\"Layers\":[\"1d/layer.tar\"]}]"),
                new TestArchives() // 25 and later
                        .file("blobs/sha256/" + configHex, config)
                        .file("blobs/sha256/" + hex, layer)
                        .file(
                                "manifest.json",
                                "[{\"Config\":\"blobs/sha256/" + configHex
                                        + "\",\"RepoTags\":[\"app:1\"],\"Layers\":[\"blobs/sha256/" + hex + "\"],"
                                        + sources + "}]"))) {
            try (DockerArchive archive = docker(tar)) {
                var reference = archive.references().get(0);
                assertEquals("docker.io/library/app:1", reference.toString());
                var verification = ImageVerifier.create().verify(archive.requireImage(reference));
                assertEquals(Verdict.VERIFIED, verification.verdict());
                assertEquals(
                        configHex, verification.config().orElseThrow().digest().encoded());
            }
        }
    }

    @Test
    void saysThatItDoesNotReadTheOldestForm() {
        TestArchives tar = new TestArchives()
                .file("1d/layer.tar", "layer")
                .file("1d/json", "{\"id\":\"1d\"}")
                .file("repositories", "{\"app\":{\"1\":\"1d\"}}");
        assertEquals(Reason.UNSUPPORTED, refusal(tar));
    }

    @Test
    void anIndexEntryOfAKindThatNoDockerArchiveKnowsIsRefused() {
        TestArchives tar = new TestArchives()
                .file("c", config())
                .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[]}]")
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        byte[] odd = MemorySource.utf8("{}");
        String entry = "{\"mediaType\":\"a/b\",\"digest\":\"" + Digest.sha256Of(odd) + "\",\"size\":2}";
        tar.file("blobs/sha256/" + Digest.sha256Of(odd).encoded(), odd).file("index.json", MemorySource.indexOf(entry));
        assertEquals(Reason.MALFORMED_DOCUMENT, refusal(tar));
        assertFalse(MediaType.readableManifests().contains("a/b"));
    }
}
