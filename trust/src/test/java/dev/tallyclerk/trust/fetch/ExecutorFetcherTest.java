package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fetchers over the runtime's older client, whose waits are tasks of an executor. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ExecutorFetcherTest extends HttpFetcherContract {
    private static final URI ANYWHERE = URI.create("http://repository.example.org/m/root.json");

    /** A client that waits between two bytes for longer than this test may take. */
    private static final FetchOptions PATIENT =
            FetchOptions.defaults().withReadTimeout(Duration.ofDays(1)).withTotalTimeout(Duration.ofMillis(200));

    private final SSLSocketFactory usual = HttpsURLConnection.getDefaultSSLSocketFactory();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        HttpsURLConnection.setDefaultSSLSocketFactory(usual);
        threads.shutdownNow();
    }

    @Override
    HttpGet http() {
        HttpsURLConnection.setDefaultSSLSocketFactory(usual);
        return HttpGet.runtime().withExecutor(threads);
    }

    @Override
    HttpGet https(PrivateAuthority authority) {
        HttpsURLConnection.setDefaultSSLSocketFactory(authority.clientContext().getSocketFactory());
        return HttpGet.runtime().withExecutor(threads);
    }

    private MetadataFetcher patient(HostileServer server) {
        return MetadataFetcher.ofUri(server.uri("/m"), PATIENT, http());
    }

    @Test
    void aHeadThatDoesNotEndTimesOut() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
            exchange.stall();
        })) {
            assertThrows(SocketTimeoutException.class, () -> patient(server).fetch("root.json", 100));
        }
    }

    @Test
    void aLineBetweenTwoChunksThatDoesNotEndTimesOut() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked");
            exchange.send("1\r\nx\r\n1;".getBytes(StandardCharsets.US_ASCII));
            exchange.stall();
        })) {
            assertThrows(SocketTimeoutException.class, () -> patient(server).fetch("root.json", 100));
        }
    }

    @Test
    void whatComesBehindTheLastChunkForEverTimesOut() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.head(200, "Transfer-Encoding: chunked");
            exchange.send("1\r\nx\r\n0\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
            exchange.stall();
        })) {
            assertThrows(SocketTimeoutException.class, () -> patient(server).fetch("root.json", 100));
        }
    }

    @Test
    void aThreadThatIsInterruptedDoesNotWaitForTheHead() throws IOException, InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        try (HostileServer server = HostileServer.start(exchange -> {
            asked.countDown();
            exchange.stall();
        })) {
            MetadataFetcher fetcher =
                    MetadataFetcher.ofUri(server.uri("/m"), PATIENT.withTotalTimeout(Duration.ofDays(1)), http());
            AtomicReference<Object> outcome = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    outcome.set(fetcher.fetch("root.json", 100));
                } catch (IOException e) {
                    outcome.set(Thread.currentThread().isInterrupted() ? e : "no longer interrupted");
                }
            });
            thread.start();
            asked.await();
            thread.interrupt();
            thread.join();
            assertInstanceOf(InterruptedIOException.class, outcome.get());
        }
    }

    @Test
    void anAnswerThatComesTooLateIsClosed() throws IOException, InterruptedException {
        CountDownLatch late = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        HttpGet slow = (uri, options) -> {
            await(late);
            return new Whole(closed);
        };
        HttpGet timed = slow.withExecutor(threads);
        assertThrows(SocketTimeoutException.class, () -> timed.send(ANYWHERE, PATIENT));
        late.countDown();
        closed.await();
    }

    @Test
    void aReadThatWasGivenUpIsNotGoneOnWithAndClosesItsAnswer() throws IOException, InterruptedException {
        CountDownLatch late = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        HttpGet slow = (uri, options) -> new Whole(closed) {
            @Override
            public InputStream body() {
                return new ByteArrayInputStream(new byte[1]) {
                    @Override
                    public synchronized int read(byte[] buffer, int offset, int length) {
                        await(late);
                        return super.read(buffer, offset, length);
                    }
                };
            }
        };
        try (HttpGet.Answer answer = slow.withExecutor(threads).send(ANYWHERE, PATIENT)) {
            InputStream body = answer.body();
            assertThrows(SocketTimeoutException.class, () -> body.read(new byte[1], 0, 1));
            assertThrows(IOException.class, body::read);
            late.countDown();
            assertThrows(IOException.class, body::read);
        }
        closed.await();
    }

    @Test
    void whatTheClientThrowsIsThrown() {
        IOException broken = new IOException("broken");
        IllegalStateException wrong = new IllegalStateException("wrong");
        AssertionError error = new AssertionError("error");
        for (Throwable failure : new Throwable[] {broken, wrong, error}) {
            HttpGet failing = (uri, options) -> {
                ExecutorFetcherTest.<RuntimeException>raise(failure);
                return new Whole(new CountDownLatch(1));
            };
            Throwable thrown = assertThrows(
                    Throwable.class, () -> failing.withExecutor(threads).send(ANYWHERE, PATIENT));
            assertSame(failure, thrown);
        }
    }

    @Test
    void anExecutorThatTakesNothingIsAnAnswerTheLessAndNoMore() {
        HttpGet refused = HttpGet.runtime().withExecutor(task -> {
            throw new RejectedExecutionException("shut down");
        });
        IOException e = assertThrows(IOException.class, () -> refused.send(ANYWHERE, PATIENT));
        assertInstanceOf(RejectedExecutionException.class, e.getCause());
    }

    @Test
    void theAnswerIsThatOfTheClient() throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        HttpGet get = (uri, options) -> new Whole(closed);
        try (HttpGet.Answer answer = get.withExecutor(threads).send(ANYWHERE, PATIENT)) {
            assertEquals(200, answer.status());
            assertEquals(Optional.of("X"), answer.header("x"));
            assertEquals("whole", new String(answer.body().readAllBytes(), StandardCharsets.US_ASCII));
            assertEquals(1, closed.getCount());
        }
        assertTrue(closed.getCount() == 0);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable failure) throws E {
        throw (E) failure;
    }

    /** An answer of five bytes. */
    private static class Whole implements HttpGet.Answer {
        private final CountDownLatch closed;

        Whole(CountDownLatch closed) {
            this.closed = closed;
        }

        @Override
        public int status() {
            return 200;
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.of(name.toUpperCase(java.util.Locale.ROOT));
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream("whole".getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
