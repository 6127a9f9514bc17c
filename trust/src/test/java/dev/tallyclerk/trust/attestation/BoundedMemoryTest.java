package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The memory for a document is bounded by the limits, whatever an attacker attaches or a signer signs. */
class BoundedMemoryTest {
    @Test
    void theWorstDocumentsAreReadIn64MiB() throws IOException, InterruptedException {
        List<String> command = JavaProcess.command(
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), HostileDocuments.class);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertEquals("done", output.strip());
    }
}
