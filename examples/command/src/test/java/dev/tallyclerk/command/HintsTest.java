package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.Repository;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

/** The hints after a failed registry request. */
class HintsTest {
    private static void assertHint(String expected, HostileServer server, String... options) {
        assertHint(expected, server.host(), options);
    }

    private static void assertHint(String expected, String host, String... options) {
        List<String> args = new ArrayList<>(List.of("tags", host + "/a"));
        args.addAll(List.of(options));
        CommandRun run = CommandRun.of(
                Map.of("HOME", "/nonexistent", "TALLYCLERK_PASSWORD", "secret"), args.toArray(new String[0]));
        assertEquals(ExitCode.NETWORK, run.exitCode(), run.toString());
        assertTrue(run.err().contains("Try: " + expected), run.err());
    }

    @Test
    void tellsHowToLogIn() throws IOException {
        try (HostileServer server =
                HostileServer.start(exchange -> exchange.answer(401, "WWW-Authenticate: Basic realm=\"x\""))) {
            assertHint("tallyclerk login, or --username", server);
            assertHint("tallyclerk login, or --username", server, "--username", "me");
        }
    }

    @Test
    void tellsHowToTrustATokenServiceElsewhere() throws IOException {
        try (HostileServer tokens = HostileServer.start(exchange -> exchange.answer(403));
                HostileServer server = HostileServer.start(exchange -> exchange.answer(
                        401, "WWW-Authenticate: Bearer realm=\"http://" + tokens.host() + "/token\",service=\"x\""))) {
            assertHint(
                    "--trust-origin http://" + tokens.host() + ", if you trust that origin",
                    server,
                    "--username",
                    "me");
            assertTrue(tokens.requests().get(0).header("Authorization").isEmpty());
        }
    }

    @Test
    void tellsWhichSchemeTheRegistrySpeaks() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocket http = new ServerSocket(0, 50, loopback)) {
            new Thread(() -> refuseAll(http)).start();
            assertHint("--plain-http", "127.0.0.1:" + http.getLocalPort(), "--no-plain-http");
        }
        String goSays = "Client sent an HTTP request to an HTTPS server.\n";
        try (HostileServer https = HostileServer.start(exchange -> exchange.answerText(400, goSays))) {
            assertHint("--no-plain-http", https);
        }
        String registrySays = "{\"errors\":[{\"code\":\"NAME_INVALID\",\"message\":\"no\"}]}";
        try (HostileServer registry = HostileServer.start(exchange -> exchange.answerText(400, registrySays))) {
            CommandRun asked = CommandRun.of("tags", registry.host() + "/a");
            assertFalse(asked.err().contains("--no-plain-http"), asked.err());
        }
        // An answer to HEAD has no body that could say why.
        try (HostileServer https = HostileServer.start(exchange -> exchange.answer(400))) {
            assertHint("--no-plain-http", https);
            CommandRun asked =
                    CommandRun.of(Map.of("HOME", "/nonexistent"), "tags", https.host() + "/a", "--plain-http");
            assertFalse(asked.err().contains("--no-plain-http"), asked.err());
        }
    }

    /** Servers of https say so in a body, or answer a TLS alert. */
    @Test
    void tellsThatHttpWasSpokenToHttps(@TempDir Path folder) throws Exception {
        for (String body : List.of(
                "<h1>The plain HTTP request was sent to HTTPS port</h1>",
                "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
                "Client sent an HTTP request to an HTTPS server.")) {
            try (HostileServer https = HostileServer.start(exchange -> exchange.answerText(400, body))) {
                assertHint("--no-plain-http, if this registry uses https", https, "--plain-http");
            }
        }
        PrivateAuthority authority = PrivateAuthority.create(folder);
        try (HostileServer https =
                HostileServer.startTls(authority.serverContext(), exchange -> exchange.answer(200))) {
            assertHint("--no-plain-http, if this registry uses https", https, "--plain-http");
        }
    }

    /** Answers a handshake as a server of http does. */
    private static void refuseAll(ServerSocket http) {
        try {
            while (true) {
                try (Socket socket = http.accept()) {
                    socket.getOutputStream().write(Exchange.headOf(400));
                }
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static Optional<String> hintFor(String host, IOException cause) {
        Repository repository = RegistryClient.of(request -> {
                    throw cause;
                })
                .withHttp(http -> http.withRetries(RetryPolicy.never()))
                .withHttp(http -> http.withNameResolver(name ->
                        List.of(InetAddress.getByAddress(name, new byte[] {93, (byte) 184, 1, 1}))))
                .repository(Reference.parse(host + "/a"));
        var e = assertThrows(RegistryException.class, repository::tags);
        return Hints.of(e, CommandSpec.create());
    }

    @Test
    void tellsHowToWaitLongerForAServerThatSaysNothing() {
        String hint = hintFor("registry.example.org", new SocketTimeoutException("timeout"))
                .orElseThrow();
        assertTrue(hint.startsWith("--max-time"), hint);
        assertEquals(
                Optional.empty(), hintFor("registry.example.org", new SocketTimeoutException("Connect timed out")));
    }

    @Test
    void tellsHowToTrustAnAuthority(@TempDir Path folder) throws Exception {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        try (HostileServer https =
                HostileServer.startTls(authority.serverContext(), exchange -> exchange.answer(200))) {
            assertHint("--ca", https, "--no-plain-http");
        }
    }
}
