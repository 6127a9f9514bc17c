package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OkHttp warns of connections that nobody gave back, and keeps them. */
@Timeout(60)
class ReleasedConnectionTest {
    private final AtomicInteger acquired = new AtomicInteger();
    private final AtomicInteger released = new AtomicInteger();
    private final OkHttpTransport transport = OkHttpTransport.of(new OkHttpClient.Builder()
            .eventListener(new EventListener() {
                @Override
                public void connectionAcquired(Call call, Connection connection) {
                    acquired.incrementAndGet();
                }

                @Override
                public void connectionReleased(Call call, Connection connection) {
                    released.incrementAndGet();
                }
            })
            .build());

    @Test
    void aLengthBelowZeroIsRefused() throws IOException {
        byte[] answer = "HTTP/1.1 200 x\r\nContent-Length: -5\r\n\r\nbody".getBytes(StandardCharsets.US_ASCII);
        try (HostileServer server = HostileServer.start(exchange -> exchange.send(answer))) {
            assertThrows(IOException.class, () -> {
                try (Response response = transport.send(Request.of("GET", server.uri("/")))) {
                    response.body().readAllBytes();
                }
            });
            assertEquals(1, server.requests().size());
        }
        assertEquals(1, acquired.get());
        assertEquals(1, released.get());
    }

    @Test
    void aBodyThatThrowsIsTheEndOfItsConnection() throws IOException {
        RequestBody broken = RequestBody.once(10, new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException("a bug");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return read();
            }
        });
        try (HostileServer server = HostileServer.start(exchange -> exchange.answer(201))) {
            assertThrows(
                    IOException.class,
                    () -> transport.send(Request.of("PUT", server.uri("/")).withBody(broken)));
        }
        assertEquals(1, acquired.get());
        assertEquals(1, released.get());
    }
}
