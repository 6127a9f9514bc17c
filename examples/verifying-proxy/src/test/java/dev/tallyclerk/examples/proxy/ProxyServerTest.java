package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.FaultyFront;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real clients and a real docker-registry around the running program. */
class ProxyServerTest {
    private static final int SIZE = 3_000_000;
    private static final String MANIFEST = "/v2/team/app/manifests/1.0";

    @TempDir
    Path folder;

    private DockerRegistry registry;
    private PushedImage image;

    @BeforeEach
    void push() throws IOException {
        registry = DockerRegistry.start(folder);
        image = PushedImage.push(registry, folder, "1.0", 1, SIZE);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    /** A program's end. */
    private record Ended(int status, String printed) {}

    private Ended run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        command[0] = Peers.require(command[0]).toString();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> List.of(command) + " did not end");
        return new Ended(process.exitValue(), Files.readString(out));
    }

    private void assertPulls(String... command) throws IOException, InterruptedException {
        Ended ended = run(command);
        assertEquals(0, ended.status(), ended.printed());
    }

    private String withTls() throws Exception {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        return "tls:\n  listen: 127.0.0.1:0\n  certificate: " + authority.writeServerCertificate(folder) + "\n  key: "
                + authority.writeServerKey(folder) + "\n";
    }

    @Test
    void aPartOfAFileIsThatPartWhateverTheProtocol() throws Exception {
        try (RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(registry.host()) + withTls())) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            for (boolean isCached : new boolean[] {false, true}) {
                for (String url : List.of("http://" + proxy.host(0), "https://" + proxy.host(1))) {
                    for (String version : List.of("--http1.1", "--http2", "--http2-prior-knowledge")) {
                        for (int[] part : new int[][] {{0, 99}, {100, 199}, {SIZE / 2, SIZE}, {40_000, 2_000_000}}) {
                            assertPulls(
                                    "curl",
                                    "-fsSk",
                                    version,
                                    "-r",
                                    part[0] + "-" + part[1],
                                    "-o",
                                    "part",
                                    url + image.blobPath());
                            assertArrayEquals(
                                    image.part(part[0], part[1] + 1),
                                    Files.readAllBytes(folder.resolve("part")),
                                    version + " " + url + " " + Arrays.toString(part) + isCached);
                        }
                    }
                }
                assertArrayEquals(image.bytes(), proxy.get(image.blobPath()).body());
            }
        }
    }

    @Test
    void aCutBodyIsAnErrorToCurlInEveryProtocol() throws Exception {
        byte[] wrong = image.bytes().clone();
        wrong[SIZE / 3] ^= 1;
        Files.write(registry.blob(image.layer().encoded()), wrong);
        Semaphore isBegun = new Semaphore(0);
        try (FaultyFront front = FaultyFront.start(registry.host());
                RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(front.host()) + withTls())) {
            front.set((exchange, answer) -> sendsInTwoParts(exchange, answer, isBegun));
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            for (String url : List.of("http://" + proxy.host(0), "https://" + proxy.host(1))) {
                for (String version : List.of("--http1.1", "--http2", "--http2-prior-knowledge")) {
                    Process curl = new ProcessBuilder(
                                    Peers.require("curl").toString(), "-sSNk", version, url + image.blobPath())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
                    InputStream in = curl.getInputStream();
                    assertNotEquals(-1, in.read());
                    isBegun.release();
                    assertTrue(in.readAllBytes().length + 1 < image.bytes().length);
                    assertTrue(curl.waitFor(120, TimeUnit.SECONDS));
                    assertTrue(List.of(18, 56, 92).contains(curl.exitValue()), version + url + curl.exitValue());
                }
            }
            assertTrue(proxy.log().contains("\"kind\":\"refused\""), proxy.log());
            assertTrue(proxy.log().contains("\"complete\":false"), proxy.log());
            assertFalse(proxy.log().contains("\"bytes\":0,\"complete\":false"), proxy.log());
            String status = RunningProxy.text(proxy.get("/status"));
            assertTrue(status.contains("the digest"), status);
        }
    }

    /** Sends the second half of a blob once the client has some of the first, so that it does not see a 502. */
    private static boolean sendsInTwoParts(Exchange exchange, FaultyFront.Answer answer, Semaphore isBegun)
            throws IOException {
        if (!exchange.request().method().equals("GET")
                || !exchange.request().target().contains("/blobs/")) {
            return false;
        }
        byte[] body = answer.ask().body();
        exchange.head(200, "Content-Length: " + body.length);
        exchange.send(Arrays.copyOf(body, body.length / 2));
        isBegun.acquireUninterruptibly();
        exchange.send(Arrays.copyOfRange(body, body.length / 2, body.length));
        return true;
    }

    @Test
    void anUpgradeToHttp2IsNotTaken() throws Exception {
        try (RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(registry.host()))) {
            String url = "http://" + proxy.host() + "/v2/";
            assertEquals(
                    "{}1.1",
                    run("curl", "-sS", "--http2", "-w", "%{http_version}", url).printed());
        }
    }

    @Test
    void aFileThatIsCutWhileItIsSentIsAnErrorToCurlInEveryProtocol() throws Exception {
        pushLarge();
        Path kept = folder.resolve("cache/content/blobs/sha256")
                .resolve(image.layer().encoded());
        try (RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(registry.host()) + withTls())) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            for (String url : List.of("http://" + proxy.host(0), "https://" + proxy.host(1))) {
                for (String version : List.of("--http1.1", "--http2-prior-knowledge")) {
                    assertArrayEquals(image.bytes(), proxy.get(image.blobPath()).body());
                    Process curl = new ProcessBuilder(
                                    Peers.require("curl").toString(), "-sSNk", version, url + image.blobPath())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
                    InputStream in = curl.getInputStream();
                    assertNotEquals(-1, in.read());
                    try (FileChannel file = FileChannel.open(kept, StandardOpenOption.WRITE)) {
                        file.truncate(1000);
                    }
                    assertTrue(in.readAllBytes().length + 1 < image.bytes().length);
                    assertTrue(curl.waitFor(120, TimeUnit.SECONDS));
                    assertTrue(List.of(18, 56, 92).contains(curl.exitValue()), version + url + curl.exitValue());
                }
            }
            assertTrue(proxy.log().contains("has become shorter"), proxy.log());
        }
    }

    @Test
    void oneStreamThatIsBrokenOffLeavesTheOthersOfItsConnection() throws Exception {
        byte[] wrong = image.bytes().clone();
        wrong[SIZE / 3] ^= 1;
        Files.write(registry.blob(image.layer().encoded()), wrong);
        PushedImage other = PushedImage.push(registry, folder, "2.0", 2, SIZE);
        try (RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(registry.host()))) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            assertEquals(200, proxy.get("/v2/team/app/manifests/2.0").statusCode());
            String url = "http://" + proxy.host();
            Ended ended = run(
                    "curl",
                    "-sSZ",
                    "--http2-prior-knowledge",
                    "-w",
                    "%{exitcode} %{num_connects} %{http_version}\\n",
                    "-o",
                    "wrong",
                    url + image.blobPath(),
                    "-o",
                    "right",
                    url + other.blobPath());
            String printed = ended.printed();
            assertTrue(printed.matches("(?s).*\\b92 [01] 2\n.*") && printed.matches("(?s).*\\b0 [01] 2\n.*"), printed);
            assertEquals(2, printed.split(" 1 2\n", -1).length, "one connection: " + printed);
            assertArrayEquals(other.bytes(), Files.readAllBytes(folder.resolve("right")));
        }
    }

    @Test
    void aHundredClientsOfABlobThatIsNotThereAreOneRequestToTheUpstream() throws Exception {
        Semaphore go = new Semaphore(0);
        try (FaultyFront front = FaultyFront.start(registry.host());
                RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(front.host()))) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            front.set((exchange, answer) -> {
                go.acquireUninterruptibly();
                return false;
            });
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + proxy.host() + image.blobPath()))
                    .build();
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
            }
            while (proxy.running() < 100) {
                Thread.onSpinWait();
            }
            go.release(100);
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                assertArrayEquals(
                        image.bytes(), answer.get(60, TimeUnit.SECONDS).body());
            }
            assertEquals(1, front.asked("GET", image.blobPath()));
        }
    }

    @Test
    void aPolicyThatIsTightenedWhileItRunsRefusesWhatIsCached() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yml"), "schemaVersion: 1\ngate: NONE\n");
        String config = RunningProxy.upstream(registry.host())
                + "policies:\n  - repositories: '**'\n    mode: decide-first\n    policy: policy.yml\n";
        try (RunningProxy proxy = RunningProxy.start(folder, config)) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            assertEquals(200, proxy.get(image.blobPath()).statusCode());

            write(policy, "schemaVersion: 1\ngate: {failOn: LOW}\n");
            HttpResponse<byte[]> denied = proxy.get(MANIFEST);
            assertEquals(403, denied.statusCode());
            assertTrue(RunningProxy.text(denied).contains("\"DENIED\""), RunningProxy.text(denied));
            assertEquals(403, proxy.get(image.blobPath()).statusCode());
            Ended pull = run(
                    "skopeo",
                    "copy",
                    "--retry-times=0",
                    "--src-tls-verify=false",
                    "docker://" + proxy.host() + "/team/app:1.0",
                    "dir:denied");
            assertNotEquals(0, pull.status());
            assertTrue(pull.printed().contains("the policy of this proxy refuses"), pull.printed());
            String status = RunningProxy.text(proxy.get("/status"));
            assertTrue(status.contains("the policy</td>"), status);

            write(policy, "schemaVersion: 1\ngate: [\n");
            assertEquals(403, proxy.get(MANIFEST).statusCode(), "a broken policy does not loosen the last one");
            HttpResponse<byte[]> ready = proxy.get("/readyz");
            assertEquals(503, ready.statusCode());
            assertFalse(RunningProxy.text(ready).contains("policy.yml"), "paths are for the log and the page");
            assertTrue(proxy.log().contains("stays as it was"), proxy.log());
        }
    }

    @Test
    void aLimitOfThePolicyAppliesToLayersAndRulesForOtherThingsMayBeNamed() throws Exception {
        String rules = "schemaVersion: 1\ngate: NONE\nrules: {DKF-001: {severity: HIGH}}\n";
        Path policy = Files.writeString(folder.resolve("policy.yml"), rules);
        String config = RunningProxy.upstream(registry.host())
                + "policies:\n  - repositories: '**'\n    mode: decide-first\n    policy: policy.yml\n";
        try (RunningProxy proxy = RunningProxy.start(folder, config)) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            write(policy, rules + "limits: {maxLayerBytes: 100}\n");
            HttpResponse<byte[]> denied = proxy.get(MANIFEST);
            assertEquals(403, denied.statusCode());
            assertTrue(RunningProxy.text(denied).contains("100 bytes"), RunningProxy.text(denied));
        }
    }

    /** Writes a file so that its time tells it from its earlier state. */
    private static void write(Path file, String text) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(2)));
    }

    @Test
    void startsAndServesWhatItHasWithoutItsUpstream() throws Exception {
        String host = registry.host();
        try (RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(host))) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            assertEquals(200, proxy.get(image.blobPath()).statusCode());
        }
        registry.close();
        try (RunningProxy proxy = RunningProxy.start(folder, "times: {tag: 0s}\n" + RunningProxy.upstream(host))) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            assertArrayEquals(image.bytes(), proxy.get(image.blobPath()).body());
            assertEquals(502, proxy.get("/v2/team/app/manifests/2.0").statusCode());
            assertTrue(proxy.log().contains("\"kind\":\"stale\""), proxy.log());
            assertEquals(200, proxy.get("/readyz").statusCode());
        }
    }

    @Test
    void theAdministrationIsOnlyAtItsOwnAddressIfThereIsOne() throws Exception {
        String config = RunningProxy.upstream(registry.host()) + "admin: 127.0.0.1:0\n";
        try (RunningProxy proxy = RunningProxy.start(folder, config)) {
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            assertEquals(404, proxy.get("/metrics").statusCode());
            assertEquals(404, proxy.get("/status").statusCode());
            assertEquals(200, proxy.get("/healthz").statusCode());
            String metrics = RunningProxy.text(RunningProxy.send("GET", proxy.host(1), "/metrics"));
            assertTrue(
                    metrics.contains("registry_proxy_requests_total{type=\"manifest\",upstream=\"" + registry.host()
                            + "\"} 1\n"),
                    metrics);
            for (String line : metrics.split("\n", -1)) {
                assertTrue(
                        line.isEmpty()
                                || line.startsWith("#")
                                || line.matches("[a-z_]+(\\{([a-z]+=\"[^\"]*\",?)+})? [0-9]+"),
                        line);
            }
            assertFalse(metrics.contains("team/app"), "labels are bounded");
        }
    }

    @Test
    void theStatusPageLoadsNothingAndShowsNoSecret() throws Exception {
        Files.writeString(folder.resolve("password"), "s3cret-w0rd\n");
        String config =
                RunningProxy.upstream(registry.host()) + "    login: {username: robot, password-file: password}\n";
        try (RunningProxy proxy = RunningProxy.start(folder, config)) {
            proxy.get(MANIFEST, "Authorization", "Basic Y2FsbGVyOmhpZGRlbg==");
            HttpResponse<byte[]> page = proxy.get("/status");
            String text = RunningProxy.text(page);
            assertTrue(text.contains(registry.host() + "/team/app"), text);
            assertFalse(text.contains("://"), "no outside address");
            assertFalse(text.matches("(?s).*(src|href)=.*"), text);
            assertTrue(page.headers()
                    .firstValue("Content-Security-Policy")
                    .orElse("")
                    .contains("default-src 'none'"));
            for (String secret : List.of("s3cret", "robot", "hidden", "Y2FsbGVyOmhpZGRlbg")) {
                assertFalse(text.contains(secret), secret);
                assertFalse(proxy.log().contains(secret), secret);
            }
            assertEquals("a&lt;b&gt;&amp;&quot;&#39;", StatusPage.escaped("a<b>&\"'"));
        }
    }

    /** Pushes what no buffer of a connection holds. */
    private void pushLarge() throws IOException {
        image = PushedImage.push(registry, folder, "1.0", 2, 8 * SIZE);
    }

    @Test
    void aStopLetsRunningBodiesEndAndRefusesNewRequests() throws Exception {
        pushLarge();
        RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(registry.host()));
        assertEquals(200, proxy.get(MANIFEST).statusCode());
        assertEquals(200, proxy.get(image.blobPath()).statusCode());
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(1);
            slow.connect(proxy.address(0));
            slow.getOutputStream()
                    .write(("GET " + image.blobPath() + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = slow.getInputStream();
            in.readNBytes(1000);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(proxy::close);
            HttpResponse<byte[]> refused = proxy.get(MANIFEST);
            while (refused.statusCode() == 200) {
                refused = proxy.get(MANIFEST); // the stop has not begun yet
            }
            assertEquals(503, refused.statusCode());
            assertTrue(RunningProxy.text(refused).contains("\"UNAVAILABLE\""), RunningProxy.text(refused));
            assertEquals(503, proxy.get("/readyz").statusCode());
            byte[] rest = in.readAllBytes();
            assertArrayEquals(
                    image.part(image.bytes().length - 1000, image.bytes().length),
                    Arrays.copyOfRange(rest, rest.length - 1000, rest.length));
            stopped.get(60, TimeUnit.SECONDS);
        }
        assertTrue(proxy.log().contains("\"message\":\"stopped\""), proxy.log());
    }

    @Test
    void aStopEndsByItsDeadlineWhateverClientsDo() throws Exception {
        pushLarge();
        RunningProxy proxy =
                RunningProxy.start(folder, RunningProxy.upstream(registry.host()) + "clients: {stop-time: 100ms}\n");
        assertEquals(200, proxy.get(MANIFEST).statusCode());
        assertEquals(200, proxy.get(image.blobPath()).statusCode());
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(1);
            slow.connect(proxy.address(0));
            slow.getOutputStream()
                    .write(("GET " + image.blobPath() + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            slow.getInputStream().readNBytes(100);
            Instant before = Instant.now();
            proxy.close();
            assertTrue(Instant.now().isBefore(before.plusSeconds(20)));
            assertTrue(proxy.log().contains("answers were cut off"), proxy.log());
        }
    }
}
