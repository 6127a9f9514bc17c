package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.StrictJson;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

class ProxyRequestProperties {
    private static final byte[] LAYER = TestProxy.layer(1, 10_000);
    private static Path folder = Path.of("");
    private static @Nullable TestProxy started;

    @BeforeContainer
    static void start() throws IOException {
        folder = Files.createTempDirectory("proxy");
        TestProxy test = TestProxy.create(folder);
        started = test;
        TestProxy.image(test.repository(), "1.0", LAYER);
        test.get("/v2/team/app/manifests/1.0");
    }

    @AfterContainer
    static void stop() throws IOException {
        Objects.requireNonNull(started).close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    static Arbitrary<String> targets() {
        Arbitrary<String> part = Arbitraries.oneOf(
                Arbitraries.of(
                        "team",
                        "app",
                        "manifests",
                        "blobs",
                        "tags",
                        "list",
                        "referrers",
                        "1.0",
                        "..",
                        ".",
                        "",
                        "%2f",
                        "%2e%2e",
                        "%00",
                        "\u0000",
                        "A",
                        "UPPER",
                        "a".repeat(8192),
                        "a".repeat(256),
                        "%",
                        "%zz",
                        "\r\n",
                        Digest.sha256Of(LAYER).toString(),
                        "sha256:abc",
                        "sha256:" + "g".repeat(64),
                        "sha512:00",
                        "md5:" + "0".repeat(32),
                        "sha256%3A" + Digest.sha256Of(LAYER).encoded(),
                        "uploads",
                        "_catalog"),
                Arbitraries.strings().ofMaxLength(12));
        Arbitrary<String> query = Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        "?",
                        "?ns=",
                        "?ns=127.0.0.1",
                        "?ns=a&ns=b",
                        "?n=5",
                        "?n=-1",
                        "?n=x&last=%",
                        "?last=~",
                        "?ns=" + TestProxy.HOST,
                        "?artifactType=%2f",
                        "?%ns=1"),
                Arbitraries.strings().ofMaxLength(12).map(text -> "?" + text));
        return Combinators.combine(
                        Arbitraries.of("/v2/", "/v2", "/", "", "/v1/", "//v2/"),
                        part.list().ofMaxSize(6),
                        query)
                .as((start, parts, rest) -> start + String.join("/", parts) + rest);
    }

    @Provide
    static Arbitrary<ProxyRequest> requests() {
        Arbitrary<String> header = Arbitraries.of(
                "Range",
                "If-None-Match",
                "If-Range",
                "Content-Length",
                "Authorization",
                "Accept",
                "Transfer-Encoding",
                "Host");
        Arbitrary<String> value = Arbitraries.oneOf(
                Arbitraries.of("bytes=0-1", "bytes=-", "bytes=5-1", "*", "0", "-1", "Basic x", "a".repeat(40_000)),
                Arbitraries.strings().ofMaxLength(20));
        return Combinators.combine(
                        Arbitraries.of("GET", "HEAD", "POST", "PUT", "get", "", "\u0000"),
                        targets(),
                        Combinators.combine(header, value).as(List::of).list().ofMaxSize(3))
                .as((method, target, headers) -> {
                    ProxyRequest request = ProxyRequest.of(method, target);
                    for (List<String> each : headers) {
                        request = request.withHeader(each.get(0), each.get(1));
                    }
                    return request;
                });
    }

    @Property
    void everyRequestGetsOneAnswerOfTheSpecification(@ForAll("requests") ProxyRequest request) throws Exception {
        Read read = Objects.requireNonNull(started).read(request);
        assertTrue(
                Set.of(200, 206, 304, 400, 401, 403, 404, 405, 414, 416, 431).contains(read.status()),
                () -> request + ": " + read.status());
        if (read.status() != 304 && !request.method().equals("HEAD")) {
            assertEquals(Integer.toString(read.body().length), read.header("Content-Length"));
        }
        for (String value : read.answer().headers().values()) {
            assertTrue(value.chars().allMatch(c -> c >= ' ' && c < 0x7f), value);
        }
        if (read.status() >= 400 && !request.method().equals("HEAD")) {
            StrictJson.parse(read.body(), JsonLimits.ofBytes(8192));
            assertFalse(read.text().contains("Exception"), read.text());
            assertTrue(read.body().length < 4096);
            assertTrue(new String(read.body(), StandardCharsets.UTF_8).startsWith("{\"errors\":[{\"code\":\""));
        }
    }
}
