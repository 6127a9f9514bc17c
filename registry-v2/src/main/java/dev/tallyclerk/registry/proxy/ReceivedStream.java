package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** A stream that says at its end, whatever that is, how many bytes it has given. */
final class ReceivedStream extends BulkInputStream {
    private final InputStream content;
    private final LongConsumer onClose;
    private long received;
    private boolean closed;

    ReceivedStream(InputStream content, LongConsumer onClose) {
        this.content = content;
        this.onClose = onClose;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = content.read(bytes, offset, length);
        received += Math.max(0, n);
        return n;
    }

    @Override
    public void close() throws IOException {
        content.close();
        if (!closed) {
            closed = true;
            onClose.accept(received);
        }
    }
}
