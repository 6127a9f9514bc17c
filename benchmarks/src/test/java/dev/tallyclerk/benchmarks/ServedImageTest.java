package dev.tallyclerk.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedImageTest {
    private static final int BYTES = 3_000_000;

    @Test
    void isPulledOverTlsAndOverHttp(@TempDir Path folder) throws Exception {
        assumeTrue(Processes.has(ServedImage.PROGRAM), "there is no " + ServedImage.PROGRAM + " on the PATH");
        String tls = folder.resolve("tls").toString();
        String http = folder.resolve("http").toString();
        try (ServedImage image = ServedImage.start(folder, BYTES)) {
            RegistryPull.main(new String[] {
                "tallyclerk-verify", image.tlsName(), tls, image.authority().toString()
            });
            RegistryPull.main(new String[] {"tallyclerk-verify", image.httpName(), http});
            assertThrows(
                    IOException.class,
                    () -> RegistryPull.main(new String[] {"tallyclerk", image.tlsName(), http}),
                    "plain http to the port of TLS");
        }
        assertArrayEquals(
                Files.readAllBytes(Path.of(tls, "index.json")), Files.readAllBytes(Path.of(http, "index.json")));
    }
}
