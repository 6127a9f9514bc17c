package dev.tallyclerk.registry.internal.stream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Reports the number of bytes read so far to a listener, after each read that returned some. */
public final class CountingStream extends FilterInputStream {
    private final LongConsumer listener;
    private long count;

    public CountingStream(InputStream in, LongConsumer listener) {
        super(in);
        this.listener = listener;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        count(value < 0 ? value : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        count(n);
        return n;
    }

    private void count(int n) {
        if (n > 0) {
            count += n;
            listener.accept(count);
        }
    }
}
