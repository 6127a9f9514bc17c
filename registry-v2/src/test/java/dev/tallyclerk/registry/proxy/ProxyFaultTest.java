package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.registry.proxy.TestProxy.Read;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.FaultyFront;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real docker-registry behind a front that breaks its answers on the wire. */
class ProxyFaultTest {
    private static final byte[] LAYER = TestProxy.layer(1, 1_000_000);
    private static final Digest DIGEST = Digest.sha256Of(LAYER);
    private static final String APP = "/v2/team/app";

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ProxyEvent> events = new CopyOnWriteArrayList<>();
    private final TestProxy.MovingClock clock = new TestProxy.MovingClock();
    private DockerRegistry registry;
    private FaultyFront front;
    private ContentStore store;
    private PullThrough proxy;
    private Descriptor image;

    @BeforeEach
    void start() throws IOException {
        registry = DockerRegistry.start(folder);
        front = FaultyFront.start(registry.host());
        store = ContentStore.of(folder.resolve("content"), clock).withFsync(false);
        RegistryClient client = RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()))
                .withHttp(http -> http.withRetries(
                        RetryPolicy.defaults().withFirstWait(Duration.ZERO).withLongestWait(Duration.ZERO)));
        proxy = PullThrough.of(store, folder.resolve("index"), threads, clock)
                .withListener(events::add)
                .withDefaultUpstream(Upstream.of(front.host(), client));
        image = push("1.0", LAYER);
    }

    @AfterEach
    void stop() throws IOException {
        front.close();
        registry.close();
        TestProxy.close(threads, folder);
    }

    private Descriptor push(String tag, byte[] layer) throws IOException {
        MemoryRegistry memory = new MemoryRegistry();
        Descriptor pushed = TestProxy.image(memory.repository("team/app"), tag, layer);
        try (ImageSource source = memory.client().image(Reference.parse("memory.example.org/team/app:" + tag))) {
            ImageCopier.create()
                    .copy(
                            source,
                            RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()))
                                    .destination(Reference.parse(registry.host() + "/team/app:" + tag)));
        }
        return pushed;
    }

    private Read get(String what) throws IOException {
        return TestProxy.read(proxy, ProxyRequest.of("GET", APP + what));
    }

    private long count(Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).count();
    }

    @Test
    void aBusyOrBrokenUpstreamIsRepliedForByWhatIsCachedAndByAnErrorOtherwise() throws IOException {
        assertEquals(200, get("/manifests/1.0").status());
        for (int status : new int[] {429, 500, 503}) {
            front.set((exchange, answer) -> {
                exchange.answerText(status, "upstream's own words", "Retry-After: 3600");
                return true;
            });
            clock.move(Duration.ofHours(1));
            Read stale = get("/manifests/1.0");
            assertEquals(200, stale.status(), "with " + status);
            assertEquals(image.digest(), Digest.sha256Of(stale.body()));
            Read absent = get("/manifests/other-" + status);
            assertEquals(status == 429 ? 429 : 502, absent.status(), absent.text());
            assertTrue(absent.text().contains("\"errors\""), absent.text());
            assertEquals(status == 429 ? "3600" : "", absent.header("Retry-After"));
            Read blob = get("/blobs/" + DIGEST);
            assertEquals(status == 429 ? 429 : 502, blob.status(), blob.text());
        }
        assertEquals(3, count(Kind.STALE));
        assertEquals(List.of(), TestProxy.parts(folder));
        front.set((exchange, answer) -> false);
        assertArrayEquals(LAYER, get("/blobs/" + DIGEST).body());
    }

    @Test
    void oneBadAnswerIsAskedForAgainAndTheClientSeesNothingOfIt() throws IOException {
        AtomicInteger blobs = new AtomicInteger();
        AtomicInteger manifests = new AtomicInteger();
        front.set((exchange, answer) -> {
            boolean isBlob = exchange.request().target().contains("/blobs/");
            if ((isBlob ? blobs : manifests).getAndIncrement() > 0) {
                return false;
            }
            exchange.answer(503);
            return true;
        });
        assertEquals(200, get("/manifests/1.0").status());
        assertArrayEquals(LAYER, get("/blobs/" + DIGEST).body());
    }

    @Test
    void aCutBodyGoesOnByARangeWhereItWasCut() throws IOException {
        assertEquals(200, get("/manifests/1.0").status());
        AtomicInteger cuts = new AtomicInteger();
        front.set((exchange, answer) -> {
            if (!exchange.request().target().contains("/blobs/") || cuts.getAndIncrement() > 1) {
                return false;
            }
            var whole = answer.ask();
            int length = whole.body().length;
            exchange.head(
                    whole.statusCode(),
                    "Content-Length: " + length,
                    "Content-Range: "
                            + whole.headers().firstValue("content-range").orElse("none"));
            exchange.send(Arrays.copyOf(whole.body(), length / 2));
            exchange.reset();
            return true;
        });
        assertArrayEquals(LAYER, get("/blobs/" + DIGEST).body());
        assertEquals(3, front.asked("GET", "/blobs/"));
        assertEquals(LAYER.length, store.size(DIGEST).orElse(0));
        assertEquals(List.of(), TestProxy.parts(folder));
    }

    @Test
    void noWrongBytesAreCompletedWhereverTheyAreChanged() throws IOException {
        front.set((exchange, answer) -> {
            if (!exchange.request().target().contains("/blobs/")) {
                return false;
            }
            var whole = answer.ask();
            byte[] wrong = whole.body().clone();
            wrong[wrong.length / 3] ^= 1;
            exchange.answer(whole.statusCode(), wrong);
            return true;
        });
        assertEquals(200, get("/manifests/1.0").status());
        assertThrows(IOException.class, () -> get("/blobs/" + DIGEST));
        assertTrue(store.size(DIGEST).isEmpty());

        front.set((exchange, answer) -> {
            if (!exchange.request().target().contains("/manifests/")
                    || exchange.request().method().equals("HEAD")) {
                return false;
            }
            var whole = answer.ask();
            byte[] wrong = (new String(whole.body(), StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8);
            exchange.answer(
                    whole.statusCode(),
                    wrong,
                    "Content-Type: "
                            + whole.headers().firstValue("content-type").orElse(""),
                    "Docker-Content-Digest: "
                            + whole.headers()
                                    .firstValue("docker-content-digest")
                                    .orElse(""));
            return true;
        });
        Descriptor other = push("2.0", TestProxy.layer(2, 100));
        assertEquals(502, get("/manifests/" + other.digest()).status());
        assertEquals(502, get("/manifests/2.0").status());
        assertTrue(count(Kind.REFUSED) >= 3);
        assertEquals(List.of(), TestProxy.parts(folder));
    }

    @Test
    void aTagThatMovesIsSeenAfterItsTimeAndNotBefore() throws IOException {
        assertEquals(image.digest().toString(), get("/manifests/1.0").header("Docker-Content-Digest"));
        Descriptor moved = push("1.0", TestProxy.layer(3, 100));
        assertEquals(image.digest().toString(), get("/manifests/1.0").header("Docker-Content-Digest"));
        clock.move(Duration.ofMinutes(1));
        assertEquals(moved.digest().toString(), get("/manifests/1.0").header("Docker-Content-Digest"));
        assertEquals(200, get("/manifests/" + image.digest()).status(), "the earlier image stays by its digest");
    }
}
