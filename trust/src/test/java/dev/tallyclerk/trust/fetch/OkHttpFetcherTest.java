package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.trust.okhttp.OkHttpGet;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;

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
