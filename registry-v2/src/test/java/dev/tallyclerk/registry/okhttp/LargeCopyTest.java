package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The size of a blob does not matter to the memory that a copy takes. */
class LargeCopyTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void copiesOneGibibyteBetweenRegistriesAndIntoALayoutWithLittleMemory() throws IOException, InterruptedException {
        try (DockerRegistry one = DockerRegistry.start(Files.createDirectory(folder.resolve("one")));
                DockerRegistry two = DockerRegistry.start(Files.createDirectory(folder.resolve("two")))) {
            Process process = JavaProcess.start(
                    LargeCopyProcess.class,
                    one.host(),
                    two.host(),
                    folder.resolve("layout").toString());
            try (InputStream output = process.getInputStream()) {
                String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
                assertEquals("3\n3\n3\n", said);
            }
            assertEquals(0, process.waitFor());
        }
    }
}
