package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a registry has done, or said, and nobody has heard to the end. */
class LostAnswersTest {
    private static final Digest SUBJECT = Digest.sha256Of(new byte[1]);

    private static final String ONE =
            "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + SUBJECT + "\",\"size\":1}";

    private final byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                    + ONE + ",\"layers\":[" + ONE + "],\"subject\":" + ONE + "}")
            .getBytes(StandardCharsets.UTF_8);
    private final Digest digest = Digest.sha256Of(manifest);
    private final List<String> asked = new ArrayList<>();
    private final TestSession test = new TestSession();
    private int broken;

    private InputStream once(byte[] whole) {
        return broken++ == 0 ? BrokenStream.after(Arrays.copyOf(whole, 10)) : new ByteArrayInputStream(whole);
    }

    private RepositoryWriter writer() {
        return new RepositoryWriter(test.session(), "a/b");
    }

    @Test
    void aManifestWhoseDeletionWasNotHeardOfIsDeletedAndSoIsItsEntry() throws IOException {
        test.serving(request -> {
            asked.add(request.method() + " " + request.uri().getPath());
            if (request.method().equals("DELETE")) {
                if (asked.stream().filter(line -> line.startsWith("DELETE")).count() == 1) {
                    throw new SocketException("Connection reset");
                }
                return answer(404, "");
            }
            boolean deleted = asked.contains("DELETE /v2/a/b/manifests/" + digest);
            return request.uri().getPath().endsWith("/manifests/" + digest) && !deleted
                    ? answer(200, once(manifest), "Content-Type", MediaType.OCI_MANIFEST)
                    : answer(404, "");
        });
        writer().deleteManifest(digest);
        String tag = "sha256-" + SUBJECT.encoded();
        assertEquals(
                List.of(
                        "GET /v2/a/b/manifests/" + digest,
                        "GET /v2/a/b/manifests/" + digest,
                        "DELETE /v2/a/b/manifests/" + digest,
                        "DELETE /v2/a/b/manifests/" + digest,
                        "GET /v2/a/b/manifests/" + digest,
                        "GET /v2/a/b/referrers/" + SUBJECT,
                        "GET /v2/a/b/manifests/" + tag),
                asked);
    }

    private RegistryException failed(Executable call) {
        return assertThrows(RegistryException.class, call);
    }

    /** Answers {@code after} to a deletion, from the second on, and loses the answer to the first. */
    private void loses(int after, int look) {
        test.serving(request -> {
            asked.add(request.method() + " " + request.uri().getPath());
            if (request.method().equals("DELETE")) {
                if (asked.size() == 1) {
                    throw new SocketException("Connection reset");
                }
                return answer(after, "");
            }
            return answer(look, "");
        });
    }

    @Test
    void aBlobThatIsGoneAfterALostAnswerIsDeleted() throws IOException {
        loses(404, 500);
        writer().deleteBlob(digest);
        String line = "DELETE /v2/a/b/blobs/" + digest;
        assertEquals(List.of(line, line), asked);
        assertEquals(List.of("registry.example.org retrying 1 200 UNREACHABLE"), test.heard);
        asked.clear();
        loses(202, 500);
        writer().deleteBlob(digest);
        assertEquals(2, asked.size());
        asked.clear();
        loses(403, 500);
        assertEquals(Reason.DENIED, failed(() -> writer().deleteBlob(digest)).reason());
    }

    @Test
    void aBlobIsDeletedAsOftenAsThePolicyAllows() {
        test.serving(request -> {
            asked.add(request.method());
            return answer(503, "");
        });
        assertEquals(
                Reason.SERVER_ERROR, failed(() -> writer().deleteBlob(digest)).reason());
        assertEquals(RetryPolicy.defaults().attempts(), asked.size());
        asked.clear();
        test.serving(request -> {
            asked.add(request.method());
            return answer(429, "");
        });
        assertEquals(
                Reason.TOO_MANY_REQUESTS,
                failed(() -> writer().deleteBlob(digest)).reason());
        assertEquals(RetryPolicy.defaults().attempts(), asked.size());
    }

    @Test
    void aTagThatIsGoneAfterALostAnswerIsDeleted() throws IOException {
        loses(500, 404);
        writer().deleteTag("1");
        assertEquals("DELETE /v2/a/b/manifests/1", asked.get(0));
        assertEquals(1, asked.stream().filter(line -> line.startsWith("DELETE")).count());
    }

    /** It may be there again, because somebody has pushed it in between. */
    @Test
    void aTagThatIsThereAfterALostAnswerIsNotDeletedAgain() {
        loses(202, 200);
        assertEquals(Reason.UNREACHABLE, failed(() -> writer().deleteTag("1")).reason());
        assertEquals(List.of("DELETE /v2/a/b/manifests/1", "HEAD /v2/a/b/manifests/1"), asked);
        asked.clear();
        loses(202, 403);
        RegistryException e = failed(() -> writer().deleteTag("1"));
        assertEquals(Reason.UNREACHABLE, e.reason());
        assertEquals(1, e.getSuppressed().length);
    }

    @Test
    void aTagIsDeletedAgainWhereTheRegistryHasNotBegun() throws IOException {
        test.serving(request -> {
            asked.add(request.method());
            return answer(asked.size() == 1 ? 429 : 202, "");
        });
        writer().deleteTag("1");
        assertEquals(List.of("DELETE", "DELETE"), asked);
    }

    @Test
    void aManifestThatWasNotThereIsNotDeleted() {
        test.serving(request -> answer(404, ""));
        assertEquals(
                Reason.NOT_FOUND,
                assertThrows(RegistryException.class, () -> writer().deleteManifest(digest))
                        .reason());
    }

    @Test
    void anIndexOfReferrersThatBreaksOffIsAskedForAgain() throws IOException {
        byte[] index = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX
                        + "\",\"manifests\":[{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + digest
                        + "\",\"size\":" + manifest.length + "}]}")
                .getBytes(StandardCharsets.UTF_8);
        test.serving(request -> answer(200, once(index), "ETag", "\"\u00e9\""));
        var fallback = new ReferrersFallback(test.session(), "a/b");
        fallback.add(SUBJECT, Descriptor.of(MediaType.OCI_MANIFEST, digest, 1));
        assertEquals(2, broken);
    }

    /** As at a cache that fetches what it is asked for from elsewhere. */
    @Test
    void aManifestThatIsStillThereWasNotDeleted() {
        test.serving(request -> request.method().equals("GET")
                ? answer(200, new ByteArrayInputStream(manifest), "Content-Type", MediaType.OCI_MANIFEST)
                : answer(404, ""));
        assertEquals(
                Reason.NOT_FOUND,
                assertThrows(RegistryException.class, () -> writer().deleteManifest(digest))
                        .reason());
    }
}
