package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryManifestTest {
    private static final String CONTENT_DIGEST = "Docker-Content-Digest";

    private final MemoryRegistry registry = new MemoryRegistry();
    private final Descriptor image = registry.repository("a/b").image("1", "layer");
    private final byte[] bytes =
            registry.existing("a/b").manifestBytes(image.digest()).orElseThrow();
    private final Descriptor other = registry.repository("a/b").image("2", "another layer");
    private final Repository repository = registry.client().repository(Reference.parse("registry.example.org/a/b"));

    private static Reason refusal(Executable call) {
        return assertThrows(RegistryException.class, call).reason();
    }

    private static MalformedDocumentException.Reason malformed(Executable call) {
        return assertThrows(MalformedDocumentException.class, call).reason();
    }

    private static VerificationException.Reason unverified(Executable call) {
        return assertThrows(VerificationException.class, call).reason();
    }

    private void answer(String contentType, byte[] body, String... digest) {
        Map<String, String> headers = new HashMap<>();
        if (!contentType.isEmpty()) {
            headers.put("Content-Type", contentType);
        }
        if (digest.length > 0) {
            headers.put(CONTENT_DIGEST, digest[0]);
        }
        registry.intercept(request -> MemoryRegistry.answer(200, headers, body));
    }

    private void answer(String contentType, String body, String... digest) {
        answer(contentType, body.getBytes(StandardCharsets.UTF_8), digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=utf-8",
                "text/plain",
                "text/html; charset=utf-8",
                "application/octet-stream",
                "binary/octet-stream"
            })
    void readsWhatIsAnnouncedAsAnyDocumentByItsOwnType(String contentType) throws IOException {
        answer(contentType, bytes);
        assertEquals(image.digest(), repository.manifest("1").orElseThrow().digest());
        assertEquals(
                image.mediaType(),
                repository.manifest(image.digest()).orElseThrow().mediaType());
        answer("application/vnd.example+json", bytes);
        assertEquals(MalformedDocumentException.Reason.AMBIGUOUS, malformed(() -> repository.manifest("1")));
    }

    /** Clients that read the first header and clients that read the last one would read two documents. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.oci.image.manifest.v1+json | application/vnd.oci.image.index.v1+json",
                "application/vnd.oci.image.index.v1+json | application/vnd.oci.image.manifest.v1+json",
                "application/json | application/vnd.oci.image.manifest.v1+json",
                "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json | ",
            })
    void refusesContentTypesThatDisagree(String first, String second) {
        List<String> types = second == null ? List.of(first) : List.of(first, second);
        announce(types);
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifest("1")));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifest(image.digest())));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifest(image)));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifestClaim("1")));
    }

    @Test
    void takesAContentTypeThatIsRepeated() throws IOException {
        announce(List.of(image.mediaType(), image.mediaType().toUpperCase(Locale.ROOT) + "; a=\"b, c\""));
        assertEquals(image.digest(), repository.manifest("1").orElseThrow().digest());
    }

    private void announce(List<String> types) {
        registry.intercept(request -> new Response(
                200,
                Map.of(
                        "Content-Type",
                        types,
                        "Content-Length",
                        List.of(String.valueOf(bytes.length)),
                        CONTENT_DIGEST,
                        List.of(image.digest().toString())),
                new ByteArrayInputStream(bytes)));
    }

    @Test
    void givesAManifestByTagByDigestAndByDescriptor() throws IOException {
        Manifest byTag = repository.manifest("1").orElseThrow();
        assertEquals(image.digest(), byTag.digest());
        assertArrayEquals(bytes, byTag.bytes());
        assertEquals(byTag, repository.manifest(image.digest()).orElseThrow());
        assertEquals(byTag, repository.manifest(image).orElseThrow());
        List<String> accept =
                Objects.requireNonNull(registry.requests().get(0).headers().get("Accept"));
        assertEquals(MediaType.readableManifests(), accept);
    }

    @Test
    void givesNothingForWhatIsNotThere() throws IOException {
        Repository none = registry.client().repository(Reference.parse("registry.example.org/none"));
        Digest digest = Digest.sha256Of(new byte[0]);
        for (Repository from : List.of(repository, none)) {
            assertTrue(from.manifest("3").isEmpty());
            assertTrue(from.manifest(digest).isEmpty());
            assertTrue(from.manifestClaim("3").isEmpty());
            assertTrue(from.manifestClaim(digest).isEmpty());
        }
    }

    @Test
    void anImageThatIsNotThereIsAFailureByTagAndByDigest() throws IOException {
        Digest none = Digest.sha256Of("none".getBytes(StandardCharsets.UTF_8));
        for (String name : List.of(":none", "@" + none)) {
            Reference reference = Reference.parse("registry.example.org/a/b" + name);
            try (ImageSource image = registry.client().image(reference)) {
                var e = assertThrows(
                        ImageException.class, () -> ImageVerifier.create().verify(image));
                assertEquals(ImageException.Reason.NOT_FOUND, e.reason());
                assertTrue(String.valueOf(e.getMessage()).startsWith("registry.example.org has no a/b" + name));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "1@sha256", "../x", "1/2", "-1", ":1", "1?x=1", "a:1", "\u00e4"})
    void asksForNoTagThatCannotBeOne(String tag) {
        assertThrows(IllegalArgumentException.class, () -> repository.manifest(tag));
        assertThrows(IllegalArgumentException.class, () -> repository.manifestClaim(tag));
        assertTrue(registry.requests().isEmpty());
    }

    /** Case "pinned": another manifest under the digest, and a header that says it is the right one. */
    @Test
    void refusesAnotherManifestForADigestWhateverTheHeaderSays() {
        answer(
                MediaType.OCI_MANIFEST,
                registry.existing("a/b").manifestBytes(other.digest()).orElseThrow(),
                image.digest().toString());
        assertEquals(
                VerificationException.Reason.DIGEST_MISMATCH, unverified(() -> repository.manifest(image.digest())));
        assertEquals(VerificationException.Reason.TOO_LONG, unverified(() -> repository.manifest(image)));
    }

    @Test
    void aHeaderWithALieAboutWhatADigestGaveIsIgnored() throws IOException {
        answer(MediaType.OCI_MANIFEST, bytes, other.digest().toString());
        assertEquals(
                image.digest(),
                repository.manifest(image.digest()).orElseThrow().digest());
    }

    @Test
    void aHeaderWithALieAboutWhatATagGaveIsRefused() {
        answer(MediaType.OCI_MANIFEST, bytes, other.digest().toString());
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifest("1")));
        answer(
                MediaType.OCI_MANIFEST,
                bytes,
                Digest.of(DigestAlgorithm.SHA512, new byte[0]).toString());
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifest("1")));
    }

    @Test
    void aHeaderThatIsNoDigestSaysNothing() throws IOException {
        for (String none : List.of("sha256:../../..", image.digest().encoded())) {
            answer(MediaType.OCI_MANIFEST, bytes, none);
            assertEquals(image.digest(), repository.manifest("1").orElseThrow().digest());
            assertEquals(
                    image.digest(), repository.manifestClaim("1").orElseThrow().digest());
        }
    }

    @Test
    void aHeaderOfAnotherAlgorithmIsCompared() throws IOException {
        answer(
                MediaType.OCI_MANIFEST,
                bytes,
                Digest.of(DigestAlgorithm.SHA512, bytes).toString());
        assertEquals(image.digest(), repository.manifest("1").orElseThrow().digest());
        answer(MediaType.OCI_MANIFEST, bytes, "unknown:abc");
        assertEquals(image.digest(), repository.manifest("1").orElseThrow().digest());
    }

    /** Cases "ctype" and "ambig". */
    @Test
    void refusesADocumentThatIsNotWhatItIsAnnouncedAs() {
        answer(MediaType.OCI_INDEX, bytes);
        assertEquals(MalformedDocumentException.Reason.AMBIGUOUS, malformed(() -> repository.manifest("1")));
        answer("image/png", "{\"schemaVersion\":2,\"manifests\":[]}");
        assertEquals(MalformedDocumentException.Reason.UNSUPPORTED, malformed(() -> repository.manifest("1")));
        String text = new String(bytes, StandardCharsets.UTF_8);
        answer(MediaType.OCI_MANIFEST, text.replaceFirst("\\{", "{\"manifests\":[],"));
        assertEquals(MalformedDocumentException.Reason.AMBIGUOUS, malformed(() -> repository.manifest("1")));
        answer(MediaType.OCI_MANIFEST, text.replaceFirst("\\{", "{\"Layers\":[],"));
        assertEquals(MalformedDocumentException.Reason.CASE_VARIANT_MEMBER, malformed(() -> repository.manifest("1")));
    }

    @Test
    void parametersOfAContentTypeAndItsAbsenceDoNoHarm() throws IOException {
        answer(MediaType.OCI_MANIFEST + "; charset=utf-8", bytes);
        assertEquals(image.digest(), repository.manifest("1").orElseThrow().digest());
        answer("", bytes);
        assertEquals(image.digest(), repository.manifest("1").orElseThrow().digest());
    }

    @Test
    void whatADescriptorSaysCountsMoreThanAHeader() throws IOException {
        answer("text/plain", bytes);
        assertEquals(image.digest(), repository.manifest(image).orElseThrow().digest());
        Descriptor index = Descriptor.of(MediaType.OCI_INDEX, image.digest(), image.size());
        assertEquals(MalformedDocumentException.Reason.AMBIGUOUS, malformed(() -> repository.manifest(index)));
    }

    /** Case "bigmanifest". */
    @Test
    void readsNoMoreThanOneByteBeyondTheLimit() {
        DocumentLimits limits = DocumentLimits.defaults().withMaxManifestBytes(bytes.length - 1);
        Repository narrow =
                registry.client().withDocumentLimits(limits).repository(Reference.parse("registry.example.org/a/b"));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(() -> narrow.manifest("1")));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(() -> narrow.manifest(image.digest())));
        int asked = registry.requests().size();
        assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, malformed(() -> narrow.manifest(image)));
        assertEquals(asked, registry.requests().size(), "its promised size alone is too much");
    }

    @Test
    void aManifestWhoseAnswerBreaksIsAskedForAgain() throws IOException {
        registry.interceptOnce(
                request -> MemoryRegistry.answer(200, Map.of(), BrokenStream.after(Arrays.copyOf(bytes, 10))));
        assertEquals(image.digest(), repository.manifest("1").orElseThrow().digest());
        registry.intercept(
                request -> MemoryRegistry.answer(200, Map.of(), BrokenStream.after(Arrays.copyOf(bytes, 10))));
        int asked = registry.requests().size();
        assertEquals(Reason.UNREACHABLE, refusal(() -> repository.manifest("1")));
        assertEquals(RetryPolicy.defaults().attempts(), registry.requests().size() - asked);
    }

    @Test
    void claimsAreTakenFromHeadersAlone() throws IOException {
        ManifestClaim claim = new ManifestClaim(image.mediaType(), image.digest(), image.size());
        assertEquals(Optional.of(claim), repository.manifestClaim("1"));
        assertEquals(Optional.of(claim), repository.manifestClaim(image.digest()));
        assertTrue(
                registry.log().stream().allMatch(line -> line.startsWith("HEAD ")),
                registry.log().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Docker-Content-Digest", "Content-Length", "Content-Type", "400", "403", "405", "501"})
    void whatAnOldRegistryDoesNotSayIsFoundOutFromTheManifest(String without) throws IOException {
        registry.intercept(request -> {
            if (!request.method().equals("HEAD")) {
                return null;
            }
            if (without.length() == 3) {
                return MemoryRegistry.answer(Integer.parseInt(without), Map.of());
            }
            Map<String, String> headers = new HashMap<>(Map.of(
                    "Content-Type",
                    image.mediaType(),
                    "Content-Length",
                    String.valueOf(image.size()),
                    CONTENT_DIGEST,
                    image.digest().toString()));
            headers.remove(without);
            return MemoryRegistry.answer(200, headers);
        });
        ManifestClaim claim = new ManifestClaim(image.mediaType(), image.digest(), image.size());
        assertEquals(Optional.of(claim), repository.manifestClaim("1"));
        assertEquals(Optional.of(claim), repository.manifestClaim(image.digest()));
    }

    @ParameterizedTest
    @CsvSource({"Content-Length, 0", "Content-Encoding, gzip", "Docker-Content-Digest, ''"})
    void whatSaysNothingOfTheManifestIsNoClaim(String name, String value) throws IOException {
        registry.intercept(request -> {
            if (!request.method().equals("HEAD")) {
                return null;
            }
            Map<String, String> headers = new HashMap<>(Map.of(
                    "Content-Type",
                    image.mediaType(),
                    "Content-Length",
                    "17",
                    CONTENT_DIGEST,
                    image.digest().toString()));
            headers.put(name, value);
            return MemoryRegistry.answer(200, headers);
        });
        ManifestClaim claim = new ManifestClaim(image.mediaType(), image.digest(), image.size());
        assertEquals(Optional.of(claim), repository.manifestClaim("1"));
        if (!name.equals(CONTENT_DIGEST)) {
            assertEquals(Optional.of(claim), repository.manifestClaim(image.digest()));
        }
    }

    @Test
    void aSizeOfWhatIsPackedIsNoSizeOfABlob() throws IOException {
        Map<String, String> headers = Map.of("Content-Length", "17", "Content-Encoding", "gzip");
        registry.intercept(request -> MemoryRegistry.answer(200, headers));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.blobSize(image.digest())));
    }

    @Test
    void anImageThatIsNotThereIsAFailureInTheRegistrysOwnWords() throws IOException {
        String body = "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"project x was moved\"}]}";
        registry.intercept(request -> MemoryRegistry.answer(404, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
        for (String name : List.of(":2", "@" + image.digest())) {
            try (ImageSource source = registry.client().image(Reference.parse("registry.example.org/a" + name))) {
                var e = assertThrows(
                        ImageException.class, () -> ImageVerifier.create().verify(source));
                assertEquals(ImageException.Reason.NOT_FOUND, e.reason());
                RegistryException cause = assertInstanceOf(RegistryException.class, e.getCause());
                assertEquals(Reason.NOT_FOUND, cause.reason());
                assertEquals(List.of("NAME_UNKNOWN"), cause.codes());
                String message = String.valueOf(e.getMessage());
                assertTrue(message.startsWith("registry.example.org has no a" + name + ": "), message);
                assertTrue(message.endsWith("\"project x was moved\""), message);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>Log in</html>",
                "\r\n \t\f<!doctype html>",
                "\ufeff<html>",
                "\ufeff\n<html>",
                "Please log in",
                " ",
                "\ufeff",
                ""
            })
    void aPageForPeopleIsNoManifestThatIsBroken(String page) {
        answer("text/html; charset=utf-8", page);
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifest("1")));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifest(image.digest())));
    }

    @Test
    void aManifestThatIsCalledAPageIsReadAsWhatADescriptorSays() throws IOException {
        answer("text/html", bytes);
        assertEquals(image.digest(), repository.manifest(image).orElseThrow().digest());
    }

    @Test
    void aClaimOfAnotherDigestThanTheOneAskedForIsRefused() {
        registry.intercept(request -> MemoryRegistry.answer(
                200,
                Map.of(
                        "Content-Type",
                        image.mediaType(),
                        "Content-Length",
                        "1",
                        CONTENT_DIGEST,
                        other.digest().toString())));
        assertEquals(Reason.PROTOCOL, refusal(() -> repository.manifestClaim(image.digest())));
    }

    @Test
    void otherFailuresAreTyped() {
        for (Map.Entry<Integer, Reason> failure : Map.of(
                        401, Reason.UNAUTHORIZED, 403, Reason.DENIED, 500, Reason.SERVER_ERROR)
                .entrySet()) {
            Response answer = MemoryRegistry.error(failure.getKey(), "CODE");
            registry.intercept(request -> answer);
            assertEquals(failure.getValue(), refusal(() -> repository.manifest("1")));
            assertEquals(failure.getValue(), refusal(() -> repository.manifestClaim(image.digest())));
        }
    }
}
