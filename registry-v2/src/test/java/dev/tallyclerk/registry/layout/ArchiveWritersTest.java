package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveWritersTest {
    @TempDir
    Path folder = Path.of("");

    private static MemorySource image(String... layers) {
        MemorySource source = new MemorySource();
        return source.root(source.image("linux/amd64", layers));
    }

    private static CopyResult copy(ImageSource source, ImageDestination destination) throws IOException {
        return ImageCopier.create().copy(source, destination);
    }

    private Path oci(String name, ImageSource... sources) throws IOException {
        Path file = folder.resolve(name);
        try (OciArchiveWriter archive = OciArchiveWriter.create(file)) {
            for (int i = 0; i < sources.length; i++) {
                copy(sources[i], archive.destination("image." + i));
            }
            archive.finish();
        }
        return file;
    }

    private Path docker(String name, ImageSource source, Reference... names) throws IOException {
        Path file = folder.resolve(name);
        try (DockerArchiveWriter archive = DockerArchiveWriter.create(file)) {
            copy(source, archive.destination(names));
            archive.finish();
        }
        return file;
    }

    private static void assertVerified(ImageSource image) throws IOException {
        ImageVerification verification = ImageVerifier.create().verify(image);
        assertEquals(
                Verdict.VERIFIED,
                verification.verdict(),
                verification.problems().toString());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void writesImagesThatShareLayers() throws IOException {
        MemorySource one = image("base", "one");
        MemorySource two = image("base", "two");
        try (OciLayout layout = OciLayout.openArchive(oci("a.tar", one, two))) {
            assertVerified(layout.requireImage("image.0"));
            assertVerified(layout.requireImage("image.1"));
            assertEquals(
                    one.resolve().digest(),
                    layout.requireImage("image.0").resolve().digest());
            assertEquals(7, layout.blobs().size());
        }
        assertEquals(List.of("a.tar"), files());
    }

    @Test
    void writesNoIndexThatPassesTheLimits() throws IOException {
        MemorySource source = image("layer");
        LayoutLimits enough =
                LayoutLimits.defaults().withDocuments(DocumentLimits.defaults().withMaxManifestBytes(1000));
        for (int length : new int[] {1, 2000}) {
            String name = "a".repeat(length);
            try (OciArchiveWriter writer = OciArchiveWriter.create(folder.resolve("a.tar"), enough)) {
                for (int i = 0; i < length; i += 200) {
                    ImageCopier.create().copy(source, writer.destination(i + name.substring(0, Math.min(200, length))));
                }
                if (length == 1) {
                    writer.finish();
                } else {
                    var e = assertThrows(LayoutException.class, writer::finish);
                    assertEquals(LayoutException.Reason.LIMIT_EXCEEDED, e.reason());
                }
            }
        }
    }

    @Test
    void theSameImagesGiveTheSameBytes() throws IOException {
        assertArrayEquals(
                Files.readAllBytes(oci("a.tar", image("one", "two"))),
                Files.readAllBytes(oci("b.tar", image("one", "two"))));
        Reference name = Reference.parseNormalized("app:1");
        assertArrayEquals(
                Files.readAllBytes(docker("c.tar", image("one", "two"), name)),
                Files.readAllBytes(docker("d.tar", image("one", "two"), name)));
    }

    @Test
    void tarListsPlainEntriesInOrder() throws IOException, InterruptedException {
        String tar = Peers.require("tar").toString();
        Path file = docker("a.tar", image("one", "two"), Reference.parseNormalized("app:1"));
        List<String> names =
                Peers.run(folder, tar, "tf", file.toString()).lines().toList();
        assertEquals(names.stream().sorted().toList(), names);
        assertEquals(
                List.of("index.json", "manifest.json", "oci-layout"), names.subList(names.size() - 3, names.size()));
        for (String line : Peers.run(folder, tar, "tvf", file.toString(), "--utc", "--numeric-owner")
                .lines()
                .toList()) {
            assertTrue(line.matches("(-rw-r--r--|drwxr-xr-x) 0/0 .* 1970-01-01 00:00 .*"), line);
        }
    }

    @Test
    void longNamesAreReadByOthersToo() throws IOException, InterruptedException {
        MemorySource source = new MemorySource(DigestAlgorithm.SHA512);
        Path file = oci("a.tar", source.root(source.image("linux/amd64", "layer")));
        String names = Peers.run(folder, Peers.require("tar").toString(), "tf", file.toString());
        for (Digest digest : source.contents().keySet()) {
            assertTrue(names.contains(LayoutFiles.blobPath(digest)), names);
        }
        try (OciLayout layout = OciLayout.openArchive(file)) {
            assertVerified(layout.requireImage());
        }
    }

    @Test
    void leavesNothingOfAnArchiveThatBrokeOff() throws IOException {
        Path file = Files.writeString(folder.resolve("a.tar"), "what was there");
        MemorySource bad =
                image("layer").replace(Digest.sha256Of(MemorySource.layer("layer")), MemorySource.layer("LAYER"));
        try (OciArchiveWriter archive = OciArchiveWriter.create(file)) {
            copy(image("good"), archive.destination("good"));
            assertThrows(VerificationException.class, () -> copy(bad, archive.destination("bad")));
            assertThrows(IllegalStateException.class, archive::finish);
            assertThrows(IllegalStateException.class, () -> copy(image("good"), archive.destination("good")));
            assertEquals(2, files().size());
        }
        try (DockerArchiveWriter archive = DockerArchiveWriter.create(file)) {
            assertThrows(VerificationException.class, () -> copy(bad, archive.destination()));
            assertThrows(IllegalStateException.class, archive::finish);
        }
        OciArchiveWriter.create(file).close();
        assertEquals(List.of("a.tar"), files());
        assertEquals("what was there", Files.readString(file));
    }

    @Test
    void anArchiveIsThereOnlyWhenItIsFinished() throws IOException {
        Path file = folder.resolve("a.tar");
        OciArchiveWriter archive = OciArchiveWriter.create(file);
        copy(image("layer"), archive.destination("a"));
        assertTrue(Files.notExists(file));
        archive.finish();
        assertThrows(IllegalStateException.class, archive::finish);
        archive.close();
        try (OciLayout layout = OciLayout.openArchive(file)) {
            assertVerified(layout.requireImage("a"));
        }
        assertThrows(IOException.class, () -> OciArchiveWriter.create(folder.resolve("none/a.tar")));
    }

    @Test
    void anArchiveWithoutImagesIsALayoutWithoutImages() throws IOException {
        try (OciLayout layout = OciLayout.openArchive(oci("a.tar"))) {
            assertEquals(List.of(), layout.index().manifests());
        }
    }

    @Test
    void aNameMovesToTheLaterImage() throws IOException {
        Path file = folder.resolve("a.tar");
        Reference name = Reference.parseNormalized("app:1");
        Reference other = Reference.parseNormalized("other:1");
        MemorySource one = image("one");
        MemorySource two = image("two");
        try (DockerArchiveWriter archive = DockerArchiveWriter.create(file)) {
            copy(one, archive.destination(name, other));
            copy(two, archive.destination(name));
            copy(two, archive.destination());
            archive.finish();
        }
        try (DockerArchive archive = DockerArchive.open(file);
                OciLayout layout = OciLayout.openArchive(file)) {
            assertEquals(List.of(other, name), archive.references());
            assertVerified(archive.requireImage(name));
            assertVerified(archive.requireImage(other));
            assertEquals(3, layout.index().manifests().size());
            assertEquals(
                    "docker.io/library/app:1",
                    layout.index().manifests().get(2).annotations().get("io.containerd.image.name"));
            assertEquals(
                    two.resolve().digest(), layout.index().manifests().get(2).digest());
        }
    }

    @Test
    void aDockerArchiveHasImagesOfOnePlatformOnly() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor image = source.image("linux/amd64", "layer");
        Descriptor empty = source.add(MediaType.OCI_EMPTY, MemorySource.utf8("{}"));
        for (Descriptor root :
                List.of(source.index(List.of(image), List.of("linux/amd64")), source.manifest(empty, List.of(empty)))) {
            var e = assertThrows(ImageException.class, () -> docker("a.tar", source.root(root)));
            assertEquals(ImageException.Reason.UNSUPPORTED, e.reason());
        }
        assertEquals(List.of(), files());
        MemorySource sha512 = new MemorySource(DigestAlgorithm.SHA512);
        var e = assertThrows(
                ImageException.class, () -> docker("a.tar", sha512.root(sha512.image("linux/amd64", "layer"))));
        assertEquals(ImageException.Reason.UNSUPPORTED, e.reason());
    }

    @Test
    void aDockerArchiveLeavesNoLayerOut() throws IOException {
        MemorySource source = new MemorySource();
        Digest layer = Digest.sha256Of(MemorySource.layer("layer"));
        Descriptor config = source.add(
                MediaType.OCI_CONFIG,
                MemorySource.utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\","
                        + "\"diff_ids\":[\"" + layer + "\"]}}"));
        Descriptor foreign = Descriptor.of(MemorySource.FOREIGN, layer, 5);
        source.root(source.manifest(config, List.of(foreign)));
        assertEquals(
                ImageException.Reason.NOT_FOUND,
                assertThrows(ImageException.class, () -> docker("a.tar", source))
                        .reason());
        try (OciArchiveWriter archive = OciArchiveWriter.create(folder.resolve("b.tar"))) {
            assertEquals(List.of(foreign), copy(source, archive.destination()).leftOut());
        }
    }

    @Test
    void aDockerArchiveNeedsAConfigurationThatFits() throws IOException {
        MemorySource source = new MemorySource();
        Descriptor layer = source.add(MemorySource.LAYER, MemorySource.layer("layer"));
        Descriptor none = source.add(
                MediaType.OCI_CONFIG,
                MemorySource.utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\","
                        + "\"diff_ids\":[]}}"));
        source.root(source.manifest(none, List.of(layer)));
        assertEquals(
                ImageException.Reason.CONTRADICTION,
                assertThrows(ImageException.class, () -> docker("a.tar", source))
                        .reason());
        Descriptor broken = source.add(MediaType.OCI_CONFIG, MemorySource.utf8("{}"));
        source.root(source.manifest(broken, List.of(layer)));
        assertThrows(MalformedDocumentException.class, () -> docker("a.tar", source));
        LayoutLimits small =
                LayoutLimits.defaults().withDocuments(DocumentLimits.defaults().withMaxConfigBytes(10));
        try (DockerArchiveWriter archive = DockerArchiveWriter.create(folder.resolve("a.tar"), small)) {
            var e = assertThrows(MalformedDocumentException.class, () -> copy(image("layer"), archive.destination()));
            assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, e.reason());
        }
        try (DockerArchiveWriter archive = DockerArchiveWriter.create(folder.resolve("a.tar"))) {
            for (String name : List.of("app", "app@" + none.digest(), "app:1@" + none.digest())) {
                Reference reference = Reference.parseNormalized(name);
                assertThrows(IllegalArgumentException.class, () -> archive.destination(reference));
            }
        }
    }
}
