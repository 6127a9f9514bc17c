package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryWriterTest {
    private static final String TYPE = "application/octet-stream";
    private static final String UPLOADS = "/v2/team/app/blobs/uploads/";

    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRepository repository = registry.repository("team/app");
    private final byte[] content = content(200_000);
    private final Descriptor blob = Descriptor.ofContent(TYPE, content);

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private RepositoryWriter writer(UploadPolicy policy) {
        return registry.client()
                .withUploads(policy)
                .repository(Reference.parse("registry.example.org/team/app"))
                .writer();
    }

    private RepositoryWriter writer() {
        return writer(UploadPolicy.defaults());
    }

    private RepositoryWriter chunks(long bytes) {
        return writer(UploadPolicy.defaults().withForm(Form.CHUNKED).withChunkBytes(bytes));
    }

    private BlobOutcome push(RepositoryWriter writer) throws IOException {
        return writer.pushBlob(blob, RequestBody.of(content));
    }

    private Reason refusal(RepositoryWriter writer) {
        return assertThrows(RegistryException.class, () -> push(writer)).reason();
    }

    /** Methods, and whether it was about an upload. */
    private List<String> methods() {
        return registry.requests().stream().map(Request::method).toList();
    }

    private List<String> ranges() {
        return registry.requests().stream()
                .flatMap(request -> request.headers().getOrDefault("Content-Range", List.of()).stream())
                .toList();
    }

    private void assertPushed() {
        assertArrayEquals(content, repository.content(blob.digest()).orElseThrow());
        assertEquals(0, repository.openUploads());
    }

    private void assertNothingLeft() {
        assertTrue(repository.content(blob.digest()).isEmpty());
        assertEquals(0, repository.openUploads());
    }

    @Test
    void sendsABlobInOneRequestAndOneThatIsThereInNone() throws IOException {
        assertEquals(BlobOutcome.SENT, push(writer()));
        assertPushed();
        assertEquals(List.of("HEAD", "POST", "PUT"), methods());
        Request put = registry.requests().get(2);
        assertEquals(List.of(TYPE), put.headers().get("Content-Type"));
        assertTrue(
                put.uri().getRawQuery().startsWith("_state=0&digest=sha256%3A"),
                put.uri().getRawQuery());
        assertEquals(List.of(), ranges());
        registry.requests().clear();
        assertEquals(BlobOutcome.ALREADY_THERE, push(writer()));
        assertEquals(List.of("HEAD"), methods());
    }

    @Test
    void sendsWhatIsThereInAnotherSize() throws IOException {
        repository.blobs.put(blob.digest(), new byte[3]);
        assertEquals(BlobOutcome.SENT, push(writer()));
        assertPushed();
    }

    @Test
    void sendsChunksInTheirOrder() throws IOException {
        assertEquals(BlobOutcome.SENT, push(chunks(90_000)));
        assertPushed();
        assertEquals(List.of("HEAD", "POST", "PATCH", "PATCH", "PUT"), methods());
        assertEquals(List.of("0-89999", "90000-179999", "180000-199999"), ranges());
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204})
    void goesOnWithChunksWhateverSuccessTheRegistryCallsThem(int status) throws IOException {
        registry.intercept(request -> {
            if (!request.method().equals("PATCH")) {
                return null;
            }
            Response taken = registry.answerItself(request);
            return MemoryRegistry.answer(
                    status,
                    Map.of(
                            "Location", taken.header("Location").orElseThrow(),
                            "Range", taken.header("Range").orElseThrow()));
        });
        assertEquals(BlobOutcome.SENT, push(chunks(90_000)));
        assertPushed();
        assertEquals(List.of("HEAD", "POST", "PATCH", "PATCH", "PUT"), methods());
    }

    @Test
    void sendsChunksAsLargeAsTheRegistryWantsThem() throws IOException {
        registry.setMinChunk(150_000);
        push(chunks(1000));
        assertPushed();
        assertEquals(List.of("0-149999", "150000-199999"), ranges());
        registry.setMinChunk(Long.MAX_VALUE / 16);
        repository.blobs.clear();
        registry.requests().clear();
        push(chunks(1000));
        assertPushed();
        assertEquals(List.of(), ranges());
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void sendsNothingAtAll(Form form) throws IOException {
        Descriptor nothing = Descriptor.ofContent(TYPE, new byte[0]);
        UploadPolicy policy = UploadPolicy.defaults().withForm(form);
        assertEquals(BlobOutcome.SENT, writer(policy).pushBlob(nothing, RequestBody.none()));
        assertEquals(0, repository.content(nothing.digest()).orElseThrow().length);
        Descriptor wrong = Descriptor.of(TYPE, blob.digest(), 0);
        var e = assertThrows(VerificationException.class, () -> writer(policy).pushBlob(wrong, RequestBody.none()));
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
        assertNothingLeft();
    }

    @Test
    void saysWhichAlgorithmADigestOfAnotherOneHas() throws IOException {
        Descriptor sha512 = Descriptor.of(TYPE, Digest.of(DigestAlgorithm.SHA512, content), content.length);
        writer().pushBlob(sha512, RequestBody.of(content));
        assertArrayEquals(content, repository.content(sha512.digest()).orElseThrow());
        assertEquals(
                "POST " + UPLOADS + "?digest-algorithm=sha512", registry.log().get(1));
    }

    @Test
    void sendsABlobInASingleRequestWhereTheRegistryTakesOne() throws IOException {
        RepositoryWriter single = writer(UploadPolicy.defaults().withForm(Form.SINGLE));
        assertEquals(BlobOutcome.SENT, push(single));
        assertPushed();
        assertEquals(List.of("HEAD", "POST"), methods());
        repository.blobs.clear();
        registry.requests().clear();
        registry.interceptOnce(request -> request.method().equals("POST")
                ? registry.answerItself(Request.of("POST", request.uri().resolve("?")))
                : null);
        assertEquals(BlobOutcome.SENT, push(single));
        assertPushed();
        assertEquals(List.of("HEAD", "POST", "PUT"), methods());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 411, 501})
    void beginsAnUploadWhereASingleRequestIsNotOffered(int status) throws IOException {
        registry.intercept(request -> String.valueOf(request.uri().getQuery()).contains("digest=")
                        && request.method().equals("POST")
                ? MemoryRegistry.error(status, "NO")
                : null);
        RepositoryWriter single = writer(UploadPolicy.defaults().withForm(Form.SINGLE));
        assertEquals(BlobOutcome.SENT, push(single));
        assertPushed();
        assertEquals(List.of("HEAD", "POST", "POST", "PUT"), methods());
    }

    @Test
    void aRefusalOfASingleRequestStandsWhereTheContentCannotBeReadAgain() {
        registry.intercept(request -> {
            if (!request.method().equals("POST")) {
                return null;
            }
            try (InputStream in = request.body().open()) {
                in.readAllBytes();
            }
            return MemoryRegistry.error(405, "NO");
        });
        RepositoryWriter single = writer(UploadPolicy.defaults().withForm(Form.SINGLE));
        RequestBody once = RequestBody.once(content.length, new ByteArrayInputStream(content));
        var e = assertThrows(RegistryException.class, () -> single.pushBlob(blob, once));
        assertEquals(Reason.UNSUPPORTED, e.reason());
        assertEquals(List.of("HEAD", "POST"), methods());
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 409})
    void anyOtherRefusalOfASingleRequestStands(int status) {
        registry.intercept(request -> request.method().equals("POST") ? MemoryRegistry.error(status, "NO") : null);
        RepositoryWriter single = writer(UploadPolicy.defaults().withForm(Form.SINGLE));
        assertEquals(
                status,
                assertThrows(RegistryException.class, () -> push(single)).status());
        assertEquals(1, methods().stream().filter("POST"::equals).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DIGEST_INVALID", "SIZE_INVALID", "NAME_INVALID", "BLOB_UPLOAD_INVALID"})
    void aSingleRequestIsNotRepeatedWhereTheBlobWasRefused(String code) {
        registry.intercept(request -> request.method().equals("POST") ? MemoryRegistry.error(400, code) : null);
        RepositoryWriter single = writer(UploadPolicy.defaults().withForm(Form.SINGLE));
        var e = assertThrows(RegistryException.class, () -> push(single));
        assertEquals(400, e.status());
        assertEquals(List.of(code), e.codes());
        assertEquals(List.of("HEAD", "POST"), methods());
    }

    @Test
    void aSingleRequestWhoseAnswerIsLostIsNotSentAgain() throws IOException {
        registry.intercept(BrokenUploads.times(1, BrokenUploads.lostAnswer("POST", registry)));
        assertEquals(BlobOutcome.SENT, push(writer(UploadPolicy.defaults().withForm(Form.SINGLE))));
        assertPushed();
        assertEquals(List.of("HEAD", "POST", "HEAD"), methods());
    }

    @Test
    void mountsWhatAnotherRepositoryHas() throws IOException {
        registry.repository("base/image").blob(TYPE, content);
        assertEquals(BlobOutcome.MOUNTED, writer().pushBlob(blob, RequestBody.of(content), "base/image"));
        assertPushed();
        assertEquals(
                "POST " + UPLOADS + "?mount=sha256%3A" + blob.digest().encoded() + "&from=base%2Fimage",
                registry.log().get(1));
        assertEquals(2, registry.requests().size());
    }

    @Test
    void sendsWhatTheRegistryDoesNotMountWhereTheUploadHasBegun() throws IOException {
        assertEquals(BlobOutcome.SENT, writer().pushBlob(blob, RequestBody.of(content), "base/image"));
        assertPushed();
        assertEquals(List.of("HEAD", "POST", "PUT"), methods());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 500, 502, 503, 599})
    void sendsWhatIsNotMountedAtTheFirstAttempt(int status) throws IOException {
        registry.repository("base/image").blob(TYPE, content);
        registry.intercept(request -> String.valueOf(request.uri().getQuery()).contains("mount=")
                ? MemoryRegistry.error(status, "DENIED")
                : null);
        assertEquals(BlobOutcome.SENT, writer().pushBlob(blob, RequestBody.of(content), "base/image"));
        assertPushed();
        List<String> asked = new ArrayList<>(methods());
        if (status == 401) {
            assertEquals("GET", asked.remove(2), "whether its root says what it wants");
        }
        assertEquals(List.of("HEAD", "POST", "POST", "PUT"), asked);
    }

    @Test
    void goesOnWhereTheRegistryStandsAfterABrokenConnection() throws IOException {
        registry.intercept(BrokenUploads.times(1, BrokenUploads.after(70_000, "PUT", repository)));
        registry.intercept(BrokenUploads.times(1, BrokenUploads.after(1, "PUT", repository)));
        assertEquals(BlobOutcome.SENT, push(writer()));
        assertPushed();
        // One byte of an upload and none are told alike, so that upload is begun again.
        assertEquals(
                List.of("HEAD", "POST", "PUT", "HEAD", "GET", "DELETE", "POST", "PUT", "HEAD", "GET", "PUT"),
                methods());
        assertEquals(List.of("70000-199999"), ranges());
    }

    @Test
    void goesOnWhereTheRegistryStandsAfterAChunkThatIsLost() throws IOException {
        registry.intercept(BrokenUploads.times(1, BrokenUploads.after(30_000, "PATCH", repository)));
        assertEquals(BlobOutcome.SENT, push(chunks(90_000)));
        assertPushed();
        assertEquals(List.of("0-89999", "30000-119999", "120000-199999"), ranges());
    }

    @Test
    void goesOnWhereTheRegistryStandsAfter416() throws IOException {
        // The registry has some bytes of which the client does not know that it has them.
        registry.intercept(request -> {
            if (request.method().equals("PATCH")) {
                repository.uploads.values().stream()
                        .filter(upload -> upload.size() == 0)
                        .forEach(upload -> upload.writeBytes(Arrays.copyOf(content, 1234)));
            }
            return null;
        });
        assertEquals(BlobOutcome.SENT, push(chunks(90_000)));
        assertPushed();
        assertEquals(List.of("0-89999", "1234-91233", "91234-181233", "181234-199999"), ranges());
    }

    @Test
    void sendsAgainWhatTheRegistrySaysThatItDidNotTake() throws IOException {
        registry.intercept(BrokenUploads.times(1, request -> {
            if (!request.method().equals("PATCH")) {
                return null;
            }
            String id = request.uri().getPath().replaceFirst(".*/", "");
            try (InputStream in = request.body().open()) {
                Objects.requireNonNull(repository.uploads.get(id)).writeBytes(Arrays.copyOf(in.readAllBytes(), 50_000));
            }
            return MemoryRegistry.answer(202, Map.of("Location", request.uri().toString(), "Range", "0-49999"));
        }));
        assertEquals(BlobOutcome.SENT, push(chunks(90_000)));
        assertPushed();
        assertEquals(List.of("0-89999", "50000-139999", "140000-199999"), ranges());
    }

    @Test
    void beginsAgainWhereTheRegistryForgotTheUpload() throws IOException {
        registry.intercept(BrokenUploads.times(1, request -> {
            boolean last =
                    request.headers().getOrDefault("Content-Range", List.of()).contains("180000-199999");
            if (last) {
                repository.uploads.clear();
            }
            return last ? MemoryRegistry.error(404, "BLOB_UPLOAD_UNKNOWN") : null;
        }));
        assertEquals(BlobOutcome.SENT, push(chunks(90_000)));
        assertPushed();
        assertEquals(6, ranges().size());
    }

    @Test
    void doesNotSendAgainWhatIsThereAlthoughTheAnswerWasLost() throws IOException {
        registry.intercept(BrokenUploads.times(1, BrokenUploads.lostAnswer("PUT", registry)));
        assertEquals(BlobOutcome.SENT, push(writer()));
        assertPushed();
        assertEquals(List.of("HEAD", "POST", "PUT", "HEAD"), methods());
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 408, 416, 429, 500, 503})
    void triesNoMoreOftenThanThePolicySays(int status) {
        registry.intercept(request -> request.method().equals("PUT") ? MemoryRegistry.error(status, "NO") : null);
        var e = assertThrows(RegistryException.class, () -> push(writer()));
        assertEquals(status, e.status());
        int inAnotherWay = status == 404 ? 1 : 0;
        assertEquals(
                RetryPolicy.defaults().attempts() + inAnotherWay,
                methods().stream().filter("PUT"::equals).count());
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 413})
    void triesOnceWhatTheRegistryRefuses(int status) {
        registry.intercept(request -> request.method().equals("PUT") ? MemoryRegistry.error(status, "NO") : null);
        var e = assertThrows(RegistryException.class, () -> push(writer()));
        assertEquals(status, e.status());
        assertEquals(List.of("HEAD", "POST", "PUT", "DELETE"), methods());
        assertNothingLeft();
    }

    @Test
    void aCancellationThatFailsIsSuppressedInTheFailure() {
        registry.intercept(request -> switch (request.method()) {
            case "PUT" -> MemoryRegistry.error(403, "DENIED");
            case "DELETE" -> MemoryRegistry.error(503, "UNAVAILABLE");
            default -> null;
        });
        var e = assertThrows(RegistryException.class, () -> push(writer()));
        assertEquals(Reason.DENIED, e.reason());
        assertEquals(1, e.getSuppressed().length);
        assertEquals(
                Reason.SERVER_ERROR,
                assertInstanceOf(RegistryException.class, e.getSuppressed()[0]).reason());
        assertEquals(1, methods().stream().filter("DELETE"::equals).count());
    }

    /** A body that gives other bytes than its length says. */
    private RequestBody giving(byte[] bytes) {
        return new RequestBody() {
            @Override
            public long length() {
                return content.length;
            }

            @Override
            public boolean isRepeatable() {
                return true;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void neverSendsTheWholeOfWrongContent(Form form) {
        RepositoryWriter writer = writer(UploadPolicy.defaults().withForm(form).withChunkBytes(60_000));
        long[] seen = {0};
        registry.intercept(request -> {
            try (InputStream in = request.body().open()) {
                for (int n = in.read(); n >= 0; n = in.read()) {
                    seen[0]++;
                }
            }
            return null;
        });
        byte[] flipped = content.clone();
        flipped[0] ^= 1;
        Map.of(
                        VerificationException.Reason.DIGEST_MISMATCH,
                        flipped,
                        VerificationException.Reason.TOO_SHORT,
                        Arrays.copyOf(content, content.length - 1),
                        VerificationException.Reason.TOO_LONG,
                        Arrays.copyOf(content, content.length + 1))
                .forEach((reason, wrong) -> {
                    seen[0] = 0;
                    var e = assertThrows(VerificationException.class, () -> writer.pushBlob(blob, giving(wrong)));
                    assertEquals(reason, e.reason());
                    assertTrue(seen[0] <= content.length - ContentVerifier.DEFAULT_HOLD_BACK, seen[0] + " bytes");
                    assertNothingLeft();
                });
        byte[] shorter = Arrays.copyOf(content, 9);
        var e = assertThrows(VerificationException.class, () -> writer.pushBlob(blob, RequestBody.of(shorter)));
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
    }

    @Test
    void passesOnWhatKeepsTheContentFromBeingRead() {
        IOException cause = new IOException("disk");
        RequestBody body = RequestBody.once(content.length, new InputStream() {
            @Override
            public int read() throws IOException {
                throw cause;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw cause;
            }
        });
        assertEquals(cause, assertThrows(IOException.class, () -> writer().pushBlob(blob, body)));
        assertNothingLeft();
        assertEquals(List.of("HEAD", "POST", "PUT", "DELETE"), methods());
    }

    @Test
    void contentThatCanBeReadOnceIsSentOnce() throws IOException {
        RequestBody once = RequestBody.once(content.length, new ByteArrayInputStream(content));
        registry.intercept(BrokenUploads.times(1, request -> {
            if (request.method().equals("PUT")) {
                throw new IOException("no connection, and nothing of the body was sent");
            }
            return null;
        }));
        assertEquals(BlobOutcome.SENT, writer().pushBlob(blob, once));
        assertPushed();
        repository.blobs.clear();
        RequestBody again = RequestBody.once(content.length, new ByteArrayInputStream(content));
        registry.intercept(BrokenUploads.times(1, BrokenUploads.after(70_000, "PUT", repository)));
        var e = assertThrows(RegistryException.class, () -> writer().pushBlob(blob, again));
        assertEquals(Reason.UNREACHABLE, e.reason());
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void doesNotBelieveAnAnswerThatComesBeforeTheContent(Form form) {
        registry.intercept(request -> switch (request.method()) {
            case "PUT", "POST" ->
                request.body().length() > 0
                        ? MemoryRegistry.answer(
                                201,
                                Map.of("Docker-Content-Digest", blob.digest().toString()))
                        : null;
            case "PATCH" -> MemoryRegistry.answer(202, Map.of());
            default -> null;
        });
        assertEquals(
                Reason.PROTOCOL,
                refusal(writer(UploadPolicy.defaults().withForm(form).withChunkBytes(9000))));
    }

    @Test
    void refusesARegistryThatSaysItHasSomethingElse() {
        Digest other = Digest.sha256Of(new byte[1]);
        String sha512 = Digest.of(DigestAlgorithm.SHA512, content).toString();
        for (String claimed : List.of(other.toString(), sha512)) {
            MemoryRegistry.Interceptor liar = request -> {
                if (!request.method().equals("PUT")) {
                    return null;
                }
                request.body().open().transferTo(OutputStream.nullOutputStream());
                return MemoryRegistry.answer(201, Map.of("Docker-Content-Digest", claimed));
            };
            registry.intercept(liar);
            assertEquals(Reason.PROTOCOL, refusal(writer()), claimed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:AB", "none"})
    void whatIsNoDigestSaysNothingAgainstABlobOrAManifest(String claimed) throws IOException {
        List<String> told = new ArrayList<>();
        registry.intercept(request -> {
            if (!request.method().equals("PUT")) {
                return null;
            }
            registry.answerItself(request);
            return MemoryRegistry.answer(201, Map.of("Docker-Content-Digest", claimed));
        });
        RepositoryWriter writer = registry.client()
                .withListener(new RegistryListener() {
                    @Override
                    public void ignored(String from, String what) {
                        told.add(what);
                    }
                })
                .repository(Reference.parse("registry.example.org/team/app"))
                .writer();
        assertEquals(BlobOutcome.SENT, push(writer));
        Manifest manifest = imageThatIsNotThere();
        writer.pushManifest(manifest, "1");
        assertEquals(manifest.digest(), repository.tagged("1").orElseThrow());
        assertEquals(2, told.size());
        assertTrue(told.get(0).contains(claimed), told.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a/", "a:1", "../a", "a,b", "a b"})
    void mountsFromNothingThatCannotBeARepository(String from) {
        assertThrows(IllegalArgumentException.class, () -> writer().pushBlob(blob, RequestBody.of(content), from));
        assertEquals(List.of(), registry.requests());
    }

    @Test
    void acceptsARegistryThatHasTheBlobUnderAnotherAlgorithmsDigestToo() throws IOException {
        registry.intercept(request -> {
            if (!request.method().equals("PUT")) {
                return null;
            }
            registry.answerItself(request);
            return MemoryRegistry.answer(
                    201,
                    Map.of(
                            "Docker-Content-Digest",
                            Digest.of(DigestAlgorithm.SHA512, content).toString()));
        });
        assertEquals(BlobOutcome.SENT, push(writer()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://registry.example.org/up/1?a=b%2Fc&d",
                "/up/1?a=b%2Fc&d",
                "//registry.example.org/up/1?a=b%2Fc&d",
                "../../../../../up/1?a=b%2Fc&d"
            })
    void followsALocationWithItsQuery(String location) throws IOException {
        registry.intercept(request -> {
            if (request.uri().getPath().startsWith("/up/")) {
                request.body().open().transferTo(OutputStream.nullOutputStream());
                return MemoryRegistry.answer(201, Map.of());
            }
            return request.method().equals("POST") ? MemoryRegistry.answer(202, Map.of("Location", location)) : null;
        });
        assertEquals(BlobOutcome.SENT, push(writer()));
        assertEquals(
                "https://registry.example.org/up/1?a=b%2Fc&d&digest=sha256%3A"
                        + blob.digest().encoded(),
                registry.requests().get(2).uri().toString());
    }

    @Test
    void givesAnUploadUpThoughItsThreadWasInterrupted() {
        Cancellation cancellation = Cancellation.create();
        registry.intercept(request -> {
            if (request.method().equals("PUT")) {
                cancellation.cancel();
                Thread.currentThread().interrupt();
                throw new IOException("closed");
            }
            return null;
        });
        RepositoryWriter writer = registry.client()
                .withCancellation(cancellation)
                .repository(Reference.parse("registry.example.org/team/app"))
                .writer();
        assertEquals(Reason.CANCELLED, refusal(writer));
        assertTrue(Thread.interrupted());
        assertEquals(List.of("HEAD", "POST", "PUT", "DELETE"), methods());
        assertNothingLeft();
    }

    @Test
    void refusesAnUploadWithoutAPlace() {
        registry.intercept(request -> request.method().equals("POST") ? MemoryRegistry.answer(202, Map.of()) : null);
        assertEquals(Reason.PROTOCOL, refusal(writer()));
        registry.intercept(request -> request.method().equals("POST")
                ? MemoryRegistry.answer(202, Map.of("Location", "http://[not an address"))
                : null);
        assertEquals(Reason.PROTOCOL, refusal(writer()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/up",
                "https://169.254.169.254/latest/api/token",
                "https://[::1]:8080/up",
                "http://registry.example.org:8080/up",
                "https://user@elsewhere.example.org/up",
                "file:///etc/passwd",
                "mailto:somebody@example.org",
                "ftp://elsewhere.example.org/up"
            })
    void sendsNothingWhereALocationMustNotLead(String location) {
        registry.intercept(request ->
                request.method().equals("POST") ? MemoryRegistry.answer(202, Map.of("Location", location)) : null);
        var e = assertThrows(RegistryException.class, () -> push(writer()));
        assertEquals(Reason.UNSAFE_LOCATION, e.reason());
        assertFalse(String.valueOf(e.getMessage()).contains("null"), e.getMessage());
        assertEquals(List.of("HEAD", "POST"), methods());
    }

    /** A registry that begins well and then redirects. */
    @Test
    void sendsNothingWhereALaterLocationMustNotLead() {
        registry.intercept(request -> switch (request.method()) {
            case "POST" -> MemoryRegistry.answer(202, Map.of("Location", "/up"));
            case "PATCH" -> {
                request.body().open().transferTo(OutputStream.nullOutputStream());
                yield MemoryRegistry.answer(202, Map.of("Location", "https://127.0.0.1/up"));
            }
            default -> null;
        });
        assertEquals(Reason.UNSAFE_LOCATION, refusal(chunks(90_000)));
        assertEquals(List.of("HEAD", "POST", "PATCH"), methods());
    }

    @Test
    void sendsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("blob"), content);
        assertEquals(BlobOutcome.SENT, writer().pushBlob(blob, RequestBody.ofFile(file)));
        assertPushed();
        assertThrows(NoSuchFileException.class, () -> RequestBody.ofFile(folder.resolve("none")));
        // One that has changed since it was described.
        Descriptor other = Descriptor.ofContent(TYPE, new byte[content.length]);
        assertThrows(VerificationException.class, () -> writer().pushBlob(other, RequestBody.ofFile(file)));
        RequestBody body = RequestBody.ofFile(file);
        Files.write(file, new byte[1], StandardOpenOption.APPEND);
        repository.blobs.clear();
        assertThrows(VerificationException.class, () -> writer().pushBlob(blob, body));
    }

    @Test
    void sendsNoCredentialsToALocationOnAnotherOrigin() throws IOException {
        registry.intercept(request -> {
            if (request.uri().getHost().equals("elsewhere.example.org")) {
                request.body().open().transferTo(OutputStream.nullOutputStream());
                return MemoryRegistry.answer(201, Map.of());
            }
            if (!request.headers().containsKey("Authorization")) {
                return MemoryRegistry.answer(401, Map.of("WWW-Authenticate", "Basic realm=\"r\""));
            }
            return request.method().equals("POST")
                    ? MemoryRegistry.answer(202, Map.of("Location", "https://elsewhere.example.org/up"))
                    : null;
        });
        RepositoryWriter writer = registry.client()
                .withCredentialsForEveryRegistry(Credentials.of("user", "secret"))
                .repository(Reference.parse("registry.example.org/team/app"))
                .writer();
        assertEquals(BlobOutcome.SENT, push(writer));
        for (Request request : registry.requests()) {
            if (!request.uri().getHost().equals("registry.example.org")) {
                assertFalse(request.headers().containsKey("Authorization"), request.toString());
                assertFalse(request.headers().toString().contains("secret"));
            }
        }
        assertEquals(
                "elsewhere.example.org",
                registry.requests().get(registry.requests().size() - 1).uri().getHost());
    }

    @Test
    void sendsManifestsByteForByte() throws IOException {
        Descriptor image = repository.image("1", "layer");
        byte[] bytes = repository.manifestBytes(image.digest()).orElseThrow();
        Manifest manifest = Manifest.parse(bytes, image.mediaType(), DocumentLimits.defaults());
        repository.manifests.clear();
        repository.tags.clear();
        assertEquals(image, writer().pushManifest(manifest));
        assertArrayEquals(bytes, repository.manifestBytes(image.digest()).orElseThrow());
        assertTrue(repository.tags.isEmpty());
        assertEquals(image, writer().pushManifest(manifest, "2.0"));
        assertEquals(image.digest(), repository.tagged("2.0").orElseThrow());
        assertEquals(
                List.of("PUT /v2/team/app/manifests/" + image.digest(), "PUT /v2/team/app/manifests/2.0"),
                registry.log());
        for (Request request : registry.requests()) {
            assertEquals(List.of(image.mediaType()), request.headers().get("Content-Type"));
        }
        for (String tag : List.of("", "a/b", "-a", "a".repeat(129), "a:b", "..", "a?b")) {
            assertThrows(IllegalArgumentException.class, () -> writer().pushManifest(manifest, tag));
            assertThrows(IllegalArgumentException.class, () -> writer().deleteTag(tag));
        }
    }

    private Manifest imageThatIsNotThere() throws IOException {
        Descriptor image = repository.image("1", "layer");
        byte[] bytes = repository.manifestBytes(image.digest()).orElseThrow();
        repository.manifests.clear();
        repository.tags.clear();
        return Manifest.parse(bytes, image.mediaType(), DocumentLimits.defaults());
    }

    @Test
    void letsSeveralTagsStandForAManifestInOneRequest() throws IOException {
        Manifest manifest = imageThatIsNotThere();
        repository.setTagsAtATime(3);
        Descriptor pushed = writer().pushManifest(manifest, List.of("1.2.3", "1.2", "1", "1.2"));
        assertEquals(manifest.digest(), pushed.digest());
        assertEquals(Set.of("1.2.3", "1.2", "1"), repository.tags.keySet());
        assertEquals(
                List.of("PUT /v2/team/app/manifests/" + manifest.digest() + "?tag=1.2.3&tag=1.2&tag=1"),
                registry.log());
    }

    @Test
    void sendsTagsThatTheRegistryDoesNotConfirmOneAfterTheOther() throws IOException {
        Manifest manifest = imageThatIsNotThere();
        repository.setTagsAtATime(1);
        writer().pushManifest(manifest, List.of("a", "b", "c"));
        assertEquals(Set.of("a", "b", "c"), repository.tags.keySet());
        assertEquals(
                List.of(
                        "PUT /v2/team/app/manifests/" + manifest.digest() + "?tag=a&tag=b&tag=c",
                        "PUT /v2/team/app/manifests/b",
                        "PUT /v2/team/app/manifests/c"),
                registry.log());
    }

    @Test
    void sendsTagsOneAfterTheOtherWhereAllTogetherAreTooLong() throws IOException {
        Manifest manifest = imageThatIsNotThere();
        registry.intercept(
                request -> request.uri().getRawQuery() == null ? null : MemoryRegistry.answer(414, Map.of()));
        writer().pushManifest(manifest, List.of("a", "b"));
        assertEquals(Set.of("a", "b"), repository.tags.keySet());
        assertEquals(3, registry.requests().size());
    }

    @Test
    void sendsOneTagAndNoneAsSuch() throws IOException {
        Manifest manifest = imageThatIsNotThere();
        writer().pushManifest(manifest, List.of());
        writer().pushManifest(manifest, Set.of("a"));
        assertEquals(
                List.of("PUT /v2/team/app/manifests/" + manifest.digest(), "PUT /v2/team/app/manifests/a"),
                registry.log());
        assertThrows(IllegalArgumentException.class, () -> writer().pushManifest(manifest, List.of("a", "b&tag=c")));
        assertEquals(2, registry.requests().size());
    }

    @Test
    void refusesARegistryThatKnowsAManifestByAnotherDigest() throws IOException {
        Descriptor image = repository.image("1", "layer");
        byte[] bytes = repository.manifestBytes(image.digest()).orElseThrow();
        Manifest manifest = Manifest.parse(bytes, image.mediaType(), DocumentLimits.defaults());
        String[] claimed = {Digest.of(DigestAlgorithm.SHA512, bytes).toString()};
        registry.intercept(request -> MemoryRegistry.answer(201, Map.of("Docker-Content-Digest", claimed[0])));
        assertEquals(image, writer().pushManifest(manifest, "1"));
        for (String other : List.of(
                Digest.sha256Of(content).toString(),
                Digest.of(DigestAlgorithm.SHA512, content).toString())) {
            claimed[0] = other;
            var e = assertThrows(RegistryException.class, () -> writer().pushManifest(manifest, "1"));
            assertEquals(Reason.PROTOCOL, e.reason());
        }
    }

    @Test
    void deletes() throws IOException {
        Descriptor image = repository.image("1", "layer");
        repository.tag("2", image);
        repository.blob(TYPE, content);
        writer().deleteTag("1");
        assertTrue(repository.tagged("1").isEmpty());
        assertTrue(repository.tagged("2").isPresent());
        writer().deleteManifest(image.digest());
        assertTrue(repository.manifests.isEmpty());
        writer().deleteBlob(blob.digest());
        assertTrue(repository.content(blob.digest()).isEmpty());
        for (Executable gone : List.<Executable>of(
                () -> writer().deleteTag("1"),
                () -> writer().deleteManifest(image.digest()),
                () -> writer().deleteBlob(blob.digest()))) {
            assertEquals(
                    Reason.NOT_FOUND,
                    assertThrows(RegistryException.class, gone).reason());
        }
        registry.intercept(request -> MemoryRegistry.error(405, "UNSUPPORTED"));
        for (Executable refused : List.<Executable>of(
                () -> writer().deleteTag("1"),
                () -> writer().deleteManifest(image.digest()),
                () -> writer().deleteBlob(blob.digest()))) {
            assertEquals(
                    Reason.UNSUPPORTED,
                    assertThrows(RegistryException.class, refused).reason());
        }
    }
}
