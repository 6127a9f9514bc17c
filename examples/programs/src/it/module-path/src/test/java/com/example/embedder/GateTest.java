package com.example.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Path IMAGE = Path.of(System.getProperty("image"));
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-11-26T00:00:00Z"), ZoneOffset.UTC);

    @Test
    void letsTheImagePassAndNotTheTamperedCopy() throws IOException {
        assertTrue(Gate.pass(IMAGE, NOW));
        assertFalse(Gate.pass(IMAGE.resolveSibling("hello-tampered"), NOW));
    }

    @Test
    void needsNoOkHttp() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("okhttp3.OkHttpClient"));
    }

    @Test
    void runsWhereItIsMeantToRun() {
        assertTrue(Gate.class.getModule().isNamed());
        assertTrue(Gate.ruleType().getModule().isNamed());
    }
}
