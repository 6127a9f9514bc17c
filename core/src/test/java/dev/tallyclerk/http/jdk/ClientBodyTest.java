package dev.tallyclerk.http.jdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
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

    private final IOException late = new IOException("late");

    /** What a client would see of its subscriber. */
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

    private ClientBody.Subscriber subscriber(Duration whole, Duration each) {
        return new ClientBody.Subscriber(new Patience(System.nanoTime(), whole, each), () -> late);
    }

    private static ClientBody body(ClientBody.Subscriber subscriber) {
        return subscriber.getBody().toCompletableFuture().join();
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
        ClientBody.Subscriber subscriber = subscriber(LONG, LONG);
        Client client = new Client();
        subscriber.onSubscribe(client);
        subscriber.onNext(bytes(1, 255));
        ClientBody body = body(subscriber);
        assertEquals(1, body.read());
        assertEquals(255, body.read());
        assertEquals(1, client.requested);
        subscriber.onNext(bytes(3));
        subscriber.onComplete();
        assertArrayEquals(new byte[] {3}, body.readAllBytes());
        assertEquals(-1, body.read());
        body.close();
        assertFalse(client.cancelled);
    }

    @Test
    void waitsOnlySoLongForTheNextBytesAndForAll() {
        for (Duration[] times : new Duration[][] {{LONG, SHORT}, {SHORT, LONG}, {Duration.ZERO, LONG}}) {
            ClientBody.Subscriber subscriber = subscriber(times[0], times[1]);
            Client client = new Client();
            subscriber.onSubscribe(client);
            assertSame(late, assertThrows(IOException.class, body(subscriber)::read));
            assertTrue(client.cancelled);
        }
    }

    @Test
    void aTimeThatDoesNotFitIntoNanosecondsIsAsGoodAsForEver() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        assertTrue(new Patience(System.nanoTime(), endless, endless).left() > LONG.toNanos());
    }

    @Test
    void aBodyThatBreaksOffGivesWhatCameAndThenFailsForEver() throws IOException {
        ClientBody.Subscriber subscriber = subscriber(LONG, LONG);
        subscriber.onSubscribe(new Client());
        subscriber.onNext(bytes(1));
        IOException reset = new IOException("reset");
        subscriber.onError(reset);
        ClientBody body = body(subscriber);
        assertEquals(1, body.read());
        assertSame(reset, assertThrows(IOException.class, body::read).getCause());
        assertSame(reset, assertThrows(IOException.class, body::read).getCause());
    }

    @Test
    void whoeverEndsItEndsTheExchange() {
        ClientBody.Subscriber subscriber = subscriber(LONG, LONG);
        Client client = new Client();
        subscriber.onSubscribe(client);
        subscriber.onNext(bytes(1));
        ClientBody body = body(subscriber);
        IOException cancelled = new IOException("cancelled");
        body.fail(cancelled);
        assertTrue(client.cancelled);
        assertSame(cancelled, assertThrows(IOException.class, body::read).getCause());
    }

    @Test
    void anInterruptIsToldAndKept() {
        ClientBody.Subscriber subscriber = subscriber(LONG, LONG);
        Client client = new Client();
        subscriber.onSubscribe(client);
        Thread.currentThread().interrupt();
        try {
            assertThrows(InterruptedIOException.class, body(subscriber)::read);
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertTrue(client.cancelled);
    }

    /** A client may wait, while it cancels, for its thread that is about to hand something on. */
    @Test
    void holdsNothingThatTheClientNeedsWhileItCancels() throws InterruptedException {
        ClientBody.Subscriber subscriber = subscriber(LONG, LONG);
        Thread client = new Thread(() -> subscriber.onNext(bytes(1)));
        AtomicBoolean handedOn = new AtomicBoolean();
        subscriber.onSubscribe(new Flow.Subscription() {
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
            assertThrows(InterruptedIOException.class, body(subscriber)::read);
        });
        reader.start();
        reader.join();
        client.join();
        assertTrue(handedOn.get());
    }

    @Test
    void aResponseThatCameAsItWasGivenUpIsDoneWith() {
        ClientBody.Subscriber subscriber = subscriber(LONG, LONG);
        Client client = new Client();
        subscriber.onSubscribe(client);
        CompletableFuture<HttpResponse<ClientBody>> exchange = new CompletableFuture<>();
        exchange.complete(new Answer(body(subscriber)));
        ClientBody.abandon(exchange);
        assertTrue(client.cancelled);
    }

    @Test
    void anExchangeThatIsGivenUpIsCancelled() {
        CompletableFuture<HttpResponse<ClientBody>> exchange = new CompletableFuture<>();
        ClientBody.abandon(exchange);
        assertTrue(exchange.isCancelled());
        CompletableFuture<HttpResponse<ClientBody>> failed = CompletableFuture.failedFuture(late);
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
        ClientBody.Subscriber subscriber = subscriber(LONG, LONG);
        Client first = new Client();
        Client second = new Client();
        subscriber.onSubscribe(first);
        subscriber.onSubscribe(second);
        assertFalse(first.cancelled);
        assertTrue(second.cancelled);
        body(subscriber).close();
        assertTrue(first.cancelled);
        ClientBody.Subscriber unwanted = subscriber(LONG, LONG);
        body(unwanted).close();
        Client third = new Client();
        unwanted.onSubscribe(third);
        assertTrue(third.cancelled);
    }

    @Test
    void aReadThatWaitsEndsWhereAnotherThreadClosesIt() throws Exception {
        ClientBody.Subscriber subscriber = subscriber(LONG, LONG);
        Client client = new Client();
        subscriber.onSubscribe(client);
        ClientBody body = body(subscriber);
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
