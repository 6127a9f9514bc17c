package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of the cache hold also where nothing is added to it. */
class CacheLimitsTest {
    private static final String MANIFEST = "/v2/team/app/manifests/1.0";

    @TempDir
    Path folder;

    private volatile Duration later = Duration.ZERO;

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(later);
        }
    };

    private RunningProxy start(String cache, DockerRegistry registry) throws IOException, ConfigException {
        return RunningProxy.start(folder, cache + RunningProxy.upstream(registry.host()), Map.of(), clock);
    }

    private long kept() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache/content"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toFile().length() > 10_000)
                    .count();
        }
    }

    @Test
    void aLowerSizeCountsFromTheStartAndAnAgeWithoutRequests() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            PushedImage image = PushedImage.push(registry, folder, "1.0", 1, 300_000);
            try (RunningProxy proxy = start("  max-unused: 1d\n", registry)) {
                assertEquals(200, proxy.get(MANIFEST).statusCode());
                assertEquals(200, proxy.get(image.blobPath()).statusCode());
                assertEquals(1, kept());
                proxy.tidy();
                assertEquals(1, kept());
                later = Duration.ofDays(2);
                proxy.tidy();
                assertEquals(0, kept());
                assertTrue(proxy.log().contains("\"kind\":\"evicted\""), proxy.log());
                assertEquals(200, proxy.get(MANIFEST).statusCode());
                assertEquals(200, proxy.get(image.blobPath()).statusCode());
                assertEquals(1, kept());
            }
            try (RunningProxy proxy = start("  max-size: 100KiB\n", registry)) {
                while (!proxy.log().contains("\"kind\":\"evicted\"")) {
                    Thread.onSpinWait();
                }
                assertEquals(0, kept());
            }
        }
    }

    @Test
    void whatIsLeftOfFetchesThatWereCutIsDeletedWithTime() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder);
                RunningProxy proxy = start("", registry)) {
            Path left = Files.write(
                    folder.resolve("cache/content/quarantine").resolve("sha256-" + "0".repeat(64) + ".partial"),
                    new byte[20_000]);
            later = Duration.ofDays(8);
            proxy.tidy();
            assertFalse(Files.exists(left));
        }
    }
}
