package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sink that overlooked a secret would make every test with one worthless. */
class SinkTest {
    private static String ask(Sink sink, String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), sink.uri("/").getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nAuthorization: Basic x\r\n\r\n",
                "GET / HTTP/1.1\r\ncookie: a=b\r\n\r\n",
                "GET /?password=geh%65im HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nX-Auth: dXNlcjpnZWhlaW0=\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 15\r\n\r\npassword=geheim",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ngeheim\r\n0\r\n\r\n"
            })
    void seesCredentialsWhereverTheyStand(String request) throws IOException {
        try (Sink sink = Sink.start("geheim")) {
            String answer = ask(sink, request);
            assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
            assertThrows(AssertionError.class, sink::assertSawNoCredentials);
            assertThrows(AssertionError.class, sink::assertSawNothing);
        }
    }

    @Test
    void seesNoneWhereThereAreNone() throws IOException {
        try (Sink sink = Sink.start("geheim")) {
            sink.assertSawNothing();
            ask(sink, "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\nGET /d HTTP/1.1\r\n\r\n");
            sink.assertSawNoCredentials();
            assertEquals(2, sink.requests().size(), "on one connection");
        }
    }
}
