package dev.tallyclerk.hardening;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every parser of bytes from outside holds in little memory at its documented limits. */
class BoundedMemoryTest {
    @Test
    void everyParserHoldsIn64MiB() throws IOException, InterruptedException {
        List<Process> parts = new ArrayList<>();
        for (int part = 0; part < WorstInputs.PARTS; part++) {
            parts.add(new ProcessBuilder(JavaProcess.command(
                            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                            WorstInputs.class,
                            Integer.toString(part)))
                    .redirectErrorStream(true)
                    .start());
        }
        for (Process part : parts) {
            String output = new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, part.waitFor(), output);
            assertEquals("done", output.strip());
        }
    }
}
