package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.client.MemoryRepository;
import dev.tallyclerk.registry.client.Mirror;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.verify.store.CacheLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What upstreams and callers cannot do to one another. */
class ProxyIsolationTest {
    private static final byte[] LAYER = TestProxy.layer(1, 300_000);
    private static final Digest DIGEST = Digest.sha256Of(LAYER);
    private static final String APP = "/v2/team/app";
    private static final String BLOB = APP + "/blobs/" + DIGEST;
    private static final String OTHER_HOST = "other.example.org";
    private static final String THIEF = "/v2/" + OTHER_HOST + "/evil/thief";

    @TempDir
    Path folder;

    private final MemoryRegistry other = new MemoryRegistry();
    private TestProxy test;
    private Descriptor image;

    @BeforeEach
    void start() throws IOException {
        test = TestProxy.create(folder);
        image = TestProxy.image(test.repository(), "1.0", LAYER);
        test.proxy = test.proxy.withUpstream(
                Upstream.of(OTHER_HOST, other.client().withHttp(http -> http.withRetries(RetryPolicy.never()))));
    }

    @AfterEach
    void stop() {
        test.close();
    }

    /** Gives a repository the manifest, and not what it names. */
    private void nameOnly(MemoryRepository thief) {
        thief.tag(
                "1.0",
                thief.manifest(
                        MediaType.OCI_MANIFEST,
                        test.repository().manifestBytes(image.digest()).orElseThrow()));
    }

