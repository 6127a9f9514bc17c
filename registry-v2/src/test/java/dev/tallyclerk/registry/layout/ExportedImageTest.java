package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are written as docker archives when they are opened. */
class ExportedImageTest {
    private static final Reference NAME = Reference.parseNormalized("localhost/hello:1.0");

    @TempDir
    Path folder = Path.of("");

    private Path archive() throws IOException {
        Path file = folder.resolve("image.tar");
        try (OciLayout layout = OciLayout.open(ProjectFiles.root().resolve("examples/images/hello"));
                DockerArchiveWriter writer = DockerArchiveWriter.createNew(file)) {
            ImageCopier.create().copy(layout.requireImage(), writer.destination(NAME));
            writer.finish();
        }
        return file;
    }

    private static RegistryClient unused(Reference name) throws IOException {
        throw new IOException("no registry is asked for " + name);
    }

    @Test
    void isVerifiedUnderItsOwnNameAndDeletedAtTheEnd() throws IOException {
        ImageLocation location = ImageLocation.ofExport("engine:hello", NAME, this::archive);
        assertFalse(location.hasManifest());
        assertFalse(location.isRegistry());
        assertEquals(Optional.of(NAME), location.reference());
        for (int i = 0; i < 2; i++) {
            try (ImageSource image = location.open(ExportedImageTest::unused)) {
                assertEquals("engine:hello", image.name());
                assertEquals(Optional.of(NAME), image.reference());
                ImageVerification verified = ImageVerifier.create().verify(image);
                assertEquals(ImageVerification.Verdict.VERIFIED, verified.verdict());
            }
            assertFalse(Files.exists(folder.resolve("image.tar")));
        }
    }

    @Test
    void whatIsNoArchiveIsRefusedAndDeleted() throws IOException {
        Path file = folder.resolve("image.tar");
        ImageLocation location = ImageLocation.ofExport("engine:hello", null, () -> Files.writeString(file, "nothing"));
        assertThrows(LayoutException.class, () -> location.open(ExportedImageTest::unused));
        assertFalse(Files.exists(file));
    }
}
