package dev.tallyclerk.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Jazzer fuzzes one target of a class and skips the others. */
class FuzzTargetsTest {
    @Test
    void everyClassHasOneTarget() throws IOException {
        List<Path> classes = ProjectFiles.endingIn("FuzzTest.java");
        assertFalse(classes.isEmpty());
        for (Path file : classes) {
            long targets = Files.readAllLines(file).stream()
                    .filter(line -> line.strip().equals("@FuzzTest"))
                    .count();
            assertEquals(1, targets, file.toString());
        }
    }
}
