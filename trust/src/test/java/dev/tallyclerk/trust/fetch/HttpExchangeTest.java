package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.fetch.MetadataFetcher.BodyTooLargeException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the answers of an HTTP client that need not check anything itself. */
class HttpExchangeTest {
    private static final URI BASE = URI.create("https://example.org/m/");
    private static final byte[] BODY = {0, -1, 1};

    private final Map<String, FakeAnswer> answers = new HashMap<>();
    private final MetadataFetcher fetcher = MetadataFetcher.ofUri(BASE, FetchOptions.defaults(), this::send);
    private final TargetFetcher targets = TargetFetcher.ofUri(BASE, FetchOptions.defaults(), this::send);

    private HttpGet.Answer send(URI uri, FetchOptions options) {
        return Optional.ofNullable(answers.get(uri.getPath())).orElseThrow();
    }

    private static final class FakeAnswer implements HttpGet.Answer {
        private final int status;
        private final Map<String, String> headers;
        private final InputStream body;
        private boolean closed;

        FakeAnswer(int status, Map<String, String> headers, InputStream body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        @Override
        public InputStream body() {
            return body;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private FakeAnswer answer(int status, Map<String, String> headers) {
        FakeAnswer answer = new FakeAnswer(status, headers, new ByteArrayInputStream(BODY));
        answers.put("/m/a", answer);
        return answer;
    }

    private FakeAnswer answer(String length) {
        return answer(200, Map.of("Content-Length", length));
    }

    /** So many bytes at most at a time, or none, without end; and how many were asked for. */
    private static final class Endless extends InputStream {
        private final int[] given;
        private int reads;
        private long count;

        Endless(int... given) {
            this.given = given;
        }

        @Override
        public int read() {
            count++;
            return 0;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            int read = Math.min(length, given[reads++ % given.length]);
            count += read;
            return read;
        }
    }

    @Test
    void everyAnswerIsClosed() throws IOException {
        FakeAnswer there = answer("3");
        assertArrayEquals(BODY, fetcher.fetch("a", 3).orElseThrow());
        FakeAnswer missing = answer(404, Map.of());
        assertEquals(Optional.empty(), fetcher.fetch("a", 3));
        FakeAnswer broken = answer(500, Map.of());
        assertThrows(ProtocolException.class, () -> fetcher.fetch("a", 3));
        FakeAnswer tooLarge = answer("4");
        assertThrows(BodyTooLargeException.class, () -> fetcher.fetch("a", 3));
        FakeAnswer redirect = answer(302, Map.of("Location", "b"));
        FakeAnswer redirected = new FakeAnswer(200, Map.of(), new ByteArrayInputStream(BODY));
        answers.put("/m/b", redirected);
        assertArrayEquals(BODY, fetcher.fetch("a", 3).orElseThrow());
        for (FakeAnswer answer : List.of(there, missing, broken, tooLarge, redirect, redirected)) {
            assertTrue(answer.closed, "status " + answer.status);
        }
    }

    @Test
    void aTargetIsClosedByWhoReadsIt() throws IOException {
        FakeAnswer answer = answer("3");
        List<Integer> bytes = new ArrayList<>();
        try (InputStream in = targets.open("a").orElseThrow()) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                bytes.add(next);
            }
            assertEquals(-1, in.read());
            assertEquals(false, answer.closed);
        }
        assertEquals(List.of(0, 255, 1), bytes);
        assertTrue(answer.closed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2", "4", "000000000000000004"})
    void aBodyOfAnotherLengthThanAnnouncedIsAFailure(String length) {
        answer(length);
        assertThrows(EOFException.class, () -> fetcher.fetch("a", 10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-3", "+3", "3,3", "0x3", "0000000000000000003", "/", ":"})
    void anAnnouncedLengthIsANumber(String length) {
        answer(length);
        assertThrows(ProtocolException.class, () -> fetcher.fetch("a", 10));
    }

    /** RFC 9112, 6.3. */
    @Test
    void besideATransferEncodingTheLengthSaysNothing() throws IOException {
        answer(200, Map.of("Content-Length", "99", "Transfer-Encoding", "chunked"));
        assertArrayEquals(BODY, fetcher.fetch("a", 3).orElseThrow());
    }

    @Test
    void noMoreThanOneByteAboveTheLimitIsReadHoweverTheyCome() {
        for (Endless endless : List.of(new Endless(8_192), new Endless(5_000, 1), new Endless(0, 7))) {
            answers.put("/m/a", new FakeAnswer(200, Map.of(), endless));
            assertThrows(BodyTooLargeException.class, () -> fetcher.fetch("a", 10_000));
            assertEquals(10_001, endless.count);
        }
    }

    @Test
    void theTimeThatIsLeftIsHandedOn() throws IOException {
        answer(302, Map.of("Location", "b"));
        answers.put("/m/b", new FakeAnswer(200, Map.of(), new ByteArrayInputStream(BODY)));
        List<Duration> left = new ArrayList<>();
        AtomicLong now = new AtomicLong();
        HttpGet slow = (uri, options) -> {
            left.add(options.totalTimeout());
            now.addAndGet(Duration.ofSeconds(50).toNanos());
            return send(uri, options);
        };
        HttpExchange exchange = new HttpExchange(slow, FetchOptions.defaults(), now::get);
        try (InputStream body = exchange.open(BASE.resolve("a"), "a").orElseThrow()) {
            assertEquals(0, body.read());
            now.addAndGet(Duration.ofSeconds(21).toNanos());
            assertThrows(SocketTimeoutException.class, body::read, "the body has what both heads have left");
        }
        assertEquals(List.of(Duration.ofSeconds(120), Duration.ofSeconds(70)), left);
    }

    @Test
    void aRedirectThatLeavesNoTimeIsNotFollowed() {
        answer(302, Map.of("Location", "a"));
        AtomicLong now = new AtomicLong();
        HttpGet slow = (uri, options) -> {
            now.addAndGet(options.totalTimeout().toNanos());
            return send(uri, options);
        };
        HttpExchange exchange = new HttpExchange(slow, FetchOptions.defaults(), now::get);
        assertThrows(SocketTimeoutException.class, () -> exchange.fetch(BASE.resolve("a"), "a", 3));
    }
}
