package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.SmallDisk;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody should send, over real connections to the running program. */
class BadInputTest {
    private static final int SIZE = 300_000;
    private static final String MANIFEST = "/v2/team/app/manifests/1.0";
    private static final long PATIENCE = 30_000_000_000L;
    private static final String CLIENTS = "clients: {request-time: 300ms, idle-time: 600ms, silence: 500ms}\n";

    @TempDir
    Path folder;

    private DockerRegistry registry;
    private PushedImage image;
    private RunningProxy proxy;

    @BeforeEach
    void start() throws Exception {
        registry = DockerRegistry.start(folder);
        image = PushedImage.push(registry, folder, "1.0", 1, SIZE);
        proxy = RunningProxy.start(folder, RunningProxy.upstream(registry.host()) + CLIENTS);
        assertEquals(200, proxy.get(MANIFEST).statusCode());
        assertEquals(200, proxy.get(image.blobPath()).statusCode());
    }

    @AfterEach
    void stop() {
        proxy.close();
        registry.close();
    }

    private static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + PATIENCE;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.onSpinWait();
        }
    }

    private static long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Checks that an answer is one error of the specification that tells nothing of the program's inside. */
    private static void assertError(String answer, String what) {
        assertTrue(
                answer.matches("(?s)HTTP/1\\.1 [45]\\d\\d .*\r\n\r\n\\{\"errors\":\\[\\{\"code\":\"[A-Z_]+\".*"),
                () -> what + ": " + answer);
        assertFalse(answer.contains("\tat ") || answer.contains("Exception"), answer);
    }

    @Test
    void whatIsNoRequestForContentGetsOneErrorEachAndLeavesNothingBehind() throws IOException {
        String blob = image.blobPath();
        List<String> requests = new ArrayList<>();
        for (String target : List.of(
                "/v2/../../etc/passwd",
                "/v2/team/../app/manifests/1.0",
                "/v2/team/app/manifests/%2e%2e%2f",
                "/v2/team%2fapp/manifests/1.0",
                "/v2/team/app/manifests/%00",
                "/v2/team/app%00/manifests/1.0",
                "/v2/TEAM/app/manifests/1.0",
                "/v2/team//app/manifests/1.0",
                "/v2/team/app;x=1/manifests/1.0",
                "/v2/" + "a".repeat(8192) + "/manifests/1.0",
                "/v2/team/app/manifests/" + "a".repeat(200),
                "/v2/team/app/blobs/sha256:00",
                "/v2/team/app/blobs/sha256:" + "0".repeat(65),
                "/v2/team/app/blobs/md5:" + "0".repeat(32),
                "/v2/team/app/blobs/sha256:" + "G".repeat(64),
                "/v2/team/app/blobs/uploads/",
                "/v2/_catalog",
                "/",
                "/metrics/../v2/",
                "/v2/team/app/manifests/1.0?ns=127.0.0.1",
                "/v2/team/app/manifests/1.0?ns=169.254.169.254",
                "/v2/team/app/manifests/1.0?ns=[::1]",
                "/v2/team/app/manifests/1.0?ns=" + "a".repeat(5000),
                "http://x/latest/meta-data")) {
            requests.add(RawRequest.get(target));
        }
        int end = image.bytes().length;
        for (String range : List.of(
                "bytes=0-1,3-4",
                "bytes=0-10,5-20",
                "bytes=" + end + "-",
                "bytes=" + end + "-" + (end + 10),
                "bytes=99999999999999999999-",
                "bytes=-0")) {
            requests.add(RawRequest.get(blob, "Range: " + range));
        }
        requests.add(RawRequest.get(MANIFEST, "X-Large: " + "x".repeat(64 * 1024)));
        requests.add(RawRequest.get(MANIFEST, "Content-Length: 5") + "hello");
        requests.add(RawRequest.get(MANIFEST, "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n");
        for (String method : List.of("PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")) {
            requests.add(RawRequest.get(MANIFEST).replaceFirst("GET", method));
        }
        requests.add(RawRequest.get("/metrics").replaceFirst("GET", "POST"));
        for (String request : requests) {
            assertError(
                    RawRequest.send(proxy.address(0), request), request.substring(0, Math.min(120, request.length())));
        }
        assertAllIsFree();
    }

    private void assertAllIsFree() {
        await(() -> proxy.inUse() == 0, "connections are open or requests running");
    }

    @Test
    void whatIsNoHttpEndsTheConnectionAndNoContentIsGiven() throws IOException {
        for (String bytes : List.of(
                "\0\0\0\0\r\n\r\n",
                "GET\r\n\r\n",
                "GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v2/team/app/manifests/1.0?ns=% HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v2/\0 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v2/ HTTP/9.9\r\n\r\n",
                "GET /v2/ HTTP/1.1\r\n\r\n",
                "GET /v2/ HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET " + MANIFEST + " HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "GET " + MANIFEST + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "GET " + MANIFEST + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
                "GET " + MANIFEST + " HTTP/1.1\r\nX: " + "y".repeat(300_000) + "\r\n\r\n",
                "GET " + MANIFEST + " HTTP/1.1\r\n" + "X: y\r\n".repeat(5000) + "\r\n",
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003")) {
            String answer = RawRequest.send(proxy.address(0), bytes);
            assertFalse(answer.startsWith("HTTP/1.1 200") || answer.contains("schemaVersion"), () -> bytes + answer);
            assertFalse(answer.contains("\tat "), answer);
        }
        assertAllIsFree();
        assertEquals(200, proxy.getQuietly(MANIFEST));
    }

    @Test
    void whoSendsSlowlyOrNothingOrTakesNothingLosesTheConnection() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        long filesBefore = openFiles();
        try {
            for (String sent : List.of("", "GET " + MANIFEST + " HTTP/1.1\r\nHost: x\r\nX-Sl", "G")) {
                for (int i = 0; i < 20; i++) {
                    Socket socket = new Socket();
                    socket.connect(proxy.address(0));
                    socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
                    sockets.add(socket);
                }
            }
            assertAllIsFree();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        await(() -> openFiles() <= filesBefore + 10, "files are open");
    }

    @Test
    void aClientThatTakesNothingOfAnAnswerLosesIt() throws IOException {
        PushedImage large = PushedImage.push(registry, folder, "2.0", 2, 24_000_000);
        assertEquals(200, proxy.getQuietly("/v2/team/app/manifests/2.0"));
        for (int i = 0; i < 2; i++) { // once while it is fetched, and once from the cache
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(1);
                socket.connect(proxy.address(0));
                socket.getOutputStream().write(RawRequest.get(large.blobPath()).getBytes(StandardCharsets.US_ASCII));
                int round = i;
                await(
                        () -> proxy.log().split("the client has taken nothing", -1).length > round + 1,
                        "the answer goes on: " + i + proxy.log());
            }
            assertEquals(200, proxy.getQuietly(large.blobPath()));
        }
        assertAllIsFree();
    }

    @Test
    void requestsInOnePacketAreAnsweredInTheirOrder() throws IOException {
        String first = RawRequest.get("/v2/").replace("Connection: close\r\n", "");
        String second = RawRequest.get(MANIFEST).replace("Connection: close\r\n", "");
        String answers =
                RawRequest.send(proxy.address(0), first + second + RawRequest.get("/v2/team/app/tags/nothing"));
        assertTrue(
                answers.matches("(?s)HTTP/1.1 200 .*\\{}HTTP/1.1 200 .*schemaVersion.*HTTP/1.1 404 .*errors.*"),
                answers);
        assertAllIsFree();
    }

    @Test
    void clientsThatGoAwayLeaveNothingBehind() throws Exception {
        long threads = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 30; i++) {
                try (Socket socket = new Socket()) {
                    socket.connect(proxy.address(0));
                    socket.getOutputStream()
                            .write(RawRequest.get(image.blobPath()).getBytes(StandardCharsets.US_ASCII));
                    socket.setSoLinger(true, 0);
                }
            }
            assertAllIsFree();
            assertEquals(200, proxy.get(MANIFEST).statusCode());
            long now = Thread.getAllStackTraces().size();
            assertTrue(round < 2 || now <= threads + 5, threads + " threads became " + now);
            threads = Math.max(now, threads);
        }
    }

    @Test
    void badDocumentsOfTheUpstreamAreRefused() throws Exception {
        String type = "application/vnd.oci.image.manifest.v1+json";
        String config = "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":2,\"digest\":\"sha256:"
                + "0".repeat(64) + "\"}";
        List<String> documents = List.of(
                "{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"config\":" + config + ",\"config\":" + config
                        + ",\"layers\":[]}",
                "{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"config\":" + config
                        + ",\"layers\":[],\"manifests\":[]}",
                "{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"config\":" + config + ",\"layers\":[],\"x\":\""
                        + "x".repeat(6 << 20) + "\"}",
                "[".repeat(100_000),
                "not JSON",
                "");
        try (HostileServer upstream = HostileServer.start(exchange -> {
            int number = Integer.parseInt(exchange.request().path().replaceAll(".*/", ""));
            byte[] body = documents.get(number).getBytes(StandardCharsets.UTF_8);
            exchange.answer(200, body, "Content-Type: " + type, "Docker-Content-Digest: " + Digest.sha256Of(body));
        })) {
            Path other = Files.createDirectories(folder.resolve("other"));
            try (RunningProxy second = RunningProxy.start(other, RunningProxy.upstream(upstream.host()))) {
                for (int i = 0; i < documents.size(); i++) {
                    String answer = RawRequest.send(second.address(0), RawRequest.get("/v2/a/manifests/" + i));
                    assertError(answer, "document " + i);
                    assertTrue(answer.startsWith("HTTP/1.1 502"), answer);
                }
            }
        }
    }

    @Test
    void aFileOfTheCacheThatIsChangedByHandIsNeverServed() throws Exception {
        Path kept;
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            kept = files.filter(file ->
                            file.getFileName().toString().contains(image.layer().encoded())
                                    && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] wrong = image.bytes().clone();
        wrong[SIZE / 2] ^= 1;
        Files.write(kept, wrong);
        HttpResponse<byte[]> again = proxy.get(image.blobPath());
        assertEquals(200, again.statusCode());
        assertArrayEquals(image.bytes(), again.body());
        assertTrue(proxy.log().contains("\"kind\":\"damaged\""), proxy.log());
    }

    @Test
    void aFullDiskIsALineInTheLogAndNoWrongAnswer() throws Exception {
        Path mounted = Files.createDirectories(folder.resolve("disk"));
        try (SmallDisk disk = SmallDisk.on(mounted, "200k")) {
            Path other = disk.folder();
            try (RunningProxy second = RunningProxy.start(other, RunningProxy.upstream(registry.host()))) {
                assertEquals(200, second.get(MANIFEST).statusCode());
                assertArrayEquals(image.bytes(), second.get(image.blobPath()).body());
                assertTrue(second.log().contains("\"kind\":\"store_failed\""), second.log());
                disk.freeze();
                assertArrayEquals(image.bytes(), second.get(image.blobPath()).body());
            }
        }
    }
}
