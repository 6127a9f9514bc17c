package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void theFingerprintIsThatOfTheFirstReading() throws IOException {
        Path key = Files.writeString(folder.resolve("cosign.pub"), "one");
        ReadFiles files = new ReadFiles();
        files.add(key);
        Files.writeString(key, "two");
        files.add(key);
        assertEquals(1, files.fingerprints().size());
        assertFalse(files.fingerprints().iterator().next().isCurrent());
        assertTrue(files.problem().isEmpty());
    }

    @Test
    void aFileThatIsNotThereIsAReasonToRememberNothing() {
        ReadFiles files = new ReadFiles();
        files.add(folder.resolve("truststore"));
        assertTrue(files.problem().orElseThrow().contains("truststore"));
    }
}
