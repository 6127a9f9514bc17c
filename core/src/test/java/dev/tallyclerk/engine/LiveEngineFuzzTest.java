package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Whatever bytes an engine answers with, reading it ends in subjects or in a failure that says why. */
class LiveEngineFuzzTest {
    private static final EngineLimits LIMITS = EngineLimits.defaults().withMaxDocumentBytes(1 << 16);

    @FuzzTest
    void read(byte[] data) {
        Transport transport = request -> new Response(
                200,
                Map.of("Api-Version", List.of("1.45"), "Content-Type", List.of("application/json")),
                new ByteArrayInputStream(data));
        try {
            LiveEngine engine = LiveEngine.connect(EngineAddress.parse("tcp://localhost"), transport, LIMITS);
            assertTrue(EngineReader.of(engine).subjects("test").size() >= 1);
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 2000, "the message is bounded");
        }
    }
}
