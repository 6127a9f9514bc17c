package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.net.CacheRequest;
import java.net.CacheResponse;
import java.net.InetAddress;
import java.net.ResponseCache;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fetchers over the client that is there without asking for one, with the certificates that the process trusts. */
class UrlConnectionFetcherTest extends HttpFetcherContract {
    private final SSLSocketFactory usual = HttpsURLConnection.getDefaultSSLSocketFactory();

    @AfterEach
    void trustTheUsualAgain() {
        HttpsURLConnection.setDefaultSSLSocketFactory(usual);
    }

    @Override
    HttpGet http() {
        HttpsURLConnection.setDefaultSSLSocketFactory(usual);
        return new UrlConnectionGet();
    }

    @Override
    HttpGet https(PrivateAuthority authority) {
        HttpsURLConnection.setDefaultSSLSocketFactory(authority.clientContext().getSocketFactory());
        return new UrlConnectionGet();
    }

    /** A program may have one for its own purposes; what it keeps is not what the repository says now. */
    @Test
    void theCacheOfTheProgramIsNotAsked() throws IOException {
        URI closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
        }
        List<URI> asked = new ArrayList<>();
        ResponseCache before = ResponseCache.getDefault();
        ResponseCache.setDefault(new ResponseCache() {
            @Override
            public @Nullable CacheResponse get(URI uri, String method, Map<String, List<String>> headers) {
                asked.add(uri);
                return null;
            }

            @Override
            public @Nullable CacheRequest put(URI uri, URLConnection connection) {
                return null;
            }
        });
        try {
            HttpGet http = http();
            assertThrows(IOException.class, () -> http.send(closed, FetchOptions.defaults()));
        } finally {
            ResponseCache.setDefault(before);
        }
        assertEquals(List.of(), asked);
    }
}
