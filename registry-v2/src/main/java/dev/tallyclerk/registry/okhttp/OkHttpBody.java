package dev.tallyclerk.registry.okhttp;

import dev.tallyclerk.registry.client.Cancellation;
import java.io.FilterInputStream;
import java.io.IOException;
import okhttp3.Response;

/** A body that gives its connection back when it is closed, and fails by {@link IOException} only. */
final class OkHttpBody extends FilterInputStream {
    private final Response response;
    private final Cancellation.Registration registration;

    OkHttpBody(Response response, Cancellation.Registration registration) {
        super(response.body().byteStream());
        this.response = response;
        this.registration = registration;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // A Content-Length below zero ends here.
            throw new IOException("the response's body makes no sense: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        registration.close();
        try {
            response.close();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException("the response's body makes no sense: " + e.getMessage(), e);
        }
    }
}
