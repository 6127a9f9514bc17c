package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The next bytes of a stream that verifies itself, of which the last ones are given once all of it is verified. */
final class VerifiedPart extends BulkInputStream {
    private final InputStream content;
    private long left;

    VerifiedPart(InputStream content, long length) {
        this.content = content;
        this.left = length;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int n = content.read(bytes, offset, (int) Math.min(length, left));
        left -= Math.max(0, n);
        if (left == 0) {
            content.transferTo(OutputStream.nullOutputStream());
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
