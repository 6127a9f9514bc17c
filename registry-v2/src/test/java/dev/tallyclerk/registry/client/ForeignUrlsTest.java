package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.FakeNetwork;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignUrlsTest {
    private static final String FOREIGN = "https://layers.example.net/layer";

    private final byte[] content = "a layer that may not be distributed".getBytes(StandardCharsets.UTF_8);
    private final Descriptor layer = Descriptor.ofContent(
                    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", content)
            .withUrls(List.of(FOREIGN));
    private final MemoryRegistry registry = new MemoryRegistry();
    private final RegistryClient client =
            registry.client().withCredentialsForEveryRegistry(Credentials.of("user", "secret"));

    ForeignUrlsTest() {
        registry.repository("a");
        registry.intercept(request -> request.uri().getHost().equals("layers.example.net")
                ? MemoryRegistry.content(request, content, Map.of())
                : null);
    }

    private static Repository repository(RegistryClient client) {
        return client.repository(Reference.parse("registry.example.org/a"));
    }

    private long asked(String host) {
        return registry.requests().stream()
                .filter(request -> request.uri().getHost().equals(host))
                .count();
    }

    @Test
    void areNotAskedUnlessAllowed() throws IOException {
        assertTrue(repository(client).blob(layer).isEmpty());
        assertEquals(0, asked("layers.example.net"));
    }

    @Test
    void areAskedForWhatTheRegistryDoesNotHave() throws IOException {
        Repository repository = repository(client.withForeignUrls(true));
        try (InputStream in = repository.blob(layer).orElseThrow()) {
            assertArrayEquals(content, in.readAllBytes());
        }
        try (InputStream in = repository.unverifiedBlob(layer, 10).orElseThrow()) {
            assertEquals(content.length - 10, in.readAllBytes().length);
        }
        registry.existing("a").blob(layer.mediaType(), content);
        repository.blob(layer).orElseThrow().close();
        assertEquals(2, asked("layers.example.net"));
        assertTrue(repository.blob(Descriptor.empty()).isEmpty());
    }

    @Test
    void areAskedWithinTheTimeThatTheRegistryHasLeft() {
        TestSession test = new TestSession();
        test.network.name("layers.example.net", "93.184.215.20").serve("https://layers.example.net", request -> {
            test.waits.pass(Duration.ofSeconds(6));
            return FakeNetwork.answer(200, "content");
        });
        test.with(s -> s.withReading(s.reading().withForeignUrls(true))
                        .withHttp(http -> http.withTimeout(Duration.ofSeconds(10))))
                .serving(request -> {
                    test.waits.pass(Duration.ofSeconds(6));
                    return FakeNetwork.answer(404, "");
                });
        Repository repository = new Repository(test.session(), "a/b");
        var e = assertThrows(
                RegistryException.class,
                () -> repository.blob(layer).orElseThrow().readAllBytes());
        assertEquals(Reason.TIMED_OUT, e.reason());
        assertEquals(
                List.of(Duration.ofSeconds(10), Duration.ofSeconds(4)),
                test.network.requests().stream().map(Request::timeout).toList());
    }

    @Test
    void areNotAskedAfterAFailureOfTheRegistry() {
        registry.intercept(
                request -> request.uri().getHost().startsWith("registry") ? MemoryRegistry.error(403, "DENIED") : null);
        Repository repository = repository(client.withForeignUrls(true));
        assertEquals(
                Reason.DENIED,
                assertThrows(RegistryException.class, () -> repository.blob(layer))
                        .reason());
        assertEquals(0, asked("layers.example.net"));
    }

    /** CVE-2020-15157: the sink asks for credentials, and for a token. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic realm=\"r\"",
                "Bearer realm=\"https://layers.example.net/token\",service=\"s\",scope=\"x\""
            })
    void getNoCredentialsEvenIfTheyAsk(String challenge) throws IOException {
        // The client knows already what the registry wants.
        registry.intercept(request -> request.uri().getHost().startsWith("registry")
                        && !request.headers().containsKey("Authorization")
                ? MemoryRegistry.answer(401, Map.of("WWW-Authenticate", "Basic realm=\"r\""))
                : null);
        registry.intercept(request -> request.uri().getHost().equals("layers.example.net")
                ? MemoryRegistry.answer(401, Map.of("WWW-Authenticate", challenge))
                : null);
        // Not even where the policy would let them have some.
        Repository repository = repository(
                client.withHttp(http -> http.withOrigins((own, other) -> true)).withForeignUrls(true));
        assertFalse(repository.hasBlob(layer.digest()));
        var e = assertThrows(RegistryException.class, () -> repository.blob(layer));
        assertEquals(Reason.UNAUTHORIZED, e.reason());
        assertEquals(1, asked("layers.example.net"));
        assertTrue(registry.requests().stream()
                .filter(request -> !request.uri().getHost().startsWith("registry"))
                .noneMatch(request -> request.headers().containsKey("Authorization")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://layers.example.net/layer",
                "https://169.254.169.254/latest",
                "https://localhost/x",
                "https://[::1]/x",
                "https://user@layers.example.net/x"
            })
    void areNotAskedWhereARedirectWouldNotBeFollowed(String url) {
        Repository repository = repository(client.withForeignUrls(true));
        Descriptor bad = layer.withUrls(List.of(url));
        var e = assertThrows(RegistryException.class, () -> repository.blob(bad));
        assertEquals(Reason.UNSAFE_LOCATION, e.reason());
        assertEquals(0, asked("layers.example.net"));
    }

    @Test
    void areNotAskedAtTheRegistryItself() throws IOException {
        Repository repository = repository(client.withForeignUrls(true));
        Descriptor own = layer.withUrls(List.of("https://registry.example.org/v2/private/blobs/x"));
        assertTrue(repository.blob(own).isEmpty());
        assertTrue(registry.log().stream().noneMatch(line -> line.contains("private")), () -> "" + registry.log());
    }

    @Test
    void areAskedOneAfterTheOtherAndNotTrusted() throws IOException {
        registry.intercept(request ->
                request.uri().getHost().equals("broken.example.net") ? MemoryRegistry.error(500, "NO") : null);
        Repository repository = repository(
                client.withHttp(http -> http.withRetries(RetryPolicy.never())).withForeignUrls(true));
        Descriptor several = layer.withUrls(List.of("https://broken.example.net/layer", FOREIGN));
        try (InputStream in = repository.blob(several).orElseThrow()) {
            assertArrayEquals(content, in.readAllBytes());
        }
        registry.intercept(request -> request.uri().getHost().equals("layers.example.net")
                ? MemoryRegistry.answer(200, Map.of(), new byte[content.length])
                : null);
        var e = assertThrows(
                VerificationException.class,
                () -> repository.blob(several).orElseThrow().readAllBytes());
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
    }
}
