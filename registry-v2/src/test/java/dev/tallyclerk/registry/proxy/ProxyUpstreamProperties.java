package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** A registry that changes its answers. */
class ProxyUpstreamProperties {
    private static final String APP = "/v2/team/app";
    private static final byte[] LAYER = TestProxy.layer(1, 100_000);
    private static final byte[] OTHER = TestProxy.layer(2, 100_000);

    private Path folder = Path.of("");

    /** What is wrong with an answer. */
    private enum Lie {
        NONE,
        BYTE,
        CUT,
        LONGER,
        OTHER_CONTENT,
        NOTHING,
        LENGTH,
        DIGEST,
        TYPE,
        STATUS
    }

    /** An answer that is wrong at some place. */
    private record Fault(Lie lie, int place) {
        Response of(Response honest, byte[] otherManifest) throws IOException {
            byte[] body = honest.body().readAllBytes();
            Map<String, List<String>> headers = new HashMap<>();
            for (String name : List.of("Content-Type", "Content-Length", "Content-Range", "Docker-Content-Digest")) {
                headers.put(name, honest.headers(name));
            }
            int status = honest.status();
            switch (lie) {
                case NONE -> {}
                case BYTE -> {
                    if (body.length > 0) {
                        body[place % body.length] ^= 1;
                    }
                }
                case CUT -> body = Arrays.copyOf(body, place % (body.length + 1));
                case LONGER -> {
                    body = Arrays.copyOf(body, body.length + 1 + place % 100);
                    headers.remove("Content-Length");
                }
                case OTHER_CONTENT -> {
                    boolean isManifest = honest.header("Content-Type").equals(Optional.of(MediaType.OCI_MANIFEST));
                    body = isManifest ? otherManifest : Arrays.copyOf(OTHER, body.length);
                    headers.remove("Content-Length");
                    headers.remove("Docker-Content-Digest");
                }
                case NOTHING -> body = new byte[0];
                case LENGTH -> headers.put("Content-Length", List.of(Integer.toString(place)));
                case DIGEST ->
                    headers.put(
                            "Docker-Content-Digest",
                            List.of(Digest.sha256Of(OTHER).toString()));
                case TYPE ->
                    headers.put(
                            "Content-Type",
                            List.of(List.of(MediaType.OCI_INDEX, "text/html", MediaType.DOCKER_MANIFEST, "x")
                                    .get(place % 4)));
                case STATUS -> status = List.of(200, 206, 204, 304, 404, 500).get(place % 6);
            }
            return new Response(status, headers, new ByteArrayInputStream(body));
        }
    }

    @BeforeTry
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("proxy");
    }

    @AfterTry
    void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    static Arbitrary<List<Fault>> faults() {
        Arbitrary<Integer> place = Arbitraries.oneOf(
                Arbitraries.integers().between(0, LAYER.length * 2),
                Arbitraries.integers().between(LAYER.length - 10, LAYER.length + 10));
        return Combinators.combine(Arbitraries.of(Lie.class), place)
                .as(Fault::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Property(tries = 300)
    void noClientGetsAWholeWrongBodyAndNothingWrongIsKept(@ForAll("faults") List<Fault> faults) throws IOException {
        try (TestProxy test = TestProxy.create(folder)) {
            Descriptor image = TestProxy.image(test.repository(), "1.0", LAYER);
            Descriptor other = TestProxy.image(test.repository(), "other", OTHER);
            byte[] otherManifest =
                    test.repository().manifestBytes(other.digest()).orElseThrow();
            byte[] manifest = test.repository().manifestBytes(image.digest()).orElseThrow();
            Digest config = assertInstanceOf(ImageManifest.class, Manifest.parse(manifest, DocumentLimits.defaults()))
                    .config()
                    .digest();
            AtomicInteger asked = new AtomicInteger();
            test.proxy = test.empty().withDefaultUpstream(Upstream.of(TestProxy.HOST, test.registry.client(request -> {
                Fault fault = faults.get(asked.getAndIncrement() % faults.size());
                return fault.of(test.registry.send(request), otherManifest);
            })));
            // Each twice, so that what the first one has left is met by the second.
            for (int i = 0; i < 2; i++) {
                assertRight(test, APP + "/manifests/1.0", "", manifest, otherManifest);
                assertRight(test, APP + "/manifests/" + image.digest(), "", manifest);
                assertRight(test, APP + "/blobs/" + Digest.sha256Of(LAYER), "", LAYER);
                assertRight(
                        test,
                        APP + "/blobs/" + Digest.sha256Of(LAYER),
                        "bytes=50000-",
                        Arrays.copyOfRange(LAYER, 50_000, LAYER.length));
                assertRight(
                        test,
                        APP + "/blobs/" + config,
                        "",
                        test.repository().content(config).orElseThrow());
            }
        }
        try (Stream<Path> kept = Files.walk(folder.resolve("content/blobs"))) {
            for (Path file : kept.filter(Files::isRegularFile).toList()) {
                assertEquals(
                        file.getFileName().toString(),
                        Digest.sha256Of(Files.readAllBytes(file)).encoded());
            }
        }
        assertTrue(TestProxy.parts(folder).size() <= 2, "at most one part of each blob is left, to be resumed");
    }

    /** Checks that what is answered is an error, breaks off, or is all of one of these. */
    private static void assertRight(TestProxy test, String target, String range, byte[]... expected)
            throws IOException {
        ProxyRequest request = ProxyRequest.of("GET", target);
        request = range.isEmpty() ? request : request.withHeader("Range", range);
        try (ProxyAnswer answer = test.proxy.answer(request)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                answer.writeTo(out);
            } catch (IOException e) {
                assertTrue(out.size() < expected[0].length, "a body that is wrong is whole");
                return;
            }
            byte[] body = out.toByteArray();
            if (answer.status() >= 400) {
                assertTrue(new String(body, StandardCharsets.UTF_8).startsWith("{\"errors\":"), target);
                return;
            }
            assertEquals(range.isEmpty() ? 200 : 206, answer.status());
            assertTrue(Arrays.stream(expected).anyMatch(each -> Arrays.equals(each, body)), target);
            if (target.contains("/manifests/")) {
                assertEquals(MediaType.OCI_MANIFEST, answer.headers().get("Content-Type"));
                assertEquals(Digest.sha256Of(body).toString(), answer.headers().get("Docker-Content-Digest"));
            }
        }
    }
}
