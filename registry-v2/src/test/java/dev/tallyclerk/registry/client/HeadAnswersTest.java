package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What an answer to HEAD says, which has no body to tell it by. */
class HeadAnswersTest {
    private static final String LOGIN = "https://login.example.com/";

    private final MemoryRegistry registry = new MemoryRegistry();
    private final Repository repository = registry.client().repository(Reference.parse("registry.example.org/a/b"));
    private final byte[] content = {1, 2, 3};
    private final Descriptor blob = Descriptor.ofContent("application/octet-stream", content);

    private void answeringHead(String... headers) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        registry.intercept(request -> request.method().equals("HEAD") ? MemoryRegistry.answer(200, all) : null);
    }

    private BlobOutcome push() throws IOException {
        return repository.writer().pushBlob(blob, RequestBody.of(content));
    }

    private static Reason refusal(Executable call) {
        return assertThrows(RegistryException.class, call).reason();
    }

    private List<String> methods() {
        return registry.requests().stream().map(request -> request.method()).toList();
    }

    @Test
    void aPageWhereTheRegistrySendsPeopleToLogInIsNeitherABlobNorAManifest() {
        byte[] page = "<html>Log in</html>".getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers =
                Map.of("Content-Type", "text/html; charset=utf-8", "Content-Length", String.valueOf(page.length));
        registry.intercept(request -> request.uri().getHost().equals("registry.example.org")
                ? MemoryRegistry.answer(302, Map.of("Location", LOGIN))
                : MemoryRegistry.answer(200, headers, request.method().equals("HEAD") ? new byte[0] : page));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.hasBlob(blob.digest())));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.blobSize(blob.digest())));
        assertEquals(List.of("HEAD", "HEAD", "HEAD", "HEAD"), methods());
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifestClaim(blob.digest())));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifestClaim("1")));
    }

    @Test
    void aPageForABlobOfTheSameLengthIsNotTheBlob() {
        answeringHead("Content-Type", "text/html", "Content-Length", "3");
        assertEquals(Reason.PROTOCOL, refusal(this::push));
        assertEquals(List.of("HEAD"), methods());
    }

    /** Servers that go by the bytes of a blob say so of one that is a page. */
    @Test
    void aBlobThatIsAPageAndIsNamedByItsDigestIsThere() throws IOException {
        answeringHead(
                "Content-Type",
                "text/html",
                "Content-Length",
                "3",
                "Docker-Content-Digest",
                blob.digest().toString());
        assertTrue(repository.hasBlob(blob.digest()));
        assertEquals(OptionalLong.of(3), repository.blobSize(blob.digest()));
        assertEquals(BlobOutcome.ALREADY_THERE, push());
    }

    @Test
    void theWordForAnotherBlobIsNoWordForThisOne() {
        Digest other = Digest.sha256Of(new byte[] {4});
        answeringHead("Content-Length", "3", "Docker-Content-Digest", other.toString());
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.hasBlob(blob.digest())));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.blobSize(blob.digest())));
        assertEquals(Reason.PROTOCOL, refusal(this::push));
    }

    @Test
    void aDigestOfAnotherAlgorithmSaysNothingAgainstABlob() throws IOException {
        String other = Digest.of(DigestAlgorithm.SHA512, content).toString();
        answeringHead("Content-Length", "3", "Docker-Content-Digest", other);
        assertTrue(repository.hasBlob(blob.digest()));
        assertEquals(BlobOutcome.ALREADY_THERE, push());
    }

    /** An anonymous reader may be redirected to a login page, and a writer challenged. */
    @Test
    void aPageOfAnotherLengthIsNoReasonNotToSend() throws IOException {
        answeringHead("Content-Type", "text/html", "Content-Length", "18");
        assertEquals(BlobOutcome.SENT, push());
    }

    @Test
    void whatIsNotThereMayBeSaidByAPage() throws IOException {
        registry.intercept(request -> request.method().equals("HEAD")
                ? MemoryRegistry.answer(404, Map.of("Content-Type", "text/html"))
                : null);
        assertFalse(repository.hasBlob(blob.digest()));
        assertEquals(BlobOutcome.SENT, push());
    }

    @Test
    void zeroIsASizeOfNothingOnly() throws IOException {
        answeringHead("Content-Length", "0");
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.blobSize(blob.digest())));
        assertEquals(OptionalLong.of(0), repository.blobSize(Digest.sha256Of(new byte[0])));
    }
}
