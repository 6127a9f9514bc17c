package dev.tallyclerk.verify.store;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** A part of a file that others read at the same time, at positions of their own. */
final class PartStream extends BulkInputStream {
    private final FileChannel file;
    private long position;
    private final long end;

    PartStream(FileChannel file, long offset, long length) {
        this.file = file;
        this.position = offset;
        this.end = offset + length;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        if (position == end) {
            return -1;
        }
        int n = file.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, end - position)), position);
        if (n < 0) {
            throw new EOFException("the file ends after " + position + " bytes, before " + end);
        }
        position += n;
        return n;
    }
}
