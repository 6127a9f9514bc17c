package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.TestImages;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryDestinationTest {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");
    private static final String FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    @TempDir
    Path folder = Path.of("");

    private final MemoryRegistry from = new MemoryRegistry();
    private final MemoryRegistry to = new MemoryRegistry();

    private static Reference reference(String text) {
        return Reference.parse(text);
    }

    private CopyResult copy(String source, String destination) throws IOException {
        try (ImageSource image = from.client().image(reference(source))) {
            return ImageCopier.create().copy(image, to.client().destination(reference(destination)));
        }
    }

    /** An index of two images in a repository, tagged. */
    private static Descriptor index(MemoryRepository repository) {
        Descriptor one = repository.image("one", "base", "first");
        Descriptor two = repository.image("two", "base", "second");
        ImageIndex index = ImageIndex.builder()
                .manifest(one.withPlatform(Platform.parse("linux/amd64")))
                .manifest(two.withPlatform(Platform.parse("linux/arm64")))
                .build();
        return repository.tag("all", repository.manifest(index.mediaType(), index.bytes()));
    }

    @Test
    void saysByWhichDigestTheRegistryHasIt() throws IOException {
        MemoryRepository repository = from.repository("a");
        Descriptor image = repository.image("1", "layer");
        byte[] bytes = repository.manifestBytes(image.digest()).orElseThrow();
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, bytes);
        repository.manifests.put(sha512, FetchedManifest.of(bytes, image.mediaType()));
        CopyResult result = copy("from.example.org/a@" + sha512, "to.example.org/b:1");
        assertEquals(sha512, result.root().digest());
        assertEquals(image.digest(), result.destinationDigest());
        assertEquals(image.digest(), to.existing("b").tagged("1").orElseThrow());
        assertEquals(
                image.digest(),
                copy("from.example.org/a:1", "to.example.org/b:2").destinationDigest());
    }

    @Test
    void copiesAnIndexBlobsFirstAndTheNameLast() throws IOException {
        Descriptor index = index(from.repository("a"));
        CopyResult result = copy("from.example.org/a:all", "to.example.org/team/b:2.0");
        assertEquals(index.digest(), result.root().digest());
        assertEquals(5, result.copied().size());
        MemoryRepository copy = to.existing("team/b");
        assertEquals(index.digest(), copy.tagged("2.0").orElseThrow());
        from.existing("a")
                .manifests
                .keySet()
                .forEach(digest -> assertArrayEquals(
                        from.existing("a").manifestBytes(digest).orElseThrow(),
                        copy.manifestBytes(digest).orElseThrow()));
        assertEquals(from.existing("a").blobs.keySet(), copy.blobs.keySet());
        assertEquals(1, copy.tags.size());
        List<String> puts =
                to.log().stream().filter(line -> line.startsWith("PUT")).toList();
        assertEquals(8, puts.size());
        assertTrue(puts.subList(0, 5).stream().allMatch(line -> line.contains("/blobs/uploads/")), puts.toString());
        assertTrue(puts.subList(5, 7).stream().allMatch(line -> line.contains("/manifests/sha256:")), puts.toString());
        assertEquals("PUT /v2/team/b/manifests/2.0", puts.get(7));
        CopyResult again = copy("from.example.org/a:all", "to.example.org/team/b:2.0");
        assertEquals(5, again.alreadyThere().size());
    }

    @Test
    void copiesFromALayoutAndBackByteForByte() throws IOException {
        Path layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        Digest digest;
        try (OciLayout images = OciLayout.open(layout);
                ImageSource image = images.requireImage("1.0")) {
            digest = image.resolve().digest();
            ImageCopier.create().copy(image, to.client().destination(reference("to.example.org/b:1")));
        }
        Path back = folder.resolve("back");
        try (ImageSource image = to.client().image(reference("to.example.org/b:1"))) {
            ImageCopier.create()
                    .copy(
                            image,
                            OciLayoutWriter.create(back, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination("1"));
        }
        try (OciLayout images = OciLayout.open(back);
                ImageSource image = images.requireImage("1")) {
            assertEquals(digest, image.resolve().digest());
            assertEquals(Verdict.VERIFIED, ImageVerifier.create().verify(image).verdict());
        }
    }

    @Test
    void mountsWhatTheSourceHasInTheSameRegistry() throws IOException {
        Descriptor index = index(from.repository("a"));
        try (ImageSource image = from.client().image(reference("one.example.org/a:all"))) {
            CopyResult result =
                    ImageCopier.create().copy(image, from.client().destination(reference("one.example.org/b:all")));
            assertEquals(5, result.alreadyThere().size());
            assertEquals(0, result.copied().size());
        }
        assertEquals(index.digest(), from.existing("b").tagged("all").orElseThrow());
        assertEquals(
                0,
                from.log().stream()
                        .filter(line -> line.contains("GET /v2/a/blobs"))
                        .count());
        assertEquals(
                5, from.log().stream().filter(line -> line.contains("mount=")).count());
        copy("one.example.org/a:all", "two.example.org/b:all");
        assertEquals(
                0, to.log().stream().filter(line -> line.contains("mount=")).count());
    }

    /** Each blob is read from and sent to one host, which takes one request at a time of each kind. */
    @Test
    void copiesWithinARegistryThatMountsNothingAndTakesFewRequests() throws IOException {
        index(from.repository("a"));
        from.intercept(request -> String.valueOf(request.uri().getQuery()).contains("mount=")
                ? MemoryRegistry.error(405, "UNSUPPORTED")
                : null);
        RegistryClient client = from.client()
                .withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxRequestsPerHost(1)));
        try (ImageSource image = client.image(reference("one.example.org/a:all"))) {
            CopyResult result = ImageCopier.create().copy(image, client.destination(reference("one.example.org/b:1")));
            assertEquals(5, result.copied().size());
        }
        assertEquals(from.existing("a").blobs.keySet(), from.existing("b").blobs.keySet());
    }

    @Test
    void doesNotTouchTheNameIfABlobIsNotThePromisedOne() throws IOException {
        Descriptor old = to.repository("b").image("1", "old");
        Descriptor image = from.repository("a").image("1", "new");
        Digest layer = Digest.sha256Of("new".getBytes(StandardCharsets.UTF_8));
        from.existing("a").replaceBlob(layer, "bad".getBytes(StandardCharsets.UTF_8));
        assertThrows(VerificationException.class, () -> copy("from.example.org/a:1", "to.example.org/b:1"));
        assertEquals(old.digest(), to.existing("b").tagged("1").orElseThrow());
        assertTrue(to.existing("b").manifestBytes(image.digest()).isEmpty());
        assertTrue(to.existing("b").content(layer).isEmpty());
        assertEquals(0, to.existing("b").openUploads());
    }

    @Test
    void aDigestInTheNameMustBeThatOfTheImage() throws IOException {
        Descriptor image = from.repository("a").image("1", "layer");
        copy("from.example.org/a:1", "to.example.org/b@" + image.digest());
        assertTrue(to.existing("b").manifestBytes(image.digest()).isPresent());
        assertTrue(to.existing("b").tags.isEmpty());
        copy("from.example.org/a:1", "to.example.org/b:2@" + image.digest());
        assertEquals(image.digest(), to.existing("b").tagged("2").orElseThrow());
        String other = "to.example.org/c:1@" + Digest.sha256Of(new byte[0]);
        var e = assertThrows(ImageException.class, () -> copy("from.example.org/a:1", other));
        assertEquals(ImageException.Reason.UNSUPPORTED, e.reason());
        assertThrows(IllegalArgumentException.class, () -> to.client().destination(reference("to.example.org/b")));
        assertThrows(IllegalArgumentException.class, () -> to.client().destination(reference("b:1")));
    }

    private static Descriptor manyLayers(MemoryRepository repository) {
        return repository.image(
                "many", IntStream.range(0, 12).mapToObj(i -> "layer " + i).toArray(String[]::new));
    }

    @Test
    void sendsSeveralBlobsAtATime() throws IOException {
        Descriptor image = manyLayers(from.repository("a"));
        CountDownLatch four = new CountDownLatch(4);
        to.intercept(request -> {
            if (request.method().equals("PUT") && four.getCount() > 0) {
                four.countDown();
                await(four);
            }
            return null;
        });
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (ImageSource source = from.client().image(reference("from.example.org/a:many"))) {
            CopyResult result = ImageCopier.create()
                    .withExecutor(threads, 4)
                    .copy(source, to.client().destination(reference("to.example.org/b:1")));
            assertEquals(13, result.copied().size());
        } finally {
            threads.shutdownNow();
        }
        assertEquals(image.digest(), to.existing("b").tagged("1").orElseThrow());
        assertEquals(from.existing("a").blobs.keySet(), to.existing("b").blobs.keySet());
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "nobody else came");
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aBlobThatFailsEndsTheCallsForTheOthers() throws IOException {
        manyLayers(from.repository("a"));
        CountDownLatch four = new CountDownLatch(4);
        AtomicInteger puts = new AtomicInteger();
        to.intercept(request -> {
            if (!request.method().equals("PUT")) {
                return null;
            }
            four.countDown();
            await(four);
            if (puts.incrementAndGet() == 1) {
                return MemoryRegistry.error(403, "DENIED");
            }
            // A registry that never answers, until the call is cancelled.
            CountDownLatch cancelled = new CountDownLatch(1);
            request.cancellation().onCancel(cancelled::countDown);
            await(cancelled);
            throw new IOException("closed");
        });
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (ImageSource source = from.client().image(reference("from.example.org/a:many"))) {
            var e = assertThrows(
                    RegistryException.class,
                    () -> ImageCopier.create()
                            .withExecutor(threads, 4)
                            .copy(source, to.client().destination(reference("to.example.org/b:1"))));
            assertEquals(HttpException.Reason.DENIED, e.reason());
            assertEquals(0, e.getSuppressed().length);
        } finally {
            threads.shutdownNow();
        }
        assertEquals(4, puts.get());
        assertEquals(0, to.existing("b").openUploads());
        assertTrue(to.existing("b").tags.isEmpty());
    }

    @Test
    void theCallersCancellationEndsAll() throws IOException {
        manyLayers(from.repository("a"));
        Cancellation cancellation = Cancellation.create();
        to.intercept(request -> {
            if (request.method().equals("PUT")) {
                cancellation.cancel();
                throw new IOException("closed");
            }
            return null;
        });
        RegistryClient client = to.client().withCancellation(cancellation);
        try (ImageSource source = from.client().image(reference("from.example.org/a:many"))) {
            var e = assertThrows(
                    RegistryException.class,
                    () -> ImageCopier.create().copy(source, client.destination(reference("to.example.org/b:1"))));
            assertEquals(HttpException.Reason.CANCELLED, e.reason());
        }
        assertEquals(0, to.existing("b").openUploads());
    }

    @Test
    void leavesOutWhatNeedNotBeThere() throws IOException {
        MemoryRepository repository = from.repository("a");
        Descriptor layer = repository.blob(FOREIGN, "foreign".getBytes(StandardCharsets.UTF_8));
        Manifest manifest = ImageManifest.builder(
                        repository.blob("application/vnd.example.config+json", "{}".getBytes(StandardCharsets.UTF_8)))
                .layer(layer)
                .build();
        repository.tag("1", repository.manifest(manifest.mediaType(), manifest.bytes()));
        repository.blobs.remove(layer.digest());
        // A registry that does not look for blobs.
        to.intercept(request ->
                request.uri().getPath().contains("/manifests/") ? MemoryRegistry.answer(201, Map.of()) : null);
        assertEquals(
                List.of(layer),
                copy("from.example.org/a:1", "to.example.org/b:1").leftOut());
        assertEquals(0, to.existing("b").openUploads());
    }

    @Test
    void sendsALayerThatIsToBeDistributedWhateverElseItIsCalled() throws IOException {
        MemoryRepository repository = from.repository("a");
        byte[] content = "foreign".getBytes(StandardCharsets.UTF_8);
        Descriptor layer = repository.blob(MediaType.OCI_LAYER, content);
        Manifest manifest = ImageManifest.builder(
                        repository.blob("application/vnd.example.config+json", "{}".getBytes(StandardCharsets.UTF_8)))
                .layer(Descriptor.ofContent(FOREIGN, content).withUrls(List.of("https://vendor.example.org/layer")))
                .layer(layer)
                .build();
        repository.tag("1", repository.manifest(manifest.mediaType(), manifest.bytes()));
        CopyResult result = copy("from.example.org/a:1", "to.example.org/b:1");
        assertEquals(List.of(), result.leftOut());
        assertTrue(to.existing("b").content(layer.digest()).isPresent());
    }

    @Test
    void doesNotSendWhatIsNotToBeDistributed() throws IOException {
        MemoryRepository repository = from.repository("a");
        Descriptor layer = repository
                .blob(FOREIGN, "foreign".getBytes(StandardCharsets.UTF_8))
                .withUrls(List.of("https://vendor.example.org/layer"));
        Manifest manifest = ImageManifest.builder(
                        repository.blob("application/vnd.example.config+json", "{}".getBytes(StandardCharsets.UTF_8)))
                .layer(layer)
                .build();
        repository.tag("1", repository.manifest(manifest.mediaType(), manifest.bytes()));
        CopyResult result = copy("from.example.org/a:1", "to.example.org/b:1");
        assertEquals(List.of(layer), result.leftOut());
        assertTrue(to.existing("b").content(layer.digest()).isEmpty());
        assertEquals(Map.of("1", manifest.digest()), to.existing("b").tags);
    }
}
