package dev.tallyclerk.registry.client;

import static dev.tallyclerk.registry.client.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.client.RegistryException.Reason;
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
