package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.testing.SmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Needs a file system that is really full: a full disk says that it is full, and not which. */
class FullDiskTest {
    @TempDir
    Path small = Path.of("");

    @TempDir
    Path large = Path.of("");

    private final MemorySource image = new MemorySource();

    FullDiskTest() {
        image.root(image.image("linux/amd64", "x".repeat(2 << 20)));
    }

    private void assertFull(Path named, Executable work) {
        FileSystemException e = assertThrows(FileSystemException.class, work);
        assertEquals(named.toString(), e.getFile());
        assertNotNull(e.getReason());
        assertArrayEquals(new String[0], small.toFile().list());
    }

    private void writeOci(Path file) throws IOException {
        try (OciArchiveWriter archive = OciArchiveWriter.create(file)) {
            ImageCopier.create().copy(image, archive.destination("a"));
            archive.finish();
        }
    }

    private void writeDocker(Path file) throws IOException {
        try (DockerArchiveWriter archive = DockerArchiveWriter.create(file)) {
            ImageCopier.create().copy(image, archive.destination());
            archive.finish();
        }
    }

    @Test
    void anArchiveThatDoesNotFitIsNamedAndNothingOfItIsLeft() {
        try (SmallDisk disk = SmallDisk.on(small, "1m")) {
            Path file = disk.folder().resolve("image.tar");
            assertFull(file, () -> writeOci(file));
            assertFull(file, () -> writeDocker(file));
        }
    }

    @Test
    void theFolderIsNamedInWhichAnArchiveCannotBeDecompressed() throws IOException {
        Path plain = large.resolve("image.tar");
        writeOci(plain);
        Path compressed = large.resolve("image.tar.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(plain, out);
        }
        try (SmallDisk disk = SmallDisk.on(small, "1m")) {
            assertFull(
                    disk.folder(),
                    () -> OciLayout.openArchive(compressed, LayoutLimits.defaults(), disk.folder())
                            .close());
        }
    }
}
