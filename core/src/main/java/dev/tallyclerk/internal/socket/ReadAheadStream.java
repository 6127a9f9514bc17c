package dev.tallyclerk.internal.socket;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ReadAheadSocket} receives.
 *
 * <p>It can have two readers, one after the other: OkHttp, by {@link #read}, and whoever goes on where OkHttp stands in
 * a body, by {@link #readPast}. OkHttp never learns of what it was passed by with; so that it does not take what comes
 * after it for that, {@link #endRead} keeps all else from it.
 */
public final class ReadAheadStream extends InputStream {
    /** As much as the runtime asks the system for at the most. */
    private static final int AHEAD = 128 * 1024;

    /** Who wants less at a time gets it out of what was read ahead. */
    private static final int LITTLE = 4 * 1024;

    private final InputStream in;
    private final Socket socket;
    private final FramingLimit limit;
    private final byte[] ahead = new byte[AHEAD];
    private int position;
    private int end;
    private long given;

    /** Why {@link #readPast} failed, of which {@link #read} has to tell as well. */
    private @Nullable IOException failure;

    private volatile boolean ended;

    ReadAheadStream(InputStream in, Socket socket, FramingLimit limit) {
        this.in = in;
        this.socket = socket;
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            return -1;
        }
        int n = next(bytes, offset, length, AHEAD);
        if (n > 0) {
            given += n;
            limit.spend(n);
        }
        return n;
    }

    /** {@return how many bytes {@link #read} has given} */
    public long given() {
        return given;
    }

    /**
     * Reads as {@link #read} does, and neither counts it against the limit of framing nor says so to {@link #given}: it
     * is for content, whose length is known. What this throws, {@link #read} throws from then on.
     */
    public int readPast(byte[] bytes, int offset, int length) throws IOException {
        try {
            return next(bytes, offset, length, LITTLE);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Lets {@link #read} give nothing more. */
    public void endRead() {
        ended = true;
    }

    /** Gives what comes next, without a copy if nothing was read ahead and {@code much} is wanted. */
    private int next(byte[] bytes, int offset, int length, int much) throws IOException {
        if (position == end) {
            if (length >= much) {
                return in.read(bytes, offset, length);
            }
            position = 0;
            end = 0;
            int n = in.read(ahead, 0, AHEAD);
            if (n < 0) {
                return n;
            }
            end = n;
        } else if (socket.isClosed()) {
            // Who closed it, to cancel a call or because its time is over, wants no more of it.
            throw new SocketException("the socket is closed");
        }
        int n = Math.min(length, end - position);
        System.arraycopy(ahead, position, bytes, offset, n);
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
