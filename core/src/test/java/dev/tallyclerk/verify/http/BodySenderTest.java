package dev.tallyclerk.verify.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class BodySenderTest {
    private static final byte[] CONTENT = new byte[300_000];
    private static final Digest DIGEST;

    static {
        new Random(3).nextBytes(CONTENT);
        DIGEST = Digest.sha256Of(CONTENT);
    }

    private static byte[] wrong() {
        byte[] wrong = CONTENT.clone();
        wrong[0] ^= 1;
        return wrong;
    }

    private static VerifyingInputStream sized(byte[] bytes) throws IOException {
        return VerifyingInputStream.of(new ByteArrayInputStream(bytes), DIGEST, CONTENT.length);
    }

    private static VerifyingInputStream unsized(byte[] bytes) throws IOException {
        return VerifyingInputStream.of(
                new ByteArrayInputStream(bytes), ContentVerifier.ofAtMost(DIGEST, Long.MAX_VALUE), 0);
    }

    /** A server's response, as far as a client sees it. */
    private static final class Recorded implements BodySender.AbortableResponse {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final List<String> events = new ArrayList<>();

        OutputStream begin(long length) {
            return begin(OptionalLong.of(length));
        }

        @Override
        public OutputStream begin(OptionalLong contentLength) {
            events.add(contentLength.isPresent() ? "length " + contentLength.getAsLong() : "chunked");
            return new FilterOutputStream(body) {
                @Override
                public void write(byte[] bytes, int offset, int length) {
                    body.write(bytes, offset, length);
                }

                @Override
                public void close() {
                    events.add("closed");
                }
            };
        }

        @Override
        public void abort() throws IOException {
            events.add("aborted");
            throw new IOException("the connection was gone already");
        }
    }

    @Test
    void announcesTheLengthAndClosesTheBodyOnlyOfWholeContent() throws IOException {
        Recorded right = new Recorded();
        BodySender.send(sized(CONTENT), right::begin);
        assertArrayEquals(CONTENT, right.body.toByteArray());
        assertEquals(List.of("length 300000", "closed"), right.events);
        Recorded failed = new Recorded();
        assertThrows(VerificationException.class, () -> BodySender.send(sized(wrong()), failed::begin));
        assertEquals(List.of("length 300000"), failed.events);
        assertEquals(CONTENT.length - ContentVerifier.DEFAULT_HOLD_BACK, failed.body.size());
    }

    @Test
    void demandsALengthWhereTheResponseCannotBeAborted() throws IOException {
        Recorded response = new Recorded();
        VerifyingInputStream content = unsized(CONTENT);
        assertThrows(IllegalArgumentException.class, () -> BodySender.send(content, response::begin));
        assertEquals(List.of(), response.events);
        assertThrows(IOException.class, content::read);
    }

    @Test
    void abortsAResponseAfterAFailure() throws IOException {
        Recorded right = new Recorded();
        BodySender.sendOrAbort(unsized(CONTENT), right);
        assertEquals(List.of("chunked", "closed"), right.events);
        for (VerifyingInputStream content : List.of(unsized(wrong()), sized(wrong()))) {
            Recorded failed = new Recorded();
            var e = assertThrows(VerificationException.class, () -> BodySender.sendOrAbort(content, failed));
            assertEquals(2, failed.events.size());
            assertEquals("aborted", failed.events.get(1));
            assertEquals(1, e.getSuppressed().length);
        }
    }

    /** Nothing of an empty body could be held back, and its head is all of it. */
    @Test
    void doesNotBeginAnEmptyResponseForContentThatIsNot() throws IOException {
        Digest empty = Digest.sha256Of(new byte[0]);
        Recorded right = new Recorded();
        BodySender.send(VerifyingInputStream.of(InputStream.nullInputStream(), empty, 0), right::begin);
        assertEquals(List.of("length 0", "closed"), right.events);
        Recorded failed = new Recorded();
        VerifyingInputStream more = VerifyingInputStream.of(new ByteArrayInputStream(new byte[1]), empty, 0);
        assertThrows(VerificationException.class, () -> BodySender.send(more, failed::begin));
        VerifyingInputStream other = VerifyingInputStream.of(InputStream.nullInputStream(), DIGEST, 0);
        assertThrows(VerificationException.class, () -> BodySender.sendOrAbort(other, failed));
        assertEquals(List.of("aborted"), failed.events);
    }

    /** Chunks on a socket; closing the stream ends the body, as servers do it. */
    private static final class Chunks extends OutputStream {
        private final OutputStream socket;

        Chunks(OutputStream socket) {
            this.socket = socket;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.write(bytes, offset, length);
            socket.write(new byte[] {'\r', '\n'});
        }

        @Override
        public void close() throws IOException {
            socket.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Sends content over a response without a length. */
    @FunctionalInterface
    private interface Serving {
        void serve(VerifyingInputStream content, OutputStream body, Socket connection) throws IOException;
    }

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    private static final String CLOSED = "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n";

    /** {@return whether a client takes what comes for a whole body} */
    private static boolean completes(String head, Serving serving) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (Socket connection = server.accept()) {
                    var request = new BufferedReader(
                            new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
                    String line = request.readLine();
                    while (line != null && !line.isEmpty()) {
                        line = request.readLine();
                    }
                    OutputStream raw = connection.getOutputStream();
                    raw.write(head.getBytes(StandardCharsets.US_ASCII));
                    serving.serve(unsized(wrong()), head.equals(CHUNKED) ? new Chunks(raw) : raw, connection);
                } catch (IOException e) {
                    // The client sees it.
                }
            });
            URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
            try (InputStream body = uri.toURL().openConnection().getInputStream()) {
                body.readAllBytes();
                return true;
            } catch (IOException e) {
                return false;
            } finally {
                served.join();
            }
        }
    }

    private static void closing(VerifyingInputStream content, OutputStream body, Socket connection) throws IOException {
        try (content;
                body) {
            content.transferTo(body);
        }
    }

    private static void aborting(VerifyingInputStream content, OutputStream body, Socket connection)
            throws IOException {
        BodySender.sendOrAbort(content, new BodySender.AbortableResponse() {
            @Override
            public OutputStream begin(OptionalLong contentLength) {
                return body;
            }

            @Override
            public void abort() throws IOException {
                connection.setSoLinger(true, 0);
                connection.close();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aClientCompletesAWrongBodyWithoutALengthOnlyIfTheServerClosesIt(boolean chunked) throws IOException {
        String head = chunked ? CHUNKED : CLOSED;
        assertTrue(completes(head, BodySenderTest::closing), "this is why BodySender is there");
        assertFalse(completes(head, BodySenderTest::aborting));
    }
}
