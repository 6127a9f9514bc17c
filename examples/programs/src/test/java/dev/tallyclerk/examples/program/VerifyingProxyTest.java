package dev.tallyclerk.examples.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.examples.program.LayoutServer.Habit;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        return VerifyingProxy.start(client(), upstream.host(), 0);
    }

    private <T> HttpResponse<T> send(
            VerifyingProxy proxy, String method, String path, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + proxy.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, handler);
    }

    private int status(VerifyingProxy proxy, String method, String path) throws IOException, InterruptedException {
        return send(proxy, method, path, BodyHandlers.discarding()).statusCode();
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

    @Test
    void anImageThatHoldsIsPulledWhole() throws Exception {
        try (LayoutServer upstream = LayoutServer.start(HELLO);
                VerifyingProxy proxy = proxy(upstream)) {
            assertEquals(200, status(proxy, "GET", "/v2/"));
            Reference name = Reference.parse("localhost:" + proxy.port() + "/" + LayoutServer.NAME + ":1.0");
            try (ImageSource source = client().image(name)) {
                assertEquals(
                        Verdict.VERIFIED, ImageVerifier.create().verify(source).verdict());
                assertEquals(LayoutServer.manifestOf(HELLO), source.resolve().digest());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRightBlobHasALengthWhateverTheHabitOfTheRegistry(Habit habit) throws Exception {
        Digest digest = LayoutServer.manifestOf(HELLO);
        byte[] content = Files.readAllBytes(LayoutServer.blob(HELLO, digest));
        String path = "/v2/" + LayoutServer.NAME + "/blobs/" + digest;
        try (LayoutServer upstream = LayoutServer.start(HELLO, habit);
                VerifyingProxy proxy = proxy(upstream)) {
            HttpResponse<byte[]> response = send(proxy, "GET", path, BodyHandlers.ofByteArray());
            assertArrayEquals(content, response.body());
            assertEquals(
                    content.length,
                    response.headers().firstValueAsLong("Content-Length").orElseThrow());
        }
    }

    @Test
    void aBlobWhoseSizeIsNotToldIsNotGiven() throws Exception {
        Digest digest = LayoutServer.manifestOf(HELLO);
        try (LayoutServer upstream = LayoutServer.start(HELLO, Habit.NO_HEAD, Habit.NO_LENGTH);
                VerifyingProxy proxy = proxy(upstream)) {
            assertEquals(502, status(proxy, "GET", "/v2/" + LayoutServer.NAME + "/blobs/" + digest));
        }
    }

    @Test
    void aWrongBlobIsNeverCompleted() throws Exception {
        isNeverCompleted();
    }

    @Test
    void aWrongBlobWithoutALengthIsNeverCompleted() throws Exception {
        isNeverCompleted(Habit.NO_LENGTH);
    }

    private void isNeverCompleted(Habit... habits) throws Exception {
        Digest digest = wrongBlob();
        long size = Files.size(LayoutServer.blob(TAMPERED, digest));
        String path = "/v2/" + LayoutServer.NAME + "/blobs/" + digest;
        try (LayoutServer upstream = LayoutServer.start(TAMPERED, habits);
                VerifyingProxy proxy = proxy(upstream)) {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            assertThrows(IOException.class, () -> {
                // The head need not have left when the connection ends: it leaves with the body in some runtimes.
                HttpResponse<InputStream> answer = send(proxy, "GET", path, BodyHandlers.ofInputStream());
                try (InputStream body = answer.body()) {
                    assertEquals(
                            size,
                            answer.headers().firstValueAsLong("Content-Length").orElseThrow());
                    body.transferTo(received);
                }
            });
            assertTrue(received.size() < size, received.size() + " bytes of " + size);
        }
    }

    /** Of no bytes, none can be held back. */
    @Test
    void aBlobThatIsSaidToBeEmptyAndIsNotTheOneIsNotGiven() throws Exception {
        Digest asked = Digest.sha256Of(new byte[] {1});
        Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.createFile(LayoutServer.blob(folder, asked));
        try (LayoutServer upstream = LayoutServer.start(folder);
                VerifyingProxy proxy = proxy(upstream)) {
            assertEquals(502, status(proxy, "GET", "/v2/" + LayoutServer.NAME + "/blobs/" + asked));
        }
    }

    @Test
    void aRightBlobComesWithItsLengthAndDigest() throws Exception {
        Digest digest = LayoutServer.manifestOf(HELLO);
        byte[] content = Files.readAllBytes(LayoutServer.blob(HELLO, digest));
        String path = "/v2/" + LayoutServer.NAME + "/blobs/" + digest;
        try (LayoutServer upstream = LayoutServer.start(HELLO);
                VerifyingProxy proxy = proxy(upstream)) {
            assertArrayEquals(
                    content,
                    send(proxy, "GET", path, BodyHandlers.ofByteArray()).body());
            HttpResponse<Void> head = send(proxy, "HEAD", path, BodyHandlers.discarding());
            assertEquals(
                    content.length,
                    head.headers().firstValueAsLong("Content-Length").orElseThrow());
            assertEquals(
                    digest.toString(),
                    head.headers().firstValue("Docker-Content-Digest").orElseThrow());
        }
    }

    @Test
    void aManifestThatIsNotTheOneThatWasAskedForIsNotGiven() throws Exception {
        Digest asked = Digest.sha256Of(new byte[] {1});
        Path layout = folder;
        Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.copy(LayoutServer.blob(HELLO, LayoutServer.manifestOf(HELLO)), LayoutServer.blob(layout, asked));
        try (LayoutServer upstream = LayoutServer.start(layout);
                VerifyingProxy proxy = proxy(upstream)) {
            String path = "/v2/" + LayoutServer.NAME + "/manifests/" + asked;
            HttpResponse<byte[]> answer = send(proxy, "GET", path, BodyHandlers.ofByteArray());
            assertEquals(502, answer.statusCode());
            assertEquals(0, answer.body().length);
        }
    }

    @Test
    void whatIsNotThereOrNotAskedForWellIsSaid() throws Exception {
        String repository = "/v2/" + LayoutServer.NAME;
        Digest absent = Digest.sha256Of(new byte[] {1});
        try (LayoutServer upstream = LayoutServer.start(HELLO);
                VerifyingProxy proxy = proxy(upstream)) {
            assertEquals(404, status(proxy, "GET", repository + "/blobs/" + absent));
            assertEquals(404, status(proxy, "GET", repository + "/manifests/" + absent));
            assertEquals(404, status(proxy, "GET", "/v2/anything"));
            assertEquals(400, status(proxy, "GET", repository + "/blobs/latest"));
            assertEquals(400, status(proxy, "GET", repository + ":1.0/manifests/1.0"));
            assertEquals(400, status(proxy, "GET", repository + "@" + absent + "/manifests/1.0"));
            assertEquals(405, status(proxy, "POST", repository + "/blobs/uploads"));
        }
    }
}
