package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we write is read by skopeo and umoci with the same digests, and what they write is read by us. */
class InteropTest {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");

    @TempDir
    Path folder = Path.of("");

    private static Path fixture(String name) {
        return SharedData.require("registry/fixtures/" + name);
    }

    private String skopeo(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = Peers.require("skopeo").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Peers.run(folder, command);
    }

    /** The digest of what skopeo finds, by the bytes that it was given. */
    private Digest rawDigest(String image) throws IOException, InterruptedException {
        return Digest.sha256Of(MemorySource.utf8(skopeo("inspect", "--raw", image)));
    }

    private static Digest only(OciLayout layout) {
        List<Descriptor> manifests = layout.index().manifests();
        assertEquals(1, manifests.size());
        return manifests.get(0).digest();
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox-gzip", "ed-gzip", "ed-plain", "ed-zstd", "ed-mixed", "multiarch"})
    void skopeoReadsTheLayoutAndTheArchiveThatWeWrite(String name) throws IOException, InterruptedException {
        Path copy = folder.resolve("copy");
        Path tar = folder.resolve("copy.tar");
        Digest digest;
        try (OciLayout layout = OciLayout.open(fixture("layouts/" + name));
                OciArchiveWriter archive = OciArchiveWriter.create(tar)) {
            digest = only(layout);
            ImageSource source = layout.image(digest);
            ImageCopier.create()
                    .copy(
                            source,
                            OciLayoutWriter.create(copy, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination("there"));
            ImageCopier.create().copy(source, archive.destination("there"));
            archive.finish();
        }
        assertEquals(digest, rawDigest("oci:" + copy + ":there"));
        assertEquals(digest, rawDigest("oci-archive:" + tar + ":there"));
        for (String image : List.of("oci:" + copy + ":there", "oci-archive:" + tar + ":there")) {
            Path back = Files.createTempDirectory(folder, "back");
            skopeo("copy", "--quiet", "--all", "--preserve-digests", image, "oci:" + back + ":back");
            try (OciLayout layout = OciLayout.open(back)) {
                assertEquals(digest, only(layout));
            }
        }
    }

    @Test
    void umociReadsAndChangesTheLayoutThatWeWrite() throws IOException, InterruptedException {
        String umoci = Peers.require("umoci").toString();
        Path copy = folder.resolve("copy");
        try (OciLayout layout = OciLayout.open(fixture("layouts/busybox-gzip"))) {
            ImageCopier.create()
                    .copy(
                            layout.requireImage(),
                            OciLayoutWriter.create(copy, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination("ours"));
        }
        assertEquals(
                "ours",
                Peers.run(folder, umoci, "ls", "--layout", copy.toString()).strip());
        String stat = Peers.run(folder, umoci, "stat", "--json", "--image", copy + ":ours");
        assertTrue(stat.contains("sha256:8bb5c8db3e7b4dce8ed3618958aea6609917b3bdb21b90402792e94846cff0fc"), stat);
        Peers.run(folder, umoci, "tag", "--image", copy + ":ours", "theirs");
        Peers.run(folder, umoci, "gc", "--layout", copy.toString());
        try (OciLayout layout = OciLayout.open(copy)) {
            assertEquals(
                    layout.requireImage("ours").resolve().digest(),
                    layout.requireImage("theirs").resolve().digest());
            assertEquals(
                    Verdict.VERIFIED,
                    ImageVerifier.create().verify(layout.requireImage("theirs")).verdict());
            OciLayoutWriter.create(copy, Clock.fixed(NOW, ZoneOffset.UTC));
            assertEquals(6, layout.blobs().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox-gzip", "ed-gzip", "ed-plain", "ed-zstd", "ed-mixed"})
    void skopeoReadsTheDockerArchiveThatWeWrite(String name) throws IOException, InterruptedException {
        Path tar = folder.resolve("docker.tar");
        try (OciLayout layout = OciLayout.open(fixture("layouts/" + name));
                DockerArchiveWriter archive = DockerArchiveWriter.create(tar)) {
            ImageCopier.create()
                    .copy(
                            layout.requireImage(),
                            archive.destination(
                                    Reference.parseNormalized("team/app:1"),
                                    Reference.parseNormalized("r.test:5/b:2")));
            archive.finish();
        }
        String inspected = skopeo("inspect", "docker-archive:" + tar + ":team/app:1");
        assertTrue(inspected.contains("\"RepoTags\""), inspected);
        Path back = folder.resolve("back");
        skopeo("copy", "--quiet", "docker-archive:" + tar + ":r.test:5/b:2", "dir:" + back);
        try (OciLayout original = OciLayout.open(fixture("layouts/" + name));
                DockerArchive ours = DockerArchive.open(tar);
                OciLayout oursToo = OciLayout.openArchive(tar)) {
            assertEquals(only(original), oursToo.index().manifests().get(0).digest());
            assertEquals(2, oursToo.index().manifests().size());
            Digest config = config(original.requireImage());
            assertTrue(Files.exists(back.resolve(config.encoded())));
            assertEquals(config, config(ours.requireImage(Reference.parseNormalized("team/app:1"))));
        }
    }

    private static Digest config(ImageSource image) throws IOException {
        return ImageVerifier.create().verify(image).config().orElseThrow().digest();
    }

    @Test
    void weReadWhatSkopeoWrites() throws IOException, InterruptedException {
        String source = "oci:" + fixture("layouts/ed-gzip") + ":latest";
        Path layout = folder.resolve("layout");
        Path ociTar = folder.resolve("oci.tar");
        Path dockerTar = folder.resolve("docker.tar");
        skopeo("copy", "--quiet", source, "oci:" + layout + ":a");
        skopeo("copy", "--quiet", source, "oci-archive:" + ociTar + ":a");
        skopeo("copy", "--quiet", source, "docker-archive:" + dockerTar + ":r.test/a:1");
        skopeo("copy", "--quiet", source, "oci:" + layout + ":b");
        try (OciLayout folderLayout = OciLayout.open(layout);
                OciLayout archive = OciLayout.openArchive(ociTar);
                DockerArchive docker = DockerArchive.open(dockerTar)) {
            for (ImageSource image :
                    List.of(folderLayout.requireImage("b"), archive.requireImage("a"), docker.requireImage())) {
                assertEquals(
                        Verdict.VERIFIED, ImageVerifier.create().verify(image).verdict());
            }
            assertEquals(
                    folderLayout.requireImage("a").resolve().digest(),
                    archive.requireImage().resolve().digest());
        }
    }

    /** skopeo and we add to one layout in turn, and neither loses what the other has added. */
    @Test
    void skopeoAndWeAddToOneLayout() throws IOException, InterruptedException {
        Path shared = folder.resolve("shared");
        try (OciLayout layout = OciLayout.open(fixture("layouts/ed-plain"))) {
            ImageCopier.create()
                    .copy(
                            layout.requireImage(),
                            OciLayoutWriter.create(shared, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination("one"));
        }
        skopeo("copy", "--quiet", "oci:" + fixture("layouts/ed-gzip") + ":latest", "oci:" + shared + ":two");
        try (OciLayout layout = OciLayout.open(fixture("layouts/busybox-gzip"))) {
            ImageCopier.create()
                    .copy(
                            layout.requireImage(),
                            OciLayoutWriter.create(shared, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination("three"));
        }
        try (OciLayout layout = OciLayout.open(shared)) {
            for (String name : List.of("one", "two", "three")) {
                assertEquals(
                        Verdict.VERIFIED,
                        ImageVerifier.create().verify(layout.requireImage(name)).verdict());
                assertEquals(layout.requireImage(name).resolve().digest(), rawDigest("oci:" + shared + ":" + name));
            }
        }
    }
}
