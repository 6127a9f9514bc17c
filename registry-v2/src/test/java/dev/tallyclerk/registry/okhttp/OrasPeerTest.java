package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we push is what oras-go pulls, and the reverse, byte for byte, through a real docker-registry. */
class OrasPeerTest {
    private static final String PROGRAM = "oras-copy/main.go";
    private static final Path LIBRARIES = Path.of("/usr/share/gocode");

    @TempDir
    Path folder = Path.of("");

    private final RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));

    private Path program() throws IOException, InterruptedException {
        Path go = Peers.require("go");
        Peers.requireFile(LIBRARIES.resolve("src/oras.land/oras-go"));
        Path source = folder.resolve("main.go");
        try (InputStream text = Objects.requireNonNull(OrasPeerTest.class.getResourceAsStream(PROGRAM), PROGRAM)) {
            Files.copy(text, source);
        }
        Path binary = folder.resolve("oras-copy");
        Peers.run(
                folder,
                "env",
                "GO111MODULE=off",
                "GOPATH=" + LIBRARIES,
                go.toString(),
                "build",
                "-o",
                binary.toString(),
                source.toString());
        return binary;
    }

    @Test
    void whatWePushIsWhatOrasPullsAndTheReverse() throws IOException, InterruptedException {
        String oras = program().toString();
        Path layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        try (DockerRegistry registry = DockerRegistry.start(folder);
                OciLayout ours = OciLayout.open(layout);
                ImageSource image = ours.requireImage("1.0")) {
            Digest digest = image.resolve().digest();
            ImageCopier.create().copy(image, client.destination(Reference.parse(registry.host() + "/ours/app:1.0")));
            Path pulled = folder.resolve("pulled");
            String printed = Peers.run(folder, oras, "pull", registry.host() + "/ours/app", "1.0", pulled.toString());
            assertEquals(digest.toString(), printed.strip());
            assertSameBlobs(layout, pulled);

            Peers.run(folder, oras, "push", registry.host() + "/theirs/app", "1.0", layout.toString());
            Path back = folder.resolve("back");
            try (ImageSource theirs = client.image(Reference.parse(registry.host() + "/theirs/app:1.0"))) {
                assertEquals(digest, theirs.resolve().digest());
                ImageCopier.create()
                        .copy(
                                theirs,
                                OciLayoutWriter.create(back, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                                        .destination("1.0"));
            }
            assertSameBlobs(layout, back);
        }
    }

    /** The command as people have it, beside the library that it is made of; an image, and an index of several. */
    @ParameterizedTest
    @CsvSource({"one, 1.0", "multiarch, latest"})
    void whatWePushIsWhatTheOrasCommandCopiesAndTheReverse(String name, String tag)
            throws IOException, InterruptedException {
        String oras = Peers.require("oras").toString();
        Path layout = folder.resolve("layout");
        if (name.equals("one")) {
            TestImages.writeLayout(Files.createDirectories(layout));
        } else {
            copyTree(SharedData.require("registry/fixtures/layouts/" + name), layout);
        }
        try (DockerRegistry registry = DockerRegistry.start(folder);
                OciLayout ours = OciLayout.open(layout);
                ImageSource image = ours.requireImage(tag)) {
            Digest digest = image.resolve().digest();
            String pushed = registry.host() + "/ours/app:1.0";
            ImageCopier.create().copy(image, client.destination(Reference.parse(pushed)));
            Path pulled = folder.resolve("pulled");
            Peers.run(folder, oras, "copy", "--from-plain-http", pushed, "--to-oci-layout", pulled + ":1.0");
            assertSameBlobs(layout, pulled);

            String theirs = registry.host() + "/theirs/app:1.0";
            Peers.run(folder, oras, "copy", "--from-oci-layout", layout + ":" + tag, "--to-plain-http", theirs);
            Path back = folder.resolve("back");
            try (ImageSource there = client.image(Reference.parse(theirs))) {
                assertEquals(digest, there.resolve().digest());
                ImageCopier.create()
                        .copy(
                                there,
                                OciLayoutWriter.create(back, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                                        .destination("1.0"));
            }
            assertSameBlobs(layout, back);
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static void assertSameBlobs(Path expected, Path actual) throws IOException {
        Path blobs = expected.resolve("blobs/sha256");
        try (Stream<Path> files = Files.list(blobs)) {
            for (Path file : files.toList()) {
                Path other = actual.resolve("blobs/sha256").resolve(blobs.relativize(file));
                assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(other));
            }
        }
    }
}
