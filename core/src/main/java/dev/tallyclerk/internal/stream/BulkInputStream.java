package dev.tallyclerk.internal.stream;

import java.io.IOException;
import java.io.InputStream;

/** A stream that reads a single byte by the method that reads many. */
public abstract class BulkInputStream extends InputStream {
    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] bytes, int offset, int length) throws IOException;
}
