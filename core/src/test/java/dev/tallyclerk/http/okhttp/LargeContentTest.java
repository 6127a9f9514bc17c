package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read past OkHttp is what OkHttp would have given, and ends as it would have ended. */
@Timeout(120)
class LargeContentTest {
    private static final int LARGE = 128 * 1024;

    /** Not a whole number of anything. */
    private static final byte[] CONTENT = content(LARGE + 12_345);

    private final OkHttpTransport transport = transport(new OkHttpClient());

    private static OkHttpTransport transport(OkHttpClient client) {
        return new OkHttpTransport(client, LARGE);
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(1).nextBytes(content);
        return content;
    }

    private static String head(int length, String more) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n" + more + "\r\n";
    }

    private static void send(Exchange exchange, String head, byte[] content, int length) throws IOException {
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(content, 0, all, bytes.length, length);
        exchange.send(all);
    }

    private static HostileServer serving() throws IOException {
        return HostileServer.start(exchange -> send(exchange, head(CONTENT.length, ""), CONTENT, CONTENT.length));
    }

    private Response get(HostileServer server) throws IOException {
        return transport.send(Request.of("GET", server.uri("/")));
    }

    private static byte[] readAll(OkHttpTransport transport, HostileServer server) throws IOException {
        try (Response response = transport.send(Request.of("GET", server.uri("/")))) {
            return response.body().readAllBytes();
        }
    }

    /** OkHttp reads 8 KiB at a time, and where heads end between them decides what it has taken of the content. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_100, 8_110, 8_120, 8_130, 8_140, 8_150, 8_160, 16_320, 40_000})
    void comesByteForByteBehindAHeadOfAnyLength(int length) throws IOException {
        String head = head(CONTENT.length, "X: " + "x".repeat(length) + "\r\n");
        try (HostileServer server = HostileServer.start(exchange -> send(exchange, head, CONTENT, CONTENT.length))) {
            assertArrayEquals(CONTENT, readAll(transport, server));
        }
    }

    @Test
    void comesByteForByteInPiecesOfAnySize() throws IOException {
        Random random = new Random(2);
        try (HostileServer server = serving()) {
            for (int most : new int[] {3, 5_000, 9_000, 70_000, 300_000}) {
                ByteArrayOutputStream got = new ByteArrayOutputStream();
                try (Response response = get(server)) {
                    InputStream body = response.body();
                    byte[] piece = new byte[most + 7];
                    int pieces = 0;
                    for (int n = 0; n >= 0; n = body.read(piece, 7, 1 + random.nextInt(most))) {
                        got.write(piece, 7, n);
                        if (most == 3 && pieces++ == 10_000) {
                            got.write(body.readAllBytes());
                        }
                    }
                    assertEquals(-1, body.read());
                    assertEquals(-1, body.read(piece, 0, 1));
                    assertEquals(0, body.read(piece, 0, 0));
                }
                assertArrayEquals(CONTENT, got.toByteArray());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 8_192, 65_536, 100_000})
    void skipsWhatIsSkipped(int before) throws IOException {
        try (HostileServer server = serving();
                Response response = get(server)) {
            InputStream body = response.body();
            assertEquals(before, body.readNBytes(before).length);
            body.skipNBytes(100);
            int from = before + 100;
            assertArrayEquals(Arrays.copyOfRange(CONTENT, from, from + 9_000), body.readNBytes(9_000));
            body.skipNBytes(10_000);
            from += 19_000;
            assertArrayEquals(Arrays.copyOfRange(CONTENT, from, CONTENT.length), body.readAllBytes());
            assertEquals(0, body.skip(1));
        }
    }

    @Test
    void givesItsConnectionUpAtItsEndAndNotOnlyWhenItIsClosed() throws IOException {
        OkHttpClient client = new OkHttpClient();
        ConnectionPool connections = client.connectionPool();
        try (HostileServer server = serving();
                Response response = transport(client).send(Request.of("GET", server.uri("/")))) {
            assertEquals(1, connections.connectionCount());
            assertArrayEquals(CONTENT, response.body().readAllBytes());
            assertEquals(0, connections.connectionCount());
        }
    }

    @Test
    void isTheLastOfItsConnectionAndTheNextRequestHasAnother() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            boolean large = exchange.request().target().equals("/");
            exchange.answer(200, large ? CONTENT : new byte[] {1, 2});
        })) {
            for (String target : new String[] {"/small", "/small", "/", "/small", "/"}) {
                try (Response response = transport.send(Request.of("GET", server.uri(target)))) {
                    assertArrayEquals(
                            target.equals("/") ? CONTENT : new byte[] {1, 2},
                            response.body().readAllBytes());
                }
            }
            assertEquals(5, server.requests().size());
            assertEquals(2, server.connections());
        }
    }

    @Test
    void hasNothingOfWhatComesBehindIt() throws IOException {
        int length = LARGE + 1;
        try (HostileServer server =
                HostileServer.start(exchange -> send(exchange, head(length, ""), CONTENT, CONTENT.length))) {
            assertArrayEquals(Arrays.copyOf(CONTENT, length), readAll(transport, server));
            assertArrayEquals(Arrays.copyOf(CONTENT, length), readAll(transport, server));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_192, 100_000, LARGE - 1, LARGE + 12_344})
    void isNoContentWhereItEndsTooEarly(int length) throws IOException {
        try (HostileServer server =
                HostileServer.start(exchange -> send(exchange, head(CONTENT.length, ""), CONTENT, length))) {
            IOException e = assertThrows(IOException.class, () -> readAll(transport, server));
            assertTrue(String.valueOf(e.getMessage()).contains("unexpected end of stream"), e.toString());
        }
    }

    @Test
    void failsAgainOnceItHasFailed() throws IOException {
        try (HostileServer server =
                        HostileServer.start(exchange -> send(exchange, head(CONTENT.length, ""), CONTENT, 100_000));
                Response response = get(server)) {
            byte[] piece = new byte[100_000];
            assertThrows(IOException.class, () -> response.body().readAllBytes());
            assertThrows(IOException.class, () -> response.body().read(piece, 0, piece.length));
        }
    }

    @Test
    void isBrokenOffByItsCancellation() throws IOException {
        Cancellation cancellation = Cancellation.create();
        try (HostileServer server = HostileServer.start(exchange -> {
                    send(exchange, head(CONTENT.length, ""), CONTENT, 100_000);
                    exchange.stall();
                });
                Response response =
                        transport.send(Request.of("GET", server.uri("/")).withCancellation(cancellation))) {
            assertEquals(99_999, response.body().readNBytes(99_999).length);
            cancellation.cancel();
            assertThrows(IOException.class, () -> response.body().readAllBytes());
        }
    }

    @Test
    void endsWithTheTimeOfItsRequest() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            send(exchange, head(CONTENT.length, ""), CONTENT, 100_000);
            exchange.stall();
        })) {
            IOException e = assertThrows(IOException.class, () -> {
                try (Response response =
                        transport.send(Request.of("GET", server.uri("/")).withTimeout(Duration.ofSeconds(1)))) {
                    response.body().readAllBytes();
                }
            });
            assertEquals("timeout", e.getMessage());
        }
    }

    @Test
    void endsWithTheReadTimeoutOfTheClient() throws IOException {
        OkHttpTransport hasty = transport(
                new OkHttpClient.Builder().readTimeout(Duration.ofMillis(100)).build());
        try (HostileServer server = HostileServer.start(exchange -> {
            send(exchange, head(CONTENT.length, ""), CONTENT, 100_000);
            exchange.stall();
        })) {
            assertThrows(SocketTimeoutException.class, () -> readAll(hasty, server));
        }
    }

    @Test
    void isNotReadToItsEndBecauseItIsClosed() throws IOException {
        try (HostileServer server = serving()) {
            try (Response response = get(server)) {
                assertEquals(100_000, response.body().readNBytes(100_000).length);
            }
            try (Response response = get(server)) {
                assertEquals(CONTENT.length - 1, response.body().readNBytes(CONTENT.length - 1).length);
            }
            assertArrayEquals(CONTENT, readAll(transport, server));
            assertEquals(3, server.connections());
        }
    }

    @Test
    void isSeenWholeByAnInterceptorOfTheClient() throws IOException {
        AtomicLong seen = new AtomicLong();
        Interceptor counting = chain -> {
            okhttp3.Response response = chain.proceed(chain.request());
            var counted = new ForwardingSource(response.body().source()) {
                @Override
                public long read(Buffer sink, long byteCount) throws IOException {
                    long n = super.read(sink, byteCount);
                    seen.addAndGet(Math.max(0, n));
                    return n;
                }
            };
            return response.newBuilder()
                    .body(ResponseBody.create(
                            Okio.buffer(counted),
                            response.body().contentType(),
                            response.body().contentLength()))
                    .build();
        };
        OkHttpClient client = new OkHttpClient();
        try (HostileServer server = serving()) {
            for (OkHttpClient watched : new OkHttpClient[] {
                client.newBuilder().addInterceptor(counting).build(),
                client.newBuilder().addNetworkInterceptor(counting).build()
            }) {
                seen.set(0);
                assertArrayEquals(CONTENT, readAll(transport(watched), server));
                assertEquals(CONTENT.length, seen.get());
            }
        }
    }

    @Test
    void isSeenWholeByAListenerOfTheClient() throws IOException {
        AtomicLong seen = new AtomicLong();
        OkHttpClient watched = new OkHttpClient.Builder()
                .eventListener(new EventListener() {
                    @Override
                    public void responseBodyEnd(Call call, long byteCount) {
                        seen.addAndGet(byteCount);
                    }
                })
                .build();
        try (HostileServer server = serving()) {
            assertArrayEquals(CONTENT, readAll(transport(watched), server));
        }
        assertEquals(CONTENT.length, seen.get());
    }

    @Test
    void hasTheClientAskedForOneListener() throws IOException {
        AtomicLong made = new AtomicLong();
        OkHttpClient watched = new OkHttpClient.Builder()
                .eventListenerFactory(call -> {
                    made.incrementAndGet();
                    return EventListener.NONE;
                })
                .build();
        try (HostileServer server = serving()) {
            assertArrayEquals(CONTENT, readAll(transport(watched), server));
        }
        assertEquals(1, made.get());
    }

    @Test
    void isTakenOutOfItsChunks() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.send(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: " + CONTENT.length
                            + "\r\n\r\n" + Integer.toHexString(CONTENT.length) + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            exchange.send(CONTENT);
            exchange.send("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
            assertArrayEquals(CONTENT, readAll(transport, server));
        }
    }
}
