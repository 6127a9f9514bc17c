package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.time.Instant;

/** Any bytes are refused with a typed reason, or are a configuration whose every part can be asked for. */
class ImageConfigFuzzTest {
    @FuzzTest
    void parse(byte[] data) throws IOException {
        ImageConfig config;
        try {
            config = ImageConfig.parse(data);
        } catch (MalformedDocumentException e) {
            assertTrue(e.toString().length() < 20_000);
            return;
        }
        assertArrayEquals(data, config.bytes());
        assertEquals(Digest.sha256Of(data), config.digest());
        assertEquals(config, ImageConfig.parse(data));
        assertEquals(
                config.platform().normalized(), config.platform().normalized().normalized());
        config.created().ifPresent(created -> assertEquals(created, Instant.parse(created.toString())));
        config.history().forEach(entry -> assertEquals(entry.createdBy(), entry.toString()));
    }
}
