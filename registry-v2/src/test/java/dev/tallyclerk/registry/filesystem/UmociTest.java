package dev.tallyclerk.registry.filesystem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.filesystem.ImageFileSystemProperties.Step;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is extracted beside what umoci unpacks: names, types, modes, contents, links; as root owners and times of files
 * too.
 */
class UmociTest {
    @TempDir
    Path folder = Path.of("");

    private String umoci = "";

    @BeforeEach
    void requireUmoci() {
        umoci = Peers.require("umoci").toString();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private Path unpack(Path layout) throws IOException, InterruptedException {
        Path bundle = Files.createTempDirectory(folder, "bundle");
        Files.delete(bundle);
        String image = layout + ":test";
        if (isRoot()) {
            Peers.run(folder, umoci, "unpack", "--image", image, bundle.toString());
        } else {
            Peers.run(folder, umoci, "unpack", "--rootless", "--image", image, bundle.toString());
        }
        return bundle.resolve("rootfs");
    }

    private static ExtractionOptions everything() {
        return ExtractionOptions.defaults().withSetId(true).withOwnership(isRoot());
    }

    /** {@return the files of a folder, without what the result says is not there} */
    private static Map<String, String> tree(Path root, ExtractionResult result) throws IOException {
        Map<String, String> tree = new TreeMap<>(isRoot() ? Trees.describeAll(root) : Trees.describe(root));
        for (Omission omission : result.omissions()) {
            if (omission.kind() == Omission.Kind.FIFO || omission.kind() == Omission.Kind.DEVICE) {
                tree.remove(omission.path());
            }
        }
        // umoci leaves the time of a folder that no layer names, or that a layer changes without naming it, to the
        // clock.
        tree.replaceAll((path, line) -> path.endsWith("/") || path.equals(".") ? withoutTime(line) : line);
        return tree;
    }

    private static String withoutTime(String line) {
        return isRoot() ? line.substring(0, line.lastIndexOf(' ')) : line;
    }

    private static ImageVerification verified(ImageSource image, Platform platform) throws IOException {
        ImageVerification verification =
                ImageVerifier.create().withPlatform(platform).verify(image);
        assertEquals(List.of(), verification.problems());
        return verification;
    }

    private ExtractionResult extracted(ImageSource image, ImageVerification verification, Path target)
            throws IOException {
        return ImageExtractor.of(everything())
                .extract(
                        image,
                        verification.manifest().orElseThrow(),
                        verification.config().orElseThrow(),
                        target);
    }

    /** {@return a copy of a layout that names one manifest only, because umoci knows images by their tags} */
    private Path layoutOf(Path layout, ContentCheck manifest) throws IOException {
        Path copy = Files.createTempDirectory(folder, "layout");
        Path blobs = Path.of("blobs", "sha256");
        Files.createDirectories(copy.resolve(blobs));
        try (Stream<Path> files = Files.list(layout.resolve(blobs))) {
            for (Path blob : files.toList()) {
                Files.copy(blob, copy.resolve(blobs).resolve(blob.getFileName()));
            }
        }
        Files.copy(layout.resolve("oci-layout"), copy.resolve("oci-layout"));
        Files.writeString(
                copy.resolve("index.json"), """
                {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"%s","size":%d,\
                "annotations":{"org.opencontainers.image.ref.name":"test"}}]}""".formatted(manifest.mediaType(), manifest.digest(), manifest.size()));
        return copy;
    }

    @ParameterizedTest
    @CsvSource({
        "busybox-gzip, linux/amd64",
        "ed-gzip, linux/amd64",
        "ed-plain, linux/amd64",
        "cosign-saved, linux/amd64",
        "multiarch, linux/amd64",
        "multiarch, linux/arm64",
        "multiarch, linux/arm/v7",
    })
    void extractsFixturesToTheSameTree(String name, String platform) throws IOException, InterruptedException {
        Path path = SharedData.require("registry/fixtures/layouts/" + name);
        try (OciLayout layout = OciLayout.open(path);
                ImageSource image =
                        layout.image(layout.index().manifests().get(0).digest())) {
            ImageVerification verification = verified(image, Platform.parse(platform));
            ExtractionResult result = extracted(image, verification, folder.resolve("ours"));
            ContentCheck manifest = verification.checks().stream()
                    .filter(check -> check.kind() == ContentCheck.Kind.MANIFEST)
                    .findAny()
                    .orElseThrow();
            Path theirs = unpack(layoutOf(path, manifest));
            assertTrue(result.files() > 0);
            assertEquals(tree(theirs, result), tree(folder.resolve("ours"), result));
        }
    }

    /** umoci reads neither SHA-512 nor Zstandard; the layers are those of another fixture. */
    @ParameterizedTest
    @ValueSource(strings = {"ed-sha512"})
    void extractsTheSameLayersInAnotherFormToTheSameTree(String name) throws IOException, InterruptedException {
        try (OciLayout layout = OciLayout.open(SharedData.require("registry/fixtures/layouts/" + name));
                ImageSource image = layout.requireImage()) {
            ExtractionResult result =
                    extracted(image, verified(image, Platform.of("linux", "amd64")), folder.resolve("ours"));
            Path plain = SharedData.require("registry/fixtures/layouts/ed-gzip");
            Path theirs;
            try (OciLayout same = OciLayout.open(plain);
                    ImageSource sameImage = same.requireImage()) {
                ImageVerification verification = verified(sameImage, Platform.of("linux", "amd64"));
                theirs = unpack(layoutOf(plain, verification.checks().get(0)));
            }
            assertEquals(tree(theirs, result), tree(folder.resolve("ours"), result));
        }
    }

    private void assertSameTree(TestImage image, MergeOptions options) throws IOException, InterruptedException {
        Path ours = Files.createTempDirectory(folder, "ours");
        ExtractionResult result = image.extract(ours, everything().withMerge(options));
        Path theirs = unpack(image.writeLayout(Files.createTempDirectory(folder, "layout")));
        assertEquals(tree(theirs, result), tree(ours, result));
    }

    @Test
    void extractsCornersToTheSameTree() throws IOException, InterruptedException {
        TestTar lower = new TestTar()
                .entry(Header.of("./", '5').mode(0750).time(3))
                .entry(
                        Header.of("bin/su", '0')
                                .mode(04755)
                                .owner(0, 7)
                                .time(100)
                                .size(1),
                        new byte[1])
                .entry(Header.of("bin/sudo", '1')
                        .link("bin/su")
                        .mode(04755)
                        .owner(0, 7)
                        .time(5))
                .entry(Header.of("tmp/", '5').mode(01777).time(9))
                .entry(Header.of("etc/", '5').mode(0711).time(10))
                .pax(
                        'x',
                        TestTar.record("path", "etc/\u00fcn\u00ef/" + "n".repeat(200)),
                        TestTar.record("mtime", "7.5"))
                .file("long", "x")
                .gnu('L', "etc/" + "g".repeat(150))
                .file("g", "y")
                .file("gone/a", "")
                .file("opaque/a/b", "")
                .file("opaque/c", "")
                .symbolicLink("abs", "/etc/passwd")
                .symbolicLink("dangling", "../../nowhere")
                .entry(Header.of("noaccess", '0').mode(0).size(3), TestTar.latin1("abc"))
                .entry(Header.of("r", '5').mode(0555).time(77))
                .file("r/x", "")
                .file("becomes-dir", "")
                .directory("becomes-file/sub/");
        TestTar upper = new TestTar()
                .whiteout(".wh.gone")
                .file("opaque/new", "n")
                .whiteout("opaque/.wh..wh..opq")
                .entry(Header.of("becomes-dir", '5').mode(0700))
                .file("becomes-dir/x", "")
                .file("becomes-file", "1")
                .entry(Header.of("etc", '5').mode(0755).time(11))
                .entry(Header.of("bin/third", '1').link("/bin/su").mode(04755).owner(0, 7))
                .file("abs", "a file now");
        assertSameTree(TestImage.of(lower, upper), MergeOptions.defaults());
    }

    @Test
    void extractsThroughLinksToTheSameTree() throws IOException, InterruptedException {
        assertSameTree(
                TestImage.of(
                        new TestTar()
                                .directory("usr/lib/")
                                .symbolicLink("lib", "usr/lib")
                                .symbolicLink("abs", "/usr/lib"),
                        new TestTar()
                                .file("lib/x", "1")
                                .directory("abs/d/")
                                .file("abs/d/y", "2")
                                .hardLink("lib/z", "lib/x")),
                MergeOptions.defaults());
    }

    @Test
    void extractsRandomLayersToTheSameTree() throws IOException, InterruptedException {
        Random random = new Random(1);
        int extracted = 0;
        while (extracted < 40) {
            List<List<Step>> layers = randomLayers(random);
            TestTar[] archives = new TestTar[layers.size()];
            for (int i = 0; i < archives.length; i++) {
                archives[i] = ImageFileSystemProperties.archive(layers.get(i), i);
            }
            TestImage image = TestImage.of(archives);
            if (isMergeable(image)) {
                assertSameTree(image, MergeOptions.defaults());
                extracted++;
            }
        }
    }

    private static boolean isMergeable(TestImage image) throws IOException {
        try {
            List<ImageFile> files = image.merged().walk().toList();
            // Each path of a symbolic link becomes a link of its own here.
            boolean linked = files.stream()
                    .anyMatch(file -> file.type() == LayerEntry.Type.SYMBOLIC_LINK && file.linkCount() > 1);
            // Engines make a folder for a whiteout, umoci does not.
            boolean bare = files.stream()
                    .anyMatch(file -> file.type() == LayerEntry.Type.DIRECTORY
                            && file.entry().isEmpty()
                            && files.stream().noneMatch(other -> other.path().startsWith(file.path() + "/")));
            return files.size() > 2 && !linked && !bare;
        } catch (ImageFileSystemException e) {
            return false;
        }
    }

    private static List<List<Step>> randomLayers(Random random) {
        List<List<Step>> layers = new ArrayList<>();
        for (int layer = 0; layer < 3; layer++) {
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                char kind = "ffddshwo".charAt(random.nextInt(8));
                steps.add(new Step(kind, randomPath(random), randomPath(random)));
            }
            layers.add(steps);
        }
        return layers;
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder().append("abc".charAt(random.nextInt(3)));
        for (int i = random.nextInt(3); i > 0; i--) {
            path.append('/').append("abc".charAt(random.nextInt(3)));
        }
        return path.toString();
    }
}
