package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.ProxySettings;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandHttpTest {
    private static CommandHttp http(Duration maxTime, Map<String, String> properties) {
        return new CommandHttp(List.of(), maxTime, Map.of(), properties::get);
    }

    private static int readTimeout(Duration maxTime) throws IOException {
        return http(maxTime, Map.of()).okHttpClient().readTimeoutMillis();
    }

    @Test
    void waitsForASlowServerAsLongAsItIsTold() throws IOException {
        assertEquals(300_000, readTimeout(Duration.ofMinutes(5)));
        assertEquals(60_000, readTimeout(Duration.ofSeconds(1)), "the call's own time ends it sooner");
        assertEquals(
                60_000,
                new CommandHttp(List.of(), null, Map.of(), name -> null)
                        .okHttpClient()
                        .readTimeoutMillis());
        assertEquals(Duration.ofDays(24).toMillis(), readTimeout(Duration.ofDays(365)));
    }

    @Test
    void aCallTakesAsLongAsItIsTold() throws IOException {
        for (HttpSettings http : List.of(
                http(Duration.ofHours(3), Map.of()).okHttp(),
                http(Duration.ofHours(3), Map.of()).urlConnection())) {
            assertEquals(Duration.ofHours(3), http.limits().maxCallTime());
            assertEquals(Duration.ofHours(3), http.limits().maxContentTime());
        }
        HttpSettings usual = new CommandHttp(List.of(), null, Map.of(), name -> null).urlConnection();
        assertEquals(HttpLimits.defaults(), usual.limits());
    }

    @Test
    void showsTheCertificateInTheKeyStoreOfTheRuntime(@TempDir Path folder) throws Exception {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        Map<String, String> properties = Map.of(
                "javax.net.ssl.keyStore",
                folder.resolve("authority.p12").toString(),
                "javax.net.ssl.keyStorePassword",
                "password");
        X509TrustManager trusted = authority.trustManager();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(ClientKeys.of(properties::get).toArray(KeyManager[]::new), new TrustManager[] {trusted}, null);
        CommandHttp http = new CommandHttp(List.of(trusted.getAcceptedIssuers()), null, Map.of(), properties::get);
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        CompletableFuture<Integer> shown = new CompletableFuture<>();
        try (SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, loopback)) {
            server.setNeedClientAuth(true);
            new Thread(() -> answer(server, shown)).start();
            Request request = new Request.Builder()
                    .url("https://127.0.0.1:" + server.getLocalPort() + "/v2/")
                    .build();
            try (Response response = http.okHttpClient().newCall(request).execute()) {
                assertEquals(200, response.code());
            }
        }
        assertTrue(shown.get() > 0, "certificates");
    }

    /** Answers one request, and says how many certificates its client has shown. */
    private static void answer(SSLServerSocket server, CompletableFuture<Integer> shown) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.startHandshake();
            shown.complete(socket.getSession().getPeerCertificates().length);
            socket.getOutputStream().write(Exchange.headOf(200, "Content-Length: 0"));
        } catch (IOException e) {
            shown.completeExceptionally(e);
        }
    }

    @Test
    void saysThatTheKeyStoreCannotBeRead(@TempDir Path folder) {
        Map<String, String> properties =
                Map.of("javax.net.ssl.keyStore", folder.resolve("none").toString());
        CommandHttp http = new CommandHttp(List.of(), null, Map.of(), properties::get);
        var e = assertThrows(IOException.class, http::okHttp);
        assertTrue(e.toString().contains("key store"), e.toString());
    }

    @Test
    void goesOnWithoutAKeyStoreThatIsNoFile() throws Exception {
        assertEquals(List.of(), ClientKeys.of(Map.of("javax.net.ssl.keyStore", "NONE")::get));
    }

    @Test
    void logsInAtTheProxyOfEachProtocol() throws IOException {
        ProxySettings proxies = http(
                        Duration.ofMinutes(1),
                        Map.of(
                                "https.proxyHost", "secure.example.org",
                                "https.proxyUser", "user",
                                "https.proxyPassword", "secret",
                                "http.proxyUser", "other",
                                "http.proxyPassword", "secret"))
                .proxies();
        assertEquals("user", user(proxies, "secure.example.org"));
        assertEquals("other", user(proxies, "plain.example.org"));
    }

    private static String user(ProxySettings proxies, String host) {
        return proxies.loginFor(InetSocketAddress.createUnresolved(host, 3128))
                .orElseThrow()
                .getUserName();
    }

    @Test
    void takesTheProxiesOfTheEnvironmentFirst() throws IOException {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://me:s%40crit@proxy.example.org:3128");
        ProxySettings proxies = new CommandHttp(List.of(), null, environment, name -> null).proxies();
        assertEquals("me", user(proxies, "proxy.example.org"));
        CommandHttp wrong = new CommandHttp(List.of(), null, Map.of("HTTPS_PROXY", "ftp://a:secret@b"), name -> null);
        var e = assertThrows(IOException.class, wrong::okHttp);
        assertTrue(String.valueOf(e.getMessage()).contains("HTTPS_PROXY"), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
    }
}
