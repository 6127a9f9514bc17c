package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUriFetcherTest {
    private static final byte[] BODY = "content".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final LoopbackServer server;

    TargetUriFetcherTest() throws IOException {
        server = new LoopbackServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private TargetFetcher http() {
        return TargetFetcher.ofUri(server.uri("/t"));
    }

    private static byte[] read(TargetFetcher fetcher, String path) throws IOException {
        try (InputStream in = fetcher.open(path).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "app, /t/app",
        "dir/app.tar, /t/dir/app.tar",
        "a b?c#d%2e, /t/a%20b%3Fc%23d%252e",
        "ü, /t/%C3%BC",
        "/etc/passwd, /t//etc/passwd",
        "http://evil/x, /t/http%3A//evil/x"
    })
    void everySegmentIsEncodedAndStaysBelowTheBase(String path, String requested) throws IOException {
        server.answer(requested, "200 OK", BODY);
        assertArrayEquals(BODY, read(http(), path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "a/../../x", "a/.", "./a", "a/.."})
    void aPathWithDotsIsNotAskedFor(String path) {
        assertThrows(MalformedURLException.class, () -> http().open(path));
        assertThrows(
                MalformedURLException.class,
                () -> TargetFetcher.ofUri(folder.toUri()).open(path));
        assertTrue(server.received().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void someStatusesMeanNotAvailable(int status) throws IOException {
        server.answer("/t/app", status + " No", BODY);
        assertEquals(Optional.empty(), http().open("app"));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 206, 304, 401, 500})
    void everyOtherStatusIsAFailure(int status) {
        server.answer("/t/app", status + " No\r\nContent-Length: 0", new byte[0]);
        assertThrows(IOException.class, () -> http().open("app"));
    }

    @Test
    void redirectsAreFollowed() throws IOException {
        server.answer("/t/app", "302 Found\r\nContent-Length: 0\r\nLocation: /elsewhere", new byte[0]);
        server.answer("/elsewhere", "200 OK", BODY);
        assertArrayEquals(BODY, read(http(), "app"));
    }

    @Test
    void aBodyThatBreaksOffIsNoEnd() throws IOException {
        server.answer("/t/app", "200 OK\r\nContent-Length: 100", BODY);
        try (InputStream in = http().open("app").orElseThrow()) {
            assertThrows(IOException.class, in::readAllBytes);
        }
    }

    @Test
    void aServerThatDripsIsLeft() throws IOException {
        server.answer("/t/app", out -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(1);
                out.flush();
            }
        });
        FetchOptions impatient = FetchOptions.defaults().withTotalTimeout(Duration.ofMillis(200));
        try (InputStream in =
                TargetFetcher.ofUri(server.uri("/t"), impatient).open("app").orElseThrow()) {
            assertThrows(SocketTimeoutException.class, () -> {
                while (in.read() >= 0) {
                    // On until the time is over.
                }
            });
        }
    }

    @Test
    void filesAreReadWhereTheyLie() throws IOException {
        Files.createDirectories(folder.resolve("t/dir"));
        Files.write(folder.resolve("t/dir/app"), BODY);
        Files.write(folder.resolve("secret"), BODY);
        TargetFetcher files = TargetFetcher.ofUri(folder.resolve("t").toUri());
        assertArrayEquals(BODY, read(files, "dir/app"));
        assertEquals(Optional.empty(), files.open("dir/other"));
        assertEquals(Optional.empty(), files.open("dir"));
        assertEquals(Optional.empty(), files.open(folder.resolve("secret").toString()));
        assertEquals(Optional.empty(), files.open("a\u0000b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/y", "http:x", "x", "http://x/?a", "http://x/#a", "http://u:p@x/", "http:///x"})
    void anotherKindOfBaseIsTheCallersMistake(String base) {
        assertThrows(IllegalArgumentException.class, () -> TargetFetcher.ofUri(URI.create(base)));
    }
}
