package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.trust.jdkhttp.JdkHttpGet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Authenticator;
import java.net.CookieManager;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;
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

    /** A redirect may lead to an address with a signature in it, which is a password for as long as it is valid. */
    @Test
    void anAddressThatCannotBeAskedIsNotRepeated() {
        URI signed = URI.create("http://under_score.example/file?signature=geheim");
        IOException e = assertThrows(IOException.class, () -> http().send(signed, FetchOptions.defaults()));
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        assertFalse(trace.toString().contains("geheim"), trace::toString);
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

    @Test
    void aClientThatTellsAPasswordToServersIsTheCallersMistake() {
        HttpClient tells = HttpClient.newBuilder()
                .authenticator(new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return new PasswordAuthentication("user", "geheim".toCharArray());
                    }
                })
                .build();
        assertThrows(IllegalArgumentException.class, () -> new JdkHttpGet(tells));
    }

    @Test
    void aClientWithAPasswordForProxiesIsTakenByNameAndTellsItToNoServer() throws IOException {
        HttpClient careful = HttpClient.newBuilder()
                .authenticator(new Authenticator() {
                    @Override
                    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                        return getRequestorType() == RequestorType.PROXY
                                ? new PasswordAuthentication("user", "geheim".toCharArray())
                                : null;
                    }
                })
                .build();
        try (HostileServer server =
                HostileServer.start(exchange -> exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\""))) {
            HttpGet http = JdkHttpGet.ofProxyAuthenticating(careful);
            MetadataFetcher fetcher = MetadataFetcher.ofUri(server.uri("/"), FetchOptions.defaults(), http);
            assertThrows(IOException.class, () -> fetcher.fetch("timestamp.json", 100));
            assertTrue(server.requests().stream()
                    .allMatch(request -> request.header("Authorization").isEmpty()));
        }
    }
}
