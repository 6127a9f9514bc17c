package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.trust.fetch.MetadataFetcher.BodyTooLargeException;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.TufException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Authenticator;
import java.net.MalformedURLException;
import java.net.PasswordAuthentication;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fetchers do over whichever HTTP client, against a server that breaks the protocol where it can. */
abstract class HttpFetcherContract {
    private static final byte[] BODY = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
    private static final FetchOptions OPTIONS = FetchOptions.defaults();
    private static final byte[] NOTHING = {};

    private final Map<String, HostileServer.Handler> answers = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private HostileServer server;

    /** {@return what to test} */
    abstract HttpGet http();

    /** {@return the same, trusting that authority} */
    abstract HttpGet https(PrivateAuthority authority);

    @BeforeEach
    void start() throws IOException {
        server = HostileServer.start(this::handle);
        answer("/m/root.json", exchange -> exchange.answer(200, BODY));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void handle(Exchange exchange) throws IOException {
        HostileServer.Handler answer = answers.get(exchange.request().target());
        if (answer != null) {
            answer.handle(exchange);
        }
    }

    private void answer(String path, HostileServer.Handler answer) {
        answers.put(path, answer);
    }

    private MetadataFetcher fetcher() {
        return fetcher(OPTIONS);
    }

    private MetadataFetcher fetcher(FetchOptions options) {
        return MetadataFetcher.ofUri(server.uri("/m"), options, http());
    }

    private TargetFetcher targets(FetchOptions options) {
        return TargetFetcher.ofUri(server.uri("/m"), options, http());
    }

    private static byte[] read(TargetFetcher fetcher, String path) throws IOException {
        try (InputStream in = fetcher.open(path).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    @Test
    void aFileIsAskedForUncompressedAndWithoutCredentials() throws IOException {
        assertArrayEquals(BODY, fetcher().fetch("root.json", 8).orElseThrow());
        assertEquals(List.of("GET /m/root.json"), server.log());
        var request = server.requests().get(0);
        assertEquals(Optional.of("identity"), request.header("Accept-Encoding"));
        assertEquals(Optional.empty(), request.header("Authorization"));
        assertEquals(Optional.empty(), request.header("Cookie"));
    }

    @Test
    void whatTheProcessHasAnAuthenticatorForIsNotForRepositories() throws IOException {
        answer("/m/closed", exchange -> exchange.answer(401, NOTHING, "WWW-Authenticate: Basic realm=\"r\""));
        Authenticator before = Authenticator.getDefault();
        Authenticator.setDefault(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication("u", "p".toCharArray());
            }
        });
        try {
            assertThrows(IOException.class, () -> fetcher().fetch("closed", 100));
        } finally {
            Authenticator.setDefault(before);
        }
        assertEquals(List.of("GET /m/closed"), server.log());
        assertEquals(Optional.empty(), server.requests().get(0).header("Authorization"));
    }

    @Test
    void aWholeRefreshAndADownloadWork() throws IOException, TufException {
        TestRepository repository = new TestRepository();
        repository.addTarget("dir/a", BODY);
        repository.publish();
        repository.files.forEach((name, file) -> answer("/m/" + name, exchange -> exchange.answer(200, file)));
        repository.targetFiles.forEach((name, file) -> answer("/m/" + name, exchange -> exchange.answer(200, file)));
        answer("/m/2.root.json", exchange -> exchange.answerText(404, "not here"));
        TufClient client = TufClient.builder(fetcher())
                .targets(targets(OPTIONS))
                .trustedRoot(repository.rootFile(1))
                .store(MetadataStore.inMemory())
                .clock(Clock.fixed(TestRepository.NOW, ZoneOffset.UTC))
                .build();
        FreshMetadata metadata = client.refresh();
        try (InputStream in = metadata.open(metadata.requireTarget("dir/a"))) {
            assertArrayEquals(BODY, in.readAllBytes());
        }
        assertEquals(5, server.log().size());
    }

    /** What is asked for, and in which order, is for TUF's workflow to say. */
    @Test
    void noAnswerHasAFileAskedForAgain() {
        for (int status : new int[] {408, 500, 503}) {
            for (String after : List.of(
                    "Retry-After: 0", "Retry-After: 99999999999999", "Retry-After: sp\u00e4ter", "Connection: close")) {
                String name = status + after.replaceAll("\\W", "");
                answer("/m/" + name, exchange -> exchange.answer(status, NOTHING, after));
                assertThrows(IOException.class, () -> fetcher().fetch(name, 100), name);
                assertEquals(
                        List.of("GET /m/" + name),
                        server.log().stream()
                                .filter(line -> line.endsWith(name))
                                .toList());
            }
        }
    }

    @Test
    void oneConnectionServesManyFiles() throws IOException {
        answer("/m/root.json", exchange -> exchange.answer(200, BODY, "Connection: keep-alive"));
        answer("/m/2.root.json", exchange -> exchange.answerText(404, "not here", "Connection: keep-alive"));
        MetadataFetcher fetcher = fetcher();
        for (int i = 0; i < 5; i++) {
            assertEquals(Optional.empty(), fetcher.fetch("2.root.json", 100));
            fetcher.fetch("root.json", 100);
        }
        assertEquals(1, server.connections());
    }

    @Test
    void anAnswerThatIsReadByteByByteEndsAndLeavesItsConnectionToTheNext() throws IOException {
        byte[] bytes = {-1, 0, 127, -128};
        answer("/m/bytes", exchange -> exchange.answer(200, bytes, "Connection: keep-alive"));
        HttpGet http = http();
        for (int i = 0; i < 3; i++) {
            try (HttpGet.Answer answer = http.send(server.uri("/m/bytes"), OPTIONS)) {
                assertEquals(200, answer.status());
                InputStream in = answer.body();
                for (byte expected : bytes) {
                    assertEquals(expected & 0xff, in.read());
                }
                assertEquals(-1, in.read());
            }
        }
        assertEquals(1, server.connections());
    }

    @ParameterizedTest
    @CsvSource({"200, false", "200, true", "302, false", "500, false", "500, true"})
    void anAnswerThatIsNotReadToItsEndClosesItsConnection(int status, boolean begun) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        answer("/m/part", exchange -> {
            // More than any client would rather read than open another connection.
            exchange.head(status, "Content-Length: 10000000", "Location: elsewhere");
            exchange.send(BODY);
            exchange.stall();
            gone.countDown();
        });
        try (HttpGet.Answer answer = http().send(server.uri("/m/part"), OPTIONS)) {
            if (begun) {
                assertEquals(BODY[0], answer.body().read());
            }
        }
        assertTrue(gone.await(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void someStatusesMeanNotAvailable(int status) throws IOException {
        answer("/m/2.root.json", exchange -> exchange.answer(status, BODY));
        assertEquals(Optional.empty(), fetcher().fetch("2.root.json", 100));
        assertEquals(Optional.empty(), targets(OPTIONS).open("2.root.json"));
    }

    @Test
    void anErrorPageWithoutEndDoesNotMatter() throws IOException {
        answer("/m/2.root.json", exchange -> {
            exchange.head(404, "Connection: close");
            exchange.sendRepeatedly(new byte[10_000], Long.MAX_VALUE);
        });
        assertEquals(Optional.empty(), fetcher().fetch("2.root.json", 100));
        assertTrue(server.bytesSent() < 20_000_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 206, 300, 304, 400, 401, 407, 410, 429, 500, 503})
    void everyOtherStatusIsAFailure(int status) {
        answer("/m/2.root.json", exchange -> {
            if (status == 204 || status == 304) {
                exchange.head(status, "Connection: close");
            } else {
                exchange.answer(status, BODY);
            }
        });
        assertThrows(IOException.class, () -> fetcher().fetch("2.root.json", 100));
        assertThrows(IOException.class, () -> targets(OPTIONS).open("2.root.json"));
    }

    @Test
    void anAnnouncedBodyAboveTheLimitIsNotRead() {
        answer("/m/big", exchange -> {
            exchange.head(200, "Content-Length: 9000000000");
            exchange.stall();
        });
        var e = assertThrows(BodyTooLargeException.class, () -> fetcher().fetch("big", 100));
        assertEquals(100, e.maxBytes());
    }

    @Test
    void anEndlessBodyIsCutAtTheLimit() {
        answer("/m/big", exchange -> {
            exchange.head(200, "Connection: close");
            exchange.sendRepeatedly(new byte[10_000], Long.MAX_VALUE);
        });
        assertThrows(BodyTooLargeException.class, () -> fetcher().fetch("big", 100_000));
        assertTrue(server.bytesSent() < 20_000_000);
    }

    @Test
    void aBodyOfExactlyTheLimitIsTakenAndOneMoreByteIsNot() throws IOException {
        answer("/m/closed", exchange -> {
            exchange.head(200, "Connection: close");
            exchange.send(BODY);
        });
        assertArrayEquals(BODY, fetcher().fetch("closed", BODY.length).orElseThrow());
        assertThrows(BodyTooLargeException.class, () -> fetcher().fetch("closed", BODY.length - 1));
    }

    @Test
    void aBodyMayComeInChunksWithoutALength() throws IOException {
        answer("/m/chunks", exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked", "Connection: close");
            exchange.send("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
        assertArrayEquals(
                "abcde".getBytes(StandardCharsets.US_ASCII),
                fetcher().fetch("chunks", 5).orElseThrow());
        assertThrows(BodyTooLargeException.class, () -> fetcher().fetch("chunks", 4));
    }

    @Test
    void aBodyThatBreaksOffIsAFailure() throws IOException {
        answer("/m/short", exchange -> {
            exchange.head(200, "Content-Length: 80");
            exchange.send(BODY);
        });
        answer("/m/chunks", exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked");
            exchange.send("4\r\nab".getBytes(StandardCharsets.US_ASCII));
        });
        answer("/m/reset", exchange -> {
            exchange.head(200, "Content-Length: 80");
            exchange.send(BODY);
            exchange.reset();
        });
        for (String name : List.of("short", "chunks", "reset")) {
            assertThrows(IOException.class, () -> fetcher().fetch(name, 100), name);
            assertThrows(IOException.class, () -> read(targets(OPTIONS), name), name);
        }
    }

    /** Else what is kept of the line before a chunk is as much as the server likes. */
    @Test
    void aBodyWithALineThatDoesNotEndIsAFailure() {
        byte[] line = new byte[64 * 1024];
        Arrays.fill(line, (byte) 'a');
        answer("/m/line", exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked");
            exchange.send("3\r\nabc\r\n5;".getBytes(StandardCharsets.US_ASCII));
            exchange.sendRepeatedly(line, 1L << 30);
        });
        assertThrows(IOException.class, () -> fetcher().fetch("line", 100));
        assertTrue(server.bytesSent() < 64 << 20, () -> "took " + server.bytesSent());
    }

    @Test
    void anAnswerThatMakesNoSenseIsAFailure() {
        answer("/m/silent", Exchange::reset);
        answer("/m/garbage", exchange -> exchange.send("garbage\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        answer("/m/length", exchange -> {
            exchange.head(200, "Content-Length: -5", "Connection: close");
            exchange.send(BODY);
        });
        answer("/m/port", exchange -> exchange.answer(302, NOTHING, "Location: http://127.0.0.1:99999/"));
        answer("/m/quote", exchange -> exchange.answer(401, NOTHING, "WWW-Authenticate: a=\""));
        answer("/m/proxy", exchange -> exchange.answer(407, NOTHING, "Proxy-Authenticate: Negotiate"));
        for (String name : List.of("silent", "garbage", "length", "port", "quote", "proxy")) {
            assertThrows(IOException.class, () -> fetcher().fetch(name, 100), name);
        }
    }

    /** The runtime's older client goes one call deeper for each. */
    @Test
    void interimAnswersWithoutEndAreAFailure() {
        byte[] interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        answer("/m/interim", exchange -> exchange.sendRepeatedly(interim, 1L << 30));
        assertThrows(IOException.class, () -> fetcher().fetch("interim", 100));
        assertTrue(server.bytesSent() < 64 << 20, () -> "took " + server.bytesSent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "x-unknown"})
    void aBodyThatCameCompressedAllTheSameIsNotExpanded(String encoding) {
        answer("/m/zip", exchange -> exchange.answer(200, BODY, "Content-Encoding: " + encoding));
        assertThrows(ProtocolException.class, () -> fetcher().fetch("zip", 100));
        assertThrows(ProtocolException.class, () -> targets(OPTIONS).open("zip"));
    }

    @Test
    void aServerThatSaysNothingTimesOut() {
        FetchOptions impatient =
                OPTIONS.withReadTimeout(Duration.ofMillis(50)).withConnectTimeout(Duration.ofMillis(500));
        answer("/m/slow", Exchange::stall);
        answer("/m/stops", exchange -> {
            exchange.head(200, "Content-Length: 80");
            exchange.send(BODY);
            exchange.stall();
        });
        assertThrows(InterruptedIOException.class, () -> fetcher(impatient).fetch("slow", 100));
        assertThrows(InterruptedIOException.class, () -> fetcher(impatient).fetch("stops", 100));
    }

    @Test
    void aServerThatDripsForEverTimesOut() {
        FetchOptions impatient = OPTIONS.withTotalTimeout(Duration.ofMillis(200));
        answer("/m/drip", exchange -> {
            exchange.head(200, "Connection: close");
            exchange.sendRepeatedly(new byte[1], Long.MAX_VALUE);
        });
        assertThrows(InterruptedIOException.class, () -> fetcher(impatient).fetch("drip", 1_000_000_000));
        assertThrows(InterruptedIOException.class, () -> read(targets(impatient), "drip"));
    }

    @Test
    void theTimeOfRedirectsCountsToo() {
        FetchOptions impatient =
                OPTIONS.withTotalTimeout(Duration.ofMillis(100)).withMaxRedirects(Integer.MAX_VALUE);
        answer("/m/loop", exchange -> exchange.answer(302, NOTHING, "Location: loop"));
        assertThrows(InterruptedIOException.class, () -> fetcher(impatient).fetch("loop", 100));
    }

    @Test
    void aThreadThatIsInterruptedGivesUpAndStaysInterrupted() throws IOException, InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        answer("/m/slow", exchange -> {
            exchange.head(200, "Connection: close");
            asked.countDown();
            exchange.sendRepeatedly(new byte[1], Long.MAX_VALUE);
        });
        AtomicReference<Object> outcome = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.set(fetcher().fetch("slow", 1_000_000_000));
            } catch (IOException e) {
                outcome.set(Thread.currentThread().isInterrupted() ? e : "no longer interrupted");
            }
        });
        thread.start();
        asked.await();
        thread.interrupt();
        thread.join(60_000);
        assertTrue(outcome.get() instanceof InterruptedIOException, () -> String.valueOf(outcome.get()));
    }

    /** A client that does not notice the interrupt ends with its timeout, which is the same failure. */
    @Test
    void anInterruptWhileTheClientConnectsIsToldAndKept() {
        answer("/m/slow", Exchange::stall);
        FetchOptions impatient = OPTIONS.withReadTimeout(Duration.ofMillis(50));
        HttpGet http = http();
        Thread.currentThread().interrupt();
        try {
            assertThrows(InterruptedIOException.class, () -> http.send(server.uri("/m/slow"), impatient));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void aThreadThatIsInterruptedAlreadyAsksForNothing() {
        Thread.currentThread().interrupt();
        try {
            assertThrows(InterruptedIOException.class, () -> fetcher().fetch("root.json", 100));
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals(List.of(), server.log());
    }

    @Test
    void aTargetThatIsClosedEarlyIsNotReadToItsEnd() throws IOException {
        answer("/m/big", exchange -> {
            exchange.head(200, "Content-Length: 9000000000");
            exchange.sendRepeatedly(new byte[10_000], 9_000_000_000L);
        });
        try (InputStream in = targets(OPTIONS).open("big").orElseThrow()) {
            assertEquals(0, in.read());
        }
        assertTrue(server.bytesSent() < 50_000_000);
    }

    @Test
    void redirectsAreFollowedAFewTimes() throws IOException {
        answer("/m/a", exchange -> exchange.answer(302, NOTHING, "Location: b"));
        answer("/m/b", exchange -> exchange.answer(308, NOTHING, "Location: " + server.uri("/m/root.json")));
        assertArrayEquals(BODY, fetcher().fetch("a", 100).orElseThrow());
        assertArrayEquals(BODY, read(targets(OPTIONS), "a"));
        assertThrows(
                ProtocolException.class,
                () -> fetcher(OPTIONS.withMaxRedirects(1)).fetch("a", 100));
        answer("/m/loop", exchange -> exchange.answer(301, NOTHING, "Location: loop"));
        assertThrows(ProtocolException.class, () -> fetcher().fetch("loop", 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/hostname", "ftp://127.0.0.1/x", "jar:file:/x!/y", "http:", "::", "mailto:a@b"})
    void aRedirectToAnythingButHttpIsRefused(String location) {
        answer("/m/a", exchange -> exchange.answer(302, NOTHING, "Location: " + location));
        assertThrows(ProtocolException.class, () -> fetcher().fetch("a", 100));
    }

    @Test
    void aRedirectWithoutAPlaceIsRefused() {
        answer("/m/a", exchange -> exchange.answer(302, NOTHING));
        assertThrows(ProtocolException.class, () -> fetcher().fetch("a", 100));
    }

    @Test
    void httpsNeverFallsToHttp(@TempDir Path folder) throws Exception {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        URI plain = server.uri("/m/root.json");
        try (HostileServer secure = HostileServer.startTls(authority.serverContext(), exchange -> {
            if (exchange.request().target().endsWith("down")) {
                exchange.answer(302, NOTHING, "Location: " + plain);
            } else {
                exchange.answer(200, BODY);
            }
        })) {
            MetadataFetcher fetcher = MetadataFetcher.ofUri(secure.uri("/m"), OPTIONS, https(authority));
            assertArrayEquals(BODY, fetcher.fetch("root.json", 100).orElseThrow());
            assertThrows(ProtocolException.class, () -> fetcher.fetch("down", 100));
            assertEquals(List.of(), server.log());
            assertThrows(
                    IOException.class,
                    () -> MetadataFetcher.ofUri(secure.uri("/m"), OPTIONS, http())
                            .fetch("root.json", 100));
        }
    }

    @Test
    void aFileNameIsOneSegmentWhateverItSays() throws IOException {
        answer("/m/..%2F..%2Fa%20b%3Fc%23d%25.json", exchange -> exchange.answer(200, BODY));
        assertArrayEquals(BODY, fetcher().fetch("../../a b?c#d%.json", 100).orElseThrow());
        assertThrows(IllegalArgumentException.class, () -> fetcher().fetch("", 1));
        assertThrows(IllegalArgumentException.class, () -> fetcher().fetch("..", 1));
    }

    @ParameterizedTest
    @CsvSource({
        "app, /m/app",
        "dir/app.tar, /m/dir/app.tar",
        "a b?c#d%2e, /m/a%20b%3Fc%23d%252e",
        "ü, /m/%C3%BC",
        "%2e%2e/x, /m/%252e%252e/x",
        "/etc/passwd, /m//etc/passwd",
        "http://evil/x, /m/http%3A//evil/x"
    })
    void everySegmentOfATargetIsEncodedAndStaysBelowTheBase(String path, String requested) throws IOException {
        answer(requested, exchange -> exchange.answer(200, BODY));
        assertArrayEquals(BODY, read(targets(OPTIONS), path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "a/../../x", "a/.", "./a", "a/.."})
    void aTargetPathWithDotsIsNotAskedFor(String path) {
        assertThrows(MalformedURLException.class, () -> targets(OPTIONS).open(path));
        assertEquals(List.of(), server.log());
    }

    @Test
    void noThreadIsStartedForIt() throws IOException {
        HttpGet http = http();
        MetadataFetcher fetcher = MetadataFetcher.ofUri(server.uri("/m"), OPTIONS, http);
        fetcher.fetch("root.json", 100);
        boolean ours = Thread.getAllStackTraces().values().stream()
                .filter(stack -> stack.length > 0)
                .anyMatch(stack -> stack[stack.length - 1].getClassName().startsWith("dev.tallyclerk.trust."));
        assertFalse(ours);
    }
}
