package dev.tallyclerk.http.okhttp;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.internal.socket.FramingLimit;
import dev.tallyclerk.internal.socket.ReadAheadStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A body that gives its connection back when it is closed, and fails by {@link IOException} only. */
final class OkHttpBody extends InputStream {
    /** What is cheaper to read to the end than a new connection. */
    private static final long LITTLE = 64 * 1024;

    /** What OkHttp gives at a time where there is more. */
    private static final int PIECE = 8 * 1024;

    /** What is given at a time: far less than {@link FramingLimit} allows to be read for it. */
    private static final int MOST = 16 * PIECE;

    private final InputStream in;
    private final Call call;
    private final Response response;
    private final Cancellation.Registration registration;
    private final FramingLimit framing;
    private final long length;

    /** What OkHttp reads the body from, where it may be passed by. */
    private final @Nullable ReadAheadStream socket;

    /** How much of what OkHttp has taken from the socket it has not given yet, in bytes; below zero if not known. */
    private long held = -1;

    /** Whether OkHttp is passed by, from where it held nothing. */
    private volatile boolean past;

    private long read;
    private volatile boolean ended;

    /** What broke off a read that had bytes to give. */
    private @Nullable IOException failure;

    OkHttpBody(
            Call call,
            Response response,
            Cancellation.Registration registration,
            FramingLimit framing,
            Optional<ReadAheadStream> socket) {
        this.in = response.body().byteStream();
        this.call = call;
        this.response = response;
        this.registration = registration;
        this.framing = framing;
        this.length = response.body().contentLength();
        this.socket = socket.orElse(null);
        this.ended = response.request().method().equals("HEAD");
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
        if (socket != null && past) {
            return pastOkHttp(socket, bytes, offset, length);
        }
        return framing.within(() -> pieces(bytes, offset, Math.min(length, MOST)));
    }

    /**
     * Reads what OkHttp would read next, without its way by pieces, whose calls and copies cost too much for large
     * content.
     */
    private int pastOkHttp(ReadAheadStream socket, byte[] bytes, int offset, int wanted) throws IOException {
        int most = (int) Math.min(wanted, length - read);
        if (most == 0) {
            return wanted == 0 ? 0 : -1;
        }
        int count;
        try {
            count = socket.readPast(bytes, offset, most);
        } catch (IOException e) {
            // OkHttp fails by it too, and says what it means: that the call was cancelled, or that its time is over.
            piece(bytes, offset, most);
            throw e;
        }
        if (count < 0) {
            return piece(bytes, offset, most);
        }
        read += count;
        if (read == length) {
            // As it would do itself: but it ends the connection, of which it no longer knows where it stands.
            socket.endRead();
            ended = true;
            response.close();
        }
        return count;
    }

    /** Takes pieces until one says that there is no more at hand: each read costs all that reads this much. */
    private int pieces(byte[] bytes, int offset, int length) throws IOException {
        int count = piece(bytes, offset, length);
        int last = count;
        while (last == PIECE && count < length && !past) {
            try {
                last = piece(bytes, offset + count, length - count);
            } catch (IOException e) {
                failure = e;
                break;
            }
            count += Math.max(0, last);
        }
        return count;
    }

    private int piece(byte[] bytes, int offset, int length) throws IOException {
        try {
            long before = socket == null ? 0 : socket.given();
            int count = in.read(bytes, offset, length);
            if (count < 0) {
                ended = true;
            }
            read += Math.max(0, count);
            if (socket != null && count > 0) {
                long taken = socket.given() - before;
                // It asks the socket only when it holds nothing, and then once.
                held = (taken > 0 ? taken : held) - count;
                past = held == 0;
            }
            return count;
        } catch (IllegalArgumentException | IllegalStateException e) {
            // What OkHttp says of a response that it should have refused.
            throw new IOException("the response's body makes no sense: " + e.getMessage(), e);
        }
    }

    @Override
    public int available() throws IOException {
        return ended ? 0 : in.available();
    }

    @Override
    public void close() throws IOException {
        registration.close();
        if (!ended && (past || !isLittleLeft())) {
            // Else OkHttp would read for another tenth of a second, in the hope of the end.
            call.cancel();
        }
        try {
            response.close();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException("the response's body makes no sense: " + e.getMessage(), e);
        }
    }

    private boolean isLittleLeft() {
        return length >= 0 && length - read <= LITTLE;
    }
}
