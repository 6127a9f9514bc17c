package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Any file is an archive whose image can be read within the file, or is refused with a typed reason. */
class ImageArchiveFuzzTest {
    @TempDir
    static Path folder;

    @FuzzTest
    void open(byte[] data) throws IOException {
        Path file = folder.resolve("archive.tar");
        write(file, data.length % 2 == 1 ? data : TestTar.withChecksums(data));
        try (OciLayout layout = OciLayout.openArchive(file)) {
            readAll(layout.requireImage(), data.length);
        } catch (LayoutException | ImageException e) {
            assertTrue(e.toString().length() < 20_000);
        }
        try (DockerArchive archive = DockerArchive.open(file)) {
            assertTrue(archive.references().size() <= data.length);
            readAll(archive.requireImage(), data.length);
        } catch (LayoutException | ImageException e) {
            assertTrue(e.toString().length() < 20_000);
        }
    }

    /** Writes over what is there: some file systems go to the disk for a file that was emptied first. */
    private static void write(Path file, byte[] data) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(data));
            out.truncate(data.length);
        }
    }

    private static void readAll(ImageSource image, int fileSize) throws IOException {
        try {
            Optional<Manifest> manifest = image.manifest(image.resolve(), DocumentLimits.defaults());
            if (manifest.isPresent() && manifest.get() instanceof ImageManifest single) {
                Optional<? extends InputStream> config = image.blob(single.config());
                if (config.isPresent()) {
                    try (InputStream in = config.get()) {
                        assertTrue(in.readAllBytes().length <= fileSize);
                    }
                }
            }
        } catch (MalformedDocumentException | VerificationException e) {
            assertTrue(e.toString().length() < 20_000);
        }
    }
}