    @Test
    void sayingToHaveABlobIsNotEnoughToReadWhatAnotherUpstreamGave() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(BLOB);
        nameOnly(other.repository("evil/thief"));
        test.get(THIEF + "/manifests/1.0");
        other.intercept(request -> {
            if (!request.uri().getPath().contains("/blobs/")) {
                return null;
            }
            // It knows the size, and agrees to every part.
            return request.method().equals("HEAD") || request.headers().containsKey("Range")
                    ? MemoryRegistry.content(request, new byte[LAYER.length], Map.of())
                    : MemoryRegistry.answer(200, Map.of(), new ByteArrayInputStream(new byte[LAYER.length]));
        });
        assertEquals(200, test.head(THIEF + "/blobs/" + DIGEST).status());
        for (int i = 0; i < 2; i++) {
            try (ProxyAnswer answer = test.proxy.answer(ProxyRequest.of("GET", THIEF + "/blobs/" + DIGEST))) {
                if (answer.status() == 200) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    assertThrows(IOException.class, () -> answer.writeTo(out));
                    assertArrayEquals(new byte[out.size()], out.toByteArray());
                } else {
                    assertEquals(502, answer.status(), "the wrong content was there at once");
                }
            }
        }
        assertArrayEquals(LAYER, test.get(BLOB).body(), "what is cached stays");
    }

    @Test
    void whatAnotherUpstreamsFetchHasLeftIsNeitherReadNorSpoilt() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.registry.interceptOnce(request -> request.uri().getPath().contains("/blobs/")
                ? MemoryRegistry.answer(200, Map.of(), new ByteArrayInputStream(LAYER, 0, 200_000))
                : null);
        AtomicBoolean down = new AtomicBoolean(true);
        test.registry.intercept(request -> {
            if (down.get() && request.headers().containsKey("Range")) {
                throw new IOException("connection refused");
            }
            return null;
        });
        try (ProxyAnswer answer = test.proxy.answer(ProxyRequest.of("GET", BLOB))) {
            if (answer.status() == 200) {
                assertThrows(IOException.class, () -> answer.writeTo(new ByteArrayOutputStream()));
            }
        }
        nameOnly(other.repository("evil/thief"));
        test.get(THIEF + "/manifests/1.0");
        assertEquals(404, test.get(THIEF + "/blobs/" + DIGEST).status());
        assertEquals(
                List.of(),
                other.requests().stream()
                        .filter(request -> request.headers().containsKey("Range"))
                        .toList());
        down.set(false);
        assertArrayEquals(LAYER, test.get(BLOB).body());
    }

    @Test
    void anUpstreamGivesWhatAnotherOneGaveOnceAndThenItComesFromTheCache() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(BLOB);
        TestProxy.image(other.repository("team/copy"), "1.0", LAYER);
        String copy = "/v2/" + OTHER_HOST + "/team/copy";
        test.get(copy + "/manifests/1.0");
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(LAYER, test.get(copy + "/blobs/" + DIGEST).body());
            assertArrayEquals(LAYER, test.get(BLOB).body());
        }
        test.proxy =
                test.empty().withDefaultUpstream(test.upstream()).withUpstream(Upstream.of(OTHER_HOST, other.client()));
        assertArrayEquals(LAYER, test.get(copy + "/blobs/" + DIGEST).body(), "after a restart");
        assertEquals(1, test.asked("GET", "/blobs/"));
        assertEquals(
                1,
                other.requests().stream()
                        .filter(request -> request.uri().getPath().contains("/blobs/"))
                        .count());
    }

    @Test
    void whatSomebodyElseWasRefusedIsNoAnswerToWhoFollowed() throws Exception {
        nameOnly(test.registry.repository("evil/thief"));
        test.get("/v2/evil/thief/manifests/1.0");
        test.get(APP + "/manifests/1.0");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        test.registry.intercept(request -> {
            if (request.uri().getPath().contains("evil/thief/blobs/")) {
                asked.countDown();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return null;
        });
        FutureTask<Read> thief = new FutureTask<>(() -> test.get("/v2/evil/thief/blobs/" + DIGEST));
        FutureTask<Read> honest = new FutureTask<>(() -> test.get(BLOB));
        test.threads.execute(thief);
        asked.await();
        Thread follower = new Thread(honest);
        follower.start();
        while (follower.isAlive() && follower.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait(); // until it waits for the other's fetch
        }
        answer.countDown();
        assertEquals(404, thief.get().status());
        assertArrayEquals(LAYER, honest.get().body());
    }

    @Test
    void callersLoginsAreNotAskedForAtMirrors() throws IOException {
        MemoryRegistry mirror = new MemoryRegistry();
        MemoryRepository secret = mirror.repository("team/app");
        TestProxy.image(secret, "1.0", LAYER);
        RegistryClient client = test.registry
                .client(request -> request.uri().getHost().equals("mirror.example.org")
                        ? mirror.send(request)
                        : test.registry.send(request))
                .withMirrors(
                        TestProxy.HOST,
                        List.of(Mirror.of(URI.create("https://mirror.example.org"))
                                .withCredentials(Credentials.of("proxy", "secret"))));
        test.registry.intercept(request -> MemoryRegistry.error(403, "DENIED"));
        test.proxy = test.empty()
                .withDefaultUpstream(Upstream.of(TestProxy.HOST, client).withCallerLogins());
        assertEquals(
                403,
                test.read(ProxyRequest.of("GET", APP + "/manifests/" + image.digest())
                                .withHeader("Authorization", "Bearer any"))
                        .status());
        assertEquals(List.of(), mirror.requests());
    }

    @Test
    void aBlobThatIsLargerThanTheCacheIsGivenAndNotKept() throws IOException {
        test.proxy = test.proxy.withLimits(
                ProxyLimits.defaults().withCache(CacheLimits.defaults().withMaxBytes(100_000)));
        test.get(APP + "/manifests/1.0");
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(LAYER, test.get(BLOB).body());
            Read part = test.read(ProxyRequest.of("GET", BLOB).withHeader("Range", "bytes=5-9"));
            assertEquals(206, part.status());
            assertEquals(5, part.body().length);
        }
        assertTrue(test.store.size(DIGEST).isEmpty());
    }

    @Test
    void theLimitsOfTheCacheHoldForWhatIsThereAtTheStart() throws Exception {
        byte[] old = TestProxy.layer(2, 100_000);
        test.store.store(Digest.sha256Of(old), old.length, new ByteArrayInputStream(old));
        test.clock.move(Duration.ofDays(10_000));
        CountDownLatch evicted = new CountDownLatch(1);
        test.proxy = test.empty()
                .withListener(event -> {
                    if (event.kind() == Kind.EVICTED) {
                        evicted.countDown();
                    }
                })
                .withDefaultUpstream(test.upstream());
        test.get(APP + "/manifests/1.0");
        evicted.await();
        assertTrue(test.store.size(Digest.sha256Of(old)).isEmpty());
    }

    @Test
    void theBytesThatCameAreReportedAndNotThoseThatWerePromised() throws IOException {
        test.get(APP + "/manifests/1.0");
        AtomicBoolean down = new AtomicBoolean(true);
        test.registry.intercept(request -> {
            if (!down.get() || !request.uri().getPath().contains("/blobs/")) {
                return null;
            }
            if (request.headers().containsKey("Range")) {
                throw new IOException("connection refused");
            }
            return MemoryRegistry.answer(200, Map.of(), new ByteArrayInputStream(LAYER, 0, 200_000));
        });
        test.events.clear();
        try (ProxyAnswer answer = test.proxy.answer(ProxyRequest.of("GET", BLOB))) {
            if (answer.status() == 200) {
                assertThrows(IOException.class, () -> answer.writeTo(new ByteArrayOutputStream()));
            }
        }
        down.set(false);
        test.get(BLOB);
        assertEquals(
                List.of(200_000L, LAYER.length - 200_000L),
                test.events.stream()
                        .filter(event -> event.kind() == Kind.FILL)
                        .map(ProxyEvent::bytes)
                        .toList());
    }

    @Test
    void whatAListenerFailsAtIsLeftClosed() throws IOException {
        test.get(APP + "/manifests/1.0");
        test.get(BLOB);
        PullThrough failing = test.proxy.withListener(event -> {
            if (event.kind() == Kind.REQUEST) {
                throw new IllegalStateException("the listener failed");
            }
        });
        assertThrows(IllegalStateException.class, () -> failing.answer(ProxyRequest.of("GET", BLOB)));
        test.store.evict(new CacheLimits(0, Duration.ZERO));
        assertTrue(test.store.size(DIGEST).isEmpty(), "what is left is in use");
    }

    @Test
    void aThreadThatTheSystemDoesNotGiveFailsOneRequestOnly() throws IOException {
        AtomicBoolean full = new AtomicBoolean(true);
        Executor threads = work -> {
            if (full.getAndSet(false)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            test.threads.execute(work);
        };
        PullThrough proxy = PullThrough.of(test.store, folder.resolve("index"), threads, test.clock)
                .withDefaultUpstream(test.upstream());
        ProxyRequest request = ProxyRequest.of("GET", APP + "/manifests/1.0");
        assertThrows(OutOfMemoryError.class, () -> proxy.answer(request));
        assertEquals(200, TestProxy.read(proxy, request).status());
    }

    /** Gives the repository a manifest that promises one byte more of the layer than there is. */
    private void promiseAnotherSize(MemoryRepository repository) {
        var builder = ImageManifest.builder(repository.blob(MediaType.OCI_CONFIG, new byte[] {'{', '}'}))
                .layer(Descriptor.of(TestProxy.LAYER, DIGEST, LAYER.length + 1));
        repository.tag(
                "bad",
                repository.manifest(MediaType.OCI_MANIFEST, builder.build().bytes()));
    }

    @ParameterizedTest
    @CsvSource({"1.0, bad", "bad, 1.0"})
    void aManifestThatPromisesAnotherSizeKeepsNobodyFromTheBlob(String first, String second) throws IOException {
        promiseAnotherSize(test.repository());
        for (String tag : List.of(first, second)) {
            assertEquals(200, test.get(APP + "/manifests/" + tag).status());
        }
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(LAYER, test.get(BLOB).body());
        }
        assertEquals(1, test.asked("HEAD", "/blobs/"), "the upstream says which size is right");
        assertEquals(1, test.asked("GET", "/blobs/"));
    }

    @Test
    void aBlobOfASizeThatNoManifestPromisesIsNotGiven() throws IOException {
        promiseAnotherSize(test.repository());
        for (String tag : List.of("1.0", "bad")) {
            test.get(APP + "/manifests/" + tag);
        }
        test.registry.intercept(request ->
                request.method().equals("HEAD") ? MemoryRegistry.answer(200, Map.of("Content-Length", "5")) : null);
        Read read = test.get(BLOB);
        assertEquals(502, read.status());
        assertTrue(read.text().contains("\"SIZE_INVALID\""), read.text());
        assertEquals(0, test.asked("GET", "/blobs/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:PORT/x",
                "http://127.0.0.1:PORT/x",
                "https://localhost:PORT/x",
                "https://inside.example.com:PORT/x",
                "https://169.254.169.254/latest/meta-data",
                "https://[::1]:PORT/x",
                "https://[fd00:ec2::254]/latest/meta-data"
            })
    void nothingInsideIsAskedBecauseAnUpstreamLeadsThere(String place) throws IOException {
        JdkTransport network = JdkTransport.of(HttpClient.newHttpClient());
        List<String> elsewhere = new CopyOnWriteArrayList<>();
        try (HostileServer inside = HostileServer.start(exchange -> exchange.answer(200, LAYER))) {
            passOn(request -> {
                elsewhere.add(request.uri().toString());
                return network.send(request);
            });
            assertEquals(200, test.get(APP + "/manifests/1.0").status());
            for (Response answer : leadingTo(place.replace("PORT", Integer.toString(inside.port())))) {
                test.registry.intercept(request -> answer);
                for (String target : List.of("/blobs/" + DIGEST, "/manifests/" + DIGEST, "/tags/list")) {
                    Read read = test.get(APP + target);
                    assertEquals(502, read.status(), () -> target + ": " + read.text());
                    assertTrue(read.text().contains("\"UNAVAILABLE\""), read.text());
                }
            }
            assertEquals(List.of(), elsewhere);
            assertEquals(0, inside.connections());
        }
    }

    @Test
    void whatIsOutsideIsAskedBecauseAnUpstreamLeadsThere() throws IOException {
        List<String> elsewhere = new CopyOnWriteArrayList<>();
        passOn(request -> {
            elsewhere.add(request.uri().getPath());
            return MemoryRegistry.answer(request.uri().getPath().equals("/x") ? 200 : 404, Map.of(), LAYER);
        });
        assertEquals(200, test.get(APP + "/manifests/1.0").status());
        for (Response answer : leadingTo("https://outside.example.org/x")) {
            elsewhere.clear();
            test.registry.intercept(request -> answer);
            test.get(BLOB);
            assertEquals(List.of("/x"), elsewhere);
            test.store.evict(new CacheLimits(0, Duration.ZERO));
        }
    }

    /** Sends what goes to other hosts than the registry there; names of {@code .com} are inside. */
    private void passOn(Transport others) throws IOException {
        RegistryClient client = test.registry
                .client(request -> request.uri().getHost().equals(TestProxy.HOST)
                        ? test.registry.send(request)
                        : others.send(request))
                .withHttp(http -> http.withNameResolver(ProxyIsolationTest::resolve))
                .withHttp(http -> http.withRetries(RetryPolicy.never()));
        test.proxy = test.empty().withDefaultUpstream(Upstream.of(TestProxy.HOST, client));
    }

    private static List<InetAddress> resolve(String host) throws UnknownHostException {
        String address = host.endsWith(".org") ? "93.184.215.14" : host.endsWith(".com") ? "10.0.0.1" : host;
        return List.of(InetAddress.getByName(address));
    }

    /** {@return a token service and redirects at a place} */
    private static List<Response> leadingTo(String place) {
        return List.of(
                MemoryRegistry.answer(401, Map.of("WWW-Authenticate", "Bearer realm=\"" + place + "\",service=\"x\"")),
                MemoryRegistry.answer(302, Map.of("Location", place)),
                MemoryRegistry.answer(307, Map.of("Location", place)));
    }
}
