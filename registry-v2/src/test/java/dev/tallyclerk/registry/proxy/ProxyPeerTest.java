package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.RefusingPort;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real clients pull from a real docker-registry through a proxy behind the HTTP server of the JDK. */
class ProxyPeerTest {
    private static final byte[] LAYER = TestProxy.layer(1, 3_000_000);
    private static final Digest LAYER_DIGEST = Digest.sha256Of(LAYER);
    private static final Transport NETWORK = JdkTransport.of(HttpClient.newHttpClient());

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ProxyEvent> events = new CopyOnWriteArrayList<>();
    private final TestProxy.MovingClock clock = new TestProxy.MovingClock();
    private final AtomicInteger blobGets = new AtomicInteger();
    private ContentStore store;

    @BeforeEach
    void open() throws IOException {
        store = ContentStore.of(folder.resolve("content"), clock).withFsync(false);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Pushes an image to a registry. */
    private static Descriptor push(DockerRegistry registry) throws IOException {
        MemoryRegistry memory = new MemoryRegistry();
        Descriptor image = TestProxy.image(memory.repository("team/app"), "1.0", LAYER, TestProxy.layer(2, 1000));
        try (ImageSource source = memory.client().image(Reference.parse("memory.example.org/team/app:1.0"))) {
            ImageCopier.create()
                    .copy(
                            source,
                            RegistryClient.of(NETWORK).destination(Reference.parse(registry.host() + "/team/app:1.0")));
        }
        return image;
    }

    private RegistryClient client(Transport transport) {
        return RegistryClient.of(transport)
                .withHttp(http -> http.withRetries(
                        RetryPolicy.defaults().withFirstWait(Duration.ZERO).withLongestWait(Duration.ZERO)));
    }

    private PullThrough proxy(String host, Transport transport) throws IOException {
        return empty().withDefaultUpstream(upstream(host, transport));
    }

    private PullThrough empty() throws IOException {
        return PullThrough.of(store, folder.resolve("index"), threads, clock).withListener(events::add);
    }

    private Upstream upstream(String host, Transport transport) {
        Transport counting = request -> {
            if (request.method().equals("GET") && request.uri().getPath().contains("/blobs/")) {
                blobGets.incrementAndGet();
            }
            return transport.send(request);
        };
        return Upstream.of(host, client(counting)).withDocumentTime(Duration.ofSeconds(2));
    }

    private long count(Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).count();
    }

    /** A program's end. */
    private record Ended(int status, String printed) {}

