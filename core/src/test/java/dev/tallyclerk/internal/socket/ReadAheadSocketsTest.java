package dev.tallyclerk.internal.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadAheadSocketsTest {
    private ServerSocket listener;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        client = new ReadAheadSockets(new FramingLimit()).createSocket();
        client.connect(listener.getLocalSocketAddress());
        server = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        listener.close();
    }

    private void send(byte... bytes) throws IOException {
        server.getOutputStream().write(bytes);
    }

    @Test
    void givesEveryByteInItsOrderInPiecesOfAnySize() throws Exception {
        byte[] content = new byte[1_000_000];
        Random random = new Random(1);
        random.nextBytes(content);
        Thread sender = new Thread(() -> {
            try {
                send(content);
                server.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        sender.start();
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        InputStream in = client.getInputStream();
        byte[] piece = new byte[200_000];
        got.write(in.read());
        for (int n = 0; n >= 0; n = in.read(piece, 7, 1 + random.nextInt(piece.length - 7))) {
            got.write(piece, 7, n);
        }
        sender.join();
        assertArrayEquals(content, got.toByteArray());
        assertEquals(-1, in.read());
    }

    @Test
    void hasAtHandWhatCameWithTheFirstByte() throws IOException {
        send(new byte[8192]);
        InputStream in = client.getInputStream();
        assertEquals(0, in.read());
        assertTrue(in.available() > 0);
        assertSame(in, client.getInputStream());
        assertEquals(100, in.skip(100));
    }

    @Test
    void endsAReadThatTakesTooLongAndCanGoOn() throws IOException {
        client.setSoTimeout(1);
        InputStream in = client.getInputStream();
        assertThrows(SocketTimeoutException.class, in::read);
        client.setSoTimeout(30_000);
        send((byte) 1, (byte) 2);
        assertEquals(1, in.read());
        assertEquals(2, in.read());
    }

    @Test
    void givesNothingMoreOfWhatWasReadAheadOnceItIsClosed() throws IOException {
        send((byte) 1, (byte) 2);
        InputStream in = client.getInputStream();
        assertEquals(1, in.read());
        client.close();
        assertThrows(SocketException.class, in::read);
        assertThrows(SocketException.class, client::getInputStream);
    }

    @Test
    void closingItsStreamClosesIt() throws IOException {
        client.getInputStream().close();
        assertTrue(client.isClosed());
    }

    private ReadAheadStream stream() throws IOException {
        return ((ReadAheadSocket) client).getInputStream();
    }

    @Test
    void goesOnPastItsReaderWhereThatOneStands() throws IOException {
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        send(content);
        ReadAheadStream in = stream();
        byte[] got = new byte[content.length];
        assertEquals(10, in.read(got, 0, 10));
        assertEquals(10, in.given());
        int at = 10;
        for (int wanted = 1; at < got.length; wanted *= 3) {
            at += in.readPast(got, at, Math.min(wanted, got.length - at));
        }
        assertArrayEquals(content, got);
        assertEquals(10, in.given());
        send((byte) 7);
        assertEquals(7, in.read());
        assertEquals(11, in.given());
    }

    @Test
    void itsReaderGetsNothingMoreOnceItHasEnded() throws IOException {
        send((byte) 1, (byte) 2);
        ReadAheadStream in = stream();
        assertEquals(1, in.read());
        in.endRead();
        assertEquals(-1, in.read());
        byte[] rest = new byte[9];
        assertEquals(1, in.readPast(rest, 0, 9));
        assertEquals(2, rest[0]);
    }

    @Test
    void itsReaderFailsByWhatHasFailedPastIt() throws IOException {
        send((byte) 1);
        ReadAheadStream in = stream();
        assertEquals(1, in.read());
        client.setSoTimeout(1);
        var past = assertThrows(SocketTimeoutException.class, () -> in.readPast(new byte[9], 0, 9));
        send((byte) 2);
        assertSame(past, assertThrows(SocketTimeoutException.class, in::read));
    }

    @Test
    void nothingIsReadPastAClosedSocket() throws IOException {
        send((byte) 1, (byte) 2);
        ReadAheadStream in = stream();
        assertEquals(1, in.read());
        client.close();
        assertThrows(SocketException.class, () -> in.readPast(new byte[9], 0, 9));
    }
}
