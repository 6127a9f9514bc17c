package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.model.DocumentLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {
    @TempDir
    Path folder;

    private Path temporary;

    @BeforeEach
    void aFolderForWhatIsDecompressed() throws IOException {
        temporary = Files.createDirectory(folder.resolve("temporary"));
    }

    private Path archive(String name) throws IOException {
        Path file = folder.resolve(name);
        WrittenLayout.in(folder.resolve("of-" + name))
                .entry("1.0", WrittenLayout.hello(), "")
                .archive(file);
        return file;
    }

    @Test
    void anArchiveIsDecompressedOnce() throws IOException {
        Path file = archive("a.tgz");
        try (Archives archives = new Archives(temporary)) {
            archives.image("oci-archive:" + file, ":1.0").close();
            Files.delete(file); // so that nobody can open it again
            try (Registries.Opened opened = archives.image("oci-archive:" + file, ":1.0")) {
                assertEquals(WrittenLayout.HELLO, opened.image().resolve().digest());
            }
        }
    }

    @Test
    void archivesThatNobodyReadsAreClosedBeforeTheyAreMany() throws IOException {
        List<Registries.Opened> used = new ArrayList<>();
        Path first = archive("used-0.tgz");
        try (Archives archives = new Archives(temporary)) {
            used.add(archives.image("oci-archive:" + first, ":1.0"));
            for (int i = 1; i < 6; i++) {
                used.add(archives.image("oci-archive:" + archive("used-" + i + ".tgz"), ":1.0"));
            }
            for (Registries.Opened opened : used) {
                assertTrue(
                        opened.image()
                                .manifest(opened.image().resolve(), DocumentLimits.defaults())
                                .isPresent(),
                        "what is read stays open");
                opened.close();
            }
            archives.image("oci-archive:" + archive("next.tgz"), ":1.0").close();
            Files.delete(first);
            assertThrows(IOException.class, () -> archives.image("oci-archive:" + first, ":1.0"));
        }
    }

    @Test
    void aCompressedArchiveIsAudited() throws IOException {
        Path file = archive("a.tgz");
        AuditedFleet fleet = new AuditedFleet(folder);
        assertEquals(Summary.ACCEPTED, fleet.audit(file.toString()), fleet::progress);
        assertEquals("accepted", fleet.decision("oci-archive:" + file + ":1.0"));
        try (Stream<Path> left = Files.list(fleet.state().resolve("temporary"))) {
            assertEquals(List.of(), left.toList());
        }
    }
}
