package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.RefusingPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Any bytes, sent to the running program, whose upstream is away. */
class BadInputProperties {
    private static @Nullable Path folder;
    private static @Nullable RefusingPort upstream;
    private static @Nullable RunningProxy running;

    @BeforeContainer
    static void start() throws Exception {
        Path made = Files.createTempDirectory("proxy");
        RefusingPort refusing = RefusingPort.open();
        folder = made;
        upstream = refusing;
        running = RunningProxy.start(
                made,
                RunningProxy.upstream(refusing.host())
                        + "times: {missing: 1m}\nclients: {request-time: 100ms, idle-time: 100ms}\n");
    }

    private static RunningProxy proxy() {
        RunningProxy started = running;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @AfterContainer
    static void stop() throws IOException {
        proxy().close();
        if (upstream != null) {
            upstream.close();
        }
        if (folder != null) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Property(tries = 100)
    void anyTargetGetsAnErrorAndNothingStaysOpen(@ForAll("targets") String target) throws IOException {
        String answer = RawRequest.send(proxy().address(0), RawRequest.get(target));
        assertTrue(answer.matches("(?s)HTTP/1\\.1 [45]\\d\\d .*"), answer);
        assertFalse(answer.contains("\tat ") || answer.contains("Exception"), answer);
    }

    @Property(tries = 50)
    void anyBytesAreOutlived(@ForAll byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String answer = RawRequest.send(proxy().address(0), text);
        assertFalse(answer.startsWith("HTTP/1.1 2"), answer);
        assertEquals(200, proxy().getQuietly("/healthz"));
    }

    /** {@return targets whose parts are right or wrong, with any characters between} */
    @Provide
    Arbitrary<String> targets() {
        Arbitrary<String> part = Arbitraries.of(
                "/v2/",
                "team",
                "app",
                "/",
                "//",
                "..",
                "%2e",
                "%2f",
                "%00",
                "manifests/",
                "blobs/",
                "tags/list",
                "referrers/",
                "sha256:",
                "0".repeat(64),
                "?ns=",
                "?n=-1",
                "&last=",
                "127.0.0.1",
                "A",
                ":",
                "\u00e9",
                ";",
                "_catalog");
        return Combinators.combine(
                        part.list().ofMaxSize(12), Arbitraries.strings().ascii().ofMaxLength(3))
                .as((parts, end) -> "/" + String.join("", parts) + end.replaceAll("[\\s\\p{Cntrl}]", ""))
                .filter(target -> !target.matches("/v2/?(\\?.*)?"));
    }
}
