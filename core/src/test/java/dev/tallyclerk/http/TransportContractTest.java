package dev.tallyclerk.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.http.jdk.UrlConnectionTransport;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.RefusingPort;
import dev.tallyclerk.testing.SeenRequest;
import dev.tallyclerk.testing.TransportKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.CacheRequest;
import java.net.CacheResponse;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.PasswordAuthentication;
import java.net.ResponseCache;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every transport keeps to, shown on a server that breaks the protocol where it is told to. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TransportContractTest {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofSeconds(20);

    /** Less than what a slow answer takes, and enough for a slow machine to end it. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final List<HostileServer> servers = new ArrayList<>();

    static Stream<TransportKind> writing() {
        return Stream.of(TransportKind.values()).filter(kind -> !kind.onlyReads());
    }

    private HostileServer serve(HostileServer.Handler handler) throws IOException {
        HostileServer server = HostileServer.start(handler);
        servers.add(server);
        return server;
    }

    @AfterEach
    void stop() throws IOException {
        for (HostileServer server : servers) {
            server.close();
        }
    }

    private static String text(Response response) throws IOException {
        try (response) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** {@return the failure of sending a request or of reading what it is answered} */
    private static IOException failure(Transport transport, Request request) {
        return assertTimeoutPreemptively(
                LONG, () -> assertThrows(IOException.class, () -> text(transport.send(request))));
    }

    @ParameterizedTest
    @EnumSource
    void givesStatusHeadersAndBodyAsTheyCome(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> exchange.answerText(418, "tea", "X-Two: a", "x-two: b"));
        try (Response response = kind.make().send(Request.of("GET", server.uri("/a%2Fb?c=%20d")))) {
            assertEquals(418, response.status());
            assertEquals(List.of("a", "b"), response.headers("X-TWO"));
            assertEquals("3", response.header("content-length").orElseThrow());
            assertEquals("tea", new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(-1, response.body().read());
        }
        assertEquals(List.of("GET /a%2Fb?c=%20d"), server.log());
    }

    /** RFC 8297: servers may say several times what is to come. */
    @ParameterizedTest
    @EnumSource
    void takesNoInterimResponseForTheAnswer(TransportKind kind) throws IOException {
        String interim = "HTTP/1.1 103 x\r\nLink: </a>; rel=preload\r\n\r\n";
        HostileServer server = serve(exchange -> {
            exchange.send((interim + "HTTP/1.1 102 x\r\n\r\n" + interim).getBytes(StandardCharsets.US_ASCII));
            exchange.answerText(200, "content");
        });
        Transport transport = kind.make();
        if (kind == TransportKind.URL_CONNECTION) {
            // Some runtimes cannot read them, and say so.
            try {
                assertEquals("content", text(transport.send(Request.of("GET", server.uri("/")))));
            } catch (IOException e) {
                assertTrue(Runtime.version().feature() < 25, e::toString);
            }
            return;
        }
        for (int i = 0; i < 2; i++) {
            try (Response response =
                    transport.send(Request.of("GET", server.uri("/")).withTimeout(LONG))) {
                assertEquals(200, response.status());
                assertEquals("content", new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        Request put = Request.of("PUT", server.uri("/")).withBody(RequestBody.of(new byte[100_000]));
        assertEquals("content", text(transport.send(put.withTimeout(LONG))));
    }

    @ParameterizedTest
    @MethodSource("writing")
    void sendsHeadersAndBodyWithItsLength(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> exchange.answer(201));
        Transport transport = kind.make();
        byte[] content = new byte[100_000];
        content[99_999] = 7;
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            text(transport.send(Request.of(method, server.uri("/"))
                    .withBody(RequestBody.of(content))
                    .withHeader("Content-Type", "a/b")
                    .withHeader("Range", "bytes=0-1")));
            SeenRequest seen = server.requests().get(server.requests().size() - 1);
            assertEquals(method, seen.method());
            assertEquals(new String(content, StandardCharsets.ISO_8859_1), seen.body());
            assertEquals("100000", seen.header("Content-Length").orElseThrow());
            assertEquals("a/b", seen.header("Content-Type").orElseThrow());
            assertEquals("bytes=0-1", seen.header("Range").orElseThrow());
        }
    }

    @ParameterizedTest
    @MethodSource("writing")
    void sendsAnEmptyBodyAsOne(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> exchange.answer(202));
        for (String method : List.of("POST", "PUT", "PATCH")) {
            text(kind.make().send(Request.of(method, server.uri("/"))));
        }
        for (SeenRequest seen : server.requests()) {
            assertEquals("0", seen.header("Content-Length").orElseThrow());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeadRequestHasHeadersOnly(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> exchange.answerText(200, "content"));
        try (Response response = kind.make().send(Request.of("HEAD", server.uri("/")))) {
            assertEquals("7", response.header("Content-Length").orElseThrow());
            assertEquals(0, response.body().readAllBytes().length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void followsNoRedirectAnswersNoChallengeKeepsNoCookieAndRepeatsNothing(TransportKind kind) throws IOException {
        int[] statuses = {302, 307, 401, 408, 429, 500, 503};
        int[] at = {0};
        HostileServer server = serve(exchange -> exchange.answer(
                statuses[at[0]++],
                "Location: /elsewhere",
                "WWW-Authenticate: Basic realm=\"r\"",
                "Retry-After: 1",
                "Set-Cookie: a=b; Path=/"));
        Transport transport = kind.make();
        for (int status : statuses) {
            try (Response response = transport.send(Request.of("GET", server.uri("/")))) {
                assertEquals(status, response.status());
            }
        }
        assertEquals(statuses.length, server.requests().size());
        for (SeenRequest seen : server.requests()) {
            assertTrue(seen.header("Cookie").isEmpty());
            assertTrue(seen.header("Authorization").isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("writing")
    void repeatsNothingThatIsToBeRepeatedAtOnceAndSaysWhatTheServerSaid(TransportKind kind) throws IOException {
        List<String> said = List.of("0", "", "99999999999999", "Wed, 25 Nov 2026 00:00:00 GMT");
        for (int status : new int[] {408, 503}) {
            for (String after : said) {
                HostileServer server = serve(exchange -> {
                    if (after.isEmpty()) {
                        exchange.answer(status);
                    } else {
                        exchange.answer(status, "Retry-After: " + after);
                    }
                });
                Request request = Request.of("POST", server.uri("/")).withBody(RequestBody.of(new byte[] {1}));
                try (Response response = kind.make().send(request)) {
                    assertEquals(status, response.status());
                    assertEquals(after, response.header("Retry-After").orElse(""));
                }
                assertEquals(1, server.requests().size(), status + " " + after);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesAnAnswerWhateverItSaysOfATimeToWait(TransportKind kind) throws IOException {
        for (int status : new int[] {408, 503}) {
            HostileServer server = serve(exchange -> exchange.answer(status, "Retry-After: sp\u00e4ter"));
            try (Response response = kind.make().send(Request.of("GET", server.uri("/")))) {
                assertEquals(status, response.status());
                assertTrue(response.header("Retry-After").orElse("").startsWith("sp"));
            }
            assertEquals(1, server.requests().size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void undoesNoContentCoding(TransportKind kind) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(new byte[10]);
        }
        HostileServer server = serve(exchange -> exchange.answer(200, packed.toByteArray(), "Content-Encoding: gzip"));
        try (Response response = kind.make().send(Request.of("GET", server.uri("/")))) {
            assertArrayEquals(packed.toByteArray(), response.body().readAllBytes());
        }
        assertEquals(
                "identity", server.requests().get(0).header("Accept-Encoding").orElseThrow());
    }

    @ParameterizedTest
    @EnumSource
    void endsARequestWhoseTimeIsOver(TransportKind kind) throws IOException {
        Transport transport = kind.make();
        List<HostileServer.Handler> slow = List.of(
                Exchange::stall,
                exchange -> exchange.drip(Exchange.headOf(200, "X: " + "x".repeat(1000)), Duration.ofMillis(20)),
                exchange -> {
                    exchange.head(200, "Content-Length: 10");
                    exchange.stall();
                },
                exchange -> {
                    exchange.head(200, "Content-Length: 1000");
                    exchange.drip(new byte[1000], Duration.ofMillis(20));
                },
                exchange -> {
                    exchange.head(200, "Transfer-Encoding: chunked");
                    exchange.drip("1\r\nx\r\n".repeat(200).getBytes(StandardCharsets.US_ASCII), Duration.ofMillis(20));
                });
        for (HostileServer.Handler handler : slow) {
            long start = System.nanoTime();
            failure(transport, Request.of("GET", serve(handler).uri("/")).withTimeout(SHORT));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis >= SHORT.toMillis() - 50 && millis < SOON.toMillis(), "after " + millis + " ms");
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesATimeThatIsAsGoodAsForEver(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> exchange.answerText(200, "content"));
        Request request = Request.of("GET", server.uri("/")).withTimeout(Duration.ofSeconds(Long.MAX_VALUE));
        assertEquals("content", text(kind.make().send(request)));
    }

    @ParameterizedTest
    @EnumSource
    void endsWhenItIsCancelled(TransportKind kind) throws IOException, InterruptedException {
        Transport transport = kind.make();
        for (boolean withHead : new boolean[] {false, true}) {
            CountDownLatch reached = new CountDownLatch(1);
            HostileServer server = serve(exchange -> {
                if (withHead) {
                    exchange.head(200, "Content-Length: 10");
                }
                reached.countDown();
                exchange.stall();
            });
            Cancellation cancellation = Cancellation.create();
            Thread canceller = new Thread(() -> {
                try {
                    reached.await();
                    cancellation.cancel();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            canceller.start();
            failure(transport, Request.of("GET", server.uri("/")).withCancellation(cancellation));
            canceller.join();
        }
        Cancellation before = Cancellation.create();
        before.cancel();
        HostileServer server = serve(exchange -> exchange.answer(200));
        failure(transport, Request.of("GET", server.uri("/")).withCancellation(before));
        assertEquals(List.of(), server.log());
    }

    @ParameterizedTest
    @EnumSource
    void failsWhereTheResponseBreaksTheProtocol(TransportKind kind) throws IOException {
        Transport transport = kind.make();
        List<String> responses = List.of(
                "",
                "garbage\r\n\r\n",
                "HTTP/1.1 x y\r\n\r\n",
                "HTTP/1.1 200 x\r\nContent-Length: 10\r\n\r\nshort",
                "HTTP/1.1 200 x\r\nContent-Length: -5\r\n\r\nbody",
                "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
        for (String response : responses) {
            HostileServer server = serve(exchange -> exchange.send(response.getBytes(StandardCharsets.US_ASCII)));
            failure(transport, Request.of("GET", server.uri("/")).withTimeout(LONG));
        }
    }

    @ParameterizedTest
    @EnumSource
    void failsWhereNoContentComesBetweenTheChunks(TransportKind kind) throws IOException {
        byte[] line = new byte[64 * 1024];
        Arrays.fill(line, (byte) 'a');
        HostileServer server = serve(exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked");
            exchange.send("3\r\nabc\r\n5;".getBytes(StandardCharsets.UTF_8));
            exchange.sendRepeatedly(line, 1L << 30);
        });
        failure(kind.make(), Request.of("GET", server.uri("/")));
        assertTrue(server.bytesSent() < 64 << 20, () -> "took " + server.bytesSent());
    }

    @ParameterizedTest
    @EnumSource
    void readsContentInManySmallChunks(TransportKind kind) throws IOException {
        byte[] content = new byte[1 << 20];
        HostileServer server = serve(exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked");
            ByteArrayOutputStream chunks = new ByteArrayOutputStream();
            for (int i = 0; i < content.length; i += 4) {
                chunks.writeBytes("4\r\n\0\0\0\0\r\n".getBytes(StandardCharsets.UTF_8));
            }
            chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            exchange.send(chunks.toByteArray());
        });
        try (Response response = kind.make().send(Request.of("GET", server.uri("/")))) {
            assertArrayEquals(content, response.body().readAllBytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void failsWhereTheConnectionBreaks(TransportKind kind) throws IOException {
        Transport transport = kind.make();
        failure(transport, Request.of("GET", serve(Exchange::reset).uri("/")));
        HostileServer later = serve(exchange -> {
            exchange.head(200, "Content-Length: 100000");
            exchange.send(new byte[50_000]);
            exchange.reset();
        });
        failure(transport, Request.of("GET", later.uri("/")));
    }

    @ParameterizedTest
    @EnumSource
    void givesWhatCameBeforeTheConnectionBroke(TransportKind kind) throws IOException {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        HostileServer server = serve(exchange -> {
            exchange.head(200, "Content-Length: 100000");
            // OkHttp reads 8 KiB at a time, and here the end is behind a whole piece.
            answered.join();
            exchange.send(new byte[6 * 8192]);
            exchange.halfClose();
        });
        try (Response response = kind.make().send(Request.of("GET", server.uri("/")))) {
            answered.complete(null);
            InputStream body = response.body();
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            byte[] buffer = new byte[100_000];
            assertThrows(IOException.class, () -> {
                while (true) {
                    int n = body.read(buffer);
                    assertTrue(n > 0, () -> "read " + n);
                    seen.write(buffer, 0, n);
                }
            });
            assertEquals(6 * 8192, seen.size());
            assertThrows(IOException.class, () -> body.read(buffer));
        }
    }

    /** The server may have done it, and only who asks for it knows whether twice is too often. */
    @ParameterizedTest
    @MethodSource("writing")
    void sendsWhatChangesSomethingOnceWhereTheConnectionBreaks(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> {
            if (exchange.request().method().equals("GET")) {
                exchange.answer(200);
            } else {
                exchange.reset();
            }
        });
        Transport transport = kind.make();
        List<String> expected = new ArrayList<>();
        for (String method : List.of("PUT", "PATCH", "POST", "DELETE")) {
            for (int length : new int[] {0, 100_000}) {
                // Leaves a connection that is kept.
                text(transport.send(Request.of("GET", server.uri("/"))));
                failure(transport, Request.of(method, server.uri("/")).withBody(RequestBody.of(new byte[length])));
                expected.addAll(List.of("GET /", method + " /"));
            }
        }
        assertEquals(expected, server.log());
    }

    @ParameterizedTest
    @EnumSource
    void saysWhenThereIsNoConnection(TransportKind kind) throws IOException {
        try (RefusingPort refusing = RefusingPort.open()) {
            Request request = Request.of("GET", URI.create("http://" + refusing.host() + "/"));
            assertInstanceOf(ConnectException.class, failure(kind.make(), request));
        }
    }

    @ParameterizedTest
    @EnumSource
    void failsForWhatCannotBeSentWithoutShowingIt(TransportKind kind) throws IOException {
        Transport transport = kind.make();
        HostileServer server = serve(exchange -> exchange.answer(200));
        for (String uri : List.of("http://127.0.0.1:99999/", "ftp://127.0.0.1/")) {
            failure(transport, Request.of("GET", URI.create(uri)));
        }
        IOException e = failure(
                transport, Request.of("GET", server.uri("/")).withHeader("Authorization", "Bearer se\r\ncret\u00e9"));
        assertFalse(String.valueOf(e.getMessage()).contains("cret"), e.getMessage());
        assertEquals(List.of(), server.log());
    }

    @ParameterizedTest
    @MethodSource("writing")
    void failsWhereABodyIsNotWhatItSays(TransportKind kind) throws IOException {
        Transport transport = kind.make();
        HostileServer server = serve(exchange -> exchange.answer(201));
        for (byte[] content : List.of(new byte[9], new byte[11])) {
            RequestBody lying = RequestBody.once(10, new ByteArrayInputStream(content));
            failure(transport, Request.of("PUT", server.uri("/")).withBody(lying));
        }
        InputStream closed = InputStream.nullInputStream();
        closed.close();
        RequestBody broken = RequestBody.once(10, closed);
        failure(transport, Request.of("PUT", server.uri("/")).withBody(broken));
        RequestBody gone = RequestBody.once(1, new ByteArrayInputStream(new byte[1]));
        gone.open().close();
        failure(transport, Request.of("PUT", server.uri("/")).withBody(gone));
    }

    @ParameterizedTest
    @EnumSource
    void sendsNothingToAnAddressThatIsRefused(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> exchange.answer(200));
        List<String> asked = new ArrayList<>();
        failure(
                kind.make(),
                Request.of("GET", server.uri("/").resolve("http://localhost:" + server.port() + "/"))
                        .withAddresses(address -> {
                            asked.add(address.getHostAddress());
                            return false;
                        }));
        assertFalse(asked.isEmpty());
        assertEquals(List.of(), server.log());
    }

    @ParameterizedTest
    @EnumSource
    void aClosedBodyGivesNothingMoreAndLeavesTheRestUnread(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> {
            exchange.head(200);
            exchange.sendRepeatedly(new byte[64 * 1024], 1L << 30);
        });
        Response response = kind.make().send(Request.of("GET", server.uri("/")));
        assertEquals(10, response.body().readNBytes(10).length);
        response.close();
        response.close();
        assertThrows(IOException.class, () -> response.body().read());
        assertTrue(server.bytesSent() < (32 << 20), server.bytesSent() + " bytes were taken");
    }

    @ParameterizedTest
    @EnumSource
    void readsOnlyWhatIsWanted(TransportKind kind) throws IOException, InterruptedException {
        CountDownLatch full = new CountDownLatch(1);
        HostileServer server = serve(exchange -> {
            exchange.head(200);
            full.countDown();
            exchange.sendRepeatedly(new byte[64 * 1024], 1L << 30);
        });
        try (Response response = kind.make().send(Request.of("GET", server.uri("/")))) {
            full.await();
            long before = -1;
            while (before != server.bytesSent()) {
                before = server.bytesSent();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            assertTrue(before < (32 << 20), before + " bytes were taken, and none was wanted");
            assertEquals(1 << 20, response.body().readNBytes(1 << 20).length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsReadByteByByteEndsAndLeavesItsConnectionToTheNext(TransportKind kind) throws IOException {
        byte[] bytes = {-1, 0, 127, -128};
        HostileServer server = serve(exchange -> exchange.answer(200, bytes, "Connection: keep-alive"));
        Transport transport = kind.make();
        for (int i = 0; i < 3; i++) {
            try (Response response = transport.send(Request.of("GET", server.uri("/bytes")))) {
                assertEquals(200, response.status());
                for (byte expected : bytes) {
                    assertEquals(expected & 0xff, response.body().read());
                }
                assertEquals(-1, response.body().read());
            }
        }
        assertEquals(1, server.connections());
    }

    @ParameterizedTest
    @EnumSource
    void aResponseThatIsNotReadToItsEndClosesItsConnection(TransportKind kind) throws Exception {
        Transport transport = kind.make();
        for (int status : new int[] {200, 302, 500}) {
            for (boolean begun : new boolean[] {false, true}) {
                CountDownLatch gone = new CountDownLatch(1);
                HostileServer server = serve(exchange -> {
                    // More than any client would rather read than open another connection.
                    exchange.head(status, "Content-Length: 10000000", "Location: elsewhere");
                    exchange.send(new byte[] {7});
                    exchange.stall();
                    gone.countDown();
                });
                try (Response response = transport.send(Request.of("GET", server.uri("/part")))) {
                    if (begun) {
                        assertEquals(7, response.body().read());
                    }
                }
                assertTrue(gone.await(60, TimeUnit.SECONDS), status + " " + begun);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedThreadStaysSo(TransportKind kind) throws IOException, InterruptedException {
        HostileServer server = serve(exchange -> {
            exchange.head(200, "Content-Length: 10");
            exchange.stall();
        });
        Transport transport = kind.make();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                assertThrows(IOException.class, () -> text(transport.send(Request.of("GET", server.uri("/")))));
                assertTrue(Thread.currentThread().isInterrupted());
            } catch (AssertionError e) {
                failed.set(e);
            }
        });
        thread.start();
        thread.join(LONG.toMillis());
        assertFalse(thread.isAlive());
        assertNull(failed.get());
    }

    @Test
    void aClientThatWouldDecideItselfIsNotTaken() {
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThrows(IllegalArgumentException.class, () -> JdkTransport.of(follows));
        HttpClient keeps =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        assertThrows(IllegalArgumentException.class, () -> JdkTransport.of(keeps));
        HttpClient tells =
                HttpClient.newBuilder().authenticator(new ProxyPassword()).build();
        assertThrows(IllegalArgumentException.class, () -> JdkTransport.of(tells));
        assertThrows(IllegalArgumentException.class, () -> JdkTransport.ofProxyAuthenticating(follows));
        assertThrows(IllegalArgumentException.class, () -> JdkTransport.ofProxyAuthenticating(keeps));
    }

    @Test
    void aClientThatWouldTakeCredentialsOutSendsNoRequestThatHasSome() throws IOException {
        assumeTrue(Runtime.version().feature() < 25, "later clients leave them in");
        HttpClient client =
                HttpClient.newBuilder().authenticator(new ProxyPassword()).build();
        HostileServer server = serve(exchange -> exchange.answer(200));
        Transport transport = JdkTransport.ofProxyAuthenticating(client);
        for (String name : List.of("Authorization", "authorization")) {
            failure(transport, Request.of("GET", server.uri("/")).withHeader(name, "Bearer token"));
        }
        assertEquals(List.of(), server.log());
        assertEquals("", text(transport.send(Request.of("GET", server.uri("/")))));
    }

    /** Has a password for proxies. */
    private static final class ProxyPassword extends Authenticator {
        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY
                    ? new PasswordAuthentication("user", "geheim".toCharArray())
                    : null;
        }
    }

    @Test
    void aClientWithAPasswordForProxiesIsTakenByNameAndTellsItToNoServer() throws IOException {
        HttpClient client =
                HttpClient.newBuilder().authenticator(new ProxyPassword()).build();
        HostileServer server = serve(exchange -> exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\""));
        Transport transport = JdkTransport.ofProxyAuthenticating(client);
        assertTimeoutPreemptively(
                LONG,
                () -> assertThrows(IOException.class, () -> text(transport.send(Request.of("GET", server.uri("/"))))));
        assertTrue(server.requests().stream()
                .allMatch(request -> request.header("Authorization").isEmpty()));
    }

    @Test
    void aTransportThatOnlyReadsRefusesToWrite() throws IOException {
        HostileServer server = serve(exchange -> exchange.answer(200));
        Transport transport = TransportKind.URL_CONNECTION.make();
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            IOException e = failure(transport, Request.of(method, server.uri("/")));
            assertEquals("this transport sends GET and HEAD only, and not " + method, e.getMessage());
        }
        assertEquals(List.of(), server.log());
    }

    @Test
    void anExecutorThatRejectsTheTaskIsAFailure() {
        Transport rejected = UrlConnectionTransport.of(task -> {
            throw new RejectedExecutionException("shut down");
        });
        IOException e = assertThrows(
                IOException.class, () -> rejected.send(Request.of("GET", URI.create("http://127.0.0.1:1/"))));
        assertInstanceOf(RejectedExecutionException.class, e.getCause());
    }

    /** A password of the process is for its proxy, and for no server. */
    @ParameterizedTest
    @EnumSource
    void theAuthenticatorOfTheProcessIsNotForServers(TransportKind kind) throws IOException {
        HostileServer server = serve(exchange -> exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\""));
        Authenticator before = Authenticator.getDefault();
        Authenticator.setDefault(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication("u", "p".toCharArray());
            }
        });
        try (Response response = kind.make().send(Request.of("GET", server.uri("/closed")))) {
            assertEquals(401, response.status());
        } finally {
            Authenticator.setDefault(before);
        }
        assertEquals(1, server.requests().size());
        assertTrue(server.requests().get(0).header("Authorization").isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void failsWhereTheResponseNeverBegins(TransportKind kind) throws IOException {
        byte[] interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        HostileServer server = serve(exchange -> exchange.sendRepeatedly(interim, 1L << 30));
        failure(kind.make(), Request.of("GET", server.uri("/interim")));
        assertTrue(server.bytesSent() < 64 << 20, () -> "took " + server.bytesSent());
        for (String challenge : List.of("WWW-Authenticate: a=\"", "Proxy-Authenticate: Negotiate")) {
            HostileServer odd = serve(exchange -> exchange.answer(challenge.startsWith("W") ? 401 : 407, challenge));
            try (Response response = kind.make().send(Request.of("GET", odd.uri("/")))) {
                assertTrue(response.status() >= 400);
            } catch (IOException e) {
                // As good: it is no response that anybody can use.
            }
        }
    }

    /** A program may have one for its own purposes; what it keeps is not what a server says now. */
    @Test
    void theResponseCacheOfTheProcessIsNotUsed() throws IOException {
        List<URI> asked = new ArrayList<>();
        ResponseCache before = ResponseCache.getDefault();
        ResponseCache.setDefault(new ResponseCache() {
            @Override
            public @Nullable CacheResponse get(URI uri, String method, Map<String, List<String>> headers) {
                asked.add(uri);
                return null;
            }

            @Override
            public @Nullable CacheRequest put(URI uri, URLConnection connection) {
                return null;
            }
        });
        try (RefusingPort refusing = RefusingPort.open()) {
            Request request = Request.of("GET", URI.create("http://" + refusing.host() + "/"));
            assertThrows(
                    IOException.class, () -> TransportKind.URL_CONNECTION.make().send(request));
        } finally {
            ResponseCache.setDefault(before);
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void timeoutsAreFromAMillisecondToWhatSocketsTake() {
        UrlConnectionTransport transport = UrlConnectionTransport.of(Runnable::run);
        Duration longest = Duration.ofMillis(Integer.MAX_VALUE - 1000);
        transport.withConnectTimeout(Duration.ofMillis(1)).withReadTimeout(longest);
        for (Duration wrong : List.of(Duration.ZERO, longest.plusMillis(1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThrows(IllegalArgumentException.class, () -> transport.withConnectTimeout(wrong));
            assertThrows(IllegalArgumentException.class, () -> transport.withReadTimeout(wrong));
        }
    }
}
