package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a proxy leaves that is killed while it fills its cache. */
class ProxyCrashTest {
    private static final byte[] LAYER = TestProxy.layer(1, 3_000_000);
    private static final Digest DIGEST = Digest.sha256Of(LAYER);
    private static final String BLOB = "/v2/team/app/blobs/" + DIGEST;
    private static final String MANIFEST = "/v2/team/app/manifests/1.0";

    /** So much is sent before the upstream stalls. */
    private static final int SENT = 2_000_000;

    /** So much of it comes through a proxy that holds back the last bytes. */
    private static final int SEEN = 1_900_000;

    @TempDir
    Path folder;

    private final MemoryRegistry memory = new MemoryRegistry();
    private final Descriptor image = TestProxy.image(memory.repository("team/app"), "1.0", LAYER);
    private final byte[] manifest =
            memory.repository("team/app").manifestBytes(image.digest()).orElseThrow();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private volatile boolean stalls = true;
    private volatile boolean answers = true;

    private void handle(Exchange exchange) throws IOException {
        if (!answers) {
            exchange.answer(404);
            return;
        }
        if (exchange.request().target().contains("/manifests/")) {
            exchange.answer(200, manifest, "Content-Type: " + MediaType.OCI_MANIFEST);
            return;
        }
        String range = exchange.request().header("Range").orElse("");
        int from = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("[^0-9]*([0-9]+)-.*", "$1"));
        if (exchange.request().method().equals("GET")) {
            ranges.add(range);
        }
        byte[] rest = Arrays.copyOfRange(LAYER, from, LAYER.length);
        if (stalls) {
            exchange.head(200, "Content-Length: " + LAYER.length);
            exchange.send(Arrays.copyOf(LAYER, SENT));
            exchange.stall();
        } else if (range.isEmpty()) {
            exchange.answer(200, rest);
        } else {
            exchange.answer(206, rest, "Content-Range: bytes " + from + "-" + (LAYER.length - 1) + "/" + LAYER.length);
        }
    }

    @Test
    void aKilledFillIsNeverServedAndGoesOnWhereItWas() throws Exception {
        try (HostileServer upstream = HostileServer.start(this::handle)) {
            Process process = FillingProxyProcess.start(folder, upstream.host(), MANIFEST, BLOB, SEEN);
            try {
                assertEquals('.', process.getInputStream().read());
            } finally {
                process.destroyForcibly().waitFor();
            }

            answers = false;
            Read without =
                    TestProxy.read(FillingProxyProcess.proxy(folder, upstream.host()), ProxyRequest.of("GET", BLOB));
            assertEquals(404, without.status(), without.text());

            answers = true;
            stalls = false;
            Read read =
                    TestProxy.read(FillingProxyProcess.proxy(folder, upstream.host()), ProxyRequest.of("GET", BLOB));
            assertEquals(200, read.status(), read.text());
            assertArrayEquals(LAYER, read.body());
        }
        assertEquals(2, ranges.size(), ranges::toString);
        assertEquals("", ranges.get(0));
        assertTrue(ranges.get(1).matches("bytes=[0-9]+-.*"), ranges::toString);
        int from = Integer.parseInt(ranges.get(1).replaceAll("[^0-9]*([0-9]+)-.*", "$1"));
        assertTrue(from >= SEEN, "it goes on where it was: " + from);
    }
}
