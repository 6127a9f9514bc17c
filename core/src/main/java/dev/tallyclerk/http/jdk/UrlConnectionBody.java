package dev.tallyclerk.http.jdk;

import dev.tallyclerk.internal.stream.BulkInputStream;
import dev.tallyclerk.internal.stream.SomeBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** The body of a response, each of whose reads is a task. It belongs to one thread. */
final class UrlConnectionBody extends BulkInputStream {
    private static final int CHUNK = 64 * 1024;
    private static final int MAX_DIGITS = 18;

    private final HttpURLConnection connection;
    private final BlockingTasks tasks;
    private final long length;

    /** Filled by a task: a buffer of the caller's could be filled when the caller no longer expects it. */
    private byte[] chunk = new byte[0];

    private int position;
    private int limit;
    private long count;
    private @Nullable InputStream in;
    private boolean closed;

    /**
     * Makes the body of a response whose head has come.
     *
     * @throws ProtocolException if the response states a length that is none
     */
    UrlConnectionBody(HttpURLConnection connection, BlockingTasks tasks) throws ProtocolException {
        this.connection = connection;
        this.tasks = tasks;
        this.length = length(connection);
    }

    /** {@return the stated length, or -1 if there is none} */
    private static long length(HttpURLConnection connection) throws ProtocolException {
        String stated = connection.getHeaderField("Content-Length");
        // RFC 9112, 6.3: a transfer coding overrides the length.
        boolean bodyless = connection.getRequestMethod().equals("HEAD");
        if (stated == null || bodyless || connection.getHeaderField("Transfer-Encoding") != null) {
            return -1;
        }
        String digits = stated.strip();
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new ProtocolException("the response's Content-Length is no length");
        }
        return Long.parseLong(digits);
    }

    @Override
    public int read(byte[] bytes, int offset, int wanted) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (wanted == 0) {
            return 0;
        }
        if (tasks.isAbandoned()) {
            throw new IOException("the body broke off in an earlier read");
        }
        if (position == limit && !fill()) {
            return -1;
        }
        int n = Math.min(wanted, limit - position);
        System.arraycopy(chunk, position, bytes, offset, n);
        position += n;
        return n;
    }

    /** {@return whether there is more} */
    private boolean fill() throws IOException {
        if (chunk.length == 0) {
            chunk = new byte[CHUNK];
        }
        byte[] own = chunk;
        int n = tasks.run(() -> SomeBytes.read(stream(), own, 0, own.length), late -> {});
        if (n >= 0) {
            count += n;
            position = 0;
            limit = n;
            return true;
        }
        // Some runtimes take a connection that breaks for the end of the body.
        if (length >= 0 && count != length) {
            throw new EOFException("the body ends after " + count + " of " + length + " bytes");
        }
        return false;
    }

    /** Opened late: a body that nobody reads is not worth waiting for. */
    private InputStream stream() throws IOException {
        InputStream opened = in;
        if (opened == null) {
            opened = connection.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST
                    ? connection.getInputStream()
                    : connection.getErrorStream();
            opened = opened == null ? InputStream.nullInputStream() : opened;
            in = opened;
        }
        return opened;
    }

    @Override
    public int available() {
        return closed ? 0 : limit - position;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (tasks.isAbandoned()) {
            // Beside a read that goes on, a close could wait for it.
            tasks.afterAbandoned(this::closeLate);
        } else if (in == null) {
            connection.disconnect();
        } else {
            // After a whole body the connection serves the next request, which saves a TLS handshake.
            in.close();
        }
    }

    private void closeLate() {
        try {
            InputStream opened = in;
            if (opened != null) {
                opened.close();
            }
        } catch (IOException e) {
            // Nobody waits for it any more.
        }
        connection.disconnect();
    }
}
