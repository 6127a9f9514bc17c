package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The fake is a registry of the specification. */
class MemoryRegistryTest {
    private final MemoryRegistry registry = new MemoryRegistry();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Response send(String method, String path, String body) throws IOException {
        return registry.send(
                Request.of(method, URI.create("https://registry.example.org").resolve(path))
                        .withHeader("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                        .withBody(RequestBody.of(utf8(body))));
    }

    @Test
    void takesABlobInChunks() throws IOException {
        String at =
                send("POST", "/v2/a/b/blobs/uploads/", "").header("Location").orElseThrow();
        Response first = registry.send(Request.of("PATCH", URI.create("https://x" + at))
                .withHeader("Content-Range", "0-2")
                .withBody(RequestBody.of(utf8("abc"))));
        assertEquals(202, first.status());
        assertEquals("0-2", first.header("Range").orElseThrow());
        assertEquals(
                416,
                registry.send(Request.of("PATCH", URI.create("https://x" + at))
                                .withHeader("Content-Range", "5-7")
                                .withBody(RequestBody.of(utf8("abc"))))
                        .status());
        assertEquals(204, send("GET", at, "").status());
        Digest digest = Digest.sha256Of(utf8("abcde"));
        assertEquals(201, send("PUT", at + "&digest=" + digest, "de").status());
        assertArrayEquals(
                utf8("abcde"), registry.existing("a/b").content(digest).orElseThrow());
        assertEquals(0, registry.existing("a/b").openUploads());
        assertEquals(
                201,
                send("POST", "/v2/c/blobs/uploads/?mount=" + digest + "&from=a/b", "")
                        .status());
        assertEquals(
                202,
                send("POST", "/v2/c/blobs/uploads/?mount=" + digest + "&from=x", "")
                        .status());
    }

    @Test
    void givesAndTakesManifests() throws IOException {
        Digest digest = registry.repository("a").image("1", "layer").digest();
        String manifest =
                new String(registry.existing("a").manifestBytes(digest).orElseThrow(), StandardCharsets.UTF_8);
        assertEquals(404, send("PUT", "/v2/b/manifests/1", manifest).status());
        assertEquals(201, send("PUT", "/v2/a/manifests/2", manifest).status());
        assertEquals(
                400,
                send("PUT", "/v2/a/manifests/" + Digest.sha256Of(utf8("")), manifest)
                        .status());
        assertArrayEquals(
                utf8(manifest), send("GET", "/v2/a/manifests/2", "").body().readAllBytes());
        assertEquals(
                "{\"name\":\"any\",\"tags\":[\"1\"]}",
                new String(send("GET", "/v2/a/tags/list?n=1", "").body().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(202, send("DELETE", "/v2/a/manifests/1", "").status());
        assertEquals(404, send("GET", "/v2/a/manifests/1", "").status());
        assertEquals(404, send("GET", "/v2/c/tags/list", "").status());
    }

    @Test
    void givesPartsOfBlobs() throws IOException {
        Digest digest =
                registry.repository("a").blob("text/plain", utf8("abcdef")).digest();
        Request blob = Request.of("GET", URI.create("https://x/v2/a/blobs/" + digest));
        Response part = registry.send(blob.withHeader("Range", "bytes=2-3"));
        assertEquals(206, part.status());
        assertEquals("bytes 2-3/6", part.header("Content-Range").orElseThrow());
        assertArrayEquals(utf8("cd"), part.body().readAllBytes());
        assertEquals(416, registry.send(blob.withHeader("Range", "bytes=6-9")).status());
    }
}
