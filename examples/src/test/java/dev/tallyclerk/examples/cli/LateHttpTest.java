package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.net.InetAddress;
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

class LateHttpTest {
    private static int patience(Duration told) {
        return new LateHttp(List.of(), told).plain().readTimeoutMillis();
    }

    @Test
    void waitsForASlowServerAsLongAsItIsTold() {
        assertEquals(300_000, patience(Duration.ofMinutes(5)));
        assertEquals(60_000, patience(Duration.ofSeconds(1)), "the call's own time ends it sooner");
        assertEquals(60_000, new LateHttp(List.of()).plain().readTimeoutMillis());
        assertEquals(Integer.MAX_VALUE, patience(Duration.ofDays(365)));
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
        LateHttp http = new LateHttp(List.of(trusted.getAcceptedIssuers()), Duration.ZERO, properties::get);
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        CompletableFuture<Integer> shown = new CompletableFuture<>();
        try (SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, loopback)) {
            server.setNeedClientAuth(true);
            new Thread(() -> answer(server, shown)).start();
            Request request = new Request.Builder()
                    .url("https://127.0.0.1:" + server.getLocalPort() + "/v2/")
                    .build();
            try (Response response = http.tls().newCall(request).execute()) {
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
        LateHttp http = new LateHttp(List.of(), Duration.ZERO, properties::get);
        var e = assertThrows(IOException.class, http::tls);
        assertTrue(e.toString().contains("key store"), e.toString());
    }

    @Test
    void goesOnWithoutAKeyStoreThatIsNoFile() throws Exception {
        assertEquals(List.of(), ClientKeys.of(Map.of("javax.net.ssl.keyStore", "NONE")::get));
    }

    @Test
    void logsInAtProxies() throws IOException {
        LateHttp http = new LateHttp(List.of());
        assertInstanceOf(ProxyLogin.class, http.plain().proxyAuthenticator());
        assertInstanceOf(ProxyLogin.class, http.tls().proxyAuthenticator());
    }
}
