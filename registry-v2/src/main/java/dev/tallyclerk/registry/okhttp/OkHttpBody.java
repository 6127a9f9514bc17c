package dev.tallyclerk.registry.okhttp;

import dev.tallyclerk.internal.socket.FramingLimit;
import dev.tallyclerk.registry.transport.Cancellation;
import java.io.FilterInputStream;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A body that gives its connection back when it is closed, and fails by {@link IOException} only. */
final class OkHttpBody extends FilterInputStream {
    /** What is cheaper to read to the end than a new connection. */
    private static final long LITTLE = 64 * 1024;

    /** What OkHttp gives at a time where there is more. */
    private static final int PIECE = 8 * 1024;

    /** What is given at a time: far less than {@link FramingLimit} allows to be read for it. */
    private static final int MOST = 16 * PIECE;

    private final Call call;
    private final Response response;
    private final Cancellation.Registration registration;
    private final FramingLimit framing;
    private long read;
    private boolean ended;

    /** What broke off a read that had bytes to give. */
    private @Nullable IOException failure;

    OkHttpBody(Call call, Response response, Cancellation.Registration registration, FramingLimit framing) {
        super(response.body().byteStream());
        this.call = call;
        this.response = response;
        this.registration = registration;
        this.framing = framing;
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
        return framing.within(() -> pieces(bytes, offset, Math.min(length, MOST)));
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
            ended |= count < 0;
            read += Math.max(0, count);
            return count;
        } catch (IllegalArgumentException | IllegalStateException e) {
            // What OkHttp says of a response that it should have refused.
            throw new IOException("the response's body makes no sense: " + e.getMessage(), e);
        }
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
            throw new IOException("the response's body makes no sense: " + e.getMessage(), e);
        }
    }

    private boolean isLittleLeft() {
        long length = response.body().contentLength();
        return length >= 0 && length - read <= LITTLE;
    }
}
