package dev.tallyclerk.trust.tuf;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** The body of an answer, with what was announced about it and the time that is left for it. */
final class HttpBody extends InputStream {
    private final HttpURLConnection connection;
    private final InputStream in;
    private final String what;
    private final Duration patience;
    private final long start = System.nanoTime();
    private long count;
    private boolean ended;

    HttpBody(HttpURLConnection connection, String what, Duration patience) throws IOException {
        this.connection = connection;
        this.in = connection.getInputStream();
        this.what = what;
        this.patience = patience;
    }

    /** {@return the announced length in bytes, negative if there is none} */
    long announced() {
        return connection.getContentLengthLong();
    }

    Duration timeLeft() {
        return patience.minusNanos(System.nanoTime() - start);
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (timeLeft().isNegative()) {
            throw new SocketTimeoutException(what + " took longer than allowed; the server is too slow");
        }
        int read = in.read(buffer, offset, length);
        if (read >= 0) {
            count += read;
            return read;
        }
        // Older runtimes take a connection that breaks for the end of the body.
        if (announced() >= 0 && count != announced()) {
            throw new EOFException(what + " ended after " + count + " of " + announced() + " announced bytes");
        }
        ended = true;
        return -1;
    }

    @Override
    public void close() throws IOException {
        try {
            in.close();
        } finally {
            // After a whole body the connection serves the next file.
            if (!ended) {
                connection.disconnect();
            }
        }
    }
}
