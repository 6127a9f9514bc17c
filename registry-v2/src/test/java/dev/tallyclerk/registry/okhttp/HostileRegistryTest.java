package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileRegistryTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.US_ASCII);
    private static final String MANIFEST = "{\"schemaVersion\":2}";

    private final MockWebServer registry = new MockWebServer();
    private final MockWebServer attacker = new MockWebServer();
    private final RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()))
            .withHttp(http -> http.withRetries(RetryPolicy.never()))
            .withCredentialsForEveryRegistry(Credentials.of("user", "secret"));

    @BeforeEach
    void start() throws IOException {
        registry.start();
        attacker.start();
    }

    @AfterEach
    void stop() {
        registry.close();
        attacker.close();
    }

    private ImageSource image() {
        return client.image(Reference.parse("localhost:" + registry.getPort() + "/a/b:1"));
    }

    private static Descriptor content() {
        return Descriptor.of("text/plain", Digest.sha256Of(CONTENT), CONTENT.length);
    }

    private static MockResponse.Builder answer(int code) {
        return new MockResponse.Builder().code(code);
    }

    private static MockResponse challenge(String challenge) {
        return answer(401).addHeader("WWW-Authenticate", challenge).build();
    }

    private static RecordedRequest next(MockWebServer server) throws InterruptedException {
        RecordedRequest request = server.takeRequest(1, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    private Reason refusal() {
        return assertThrows(RegistryException.class, () -> image().blob(content()))
                .reason();
    }

    @Test
    void sendsNoCredentialsBeforeItIsAsked() throws IOException, InterruptedException {
        registry.enqueue(challenge("Basic realm=\"r\""));
        registry.enqueue(answer(200).body("content").build());
        try (InputStream in = image().blob(content()).orElseThrow()) {
            assertEquals("content", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
        assertNull(next(registry).getHeaders().get("Authorization"));
        assertEquals("Basic dXNlcjpzZWNyZXQ=", next(registry).getHeaders().get("Authorization"));
    }

    @Test
    void sendsNoCredentialsAcrossARedirectToAnotherPort() throws IOException, InterruptedException {
        registry.enqueue(challenge("Basic realm=\"r\""));
        registry.enqueue(answer(307)
                .addHeader("Location", attacker.url("/blob").toString())
                .build());
        attacker.enqueue(answer(200).body("content").build());
        try (InputStream in = image().blob(content()).orElseThrow()) {
            assertEquals(7, in.readAllBytes().length);
        }
        assertNull(next(attacker).getHeaders().get("Authorization"));
    }

    @Test
    void sendsNoCredentialsToWhoeverARedirectLeadsToEvenIfHeAsks() throws InterruptedException {
        for (String challenge : new String[] {
            "Basic realm=\"r\"",
            "Digest realm=\"r\"",
            "Bearer realm=\"https://attacker.example/token\"",
            "Bearer realm=\"" + attacker.url("/t") + "\""
        }) {
            registry.enqueue(answer(307)
                    .addHeader("Location", attacker.url("/blob").toString())
                    .build());
            attacker.enqueue(challenge(challenge));
            assertEquals(Reason.UNAUTHORIZED, refusal(), challenge);
        }
        for (String target : new String[] {"/blob", "/blob", "/blob", "/blob"}) {
            RecordedRequest request = next(attacker);
            assertEquals(target, request.getUrl().encodedPath());
            assertNull(request.getHeaders().get("Authorization"));
        }
        assertEquals(4, attacker.getRequestCount());
        assertEquals(4, registry.getRequestCount());
    }

    @ParameterizedTest
    @CsvSource({
        "file:///etc/passwd, UNSAFE_LOCATION",
        "ftp://x/, UNSAFE_LOCATION",
        "http://user@localhost/, UNSAFE_LOCATION",
        "//, PROTOCOL",
        "a b, PROTOCOL",
        "http:///x, UNSAFE_LOCATION",
        "http://localhost:99999/, UNSAFE_LOCATION"
    })
    void followsNoRedirectToAnythingButHttp(String location, Reason reason) {
        registry.enqueue(answer(302).addHeader("Location", location).build());
        assertEquals(reason, refusal());
        assertEquals(1, registry.getRequestCount());
    }

    @Test
    void endsALoopOfRedirects() {
        for (int i = 0; i < 10; i++) {
            registry.enqueue(answer(302).addHeader("Location", "/v2/a/b/again").build());
        }
        assertEquals(Reason.PROTOCOL, refusal());
        assertEquals(2, registry.getRequestCount());
    }

    @Test
    void fetchesATokenForTheRepositoryAndUsesItForTheRegistryOnly() throws IOException, InterruptedException {
        String realm = registry.url("/token").toString();
        registry.enqueue(challenge("Bearer realm=\"" + realm + "\",service=\"s x\",scope=\"ignored\""));
        registry.enqueue(
                answer(200).body("{\"token\":\"t0ken\",\"expires_in\":60}").build());
        registry.enqueue(answer(200).body("content").build());
        image().blob(content()).orElseThrow().close();
        next(registry);
        RecordedRequest token = next(registry);
        assertEquals("repository:a/b:pull", token.getUrl().queryParameter("scope"));
        assertEquals("s x", token.getUrl().queryParameter("service"));
        assertEquals("Basic dXNlcjpzZWNyZXQ=", token.getHeaders().get("Authorization"));
        assertEquals("Bearer t0ken", next(registry).getHeaders().get("Authorization"));
    }

    @Test
    void sendsNoPasswordToATokenServiceThatIsNotSafe() {
        for (String realm : new String[] {
            "http://169.254.169.254/latest",
            "http://127.0.0.2:" + attacker.getPort() + "/",
            "file:///x",
            "/token",
            "",
            "https://u:p@x/"
        }) {
            registry.enqueue(challenge("Bearer realm=\"" + realm + "\""));
            assertEquals(Reason.UNSAFE_LOCATION, refusal(), realm);
        }
        assertEquals(0, attacker.getRequestCount());
    }

    /** Asks a registry on the public network that answers {@code response}, and nobody else. */
    private static Reason refusalOf(Response response) {
        URI registry = URI.create("https://registry.example.org");
        Transport transport = request -> {
            if (!request.uri().getHost().equals(registry.getHost())) {
                throw new AssertionError("a request to " + request.uri());
            }
            return response;
        };
        RegistryClient strict =
                RegistryClient.of(transport).withCredentialsForEveryRegistry(Credentials.of("user", "secret"));
        return assertThrows(
                        RegistryException.class,
                        () -> strict.image(Reference.parse("registry.example.org/a/b:1"))
                                .blob(content()))
                .reason();
    }

    @Test
    void letsAPublicRegistryLeadToNoAddressBehindTheFirewall() {
        for (String host : new String[] {
            "169.254.169.254",
            "127.0.0.1",
            "127.0.0.1:8443",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "[::1]",
            "[fe80::1]",
            "[fd00::1]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "127.1",
            "localhost",
            "metadata.internal",
            "a.localhost"
        }) {
            assertEquals(
                    Reason.UNSAFE_LOCATION,
                    refusalOf(new Response(
                            307,
                            Map.of("Location", List.of("https://" + host + "/blob")),
                            InputStream.nullInputStream())),
                    host);
            assertEquals(
                    Reason.UNSAFE_LOCATION,
                    refusalOf(new Response(
                            401,
                            Map.of("WWW-Authenticate", List.of("Bearer realm=\"https://" + host + "/token\"")),
                            InputStream.nullInputStream())),
                    host);
        }
    }

    @Test
    void refusesATokenDocumentThatIsUnusableWithoutQuotingIt() {
        for (String document :
                new String[] {"", "[]", "{}", "{\"token\":\"\"}", "{\"token\":\"top\\nsecret\"}", "{\"token\":1}"}) {
            registry.enqueue(challenge("Bearer realm=\"" + registry.url("/token") + "\""));
            registry.enqueue(answer(200).body(document).build());
            var e = assertThrows(RegistryException.class, () -> image().blob(content()));
            assertEquals(Reason.PROTOCOL, e.reason(), document);
            assertFalse(String.valueOf(e.getMessage()).contains("secret"));
        }
    }

    @Test
    void ignoresNoLieAboutAManifestsDigest() {
        registry.enqueue(answer(200)
                .addHeader("Content-Type", MediaType.OCI_MANIFEST)
                .addHeader("Docker-Content-Digest", Digest.sha256Of(CONTENT).toString())
                .body(MANIFEST)
                .build());
        assertEquals(
                Reason.PROTOCOL,
                assertThrows(RegistryException.class, () -> image().resolve()).reason());
    }

    @Test
    void computesATagsDigestFromTheBytes() throws IOException {
        registry.enqueue(answer(200)
                .addHeader("Content-Type", MediaType.OCI_MANIFEST + "; charset=utf-8")
                .body(MANIFEST)
                .build());
        try (ImageSource image = image()) {
            Digest digest = Digest.sha256Of(MANIFEST.getBytes(StandardCharsets.UTF_8));
            assertEquals(digest, image.resolve().digest());
            assertEquals(
                    MediaType.OCI_MANIFEST,
                    image.unverifiedManifest(digest, 100).orElseThrow().mediaType());
            assertEquals(1, registry.getRequestCount());
        }
    }

    @Test
    void readsNoMoreThanAManifestMayHave() {
        registry.enqueue(answer(200).body("x".repeat(5 << 20)).build());
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(RegistryException.class, () -> image().resolve()).reason());
    }

    @Test
    void saysWhatTheRegistryAnswered() {
        int[] statuses = {403, 429, 500, 503, 418};
        Reason[] reasons = {
            Reason.DENIED, Reason.TOO_MANY_REQUESTS, Reason.SERVER_ERROR, Reason.SERVER_ERROR, Reason.PROTOCOL
        };
        for (int i = 0; i < statuses.length; i++) {
            registry.enqueue(answer(statuses[i]).body("\u001b[31mbad").build());
            if (statuses[i] == 403) {
                registry.enqueue(answer(200).build()); // whether it asks for credentials at /v2/
            }
            var e = assertThrows(RegistryException.class, () -> image().blob(content()));
            assertEquals(reasons[i], e.reason());
            assertEquals(statuses[i], e.status());
            assertFalse(String.valueOf(e.getMessage()).contains("\u001b"));
        }
    }

    @Test
    void saysThatARegistryCannotBeReached() {
        registry.close();
        assertEquals(Reason.UNREACHABLE, refusal());
    }

    @Test
    void neverShowsThePassword() {
        assertEquals("user user", Credentials.of("user", "secret").toString());
        assertThrows(IllegalArgumentException.class, () -> Credentials.of("a:b", "c"));
    }
}
