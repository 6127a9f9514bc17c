package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that has taken all that it was sent, and needs longer to store it than OkHttp waits for anything. */
@Timeout(60)
class LateAnswerTest {
    private final OkHttpClient impatient =
            new OkHttpClient.Builder().readTimeout(Duration.ofMillis(500)).build();
    private final CompletableFuture<Void> received = new CompletableFuture<>();
    private final CompletableFuture<Void> stored = new CompletableFuture<>();

    private void store(Exchange exchange) throws IOException {
        String target = exchange.request().target();
        if (target.contains("late")) {
            received.complete(null);
            stored.join();
            exchange.answer(201);
        } else if (target.equals("/never")) {
            exchange.stall();
        } else {
            exchange.answer(200);
        }
    }

    private static int status(OkHttpTransport transport, Request request) {
        try (Response response = transport.send(request)) {
            return response.status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Request request(String method, HostileServer server, String target, int length) {
        return Request.of(method, server.uri(target)).withBody(RequestBody.of(new byte[length]));
    }

    /** Another request, which is sent later, waits in vain meanwhile for as long as OkHttp lets it. */
    private void isWaitedFor(OkHttpClient client, HostileServer server, String method, String target, int length) {
        OkHttpTransport transport = OkHttpTransport.of(client);
        CompletableFuture<Integer> late =
                CompletableFuture.supplyAsync(() -> status(transport, request(method, server, target, length)));
        received.join();
        assertThrows(IOException.class, () -> transport.send(Request.of("GET", server.uri("/never"))));
        stored.complete(null);
        assertEquals(201, late.join());
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, 10, /late",
        "PUT, 0, /late",
        "PATCH, 10, /late",
        "POST, 10, /v2/a/blobs/uploads/?digest=late",
        "POST, 0, /v2/a/blobs/uploads/?mount=late&from=b"
    })
    void isWaitedFor(String method, int length, String target) throws IOException {
        try (HostileServer server = HostileServer.start(this::store)) {
            isWaitedFor(impatient, server, method, target, length);
        }
    }

    @Test
    void isWaitedForOverTls(@TempDir Path keys) throws IOException, InterruptedException {
        PrivateAuthority authority = PrivateAuthority.create(keys);
        OkHttpClient overTls = impatient
                .newBuilder()
                .sslSocketFactory(authority.clientContext().getSocketFactory(), authority.trustManager())
                .build();
        try (HostileServer server = HostileServer.startTls(authority.serverContext(), this::store)) {
            isWaitedFor(overTls, server, "PUT", "/late", 10);
        }
    }

    @Test
    void isWaitedForNoLongerThanTheRequestMayTake() throws IOException {
        OkHttpTransport transport = OkHttpTransport.of(new OkHttpClient());
        try (HostileServer server = HostileServer.start(this::store)) {
            Request request = request("PUT", server, "/never", 10).withTimeout(Duration.ofMillis(300));
            assertThrows(IOException.class, () -> transport.send(request));
        }
    }
}
