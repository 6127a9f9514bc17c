package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.VerificationException.Reason;
import dev.tallyclerk.verify.http.VerifyingBodyHandler;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A proxy that promises a Content-Length, and a client that must not be able to complete a wrong body. */
@Timeout(60)
class HoldBackProxyTest {
    private static final byte[] CONTENT = new byte[1_000_000];

    static {
        new Random(11).nextBytes(CONTENT);
    }

    /** What a proxy may be made of. */
    enum Pipe {
        READING {
            @Override
            void copy(InputStream upstream, OutputStream client) throws IOException {
                try (var in = VerifyingInputStream.of(upstream, Digest.sha256Of(CONTENT), CONTENT.length)) {
                    in.transferTo(client);
                }
            }
        },
        WRITING {
            @Override
            void copy(InputStream upstream, OutputStream client) throws IOException {
                try (var out = VerifyingOutputStream.of(client, Digest.sha256Of(CONTENT), CONTENT.length)) {
                    upstream.transferTo(out);
                }
            }
        },
        READING_CHANNEL {
            @Override
            void copy(InputStream upstream, OutputStream client) throws IOException {
                try (var in = VerifyingReadableByteChannel.of(
                        Channels.newChannel(upstream), Digest.sha256Of(CONTENT), CONTENT.length)) {
                    Channels.newInputStream(in).transferTo(client);
                }
            }
        },
        WRITING_CHANNEL {
            @Override
            void copy(InputStream upstream, OutputStream client) throws IOException {
                try (var out = VerifyingWritableByteChannel.of(
                        Channels.newChannel(client), Digest.sha256Of(CONTENT), CONTENT.length)) {
                    byte[] buffer = new byte[8192];
                    int n;
                    while ((n = upstream.read(buffer)) >= 0) {
                        ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
                        while (piece.hasRemaining()) {
                            out.write(piece);
                        }
                    }
                }
            }
        },
        FLOW {
            @Override
            void copy(InputStream upstream, OutputStream client) throws IOException {
                var writer = new Writer(client);
                publish(upstream, VerifyingSubscriber.of(writer, Digest.sha256Of(CONTENT), CONTENT.length), b -> b);
                writer.finish();
            }
        },
        BODY_HANDLER {
            @Override
            void copy(InputStream upstream, OutputStream client) throws IOException {
                var writer = new Writer(client);
                var handler = VerifyingBodyHandler.of(
                        response -> BodySubscribers.fromSubscriber(new ListWriter(writer)),
                        Digest.sha256Of(CONTENT),
                        CONTENT.length);
                publish(upstream, handler.apply(new Found()), List::of);
                writer.finish();
            }
        };

        abstract void copy(InputStream upstream, OutputStream client) throws IOException;
    }

