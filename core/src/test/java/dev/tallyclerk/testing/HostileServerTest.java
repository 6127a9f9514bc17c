package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostileServerTest {
    @Test
    void whatAHandlerThrowsFailsTheTest() throws IOException {
        for (Throwable thrown : List.of(new AssertionError("not what was asked for"), new IllegalStateException())) {
            HostileServer server = HostileServer.start(exchange -> {
                if (thrown instanceof RuntimeException e) {
                    throw e;
                }
                throw (Error) thrown;
            });
            assertEquals(-1, ask(server));
            AssertionError e = assertThrows(AssertionError.class, server::close);
            assertSame(thrown, e.getCause());
        }
    }

    private static int ask(HostileServer server) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), server.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read();
        }
    }
}
