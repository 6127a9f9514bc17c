package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.stream.BulkInputStream;
import dev.tallyclerk.internal.stream.SomeBytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The body of a response. It fails with an {@link HttpException} only, and returns its permit when it has ended. It is
 * read by one thread, and may be closed by another.
 */
public final class ResponseStream extends BulkInputStream {
    private final InputStream body;
    private final URI from;
    private final HostGate.Permit permit;
    private final Secrets secrets;
    private final Deadline deadline;
    private final AtomicBoolean closed = new AtomicBoolean();

    ResponseStream(InputStream body, URI from, HostGate.Permit permit, Secrets secrets, Deadline deadline) {
        this.body = body;
        this.from = from;
        this.permit = permit;
        this.secrets = secrets;
        this.deadline = deadline;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws HttpException {
        if (closed.get()) {
            throw deadline.failures().of(Reason.CANCELLED, "the response was closed, and cannot be read");
        }
        if (length == 0) {
            return 0;
        }
        deadline.check();
        try {
            int n = SomeBytes.read(body, bytes, offset, length);
            if (n < 0) {
                permit.close();
            }
            return n;
        } catch (IOException e) {
            permit.close();
            throw broken(e);
        }
    }

    private HttpException broken(IOException e) {
        return secrets.hide(deadline.broken(from, e));
    }

    @Override
    public int available() throws HttpException {
        try {
            return closed.get() ? 0 : body.available();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            body.close();
        } catch (IOException e) {
            // Nothing more was wanted of it.
        } finally {
            permit.close();
        }
    }
}