    /** Publishes what a stream gives, as it comes, to a subscriber that wants all of it. */
    private static <T> void publish(
            InputStream upstream, Flow.Subscriber<? super T> subscriber, Function<ByteBuffer, T> item)
            throws IOException {
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicLong demand = new AtomicLong();
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                demand.accumulateAndGet(n, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
            }

            @Override
            public void cancel() {
                cancelled.set(true);
            }
        });
        byte[] buffer = new byte[8192];
        while (!cancelled.get()) {
            assertTrue(demand.get() > 0, "nothing more is wanted");
            int n = upstream.read(buffer);
            if (n < 0) {
                subscriber.onComplete();
                return;
            }
            subscriber.onNext(item.apply(ByteBuffer.wrap(Arrays.copyOf(buffer, n))));
        }
    }

    /** Writes to the client what it gets. */
    private static final class Writer implements Flow.Subscriber<ByteBuffer> {
        private final OutputStream client;
        private Optional<Throwable> error = Optional.empty();
        private boolean complete;

        Writer(OutputStream client) {
            this.client = client;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer item) {
            byte[] bytes = new byte[item.remaining()];
            item.get(bytes);
            try {
                client.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onError(Throwable failure) {
            error = Optional.of(failure);
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        /** Throws what went wrong. */
        void finish() throws IOException {
            if (error.isPresent()) {
                throw assertInstanceOf(IOException.class, error.get());
            }
            assertTrue(complete, "neither an end nor an error came");
        }
    }

    /** The same of lists, as the HTTP client of the Java runtime gives them. */
    private record ListWriter(Writer writer) implements Flow.Subscriber<List<ByteBuffer>> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            writer.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> items) {
            items.forEach(writer::onNext);
        }

        @Override
        public void onError(Throwable failure) {
            writer.onError(failure);
        }

        @Override
        public void onComplete() {
            writer.onComplete();
        }
    }

    /** A response whose body comes next. */
    private record Found() implements ResponseInfo {
        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theClientGetsTheRightBody(Pipe pipe) throws Exception {
        Exchange exchange = exchange(pipe, CONTENT);
        assertEquals(Optional.empty(), exchange.refusal());
        assertArrayEquals(CONTENT, exchange.body());
    }

    @ParameterizedTest
    @EnumSource
    void theClientNeverCompletesABodyWithAWrongByte(Pipe pipe) throws Exception {
        for (int at : new int[] {0, CONTENT.length / 2, CONTENT.length - 1}) {
            byte[] wrong = CONTENT.clone();
            wrong[at]++;
            assertIncomplete(Reason.DIGEST_MISMATCH, exchange(pipe, wrong));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theClientNeverCompletesABodyThatIsTooLongOrTooShort(Pipe pipe) throws Exception {
        assertIncomplete(Reason.TOO_LONG, exchange(pipe, Arrays.copyOf(CONTENT, CONTENT.length + 1)));
        assertIncomplete(Reason.TOO_SHORT, exchange(pipe, Arrays.copyOf(CONTENT, CONTENT.length - 1)));
    }

    private static void assertIncomplete(Reason reason, Exchange exchange) {
        assertEquals(Optional.of(reason), exchange.refusal());
        int most = CONTENT.length - ContentVerifier.DEFAULT_HOLD_BACK;
        assertTrue(exchange.body().length <= most, exchange.body().length + " bytes came");
    }

    /** What the client saw of the body, and why the proxy gave up if it did. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Exchange(byte[] body, Optional<Reason> refusal) {}

    private static Exchange exchange(Pipe pipe, byte[] sent) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (var upstream = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<?> serving = threads.submit(() -> serve(upstream, sent));
            Future<Optional<Reason>> proxying = threads.submit(() -> proxy(pipe, proxy, upstream.getLocalPort()));
            byte[] body = get(proxy.getLocalPort());
            serving.get();
            return new Exchange(body, proxying.get());
        } finally {
            threads.shutdown();
            assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
        }
    }

    private static Void serve(ServerSocket server, byte[] body) throws IOException {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(body);
            socket.shutdownOutput();
            // Wait for the proxy to go: closing at once could throw away what it has not read.
            socket.getInputStream().read();
        } catch (IOException e) {
            // The proxy may hang up on a wrong body.
        }
        return null;
    }

    private static Optional<Reason> proxy(Pipe pipe, ServerSocket server, int upstreamPort) throws IOException {
        try (Socket client = server.accept();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), upstreamPort)) {
            readHead(client.getInputStream());
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + CONTENT.length + "\r\n\r\n";
            client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            pipe.copy(upstream.getInputStream(), client.getOutputStream());
            return Optional.empty();
        } catch (VerificationException e) {
            return Optional.of(e.reason());
        }
    }

    private static byte[] get(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            readHead(in);
            return in.readNBytes(CONTENT.length);
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int last = 0;
        while (last != 0x0d0a0d0a) {
            int value = in.read();
            if (value < 0) {
                throw new IOException("the head ends early");
            }
            last = last << 8 | value;
        }
    }
}
