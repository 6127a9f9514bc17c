package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciLayoutTest {
    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        TestImages.writeLayout(folder);
    }

    private Reason refusal() {
        return assertThrows(LayoutException.class, () -> OciLayout.open(folder).close())
                .reason();
    }

    private static Reason refusal(OciLayout layout, String name) {
        return assertThrows(LayoutException.class, () -> layout.requireImage(name))
                .reason();
    }

    private byte[] asTar(String prefix) throws IOException {
        TestArchives tar = new TestArchives();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                tar.file(prefix + folder.relativize(file), Files.readAllBytes(file));
            }
        }
        return tar.finish();
    }

    @Test
    void findsAnImageByNameByDigestAndAlone() throws IOException {
        try (OciLayout layout = OciLayout.open(folder)) {
            Digest digest = layout.index().manifests().get(0).digest();
            for (ImageSource image : List.of(layout.requireImage(), layout.requireImage("1.0"), layout.image(digest))) {
                assertEquals(digest, image.resolve().digest());
                byte[] manifest =
                        image.unverifiedManifest(digest, 1 << 20).orElseThrow().bytes();
                assertEquals(digest, Digest.sha256Of(manifest));
            }
            assertEquals(Optional.empty(), layout.image("2.0"));
            assertEquals(
                    ImageException.Reason.NOT_FOUND,
                    assertThrows(ImageException.class, () -> layout.requireImage("2.0"))
                            .reason());
        }
    }

    @Test
    void saysThatItDoesNotHaveABlob() throws IOException {
        Digest none = Digest.sha256Of(new byte[] {1});
        try (OciLayout layout = OciLayout.open(folder);
                ImageSource image = layout.image(none)) {
            assertTrue(image.unverifiedManifest(none, 100).isEmpty());
            assertTrue(image.blob(Descriptor.of("a/b", none, 1)).isEmpty());
        }
    }

    @Test
    void readsTheSameFromAFolderAndATarFile() throws IOException {
        for (String prefix : List.of("", "./", "/")) {
            Path tar = Files.write(Files.createTempFile(folder, "layout", ".tar"), asTar(prefix));
            try (OciLayout layout = OciLayout.open(folder);
                    OciLayout archive = OciLayout.openArchive(tar)) {
                assertEquals(layout.index(), archive.index());
                Descriptor manifest = layout.index().manifests().get(0);
                try (InputStream one = layout.requireImage().blob(manifest).orElseThrow();
                        InputStream other =
                                archive.requireImage().blob(manifest).orElseThrow()) {
                    assertArrayEquals(one.readAllBytes(), other.readAllBytes());
                }
            }
            Files.delete(tar);
        }
    }

    @Test
    void asksForANameWhereThereAreSeveral() throws IOException {
        Path index = folder.resolve("index.json");
        String text = Files.readString(index);
        String entry = text.substring(text.indexOf('[') + 1, text.lastIndexOf(']'));
        String platform = entry.replaceFirst("\\{", "{\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"},");
        Files.writeString(
                index, text.replace(entry, entry + "," + entry.replace("\"1.0\"", "\"2.0\"") + "," + platform));
        try (OciLayout layout = OciLayout.open(folder)) {
            assertEquals(
                    Reason.SEVERAL_IMAGES,
                    assertThrows(LayoutException.class, layout::image).reason());
            assertEquals(Reason.SEVERAL_IMAGES, refusal(layout, "1.0"));
            assertEquals(
                    layout.index().manifests().get(1).digest(),
                    layout.requireImage("2.0").resolve().digest());
        }
    }

    /** As Docker 25 saves one image by two names. */
    @Test
    void takesTheEntriesOfOneImageForOneImage() throws IOException {
        Path index = folder.resolve("index.json");
        String text = Files.readString(index);
        String entry = text.substring(text.indexOf('[') + 1, text.lastIndexOf(']'));
        String full = entry.replace(
                "\"annotations\":{", "\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/a:1.0\",");
        assertNotEquals(entry, full);
        Files.writeString(index, text.replace(entry, entry + "," + full));
        try (OciLayout layout = OciLayout.open(folder)) {
            Digest digest = layout.index().manifests().get(0).digest();
            assertEquals(digest, layout.requireImage().resolve().digest());
            assertEquals(digest, layout.requireImage("1.0").resolve().digest());
            assertEquals(
                    digest,
                    layout.requireImage("docker.io/library/a:1.0").resolve().digest());
            var e = assertThrows(ImageException.class, () -> layout.requireImage("2.0"));
            assertTrue(String.valueOf(e.getMessage()).contains("docker.io/library/a:1.0"), e.getMessage());
        }
    }

    /** The specification: index.json is an index, whose platforms are those of the images. */
    @Test
    void anImageIsForThePlatformThatTheLayoutSays() throws IOException {
        Path index = folder.resolve("index.json");
        String text = Files.readString(index);
        for (String architecture : List.of("amd64", "arm64")) {
            Files.writeString(
                    index,
                    text.replaceFirst(
                            "\"manifests\":\\[\\{",
                            "\"manifests\":[{\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture
                                    + "\"},"));
            try (OciLayout layout = OciLayout.open(folder)) {
                ImageVerification verification = ImageVerifier.create().verify(layout.requireImage());
                boolean isRight = architecture.equals("amd64");
                assertEquals(isRight ? Verdict.VERIFIED : Verdict.FAILED, verification.verdict());
                Digest pinned = layout.index().manifests().get(0).digest();
                assertEquals(
                        Verdict.VERIFIED,
                        ImageVerifier.create().verify(layout.image(pinned)).verdict());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "oci-layout | {} | MALFORMED_DOCUMENT",
                "oci-layout | x | MALFORMED_DOCUMENT",
                "oci-layout | {\"imageLayoutVersion\":\"2.0.0\"} | UNSUPPORTED",
                "index.json | {} | MALFORMED_DOCUMENT",
                "index.json | {\"schemaVersion\":2} | MALFORMED_DOCUMENT",
                "index.json | {\"schemaVersion\":2,\"manifests\":[{}]} | MALFORMED_DOCUMENT",
                "index.json | {\"schemaVersion\":2,\"manifests\":[],\"layers\":[]} | MALFORMED_DOCUMENT",
            })
    void refusesWithAReason(String file, String content, Reason reason) throws IOException {
        Files.writeString(folder.resolve(file), content);
        assertEquals(reason, refusal());
    }

    @Test
    void refusesWhatIsNoLayout() throws IOException {
        Files.delete(folder.resolve("index.json"));
        assertEquals(Reason.NOT_AN_IMAGE, refusal());
        Files.delete(folder.resolve("oci-layout"));
        assertEquals(Reason.NOT_AN_IMAGE, refusal());
        Path file = Files.writeString(folder.resolve("text"), "text", StandardCharsets.UTF_8);
        assertThrows(LayoutException.class, () -> OciLayout.open(file));
        assertThrows(LayoutException.class, () -> OciLayout.openArchive(file));
        assertThrows(LayoutException.class, () -> OciLayout.open(folder.resolve("none")));
        assertThrows(LayoutException.class, () -> OciLayout.openArchive(folder.resolve("none")));
    }

    /** An engine that loads the layout by the whole name may get the other image; a tag is the tag of several. */
    @Test
    void refusesANameOfAnImageThatSharesAnotherNameWithAnotherImage() throws IOException {
        Path index = folder.resolve("index.json");
        String text = Files.readString(index);
        String entry = text.substring(text.indexOf('[') + 1, text.lastIndexOf(']'));
        String one = withNames(entry, "docker.io/library/a:1.0", "1.0");
        String other = entry.replaceFirst("sha256:[0-9a-f]{2}", "sha256:ff");
        assertNotEquals(entry, other);
        Files.writeString(index, text.replace(entry, one + "," + withNames(other, "docker.io/library/b:2.0", "2.0")));
        try (OciLayout layout = OciLayout.open(folder)) {
            assertEquals(
                    layout.index().manifests().get(0).digest(),
                    layout.requireImage("1.0").resolve().digest());
        }
        Files.writeString(index, text.replace(entry, one + "," + withNames(other, "docker.io/library/b:1.0", "1.0")));
        try (OciLayout layout = OciLayout.open(folder)) {
            assertEquals(Reason.SEVERAL_IMAGES, refusal(layout, "1.0"));
            layout.requireImage("docker.io/library/a:1.0").close();
            layout.requireImage("docker.io/library/b:1.0").close();
        }
        for (String evil : List.of(
                withNames(other, "docker.io/library/a:1.0", "2.0"), withNames(other, "", "docker.io/library/a:1.0"))) {
            Files.writeString(index, text.replace(entry, one + "," + evil));
            try (OciLayout layout = OciLayout.open(folder)) {
                assertEquals(Reason.SEVERAL_IMAGES, refusal(layout, "1.0"));
                layout.image(layout.index().manifests().get(0).digest()).close();
            }
        }
    }

    private static String withNames(String entry, String full, String name) {
        String annotation = full.isEmpty() ? "" : "\"io.containerd.image.name\":\"" + full + "\",";
        return entry.replace("\"annotations\":{", "\"annotations\":{" + annotation)
                .replace("\"1.0\"", "\"" + name + "\"");
    }

    @Test
    void closingAnImageLeavesALayoutOpenWhereverItLies() throws IOException {
        Path tar = Files.write(Files.createTempFile(folder, "layout", ".tar"), asTar(""));
        try (OciLayout archive = OciLayout.openArchive(tar);
                OciLayout layout = OciLayout.open(folder)) {
            for (OciLayout one : List.of(archive, layout)) {
                for (int i = 0; i < 2; i++) {
                    try (ImageSource image = one.requireImage("1.0")) {
                        assertEquals(
                                Verdict.VERIFIED,
                                ImageVerifier.create().verify(image).verdict());
                    }
                }
            }
            ImageSource last = archive.forOneImage().requireImage();
            last.close();
            assertThrows(
                    ClosedChannelException.class, () -> ImageVerifier.create().verify(last));
            assertThrows(
                    ClosedChannelException.class, () -> ImageVerifier.create().verify(archive.requireImage()));
        }
    }
}
