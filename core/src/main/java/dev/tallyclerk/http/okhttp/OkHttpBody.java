package dev.tallyclerk.http.okhttp;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A body that returns its connection when it is closed, and fails by {@link IOException} only. */
final class OkHttpBody extends BulkInputStream {
    /** What is cheaper to read to the end than a new connection. */
    private static final long LITTLE = 64 * 1024;

    /** What OkHttp gives at a time where there is more. */
    private static final int PIECE = 8 * 1024;

    /** What is given at a time: far less than what {@link FramedSocket} allows to be read for it. */
    private static final int MOST = 16 * PIECE;

    private final InputStream in;
    private final Call call;
    private final Response response;
    private final Cancellation.Registration registration;
    private final @Nullable FramedSocket socket;
    private final long length;
    private long read;
    private volatile boolean ended;

    /** What broke off a read that had bytes to give. */
    private @Nullable IOException failure;

    /**
     * Takes over a response.
     *
     * @param socket the socket that the body comes from, if it is one of ours and serves nothing else meanwhile
     */
    OkHttpBody(Call call, Response response, Cancellation.Registration registration, @Nullable FramedSocket socket) {
        this.in = response.body().byteStream();
        this.call = call;
        this.response = response;
        this.registration = registration;
        this.socket = socket;
        this.length = response.body().contentLength();
        this.ended = response.request().method().equals("HEAD");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (socket == null) {
            return pieces(bytes, offset, Math.min(length, MOST));
        }
        socket.beginContent();
        try {
            return pieces(bytes, offset, Math.min(length, MOST));
        } finally {
            socket.endContent();
        }
    }

    /** Takes pieces until one says that there is no more at hand: each read costs all that reads this much. */
    private int pieces(byte[] bytes, int offset, int length) throws IOException {
        int count = piece(bytes, offset, length);
        int last = count;
        while (last == PIECE && count < length) {
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
            int count = in.read(bytes, offset, length);
            if (count < 0) {
                ended = true;
            }
            read += Math.max(0, count);
            return count;
        } catch (IllegalArgumentException | IllegalStateException e) {
            // What OkHttp says of a response that it should have refused.
            throw new IOException("the response's body is malformed: " + e.getMessage(), e);
        }
    }

    @Override
    public int available() throws IOException {
        return ended ? 0 : in.available();
    }

    @Override
    public void close() throws IOException {
        registration.close();
        if (!ended && !isLittleLeft()) {
            // Else OkHttp would read for another tenth of a second, in the hope of the end.
            call.cancel();
        }
        try {
            response.close();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException("the response's body is malformed: " + e.getMessage(), e);
        }
    }

    private boolean isLittleLeft() {
        return length >= 0 && length - read <= LITTLE;
    }
}
