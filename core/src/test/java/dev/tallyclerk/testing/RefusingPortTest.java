package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.Test;

class RefusingPortTest {
    @Test
    void refusesConnectionsAndIsGivenToNobodyElse() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (RefusingPort refusing = RefusingPort.open()) {
            int port = URI.create("http://" + refusing.host()).getPort();
            assertThrows(ConnectException.class, () -> new Socket(loopback, port));
            assertThrows(BindException.class, () -> new ServerSocket(port, 50, loopback));
        }
    }
}