    private Ended run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> List.of(command) + " did not end");
        return new Ended(process.exitValue(), Files.readString(out));
    }

    private Ended skopeo(String from, Path to) throws IOException, InterruptedException {
        return run(
                Peers.require("skopeo").toString(),
                "copy",
                "--retry-times=0",
                "--src-tls-verify=false",
                "docker://" + from,
                "dir:" + to);
    }

    private static HttpResponse<byte[]> get(JdkProxyServer server, String target)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + server.host() + target))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void skopeoPullsByTagAndByDigestAndTheUpstreamGivesEachBlobOnce() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            Descriptor image = push(registry);
            try (JdkProxyServer server = JdkProxyServer.start(proxy(registry.host(), NETWORK))) {
                int i = 0;
                for (String name : List.of(":1.0", "@" + image.digest(), ":1.0")) {
                    Path pulled = folder.resolve("pulled" + i++);
                    Ended ended = skopeo(server.host() + "/team/app" + name, pulled);
                    assertEquals(0, ended.status(), ended.printed());
                    assertEquals(image.digest(), Digest.sha256Of(Files.readAllBytes(pulled.resolve("manifest.json"))));
                    assertArrayEquals(LAYER, Files.readAllBytes(pulled.resolve(LAYER_DIGEST.encoded())));
                }
                assertEquals(3, blobGets.get());
            }
        }
    }

    @Test
    void orasAndPodmanAndBuildahPull() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            try (JdkProxyServer server = JdkProxyServer.start(proxy(registry.host(), NETWORK))) {
                String image = server.host() + "/team/app:1.0";
                Ended oras = run(
                        Peers.require("oras").toString(),
                        "cp",
                        "--from-plain-http",
                        "--to-oci-layout",
                        image,
                        folder.resolve("layout") + ":1.0");
                assertEquals(0, oras.status(), oras.printed());
                Path blob = folder.resolve("layout/blobs/sha256").resolve(LAYER_DIGEST.encoded());
                assertArrayEquals(LAYER, Files.readAllBytes(blob));
                for (String program : List.of("podman", "buildah")) {
                    Ended ended = run(
                            Peers.require(program).toString(),
                            "--root=" + folder.resolve(program),
                            "--runroot=" + folder.resolve(program + "-run"),
                            "--storage-driver=vfs",
                            "pull",
                            "--tls-verify=false",
                            image);
                    assertEquals(0, ended.status(), ended.printed());
                }
                assertEquals(3, blobGets.get());
            }
        }
    }

    @Test
    void aHundredClientsOfAColdBlobAreOneRequestToTheUpstream() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            try (JdkProxyServer server = JdkProxyServer.start(proxy(registry.host(), NETWORK))) {
                assertEquals(200, get(server, "/v2/team/app/manifests/1.0").statusCode());
                List<Future<HttpResponse<byte[]>>> clients = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    clients.add(threads.submit(() -> get(server, "/v2/team/app/blobs/" + LAYER_DIGEST)));
                }
                for (Future<HttpResponse<byte[]>> client : clients) {
                    assertEquals(LAYER_DIGEST, Digest.sha256Of(client.get().body()));
                }
                assertEquals(1, blobGets.get());
            }
        }
    }

    @Test
    void noClientCompletesAWrongBlobAndNothingWrongIsOnDisk() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            byte[] wrong = LAYER.clone();
            wrong[1_000_000] ^= 1;
            Files.write(registry.blob(LAYER_DIGEST.encoded()), wrong);
            try (JdkProxyServer server = JdkProxyServer.start(proxy(registry.host(), NETWORK))) {
                Ended ended = skopeo(server.host() + "/team/app:1.0", folder.resolve("pulled"));
                assertNotEquals(0, ended.status());
                Ended curl = run(
                        Peers.require("curl").toString(),
                        "-sS",
                        "-o",
                        folder.resolve("curled").toString(),
                        "http://" + server.host() + "/v2/team/app/blobs/" + LAYER_DIGEST);
                assertEquals(18, curl.status(), curl.printed());
                assertTrue(Files.size(folder.resolve("curled")) < LAYER.length);
                assertTrue(store.size(LAYER_DIGEST).isEmpty());
                assertTrue(count(Kind.REFUSED) > 0);
            }
        }
    }

    @Test
    void aBodyThatTheUpstreamCutsIsGoneOnWith() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            AtomicInteger cut = new AtomicInteger();
            Transport cutting = request -> {
                var response = NETWORK.send(request);
                boolean first = request.uri().getPath().endsWith(LAYER_DIGEST.toString())
                        && request.method().equals("GET")
                        && cut.getAndIncrement() == 0;
                return first
                        ? response.withBody(
                                new ByteArrayInputStream(response.body().readNBytes(1_000_000)))
                        : response;
            };
            try (JdkProxyServer server = JdkProxyServer.start(proxy(registry.host(), cutting))) {
                Ended ended = skopeo(server.host() + "/team/app:1.0", folder.resolve("pulled"));
                assertEquals(0, ended.status(), ended.printed());
                assertEquals(2, cut.get());
            }
        }
    }

    @Test
    void aStalledUpstreamFailsItsClientsAndNoOneElse() throws Exception {
        CountingStall stall = new CountingStall();
        try (HostileServer upstream = HostileServer.start(stall::handle);
                JdkProxyServer server =
                        JdkProxyServer.start(PullThrough.of(store, folder.resolve("index"), threads, clock)
                                .withDefaultUpstream(Upstream.of(upstream.host(), client(NETWORK))
                                        .withPatience(Duration.ofMillis(100))))) {
            assertEquals(200, get(server, "/v2/team/app/manifests/1.0").statusCode());
            Ended curl = run(
                    Peers.require("curl").toString(),
                    "-sS",
                    "-o",
                    folder.resolve("curled").toString(),
                    "http://" + server.host() + "/v2/team/app/blobs/" + LAYER_DIGEST);
            assertEquals(18, curl.status(), curl.printed());
            assertEquals(200, get(server, "/v2/team/app/manifests/1.0").statusCode());
        }
    }

    /** Gives a manifest, and half of its layer. */
    private static final class CountingStall {
        private final MemoryRegistry memory = new MemoryRegistry();
        private final byte[] manifest;

        CountingStall() {
            Descriptor image = TestProxy.image(memory.repository("team/app"), "1.0", LAYER);
            manifest =
                    memory.repository("team/app").manifestBytes(image.digest()).orElseThrow();
        }

        void handle(Exchange exchange) throws IOException {
            if (exchange.request().target().contains("/manifests/")) {
                exchange.answer(200, manifest, "Content-Type: application/vnd.oci.image.manifest.v1+json");
            } else {
                exchange.head(200, "Content-Length: " + LAYER.length);
                exchange.send(Arrays.copyOf(LAYER, LAYER.length / 2));
                exchange.stall();
            }
        }
    }

    @Test
    void whatIsCachedIsGivenWhileTheUpstreamIsRefusedOrHangsAlsoAfterARestart() throws Exception {
        String host;
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            host = registry.host();
            push(registry);
            try (JdkProxyServer server = JdkProxyServer.start(proxy(host, NETWORK))) {
                Ended ended = skopeo(server.host() + "/team/app:1.0", folder.resolve("first"));
                assertEquals(0, ended.status(), ended.printed());
            }
        }
        clock.move(Duration.ofDays(1));
        try (RefusingPort refusing = RefusingPort.open();
                HostileServer hanging = HostileServer.start(exchange -> exchange.stall())) {
            for (String instead : List.of(refusing.host(), hanging.host())) {
                Transport moved = request -> NETWORK.send(new Request(
                        request.method(),
                        URI.create(request.uri().toString().replace(host, instead)),
                        request.headers(),
                        request.body(),
                        request.timeout(),
                        request.cancellation(),
                        request.addresses()));
                try (JdkProxyServer server = JdkProxyServer.start(proxy(host, moved))) {
                    Path pulled = folder.resolve(instead.replace(':', '-'));
                    Ended ended = skopeo(server.host() + "/team/app:1.0", pulled);
                    assertEquals(0, ended.status(), ended.printed());
                    assertArrayEquals(LAYER, Files.readAllBytes(pulled.resolve(LAYER_DIGEST.encoded())));
                    assertTrue(get(server, "/v2/team/app/manifests/2.0").statusCode() >= 502);
                }
            }
        }
        assertTrue(count(Kind.STALE) >= 2);
    }

    private ProxyPolicy refusing() {
        return ProxyPolicy.decidingFirst(
                "1",
                Admission.of(Policy.defaults())
                        .withVoucher((name, candidate) -> new TrustResult(
                                new Decision(Decision.Kind.REJECTED, List.of("nobody has signed it")),
                                Optional.empty(),
                                "rule",
                                List.of(),
                                List.of())));
    }

    @Test
    void theReasonOfADenialReachesThePersonWhoPulls() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            push(registry);
            ProxyPolicy policy = refusing();
            try (JdkProxyServer server =
                    JdkProxyServer.start(proxy(registry.host(), NETWORK).withPolicy(any -> policy))) {
                String image = server.host() + "/team/app:1.0";
                Map<String, String[]> clients = Map.of(
                        "skopeo",
                        new String[] {"inspect", "--raw", "--tls-verify=false", "docker://" + image},
                        "oras",
                        new String[] {"manifest", "fetch", "--plain-http", image},
                        "podman",
                        new String[] {
                            "--root=" + folder.resolve("podman"),
                            "--runroot=" + folder.resolve("podman-run"),
                            "--storage-driver=vfs",
                            "pull",
                            "--retry=0",
                            "--tls-verify=false",
                            image
                        });
                for (var client : clients.entrySet()) {
                    List<String> command = new ArrayList<>(
                            List.of(Peers.require(client.getKey()).toString()));
                    command.addAll(List.of(client.getValue()));
                    Ended ended = run(command.toArray(String[]::new));
                    assertNotEquals(0, ended.status(), client.getKey());
                    assertTrue(ended.printed().contains("nobody has signed it"), ended.printed());
                }
                assertEquals(0, blobGets.get());
            }
        }
    }

    @Test
    void containerdPullsByNamespaceAndPrintsTheReasonOfADenial() throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.skip("containerd needs root");
        }
        Path config = Files.writeString(
                folder.resolve("containerd.toml"),
                "version = 2\nroot = \"" + folder.resolve("c-root") + "\"\nstate = \"" + folder.resolve("c-state")
                        + "\"\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n"
                        + "[plugins.\"io.containerd.internal.v1.opt\"]\npath = \"" + folder.resolve("c-opt") + "\"\n");
        String socket = folder.resolve("c.sock").toString();
        Process containerd = new ProcessBuilder(
                        Peers.require("containerd").toString(), "--config=" + config, "--address=" + socket)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("containerd.log").toFile())
                .start();
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String ctr = Peers.require("ctr").toString();
            for (int i = 0; run(ctr, "--address=" + socket, "version").status() != 0; i++) {
                assertTrue(i < 100 && containerd.isAlive(), () -> "containerd did not start");
            }
            push(registry);
            // Without a default: containerd has to name the registry by ns=.
            PullThrough proxy = empty().withUpstream(upstream(registry.host(), NETWORK));
            ProxyPolicy policy = refusing();
            List<ProxyPolicy> current = new CopyOnWriteArrayList<>(List.of(ProxyPolicy.none()));
            try (JdkProxyServer server = JdkProxyServer.start(proxy.withPolicy(any -> current.get(0)))) {
                Path hosts = Files.createDirectories(
                        folder.resolve("hosts").resolve(registry.host().replace(":", "_") + "_"));
                Files.writeString(
                        hosts.resolve("hosts.toml"),
                        "server = \"http://" + server.host() + "\"\n[host.\"http://" + server.host()
                                + "\"]\n  capabilities = [\"pull\", \"resolve\"]\n");
                String image = registry.host() + "/team/app:1.0";
                String[] pull = {
                    ctr,
                    "--address=" + socket,
                    "images",
                    "pull",
                    "--snapshotter=native",
                    "--hosts-dir=" + folder.resolve("hosts"),
                    image
                };
                Ended pulled = run(pull);
                assertEquals(0, pulled.status(), pulled.printed());
                assertEquals(3, blobGets.get());
                assertFalse(events.isEmpty());
                assertEquals(
                        0,
                        run(ctr, "--address=" + socket, "images", "rm", "--sync", image)
                                .status());

                current.set(0, policy);
                Ended denied = run(pull);
                assertNotEquals(0, denied.status());
                assertTrue(denied.printed().contains("nobody has signed it"), denied.printed());
            }
        } finally {
            containerd.destroy();
            containerd.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void theClientOfAConnectionGetsAWholeAnswerForWhateverItSends() throws Exception {
        try (JdkProxyServer server = JdkProxyServer.start(proxy("127.0.0.1:1", NETWORK))) {
            for (String line : List.of(
                    "GET /v2/../../etc/passwd HTTP/1.1",
                    "GET /v2/team/app/manifests/%2e%2e%2f HTTP/1.1",
                    "GET /v2/A/manifests/1.0 HTTP/1.1",
                    "PUT /v2/team/app/manifests/1.0 HTTP/1.1",
                    "GET /v2/team/app/blobs/sha256:00?ns=169.254.169.254 HTTP/1.1")) {
                try (var socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        Integer.parseInt(server.host().substring(server.host().indexOf(':') + 1)))) {
                    socket.getOutputStream()
                            .write((line + "\r\nHost: x\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
                    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                    assertTrue(answer.matches("(?s)HTTP/1.1 4.*\"errors\".*"), line + ": " + answer);
                }
            }
        }
    }
}
