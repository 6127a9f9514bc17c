package dev.tallyclerk.registry.internal.stream;

import java.io.IOException;
import java.io.InputStream;

/** An input stream that reads single bytes by reading arrays. */
public abstract class BulkInputStream extends InputStream {
    private final byte[] single = new byte[1];

    @Override
    public final int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] buffer, int offset, int length) throws IOException;
}
