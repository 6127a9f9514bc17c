package dev.tallyclerk.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A request at a {@link HostileServer}, and the socket on which anything can be done about it. */
public final class Exchange {
    private static final byte[] NOTHING = {};

    private final Socket socket;
    private final SeenRequest request;
    private final AtomicLong sent;
    private boolean keptAlive;

    Exchange(Socket socket, SeenRequest request, AtomicLong sent) {
        this.socket = socket;
        this.request = request;
        this.sent = sent;
    }

    /** {@return what was asked} */
    public SeenRequest request() {
        return request;
    }

    /** {@return whether the answer was whole, so that the connection can take another request} */
    boolean isKeptAlive() {
        return keptAlive;
    }

    /** Answers without a body; each header is {@code Name: value}. */
    public void answer(int status, String... headers) throws IOException {
        answer(status, NOTHING, headers);
    }

    /** Answers with a body of text. */
    public void answerText(int status, String body, String... headers) throws IOException {
        answer(status, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Answers as a good server does, with the body's length. */
    public void answer(int status, byte[] body, String... headers) throws IOException {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Length: " + body.length;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(headOf(status, all));
        if (!request.method().equals("HEAD")) {
            out.writeBytes(body);
        }
        send(out.toByteArray());
        keptAlive = true;
    }

    /** Sends a head, whose headers say what is wanted about the body's length, or nothing. */
    public void head(int status, String... headers) throws IOException {
        send(headOf(status, headers));
    }

    /** {@return the bytes of a head} */
    public static byte[] headOf(int status, String... headers) {
        StringBuilder out = new StringBuilder("HTTP/1.1 ").append(status).append(" x\r\n");
        for (String header : headers) {
            out.append(header).append("\r\n");
        }
        return out.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Sends bytes as they are. */
    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        sent.addAndGet(bytes.length);
    }

    /** Sends the same bytes again and again until the client goes, or that many were sent. */
    public void sendRepeatedly(byte[] bytes, long atMost) {
        try {
            for (long done = 0; done < atMost; done += bytes.length) {
                send(bytes);
            }
        } catch (IOException e) {
            // The client has gone, which it was to do.
        }
    }

    /** Sends one byte after another, with a pause after each, until the client goes. */
    public void drip(byte[] bytes, Duration pause) {
        try {
            for (byte single : bytes) {
                send(new byte[] {single});
                LockSupport.parkNanos(pause.toNanos());
            }
        } catch (IOException e) {
            // The client has gone, which it was to do.
        }
    }

    /** Does nothing more until the client goes, or the server is closed. */
    public void stall() {
        try {
            InputStream in = socket.getInputStream();
            byte[] ignored = new byte[1024];
            while (in.read(ignored) >= 0) {}
        } catch (IOException e) {
            // The client has gone, which it was to do.
        }
    }

    /** Breaks the connection: the client sees a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Says that nothing more will come, and keeps the other direction open until the client goes. */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
        stall();
    }
}
