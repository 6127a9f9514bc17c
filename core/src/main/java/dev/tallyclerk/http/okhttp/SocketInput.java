package dev.tallyclerk.http.okhttp;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.function.BooleanSupplier;

/** What a socket receives, buffered, with a bound on bytes that are not content; read by one thread at a time. */
final class SocketInput extends BulkInputStream {
    /** The most that the runtime reads from the system at a time. */
    private static final int BUFFER = 128 * 1024;

    /** Many times what a read of content takes from the socket, with the buffer, TLS and framing. */
    private static final int MAX_FRAMING = 1024 * 1024;

    private final InputStream in;
    private final BooleanSupplier isClosed;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int end;
    private int left = Integer.MAX_VALUE;

    SocketInput(InputStream in, BooleanSupplier isClosed) {
        this.in = in;
        this.isClosed = isClosed;
    }

    void beginContent() {
        left = MAX_FRAMING;
    }

    void endContent() {
        left = Integer.MAX_VALUE;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = next(bytes, offset, length);
        if (left != Integer.MAX_VALUE && (left -= Math.max(0, n)) < 0) {
            throw new IOException("more than " + MAX_FRAMING + " bytes and no content among them");
        }
        return n;
    }

    private int next(byte[] bytes, int offset, int length) throws IOException {
        if (position == end) {
            if (length >= BUFFER) {
                return in.read(bytes, offset, length);
            }
            position = 0;
            end = 0;
            int n = in.read(buffer, 0, BUFFER);
            if (n < 0) {
                return n;
            }
            end = n;
        } else if (isClosed.getAsBoolean()) {
            // Closed to cancel a call or because its time is over.
            throw new SocketException("the socket is closed");
        }
        int n = Math.min(length, end - position);
        System.arraycopy(buffer, position, bytes, offset, n);
        position += n;
        return n;
    }

    @Override
    public int available() throws IOException {
        return end > position ? end - position : in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
