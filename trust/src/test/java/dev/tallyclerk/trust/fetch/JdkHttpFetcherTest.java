package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.trust.jdkhttp.JdkHttpGet;
import java.net.CookieManager;
import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;

/** Fetchers over the runtime's newer client. */
class JdkHttpFetcherTest extends HttpFetcherContract {
    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    HttpGet http() {
        return new JdkHttpGet(client);
    }

    @Override
    HttpGet https(PrivateAuthority authority) {
        return new JdkHttpGet(
                HttpClient.newBuilder().sslContext(authority.clientContext()).build());
    }

    @Test
    void aClientThatFollowsRedirectsOrKeepsCookiesIsTheCallersMistake() {
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThrows(IllegalArgumentException.class, () -> new JdkHttpGet(follows));
        HttpClient keeps =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        assertThrows(IllegalArgumentException.class, () -> new JdkHttpGet(keeps));
    }
}
