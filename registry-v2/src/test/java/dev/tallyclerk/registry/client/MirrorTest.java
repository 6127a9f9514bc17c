package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.filesystem.ExtractionOptions;
import dev.tallyclerk.registry.filesystem.ImageExtractor;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorTest {
    private static final String REGISTRY = "registry.example.org";
    private static final Mirror MIRROR = Mirror.of(URI.create("https://mirror.example.net/cache/"));

    private static final byte[] LAYER = new TestTar().file("a", "content").finish();

    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryRegistry mirror = new MemoryRegistry();
    private final Descriptor image = registry.repository("a").image("1", "layer");
    private final byte[] content = new byte[200_000];
    private final Descriptor blob;
    private final List<String> passedOver = new ArrayList<>();

    MirrorTest() {
        new Random(1).nextBytes(content);
        blob = registry.repository("a").blob("text/plain", content);
        mirror.repository("a").image("1", "layer");
        mirror.repository("a").blob("text/plain", content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io", "index.docker.io", "registry-1.docker.io", "Docker.io"})
    void theMirrorsOfDockerHubAreThoseOfAnyOfItsNames(String name) throws IOException {
        Descriptor manifest = registry.repository("library/a").image("1", "layer");
        RegistryClient client =
                registry.client().withMirrors(name, List.of(Mirror.of(URI.create("https://mirror.example.net"))));
        for (String repository : List.of("docker.io/library/a", "registry-1.docker.io/library/a")) {
            assertTrue(client.repository(Reference.parse(repository))
                    .manifest(manifest.digest())
                    .isPresent());
        }
        assertEquals(
                List.of("mirror.example.net", "mirror.example.net"),
                registry.requests().stream()
                        .map(request -> request.uri().getHost())
                        .toList());
    }

    private RegistryClient client(Mirror... mirrors) {
        Transport both = request -> {
            if (!request.uri().getHost().equals("mirror.example.net")) {
                return registry.send(request);
            }
            // Below the mirror's own path it is a registry like others.
            URI uri = URI.create(request.uri().toString().replace("/cache/v2/", "/v2/"));
            Request moved = Request.of(request.method(), uri);
            for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
                for (String value : header.getValue()) {
                    moved = moved.withHeader(header.getKey(), value);
                }
            }
            return mirror.send(moved);
        };
        return registry.client(both)
                .withListener(new RegistryListener() {
                    @Override
                    public void passedOver(String of, String place, IOException failure) {
                        passedOver.add(of + " " + place);
                    }
                })
                .withMirrors(REGISTRY, List.of(mirrors));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v2", "/v2/", "//v2//"})
    void isAtTheSameAddressWithV2AndWithout(String end) {
        assertEquals(
                URI.create("https://m.example.net/v2/"),
                Mirror.of(URI.create("https://m.example.net" + end)).base());
        assertEquals(
                URI.create("https://m.example.net/xv2/v2/"),
                Mirror.of(URI.create("https://m.example.net/xv2" + end)).base());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2", "/v2/", "//v2//"})
    void v2AtTheEndOfItsAddressIsTheApiWhateverIsBeforeIt(String end) {
        Mirror named = Mirror.of(URI.create("https://m.example.net/api/v2/docker" + end));
        assertEquals(URI.create("https://m.example.net/api/v2/docker/v2/"), named.base());
        assertEquals("library/debian", named.path("library/debian"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/hub-proxy", "/v2/hub-proxy/", "//v2//hub-proxy//"})
    void whatIsBehindV2InItsAddressIsItsPrefix(String end) {
        Mirror named = Mirror.of(URI.create("https://m.example.net/cache" + end));
        assertEquals("https://m.example.net/cache/v2/hub-proxy", named.toString());
        assertEquals("hub-proxy/library/debian", named.path("library/debian"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a/", "/a", "A", "a//b", "..", "a?b", "a:1", "a@b", "a%2Fb"})
    void hasNoPrefixThatNoRepositoryBeginsWith(String prefix) {
        assertThrows(IllegalArgumentException.class, () -> MIRROR.withPrefix(prefix));
    }

    @Test
    void isAskedAndAuthenticatedWithItsPrefixAndTheRegistryWithout() throws IOException {
        byte[] manifest = registry.existing("a").manifestBytes(image.digest()).orElseThrow();
        mirror.repository("hub/proxy/a").manifest(MediaType.OCI_MANIFEST, manifest);
        mirror.repository("hub/proxy/a").blob("text/plain", content);
        mirror.intercept(request -> {
            if (request.uri().getPath().equals("/token")) {
                return MemoryRegistry.answer(200, Map.of(), "{\"token\":\"t\"}".getBytes(StandardCharsets.UTF_8));
            }
            return request.headers().containsKey("Authorization")
                    ? null
                    : MemoryRegistry.answer(
                            401,
                            Map.of("WWW-Authenticate", "Bearer realm=\"https://mirror.example.net/token\",service=m"));
        });
        Repository repository = repository(client(MIRROR.withPrefix("hub/proxy")
                .withCredentials(Credentials.of("m", "p"))
                .withTags(true)));
        assertEquals(
                image.digest(),
                repository.manifest(image.digest()).orElseThrow().digest());
        assertArrayEquals(content, read(repository, blob));
        assertEquals(List.of(), registry.log());
        assertEquals(
                List.of(
                        "GET /v2/hub/proxy/a/manifests/" + image.digest() + "?ns=" + REGISTRY,
                        "GET /token?service=m&scope=repository%3Ahub%2Fproxy%2Fa%3Apull",
                        "GET /v2/hub/proxy/a/manifests/" + image.digest() + "?ns=" + REGISTRY,
                        "GET /v2/hub/proxy/a/blobs/" + blob.digest() + "?ns=" + REGISTRY),
                mirror.log());
        assertEquals(List.of("1"), repository.tags());
        assertEquals(List.of("GET /v2/a/tags/list?n=" + Repository.PAGE), registry.log());
    }

    private static Repository repository(RegistryClient client) {
        return client.repository(Reference.parse(REGISTRY + "/a"));
    }

    private static byte[] read(Repository repository, Descriptor blob) throws IOException {
        try (InputStream in = repository.blob(blob).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    @Test
    void isAskedFirstForDigestsAndToldForWhom() throws IOException {
        Repository repository = repository(client(MIRROR));
        assertEquals(
                image.digest(),
                repository.manifest(image.digest()).orElseThrow().digest());
        assertEquals(image.digest(), repository.manifest(image).orElseThrow().digest());
        assertArrayEquals(content, read(repository, blob));
        assertTrue(repository.manifestClaim(image.digest()).isPresent());
        assertEquals(List.of(), registry.log());
        assertTrue(
                mirror.log().stream().allMatch(line -> line.endsWith("?ns=" + REGISTRY)),
                mirror.log().toString());
        assertEquals(List.of(), passedOver);
    }

    @Test
    void isAskedForTagsOnlyIfItMaySayWhatTheyStandFor() throws IOException {
        Descriptor other = mirror.repository("a").image("1", "another layer");
        assertEquals(
                image.digest(),
                repository(client(MIRROR)).manifest("1").orElseThrow().digest());
        assertEquals(List.of(), mirror.log());
        Repository trusting = repository(client(MIRROR.withTags(true)));
        assertEquals(other.digest(), trusting.manifest("1").orElseThrow().digest());
        registry.repository("a").image("2", "layer");
        assertTrue(trusting.manifest("2").isPresent(), "what the mirror does not have, the registry may have");
        assertEquals(List.of("1", "2"), trusting.tags());
    }

    @Test
    void itsOtherContentIsPassedOver() throws IOException {
        byte[] other = mirror.repository("a")
                .manifestBytes(
                        mirror.repository("a").image("2", "another layer").digest())
                .orElseThrow();
        mirror.intercept(request -> MemoryRegistry.answer(200, Map.of("Content-Type", MediaType.OCI_MANIFEST), other));
        Repository repository = repository(client(MIRROR));
        assertEquals(
                image.digest(),
                repository.manifest(image.digest()).orElseThrow().digest());
        assertEquals(List.of(REGISTRY + " mirror.example.net"), passedOver);
        try (ImageSource source = client(MIRROR).image(Reference.parse(REGISTRY + "/a@" + image.digest()))) {
            assertArrayEquals(
                    registry.existing("a").manifestBytes(image.digest()).orElseThrow(),
                    source.unverifiedManifest(image.digest(), 1 << 20)
                            .orElseThrow()
                            .bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 429, 500, 302, -1})
    void itsFailureIsPassedOver(int status) throws IOException {
        mirror.intercept(request -> {
            if (status < 0) {
                throw new IOException("connection refused");
            }
            return MemoryRegistry.error(status, "NO");
        });
        Repository repository = repository(client(MIRROR));
        assertEquals(
                image.digest(),
                repository.manifest(image.digest()).orElseThrow().digest());
        assertArrayEquals(content, read(repository, blob));
        int atTheRoot = status == 401 ? 1 : 0; // which may say what a 401 alone does not
        assertEquals(2 + atTheRoot, mirror.requests().size(), "it is asked once each time");
    }

    @Test
    void aBlobThatBreaksThereGoesOnAtTheRegistry() throws IOException {
        mirror.intercept(
                request -> MemoryRegistry.answer(200, Map.of(), BrokenStream.after(Arrays.copyOf(content, 70_000))));
        RegistryClient once = client(MIRROR).withHttp(http -> http.withRetries(RetryPolicy.never()));
        assertArrayEquals(content, read(repository(once), blob));
        assertEquals(List.of("GET /v2/a/blobs/" + blob.digest()), registry.log());
        assertEquals(
                List.of("bytes=70000-199999"),
                registry.requests().get(0).headers().get("Range"));
    }

    @Test
    void aWrongBlobOfItsIsFoundOutAndTheNextReadingIsFromTheRegistry() throws IOException {
        mirror.existing("a").replaceBlob(blob.digest(), new byte[content.length]);
        try (ImageSource source = client(MIRROR).image(Reference.parse(REGISTRY + "/a:1"))) {
            try (InputStream in = source.blob(blob).orElseThrow()) {
                var e = assertThrows(VerificationException.class, in::readAllBytes);
                assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
            }
            try (InputStream in = source.blob(blob).orElseThrow()) {
                assertArrayEquals(content, in.readAllBytes());
            }
        }
    }

    /** {@return the image of one layer that both have, which is one of files} */
    private Reference files() {
        String layer = new String(LAYER, StandardCharsets.UTF_8);
        mirror.repository("a").image("files", layer);
        return Reference.parse(REGISTRY + "/a@"
                + registry.repository("a").image("files", layer).digest());
    }

    private ImageManifest manifestOf(Reference image) throws IOException {
        return (ImageManifest) Manifest.parse(
                registry.existing("a")
                        .manifestBytes(image.digest().orElseThrow())
                        .orElseThrow(),
                DocumentLimits.defaults());
    }

    private static ImageFileSystem fileSystem(ImageSource source) throws IOException {
        ImageVerification documents = ImageVerifier.create().withoutLayers().verify(source);
        return ImageFileSystem.of(
                source, documents.manifest().orElseThrow(), documents.config().orElseThrow(), MergeOptions.defaults());
    }

    @Test
    void isAskedAsOftenAsSomebodyReadsWhatItHasRight(@TempDir Path folder) throws IOException {
        try (ImageSource source = client(MIRROR).image(files())) {
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        Verdict.VERIFIED, ImageVerifier.create().verify(source).verdict());
                assertTrue(fileSystem(source).file("a").isPresent());
                OciLayoutWriter writer =
                        OciLayoutWriter.create(folder.resolve("" + i), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
                assertEquals(
                        2,
                        ImageCopier.create()
                                .copy(source, writer.destination())
                                .copied()
                                .size());
            }
        }
        assertEquals(List.of(), registry.log());
    }

    @Test
    void whatTheVerifierFindsWrongIsReadFromTheRegistryInstead() throws IOException {
        Reference image = files();
        ImageManifest manifest = manifestOf(image);
        mirror.existing("a").replaceBlob(Digest.sha256Of(LAYER), new byte[LAYER.length]);
        mirror.existing("a")
                .replaceBlob(
                        manifest.config().digest(),
                        new byte[(int) manifest.config().size()]);
        try (ImageSource source = client(MIRROR).image(image)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        Verdict.VERIFIED, ImageVerifier.create().verify(source).verdict());
            }
        }
        assertEquals(
                List.of(
                        "GET /v2/a/blobs/" + manifest.config().digest(),
                        "GET /v2/a/blobs/" + Digest.sha256Of(LAYER),
                        "GET /v2/a/blobs/" + manifest.config().digest(),
                        "GET /v2/a/blobs/" + Digest.sha256Of(LAYER)),
                registry.log());
        assertEquals(3, mirror.requests().size(), mirror.log().toString());
    }

    @Test
    void whatBothHaveWrongIsAskedForTwiceAndFails() throws IOException {
        Reference image = files();
        mirror.existing("a").replaceBlob(Digest.sha256Of(LAYER), new byte[LAYER.length]);
        registry.existing("a").replaceBlob(Digest.sha256Of(LAYER), new byte[LAYER.length]);
        try (ImageSource source = client(MIRROR).image(image)) {
            assertEquals(Verdict.FAILED, ImageVerifier.create().verify(source).verdict());
            assertThrows(VerificationException.class, () -> fileSystem(source));
        }
        assertTrue(registry.log().size() <= 3, registry.log().toString());
    }

    @Test
    void whatItHadWrongAndTheRegistryDoesNotHaveIsWrong() throws IOException {
        Reference image = files();
        mirror.existing("a").replaceBlob(Digest.sha256Of(LAYER), new byte[LAYER.length]);
        registry.existing("a").blobs.remove(Digest.sha256Of(LAYER));
        try (ImageSource source = client(MIRROR).image(image)) {
            ImageVerification verification = ImageVerifier.create().verify(source);
            assertEquals(
                    List.of("DIGEST_MISMATCH"),
                    verification.problems().stream()
                            .map(problem -> ((ContentResult.Failed) problem.result())
                                    .reason()
                                    .name())
                            .toList());
        }
    }

    @Test
    void layersThatTheMergingFindsWrongAreReadFromTheRegistryInstead(@TempDir Path folder) throws IOException {
        Reference image = files();
        mirror.existing("a").replaceBlob(Digest.sha256Of(LAYER), new byte[LAYER.length]);
        try (ImageSource source = client(MIRROR).image(image)) {
            ImageFileSystem files = fileSystem(source);
            assertTrue(files.file("a").isPresent());
            assertEquals(1, registry.log().size(), registry.log().toString());
        }
        try (ImageSource source = client(MIRROR).image(image)) {
            ImageVerification documents = ImageVerifier.create().withoutLayers().verify(source);
            Path target = folder.resolve("extracted");
            ImageExtractor.of(ExtractionOptions.defaults())
                    .extract(
                            source,
                            documents.manifest().orElseThrow(),
                            documents.config().orElseThrow(),
                            target);
            assertTrue(Files.exists(target.resolve("a")));
            try (Stream<Path> left = Files.list(folder)) {
                assertEquals(List.of(target), left.toList());
            }
        }
    }

    @Test
    void isNotAskedAgainForABlobThatItHadWrong() throws IOException {
        mirror.existing("a").replaceBlob(blob.digest(), new byte[content.length]);
        RegistryClient client = client(MIRROR);
        assertThrows(VerificationException.class, () -> read(repository(client), blob));
        assertEquals(List.of(), registry.log());
        assertArrayEquals(content, read(repository(client), blob));
        assertArrayEquals(content, read(repository(client.withUploads(UploadPolicy.defaults())), blob));
        assertEquals(1, mirror.requests().size());
        assertTrue(repository(client).manifest(image.digest()).isPresent());
        assertEquals(2, mirror.requests().size(), "it is asked for everything else");
    }

    @Test
    void isAskedAgainForABlobThatNobodyReadToItsEnd() throws IOException {
        Repository repository = repository(client(MIRROR));
        try (InputStream in = repository.blob(blob).orElseThrow()) {
            assertEquals(content[0], (byte) in.read());
        }
        assertArrayEquals(content, read(repository, blob));
        assertEquals(2, mirror.requests().size());
        assertEquals(List.of(), registry.log());
    }

    @Test
    void getsItsOwnCredentialsAndNeverTheRegistrys() throws IOException {
        for (MemoryRegistry asking : List.of(registry, mirror)) {
            asking.intercept(request -> request.headers().containsKey("Authorization")
                    ? null
                    : MemoryRegistry.answer(401, Map.of("WWW-Authenticate", "Basic realm=\"r\"")));
        }
        RegistryClient client = client(MIRROR).withCredentialsForEveryRegistry(Credentials.of("user", "secret"));
        assertEquals(
                image.digest(),
                repository(client).manifest(image.digest()).orElseThrow().digest());
        assertNull(mirror.requests().get(0).headers().get("Authorization"));
        assertEquals(1, mirror.requests().size());

        RegistryClient known = client(MIRROR.withCredentials(Credentials.of("mirror", "other")))
                .withCredentialsForEveryRegistry(Credentials.of("user", "secret"));
        int asked = registry.requests().size();
        assertTrue(repository(known).manifest(image.digest()).isPresent());
        assertEquals(asked, registry.requests().size());
        assertEquals(
                List.of(Credentials.of("mirror", "other").basic().orElseThrow()),
                mirror.requests().get(2).headers().get("Authorization"));
        assertFalse(MIRROR.withCredentials(Credentials.of("mirror", "other"))
                .toString()
                .contains("other"));
    }

    @Test
    void ofAnotherRegistryIsNotAsked() throws IOException {
        assertTrue(client(MIRROR)
                .repository(Reference.parse("other.example.org/a"))
                .manifest(image.digest())
                .isPresent());
        assertEquals(List.of(), mirror.log());
    }

    @Test
    void aCancelledCallAsksNobodyElse() {
        Cancellation cancellation = Cancellation.create();
        mirror.intercept(request -> {
            cancellation.cancel();
            throw new IOException("cancelled");
        });
        Repository repository = repository(client(MIRROR)).withCancellation(cancellation);
        var e = assertThrows(RegistryException.class, () -> repository.manifest(image.digest()));
        assertEquals(Reason.CANCELLED, e.reason());
        assertEquals(List.of(), registry.log());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mirror.example.net",
                "ftp://x/",
                "https://u@x/",
                "https://x/?a",
                "https://x/#a",
                "https:///x",
                "/x",
                "https://x/v2/a/v2/b",
                "https://x/v2/v2/b",
                "https://x/v2/v2/v2/b",
                "https://x/v2/a//b",
                "https://x/v2/A",
                "https://x/v2/a%2Fb",
                "https://x/v2/../b"
            })
    void isAtAnAddressWithoutAnythingElse(String address) {
        assertThrows(IllegalArgumentException.class, () -> Mirror.of(URI.create(address)));
    }
}
