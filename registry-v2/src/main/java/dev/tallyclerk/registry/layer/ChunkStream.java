package dev.tallyclerk.registry.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A stream over a decoder. */
final class ChunkStream extends InputStream {
    private static final int BUFFER = 64 * 1024;

    private final ChunkDecoder decoder;
    private final byte[] buffer;
    private int position;
    private int limit;

    ChunkStream(ChunkDecoder decoder) {
        this.decoder = decoder;
        this.buffer = decoder.newBuffer(BUFFER);
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, limit - position);
        System.arraycopy(buffer, position, into, offset, n);
        position += n;
        return n;
    }

    private boolean fill() throws IOException {
        if (position == limit && limit >= 0) {
            limit = decoder.decode(buffer);
            position = limit < 0 ? limit : decoder.begin();
        }
        return limit >= 0;
    }

    @Override
    public void close() throws IOException {
        decoder.close();
    }
}
