package dev.tallyclerk.http.jdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

class ClientBodyTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(1);

    /** What a client would see of its body. */
    private static final class Client implements Flow.Subscription {
        private long requested;
        private boolean cancelled;

        @Override
        public void request(long count) {
            requested += count;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private static ClientBody body(Duration timeout) {
        Request request = Request.of("GET", URI.create("http://server/")).withTimeout(timeout);
        try {
            return new ClientBody(new Waiting(request));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<ByteBuffer> bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return List.of(ByteBuffer.allocate(0), buffer.flip());
    }

    @Test
    void givesWhatComesAndAsksForMoreOnlyWhenThatWasRead() throws IOException {
        ClientBody body = body(LONG);
        Client client = new Client();
        body.onSubscribe(client);
        body.onNext(bytes(1, 255));
        assertEquals(1, body.read());
        assertEquals(255, body.read());
        assertEquals(1, client.requested);
        body.onNext(bytes(3));
        body.onComplete();
        assertArrayEquals(new byte[] {3}, body.readAllBytes());
        assertEquals(-1, body.read());
        body.close();
        assertFalse(client.cancelled);
    }

    @Test
    void waitsOnlyAsLongAsTheWholeRequestMayTake() {
        for (Duration timeout : List.of(SHORT, Duration.ofNanos(1))) {
            ClientBody body = body(timeout);
            Client client = new Client();
            body.onSubscribe(client);
            assertThrows(SocketTimeoutException.class, body::read);
            assertInstanceOf(
                    SocketTimeoutException.class,
                    assertThrows(IOException.class, body::read).getCause());
            assertTrue(client.cancelled);
        }
    }

    @Test
    void aTimeThatDoesNotFitIntoNanosecondsIsAsGoodAsForEver() throws IOException {
        Request request = Request.of("GET", URI.create("http://server/"));
        assertTrue(new Waiting(request.withTimeout(Duration.ofSeconds(Long.MAX_VALUE))).left() > LONG.toNanos());
    }

    @Test
    void aBodyThatBreaksOffGivesWhatCameAndThenFailsForEver() throws IOException {
        ClientBody body = body(LONG);
        body.onSubscribe(new Client());
        body.onNext(bytes(1));
        IOException reset = new IOException("reset");
        body.onError(reset);
        assertEquals(1, body.read());
        assertSame(reset, assertThrows(IOException.class, body::read).getCause());
        assertSame(reset, assertThrows(IOException.class, body::read).getCause());
    }

    @Test
    void whoeverEndsItEndsTheExchange() {
        ClientBody body = body(LONG);
        Client client = new Client();
        body.onSubscribe(client);
        body.onNext(bytes(1));
        IOException cancelled = new IOException("cancelled");
        body.fail(cancelled);
        assertTrue(client.cancelled);
        assertSame(cancelled, assertThrows(IOException.class, body::read).getCause());
    }

    @Test
    void anInterruptIsToldAndKept() {
        ClientBody body = body(LONG);
        Client client = new Client();
        body.onSubscribe(client);
        Thread.currentThread().interrupt();
        try {
            assertThrows(InterruptedIOException.class, body::read);
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertTrue(client.cancelled);
    }

    /** A client may wait, while it cancels, for its thread that is about to hand something on. */
    @Test
    void holdsNothingThatTheClientNeedsWhileItCancels() throws InterruptedException {
        ClientBody body = body(LONG);
        Thread client = new Thread(() -> body.onNext(bytes(1)));
        AtomicBoolean handedOn = new AtomicBoolean();
        body.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {
                assertTrue(Thread.interrupted());
                client.start();
                try {
                    client.join(10_000);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                handedOn.set(!client.isAlive());
            }
        });
        Thread reader = new Thread(() -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, body::read);
        });
        reader.start();
        reader.join();
        client.join();
        assertTrue(handedOn.get());
    }

    @Test
    void aResponseThatCameAsItWasGivenUpIsDoneWith() {
        ClientBody body = body(LONG);
        Client client = new Client();
        body.onSubscribe(client);
        CompletableFuture<HttpResponse<ClientBody>> exchange = new CompletableFuture<>();
        exchange.complete(new Answer(body));
        ClientBody.abandon(exchange);
        assertTrue(client.cancelled);
    }

    @Test
    void anExchangeThatIsGivenUpIsCancelled() {
        CompletableFuture<HttpResponse<ClientBody>> exchange = new CompletableFuture<>();
        ClientBody.abandon(exchange);
        assertTrue(exchange.isCancelled());
        CompletableFuture<HttpResponse<ClientBody>> failed = CompletableFuture.failedFuture(new IOException("late"));
        ClientBody.abandon(failed);
        assertFalse(failed.isCancelled());
    }

    private record Answer(ClientBody body) implements HttpResponse<ClientBody> {
        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public HttpRequest request() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<HttpResponse<ClientBody>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            throw new UnsupportedOperationException();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }

    @Test
    void nobodyIsSubscribedToAClosedBodyOrTwice() {
        ClientBody body = body(LONG);
        Client first = new Client();
        Client second = new Client();
        body.onSubscribe(first);
        body.onSubscribe(second);
        assertFalse(first.cancelled);
        assertTrue(second.cancelled);
        body.close();
        assertTrue(first.cancelled);
        ClientBody unwanted = body(LONG);
        unwanted.close();
        Client third = new Client();
        unwanted.onSubscribe(third);
        assertTrue(third.cancelled);
    }

    @Test
    void aReadThatWaitsEndsWhereAnotherThreadClosesIt() throws Exception {
        ClientBody body = body(LONG);
        Client client = new Client();
        body.onSubscribe(client);
        CompletableFuture<IOException> failed = new CompletableFuture<>();
        Thread reader = new Thread(() -> failed.complete(assertThrows(IOException.class, body::read)));
        reader.setDaemon(true);
        reader.start();
        while (reader.isAlive() && reader.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        body.close();
        assertEquals("closed", failed.get(30, TimeUnit.SECONDS).getMessage());
        assertTrue(client.cancelled);
    }
}
