package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tallyclerk.http.ProxySettings;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.Address;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyLoginTest {
    private static final ProxySettings LOGIN = ProxySettings.ofEnvironment(
                    Map.of("HTTPS_PROXY", "http://user:secret@proxy.example.org:3128"))
            .orElseThrow();

    /** {@code user:secret} */
    private static final String BASIC = "Basic dXNlcjpzZWNyZXQ=";

    private static final Proxy PROXY =
            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example.org", 3128));

    private static Route through(Proxy proxy) {
        OkHttpClient client = new OkHttpClient();
        Address address = new Address(
                "registry.example.org",
                443,
                client.dns(),
                client.socketFactory(),
                client.sslSocketFactory(),
                client.hostnameVerifier(),
                client.certificatePinner(),
                client.proxyAuthenticator(),
                proxy,
                client.protocols(),
                client.connectionSpecs(),
                client.proxySelector());
        return new Route(address, proxy, InetSocketAddress.createUnresolved("proxy.example.org", 3128));
    }

    private static Response asking(Request request, int status, String challenge) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .header("Proxy-Authenticate", challenge)
                .build();
    }

    private static Request request(String method) {
        return new Request.Builder()
                .url("https://registry.example.org/v2/")
                .method(method, null)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT, 407, 'Basic realm=\"x\"', true",
        "CONNECT, 407, OkHttp-Preemptive, true",
        "CONNECT, 407, 'Digest realm=\"x\"', false",
        "CONNECT, 401, 'Basic realm=\"x\"', false",
        "GET, 407, 'Basic realm=\"x\"', false"
    })
    void isToldToTheProxyOfATunnelOnly(String method, int status, String challenge, boolean told) {
        Response response = asking(request(method), status, challenge);
        Request answer = new ProxyLogin(LOGIN).authenticate(through(PROXY), response);
        assertEquals(told ? BASIC : null, answer == null ? null : answer.header("Proxy-Authorization"));
    }

    @Test
    void isToldOnceAndNotWithoutAProxyOrALogin() {
        Response asking = asking(request("CONNECT"), 407, "Basic realm=\"x\"");
        Request again = Objects.requireNonNull(new ProxyLogin(LOGIN).authenticate(through(PROXY), asking));
        assertNull(new ProxyLogin(LOGIN).authenticate(through(PROXY), asking(again, 407, "Basic realm=\"x\"")));
        assertNull(new ProxyLogin(LOGIN).authenticate(through(Proxy.NO_PROXY), asking));
        assertNull(new ProxyLogin(LOGIN).authenticate(null, asking));
        assertNull(new ProxyLogin(ProxySettings.none()).authenticate(through(PROXY), asking));
    }

    @Test
    void opensAProxyForHttp() throws IOException {
        try (HostileServer proxy = HostileServer.start(exchange -> {
            if (exchange.request().header("Proxy-Authorization").isEmpty()) {
                exchange.answer(407, "Proxy-Authenticate: Basic realm=\"x\"");
            } else {
                exchange.answer(200);
            }
        })) {
            ProxySettings proxies = ProxySettings.ofEnvironment(
                            Map.of("http_proxy", "other:secret@127.0.0.1:" + proxy.port()))
                    .orElseThrow();
            Transport transport = OkHttpTransport.of(new OkHttpClient()).withProxies(proxies);
            URI uri = URI.create("http://registry.example.org/v2/");
            try (dev.tallyclerk.http.Response response = transport.send(dev.tallyclerk.http.Request.of("GET", uri))) {
                assertEquals(200, response.status());
            }
            assertEquals(
                    Optional.of("Basic b3RoZXI6c2VjcmV0"),
                    proxy.requests().get(1).header("Proxy-Authorization"));
        }
    }
}
