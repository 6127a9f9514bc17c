package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {
    @Test
    void aStreamThatSaysItGaveMoreThanItWasAskedForIsRefused() {
        InputStream lying = new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                return length + 1;
            }
        };
        IOException e = assertThrows(
                IOException.class, () -> BoundedBody.read(lying, "root.json", 100_000, Duration.ofMinutes(1)));
        assertTrue(String.valueOf(e.getMessage()).startsWith("root.json"), e.getMessage());
    }
}
