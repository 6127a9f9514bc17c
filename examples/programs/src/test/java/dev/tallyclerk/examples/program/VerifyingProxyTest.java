package dev.tallyclerk.examples.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.examples.program.LayoutServer.Habit;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.proxy.Upstream;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerifyingProxyTest {
    private static final Path HELLO = Path.of("images/hello");
    private static final Path TAMPERED = Path.of("images/hello-tampered");

    @TempDir
    Path folder = Path.of("");

    private final HttpClient http = HttpClient.newHttpClient();

    private RegistryClient client() {
        return RegistryClient.of(JdkTransport.of(http)).withHttp(http -> http.withRetries(RetryPolicy.never()));
    }

    private VerifyingProxy proxy(LayoutServer upstream) throws IOException {
        return VerifyingProxy.start(Upstream.of(upstream.host(), client()), folder, 0);
    }

    private HttpResponse<byte[]> send(VerifyingProxy proxy, String method, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + proxy.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    private Verdict verdict(VerifyingProxy proxy) throws IOException {
        Reference name = Reference.parse("localhost:" + proxy.port() + "/" + LayoutServer.NAME + ":1.0");
        try (ImageSource source = client().image(name)) {
            return ImageVerifier.create().verify(source).verdict();
        }
    }

    /** {@return the digest of the blob that was changed in the tampered image} */
    private static Digest wrongBlob() throws IOException {
        try (Stream<Path> blobs = Files.list(TAMPERED.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                Digest name = Digest.parse("sha256:" + blob.getFileName());
                if (!Digest.sha256Of(Files.readAllBytes(blob)).equals(name)) {
                    return name;
                }
            }
        }
        throw new AssertionError("every blob is right");
    }

    @ParameterizedTest
    @EnumSource
    void anImageThatHoldsIsPulledWholeWhateverTheHabitOfTheRegistry(Habit habit) throws Exception {
        try (LayoutServer upstream = LayoutServer.start(HELLO, habit);
                VerifyingProxy proxy = proxy(upstream)) {
            assertEquals(200, send(proxy, "GET", "/v2/").statusCode());
            assertEquals(Verdict.VERIFIED, verdict(proxy));
        }
    }

    @Test
    void whatWasPulledIsPulledAgainWithoutTheRegistry() throws Exception {
        String host;
        try (LayoutServer upstream = LayoutServer.start(HELLO);
                VerifyingProxy proxy = proxy(upstream)) {
            host = upstream.host();
            assertEquals(Verdict.VERIFIED, verdict(proxy));
        }
        try (VerifyingProxy proxy = VerifyingProxy.start(Upstream.of(host, client()), folder, 0)) {
            assertEquals(Verdict.VERIFIED, verdict(proxy));
        }
    }

    @Test
    void aWrongBlobIsNeverGiven() throws Exception {
        String repository = "/v2/" + LayoutServer.NAME;
        try (LayoutServer upstream = LayoutServer.start(TAMPERED);
                VerifyingProxy proxy = proxy(upstream)) {
            assertEquals(200, send(proxy, "GET", repository + "/manifests/1.0").statusCode());
            HttpResponse<byte[]> answer = send(proxy, "GET", repository + "/blobs/" + wrongBlob());
            assertEquals(502, answer.statusCode());
            assertTrue(new String(answer.body(), StandardCharsets.UTF_8).contains("\"errors\""));
        }
    }

    @Test
    void whatIsNotThereOrNotAskedForWellIsSaid() throws Exception {
        String repository = "/v2/" + LayoutServer.NAME;
        Digest absent = Digest.sha256Of(new byte[] {1});
        try (LayoutServer upstream = LayoutServer.start(HELLO);
                VerifyingProxy proxy = proxy(upstream)) {
            assertEquals(
                    404, send(proxy, "GET", repository + "/blobs/" + absent).statusCode());
            assertEquals(
                    404, send(proxy, "GET", repository + "/manifests/" + absent).statusCode());
            assertEquals(404, send(proxy, "GET", "/v2/anything").statusCode());
            assertEquals(400, send(proxy, "GET", repository + "/blobs/latest").statusCode());
            assertEquals(
                    400, send(proxy, "GET", repository + ":1.0/manifests/1.0").statusCode());
            assertEquals(405, send(proxy, "POST", repository + "/blobs/uploads").statusCode());
        }
    }

    @ParameterizedTest
    @CsvSource({"/v2, 200", "/, 404", "/v1/, 404", "/v2x, 404", "/metrics, 404"})
    void everyPathIsAnsweredByTheProxy(String path, int status) throws Exception {
        try (LayoutServer upstream = LayoutServer.start(HELLO);
                VerifyingProxy proxy = proxy(upstream)) {
            HttpResponse<byte[]> answer = send(proxy, "GET", path);
            String body = new String(answer.body(), StandardCharsets.UTF_8);
            assertEquals(status, answer.statusCode(), body);
            assertEquals(
                    "application/json",
                    answer.headers().firstValue("Content-Type").orElse(""));
            assertTrue(body.startsWith(status == 200 ? "{}" : "{\"errors\":["), body);
        }
    }
}
