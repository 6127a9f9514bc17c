package dev.tallyclerk.registry.client;

import dev.tallyclerk.internal.stream.SomeBytes;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A response's body, which fails with a {@link RegistryException} only, and frees its place when it has ended. It is
 * read by one thread, and may be closed by another one.
 */
final class AnswerStream extends InputStream {
    private final InputStream body;
    private final URI from;
    private final FairGate.Permit permit;
    private final Secrets secrets;
    private final Deadline deadline;
    private final AtomicBoolean closed = new AtomicBoolean();

    AnswerStream(InputStream body, URI from, FairGate.Permit permit, Secrets secrets, Deadline deadline) {
        this.body = body;
        this.from = from;
        this.permit = permit;
        this.secrets = secrets;
        this.deadline = deadline;
    }

    @Override
    public int read() throws RegistryException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws RegistryException {
        if (closed.get()) {
            throw new RegistryException(Reason.CANCELLED, 0, "the answer was closed, and cannot be read");
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
            throw secrets.hide(Failures.broken(from, e, deadline));
        }
    }

    @Override
    public int available() throws RegistryException {
        try {
            return closed.get() ? 0 : body.available();
        } catch (IOException e) {
            throw secrets.hide(Failures.broken(from, e, deadline));
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
