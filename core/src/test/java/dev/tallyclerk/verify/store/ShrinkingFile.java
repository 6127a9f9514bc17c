package dev.tallyclerk.verify.store;

import dev.tallyclerk.testing.ForwardingFileChannel;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/** A file that someone cuts off as soon as it is mapped. */
final class ShrinkingFile extends ForwardingFileChannel {
    ShrinkingFile(FileChannel file) {
        super(file);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        MappedByteBuffer mapped = super.map(mode, position, size);
        truncate(0);
        return mapped;
    }
}
