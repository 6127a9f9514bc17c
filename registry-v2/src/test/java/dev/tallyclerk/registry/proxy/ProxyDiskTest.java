package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import dev.tallyclerk.testing.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs a file system that is really full, or really cannot be written. */
class ProxyDiskTest {
    private static final byte[] LARGE = TestProxy.layer(1, 3_000_000);
    private static final byte[] SMALL = TestProxy.layer(2, 100_000);
    private static final String APP = "/v2/team/app";

    @Test
    void aFullDiskCostsTheCacheAndNotTheAnswer(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = SmallDisk.on(folder, "1m");
                TestProxy test = TestProxy.create(disk.folder())) {
            TestProxy.image(test.repository(), "1.0", LARGE, SMALL);
            for (int i = 0; i < 2; i++) {
                assertEquals(200, test.get(APP + "/manifests/1.0").status());
                Read read = test.get(APP + "/blobs/" + Digest.sha256Of(LARGE));
                assertEquals(200, read.status());
                assertArrayEquals(LARGE, read.body());
            }
            Read part = test.read(ProxyRequest.of("GET", APP + "/blobs/" + Digest.sha256Of(LARGE))
                    .withHeader("Range", "bytes=1900000-2100000"));
            assertEquals(206, part.status());
            assertArrayEquals(Arrays.copyOfRange(LARGE, 1_900_000, 2_100_001), part.body());
            assertTrue(test.count(Kind.STORE_FAILED) > 0);
            assertTrue(test.store.size(Digest.sha256Of(LARGE)).isEmpty());
            assertArrayEquals(
                    SMALL, test.get(APP + "/blobs/" + Digest.sha256Of(SMALL)).body());
            assertEquals(
                    SMALL.length,
                    test.store.size(Digest.sha256Of(SMALL)).orElse(0),
                    "what was given up has left its space free");
        }
    }

    @Test
    void aDiskThatTakesNoMoreWritesServesWhatItHas(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = SmallDisk.on(folder, "8m");
                TestProxy test = TestProxy.create(disk.folder())) {
            TestProxy.image(test.repository(), "1.0", LARGE, SMALL);
            assertEquals(200, test.get(APP + "/manifests/1.0").status());
            assertArrayEquals(
                    SMALL, test.get(APP + "/blobs/" + Digest.sha256Of(SMALL)).body());
            disk.freeze();
            for (byte[] layer : new byte[][] {SMALL, LARGE}) {
                Read read = test.get(APP + "/blobs/" + Digest.sha256Of(layer));
                assertEquals(200, read.status(), read.text());
                assertArrayEquals(layer, read.body());
            }
            assertEquals(1, test.asked("GET", Digest.sha256Of(SMALL).encoded()));
            assertTrue(test.count(Kind.STORE_FAILED) > 0);
        }
    }
}
