package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerArchiveTest {
    private static final byte[] LAYER = MemorySource.layer("a layer");

    @TempDir
    Path folder = Path.of("");

    private static String config(byte[] layer) {
        return "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + Digest.sha256Of(layer) + "\"]}}";
    }

    private static String configName(String config) {
        return Digest.sha256Of(config.getBytes(StandardCharsets.UTF_8)).encoded() + ".json";
    }

    private static String item(String config, String tags, String layer) {
        return "{\"Config\":\"" + config + "\",\"RepoTags\":" + tags + ",\"Layers\":[\"" + layer + "\"]}";
    }

    private DockerArchive open(TestArchives tar) throws IOException {
        return DockerArchive.open(Files.write(folder.resolve("a.tar"), tar.finish()));
    }

    private static ImageVerification verify(ImageSource image) throws IOException {
        return ImageVerifier.create().verify(image);
    }

    private static ContentResult.Reason onlyReason(ImageVerification verification) {
        assertEquals(1, verification.problems().size());
        ContentCheck problem = verification.problems().get(0);
        return problem.result() instanceof ContentResult.Failed failed
                ? failed.reason()
                : ContentResult.Reason.UNSUPPORTED;
    }

    @Test
    void verifiesPlainCompressedAndLinkedLayers() throws IOException {
        var gzipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(LAYER);
        }
        String config = config(LAYER);
        String name = configName(config);
        try (DockerArchive archive = open(new TestArchives()
                .file("layer.tar", LAYER)
                .file("layer.tar.gz", gzipped.toByteArray())
                .symbolicLink("old/layer.tar", "../layer.tar")
                .file(name, config)
                .file(
                        "manifest.json",
                        "[" + item(name, "[\"a:1\"]", "layer.tar") + ","
                                + item(name, "[\"b:1\",\"b:2\"]", "layer.tar.gz")
                                + "," + item(name, "null", "old/layer.tar") + ","
                                + item(name, "[\"c:1\"]", "old/layer.tar") + "]"))) {
            assertEquals(4, archive.references().size());
            for (String tag : List.of("a:1", "b:1", "b:2", "c:1")) {
                ImageVerification verification = verify(archive.requireImage(Reference.parseNormalized(tag)));
                assertEquals(Verdict.VERIFIED, verification.verdict(), tag + verification.problems());
                assertEquals(
                        Digest.sha256Of(config.getBytes(StandardCharsets.UTF_8)),
                        verification.config().orElseThrow().digest());
            }
            var several = assertThrows(LayoutException.class, archive::image);
            assertEquals(Reason.SEVERAL_IMAGES, several.reason());
            Reference unknown = Reference.parseNormalized("d:1");
            assertEquals(Optional.empty(), archive.image(unknown));
            assertNotFound(() -> archive.requireImage(unknown));
        }
    }

    @Test
    void givesImagesWithoutNamesByPlaceAndById() throws IOException {
        String one = config(LAYER);
        String other = one.replace("amd64", "arm64");
        try (DockerArchive archive = open(new TestArchives()
                .file("layer.tar", LAYER)
                .file(configName(one), one)
                .file("c", other)
                .file(
                        "manifest.json",
                        "[" + item(configName(one), "null", "layer.tar") + "," + item("c", "[]", "layer.tar") + "]"))) {
            Digest id = Digest.sha256Of(one.getBytes(StandardCharsets.UTF_8));
            Digest otherId = Digest.sha256Of(other.getBytes(StandardCharsets.UTF_8));
            for (ImageSource image : List.of(archive.requireImage(0), archive.requireImage(id))) {
                assertEquals(id, verify(image).config().orElseThrow().digest());
            }
            for (ImageSource image : List.of(archive.requireImage(1), archive.requireImage(otherId))) {
                assertEquals(
                        "arm64", verify(image).config().orElseThrow().platform().architecture());
            }
            var several = assertThrows(LayoutException.class, archive::image);
            assertTrue(
                    String.valueOf(several.getMessage()).contains("\"@0\", \"" + id + "\", \"@1\""),
                    several::getMessage);
            for (int place : new int[] {-1, 2}) {
                assertEquals(Optional.empty(), archive.image(place));
                assertNotFound(() -> archive.requireImage(place));
            }
            Digest unknown = Digest.sha256Of(new byte[0]);
            assertEquals(Optional.empty(), archive.image(unknown));
            assertNotFound(() -> archive.requireImage(unknown));
        }
    }

    @Test
    void refusesALayerThatIsNotTheOneTheConfigurationPromises() throws IOException {
        String config = config(LAYER);
        String name = configName(config);
        try (DockerArchive archive = open(new TestArchives()
                .file("layer.tar", MemorySource.layer("b layer"))
                .file(name, config)
                .file("manifest.json", "[" + item(name, "null", "layer.tar") + "]"))) {
            assertEquals(ContentResult.Reason.DIGEST_MISMATCH, onlyReason(verify(archive.requireImage())));
        }
    }

    @Test
    void looksAtEveryFileOfALayerThatIsThereTwice() throws IOException {
        String id = "\"" + Digest.sha256Of(LAYER) + "\"";
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + id + "," + id + "," + id + "]}}";
        String name = configName(config);
        String item = "[{\"Config\":\"" + name + "\",\"Layers\":[\"a.tar\",\"b.tar\",\"b.tar\"]}]";
        TestArchives good = new TestArchives().file("a.tar", LAYER).file("b.tar", LAYER);
        try (DockerArchive archive = open(good.file(name, config).file("manifest.json", item))) {
            assertEquals(Verdict.VERIFIED, verify(archive.requireImage()).verdict());
        }
        for (String tampered : List.of("a.tar", "b.tar")) {
            TestArchives tar = new TestArchives();
            for (String file : List.of("a.tar", "b.tar")) {
                tar.file(file, file.equals(tampered) ? MemorySource.layer("b layer") : LAYER);
            }
            try (DockerArchive archive = open(tar.file(name, config).file("manifest.json", item))) {
                assertEquals(Verdict.FAILED, verify(archive.requireImage()).verdict());
            } catch (LayoutException e) {
                assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            }
        }
    }

    @Test
    void refusesAnotherNumberOfLayersThanTheConfigurationPromisesBeforeReadingAny() throws IOException {
        String config = config(LAYER);
        String many = "\"layer.tar\",".repeat(5000) + "\"layer.tar\"";
        try (DockerArchive archive = open(new TestArchives()
                .file("layer.tar", LAYER)
                .file("c", config)
                .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[" + many + "]}]"))) {
            var e = assertThrows(LayoutException.class, archive::image);
            assertEquals(Reason.MALFORMED_DOCUMENT, e.reason());
        }
    }

    @Test
    void refusesAConfigurationThatIsNotTheOneItsNameClaims() throws IOException {
        String config = config(LAYER);
        for (String name : List.of(
                configName("x"),
                "sha256:" + configName("x").replace(".json", ""),
                "blobs/sha256/" + configName("x").replace(".json", ""))) {
            try (DockerArchive archive = open(new TestArchives()
                    .file("layer.tar", LAYER)
                    .file(name, config)
                    .file("manifest.json", "[" + item(name, "null", "layer.tar") + "]"))) {
                ImageVerification verification = verify(archive.requireImage());
                assertEquals(ContentResult.Reason.DIGEST_MISMATCH, onlyReason(verification), name);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | MALFORMED_DOCUMENT",
                "[{}] | MALFORMED_DOCUMENT",
                "[{\"Config\":\"c\",\"Layers\":[],\"layers\":[]}] | MALFORMED_DOCUMENT",
                "[{\"Config\":\"../c\",\"Layers\":[]}] | MALFORMED_DOCUMENT",
                "[{\"Config\":\"//c\",\"Layers\":[\"c\"]}] | MALFORMED_DOCUMENT",
                "[{\"Config\":\"c\",\"Layers\":[\"a/../../l\"]}] | MALFORMED_DOCUMENT",
                "[{\"Config\":\"c\",\"Layers\":[],\"RepoTags\":[\"UPPER\"]}] | MALFORMED_DOCUMENT",
                "[{\"Config\":\"none\",\"Layers\":[]}] | MALFORMED_ARCHIVE",
                "[{\"Config\":\"c\",\"Layers\":[]}] | MALFORMED_DOCUMENT",
                "[{\"Config\":\"c\",\"Layers\":[\"none\"]}] | MALFORMED_ARCHIVE",
                "[{\"Config\":\"manifest.json\",\"Layers\":[]}] | MALFORMED_DOCUMENT",
            })
    void refusesWithAReason(String manifest, Reason reason) {
        TestArchives tar = new TestArchives().file("c", config(LAYER)).file("manifest.json", manifest);
        var e = assertThrows(LayoutException.class, () -> {
            try (DockerArchive archive = open(tar)) {
                archive.requireImage();
            }
        });
        assertEquals(reason, e.reason());
    }

    private static void assertNotFound(Executable search) {
        assertEquals(
                ImageException.Reason.NOT_FOUND,
                assertThrows(ImageException.class, search).reason());
    }

    @Test
    void anArchiveWithoutImagesHasNone() throws IOException {
        try (DockerArchive archive = open(new TestArchives().file("manifest.json", "[]"))) {
            assertEquals(Optional.empty(), archive.image());
            assertNotFound(archive::requireImage);
        }
    }

    /** What Docker 25 and later write: a docker archive and an OCI layout in one file. */
    private static TestArchives hybrid(String dockerConfig, String indexConfig, boolean nested) {
        return hybrid(dockerConfig, indexConfig, nested, "");
    }

    private static TestArchives hybridWithout(String missing, String dockerConfig, String indexConfig) {
        return hybrid(dockerConfig, indexConfig, false, missing);
    }

    private static TestArchives hybrid(String dockerConfig, String indexConfig, boolean nested, String missing) {
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.DOCKER_MANIFEST + "\",\"config\":"
                + describe(MediaType.OCI_CONFIG, indexConfig) + "},\"layers\":[]}";
        String platform = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}";
        String inner = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                + describe(MediaType.DOCKER_MANIFEST, manifest) + platform + "]}";
        String entry = nested
                ? describe(MediaType.OCI_INDEX, inner) + "}"
                : describe(MediaType.DOCKER_MANIFEST, manifest) + "}";
        String configPath = path(dockerConfig);
        TestArchives tar = new TestArchives();
        if (!missing.equals("oci-layout")) {
            tar.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        }
        if (!missing.equals("index.json")) {
            tar.file("index.json", "{\"schemaVersion\":2,\"manifests\":[" + entry + "]}");
        }
        tar.file(path(manifest), manifest)
                .file(path(inner), inner)
                .file(configPath, dockerConfig)
                .file("manifest.json", "[{\"Config\":\"" + configPath + "\",\"RepoTags\":[\"a:1\"],\"Layers\":[]}]");
        return indexConfig.equals(dockerConfig) ? tar : tar.file(path(indexConfig), indexConfig);
    }

    private static String path(String document) {
        return "blobs/sha256/"
                + Digest.sha256Of(document.getBytes(StandardCharsets.UTF_8)).encoded();
    }

    private static String describe(String mediaType, String document) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.sha256Of(bytes) + "\",\"size\":"
                + bytes.length;
    }

    @Test
    void readsAnArchiveThatIsAnOciLayoutToo() throws IOException {
        String config =
                "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
        for (boolean nested : new boolean[] {false, true}) {
            Path file = Files.write(
                    folder.resolve("hybrid.tar"), hybrid(config, config, nested).finish());
            try (DockerArchive archive = DockerArchive.open(file);
                    OciLayout layout = OciLayout.openArchive(file)) {
                ImageVerification docker = verify(archive.requireImage());
                ImageVerification oci = verify(layout.requireImage());
                assertEquals(Verdict.VERIFIED, docker.verdict());
                assertEquals(Verdict.VERIFIED, oci.verdict());
                assertEquals(docker.config(), oci.config());
                assertEquals(
                        "docker.io/library/a:1",
                        docker.reference().orElseThrow().toString());
            }
        }
    }

    @Test
    void refusesALayoutThatLegacyDockerWouldLoadByItsRepositories() throws IOException {
        Path file = Files.write(
                folder.resolve("legacy.tar"),
                new TestArchives()
                        .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                        .file("index.json", "{\"schemaVersion\":2,\"manifests\":[]}")
                        .file("repositories", "{}")
                        .finish());
        var e = assertThrows(LayoutException.class, () -> OciLayout.openArchive(file));
        assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
    }

    @Test
    void refusesALayoutWhoseManifestJsonIsALinkToNowhere() throws IOException {
        String config = config(LAYER);
        TestArchives tar = new TestArchives()
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", "{\"schemaVersion\":2,\"manifests\":[]}")
                .symbolicLink("manifest.json", "/evil.json")
                .file("evil.json", "[]")
                .file("c", config);
        Path file = Files.write(folder.resolve("link.tar"), tar.finish());
        var e = assertThrows(LayoutException.class, () -> OciLayout.openArchive(file));
        assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
    }

    /** Programs follow links in an archive differently, and the digest of a configuration is in its name at best. */
    @ParameterizedTest
    @ValueSource(strings = {"manifest.json", "config", "index.json", "oci-layout"})
    void refusesADocumentThatIsALink(String linked) throws IOException {
        String config = configOf("a", "amd64");
        String toConfig = describe(MediaType.DOCKER_MANIFEST, manifestOf(config)) + "}";
        Map<String, String> documents = Map.of(
                "manifest.json",
                "[{\"Config\":\"config\",\"RepoTags\":[\"a:1\"],\"Layers\":[]}]",
                "config",
                config,
                "index.json",
                "{\"schemaVersion\":2,\"manifests\":[" + toConfig + "]}",
                "oci-layout",
                "{\"imageLayoutVersion\":\"1.0.0\"}");
        for (String how : List.of("file", "symbolic", "hard")) {
            TestArchives tar = new TestArchives().file(path(manifestOf(config)), manifestOf(config));
            for (Map.Entry<String, String> document : documents.entrySet()) {
                String name = document.getKey();
                if (!name.equals(linked) || how.equals("file")) {
                    tar.file(name, document.getValue());
                } else {
                    tar.file("target", document.getValue());
                    tar = how.equals("hard") ? tar.hardLink(name, "target") : tar.symbolicLink(name, "target");
                }
            }
            Path file = Files.write(folder.resolve("links.tar"), tar.finish());
            if (how.equals("file")) {
                DockerArchive.open(file).close();
                OciLayout.openArchive(file).close();
            } else {
                for (Executable open :
                        List.<Executable>of(() -> DockerArchive.open(file), () -> OciLayout.openArchive(file))) {
                    var e = assertThrows(LayoutException.class, open, how);
                    assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
                }
            }
        }
    }

    @Test
    void refusesAConfigurationThatIsALinkInAnArchiveWithoutIndex() throws IOException {
        String config = config(LAYER);
        String name = configName(config);
        try (DockerArchive archive = open(new TestArchives()
                .file("layer.tar", LAYER)
                .file("c", config)
                .symbolicLink(name, "c")
                .hardLink("hard", "c")
                .file(
                        "manifest.json",
                        "[" + item(name, "null", "layer.tar") + "," + item("hard", "null", "layer.tar") + "]"))) {
            for (int place : new int[] {0, 1}) {
                var e = assertThrows(LayoutException.class, () -> archive.requireImage(place));
                assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            }
        }
    }

    @Test
    void refusesAnArchiveThatIsAnotherImageAsAnOciLayout() throws IOException {
        String good = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
        for (String evil : List.of(good.replace("{\"os", "{\"author\":\"x\",\"os"), good.replace("amd64", "arm64"))) {
            for (boolean nested : new boolean[] {false, true}) {
                Path file = Files.write(
                        folder.resolve("hybrid.tar"), hybrid(good, evil, nested).finish());
                var docker = assertThrows(LayoutException.class, () -> DockerArchive.open(file));
                assertEquals(Reason.MALFORMED_ARCHIVE, docker.reason());
                var oci = assertThrows(LayoutException.class, () -> OciLayout.openArchive(file));
                assertEquals(Reason.MALFORMED_ARCHIVE, oci.reason());
            }
        }
    }

    /** Podman and skopeo read index.json without asking for oci-layout; without index.json nobody reads a layout. */
    @Test
    void comparesAnArchiveWithItsIndexThatHasNoMarker() throws IOException {
        String good = configOf("a", "amd64");
        String evil = configOf("b", "amd64");
        for (String inIndex : List.of(good, evil)) {
            TestArchives tar = hybridWithout("oci-layout", good, inIndex);
            if (inIndex.equals(good)) {
                try (DockerArchive archive = open(tar)) {
                    assertEquals(
                            Verdict.VERIFIED, verify(archive.requireImage()).verdict());
                    assertFalse(archive.requireImage().resolve().voucher().contains("oci-archive"));
                }
            } else {
                var e = assertThrows(LayoutException.class, () -> open(tar));
                assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            }
            var e = assertThrows(LayoutException.class, () -> OciLayout.openArchive(folder.resolve("a.tar")));
            assertEquals(Reason.NOT_AN_IMAGE, e.reason());
        }
    }

    @Test
    void readsAnArchiveWithAMarkerAndNoIndex() throws IOException {
        String config = configOf("a", "amd64");
        try (DockerArchive archive = open(hybridWithout("index.json", config, config))) {
            assertEquals(Verdict.VERIFIED, verify(archive.requireImage()).verdict());
        }
        var e = assertThrows(LayoutException.class, () -> OciLayout.openArchive(folder.resolve("a.tar")));
        assertEquals(Reason.NOT_AN_IMAGE, e.reason());
    }

    @Test
    void readsAnImageWithoutLayersAsDockerWritesIt() throws IOException {
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\"}}";
        for (String layers : List.of("null", "[]")) {
            TestArchives tar = new TestArchives()
                    .file("manifest.json", "[{\"Config\":\"c\",\"RepoTags\":null,\"Layers\":" + layers + "}]")
                    .file("c", config);
            try (DockerArchive archive = open(tar)) {
                assertEquals(Verdict.VERIFIED, verify(archive.requireImage()).verdict());
            }
        }
    }

    @Test
    void refusesATarFileWithoutManifest() {
        var e = assertThrows(LayoutException.class, () -> open(new TestArchives().file("a", "b")));
        assertEquals(Reason.NOT_AN_IMAGE, e.reason());
    }

    private static String configOf(String author, String architecture) {
        return "{\"author\":\"" + author + "\",\"os\":\"linux\",\"architecture\":\"" + architecture
                + "\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
    }

    private static String manifestOf(String config) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.DOCKER_MANIFEST + "\",\"config\":"
                + describe(MediaType.OCI_CONFIG, config) + "},\"layers\":[]}";
    }

    private static String named(String entry, String name, boolean full) {
        String annotation =
                full ? "\"io.containerd.image.name\":\"docker.io/library/" : "\"" + LayoutFiles.REF_NAME + "\":\"";
        return entry + ",\"annotations\":{" + annotation + name + "\"}}";
    }

    private static String itemOf(String config, String tags) {
        return "{\"Config\":\"" + path(config) + "\",\"RepoTags\":" + tags + ",\"Layers\":[]}";
    }

    private Path both(String items, String entries, String... documents) throws IOException {
        TestArchives tar = new TestArchives()
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", "{\"schemaVersion\":2,\"manifests\":[" + entries + "]}")
                .file("manifest.json", "[" + items + "]");
        for (String document : documents) {
            tar.file(path(document), document);
        }
        return Files.write(folder.resolve("both.tar"), tar.finish());
    }

    private boolean opens(String items, String entries, String... documents) throws IOException {
        Path file = both(items, entries, documents);
        boolean asLayout = true;
        try (OciLayout layout = OciLayout.openArchive(file)) {
            assertFalse(layout.index().manifests().isEmpty());
        } catch (LayoutException e) {
            assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            asLayout = false;
        }
        boolean asArchive = true;
        try (DockerArchive archive = DockerArchive.open(file)) {
            assertFalse(archive.references().isEmpty());
        } catch (LayoutException e) {
            assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
            asArchive = false;
        }
        assertEquals(asLayout, asArchive);
        return asLayout;
    }

    @Test
    void refusesAnArchiveWhoseImagesHaveOtherNamesAsAnOciLayout() throws IOException {
        String a = configOf("a", "amd64");
        String b = configOf("b", "amd64");
        String[] documents = {a, b, manifestOf(a), manifestOf(b)};
        String toA = describe(MediaType.DOCKER_MANIFEST, manifestOf(a));
        String toB = describe(MediaType.DOCKER_MANIFEST, manifestOf(b));
        String both = itemOf(a, "[\"x:1\"]") + "," + itemOf(b, "[\"x:2\"]");
        for (boolean full : new boolean[] {false, true}) {
            String one = full ? "x:1" : "1";
            String two = full ? "x:2" : "2";
            assertTrue(opens(both, named(toA, one, full) + "," + named(toB, two, full), documents));
            assertFalse(opens(both, named(toB, one, full) + "," + named(toA, two, full), documents), "swapped");
            assertFalse(opens(both, named(toA, one, full), documents), "one is not in index.json");
            String hidden = itemOf(a, "null") + "," + itemOf(b, "[\"x:1\"]");
            assertFalse(opens(hidden, named(toA, one, full), documents), "the name is another's");
            assertFalse(opens(hidden, named(toA, one, full) + "," + toB + "}", documents), "the name is another's");
            assertFalse(opens(itemOf(a, "[\"x:1\"]"), named(toA, one, full) + "," + toB + "}", documents));
        }
        // Of a name without a repository there may be several.
        String others = itemOf(a, "[\"x:1\"]") + "," + itemOf(b, "[\"y:1\"]");
        assertTrue(opens(others, named(toA, "1", false) + "," + named(toB, "1", false), documents));
    }

    @Test
    void readsImagesForSeveralPlatformsEachInAnIndexOfItsOwn() throws IOException {
        String a = configOf("a", "amd64");
        String b = configOf("b", "arm64");
        String toA = describe(MediaType.DOCKER_MANIFEST, manifestOf(a))
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"";
        String toB = describe(MediaType.DOCKER_MANIFEST, manifestOf(b))
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"";
        String indexA = MemorySource.indexOf(toA + "amd64\"}}");
        String indexB = MemorySource.indexOf(toB + "arm64\"}}");
        String items = itemOf(a, "[\"x:1\"]") + "," + itemOf(b, "[\"x:2\"]");
        String[] documents = {a, b, manifestOf(a), manifestOf(b), indexA, indexB};
        String entries = named(describe(MediaType.OCI_INDEX, indexA), "x:1", true) + ","
                + named(describe(MediaType.OCI_INDEX, indexB), "x:2", true);
        assertTrue(opens(items, entries, documents));
        // A configuration need not say its variant, and an archive of one platform keeps the index of all.
        String arm = configOf("c", "arm");
        String toArm = describe(MediaType.DOCKER_MANIFEST, manifestOf(arm));
        String toOther = describe(MediaType.DOCKER_MANIFEST, manifestOf(configOf("d", "arm")));
        String where = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"";
        String arms = MemorySource.indexOf(toOther + where + "v7\"}}," + toArm + where + "v5\"}}");
        assertTrue(opens(
                itemOf(arm, "[\"x:3\"]"),
                named(describe(MediaType.OCI_INDEX, arms), "x:3", true),
                arm,
                manifestOf(arm),
                arms));
        // A reader that asks this index for amd64 gets the image that manifest.json has for arm64.
        String lying = MemorySource.indexOf(toB + "amd64\"}}");
        String evil = named(describe(MediaType.OCI_INDEX, lying), "x:2", true);
        assertFalse(opens(itemOf(b, "[\"x:2\"]"), evil, b, manifestOf(b), lying));
    }

    @Test
    void readsOfAnArchiveWithMorePlatformsInItsIndexTheOneThatBothHave() throws IOException {
        String a = configOf("a", "amd64");
        String b = configOf("b", "arm64");
        String where = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"";
        String index = MemorySource.indexOf(describe(MediaType.DOCKER_MANIFEST, manifestOf(a)) + where + "amd64\"}},"
                + describe(MediaType.DOCKER_MANIFEST, manifestOf(b)) + where + "arm64\"}}");
        for (String tags : List.of("[\"x:1\"]", "null")) {
            Path file = both(
                    itemOf(a, tags),
                    named(describe(MediaType.OCI_INDEX, index), "x:1", true),
                    a,
                    b,
                    manifestOf(a),
                    manifestOf(b),
                    index);
            try (OciLayout layout = OciLayout.openArchive(file)) {
                ImageVerifier verifier = ImageVerifier.create();
                ImageVerification amd64 =
                        verifier.withPlatform(Platform.of("linux", "amd64")).verify(layout.requireImage());
                assertEquals(Verdict.VERIFIED, amd64.verdict());
                assertEquals("a", amd64.config().orElseThrow().author().orElseThrow());
                ImageVerifier arm64 = verifier.withPlatform(Platform.of("linux", "arm64"));
                Digest pinned = Digest.sha256Of(manifestOf(b).getBytes(StandardCharsets.UTF_8));
                for (ImageSource other : List.of(layout.requireImage(), layout.image(pinned))) {
                    var e = assertThrows(LayoutException.class, () -> arm64.verify(other));
                    assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
                }
            }
            var e = assertThrows(LayoutException.class, () -> DockerArchive.open(file));
            assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
        }
        // Of two entries for one index, neither lets through what the other's name does not stand for.
        String both = itemOf(a, "[\"x:1\"]") + "," + itemOf(b, "[\"w:1\"]");
        String byName = named(describe(MediaType.OCI_INDEX, index), "x:1", true);
        String byOther = describe(MediaType.OCI_INDEX, index)
                + ",\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/z:1\",\"" + LayoutFiles.REF_NAME
                + "\":\"docker.io/library/x:1\"}}";
        for (String entries : List.of(byName, byName + "," + byOther, byOther + "," + byName, byOther)) {
            Path two = both(both, entries, a, b, manifestOf(a), manifestOf(b), index);
            try (OciLayout layout = OciLayout.openArchive(two)) {
                ImageVerifier arm64 = ImageVerifier.create().withPlatform(Platform.of("linux", "arm64"));
                ImageVerifier amd64 = ImageVerifier.create().withPlatform(Platform.of("linux", "amd64"));
                for (ImageSource image : List.of(layout.requireImage(), layout.requireImage("docker.io/library/x:1"))) {
                    assertThrows(LayoutException.class, () -> arm64.verify(image));
                    assertEquals(Verdict.VERIFIED, amd64.verify(image).verdict());
                }
            }
        }
        // By its name manifest.json has b, so nobody may take a, which it has too, for what that name stands for.
        Path file = both(
                itemOf(b, "[\"x:1\"]") + "," + itemOf(a, "[\"x:2\"]"),
                named(describe(MediaType.OCI_INDEX, index), "x:1", true),
                a,
                b,
                manifestOf(a),
                manifestOf(b),
                index);
        try (OciLayout layout = OciLayout.openArchive(file)) {
            ImageVerifier amd64 = ImageVerifier.create().withPlatform(Platform.of("linux", "amd64"));
            assertThrows(LayoutException.class, () -> amd64.verify(layout.requireImage()));
        }
    }

    private static String digestOf(String document) {
        return Digest.sha256Of(document.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static String configWith(String... diffIds) {
        return configOf("a", "amd64").replace("[]", "[\"" + String.join("\",\"", diffIds) + "\"]");
    }

    private static String manifestOf(String config, String... layers) {
        StringBuilder described = new StringBuilder();
        for (String layer : layers) {
            described
                    .append(described.isEmpty() ? "" : ",")
                    .append(describe(MediaType.OCI_LAYER_GZIP, layer))
                    .append('}');
        }
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                + describe(MediaType.OCI_CONFIG, config) + "},\"layers\":[" + described + "]}";
    }

    private static String itemOf(String config, String tag, List<String> layers) {
        return "{\"Config\":\"" + path(config) + "\",\"RepoTags\":[\"" + tag + "\"],\"Layers\":[\""
                + String.join("\",\"", layers) + "\"]}";
    }

    private static String entryOf(String manifest) {
        return describe(MediaType.OCI_MANIFEST, manifest);
    }

    /**
     * Podman commits the layers that the manifest lists, whatever the configuration says; without any if there are
     * none.
     */
    @Test
    void refusesAnArchiveWhoseIndexListsOtherLayersForTheSameConfiguration() throws IOException {
        String config = configWith(digestOf("one"), digestOf("two"));
        String item = itemOf(config, "x:1", List.of(path("one"), path("two")));
        for (String[] layers : new String[][] {{"one"}, {}, {"one", "evil"}, {"two", "one"}, {"one", "two", "evil"}}) {
            String manifest = manifestOf(config, layers);
            for (String entry : List.of(named(entryOf(manifest), "x:1", true), entryOf(manifest) + "}")) {
                assertFalse(opens(item, entry, config, manifest, "one", "two", "evil"), String.join(",", layers));
            }
        }
        String right = manifestOf(config, "one", "two");
        assertTrue(opens(item, named(entryOf(right), "x:1", true), config, right, "one", "two"));
        // The name of the file of a plain layer does not matter: an engine compares its content with the diffID.
        String elsewhere = itemOf(config, "x:1", List.of("1/layer.tar", "2/layer.tar"));
        assertTrue(opens(elsewhere, named(entryOf(right), "x:1", true), config, right, "one", "two"));
    }

    @Test
    void comparesCompressedLayersByTheirFiles() throws IOException {
        String config = configWith(digestOf("one"), digestOf("two"));
        String gzip = manifestOf(config, "gz one", "gz two");
        String zstd = manifestOf(config, "zst one", "zst two");
        String toGzip = named(entryOf(gzip), "x:1", true);
        String toZstd = named(entryOf(zstd), "x:2", true);
        String[] documents = {config, gzip, zstd, "gz one", "gz two", "zst one", "zst two"};
        String one = itemOf(config, "x:1", List.of(path("gz one"), path("gz two")));
        String two = itemOf(config, "x:2", List.of(path("zst one"), path("zst two")));
        assertTrue(opens(one, toGzip, documents));
        assertFalse(opens(one, named(entryOf(zstd), "x:1", true), documents));
        // Of one configuration there may be two images, each of which has its own name.
        assertTrue(opens(one + "," + two, toGzip + "," + toZstd, documents));
        String swapped = named(entryOf(gzip), "x:2", true) + "," + named(entryOf(zstd), "x:1", true);
        assertFalse(opens(one + "," + two, swapped, documents));
        assertFalse(opens(one + "," + two, toGzip + "," + named(entryOf(gzip), "x:2", true), documents));
    }

    @Test
    void refusesOneConfigurationWithMoreListsOfLayersThanAnybodyHas() throws IOException {
        String config = configWith(digestOf("one"));
        for (int forms : new int[] {16, 17}) {
            StringBuilder items = new StringBuilder();
            for (int i = 0; i < forms; i++) {
                items.append(i == 0 ? "" : ",").append(itemOf(config, "x:" + i, List.of(path("one") + i)));
            }
            String manifest = manifestOf(config, "one");
            Path file = both(items.toString(), entryOf(manifest) + "}", config, manifest, "one");
            if (forms == 16) {
                DockerArchive.open(file).close();
            } else {
                var e = assertThrows(LayoutException.class, () -> DockerArchive.open(file));
                assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
            }
        }
    }

    /** containerd makes an image of every entry of index.json, and of two of one name keeps the last. */
    @Test
    void takesAnEntryOfIndexJsonForAnImageWhateverPlatformItSays() throws IOException {
        String a = configOf("a", "amd64");
        String b = configOf("b", "amd64");
        String item = itemOf(a, "[\"x:1\"]");
        String toA = named(describe(MediaType.DOCKER_MANIFEST, manifestOf(a)), "x:1", true);
        String unknown = ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}";
        String toB = describe(MediaType.DOCKER_MANIFEST, manifestOf(b)) + unknown;
        String[] documents = {a, b, manifestOf(a), manifestOf(b)};
        assertTrue(opens(item, toA, documents));
        assertFalse(opens(item, toA + "," + named(toB, "x:1", true), documents));
        assertFalse(opens(item, toA + "," + toB + "}", documents));
        // BuildKit lists an attestation in the index of the image, where nobody chooses it.
        String index = MemorySource.indexOf(describe(MediaType.DOCKER_MANIFEST, manifestOf(a))
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}," + toB + "}");
        String toIndex = named(describe(MediaType.OCI_INDEX, index), "x:1", true);
        assertTrue(opens(item, toIndex, a, b, manifestOf(a), manifestOf(b), index));
    }

    @Test
    void refusesAnArtifactThatHasTheNameOfAnImage() throws IOException {
        String a = configOf("a", "amd64");
        String item = itemOf(a, "[\"x:1\"]");
        String toA = named(describe(MediaType.DOCKER_MANIFEST, manifestOf(a)), "x:1", true);
        String artifact = manifestOf(configOf("b", "amd64"))
                .replace(MediaType.DOCKER_MANIFEST, MediaType.OCI_MANIFEST)
                .replace(MediaType.OCI_CONFIG, "application/vnd.example.thing")
                .replace("{\"schemaVersion\"", "{\"artifactType\":\"application/vnd.example.thing\",\"schemaVersion\"");
        String[] documents = {a, manifestOf(a), artifact};
        assertTrue(opens(item, toA + "," + entryOf(artifact) + "}", documents));
        assertTrue(opens(item, toA + "," + named(entryOf(artifact), "x:2", true), documents));
        assertFalse(opens(item, toA + "," + named(entryOf(artifact), "x:1", true), documents));
        assertFalse(opens(item, toA + "," + named(entryOf(artifact), "1", false), documents));
    }

    /** As "docker save nginx:alpine alpine:latest" writes it since Docker 25. */
    @Test
    void aTagBesideAWholeNameIsNoNameOfItsOwn() throws IOException {
        String a = configOf("a", "amd64");
        String b = configOf("b", "amd64");
        String names = ",\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/%s:%s\",\""
                + LayoutFiles.REF_NAME + "\":\"%s\"}}";
        String toA = describe(MediaType.DOCKER_MANIFEST, manifestOf(a));
        String toB = describe(MediaType.DOCKER_MANIFEST, manifestOf(b));
        String items = itemOf(a, "[\"nginx:alpine\"]") + "," + itemOf(b, "[\"alpine:latest\"]");
        String[] documents = {a, b, manifestOf(a), manifestOf(b)};
        String latest = toB + String.format(names, "alpine", "latest", "latest");
        assertTrue(opens(items, toA + String.format(names, "nginx", "alpine", "alpine") + "," + latest, documents));
        assertFalse(
                opens(items, toA + String.format(names, "nginx", "alpine", "alpine:latest") + "," + latest, documents));
    }

    /** Docker puts an image without a name into index.json only if nothing is there yet, or into none. */
    @Test
    void readsImagesWithoutNamesThatDockerHasLeftOutOfTheIndex() throws IOException {
        String a = configOf("a", "amd64");
        String b = configOf("b", "amd64");
        String toA = describe(MediaType.DOCKER_MANIFEST, manifestOf(a)) + "}";
        String[] documents = {a, b, manifestOf(a), manifestOf(b)};
        String items = itemOf(a, "null") + "," + itemOf(b, "[]");
        try (DockerArchive archive = DockerArchive.open(both(items, toA, documents))) {
            for (int place : new int[] {0, 1}) {
                assertEquals(
                        Verdict.VERIFIED, verify(archive.requireImage(place)).verdict());
            }
        }
        // Who reads index.json has not seen b, which another engine loads.
        assertThrows(LayoutException.class, () -> OciLayout.openArchive(both(items, toA, documents)));
        TestArchives none = new TestArchives()
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", "{\"schemaVersion\":2,\"manifests\":null}")
                .file("manifest.json", "[" + itemOf(a, "null") + "]")
                .file(path(a), a);
        try (DockerArchive archive = open(none)) {
            assertEquals(Verdict.VERIFIED, verify(archive.requireImage()).verdict());
        }
        // What is in index.json has to be in manifest.json all the same.
        var e = assertThrows(LayoutException.class, () -> DockerArchive.open(both(itemOf(b, "null"), toA, documents)));
        assertEquals(Reason.MALFORMED_ARCHIVE, e.reason());
    }

    /** As pack and imgutil name what they write. */
    @Test
    void readsAnArchiveOfAbsoluteNames() throws IOException {
        String config = config(LAYER);
        String layer = "/" + Digest.sha256Of(LAYER) + ".tar";
        String name = configName(config);
        try (DockerArchive archive = open(new TestArchives()
                .entry("/", '5', "", new byte[0])
                .file(layer, LAYER)
                .file("/" + name, config)
                .file("/manifest.json", "[" + item(name, "[\"a:1\"]", layer) + "]"))) {
            assertEquals(Verdict.VERIFIED, verify(archive.requireImage()).verdict());
        }
    }

    @Test
    void closingAnImageLeavesTheArchiveOpen() throws IOException {
        String config = config(LAYER);
        String name = configName(config);
        TestArchives tar = new TestArchives()
                .file("layer.tar", LAYER)
                .file(name, config)
                .file(
                        "manifest.json",
                        "[" + item(name, "[\"a:1\"]", "layer.tar") + "," + item(name, "[\"b:1\"]", "layer.tar") + "]");
        try (DockerArchive archive = open(tar)) {
            for (Reference reference : archive.references()) {
                try (ImageSource image = archive.requireImage(reference)) {
                    assertEquals(Verdict.VERIFIED, verify(image).verdict());
                }
            }
            ImageSource last = archive.forOneImage().requireImage(0);
            last.close();
            assertThrows(ClosedChannelException.class, () -> verify(last));
            assertThrows(ClosedChannelException.class, () -> archive.requireImage(1));
        }
    }
}
