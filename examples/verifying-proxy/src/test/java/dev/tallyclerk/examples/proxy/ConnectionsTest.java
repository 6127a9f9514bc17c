package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.FaultyFront;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that wait, for a client or for an answer. */
class ConnectionsTest {
    private static final int PATIENCE = 30_000;
    private static final String SHORT = "clients: {idle-time: 1500ms}\n";

    /** Enough for a handshake on a busy machine. */
    private static final String LONGER = "clients: {idle-time: 3s}\n";

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String SETTINGS = "\0\0\0\4\0\0\0\0\0";

    private static PrivateAuthority authority;

    @TempDir
    Path folder;

    @BeforeAll
    static void authority(@TempDir Path own) throws IOException, InterruptedException {
        authority = PrivateAuthority.create(own);
    }

    private String tls() throws IOException {
        return "tls:\n  listen: 127.0.0.1:0\n  certificate: " + authority.writeServerCertificate(folder) + "\n  key: "
                + authority.writeServerKey(folder) + "\n";
    }

    private static Socket open(InetSocketAddress server, String bytes) throws IOException {
        Socket socket = new Socket();
        socket.connect(server);
        socket.setSoTimeout(PATIENCE);
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static Socket openHttp2(InetSocketAddress server, String bytes) throws IOException {
        Socket plain = open(server, "");
        SSLSocket socket = (SSLSocket)
                authority.clientContext().getSocketFactory().createSocket(plain, "127.0.0.1", server.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertEquals("h2", socket.getApplicationProtocol());
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Reads until the other side closes the connection, which it has to. */
    private static void awaitEnd(Socket socket) throws IOException {
        try (socket) {
            socket.getInputStream().readAllBytes();
        } catch (SocketException | SSLException e) {
            assertFalse(String.valueOf(e.getMessage()).isEmpty(), "a reset is an end too");
        }
    }

    @Test
    void whoSendsNoRequestLosesTheConnectionInEveryProtocol() throws Exception {
        try (RunningProxy proxy =
                RunningProxy.start(folder, RunningProxy.upstream("registry.example.org") + LONGER + tls())) {
            List<Socket> sockets = new ArrayList<>();
            for (String sent : List.of("", PREFACE + SETTINGS, PREFACE + SETTINGS + "\0\0\7\1")) {
                sockets.add(openHttp2(proxy.address(1), sent));
            }
            for (String sent : List.of("", "\u0016\u0003\u0001\u0002\0\u0001")) {
                sockets.add(open(proxy.address(1), sent));
            }
            for (String sent : List.of("", "PRI * HT", PREFACE, PREFACE + SETTINGS, PREFACE + SETTINGS + "\0\0\7\1")) {
                sockets.add(open(proxy.address(0), sent));
            }
            for (Socket socket : sockets) {
                awaitEnd(socket);
            }
            while (proxy.inUse() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void anAnswerMayTakeLongerThanAConnectionMayBeIdle() throws Exception {
        Semaphore isAsked = new Semaphore(0);
        Semaphore go = new Semaphore(0);
        try (DockerRegistry registry = DockerRegistry.start(folder);
                FaultyFront front = FaultyFront.start(registry.host());
                RunningProxy proxy = RunningProxy.start(
                        folder,
                        "times: {tag: 0s}\n" + RunningProxy.upstream(front.host()) + "    document-time: 1m\n" + SHORT
                                + tls())) {
            PushedImage.push(registry, folder, "1.0", 1, 1000);
            front.set((exchange, answer) -> {
                isAsked.release();
                go.acquireUninterruptibly();
                return false;
            });
            for (String url : List.of("http://" + proxy.host(0), "https://" + proxy.host(1))) {
                for (String version : List.of("--http1.1", "--http2-prior-knowledge")) {
                    Process curl = new ProcessBuilder(
                                    Peers.require("curl").toString(),
                                    "-sSfk",
                                    version,
                                    url + "/v2/team/app/manifests/1.0")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
                    assertTrue(isAsked.tryAcquire(1, TimeUnit.MINUTES), version + " " + url);
                    awaitEnd(open(proxy.address(0), "")); // of a connection that is idle: so long it takes
                    go.release(10);
                    byte[] body = curl.getInputStream().readAllBytes();
                    assertEquals(0, curl.waitFor(), version + " " + url);
                    assertFalse(body.length == 0);
                    go.drainPermits();
                    isAsked.drainPermits();
                }
            }
        }
    }
}
