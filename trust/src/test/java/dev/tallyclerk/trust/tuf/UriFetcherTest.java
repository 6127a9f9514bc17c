package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.MetadataFetcher.BodyTooLargeException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UriFetcherTest {
    private static final byte[] BODY = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final LoopbackServer server;

    UriFetcherTest() throws IOException {
        server = new LoopbackServer();
        server.answer("/m/root.json", "200 OK\r\nContent-Length: 8", BODY);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private MetadataFetcher fetcher() {
        return MetadataFetcher.ofUri(server.uri("/m"));
    }

    @Test
    void fetchesAFileUncompressed() throws IOException {
        assertArrayEquals(BODY, fetcher().fetch("root.json", 8).orElseThrow());
        String request = server.received().get(0);
        assertTrue(request.startsWith("GET /m/root.json HTTP/1.1\n"), request);
        assertTrue(request.contains("Accept-Encoding: identity\n"), request);
    }

    @Test
    void aWholeRefreshWorksOverHttp() throws TufException {
        TestRepository repository = new TestRepository();
        repository.addTarget("a", BODY);
        repository.publish();
        for (Map.Entry<String, byte[]> file : repository.files.entrySet()) {
            server.answer("/m/" + file.getKey(), "200 OK", file.getValue());
        }
        server.answer("/m/2.root.json", "404 Not Found", BODY);
        TufClient client = TufClient.builder(fetcher())
                .trustedRoot(repository.rootFile(1))
                .store(MetadataStore.inMemory())
                .clock(Clock.fixed(TestRepository.NOW, ZoneOffset.UTC))
                .build();
        assertTrue(client.refresh().target("a").isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void someStatusesMeanNotAvailable(int status) throws IOException {
        server.answer("/m/2.root.json", status + " No", BODY);
        assertEquals(Optional.empty(), fetcher().fetch("2.root.json", 100));
    }

    @Test
    void anErrorPageWithoutEndDoesNotMatter() throws IOException {
        server.answer("/m/2.root.json", out -> {
            out.write("HTTP/1.1 404 No\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(new byte[10_000]);
            }
        });
        assertEquals(Optional.empty(), fetcher().fetch("2.root.json", 100));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 206, 300, 304, 400, 401, 410, 429, 500, 503})
    void everyOtherStatusIsAFailure(int status) {
        server.answer("/m/2.root.json", status + " No\r\nContent-Length: 0", new byte[0]);
        assertThrows(IOException.class, () -> fetcher().fetch("2.root.json", 100));
    }

    @Test
    void anAnnouncedBodyAboveTheLimitIsNotRead() {
        server.answer("/m/big", "200 OK\r\nContent-Length: 9000000000", BODY);
        var e = assertThrows(BodyTooLargeException.class, () -> fetcher().fetch("big", 100));
        assertEquals(100, e.maxBytes());
    }

    @Test
    void anEndlessBodyIsCutAtTheLimit() {
        server.answer("/m/big", out -> {
            out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(new byte[10_000]);
            }
        });
        assertThrows(BodyTooLargeException.class, () -> fetcher().fetch("big", 100_000));
    }

    @Test
    void aBodyThatBreaksOffIsAFailure() {
        server.answer("/m/short", "200 OK\r\nContent-Length: 80", BODY);
        assertThrows(IOException.class, () -> fetcher().fetch("short", 100));
        server.answer(
                "/m/chunks", "200 OK\r\nTransfer-Encoding: chunked", "4\r\nab".getBytes(StandardCharsets.US_ASCII));
        assertThrows(IOException.class, () -> fetcher().fetch("chunks", 100));
    }

    @Test
    void aContentEncodingIsRefused() {
        server.answer("/m/zip", "200 OK\r\nContent-Encoding: gzip", BODY);
        assertThrows(ProtocolException.class, () -> fetcher().fetch("zip", 100));
    }

    @Test
    void aServerThatSaysNothingTimesOut() {
        MetadataFetcher impatient =
                MetadataFetcher.ofUri(server.uri("/m"), FetchOptions.defaults().withReadTimeout(Duration.ofMillis(50)));
        CountDownLatch timedOut = new CountDownLatch(1);
        server.answer("/m/slow", out -> timedOut.await());
        assertThrows(SocketTimeoutException.class, () -> impatient.fetch("slow", 100));
        timedOut.countDown();
    }

    @Test
    void aServerThatNeverComesToAnEndTimesOut() {
        MetadataFetcher impatient =
                MetadataFetcher.ofUri(server.uri("/m"), FetchOptions.defaults().withTotalTimeout(Duration.ofMillis(1)));
        server.answer("/m/drip", out -> {
            out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('x');
                out.flush();
            }
        });
        assertThrows(SocketTimeoutException.class, () -> impatient.fetch("drip", 1_000_000_000));
    }

    @Test
    void redirectsAreFollowedAFewTimes() throws IOException {
        server.answer("/m/a", "302 Found\r\nLocation: b", new byte[0]);
        server.answer("/m/b", "308 Permanent\r\nLocation: " + server.uri("/m/root.json"), new byte[0]);
        assertArrayEquals(BODY, fetcher().fetch("a", 100).orElseThrow());
        MetadataFetcher strict =
                MetadataFetcher.ofUri(server.uri("/m"), FetchOptions.defaults().withMaxRedirects(1));
        assertThrows(ProtocolException.class, () -> strict.fetch("a", 100));
        server.answer("/m/loop", "301 Moved\r\nLocation: loop", new byte[0]);
        assertThrows(ProtocolException.class, () -> fetcher().fetch("loop", 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/hostname", "ftp://127.0.0.1/x", "jar:file:/x!/y", "http:", "::", "mailto:a@b"})
    void aRedirectToAnythingButHttpIsRefused(String location) {
        server.answer("/m/a", "302 Found\r\nLocation: " + location, new byte[0]);
        assertThrows(ProtocolException.class, () -> fetcher().fetch("a", 100));
    }

    @Test
    void aRedirectWithoutAPlaceIsRefused() {
        server.answer("/m/a", "302 Found", new byte[0]);
        assertThrows(ProtocolException.class, () -> fetcher().fetch("a", 100));
    }

    @Test
    void httpsNeverFallsToHttp() throws IOException {
        URI secure = URI.create("https://example.org/m/a");
        assertThrows(ProtocolException.class, () -> HttpExchange.redirected(secure, "http://example.org/m/a"));
        assertEquals(
                URI.create("https://cdn.example.org/a"), HttpExchange.redirected(secure, "https://cdn.example.org/a"));
        assertEquals(secure, HttpExchange.redirected(URI.create("http://example.org/"), "https://example.org/m/a"));
    }

    @Test
    void aFileNameIsOneSegmentWhateverItSays() throws IOException {
        server.answer("/m/..%2F..%2Fa%20b%3Fc%23d.json", "200 OK", BODY);
        assertArrayEquals(BODY, fetcher().fetch("../../a b?c#d.json", 100).orElseThrow());
    }

    @Test
    void filesAreReadFromAFolder() throws IOException {
        Files.write(folder.resolve("root.json"), BODY);
        MetadataFetcher files = MetadataFetcher.ofUri(folder.toUri());
        assertArrayEquals(BODY, files.fetch("root.json", 8).orElseThrow());
        assertEquals(Optional.empty(), files.fetch("2.root.json", 8));
        assertThrows(BodyTooLargeException.class, () -> files.fetch("root.json", 7));
        Files.createDirectory(folder.resolve("sub"));
        assertThrows(IOException.class, () -> files.fetch("sub", 100));
        MetadataFetcher inside = MetadataFetcher.ofUri(folder.resolve("sub").toUri());
        assertFalse(inside.fetch("../root.json", 100).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.org/m",
                "relative/path",
                "http:opaque",
                "http:///nohost",
                "https://user:secret@example.org/m",
                "https://example.org/m?query",
                "https://example.org/m#fragment",
            })
    void anotherBaseIsTheCallersMistake(String base) {
        assertThrows(IllegalArgumentException.class, () -> MetadataFetcher.ofUri(URI.create(base)));
    }

    @Test
    void optionsAreChecked() {
        FetchOptions options = FetchOptions.defaults();
        assertThrows(IllegalArgumentException.class, () -> options.withConnectTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> options.withReadTimeout(Duration.ofDays(30)));
        assertThrows(IllegalArgumentException.class, () -> options.withMaxRedirects(-1));
        assertThrows(IllegalArgumentException.class, () -> fetcher().fetch("", 1));
    }
}
