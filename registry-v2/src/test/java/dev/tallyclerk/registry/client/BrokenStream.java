package dev.tallyclerk.registry.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Gives some bytes and breaks, as a connection does. */
final class BrokenStream extends InputStream {
    private final InputStream before;

    private BrokenStream(byte[] before) {
        this.before = new ByteArrayInputStream(before);
    }

    /** {@return a stream that breaks after {@code before}} */
    static InputStream after(byte[] before) {
        return new BrokenStream(before);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = before.read(bytes, offset, length);
        if (n < 0) {
            throw new IOException("connection reset");
        }
        return n;
    }
}
