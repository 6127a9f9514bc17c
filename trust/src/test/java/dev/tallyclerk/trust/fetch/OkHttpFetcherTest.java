package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.trust.okhttp.OkHttpGet;
import java.io.IOException;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fetchers over OkHttp, whatever the caller's client would do on its own. */
class OkHttpFetcherTest extends HttpFetcherContract {
    private final OkHttpClient client = new OkHttpClient.Builder()
            .followRedirects(true)
            .followSslRedirects(true)
            .build();

    @AfterEach
    void closeClient() {
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }

    /** OkHttp is shown another one, so that it does not ask again by itself. */
    @Test
    void whatTheServerSaysOfALaterTryIsNotChanged() throws IOException {
        for (int status : new int[] {408, 503}) {
            try (HostileServer server = HostileServer.start(
                            exchange -> exchange.answer(status, "Retry-After: 120", "Tallyclerk-Retry-After: 3"));
                    HttpGet.Answer answer = http().send(server.uri("/"), FetchOptions.defaults())) {
                assertEquals(Optional.of("120"), answer.header("retry-after"));
            }
            try (HostileServer server =
                            HostileServer.start(exchange -> exchange.answer(status, "Retry-After: \u00e9"));
                    HttpGet.Answer answer = http().send(server.uri("/"), FetchOptions.defaults())) {
                assertEquals(status, answer.status());
            }
            try (HostileServer server = HostileServer.start(exchange -> exchange.answer(status));
                    HttpGet.Answer answer = http().send(server.uri("/"), FetchOptions.defaults())) {
                assertEquals(Optional.empty(), answer.header("Retry-After"));
            }
        }
    }

    @Override
    HttpGet http() {
        return new OkHttpGet(client);
    }

    @Override
    HttpGet https(PrivateAuthority authority) {
        return new OkHttpGet(client.newBuilder()
                .sslSocketFactory(authority.clientContext().getSocketFactory(), authority.trustManager())
                .build());
    }
}
