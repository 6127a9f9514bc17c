package dev.tallyclerk.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessesTest {
    @Test
    void measuredProcessesStartAsTheCommandDoes() throws IOException {
        String script = Files.readString(Path.of("..", "examples", "tallyclerk"));
        for (String option : Processes.asTheScriptStarts("-XX:SharedArchiveFile=")) {
            assertTrue(script.contains(option), option);
        }
        for (String option : ClassArchive.MAKING) {
            assertTrue(script.contains(option), option);
        }
        assertTrue(script.contains("-XX:DumpLoadedClassList="), script);
    }
}
